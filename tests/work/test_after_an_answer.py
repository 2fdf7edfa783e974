"""Case "after an answer": what follows a person's reply refers to it, and only a person sends it."""

from datetime import datetime

import pytest
from tests.work.play import KEY, answer, arrive, box, daemon, entries, late, pass_days, reminders, taken, words, written
from tests.work.rig import NOON, OWN, Rig, config

from relancier.core.outbox import Sort

WEEK_LATER = datetime(2026, 3, 10, 12, tzinfo=NOON.tzinfo)


async def replied_and_resumed(rig: Rig) -> None:
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("resume", KEY)
    await rig.go(WEEK_LATER)


@pytest.mark.parametrize(
    ("language", "told"), [("fr", "votre message du 2 mars 2026"), ("en", "your message of 2 March 2026")]
)
async def test_the_step_after_a_reply_is_a_draft_that_refers_to_it(language: str, told: str) -> None:
    rig = daemon(late(), conf=config(company={"language": language}))
    await replied_and_resumed(rig)
    assert len(reminders(rig)) == 1
    assert not entries(rig, Sort.TASK)
    (raw,) = box(rig).raws("Drafts")
    assert told in words(raw)


async def test_such_a_draft_is_not_the_step_yet() -> None:
    rig = daemon(late())
    await replied_and_resumed(rig)
    assert taken(rig) == ["reminder"]


async def test_another_invoice_of_that_customer_is_chased_by_mail_once_the_reply_is_seen_to() -> None:
    other = late("FA-2026-0002", due=datetime(2026, 3, 6, tzinfo=NOON.tzinfo).date())
    rig = daemon(late(), other)
    await replied_and_resumed(rig)
    await pass_days(rig, 7)
    first, *later = reminders(rig)
    assert KEY.encode()[:12] in first.raw
    assert all(b"FA-2026-0002" in sent.raw and b"FA-2026-0001" not in sent.raw for sent in later)
    assert "reminder" in taken(rig, other.key)
    assert later


async def test_a_message_written_by_hand_after_the_reply_lets_the_plan_write_again() -> None:
    rig = daemon(late())
    await replied_and_resumed(rig)
    by_hand = written(OWN, "FA-2026-0001 : notre appel", to="compta@dupont.test", at=rig.wake.now())
    arrive(rig, by_hand, "Sent")
    await pass_days(rig, 25)
    assert len(reminders(rig)) > 1
