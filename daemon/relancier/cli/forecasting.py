"""`forecast`: who will get what, when, by which channel, from whom to whom, and who gets nothing and why."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import click

from relancier.cli.cases import number_of
from relancier.cli.ending import Asked, Stop, tell
from relancier.cli.office import Office, Picture
from relancier.cli.options import DAY
from relancier.cli.showing import amount, say, table
from relancier.cli.states import reading
from relancier.core.case import Case
from relancier.core.choosing import why_of
from relancier.core.forecast import Expected, Nothing, Timetable
from relancier.core.forecast import forecast as foresee
from relancier.core.limitation import limitation_on, warn_from
from relancier.core.parcel import Parcel, Taken
from relancier.core.plan import Channel
from relancier.loop import clock
from relancier.ports import Store
from relancier.work.writing.texting import addressed

USUAL_DAYS = 60
HEADINGS = ("Date", "Invoice", "Customer", "Due now", "Plan", "Step", "Channel", "From", "To", "Note")


@click.command
@click.option("--on", "on", type=DAY, metavar="DATE", help="As if it were that day; today when left out.")
@click.option("--until", type=DAY, metavar="DATE", help="The last day; 60 days later when left out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def forecast(asked: Asked, on: date | None, until: date | None, as_json: bool) -> None:
    """Show the timetable if nobody answers and nothing is paid; nothing is sent or written."""
    office = Office.at(asked)
    office.insist()
    start = on or office.setup.today(clock())
    end = until or start + timedelta(days=USUAL_DAYS)
    if end < start:
        raise click.UsageError(f"--until {end} lies before {start}; name a later day.")
    with reading(office.config.state.folder) as state:
        picture = Picture.of(office, state, withdraw=True)
        plans = _plans(picture, state) if as_json else []
    if picture.books.problem:
        raise Stop(picture.books.problem)
    found = timetable(picture, instant(office, start), end)
    limits = barred(picture, end)
    if as_json:
        told = as_object(start, found) | {
            "plans": plans,
            "limitation": [{"invoice": number, "on": on} for number, on in limits],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _show(found)
        table(("Invoice", "Until"), limits, "Claims that can soon no longer be pursued:")
    if trouble := picture.trouble():
        tell(f"Nothing leaves for now: {trouble}.")


def _plans(picture: Picture, state: Store | None) -> list[dict[str, str]]:
    """The plan of each open case, and why: as its history says, else as it would be chosen now."""
    cases = sorted(picture.store.all_cases(open_only=True), key=lambda case: case.key)
    whys = ((case, _why(case, picture, state)) for case in cases)
    return [{"invoice": case.invoice.number, "plan": case.plan, "why": why} for case, why in whys]


def _why(case: Case, picture: Picture, state: Store | None) -> str:
    events = state.events(case.key) if state else []
    return why_of(events) if events else picture.setup.choose(case.invoice).why


def barred(picture: Picture, until: date) -> list[tuple[str, str]]:
    """The open invoices of whose limitation a person is told by a day, with the last day that is sure."""
    cases = (case for case in picture.store.all_cases(open_only=True) if case.amount_due > 0)
    near = (case.invoice for case in cases if warn_from(case.invoice) <= until)
    return sorted((invoice.number, limitation_on(invoice).isoformat()) for invoice in near)


def instant(office: Office, day: date) -> datetime:
    """Now for today, else the moment at which sending begins on that day."""
    now = clock()
    return now if day == office.setup.today(now) else office.setup.calendar.opening(day)


def timetable(picture: Picture, at: datetime, until: date) -> Timetable:
    """What will leave from an instant to a day, decided as the daemon decides."""
    setup = picture.setup
    world = picture.books.world(clock(), at, ahead=True)
    found = foresee(picture.customers(), setup.plans, world, until, setup.old_a_day)
    entries = [replace(item, parcel=addressed([item.parcel], setup)[0]) for item in found.entries]
    return replace(found, entries=entries)


def as_object(on: date, found: Timetable) -> dict[str, object]:
    """The timetable as `forecast --json` gives it."""
    return {
        "on": on.isoformat(),
        "entries": [_entry(item, one) for item in found.entries for one in item.parcel.carries],
        "skipped": [{"invoice": number, "reason": reason} for number, reason in skipped(found.nothing)],
    }


def _entry(item: Expected, one: Taken) -> dict[str, object]:
    parcel, case = item.parcel, one.case
    return {
        "date": item.on.isoformat(),
        "invoice": case.invoice.number,
        "customer": case.invoice.customer.name,
        "due": case.invoice.due.isoformat(),
        "plan": one.plan.name,
        "step": one.step.id,
        "channel": parcel.channel.value,
        "approval": parcel.approval,
        "template": parcel.template,
        "from": parcel.signer.value,
        "to": list(parcel.to),
        "cc": list(parcel.cc),
        "amount_due": amount(case.asked),
        "currency": case.invoice.currency,
        "reason": item.reason,
    }


def skipped(nothing: Iterable[Nothing]) -> list[tuple[str, str]]:
    """Each number and reason once, the reasons of a number together."""
    found: dict[str, dict[str, None]] = {}
    for item in nothing:
        found.setdefault(number_of(item.case.key), {})[item.reason] = None
    return [(number, reason) for number, reasons in found.items() for reason in reasons]


def rows(entries: Sequence[Expected]) -> list[tuple[object, ...]]:
    """The entries as a person reads them, one row for each case that a message carries."""
    return [
        (
            *(item.on, one.case.invoice.number, one.case.invoice.customer.name),
            f"{amount(one.case.asked)} {one.case.invoice.currency}",
            *(one.plan.name, one.step.id, way(item.parcel), item.parcel.signer.value),
            ", ".join((*item.parcel.to, *item.parcel.cc)),
            _note(item, one),
        )
        for item in entries
        for one in item.parcel.carries
    ]


def _note(item: Expected, one: Taken) -> str:
    """The reason; a task that stands for an email says what it lacks."""
    lacks = Channel.EMAIL in one.step.channels and not one.case.invoice.customer.contacts
    return "; ".join(filter(None, (item.reason, "no mail address is known" if lacks else "")))


def way(parcel: Parcel) -> str:
    """How a message goes, as a person reads it: one that a colleague must send is a draft."""
    return "draft" if parcel.approval else parcel.channel.value


def _show(found: Timetable) -> None:
    table(HEADINGS, rows(found.entries))
    if not found.entries:
        say("Nothing falls in this time.")
    table(("Invoice", "Why not"), skipped(found.nothing), "What gets nothing:")
