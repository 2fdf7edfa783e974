"""A bounce in a form that only the library knows holds the cases of the address that it names."""

from dataclasses import replace

from tests.work.play import arrive, box, case, daemon, late, reminders, written
from tests.work.rig import Rig

from relancier.adapters.flufl import FluflBounces
from relancier.core.case import Kind

TEXT = "Here is your list of failed recipients:\n<compta@dupont.test>\nHere is your returned mail:\n"
FORM = written("info@gateway.test", "Your letter", TEXT, Auto_Submitted="auto-generated")


async def after(form: bytes, *, library: bool) -> tuple[Rig, int]:
    rig = daemon(late())
    if library:
        rig.holder.setup = replace(rig.holder.setup, bounces=FluflBounces())
    await rig.tick()
    assert reminders(rig)
    uid = arrive(rig, form)
    await rig.tick()
    return rig, uid


async def test_the_case_of_the_address_that_the_library_finds_is_held() -> None:
    rig, uid = await after(FORM, library=True)

    (event,) = [event for event in rig.store.events(case(rig).key) if event.kind is Kind.BOUNCED]
    assert "compta@dupont.test" in event.detail
    assert box(rig).flags_of("INBOX", uid) == {"\\Flagged", "$RelanceProblem"}


async def test_without_the_library_nobody_knows_what_it_is_about() -> None:
    rig, uid = await after(FORM, library=False)

    assert [event for event in rig.store.events(case(rig).key) if event.kind is Kind.BOUNCED] == []
    assert box(rig).flags_of("INBOX", uid) == set()
