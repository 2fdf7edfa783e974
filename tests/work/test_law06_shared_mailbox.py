"""Law 6: people share this mailbox: what is not ours is left untouched, and flags that fail stop nothing."""

from datetime import timedelta

from tests.work.play import CUSTOMER, KEY, answer, arrive, box, case, daemon, late, pass_days, reminders, written
from tests.work.rig import NOON, OWN, Rig

from relancier.core.case import State
from relancier.ports import Unavailable

QUESTION = "<question@dupont.test>"


async def reminded() -> Rig:
    rig = daemon(late())
    await rig.tick()
    return rig


async def test_mail_that_matches_no_case_is_left_untouched() -> None:
    rig = await reminded()
    uid = arrive(rig, written("ami@ailleurs.test", "Déjeuner ?"))
    await pass_days(rig, 2)
    assert box(rig).flags_of("INBOX", uid) == set()
    assert box(rig).set_by_us == {}


async def test_nothing_is_ever_marked_read() -> None:
    rig = await reminded()
    arrive(rig, answer(reminders(rig)[0]))
    arrive(rig, written("ami@ailleurs.test", "Déjeuner ?"))
    await pass_days(rig, 2)
    assert all("\\Seen" not in flags for flags in box(rig).set_by_us.values())


async def test_a_flag_that_a_colleague_had_set_before_is_not_taken_off() -> None:
    rig = await reminded()
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION), flags={"\\Flagged"})
    await rig.tick()
    assert "$RelanceReply" in box(rig).flags_of("INBOX", uid)
    arrive(rig, written(OWN, "RE:", at=NOON + timedelta(hours=1), to=CUSTOMER, In_Reply_To=QUESTION), "Sent")
    await pass_days(rig, 1)
    assert box(rig).flags_of("INBOX", uid) == {"\\Flagged"}


async def test_a_flag_that_a_person_takes_off_is_not_set_again_and_the_hold_stays() -> None:
    rig = await reminded()
    uid = arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    box(rig).mark("INBOX", uid, "\\Flagged", "$RelanceReply", off=True)
    await pass_days(rig, 10)
    assert box(rig).flags_of("INBOX", uid) == set()
    assert case(rig).state is State.PAUSED


async def test_a_rescan_flags_nothing_anew() -> None:
    rig = await reminded()
    uid = arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    box(rig).mark("INBOX", uid, "\\Flagged", "$RelanceReply", off=True)
    box(rig).renumber("INBOX")
    box(rig).renumber("Sent")
    await pass_days(rig, 1)
    assert all("\\Flagged" not in message.flags for message in box(rig).boxes["INBOX"].messages.values())


async def test_failing_to_flag_does_not_stop_intake_or_sending() -> None:
    rig = daemon(late(), late("FA-2026-0002", customer=late().customer))
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0]))
    refused = []

    def fail(name: str) -> None:
        if name == "flag":
            refused.append(name)
            raise Unavailable("read-only")

    box(rig).fail = fail
    await rig.tick()
    assert case(rig).state is State.PAUSED
    assert refused
    box(rig).fail = lambda _name: None
    await rig.tick()
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)


async def test_a_mailbox_without_keywords_gets_the_flag_alone() -> None:
    rig = await reminded()
    box(rig).keywords = False
    uid = arrive(rig, answer(reminders(rig)[0]))
    await pass_days(rig, 1)
    assert box(rig).flags_of("INBOX", uid) == {"\\Flagged"}
    assert rig.store.flags_wanted() == []


async def test_an_order_takes_off_only_our_flags() -> None:
    rig = await reminded()
    uid = arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    box(rig).mark("INBOX", uid, "\\Seen", "$label1")
    rig.order("resume", KEY)
    await rig.tick()
    await rig.tick()
    assert box(rig).flags_of("INBOX", uid) == {"\\Seen", "$label1"}


async def test_a_message_deleted_before_it_could_be_flagged_stops_nothing() -> None:
    rig = await reminded()
    uid = arrive(rig, answer(reminders(rig)[0]))

    def fail(name: str) -> None:
        if name == "flag" and uid in box(rig).boxes["INBOX"].messages:
            box(rig).delete("INBOX", uid)

    box(rig).fail = fail
    await pass_days(rig, 1)
    assert case(rig).state is State.PAUSED
    assert rig.store.flags_wanted() == []
