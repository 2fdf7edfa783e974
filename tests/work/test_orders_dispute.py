"""A part in dispute: everything waits, then only the rest is asked for."""

from dataclasses import replace
from decimal import Decimal

from tests.work.play import (
    KEY,
    answer,
    arrive,
    box,
    case,
    daemon,
    entries,
    late,
    pass_days,
    reminders,
    words,
)  # fmt: skip
from tests.work.rig import NOON, Rig

from relancier.core.case import Kind, State
from relancier.core.outbox import Sort
from relancier.core.stored import Order

OTHER = "FA-2026-0002|2026-02-27"


async def disputed(amount: str = "300.00") -> Rig:
    rig = daemon(late())
    await rig.tick()
    rig.order("dispute", KEY, amount=amount, note="deux lampes cassées")
    return rig


async def test_a_part_in_dispute_holds_the_whole() -> None:
    rig = await disputed()
    await pass_days(rig, 20)
    assert (case(rig).state, case(rig).disputed, len(reminders(rig))) == (State.DISPUTED, Decimal(300), 1)
    assert rig.store.events(KEY)[-1].detail == "300.00 EUR in dispute: deux lampes cassées"


async def test_the_balance_is_asked_for_without_the_part_in_dispute_penalties_or_a_formal_notice() -> None:
    rig = await disputed()
    rig.order("balance", KEY)
    await pass_days(rig, 50)
    for sent in reminders(rig)[1:]:
        said = words(sent.raw)
        assert "Part contestée : 300,00 €" in said
        assert "900,00 €" in said
        assert not any(word in said for word in ("pénalités", "indemnité", "mise en demeure"))
    assert len(reminders(rig)) == 3
    notice = next(entry for entry in entries(rig, Sort.TASK) if entry.carries[0].step == "formal-notice")
    assert notice.channel == "task"


async def test_resume_ends_the_dispute_wholly() -> None:
    rig = await disputed()
    rig.order("balance", KEY)
    await pass_days(rig, 1)
    rig.order("resume", KEY)
    await pass_days(rig, 8)
    assert (case(rig).disputed, case(rig).state) == (Decimal(0), State.OPEN)
    assert "contestée" not in words(reminders(rig)[-1].raw)


async def test_a_payment_of_what_is_not_in_dispute_leaves_nothing_to_ask_for() -> None:
    rig = await disputed()
    rig.order("balance", KEY)
    rig.order("paid", KEY, amount="900.00")
    await pass_days(rig, 30)
    assert (case(rig).state, case(rig).waiting) == (State.OPEN, "all that is due is in dispute")
    assert len(reminders(rig)) == 1


async def test_an_answer_to_a_dispute_keeps_it_held_until_a_person_who_knows_it_asks_for_the_balance() -> None:
    rig = await disputed()
    rig.store.commit(Order(id="balance", word="balance", at=NOON, cases=(KEY,), seen=()))
    arrive(rig, answer(reminders(rig)[0]))
    await pass_days(rig, 10)
    assert (case(rig).state, len(reminders(rig))) == (State.PAUSED, 1)
    rig.order("balance", KEY)
    await pass_days(rig, 1)
    assert (case(rig).state, case(rig).disputed) == (State.OPEN, Decimal(300))


async def test_a_balance_of_what_nobody_disputes_in_part_changes_nothing() -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("balance", KEY, OTHER)
    await rig.tick()
    assert case(rig).state is State.PAUSED
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)
    assert Kind.BALANCE not in [event.kind for event in rig.store.events(KEY)]


async def test_an_amount_in_dispute_is_of_one_case() -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    await rig.tick()
    rig.order("dispute", KEY, OTHER, amount="300")
    await rig.tick()
    assert {case(rig).state, case(rig, OTHER).state} == {State.OPEN}
    rig.order("dispute", KEY, OTHER)
    await rig.tick()
    assert {case(rig).state, case(rig, OTHER).state} == {State.DISPUTED}


async def test_the_undisputed_part_of_one_invoice_is_named_beside_another() -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    await rig.tick()
    rig.order("dispute", KEY, amount="300")
    rig.order("balance", KEY)
    await pass_days(rig, 8)
    said = words(reminders(rig)[-1].raw)
    assert "2 100,00 €" in said
    assert "Ce total ne comprend pas la somme de 300,00 € que vous contestez." in said


async def test_a_message_rendered_before_the_dispute_is_not_sent_after_it() -> None:
    rig = daemon(late())
    await rig.tick()
    renderer, world = rig.parts.deliver.renderer, rig.parts.deliver.setup().world(NOON, NOON)

    def fingerprint() -> str:
        parcel = renderer.parcel(entries(rig)[0])
        assert parcel is not None
        return renderer.fingerprint(renderer.telling(parcel, world))

    before = fingerprint()
    assert fingerprint() == before
    rig.store.commit(replace(case(rig), disputed=Decimal(300)))
    assert fingerprint() != before
