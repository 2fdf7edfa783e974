import pytest

from relancier.core.text.typography import CLOSED, NARROW, NBSP, OPENED, bare, french, grouped, literal, plain


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Objet : pose", f"Objet{NBSP}: pose"),
        ("Objet: pose", f"Objet{NBSP}: pose"),
        ("prêt ; fini", f"prêt{NARROW}; fini"),
        ("vraiment ?", f"vraiment{NARROW}?"),
        ("vraiment?", f"vraiment{NARROW}?"),
        ("« oui »", f"«{NBSP}oui{NBSP}»"),
        ("«oui»", f"«{NBSP}oui{NBSP}»"),
        ("1 234,56 €", f"1{NARROW}234,56{NBSP}€"),
        ("12,15 %", f"12,15{NBSP}%"),
        ("8 jours", f"8{NBSP}jours"),
        ("capital de 50 000 €", f"capital de 50{NARROW}000{NBSP}€"),
        ("n° 12", f"n°{NBSP}12"),
    ],
)
def test_french_spaces_do_not_part(written: str, printed: str) -> None:
    assert french(written) == printed


@pytest.mark.parametrize(
    "text",
    [
        "https://pay.example/a?b=1;c=2:3 reste",
        "écrire à compta@exemple.example",
        "le 4 juin 2026 à 14:05",
        "FR76 3000 6000 0112 3456 7890 189",
        "le 1er juin 2026",
    ],
)
def test_addresses_times_and_bank_details_are_left_alone(text: str) -> None:
    assert french(text) == text


def test_printing_twice_changes_nothing() -> None:
    once = french("« Objet : 1 234,56 € ; vraiment ? », dit-il: 8 jours.")
    assert french(once) == once


def test_somebodys_own_words_keep_their_spaces() -> None:
    quoted = f"{OPENED}Rejeté: 550 5.1.1 boîte inconnue ! 1 234 jours; « x »{CLOSED}"
    assert french(f"Il écrit: {quoted} !") == f"Il écrit{NBSP}: {quoted}\u202f!"
    assert bare(quoted) == "Rejeté: 550 5.1.1 boîte inconnue ! 1 234 jours; « x »"


@pytest.mark.parametrize("char", ["\r\n", "\n", "\r", "\x00", "\t", "\u2028", "\x85"])
def test_a_value_is_one_line(char: str) -> None:
    assert plain(f"Bcc:{char}x") == "Bcc: x"


def test_a_value_carries_no_mark_of_ours_and_no_change_of_direction() -> None:
    assert plain("a\ue000b\ue001c\u202ed\u200be") == "abcde"


def test_every_mark_of_markdown_is_shown_as_it_is() -> None:
    assert literal("*a* [b](c) <d> & `e`") == r"\*a\* \[b\]\(c\) \<d\> \& \`e\`"


def test_an_iban_stands_in_fours() -> None:
    assert grouped("FR76 30006000011234567890189").split(NBSP) == [
        "FR76",
        "3000",
        "6000",
        "0112",
        "3456",
        "7890",
        "189",
    ]


@pytest.mark.parametrize("number", ["+33 4 72 00 00 01", "04 72 00 00 01", "+44 20 7946 0958", "+352 26 12 34 56"])
def test_a_telephone_number_stays_on_one_line(number: str) -> None:
    assert french(f"appelez au {number}.") == f"appelez au {number.replace(' ', NBSP)}."


@pytest.mark.parametrize("text", ["le 4 juin 2026", "A 04 72 00", "12 04 72 00 00 01 2", "FA 04 72 00 00"])
def test_other_numbers_are_no_telephone_number(text: str) -> None:
    assert NBSP not in french(text)


def test_a_value_that_hides_nothing_stays_as_it_is() -> None:
    assert plain(" Éts Béranger & Fils ") == "Éts Béranger & Fils"
