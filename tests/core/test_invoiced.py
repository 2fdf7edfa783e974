"""What makes an electronic invoice sound: sums to the cent, days, parts that add up, texts within bounds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from relancier.core.einvoices import invoiced
from relancier.core.einvoices.einvoice import EInvoice, PaperKind, Part
from relancier.core.einvoices.invoiced import Term, Totals, amount, assemble, checked, clean, day, identities, line

D = Decimal
JAN, FEB, MAR = date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)
ONE = EInvoice(number="FA-1", total=D("120.00"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.56", "1234.56"), (" 12 ", "12"), ("-5.1", "-5.10"), ("+.5", "0.50"), ("7.", "7"), ("-0.00", "0"),
        ("1.230000", "1.23"), ("999999999999999", "999999999999999"),
    ],
)  # fmt: skip
def test_an_amount_is_read_to_the_cent(text: str, value: str) -> None:
    found = amount(text, "It")
    assert found == D(value)
    assert str(found).split(".")[1:] == [f"{abs(D(value)):.2f}"[-2:]]
    assert not (found == 0 and found.is_signed())


@pytest.mark.parametrize(
    "text", ["", ".", "-", "1.234", "1,20", "1e3", "NaN", "Infinity", "1 000", "0x1", "9" * 16, "٣"]
)
def test_what_is_no_amount_in_cents_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Its total is no amount in whole cents"):
        amount(text, "Its total")


@pytest.mark.parametrize("text", ["20261231", "2026-12-31", " 2026-12-31Z ", "2026-12-31+01:00"])
def test_a_day_is_read_in_both_forms(text: str) -> None:
    assert day(text, "It") == date(2026, 12, 31)
    assert day("20261231", "It", "102") == date(2026, 12, 31)


@pytest.mark.parametrize("text", ["", "31/12/2026", "2026-1231", "20260230", "202612", "00000101", "2026-13-01"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="A due date is no date"):
        day(text, "A due date")


def test_a_month_or_a_week_is_no_day() -> None:
    with pytest.raises(ValueError, match="no date"):
        day("20261231", "It", "616")


def test_a_text_becomes_one_bounded_line() -> None:
    assert clean("a\r\n\tb\u200b\u202ec\x00 d") == "a b c d"
    assert line("x" * 300) == "x" * 199 + "…"
    assert line("x" * 200) == "x" * 200


@pytest.mark.parametrize(
    "text",
    [
        "Payer sur https://pay.example/1", "www.example.com", "mailto:a@b", "IBAN FR76 3000 6000 0112 3456 7890 189",
        "DE89370400440532013000", "FR7630006000011234567890189",
    ],
)  # fmt: skip
def test_links_and_account_numbers_are_never_taken_over(text: str) -> None:
    assert line(f"Merci. {text} svp") == ""


def test_what_only_looks_a_little_like_one_is_kept() -> None:
    for text in ("Commande FR12 du 3 mai", "Réf. AB12CD34", "Pose httpd"):
        assert line(text) == text


def test_the_purpose_is_the_first_lines_or_the_note() -> None:
    assert invoiced.purpose(["Pose", " ", "Pose", "Lampe", "Câble", "Vis"], ["x"]) == "Pose, Lampe, Câble"
    assert invoiced.purpose([], ["", "Chantier"]) == "Chantier"
    assert invoiced.purpose([], []) == ""


def test_identities_are_those_of_companies() -> None:
    found = [
        ("0002", "732 829 320"), ("0009", "73282932000018"), ("VA", "fr 44.732829320"), ("", "552100554"), ("", "12"),
        ("0002", "1234"), ("0088", "3012345678901"), ("none", "552100554"), ("VA", "?"), ("0002", "732829320"),
    ]  # fmt: skip
    assert identities(found) == ("732829320", "73282932000018", "FR44732829320", "552100554")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("380", PaperKind.INVOICE), ("384", PaperKind.INVOICE), ("389", PaperKind.INVOICE),
        (" 471 ", PaperKind.INVOICE),
        ("381", PaperKind.CREDIT_NOTE), ("261", PaperKind.CREDIT_NOTE), ("396", PaperKind.CREDIT_NOTE),
        ("386", PaperKind.DEPOSIT), ("325", PaperKind.PROFORMA),
    ],
)  # fmt: skip
def test_the_type_code_tells_the_kind(code: str, kind: PaperKind) -> None:
    assert invoiced.kind_of(code, D(1)) is kind
    assert invoiced.kind_of(code, D(-1)) is PaperKind.CREDIT_NOTE


@pytest.mark.parametrize("code", ["", "220", "0380", "380x"])
def test_another_type_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="type code"):
        invoiced.kind_of(code, D(1))


@pytest.mark.parametrize("code", ["393", "472", "473", "501"])
def test_an_invoice_sold_to_a_factor_is_left_to_the_books(code: str) -> None:
    with pytest.raises(ValueError, match="sold to a factor"):
        invoiced.kind_of(code, D(1))


def test_a_direct_debit_among_other_ways_counts() -> None:
    assert invoiced.means_of(["30", "59"]) == "59"
    assert invoiced.means_of(["", "ZZZ", "30"]) == "ZZZ"
    assert invoiced.means_of(["far too long"]) == ""


@pytest.mark.parametrize(
    ("guideline", "name"),
    [
        ("urn:factur-x.eu:1p0:minimum", "MINIMUM"),
        ("urn:factur-x.eu:1p0:basicwl", "BASIC WL"),
        ("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", "BASIC"),
        ("urn:cen.eu:en16931:2017", "EN 16931"),
        ("urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended", "EXTENDED"),
        ("urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr", "EXTENDED CTC FR"),
        ("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", "XRechnung"),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", "Peppol"),
        ("urn:ferd:CrossIndustryDocument:invoice:1p0:comfort", "COMFORT"),
        ("urn:other:comfort", "urn:other:comfort"),
        ("", ""),
    ],
)
def test_profiles_have_short_names(guideline: str, name: str) -> None:
    assert invoiced.profile_of(guideline) == name


def test_sums_that_agree_make_the_invoice() -> None:
    found = assemble(ONE, Totals(D(120), D(20), D("0.02"), D("100.02")), [Term(JAN)])
    assert (found.total, found.prepaid, found.parts) == (D("120.02"), D(20), (Part(JAN, D("100.02")),))


def test_what_is_not_told_follows_from_the_rest() -> None:
    assert assemble(ONE, Totals(D(120)), [Term(JAN)]).parts == (Part(JAN, D(120)),)
    assert assemble(ONE, Totals(D(120), payable=D(90)), [Term(JAN)]).prepaid == D(30)
    assert assemble(ONE, Totals(D(120), D(30)), []).parts == ()


def test_sums_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="contradict"):
        assemble(ONE, Totals(D(120), D(20), payable=D(120)), [Term(JAN)])


def test_below_zero_every_sum_changes_its_sign() -> None:
    found = assemble(ONE, Totals(D(-120), D(-20), payable=D(-100)), [Term(JAN, D(-100))])
    assert (found.total, found.prepaid, found.parts) == (D(120), D(20), (Part(JAN, D(100)),))


def test_several_days_without_amounts_give_the_last() -> None:
    assert assemble(ONE, Totals(D(120)), [Term(FEB), Term(JAN), Term(None)]).parts == (Part(FEB, D(120)),)


def test_instalments_come_in_their_order_and_those_of_one_day_together() -> None:
    terms = [Term(MAR, D(50)), Term(JAN, D(30)), Term(FEB), Term(JAN, D(40))]
    assert assemble(ONE, Totals(D(120)), terms).parts == (Part(JAN, D(70)), Part(MAR, D(50)))


@pytest.mark.parametrize("terms", [[Term(JAN, D(100))], [Term(JAN, D(60)), Term(FEB, D("60.01"))]])
def test_instalments_that_do_not_add_up_are_refused(terms: list[Term]) -> None:
    with pytest.raises(ValueError, match="in all, not the 120"):
        assemble(ONE, Totals(D(120)), terms)


def test_an_instalment_without_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="no due date"):
        assemble(ONE, Totals(D(120)), [Term(None, D(120))])


def test_what_was_paid_in_full_is_due_no_more() -> None:
    assert assemble(ONE, Totals(D(120), D(120)), [Term(JAN)]).parts == (Part(JAN, D(0)),)
    assert assemble(ONE, Totals(D(120), D(130)), [Term(JAN)]).parts == ()


def test_a_sound_invoice_is_given_back() -> None:
    assert checked(ONE) is ONE


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"number": ""}, "no usable number"),
        ({"number": "x" * 65}, "no usable number"),
        ({"number": "a\nb"}, "no usable number"),
        ({"number": " a"}, "no usable number"),
        ({"currency": "eur"}, "currency"),
        ({"currency": "EURO"}, "currency"),
        ({"total": D("NaN")}, "beyond all measure"),
        ({"total": D("Infinity")}, "beyond all measure"),
        ({"total": D("1E12") + 1}, "beyond all measure"),
        ({"total": D("1.001")}, "beyond all measure"),
        ({"total": D(-1)}, "beyond all measure"),
        ({"prepaid": D("NaN")}, "beyond all measure"),
        ({"parts": (Part(JAN, D(150)), Part(FEB, D(-30)))}, "beyond all measure"),
        ({"total": D(200), "parts": (Part(JAN, D(1)),) * 200}, "beyond all measure"),
        ({"parts": (Part(JAN, D(100)),)}, "do not add up"),
        ({"issued": date(1989, 12, 31)}, "1990 to 2100"),
        ({"delivered": date(2101, 1, 1)}, "1990 to 2100"),
        ({"parts": (Part(date(2101, 1, 1), D(120)),)}, "1990 to 2100"),
        ({"seller": "x" * 201}, "texts"),
        ({"buyer": "a\tb"}, "texts"),
        ({"credits": ("x" * 201,)}, "texts"),
        ({"credits": ("x",) * 501}, "texts"),
        ({"means": "long"}, "texts"),
    ],
)
def test_what_is_not_sound_is_refused(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        checked(replace(ONE, **wrong))  # type: ignore[arg-type]
