"""`forget` as the daemon applies it: everything of a customer goes, what others share stays, and a reason keeps it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.work.play import (
    CUSTOMER,
    KEY,
    answer,
    arrive,
    box,
    case,
    daemon,
    late,
    pass_days,
    reminders,
    taken,
    written,
)
from tests.work.rig import Rig, customer

from relancier.core.case import Because, Contact, Role, State
from relancier.core.outbox import Status
from relancier.core.stored import Order
from relancier.work.archive.forgetting import OVERRIDE, why_kept

OTHER = "FA-2026-0002|2026-02-27"
OLD: dict[str, Any] = {"issued": date(2019, 1, 1), "delivered": date(2019, 1, 1)}


def left_of(rig: Rig) -> str:
    """Everything that the state holds, as text."""
    rows = rig.store._rows  # type: ignore[attr-defined]
    return repr({kind.__name__: found for kind, found in rows.items()})


def forget(rig: Rig, *cases: str, note: str = "", at: timedelta = timedelta(0)) -> None:
    """The order as the command gives it after its export."""
    now = rig.wake.now() + at
    rig.store.commit(
        Order(id=f"forget-{now}", word="forget", at=now, cases=cases or (KEY,), customer="dupont", note=note)
    )


async def closed(**other: Any) -> Rig:
    """A case with mail both ways and a mended contact, closed and out of the books."""
    rig = daemon(late(**{**OLD, **other}), late("FA-2026-0002", customer=customer("Martin")))
    await pass_days(rig, 1)
    contact = Contact(Role.SALES, "nouveau@dupont.test", "M. Neuf")
    rig.order("contact", KEY, contact=contact, customer="dupont")
    first = next(sent for sent in reminders(rig) if CUSTOMER in sent.recipients)
    arrive(rig, answer(first, "Un secret du client."))
    arrive(rig, written(CUSTOMER, "Autre chose", "Rien à voir."))
    await pass_days(rig, 0.2)
    rig.order("close", KEY)
    rig.source.set(late("FA-2026-0002", customer=customer("Martin")), at=rig.wake.now())
    await pass_days(rig, 0.2)
    assert case(rig).state is State.CLOSED
    return rig


async def test_everything_of_the_customer_goes_and_the_others_stay() -> None:
    rig = await closed()
    forget(rig)
    await pass_days(rig, 0.1)
    assert rig.store.case_keys() == {OTHER}
    text = left_of(rig).lower()
    for word in ("dupont", "secret", "m. neuf", "fa-2026-0001"):
        assert word not in text, text[max(0, text.index(word) - 200) : text.index(word) + 100]
    assert "martin" in text


async def test_it_is_neither_heard_nor_held_again_afterwards() -> None:
    rig = await closed()
    raws = [sent.raw for sent in reminders(rig) if CUSTOMER in sent.recipients]
    forget(rig)
    await pass_days(rig, 0.1)
    box(rig).deliver("Sent", raws[0], at=rig.wake.now())
    await pass_days(rig, 0.1)
    assert rig.store.setting("unknown_sent") is None
    rig.source.set(late(**OLD), late("FA-2026-0002", customer=customer("Martin")), at=rig.wake.now())
    await pass_days(rig, 0.1)
    assert [hold.because for hold in case(rig).holds] == [Because.OWED_AGAIN]
    assert len([sent for sent in reminders(rig) if CUSTOMER in sent.recipients]) == len(raws)


async def test_an_open_case_is_kept_unless_a_person_decides() -> None:
    rig = daemon(late(**OLD))
    await pass_days(rig, 1)
    forget(rig)
    await pass_days(rig, 0.1)
    assert taken(rig) == ["reminder"]
    forget(rig, note=OVERRIDE)
    await rig.tick()
    assert rig.store.case_keys() == set()
    rig.source.touch(rig.wake.now())
    await rig.tick()
    assert taken(rig) == []
    assert [hold.because for hold in case(rig).holds] == [Because.OWED_AGAIN]  # the books still ask for it


async def test_what_may_be_needed_as_evidence_is_kept_unless_a_person_decides() -> None:
    rig = await closed(issued=date(2026, 1, 1), delivered=None)
    forget(rig)
    await pass_days(rig, 0.1)
    assert KEY in rig.store.case_keys()
    forget(rig, note=OVERRIDE)
    await pass_days(rig, 0.1)
    assert KEY not in rig.store.case_keys()


async def test_what_happened_since_the_export_keeps_everything() -> None:
    rig = await closed()
    forget(rig, at=-timedelta(hours=12))
    await pass_days(rig, 0.1)
    assert KEY in rig.store.case_keys()
    forget(rig, KEY, "FA-2026-0009|2026-02-27")
    await pass_days(rig, 0.1)
    assert KEY in rig.store.case_keys()


async def test_a_message_on_its_way_is_never_removed() -> None:
    rig = await closed()
    (entry, *_) = [one for one in rig.store.entries(Status.SENT) if KEY in one.about and one.to]
    rig.store.commit(replace(entry, status=Status.UNCERTAIN))
    assert why_kept([case(rig)], rig.store, date(2040, 1, 1), override=True) == (
        "a message about FA-2026-0001 is on its way"
    )


async def test_a_customer_whom_nobody_knows_changes_nothing() -> None:
    rig = daemon(late(paid=Decimal(0)))
    await pass_days(rig, 0.05)
    before = rig.store.case_keys()
    rig.store.commit(Order(id="x", word="forget", at=rig.wake.now(), customer="nobody"))
    await pass_days(rig, 0.05)
    assert rig.store.case_keys() == before
    assert rig.store.orders() == []
