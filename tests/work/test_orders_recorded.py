"""What people record by order: calls and reminders made elsewhere."""

from datetime import date

import pytest
from tests.work.play import (
    KEY,
    answer,
    arrive,
    box,
    case,
    daemon,
    entries,
    late,
    notes,
    pass_days,
    pass_minutes,
    reminders,
    send_drafts,
    taken,
    way_out,
    words,
    written,
)  # fmt: skip
from tests.work.rig import MANAGER, NOON, OWN, Rig

from relancier.core.case import How, Invoice, State
from relancier.core.outbox import Sort, Status
from relancier.core.stored import Order

OTHER = "FA-2026-0002|2026-02-27"


def channels(rig: Rig) -> list[str]:
    return [entry.channel for entry in entries(rig, Sort.TASK, Status.SENT)]


async def read_only(*invoices: Invoice) -> Rig:
    """The cases are open, and nothing has left yet."""
    rig = daemon(*invoices, confirmed=False)
    await rig.tick()
    rig.confirm()
    return rig


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def silent() -> Rig:
    """A customer who never answers: an email today, a call on Wednesday with its recap, an SMS on Saturday."""
    return daemon(late(plan="silence"))


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("Virement prévu vendredi", "Nous en avons noté ceci : Virement prévu vendredi"),
        ("Pas de réponse.", "Nous avons cherché à vous joindre par téléphone le 5 mars 2026"),
        ("", "Nous vous avons appelé le 5 mars 2026 au sujet de notre facture FA-2026-0001."),
    ],
    ids=["said", "unanswered", "left open"],
)
async def test_the_recap_leaves_once_the_call_is_recorded_or_waits_in_drafts_if_someone_was_reached(
    note: str, told: str
) -> None:
    rig = silent()
    await pass_days(rig, 3)
    assert taken(rig) == ["silence-firm-email", "silence-call"]
    rig.order("called", KEY, on=day(3, 5), note=note)
    await pass_days(rig, 1)
    lying = box(rig).raws("Drafts")
    reached = note != "Pas de réponse."
    assert taken(rig)[2:] == ([] if reached else ["silence-recap"])
    raw = lying[0] if reached else reminders(rig)[-1].raw
    assert len(lying) == reached
    assert told in words(raw)
    assert ("Nous en avons noté" in words(raw)) is ("noté" in told)


async def test_without_a_recorded_call_the_recap_is_passed_over_at_the_next_step() -> None:
    rig = silent()
    await pass_days(rig, 6)
    assert case(rig).step_done("silence-recap") is None
    await pass_days(rig, 1)
    assert [done.how for done in case(rig).done if done.step == "silence-recap"] == [How.SKIPPED]
    assert taken(rig) == ["silence-firm-email", "silence-call", "silence-sms"]
    rig.order("called", KEY, on=day(3, 9))
    await pass_days(rig, 1)
    assert "silence-recap" not in taken(rig)


async def test_what_was_said_is_told_to_nobody_but_in_the_recap_and_to_colleagues() -> None:
    rig = daemon(late())
    await pass_days(rig, 1)
    rig.order("called", KEY, note="notre conversation interne")
    await pass_days(rig, 7)
    (draft,) = box(rig).raws("Drafts")
    assert "interne" not in words(draft)
    send_drafts(rig)
    await pass_days(rig, 7)
    (call,) = [sent for sent in way_out(rig).sent if sent.recipients == (MANAGER,)]
    assert words(call.raw).count("notre conversation interne") == 1, "once, in the table of what happened"
    assert "relance ferme" in words(call.raw)
    assert "penalties" not in words(call.raw), "a step has a name that the accountants know"
    assert all("interne" not in words(sent.raw) for sent in reminders(rig))


async def test_an_sms_that_goes_without_a_call_does_not_go_after_one() -> None:
    rig = daemon(late(plan="workflow"))
    await pass_days(rig, 3)
    assert channels(rig) == ["call"]
    rig.order("called", KEY, note="no answer")
    await pass_days(rig, 4)
    assert channels(rig) == ["call"]
    silent_one = daemon(late(plan="workflow"))
    await pass_days(silent_one, 7)
    assert channels(silent_one) == ["call", "sms"]


async def test_a_call_to_a_customer_who_has_answered_lets_nothing_leave() -> None:
    rig = silent()
    await pass_days(rig, 3)
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("called", KEY, note="Il a répondu par écrit")
    await pass_days(rig, 3)
    assert (case(rig).state, len(case(rig).unseen), len(reminders(rig))) == (State.PAUSED, 1, 1)


# --- Reminders made elsewhere


async def test_a_reminder_made_elsewhere_is_the_step_of_its_day_and_puts_the_next_one_off() -> None:
    rig = await read_only(late())
    rig.order("chased", KEY, on=day(2, 28), note="par téléphone")
    await pass_days(rig, 6)
    assert taken(rig) == ["reminder"]
    (done,) = [done for done in case(rig).done if done.step == "reminder"]
    assert (done.how, done.on) == (How.BY_HAND, day(2, 28))
    assert reminders(rig) == []
    await pass_days(rig, 2)
    assert taken(rig) == ["reminder", "penalties"]


async def test_the_same_order_twice_counts_one_step() -> None:
    rig = await read_only(late())
    order = Order(id="chased", word="chased", at=NOON, cases=(KEY,), on=day(2, 28))
    for _ in range(2):
        rig.store.commit(order)
        await rig.tick()
    assert taken(rig) == ["reminder"]


async def test_a_reminder_from_before_our_own_last_one_takes_no_further_step() -> None:
    rig = daemon(late())
    await pass_days(rig, 3)
    assert taken(rig) == ["reminder"]
    for on in (day(2, 28), day(3, 2)):
        rig.order("chased", KEY, on=on)
    await rig.tick()
    assert [step for step in taken(rig) if step != "by-hand"] == ["reminder"]


async def test_what_was_written_before_the_due_date_is_no_reminder() -> None:
    rig = await read_only(late())
    rig.order("chased", KEY, on=day(2, 27))
    await rig.tick()
    assert [done.how for done in case(rig).done if done.step == "reminder"] == [How.SENT]


@pytest.mark.parametrize("on", [day(2, 20), day(2, 27)])
async def test_a_reminder_from_before_the_due_date_is_refused_with_a_reason(
    on: date, caplog: pytest.LogCaptureFixture
) -> None:
    rig = await read_only(late())
    rig.order("chased", KEY, on=on)
    await rig.tick()
    (refused,) = [record for record in caplog.records if record.message == "order_refused"]
    assert refused.__dict__["reason"] == f"nothing was late on {on}"


async def test_a_reminder_from_before_the_due_date_is_refused_by_mail_too() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "Bonjour, nous regardons."))
    await pass_minutes(rig, 2)
    (asked,) = notes(rig, "reply")
    arrive(rig, written(OWN, "RE: x", "relancé 27/02/2026\n", to=OWN, In_Reply_To=asked.message_id), "Sent")
    await pass_minutes(rig, 2)
    assert len(notes(rig, "order")) == 1
    assert taken(rig) == ["reminder"]


async def test_a_reminder_of_several_cases_counts_for_each_and_without_a_plan_only_puts_off() -> None:
    rig = await read_only(late(), late("FA-2026-0002", plan="gone"))
    rig.order("chased", KEY, OTHER)
    await rig.tick()
    assert taken(rig) == ["reminder"]
    assert taken(rig, OTHER) == ["by-hand"]
