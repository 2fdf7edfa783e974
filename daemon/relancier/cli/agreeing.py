"""What people agree with a customer, and what undoes it: instalments, a payment that came back, insolvency."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import click

from relancier.cli.cases import Cases, number_of
from relancier.cli.ending import Asked, Stop
from relancier.cli.office import Office
from relancier.cli.options import AMOUNT, DAY, Choice, chosen
from relancier.cli.orders import choose, give, new_order, on_cases
from relancier.cli.showing import amount as shown
from relancier.cli.showing import say
from relancier.core.agreed import sums_to
from relancier.core.case import Case, Instalment
from relancier.loop import clock

WHOLE = "as in --on 2026-12-15 --amount 500 --on 2027-01-15 --amount 700"


@click.command
@chosen(customer=False)
@click.option("--on", "days", type=DAY, metavar="DATE", multiple=True, required=True, help="The day of an instalment.")
@click.option("--amount", "amounts", type=AMOUNT, metavar="A", multiple=True, required=True, help="Its amount.")
@click.pass_obj
def instalments(asked: Asked, choice: Choice, days: tuple[date, ...], amounts: tuple[Decimal, ...]) -> None:
    """Record an instalment plan; give --on and --amount once for each instalment, in their order.

    Its confirmation is put in Drafts, each instalment is reminded of, and one that does not come goes to a person.
    """
    office = Office.at(asked, key=True)
    parts = _parts(days, amounts, office)
    case = _one_case(choose(office, choice, Cases.open), choice)
    if not sums_to(parts, case.asked):
        due = f"{shown(case.asked)} {case.invoice.currency}"
        total = shown(sum((one.amount for one in parts), Decimal(0)))
        raise Stop(f"The instalments make {total}, and {due} is due on {number_of(case.key)}: they must be equal.")
    order = new_order("instalments", clock(), [case], note=choice.note)
    how = give(office, [case], replace(order, on=office.setup.today(order.at), instalments=parts))
    say(f"{number_of(case.key)}: {len(parts)} instalments agreed, the first on {parts[0].on}. {how}")


def _parts(days: Sequence[date], amounts: Sequence[Decimal], office: Office) -> tuple[Instalment, ...]:
    if len(days) != len(amounts):
        raise click.UsageError(f"Each --on needs its --amount, {WHOLE}.")
    if list(days) != sorted(set(days)) or days[0] < office.setup.today(clock()):
        raise click.UsageError("The instalments must be in order, each on a day of its own, none in the past.")
    return tuple(Instalment(on, amount) for on, amount in zip(days, amounts, strict=True))


def _one_case(cases: Sequence[Case], choice: Choice) -> Case:
    if len(cases) > 1:
        dues = ", ".join(str(case.invoice.due) for case in cases[:6])
        raise Stop(
            f"{choice.invoice} is due in parts ({dues}): name the one that is paid in instalments with its --due."
        )
    return cases[0]


def _come(asked: Asked, on: date) -> date:
    if on > Office.at(asked).setup.today(clock()):
        raise click.UsageError(f"{on} is in the future; record it once it has happened.")
    return on


@click.command
@chosen(customer=False)
@click.option("--on", "on", type=DAY, metavar="DATE", required=True, help="The day on which the payment came back.")
@click.pass_obj
def rejected(asked: Asked, choice: Choice, on: date) -> None:
    """Record that a direct debit, a bill or a cheque came back: the plan goes on, and the first message says so."""
    day = _come(asked, on)
    on_cases(asked, "rejected", choice, f"payment rejected on {day}", on=day, pick=_still_owed)


def _still_owed(cases: Cases, choice: Choice) -> list[Case]:
    """Also what a person had taken for paid; what the books show as paid is mended there first."""
    owed = [case for case in cases.of(choice) if case.invoice.amount_due > 0]
    if not owed:
        raise Stop(f"The invoice file shows {choice.invoice} as paid: correct that first.")
    return owed


@click.command
@chosen()
@click.option("--on", "on", type=DAY, metavar="DATE", required=True, help="The day the judgment was published.")
@click.pass_obj
def insolvent(asked: Asked, choice: Choice, on: date) -> None:
    """Record a customer's insolvency: nothing leaves any more for what is from before; the rest goes on.

    It is about all invoices of the customer, also where one is named.
    """
    day = _come(asked, on)
    on_cases(asked, "insolvent", choice, f"insolvent since {day}; declare the claim within two months", on=day)


@click.command
@chosen()
@click.option("--step", metavar="ID", default="", help="Only the task of this step; every task when left out.")
@click.pass_obj
def done(asked: Asked, choice: Choice, step: str) -> None:
    """Record that what was asked of a colleague about an invoice is done; a declared claim too."""
    office = Office.at(asked, key=True)
    cases = choose(office, choice, Cases.of)
    meant = [case for case in cases if case.step_done(step)] if step else cases
    if not meant:
        named = choice.customer or choice.invoice
        raise Stop(f'The step "{step}" of {named} has given no task; `relancier status {named}` shows its steps.')
    order = new_order("done", clock(), meant, note=choice.note)
    keys = tuple(f"{case.key}|{step}" for case in meant) if step else ()
    how = give(office, meant, replace(order, keys=keys, customer=choice.customer))
    say(f"{', '.join(dict.fromkeys(number_of(case.key) for case in meant))}: done. {how}")
