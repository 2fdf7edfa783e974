"""`open` and `ignore`: what a person says of an invoice that came by mail and opens no case by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import click

from relancier.cli.ending import Asked, Stop
from relancier.cli.office import Office
from relancier.cli.options import DAY
from relancier.cli.orders import new_order
from relancier.cli.showing import amount as shown
from relancier.cli.showing import say
from relancier.core.einvoices.mailed import contact
from relancier.core.stored import Offer, Order
from relancier.core.text.numbers import squash
from relancier.loop import clock
from relancier.work.einvoices.offers import IGNORE, OPEN, not_to_open
from relancier.work.records import Desk

REFUSED = {
    "order_no_offer": "it is followed or settled already; `relancier status` lists what is followed",
    "order_open_due": "its data tell no due date: name it with --due",
    "order_open_to": "nobody of the customer is known who could be written to: name an address with --to",
}


@click.command(name="open")
@click.argument("invoice", default="")
@click.option("--due", type=DAY, metavar="DATE", help="The day on which it is due, where its data tell none.")
@click.option("--to", "to", metavar="ADDRESS", default="", help="Whom its reminders go to, at the customer.")
@click.pass_obj
def take_up(asked: Asked, invoice: str, due: date | None, to: str) -> None:
    """Follow an invoice that came by mail and waits for a person; without INVOICE, list those that wait."""
    order = replace(new_order(OPEN, clock()), on=due, contact=contact(to.strip().lower()) if to else None)
    _settle(asked, invoice, order, "followed from now on")


@click.command
@click.argument("invoice")
@click.pass_obj
def ignore(asked: Asked, invoice: str) -> None:
    """Do not follow an invoice that came by mail, and do not offer it again."""
    _settle(asked, invoice, new_order(IGNORE, clock()), "not followed")


def _settle(asked: Asked, typed: str, order: Order, told: str) -> None:
    office = Office.at(asked, key=True)
    with office.writing() as desk:
        desk.prepare()
        waiting = desk.store.offers()
        if not typed:
            _list(waiting)
            return
        one = _meant(typed, waiting)
        order = replace(order, keys=(one.id,))
        reason = not_to_open(order, Desk.at(desk.store, office.setup, order.at))
        if reason:
            raise Stop(f"{one.invoice.number}: {REFUSED[reason]}.")
        how = desk.give(order)
    say(f"{one.invoice.number}: {told}. {how}")


def _list(waiting: Sequence[Offer]) -> None:
    if not waiting:
        say("No invoice waits for a person.")
    for one in waiting:
        paper = one.invoice
        due = f", due {min(part.due for part in paper.parts)}" if paper.parts else ", no due date"
        whom = f", {paper.buyer}" if paper.buyer else ""
        say(f"{paper.number}{whom}: {shown(paper.total)} {paper.currency}{due} ({one.name})")


def _meant(typed: str, waiting: Sequence[Offer]) -> Offer:
    """The invoice that a person names, by its number; of two that say different things, the later one."""
    found = [one for one in waiting if squash(one.invoice.number) == squash(typed)]
    if not found:
        raise Stop(f'No invoice "{typed}" waits for a person; `relancier open` lists those that do.')
    return found[-1]
