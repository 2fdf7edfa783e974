from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relancier.core.text.numbers import Candidates, kept_numbers, normalise, numbers_in, squash, strip_prefixes, weak

DASHES = "‐‑‒–—―−\u00ad﹘﹣－"


@pytest.mark.parametrize("dash", DASHES)
def test_every_dash_is_one_dash(dash: str) -> None:
    assert normalise(f"FA{dash}2026{dash}0042") == "fa-2026-0042"


@pytest.mark.parametrize(
    "written",
    ["FA-2026- 0042", "FA -2026-0042", "fa-2026-0042", "ＦＡ-２０２６-００４２", "FA-20\u200b26-0042",
     "\u00a0FA-2026-\u202f0042 "],
)  # fmt: skip
def test_case_width_and_spaces_do_not_tell_numbers_apart(written: str) -> None:
    assert normalise(written) == "fa-2026-0042"


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)

    assert normalise(normalise(once)) == normalise(once)


@pytest.mark.parametrize(
    "prefix",
    ["Re:", "RE :", "RE\u00a0:", "Re[2]:", "Réf :", "Rép :", "TR:", "Tr :", "Fwd:", "FW:", "AW:", "WG:", "SV:", "VS:",
     "RV:", "R:", "I:", "RIF:", "Odp:", "ENC:", "[EXTERNE]", "[EXT]", "[EXTERNAL]", "[SPAM]", "*** SPAM ***",
     "RE: TR : [EXTERNE] Re:"],
)  # fmt: skip
def test_prefixes_of_answers_and_servers_are_stripped(prefix: str) -> None:
    assert strip_prefixes(f"{prefix} FA-2026-0042 : relance") == "FA-2026-0042 : relance"


def test_a_word_that_begins_like_a_prefix_stays() -> None:
    assert strip_prefixes("Retard : facture") == "Retard : facture"
    assert strip_prefixes("") == ""
    assert strip_prefixes("Re:" * 40) == "Re:" * 10


def test_a_number_is_found_wherever_it_stands_as_a_word() -> None:
    for text in (
        "FA-2026-0042", "Re: FA-2026-0042 - 2e relance", "(FA-2026-0042)", "Lumen_FA-2026-0042_v2.pdf",
        "facture FA-2026-0042.", "FA-2026-0042. 3 semaines", "FA-2026-\r\n 0042", "FA-2026-0042/FA-2026-0043",
        "Facture-FA-2026-0042-relance", "FA-2026-0041, FA-2026-0042 et FA-2026-0043", "n°FA-2026-0042",
    ):  # fmt: skip
        assert numbers_in(text).get("fa-2026-0042"), text


@pytest.mark.parametrize("number", ["FA 2026 0042", "2026-0042", "F2026/0042", "12345678", "AB.42.C"])
def test_numbers_of_other_forms_are_found(number: str) -> None:
    assert normalise(number) in numbers_in(f"RE : votre facture {number} du 3 mai")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("FA-2026-0042", "fa-2026-004"),
        ("FA-2026-0042", "2026-0042"),
        ("FA-2026-0042-2", "fa-2026-0042"),
        ("FA-2026-0042- 2", "fa-2026-0042"),
        ("FA-2026-0042-BIS", "fa-2026-0042"),
        ("PRO-FA-2026-0042", "fa-2026-0042"),
        ("XFA-2026-0042", "fa-2026-0042"),
        ("FA-2026-0042A", "fa-2026-0042"),
        ("2026/0042/3", "2026/0042"),
    ],
)
def test_a_number_is_never_cut_out_of_a_longer_one(text: str, number: str) -> None:
    assert number not in numbers_in(text)
    assert number not in numbers_in(f"Re: facture {text} impayée")


@given(st.integers(1, 99999), st.integers(1, 99999), st.sampled_from(["Re: ", "TR : ", "[EXT] facture ", ""]))
def test_no_number_is_taken_for_another(one: int, other: int, prefix: str) -> None:
    found = numbers_in(f"{prefix}FA-2026-{one} : relance")

    assert f"fa-2026-{one}" in found
    assert (f"fa-2026-{other}" in found) == (one == other)


@pytest.mark.parametrize("number", ["42", "2026", "1234", "12/10/2026", "2026-10-12", "fa42", "123456"])
def test_short_and_plain_numbers_are_weak(number: str) -> None:
    assert weak(number)


@pytest.mark.parametrize("number", ["fa-2026-0042", "2026-0042", "1234567", "f2026"])
def test_telling_numbers_are_not(number: str) -> None:
    assert not weak(number)


@pytest.mark.parametrize(
    "text",
    ["facture 1234", "Facture n° 1234", "fact. 1234", "invoice 1234", "n°1234", "N° 1234", "no 1234", "#1234",
     "factures 1230, 1231 et 1234", "Rechnung Nr. 1234", "facture : 1234", "numéro 1234"],
)  # fmt: skip
def test_a_weak_number_counts_beside_a_word_for_invoice(text: str) -> None:
    assert numbers_in(text)["1234"]


@pytest.mark.parametrize("text", ["1234", "le 1234", "facture du 12 mai à 1234 heures", "bono 1234", "réunion 1234"])
def test_a_weak_number_alone_does_not_count(text: str) -> None:
    assert not numbers_in(text)["1234"]


@pytest.mark.parametrize(
    "text",
    ["facture 1234 euros", "facture : 1234,50", "1 234 €", "1\u202f234,00", "facture 1234.00 EUR"],
)
def test_an_amount_is_no_number(text: str) -> None:
    assert "1234" not in numbers_in(text)


def test_thousands_set_apart_count_only_beside_a_word_for_invoice() -> None:
    found = numbers_in("facture 1\u00a0234, soit 2\u202f026\u202f042")
    assert (found["1234"], found["2026042"]) == (True, False)


def test_a_weak_number_counts_if_one_of_its_places_does() -> None:
    assert numbers_in("1234 euros, facture 1234, soit 1234")["1234"]


@pytest.mark.parametrize("text", ["1-" * 50_000, "facture 1," * 20_000, "a 1 " * 30_000, " " * 90_000 + "[" * 90_000])
def test_text_made_to_be_slow_is_read_in_bounded_time(text: str) -> None:
    begun = perf_counter()
    numbers_in(text)
    strip_prefixes(text)

    assert perf_counter() - begun < 3


def test_words_far_apart_or_too_long_are_no_number() -> None:
    found = numbers_in(f"FA .... 42 {'1' * 65}")

    assert not any(number.startswith("fa") or len(number) > 64 for number in found)
    assert found["42"] is False


# --- Spaces that join -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("joint", "\u00a0\u202f\u2007\u2009\u200a\u200b\u200d\ufeff\u202a")
@pytest.mark.parametrize("at", range(1, len("FA-2026-0042")))
def test_a_space_that_joins_or_shows_nothing_may_stand_anywhere_in_a_number(joint: str, at: int) -> None:
    number = "FA-2026-0042"

    assert numbers_in(f"Re: facture {number[:at]}{joint}{number[at:]} : relance").get("fa-2026-0042")


def test_a_space_that_joins_may_also_be_the_space_of_a_number_or_stand_before_it() -> None:
    assert numbers_in("votre INV\u00a07781\u202f: merci")["inv 7781"]
    assert numbers_in("votre INV\u00a077\u202f81")["inv 7781"]
    assert numbers_in("facture\u00a0FA-2026-0042\u00a0et\u00a0FA-2026-0043\u00a0:").keys() >= {
        "fa-2026-0042",
        "fa-2026-0043",
    }


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("FA-2026-004\u00a02", "fa-2026-004"),
        ("FA-2026-004\u202f2", "fa-2026-004"),
        ("F\u00a02026/118", "2026/118"),
        ("FA-2026-0042\u00a0B", "fa-2026-0042"),
        ("FA-2026-00 42", "fa-2026-0042"),
        ("FA 2026 0042", "fa-2026-0042"),
        ("FA_2026_0042", "fa-2026-0042"),
        ("FA20260042", "fa-2026-0042"),
        ("FA-2026-0042 - 2", "fa-2026-0042"),
        ("FA-2026-0042 - 2 : relance", "fa-2026-0042"),
        ("FA-2026-0042 - 2, merci", "fa-2026-0042"),
        ("FA-2026-0042 - 2 (urgent)", "fa-2026-0042"),
        ("FA-2026-0042 / BIS", "fa-2026-0042"),
        ("FA-2026-0042 - B.", "fa-2026-0042"),
        ("FA - 2026-0042", "2026-0042"),
        ("F / 2026", "2026"),
    ],
)
def test_a_number_is_neither_cut_by_a_joining_space_nor_guessed(text: str, number: str) -> None:
    assert number not in numbers_in(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("FA - 2026 - 0042", {"fa-2026-0042"}),
        ("FA-2026-0042 - 2e relance", {"fa-2026-0042"}),
        ("FA-2026-0042 - Atelier Lumen - facture - Dupont", {"fa-2026-0042"}),
        ("Dupont SA - 2026-0042", {"2026-0042"}),
        ("AB.2148.C - 2e relance", {"ab.2148.c"}),
        ("AB.2148. C - 2e relance", {"ab.2148.c"}),
        ("2026-0042 - 2026-0043", {"2026-0042", "2026-0043"}),
        ("factures 12345 - 12346", {"12345", "12346"}),
        ("20260042 / 20260043", {"20260042", "20260043"}),
        ("30/09/2031 - 1234", {"1234"}),
        ("30/09/2031 - 159", {"159"}),
        ("FA-2026-0042 - 20260043", {"fa-2026-0042", "20260043"}),
        ("FA-2026-0042 - 2 factures", {"fa-2026-0042"}),
        ("FA-2026-0042 - B et C", {"fa-2026-0042"}),
        ("FA-2026-0042 - HT", {"fa-2026-0042"}),
        ("FA-2026-0042 - 123 - Dupont", {"fa-2026-0042"}),
        ("n° 9,20\u00a026-0575-2", {"2026-0575-2"}),
        ("FA-2026-0042\u00a01\u202f200,00 €", {"fa-2026-0042"}),
        ("nº FA-2026-0042, nºFA-2026-0043, №FA-2026-0044", {"fa-2026-0042", "fa-2026-0043", "fa-2026-0044"}),
        ("1 200,50 €, facture FA-2026-0042", {"fa-2026-0042"}),
        ("facture 20260042 EUR 1200", {"20260042"}),
        ("FA-2026-0042,FA-2026-0043;FA-2026-0044", {"fa-2026-0042", "fa-2026-0043", "fa-2026-0044"}),
    ],
)
def test_separators_in_a_sentence_end_a_number(text: str, numbers: set[str]) -> None:
    assert numbers_in(text).keys() >= numbers


def test_of_known_numbers_only_the_longest_stand() -> None:
    candidates = Candidates("INV 7781, 2026-0042 - 2, et 7782; facture 2026-0042")

    assert candidates.standing(["inv 7781", "7781", "7782"]) == {"inv 7781": True, "7782": False}
    assert candidates.standing(["7781"]) == {"7781": True}
    assert candidates.standing(["2026-0042-2", "2026-0042"]) == {"2026-0042-2": True, "2026-0042": True}
    assert Candidates("2026 - 0042").standing(["2026-0042", "2026"]) == {"2026-0042": True}
    assert Candidates("12\u00a034567").standing(["12 34567", "1234567"]) == {"12 34567": True, "1234567": False}


def test_prefixes_are_known_in_every_form_and_joining_spaces_stay() -> None:
    assert strip_prefixes("Re\u0301f\u00a0: Re\uff1a \u200bTR :\u00a0FA-2026\u00a00042  et") == "FA-2026\u00a00042 et"


# --- What is kept ---------------------------------------------------------------------------------------------------


def test_of_a_strangers_text_only_what_may_be_a_number_is_kept() -> None:
    text = (
        "Bonjour Madame, votre facture INV 7781 et la n° 42; F2026/118. Merci de rappeler le 06 12 34 56 78 ou le "
        "0612345678, IBAN FR7630006000011234567890189, FR76 3000 6000 0112 3456 7890 189, jean75000@client.example."
    )

    assert set(kept_numbers(["FA-2026-0042.pdf", text])) == {"fa-2026-0042", "inv 7781", "7781", "f2026/118"}


def test_no_more_than_a_few_numbers_from_the_beginning_are_kept() -> None:
    many = " ".join(f"FA-2026-{at:04}" for at in range(2000))

    assert kept_numbers([many]) == tuple(f"fa-2026-{at:04}" for at in range(20))
    assert kept_numbers([f"{'mot ' * 3000} FA-2026-0042"]) == ()
    assert kept_numbers([]) == ()


def test_squashed_a_number_is_the_same_whatever_separates_it() -> None:
    assert squash("FA-2026-0042") == squash("FA20260042") == squash("fa 2026/0042")
    assert squash("FA-2026-0042") != squash("FA-2026-0043")
