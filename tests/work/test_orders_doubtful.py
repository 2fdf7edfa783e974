"""An order by mail that begins by stopping and is not clear: nothing leaves for what it may mean until it is."""

from collections.abc import Iterable
from datetime import date
from email.message import EmailMessage

import pytest
from tests.work.paying import money, take
from tests.work.play import KEY, arrive, box, case, held, late, notes, parsed, pass_minutes, reminders, words
from tests.work.rig import Rig, customer
from tests.work.test_digest import at, early
from tests.work.test_orders_by_mail import answered, dictated, lying_notes, order

from relancier.core.case import Because, Contact, Role, State

NUMBERS = ("147", "26-148", "300", "F-2026-0009")
KEYS = {number: f"{number}|2026-02-27" for number in NUMBERS}
ALL = frozenset(NUMBERS)


async def a_morning() -> tuple[Rig, EmailMessage]:
    """A digest at half past eight that names four invoices of as many customers, each to be reminded that day."""
    people = (
        customer(f"Client {n}", contacts=(Contact(Role.ACCOUNTING, f"c{n}@x.test"),)) for n in range(len(NUMBERS))
    )
    rig = early(*(late(number, customer=one) for number, one in zip(NUMBERS, people, strict=True)))
    await rig.go(at(8, 35))
    (digest,) = (parsed(kept.raw) for kept in box(rig).boxes["INBOX"].messages.values())
    return rig, digest


async def said(rig: Rig, note: EmailMessage, line: str) -> None:
    """A colleague answers before the sending hours begin; then the morning passes."""
    arrive(rig, order(note, line), "Sent")
    await rig.go(at(9, 30))


def left(rig: Rig) -> set[str]:
    return {number for number, key in KEYS.items() if case(rig, key).done}


def held_for_an_order(rig: Rig) -> set[str]:
    return {number for number, key in KEYS.items() if Because.ORDER in {one.because for one in case(rig, key).holds}}


@pytest.mark.parametrize("number", NUMBERS)
async def test_the_order_of_the_digests_own_line_keeps_that_reminder_back(number: str) -> None:
    rig, digest = await a_morning()
    text = words(digest.as_bytes())
    offered = f"pause facture {number}" if number != "F-2026-0009" else f"pause {number}"
    assert offered in text
    await said(rig, digest, offered)
    assert left(rig) == ALL - {number}
    assert notes(rig, "order") == []


@pytest.mark.parametrize("line", ["pause 147", "stop 147", "promesse 24/12/2026 147", "pause 10j 147"])
async def test_a_short_number_typed_alone_is_understood(line: str) -> None:
    rig, digest = await a_morning()
    await said(rig, digest, line)
    assert left(rig) == ALL - {"147"}
    assert notes(rig, "order") == []


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("pause 147 non", {"147"}),
        ("payé facture 147 en partie", {"147"}),
        ("litige 300", ALL),
        ("pause", ALL),
        ("stop ?", ALL),
        ("Ne pas relancer, ils ont payé", ALL),
        ("Attendez avant d'envoyer", ALL),
        ("promesse 01/02/2020 F-2026-0009", {"F-2026-0009"}),
        ("payé 9 000 € facture 147", {"147"}),
        ("merci", set()),
        ("reprendre demain", set()),
    ],
)
async def test_what_an_unclear_stop_may_mean_is_held(line: str, kept: Iterable[str]) -> None:
    rig, digest = await a_morning()
    await said(rig, digest, line)
    assert held_for_an_order(rig) == set(kept)
    assert left(rig) == ALL - set(kept)
    (note,) = lying_notes(rig, "order")
    text = words(note.as_bytes())
    assert ("Dans le doute, rien ne part" in text) is bool(kept)
    assert ("rien n'a changé" in text.replace("’", "'")) is not bool(kept)


@pytest.mark.parametrize(
    ("line", "state"),
    [("pause facture 147", State.PAUSED), ("reprendre 147", State.OPEN), ("litige facture 147", State.DISPUTED)],
)
@pytest.mark.parametrize("to_the_digest", [True, False])
async def test_a_clear_order_ends_that_hold(line: str, state: State, *, to_the_digest: bool) -> None:
    rig, digest = await a_morning()
    await said(rig, digest, "pause 147 non")
    note = digest if to_the_digest else lying_notes(rig, "order")[0]
    arrive(rig, order(note, line), "Sent")
    await pass_minutes(rig, 3)
    assert case(rig, KEYS["147"]).state is state
    assert held_for_an_order(rig) == set()
    assert ("147" in left(rig)) is (state is State.OPEN)


async def test_a_command_ends_that_hold_too() -> None:
    rig, digest = await a_morning()
    await said(rig, digest, "pause")
    rig.order("resume", KEYS["147"])
    await pass_minutes(rig, 3)
    assert left(rig) == {"147"}


async def test_an_invoice_that_the_note_is_not_about_is_held_with_those_it_is_about() -> None:
    rig, digest = await a_morning()
    await said(rig, digest, "pause 147 non")
    note = lying_notes(rig, "order")[0]
    arrive(rig, order(note, "stop F-2026-0009"), "Sent")
    await pass_minutes(rig, 3)
    assert [dict(told.facts)["reason"] for told in notes(rig, "order")] == ["order_rest", "order_other"]
    assert held_for_an_order(rig) == {"147", "F-2026-0009"}


async def test_stop_all_with_other_words_stops_all_sending() -> None:
    rig, digest = await a_morning()
    await said(rig, digest, "stop tout il y a une erreur")
    assert held(rig)
    assert left(rig) == set()
    (note,) = lying_notes(rig, "order")
    text = words(note.as_bytes())
    assert "tous les envois sont arrêtés" in text
    assert "reprendre les envois" in text
    arrive(rig, order(note, "reprendre les envois"), "Sent")
    await pass_minutes(rig, 3)
    assert held(rig) == ""
    assert len(reminders(rig)) == len(NUMBERS)


@pytest.mark.parametrize(
    ("second", "due", "reasons"),
    [
        ("payé 100 €", 1100, ["order_again"]),
        ("payé 100,00 € le 02/03/2026", 1100, ["order_again"]),
        ("payé 100 € : deuxième virement", 1000, []),
        ("payé 100 € 01/03/2026", 1000, []),
        ("payé 200 €", 900, []),
    ],
)
async def test_a_part_told_twice_in_answer_to_a_note_counts_once(second: str, due: int, reasons: list[str]) -> None:
    rig = await answered()
    note = lying_notes(rig)[0]
    await dictated(rig, order(note, "payé 100 €"))
    assert case(rig).amount_due == 1100
    await dictated(rig, order(note, second))
    assert case(rig).amount_due == due
    assert [dict(told.facts)["reason"] for told in notes(rig, "order")] == reasons
    assert case(rig).holds == (), "what was told before is clear"


async def test_a_part_told_by_command_and_again_by_mail_counts_once() -> None:
    rig = await answered()
    rig.order("paid", KEY, amount="100")
    await pass_minutes(rig, 2)
    await dictated(rig, order(lying_notes(rig)[0], "payé 100 €"))
    assert case(rig).amount_due == 1100


@pytest.mark.parametrize(
    ("line", "due"),
    [
        ("payé 600 €", 600),
        ("payé 600 € le 20/02/2026", 600),
        ("payé 600 € : par chèque en plus", 0),
        ("payé 600 € 01/01/2026", 0),
        ("payé 500 €", 100),
    ],
)
async def test_what_the_bank_has_told_counts_once_when_a_colleague_tells_it_too(line: str, due: int) -> None:
    rig = await answered()
    take(rig, money("600.00", "VIR FA-2026-0001", on=date(2026, 2, 26)))
    await dictated(rig, order(lying_notes(rig)[0], line))
    assert case(rig).amount_due == due
