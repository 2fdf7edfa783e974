"""`confirm`: what will leave in the coming week, held cases first; exactly what was shown may then leave."""

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import click

from relancier import wiring
from relancier.cli.cases import by_customer, number_of
from relancier.cli.ending import DONE, REFUSED, TRY_LATER, Asked, Stop, tell
from relancier.cli.forecasting import HEADINGS, rows, timetable
from relancier.cli.office import Office, Picture
from relancier.cli.orders import new_order
from relancier.cli.running import daemon, usable, why_it_waits
from relancier.cli.showing import say, table
from relancier.cli.states import holder, reading
from relancier.core.case import Because, Case, Hold
from relancier.core.forecast import Expected
from relancier.core.schedule import HELD
from relancier.core.stored import Seen
from relancier.loop import STARTED, clock
from relancier.ports import Store
from relancier.work.adopt import unknown
from relancier.work.books.shrunk import SHRUNK, shrunk_books
from relancier.work.orders.obey import CONFIRMED
from relancier.work.records import Desk

WEEK = timedelta(days=7)


@click.command
@click.option("--yes", is_flag=True, help="Confirm what is shown without asking.")
@click.pass_obj
def confirm(asked: Asked, yes: bool) -> int:
    """Show held cases, then what leaves today and in the coming week, and let exactly that leave."""
    office = Office.at(asked, key=True)
    office.insist()
    if _first_time(office):
        _first_look(office)
    with reading(office.config.state.folder) as state:
        leaving = _shown(office, state)
    if not (yes or _agreed()):
        return REFUSED
    keys = tuple(one.carried.key for item in leaving for one in item.parcel.carries)
    with office.writing() as desk:
        how = desk.give(replace(new_order("confirm", clock()), keys=keys))
    say(f"Confirmed: {len(leaving)} messages and tasks in the coming week. {how}")
    if desk.alone:
        say("They leave once the daemon runs: `relancier run`, or `systemctl start relancier`.")
    return DONE


def _first_time(office: Office) -> bool:
    """Whether the mailbox was never read for this state, and no daemon is about to."""
    folder = office.config.state.folder
    with reading(folder) as state:
        return (state is None or state.setting(STARTED) is None) and holder(folder) is None


def _first_look(office: Office) -> None:
    """A new state reads the mailbox and the books once, so that who has answered is known; nothing is sent or told."""
    files = wiring.Holder(usable(office.config, os.environ), office.path, os.environ)
    if sys.stderr.isatty():
        tell(f"Reading the last {office.config.state.lookback.days} days of mail…")
    with office.writing() as desk:
        if not (desk.alone and asyncio.run(daemon(files, desk.store, once=True, telling=False))):
            reason = why_it_waits(desk.store) if desk.alone else "another process holds the state; try again."
            raise Stop(f"The mailbox could not be read, so nothing was confirmed: {reason}", TRY_LATER)


def _shown(office: Office, state: Store | None) -> Sequence[Expected]:
    """What leaves in the coming week, after showing it and everything that a person should see first."""
    picture = Picture.of(office, state, withdraw=True)
    if picture.books.problem:
        raise Stop(picture.books.problem)
    unseen = unknown(Desk.at(state, office.setup, clock())) if state else []
    today = office.setup.today(clock())
    leaving = timetable(picture, clock(), today + WEEK).entries
    _show(picture, unseen, leaving, today)
    return leaving


def _agreed() -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        tell(
            "Nothing was confirmed: run `relancier confirm` on a terminal, or `relancier confirm --yes` after reading."
        )
        return False
    if click.confirm("Let exactly these leave?", default=False):
        return True
    tell("Nothing was confirmed; nothing leaves.")
    return False


def _show(picture: Picture, unseen: Sequence[Seen], leaving: Sequence[Expected], today: date) -> None:
    table(("Invoice", "Customer", "State", "Why nothing leaves"), _held(picture), "Held, please look first:")
    if picture.store.setting(SHRUNK) is not None:
        told = shrunk_books(picture.store, picture.setup)
        tell(f"The invoice file has lost many at once, {told}: confirming lets what is left count as complete.")
    sent = [(seen.written_at or seen.at, ", ".join(seen.to), seen.subject) for seen in unseen]
    table(("Written", "To", "Subject"), sent, "Found in Sent and unknown here; confirming counts their steps as done:")
    table(HEADINGS, rows([item for item in leaving if item.on == today]), "Leaves today:")
    table(HEADINGS, rows([item for item in leaving if item.on > today]), "Leaves in the coming week:")
    if not leaving:
        say("Nothing leaves in the coming week.")
    held = picture.trouble()
    if held and picture.store.setting(CONFIRMED) is not None:
        tell(f"Nothing leaves for now: {held}.")


def _held(picture: Picture) -> Iterator[tuple[str, str, str, str]]:
    cases = sorted(picture.store.all_cases(open_only=True), key=by_customer)
    for case in cases:
        why = _why(case)
        if why:
            yield number_of(case.key), case.invoice.customer.name, case.state.value, why


def _why(case: Case) -> str:
    """Every reason why a person should look at a case before it goes on, each said once."""
    reasons = [_reason(hold) for hold in case.holds]
    told = any(case.needs_person in hold.detail for hold in case.holds)
    return "; ".join(dict.fromkeys(reasons if told else [*reasons, *filter(None, [case.needs_person])]))


def _reason(hold: Hold) -> str:
    why = HELD[hold.because]
    own = "" if hold.because is Because.MISSING else hold.detail  # which says nothing more
    return f"{why} ({own})" if own else why
