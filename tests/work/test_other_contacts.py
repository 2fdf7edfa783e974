"""Case "contact changed": mail that a new contact had sent before counts, as mail before its invoice does."""

from dataclasses import replace

from tests.work.play import KEY, arrive, box, case, daemon, late, pass_days, pass_minutes, reminders, written
from tests.work.rig import customer

from relancier.core.case import Contact, Role, State

PIERRE = "pierre@gmail.com"


async def test_mail_is_asked_again_when_its_sender_becomes_a_contact() -> None:
    rig = daemon(late())
    await pass_minutes(rig, 5)
    uid = arrive(rig, written(PIERRE, "Bonjour", "Nous avons réglé hier, Pierre de chez Dupont"))
    await pass_minutes(rig, 5)
    contacts = tuple(Contact(role, PIERRE) for role in (Role.ACCOUNTING, Role.SALES))
    rig.source.set(late(customer=replace(customer(), contacts=contacts)), at=rig.wake.now())
    await pass_days(rig, 15)
    assert len(reminders(rig)) == 1
    assert case(rig, KEY).state is State.PAUSED
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)
