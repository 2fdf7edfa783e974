"""A message read before its invoice was in the books: the numbers in its text and files are found when a case opens."""

from datetime import datetime, timedelta

from tests.work.play import CUSTOMER, arrive, case, daemon, late, reminders, unhurried, written
from tests.work.rig import NOON, OWN, MemorySource, Rig

from relancier.core.case import How, State
from relancier.core.stored import Seen

SUNDAY = datetime(2026, 3, 1, 9, tzinfo=NOON.tzinfo)
TEXT = "Votre facture FA-2026-0001 est réglée par virement du 27/02/2026 de 1 200,00 €.\nTél. 06 12 34 56 78"
OTHER = "FA-2026-0002|2026-02-27"


def kept(rig: Rig) -> list[Seen]:
    return list(rig.store.unmatched(datetime(2026, 1, 1, tzinfo=NOON.tzinfo)))


async def before_the_books(*raws: tuple[bytes, str]) -> Rig:
    """Mail that was read while there were no invoices yet."""
    rig = unhurried(Rig(MemorySource(), now=SUNDAY))
    rig.confirm()
    rig.source.touch(SUNDAY)
    await rig.go(SUNDAY + timedelta(hours=1))
    for raw, folder in raws:
        arrive(rig, raw, folder)
    await rig.go(SUNDAY + timedelta(hours=2))
    return rig


async def test_a_customers_message_holds_the_invoice_that_its_text_names() -> None:
    rig = await before_the_books((written(CUSTOMER, "Bonjour", TEXT, at=SUNDAY), "INBOX"))
    rig.source.set(late(), late("FA-2026-0002"), at=rig.wake.now())
    await rig.tick()
    assert (case(rig).state, case(rig, OTHER).state) == (State.PAUSED, State.OPEN)


async def test_a_reminder_by_hand_that_names_the_invoice_in_its_text_counts() -> None:
    rig = await before_the_books((written(OWN, "Relance", f"Relance : {TEXT}", to=CUSTOMER, at=SUNDAY), "Sent"))
    rig.source.set(late(), at=rig.wake.now())
    await rig.go(datetime(2026, 3, 4, 12, tzinfo=NOON.tzinfo))
    assert reminders(rig) == []
    assert [done.how for done in case(rig).done if done.how is not How.SKIPPED] == [How.BY_HAND]


async def test_only_numbers_are_kept_and_none_of_a_message_that_a_program_wrote() -> None:
    robot = written("robot@tickets.test", "Ticket", TEXT, at=SUNDAY, Auto_Submitted="auto-replied")
    rig = await before_the_books((written("zoe@elsewhere.test", "Bonjour", TEXT), "INBOX"), (robot, "INBOX"))
    assert [seen.numbers for seen in kept(rig)] == [("fa-2026-0001",), ()]


async def test_a_message_that_matched_keeps_no_numbers() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, written(CUSTOMER, "Bonjour", TEXT))
    await rig.tick()
    assert case(rig).state is State.PAUSED
    assert kept(rig) == []
