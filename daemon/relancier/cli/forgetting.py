"""`forget`: a customer's files are written, then everything about that customer is removed."""

from dataclasses import replace
from pathlib import Path

import click

from relancier.cli.cases import Cases
from relancier.cli.dossier import NO_STATE, free, maker, write
from relancier.cli.ending import Asked, Stop
from relancier.cli.office import Office
from relancier.cli.options import Choice
from relancier.cli.orders import new_order
from relancier.cli.showing import say
from relancier.cli.states import reading
from relancier.core.case import Case
from relancier.core.stored import Order
from relancier.loop import clock
from relancier.ports import Store
from relancier.work.archive.dossier import file_name
from relancier.work.archive.forgetting import OVERRIDE, why_kept

KEPT = "Nothing was removed: {}."
MAY = " `--override` removes it all the same, where a person has decided so"


@click.command
@click.argument("customer")
@click.option("--override", is_flag=True, help="Also what is open, or may still be needed as evidence.")
@click.option("--output", type=click.Path(path_type=Path), default=Path(), metavar="DIR", help="Where to export to.")
@click.pass_obj
def forget(asked: Asked, customer: str, override: bool, output: Path) -> None:
    """Export everything about CUSTOMER, then remove it: cases, messages, contacts, all but what keeps mail known."""
    office = Office.at(asked, key=True)
    with reading(office.config.state.folder) as state:
        if state is None:
            raise Stop(NO_STATE.format(office.config.state.folder))
        cases = Cases(state).of(Choice(customer=customer.strip()))
        order = new_order("forget", clock(), cases, note=OVERRIDE if override else "")
        order = replace(order, customer=cases[0].invoice.customer.id)
        _insist(cases, state, office, override=override)
        _export(cases, state, office, output)
    say(f"{cases[0].invoice.customer.name}: {_give(order, office)}")


def _insist(cases: list[Case], state: Store, office: Office, *, override: bool) -> None:
    today = office.setup.today(clock())
    if why := why_kept(cases, state, today, override=override):
        by_choice = why != why_kept(cases, state, today, override=True)
        raise Stop(KEPT.format(f"{why};{MAY}" if by_choice else why))


def _export(cases: list[Case], state: Store, office: Office, output: Path) -> None:
    """One archive for each invoice; nothing is written where one of them could not be."""
    numbers = dict.fromkeys(case.invoice.number for case in cases)
    places = {number: output / f"{file_name(number)}.zip" for number in numbers}
    if len(set(places.values())) < len(places):
        places = {number: output / f"{place}-{file_name(number)}.zip" for place, number in enumerate(numbers, 1)}
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Stop(f"{output} cannot be made ({error.strerror}): name another folder with --output.") from None
    for place in places.values():
        free(place)
    making, on = maker(office, state), office.setup.today(clock())
    for number, place in places.items():
        write(place, making.make([case for case in cases if case.invoice.number == number], on))


def _give(order: Order, office: Office) -> str:
    """Hands the order over as it was when the export began: whatever has happened since keeps everything."""
    with office.writing() as desk:
        desk.prepare()
        how = desk.give(order)
        if desk.alone and desk.store.cases(order.cases):
            raise Stop(KEPT.format("something happened while it was exported; try again"))
        return f"removed. {how}" if desk.alone else f"to be removed. {how}"
