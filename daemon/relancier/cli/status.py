"""`status`: the tracking table, or one invoice's whole history, and whether the daemon does its work."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import click

from relancier.cli.cases import Cases, by_customer
from relancier.cli.ending import DONE, REFUSED, Asked, tell
from relancier.cli.office import Office, Picture
from relancier.cli.options import Choice, chosen
from relancier.cli.showing import amount, say, table
from relancier.cli.states import holder, reading
from relancier.core.agreed import next_owed
from relancier.core.case import ENDED, Case, Event, How, State, StepDone
from relancier.core.choosing import why_of
from relancier.core.discount import cancelled
from relancier.core.extra import INSTALMENT, dated_id
from relancier.core.limitation import limitation_on, warn_from
from relancier.core.outbox import Status
from relancier.core.overviews.digest import WAITING
from relancier.core.paid.coverage import Coverage
from relancier.core.plan import Plan
from relancier.core.schedule import Action, Near, Remind, Wait, World, decide, nears, obstacle
from relancier.core.steps import come, take
from relancier.loop import LAST_TICK, clock
from relancier.ports import Store
from relancier.work.orders.obey import CONFIRMED
from relancier.work.paid.payments import refusals
from relancier.work.paid.statements import coverage

LATE = timedelta(minutes=15)
OVER = frozenset({State.PAID, State.CLOSED, State.LEGAL})
HEADINGS = ("Customer", "Invoice", "Due now", "Due date", "State", "Held because", "Last step", "Answer", "Next step")


@dataclass(frozen=True, slots=True)
class Row:
    """A case as people follow it; `held` is why nothing leaves although it is open.

    `draft` is the step that lies in Drafts for a person to send, and since when.
    """

    case: Case
    state: State
    held: str
    last: StepDone | None
    next_step: str
    next_on: date | None
    draft: tuple[str, date] | None = None


@click.command
@chosen(customer=False, note=False, needed=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with every history.")
@click.pass_obj
def status(asked: Asked, choice: Choice, as_json: bool) -> int:
    """Show the tracking table, or all about INVOICE; exits 1 when the daemon should tick and does not."""
    office = Office.at(asked)
    folder = office.config.state.folder
    with reading(folder) as state:
        picture = Picture.of(office, state)
        wanted = Cases(picture.store).of(choice) if choice.invoice else list(picture.store.all_cases())
        drafts = _drafts(state, office)
        shown = [replace(row, draft=drafts.get(row.case.key)) for row in _rows(wanted, picture)]
        if as_json:
            cases = [_as_object(row, state.events(row.case.key) if state else []) for row in shown]
            click.echo(json.dumps({"cases": cases}, ensure_ascii=False, indent=2))
        elif choice.invoice:
            for row in shown:
                _show_one(row, state.events(row.case.key) if state else [], office)
        else:
            _show_all(shown)
            _show_payments(picture)
        late = _late(state, holder(folder), clock()) if state else ""
    trouble = late or picture.trouble()
    if trouble:
        tell(trouble if late else f"Nothing leaves for now: {trouble}.")
    return REFUSED if late else DONE


def _drafts(state: Store | None, office: Office) -> dict[str, tuple[str, date]]:
    """What lies in Drafts, by case: the step, and since which day."""
    entries = state.entries(Status.PROPOSED) if state else []
    days = {entry.id: office.setup.today(entry.begun_at or entry.queued_at) for entry in entries}
    return {one.case: (one.step, days[entry.id]) for entry in entries for one in entry.carries}


def _late(state: Store, pid: int | None, now: datetime) -> str:
    """What is wrong with the daemon's ticks, if one should tick."""
    facts = state.setting(LAST_TICK)
    if not isinstance(facts, dict) or (pid is None and state.setting(CONFIRMED) is None):
        return ""
    at = datetime.fromisoformat(str(facts["at"]))
    if now - at > LATE:
        who = f"the daemon (process {pid}) is stuck" if pid is not None else "no daemon runs"
        return f"The last tick was at {at:%Y-%m-%d %H:%M} UTC, so {who}: look at its log, then start it again."
    if not facts.get("ok"):
        return f"Nothing is sent: {str(facts.get('reason')).rstrip('.')}."
    return ""


def _rows(cases: Iterable[Case], picture: Picture) -> Iterator[Row]:
    """The rows by customer and due date."""
    now = clock()
    world = picture.books.world(now)
    everyone, trouble = picture.customers(), picture.trouble()
    beside = {case.key: one for together in everyone.values() for case, one in _beside(together)}
    for case in sorted(cases, key=by_customer):
        state = _shown(case)
        plan = picture.setup.plans.get(case.plan)
        stop = obstacle(case, world, beside[case.key])
        last = max((done for done in case.done if done.how is not How.SKIPPED), key=lambda done: done.at, default=None)
        step = _planned(case, plan, world) if plan and state not in OVER else ""
        action = decide(case, plan, world, beside[case.key]) if stop is None and state is State.OPEN else None
        held = _held(stop, action, trouble) if state is State.OPEN else ""
        on = _day(action, world) if step and action is not None and not _waits(action) else None
        step, on = _agreed(case) or (step, on)
        yield Row(case, state, held, last, step, on)


def _held(stop: Action | None, action: Action | None, trouble: str) -> str:
    """Why nothing leaves for an open case: its own reason, else that of all sending."""
    if stop is not None:
        return stop.reason if isinstance(stop, Wait) else ""
    return _waits(action) or trouble


def _waits(action: Action | None) -> str:
    """What a case waits for that a person should know: the payments, a call, a plan; nothing for its next day."""
    reason = action.reason if isinstance(action, Wait) else ""
    return reason if reason.startswith(tuple(WAITING)) else ""


def _shown(case: Case) -> State:
    """The state that the next tick gives a case of which nothing is left to ask for."""
    if case.ended or case.amount_due > 0:
        return case.state
    return State.CLOSED if cancelled(case.invoice) else State.PAID


def _beside(together: Sequence[Case]) -> Iterator[tuple[Case, Near]]:
    found = nears(together)
    return ((case, found[case.key]) for case in together)


def _agreed(case: Case) -> tuple[str, date] | None:
    """The next instalment of a plan that was agreed, which stands before the steps."""
    coming = next_owed(case) if case.state is State.PROMISED and case.instalments else None
    return (dated_id(INSTALMENT, coming.part.on), coming.part.on) if coming else None


def _planned(case: Case, plan: Plan, world: World) -> str:
    """The step that follows, once nothing holds the case."""
    reached, later = come(case, plan, world.calendar, world.now, world.today)
    steps = take(case, plan, reached, world.today).steps if reached else ()
    if steps:
        return steps[0].id
    return later.step.id if later else ""


def _day(action: Action, world: World) -> date | None:
    """The day of the next step, as far as it can be known now."""
    if isinstance(action, Wait):
        return world.calendar.local_day(action.until) if action.until else None
    return world.today if isinstance(action, Remind) else None


def _as_object(row: Row, events: Iterable[Event]) -> dict[str, object]:
    case, invoice = row.case, row.case.invoice
    return {
        "invoice": invoice.number,
        "customer": invoice.customer.name,
        "customer_id": invoice.customer.id,
        "amount_due": amount(case.amount_due),
        "disputed": amount(case.disputed) if case.disputed else None,
        "currency": invoice.currency,
        "due": invoice.due.isoformat(),
        "plan": case.plan,
        "state": row.state.value,
        "held": row.held or None,
        "needs_person": bool(case.needs_person),
        "needs_person_because": case.needs_person or None,
        "last_step": row.last.step if row.last else None,
        "last_on": row.last.on.isoformat() if row.last else None,
        "next_step": row.next_step or None,
        "next_on": row.next_on.isoformat() if row.next_on else None,
        "draft_since": row.draft[1].isoformat() if row.draft else None,
        "limitation_on": limitation_on(invoice).isoformat() if row.state not in ENDED else None,
        "history": [
            {"at": event.at.isoformat(), "event": event.kind.value, "detail": event.detail} for event in events
        ],
    }


def _cells(row: Row) -> tuple[object, ...]:
    case, invoice = row.case, row.case.invoice
    return (
        *(invoice.customer.name, invoice.number, f"{amount(case.amount_due)} {invoice.currency}", invoice.due),
        *(row.state.value, row.held or case.needs_person),
        f"{row.last.step} {row.last.on}" if row.last else "",
        case.last_reply_on,
        _next(row),
    )


def _next(row: Row) -> str:
    if row.draft is not None:
        return f"{row.draft[0]}, in Drafts since {row.draft[1]}"
    return " ".join(part for part in (row.next_step, str(row.next_on or "")) if part)


def _show_all(shown: list[Row]) -> None:
    table(HEADINGS, map(_cells, shown))
    if not shown:
        say("There is no invoice to follow.")


def _show_payments(picture: Picture) -> None:
    """To which day the statements of each account reach, where any are awaited, and which file was refused."""
    known = coverage(picture.store, picture.setup)
    for account in known.awaited:
        say(f"Account …{account[-4:]}: {_known_of(account, known, picture)}.")
    for refused in refusals(picture.store):
        say(f"Not read: {refused}")


def _known_of(account: str, known: Coverage, picture: Picture) -> str:
    """To which day the payments of an account are known; days between two statements are named."""
    last, gap = known.last_day(account), known.gap(account, picture.setup.calendar)
    if last is None:
        return "no statement has come yet"
    if gap is None:
        return f"payments are known to {last}"
    told = f"payments are known to {gap[0] - timedelta(days=1)}"
    return f"{told}; no statement holds {gap[0]} to {gap[1]}, though later ones have come (to {last})"


def _until(case: Case) -> str:
    """Until when a promise or a pause holds, where that is known; of an instalment plan, what comes next."""
    coming = next_owed(case) if case.instalments else None
    if coming is not None:
        currency = case.invoice.currency
        return f"Next of {len(case.instalments)} instalments: {amount(coming.left)} {currency} on {coming.part.on}."
    if case.state is State.PROMISED and case.state_on:
        return f"Payment is promised by {case.state_on}."
    if case.state is not State.PAUSED or not (case.resume_on or case.state_on):
        return ""
    own = f"Paused until {case.resume_on}; it then goes on by itself."
    return own if case.resume_on else f"Paused until {case.state_on}; a person is then asked."


def _show_one(row: Row, events: Sequence[Event], office: Office) -> None:
    case, invoice = row.case, row.case.invoice
    table(HEADINGS, [_cells(row)])
    contacts = ", ".join(contact.email for contact in invoice.customer.contacts)
    why = f" ({told})" if (told := why_of(events)) else ""
    say(f"Plan {case.plan}{why}, since {case.plan_start}. Contacts: {contacts or 'none'}.")
    if case.disputed:
        say(f"In dispute: {amount(case.disputed)} {invoice.currency}.")
    if until := _until(case):
        say(until)
    if case.needs_person:
        say(f"A person is needed: {case.needs_person}.")
    if row.state not in ENDED and warn_from(invoice) <= office.setup.today(clock()):
        say(f"The claim can surely be pursued until {limitation_on(invoice)} only: hand over `relancier dossier`.")
    zone = office.setup.calendar.zone
    history = [(f"{event.at.astimezone(zone):%Y-%m-%d %H:%M}", event.kind.value, event.detail) for event in events]
    table(("At", "What", "Detail"), history, "History:")
