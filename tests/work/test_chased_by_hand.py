"""Case "already chased by hand": a colleague's own reminder in Sent counts; an answer is what is about the case."""

from datetime import datetime, timedelta

import pytest
from tests.work.play import (
    CUSTOMER,
    FRIDAY,
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
from tests.work.rig import NOON, OWN, Rig, config

from relancier.core.case import How, State

SUNDAY = datetime(2026, 3, 1, 9, tzinfo=NOON.tzinfo)


def by_hand(subject: str = "Relance facture FA-2026-0001", *, at: datetime = SUNDAY, to: str = CUSTOMER) -> bytes:
    return written(OWN, subject, to=to, at=at)


async def on_sunday(*sent: bytes) -> Rig:
    rig = daemon(late(), now=SUNDAY)
    rig.source.touch(SUNDAY)
    for raw in sent:
        arrive(rig, raw, "Sent")
    await rig.go(datetime(2026, 3, 4, 12, tzinfo=NOON.tzinfo))
    return rig


def hows(rig: Rig) -> list[tuple[str, How]]:
    return [(done.step, done.how) for done in case(rig).done if done.how is not How.SKIPPED]


async def test_a_reminder_by_hand_before_the_case_was_known_takes_the_place_of_ours() -> None:
    rig = await on_sunday(by_hand())
    assert reminders(rig) == []
    assert hows(rig) == [("reminder", How.BY_HAND)]


async def test_a_reminder_by_hand_counts_while_the_case_is_open() -> None:
    rig = daemon(late(), now=SUNDAY)
    rig.source.touch(SUNDAY)
    await rig.tick()
    arrive(rig, by_hand(), "Sent")
    await rig.go(datetime(2026, 3, 4, 12, tzinfo=NOON.tzinfo))
    assert reminders(rig) == []
    assert hows(rig) == [("reminder", How.BY_HAND)]


@pytest.mark.parametrize(
    "raw",
    [
        by_hand(at=datetime(2026, 2, 27, 12, tzinfo=NOON.tzinfo)),
        by_hand("Nos vœux"),
        by_hand(to="patron@lumen.test"),
        by_hand("Relance facture FA-2026-0777"),
    ],
    ids=["on the due day", "no number", "not to the customer", "another number"],
)
async def test_what_is_no_reminder_by_hand_only_joins_the_thread(raw: bytes) -> None:
    rig = await on_sunday(raw)
    assert hows(rig) == [("reminder", How.SENT)]


async def test_a_colleagues_answer_is_no_step() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    arrive(rig, by_hand("RE: FA-2026-0001", at=NOON + timedelta(hours=1)), "Sent")
    await rig.tick()
    assert case(rig).unseen == ()
    assert hows(rig) == [("reminder", How.SENT)]


async def test_our_own_next_step_keeps_five_working_days_after_a_reminder_by_hand() -> None:
    rig = daemon(late())
    await rig.tick()
    await rig.go(datetime(2026, 3, 6, 12, tzinfo=NOON.tzinfo))
    arrive(rig, by_hand(at=rig.wake.now()), "Sent")
    await rig.go(datetime(2026, 3, 13, 8, tzinfo=NOON.tzinfo))
    assert len(reminders(rig)) == 1


@pytest.mark.parametrize("resumed_by_itself", ["", "10d"])
async def test_other_mail_to_the_customer_is_no_answer(resumed_by_itself: str) -> None:
    conf = config(replies={"after_colleague_answer": resumed_by_itself} if resumed_by_itself else {})
    rig = daemon(late(), late("FA-2026-0002", due=FRIDAY + timedelta(days=4)), conf=conf)
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0], "Nous contestons."))
    await rig.tick()
    arrive(rig, by_hand("Votre facture FA-2026-0777", at=NOON + timedelta(hours=1)), "Sent")
    await pass_days(rig, 25)
    assert case(rig).unseen
    assert case(rig).state is State.PAUSED
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)
    assert taken(rig) == ["reminder"]
