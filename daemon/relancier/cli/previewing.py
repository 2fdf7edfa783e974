"""`preview`: the message of a step exactly as it would be sent today."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import click

from relancier import wiring
from relancier.cli.cases import Cases
from relancier.cli.ending import Asked, Stop
from relancier.cli.office import Office, Picture
from relancier.cli.options import Choice, chosen
from relancier.cli.showing import say
from relancier.cli.states import reading
from relancier.core.case import IN_STORE, Case
from relancier.core.extra import DATED, dated_id, step_of
from relancier.core.outbox import Sort
from relancier.core.parcel import Parcel, Taken, parcels
from relancier.core.plan import Channel, Plan, Step
from relancier.core.schedule import Remind, World, decide, near
from relancier.core.steps import ahead
from relancier.core.stored import Blob
from relancier.core.turn import take_turn
from relancier.core.writing.alone import page_alone
from relancier.loop import clock
from relancier.ports import RenderFailed, Store
from relancier.work.records import Desk
from relancier.work.sending.escalate import queue
from relancier.work.writing.render import Rendered
from relancier.work.writing.texting import addressed

UNFIT = re.compile(r"[^\w.-]+")
SHOWN = ("From", "To", "Cc", "Subject")


@click.command
@chosen(customer=False, note=False)
@click.option("--step", "step_id", metavar="ID", help="A step of its plan; the next one when left out.")
@click.option("--output", type=click.Path(path_type=Path), default=Path(), metavar="DIR", help="Where to write.")
@click.pass_obj
def preview(asked: Asked, choice: Choice, step_id: str | None, output: Path) -> None:
    """Write the next message about INVOICE, exactly as it would be sent today: .eml, .html, of a letter .pdf too."""
    office = Office.at(asked, key=True)
    office.insist()
    with reading(office.config.state.folder) as state:
        picture = Picture.of(office, state, withdraw=True)
        if picture.books.problem:
            raise Stop(picture.books.problem)
        case = Cases(picture.store).open(choice)[0]
        if state is not None:
            together = picture.store.of_customer(case.invoice.customer.id)
            picture.store.commit(*state.events(case.key), *_pages(together, state))
    now = clock()
    world = picture.books.world(now)
    parcel = _parcel(case, picture, world, step_id)
    if parcel.channel is Channel.SMS and parcel.sort is Sort.REMINDER:
        say(f"This message would leave by SMS to +{parcel.to[0].partition('@')[0]}.")
    if parcel.approval:
        say("This message would be put into Drafts, for a person to send.")
    _show(_rendered(parcel, picture, world), output, f"{case.invoice.number}-{parcel.lead.step.id}")


def _pages(cases: Iterable[Case], state: Store) -> Iterator[Blob]:
    """The invoices' PDFs that are kept in the state."""
    names = (case.invoice.pdf.removeprefix(IN_STORE) for case in cases if case.invoice.pdf.startswith(IN_STORE))
    for name in dict.fromkeys(names):
        content = state.blob(name)
        if content is not None:
            yield Blob(name, content)


def _parcel(case: Case, picture: Picture, world: World, step_id: str | None) -> Parcel:
    """What today's turn gives this case, where that is the step asked for; else that step alone."""
    plan = picture.setup.plans.get(case.plan)
    if plan is None:
        raise Stop(f"There is no plan called {case.plan!r}; `relancier check` tells more.")
    together = picture.store.of_customer(case.invoice.customer.id)
    step = _named(plan, step_id, world.today) if step_id else _next(case, plan, world, together)
    turn = take_turn(together, picture.setup.plans, world, old_allowed=picture.setup.old_a_day)
    wanted = f"{case.key}|{step.id}"
    made = addressed(turn.parcels, picture.setup)
    leaving = (parcel for parcel in made if wanted in {one.carried.key for one in parcel.carries})
    return next(leaving, None) or addressed(parcels([Taken(case, plan, step)]), picture.setup)[0]


def _named(plan: Plan, step_id: str, today: date) -> Step:
    """A step of the plan, or one that belongs to a day, which is today where none is named."""
    step = step_of(plan, dated_id(step_id, today)) if step_id in DATED else step_of(plan, step_id)
    if step is None:
        known = ", ".join(step.id for step in plan.steps)
        raise Stop(f'The plan {plan.name} has no step "{step_id}"; its steps are {known}.')
    return step


def _next(case: Case, plan: Plan, world: World, together: list[Case]) -> Step:
    action = decide(case, plan, world, near(case, together))
    if isinstance(action, Remind) and action.steps:
        return action.steps[0]
    dated = next(iter(ahead(case, plan, world.calendar)), None)
    if dated is None:
        raise Stop(f"{case.invoice.number}: the plan {plan.name} has ended; --step ID shows any of its steps.")
    return dated.step


def _rendered(parcel: Parcel, picture: Picture, world: World) -> Rendered:
    setup = picture.setup
    renderer = wiring.rendering(picture.store, wiring.library(setup.config), lambda: setup)
    desk = Desk.at(picture.store, setup, world.now)
    entry = queue(replace(parcel), desk)
    telling = renderer.telling(parcel, world)
    try:
        return renderer.task(entry, telling) if entry.sort is Sort.TASK else renderer.reminder(entry, telling)
    except RenderFailed as failed:
        raise Stop(f"This message cannot be made: {failed}") from None


def _show(rendered: Rendered, output: Path, name: str) -> None:
    message = message_from_bytes(rendered.raw, policy=default)
    for header in SHOWN:
        if message[header]:
            say(f"{header}: {message[header]}")
    for attachment in message.iter_attachments():
        say(f"Attached: {attachment.get_filename()}")
    say()
    for line in _part(message, "plain").splitlines():
        say(line)
    say()
    stem = output / UNFIT.sub("-", name)
    _write(stem.with_name(f"{stem.name}.eml"), rendered.raw)
    if page := page_alone(message):
        _write(stem.with_name(f"{stem.name}.html"), page.encode())
    if rendered.letter:
        _write(stem.with_name(f"{stem.name}.pdf"), rendered.letter)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise Stop(f"{path} cannot be written ({error.strerror}): name another folder with --output.") from None
    say(f"Written: {path}")
