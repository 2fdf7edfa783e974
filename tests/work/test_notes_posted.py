"""A note that also goes to people's own addresses leaves once, whatever the server says or when the daemon dies."""

from datetime import timedelta

import pytest
from tests.work.play import again as restarted
from tests.work.play import box, daemon, late, notes, parsed, pass_minutes, way_out
from tests.work.rig import Rig, config

from relancier.adapters.memory_channel import Cut
from relancier.core.outbox import Answer, Copy, Entry, Stage, Status
from relancier.core.stored import Setting
from relancier.ports import StoreFailed
from relancier.work.sending.gates import WAIT

BOSS = "direction@lumen.test"


def morning() -> Rig:
    """A daemon that is about to make its digest for somebody elsewhere; nothing else leaves."""
    return daemon(late(), confirmed=False, conf=config(team={"digest": True, "digest_to": [BOSS]}))


def posted(rig: Rig) -> int:
    return sum(sent.recipients == (BOSS,) for sent in way_out(rig).sent)


def filed(rig: Rig) -> int:
    return sum("point du" in str(parsed(raw)["Subject"]) for raw in box(rig).raws("INBOX"))


def digest(rig: Rig) -> Entry:
    (entry,) = [note for note in notes(rig) if note.template == "digest"]
    return entry


@pytest.mark.parametrize("accepted", [True, False])
async def test_one_whose_answer_was_lost_is_never_repeated(*, accepted: bool) -> None:
    rig = morning()
    way_out(rig).script[Stage.BODY] = Cut(accepted=accepted)
    await pass_minutes(rig, 2)
    way_out(rig).script.clear()
    await pass_minutes(rig, 120)
    assert posted(rig) == int(accepted)
    assert filed(rig) == 1
    assert digest(rig).status is Status.SENT


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.MAIL, Stage.DATA, Stage.BODY])
async def test_one_that_the_server_did_not_take_is_tried_again(stage: Stage) -> None:
    rig = morning()
    way_out(rig).script[stage] = Answer(451, "later", "4.3.0")
    await pass_minutes(rig, 3)
    assert (posted(rig), filed(rig)) == (0, 1)
    way_out(rig).script.clear()
    await pass_minutes(rig, 30)
    assert (posted(rig), filed(rig)) == (1, 1)


async def test_it_is_given_up_after_some_hours_and_lies_in_the_mailbox() -> None:
    rig = morning()
    way_out(rig).script[Stage.CONNECT] = Cut("nobody there")
    await pass_minutes(rig, 60 * 8)
    tries = way_out(rig).steps.count(Stage.CONNECT)
    assert 5 < tries < 20
    assert (digest(rig).status, filed(rig)) == (Status.SENT, 1)


async def test_a_refused_address_is_told_at_once() -> None:
    rig = morning()
    way_out(rig).script[BOSS] = Answer(550, "no such address", "5.1.1")
    await pass_minutes(rig, 30)
    assert way_out(rig).steps.count(Stage.RCPT) == 1
    assert len(notes(rig, "held", "colleague_fails")) == 1
    assert digest(rig).status is Status.SENT


async def test_one_of_several_refused_is_told_and_the_others_get_it() -> None:
    other = "adjoint@lumen.test"
    rig = daemon(late(), confirmed=False, conf=config(team={"digest": True, "digest_to": [BOSS, other]}))
    way_out(rig).script[other] = Answer(550, "no such address", "5.1.1")
    await pass_minutes(rig, 3)
    assert posted(rig) == 1
    assert len(notes(rig, "held", "copy_refused")) == 1


async def test_a_server_that_asked_to_wait_is_left_alone() -> None:
    rig = morning()
    until = rig.wake.now() + timedelta(minutes=20)
    facts = {"until": until.isoformat(), "since": rig.wake.now().isoformat(), "attempts": 1, "reason": "421"}
    rig.store.commit(Setting(WAIT, facts))
    await pass_minutes(rig, 15)
    assert way_out(rig).steps == []
    await pass_minutes(rig, 15)
    assert posted(rig) == 1


async def test_a_daemon_that_died_after_the_bytes_left_sends_none_again() -> None:
    rig = morning()
    died: list[int] = []

    def die(changes: tuple[object, ...]) -> None:
        done = [one for one in changes if isinstance(one, Entry) and one.template == "digest"]
        if not died and any(one.status is Status.SENT for one in done):
            died.append(1)
            raise StoreFailed("disk full")

    rig.store._on_commit = die  # type: ignore[attr-defined]
    await pass_minutes(rig, 2)
    assert died
    later = restarted(rig)
    await pass_minutes(later, 30)
    assert (posted(later), filed(later)) == (1, 1)
    assert (digest(later).copy, digest(later).status) == (Copy.FILED, Status.SENT)
