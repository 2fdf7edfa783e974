"""What people record: calls, letters, reminders made elsewhere, contacts that have changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import click

from relancier.cli.cases import Cases, number_of
from relancier.cli.ending import Asked, Stop
from relancier.cli.office import Office
from relancier.cli.options import DAY, Choice, chosen
from relancier.cli.orders import choose, on_cases
from relancier.core.case import Case, Contact, Role
from relancier.core.recorded import Letter, last_letter
from relancier.loop import clock
from relancier.work.orders.contacts import unfit

Command = Callable[..., Any]
NO_ANSWER = "no answer"
ROLES = {
    **{role.value: role for role in Role},
    "comptable": Role.ACCOUNTING,
    "commercial": Role.SALES,
    "direction": Role.MANAGEMENT,
}


def _on(what: str) -> Callable[[Command], Command]:
    return click.option("--on", "on", type=DAY, metavar="DATE", help=f"The day of {what}; today when left out.")


def _come(asked: Asked, on: date | None) -> date:
    """The day meant, which has come."""
    today = Office.at(asked).setup.today(clock())
    if on is not None and on > today:
        raise click.UsageError(f"{on} is in the future; record it once it has happened.")
    return on or today


@click.command
@chosen(note=False)
@_on("the call")
@click.option("--said", metavar="TEXT", default="", help="What was said; the recap to the customer repeats it.")
@click.option("--promised", type=DAY, metavar="DATE", help="The day for which payment was promised.")
@click.option("--no-answer", is_flag=True, help="Nobody was reached.")
@click.pass_obj
def called(asked: Asked, choice: Choice, *, on: date | None, said: str, promised: date | None, no_answer: bool) -> None:
    """Record a call: its recap waits in Drafts, or leaves where nobody was reached."""
    if (said.strip() or promised) and no_answer:
        raise click.UsageError("Something was said, or nobody answered: give --said or --no-answer, not both.")
    day = _come(asked, on)
    if promised is not None and promised < Office.at(asked).setup.today(clock()):
        raise click.UsageError(f"{promised} has passed; name the day on which payment is still to come.")
    note = NO_ANSWER if no_answer else said.strip()
    told = f"call of {day} recorded" + (f", payment promised by {promised}" if promised else "")
    on_cases(asked, "called", replace(choice, note=note), told, on=day, promised=promised)


@click.command
@chosen()
@_on("the reminder")
@click.pass_obj
def chased(asked: Asked, choice: Choice, on: date | None) -> None:
    """Record a reminder made elsewhere: it counts as the step of its day and puts the next one off."""
    day = _come(asked, on)

    def due_then(cases: Cases, choice: Choice) -> list[Case]:
        found = cases.open(choice)
        late = [case for case in found if case.invoice.due < day]
        if not late:
            dues = ", ".join(f"{number_of(case.key)} on {case.invoice.due}" for case in found[:6])
            raise Stop(f"Nothing was late on {day} ({dues}): what is written before the due date is no reminder.")
        return late

    on_cases(asked, "chased", choice, f"reminder of {day} recorded", on=day, pick=due_then)


def _of_a_letter(asked: Asked, choice: Choice) -> Choice:
    """The choice, if the plan has asked for a letter that it can be about."""
    office = Office.at(asked)
    office.insist()
    cases = choose(office, choice, Cases.of)
    if not any(last_letter(case, office.setup.plans.get(case.plan)) for case in cases):
        told = f"`relancier status {choice.invoice}` shows what was done"
        raise Stop(f"The plan of {choice.invoice} has not asked for a letter yet; {told}.")
    return choice


@click.command
@chosen(customer=False, note=False)
@click.argument("tracking", nargs=-1)
@_on("the posting")
@click.pass_obj
def posted(asked: Asked, choice: Choice, tracking: tuple[str, ...], on: date | None) -> None:
    """Record that the last letter was posted, with its TRACKING number if it has one; what follows counts from then."""
    day = _come(asked, on)
    meant = replace(_of_a_letter(asked, choice), note=" ".join(tracking))
    on_cases(asked, "posted", meant, f"letter posted on {day}", on=day)


@click.command
@chosen(customer=False, note=False)
@click.argument("result", type=click.Choice([one.value.replace("_", "-") for one in Letter]))
@_on("it")
@click.pass_obj
def letter(asked: Asked, choice: Choice, result: str, on: date | None) -> None:
    """Record what became of the last letter; what follows counts from then, and an unknown address holds the case."""
    day = _come(asked, on)
    meant = replace(_of_a_letter(asked, choice), note=result.replace("-", "_"))
    on_cases(asked, "letter", meant, f"letter {result.replace('-', ' ')} on {day}", on=day)


@click.command
@click.argument("words", nargs=-1, metavar="[INVOICE] ROLE ADDRESS")
@click.option("--customer", metavar="ID", default="", help="The customer, in place of INVOICE.")
@click.option("--name", metavar="NAME", default="", help='As in "Mme Claire Aubry".')
@click.pass_obj
def contact(asked: Asked, words: tuple[str, ...], customer: str, name: str) -> None:
    """Change whom the messages to a customer go to, for all its invoices, until the books name somebody else.

    ROLE is accounting, sales or management.
    """
    if len(words) != (2 if customer else 3):
        raise click.UsageError("Name an invoice (or, with --customer, a customer), then the role and the address.")
    role = ROLES.get(words[-2].casefold())
    if role is None:
        raise click.UsageError(f'"{words[-2]}" is no role; write accounting, sales or management.')
    someone = Contact(role, words[-1].strip(), name.strip())
    if wrong := unfit(someone, Office.at(asked).setup):
        raise click.UsageError(f"{wrong}; give the customer's address.")
    choice = Choice("" if customer else words[0].strip(), customer.strip())
    told = f"the customer's {role.value} contact is now {someone.email}"
    on_cases(asked, "contact", choice, told, pick=_of_one_customer, contact=someone)


def _of_one_customer(cases: Cases, choice: Choice) -> list[Case]:
    """Several customers may have one name, or one number."""
    found = cases.of(choice)
    ids = sorted({case.invoice.customer.id for case in found})
    if len(ids) > 1:
        named = choice.customer or choice.invoice
        raise Stop(f"{named} may be {' or '.join(ids)}: name the customer's code with --customer.")
    return found
