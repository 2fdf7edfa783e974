"""Short and plain invoice numbers: what Relancier offers, it understands; what may mean two things, it asks back."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.core.test_choices import asked, filled

from relancier.core.orders.choices import MONEY, Asked, choices
from relancier.core.orders.dictated_numbers import behind
from relancier.core.orders.dictation import Said, Unclear, begun, understand

TODAY = date(2026, 11, 22)
SHAPES = (
    "1", "7", "10", "15", "31", "42", "100", "147", "300", "500", "1000", "14789", "147890", "2026", "2027", "20261124",
    "00012", "260147", "26-148", "26-0147", "26-01", "147/26", "2026/12", "2026-12", "12/2026", "12/11", "15.12",
    "F147", "F.147", "F-147", "AB12", "Z1", "A4", "10J", "3X", "1A", "F 147", "FA 12", "n147", "FA-2026-0042",
    "FAC2026/0147", "2026-0147", "2026-12-24",
)  # fmt: skip
OTHERS = ("FA-2026-0099", "148", "AB13")


def lists(number: str) -> Iterator[list[str]]:
    yield [number]
    yield [number, "148"]
    yield [OTHERS[0], number]


@pytest.mark.parametrize("number", SHAPES)
def test_every_order_offered_is_understood_for_exactly_these_numbers(number: str) -> None:
    for note in asked():
        for numbers in lists(number) if note.numbers else ():
            one = Asked(
                template=note.template, language=note.language, today=TODAY, numbers=numbers, channel=note.channel
            )
            plain = Asked(
                template=note.template, language=note.language, today=TODAY, numbers=["FA-2026-0042"],
                channel=note.channel,
            )  # fmt: skip
            for choice, without in zip(choices(one), choices(plain), strict=True):
                said = understand(filled(choice.line), TODAY, numbers)
                alone = understand(filled(without.line), TODAY, ["FA-2026-0042"])
                assert isinstance(said, Said), (choice.line, said)
                assert isinstance(alone, Said)
                assert set(said.numbers) == (set(numbers) if len(numbers) > 1 else set()), choice.line
                same = [(one.word, one.on, one.amount, one.note, one.address, one.promised) for one in (said, alone)]
                assert same[0] == same[1], choice.line


@pytest.mark.parametrize("number", SHAPES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_digests_order_is_understood(number: str, language: str) -> None:
    for numbers in lists(number):
        for named in (numbers, numbers[:1], numbers[-1:]):
            said = understand(f"pause {behind(named, language)}", TODAY, numbers)
            assert isinstance(said, Said), named
            assert (said.word, set(said.numbers), said.note, said.on) == ("pause", set(named), "", None)


@pytest.mark.parametrize("number", SHAPES)
@pytest.mark.parametrize("part", ["", "317,20 € ", "1000,00 € ", "1 000.00 € "])
def test_a_payment_offered_to_an_invoice_is_understood(number: str, part: str) -> None:
    for numbers in lists(number):
        line = f"{part}20/11/2026 {behind([number], 'fr')}"
        note = Asked(template=MONEY, language="fr", today=TODAY, numbers=numbers, payments=[line])
        said = understand(choices(note)[0].line, TODAY, numbers)
        assert isinstance(said, Said), numbers
        amount = Decimal(part.replace(" ", "").replace(",", ".").strip("€")) if part else None
        assert (said.word, said.numbers, said.on, said.amount, said.note) == (
            "paid", (number,), date(2026, 11, 20), amount, "",
        )  # fmt: skip


NUMBERS = ("147", "148", "300", "26-148", "Z1", "AB12", "30", "FA-2026-0099")

MEANT: list[tuple[str, str, tuple[str, ...], dict[str, Any]]] = [
    ("pause 147", "pause", ("147",), {}),
    ("pause 26-148", "pause", ("26-148",), {}),
    ("pause 147, 148 et Z1", "pause", ("147", "148", "Z1"), {}),
    ("pause facture 147 et 148", "pause", ("147", "148"), {}),
    ("pause factures 147, 148", "pause", ("147", "148"), {}),
    ("pause FA-2026-0099 148", "pause", ("148", "FA-2026-0099"), {}),
    ("pause 10j 147 148", "pause", ("147", "148"), {"on": date(2026, 12, 2)}),
    ("pause 147 10j", "pause", ("147",), {"on": date(2026, 12, 2)}),
    ("pause 10j 30", "pause", ("30",), {"on": date(2026, 12, 2)}),
    ("pause 147 : il rentre lundi", "pause", ("147",), {"note": "il rentre lundi"}),
    ("stop 147", "close", ("147",), {}),
    ("147 stop", "close", ("147",), {}),
    ("147 : stop", "close", ("147",), {}),
    ("reprendre 147 148", "resume", ("147", "148"), {}),
    ("promesse 24/12/2026 147", "promise", ("147",), {"on": date(2026, 12, 24)}),
    ("promesse 147 le 24/12/2026", "promise", ("147",), {"on": date(2026, 12, 24)}),
    ("promesse 15 décembre 2026 Z1", "promise", ("Z1",), {"on": date(2026, 12, 15)}),
    ("payé 14/11/2026 Z1", "paid", ("Z1",), {"on": date(2026, 11, 14)}),
    ("payé 100 € 147", "paid", ("147",), {"amount": Decimal(100)}),
    ("payé facture 300 100,00 €", "paid", ("300",), {"amount": Decimal(100)}),
    ("payé 300 € facture 147", "paid", ("147",), {"amount": Decimal(300)}),
    ("payé 100 € facture 147 : deuxième virement", "paid", ("147",),
     {"amount": Decimal(100), "note": "deuxième virement"}),
    ("litige 300 € 147", "dispute", ("147",), {"amount": Decimal(300)}),
    ("litige facture 147 prix faux", "dispute", ("147",), {"note": "prix faux"}),
    ("litige Z1 prix faux", "dispute", ("Z1",), {"note": "prix faux"}),
    ("litige 200 facture 147", "dispute", ("147",), {"amount": Decimal(200)}),
    ("litige 250 : prix faux", "dispute", (), {"amount": Decimal(250), "note": "prix faux"}),
    ("appelé 147", "called", ("147",), {}),
    ("appelé, pas de réponse facture 147", "called", ("147",), {"note": "pas de réponse"}),
    ("appelé, message laissé au 06 12 34 56 30", "called", (), {"note": "message laissé au 06 12 34 56 30"}),
    ("posté 1A 234 147", "posted", (), {"note": "1A 234 147"}),
    ("posté 1A 234 facture 147", "posted", ("147",), {"note": "1A 234"}),
    ("fait 147", "done", ("147",), {}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "word", "numbers", "values"), MEANT, ids=[one[0] for one in MEANT])
def test_a_short_number_of_the_notes_own_counts_where_it_can_be_nothing_else(
    line: str, word: str, numbers: tuple[str, ...], values: dict[str, Any]
) -> None:
    said = understand(line, TODAY, NUMBERS)
    assert isinstance(said, Said), said
    assert (said.word, set(said.numbers)) == (word, set(numbers))
    found = {"on": said.on, "amount": said.amount, "note": said.note}
    today = {"on": TODAY} if word in {"called", "posted"} else {}
    assert found == {"on": None, "amount": None, "note": "", **today, **values}


ASKED_BACK = [
    "litige 300", "litige 147", "litige 147 prix faux", "litige facture 147 300", "litige FA-2026-0099 300",
    "payé 147", "payé 14/11/2026 147", "147 payé", "payé FA-2026-0099 300", "relancer le solde 300",
    "pause 30", "pause jusqu'au 30", "pause 1 147", "pause 147 12", "pause 10j 149", "promesse 24/12/2026 149",
    "litige 250 147",
]  # fmt: skip


@pytest.mark.parametrize("line", ASKED_BACK)
def test_what_may_be_an_amount_a_day_or_another_number_is_asked_back(line: str) -> None:
    assert understand(line, TODAY, NUMBERS) is Unclear.BARE


def test_a_number_in_a_remark_or_of_another_invoice_names_none() -> None:
    said = understand("stop FA-2026-0099 : remplacée par 147", TODAY, NUMBERS)
    assert isinstance(said, Said)
    assert said.numbers == ("FA-2026-0099",)
    said = understand("promesse 15 décembre 2026", TODAY, ["2026", "148"])
    assert isinstance(said, Said)
    assert (said.numbers, said.on) == ((), date(2026, 12, 15))
    said = understand("échéancier 15/12 300, 15/01 reste", TODAY, NUMBERS)
    assert isinstance(said, Said)
    assert said.numbers == ()


@pytest.mark.parametrize(
    ("line", "word", "numbers"),
    [
        ("pause non", "pause", ()),
        ("pause 147 non", "pause", ("147",)),
        ("payé FA-2026-0099 en partie", "paid", ("FA-2026-0099",)),
        ("litige 300", "dispute", ()),
        ("stop ?", "close", ()),
        ("merci", "", ()),
        ("", "", ()),
        ("147", "", ()),
    ],
)
def test_what_an_unclear_line_begins_with_is_known(line: str, word: str, numbers: tuple[str, ...]) -> None:
    assert begun(line, NUMBERS) == (word, numbers)
    assert not isinstance(understand(line, TODAY, NUMBERS), Said)
