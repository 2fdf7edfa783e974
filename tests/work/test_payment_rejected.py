"""A direct debit, a bill or a cheque that came back: nothing leaves before it, the plan goes on after it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.work.play import KEY, arrive, case, daemon, late, notes, pass_days, reminders, taken, words, written
from tests.work.rig import OWN, Rig

from relancier.core.case import State


async def debited(**other: Any) -> Rig:
    rig = daemon(late(payment_method="Prélèvement SEPA", **other))
    await rig.tick()
    await pass_days(rig, 2)
    return rig


async def test_what_pays_itself_gets_nothing_until_a_rejection_then_its_plan() -> None:
    rig = await debited()
    assert reminders(rig) == []
    rig.order("rejected", KEY, on=date(2026, 3, 4), note="provision insuffisante")
    await pass_days(rig, 0.2)
    assert taken(rig) == ["reminder"]
    said = words(reminders(rig)[0].raw)
    assert "prélèvement" in said
    assert "4 mars 2026" in said
    await pass_days(rig, 6)
    assert taken(rig)[-1] == "penalties"
    assert "prélèvement" not in words(reminders(rig)[1].raw)
    assert rig.store.events(KEY)[-1].at > rig.store.events(KEY)[0].at


@pytest.mark.parametrize(("line", "rejected"), [("rejet 04/03/2026 provision insuffisante", True), ("rejet", False)])
async def test_a_rejection_by_mail(line: str, *, rejected: bool) -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, written("compta@dupont.test", "FA-2026-0001", "Un chèque suit."))
    await pass_days(rig, 2.1)
    note = notes(rig, "reply")[0]
    arrive(rig, written(OWN, "RE: note", line, at=rig.wake.now(), In_Reply_To=note.message_id), "Sent")
    await pass_days(rig, 0.2)
    assert (case(rig).rejected_on == date(2026, 3, 4)) == rejected
    assert [dict(one.facts)["reason"] for one in notes(rig, "order")] == ([] if rejected else ["order_date"])


async def test_what_a_person_took_for_paid_is_owed_again() -> None:
    rig = await debited()
    rig.order("paid", KEY)
    await pass_days(rig, 0.1)
    assert case(rig).state is State.PAID
    rig.order("rejected", KEY, on=date(2026, 3, 4))
    await pass_days(rig, 0.2)
    assert (case(rig).state, case(rig).amount_due) == (State.OPEN, Decimal(1200))


async def test_what_the_books_show_as_paid_is_not_chased_for_a_rejection() -> None:
    rig = await debited()
    rig.source.set(replace(rig.source.invoices[0], paid=Decimal(1200)), at=rig.wake.now())
    await pass_days(rig, 0.1)
    rig.order("rejected", KEY, on=date(2026, 3, 4))
    await pass_days(rig, 2)
    assert (case(rig).state, case(rig).rejected_on, reminders(rig)) == (State.PAID, None, [])
