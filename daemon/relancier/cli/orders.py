"""Orders from a person: written for the daemon, or applied at once where none runs."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial

import click

from relancier.cli.cases import Cases, NotYet, number_of
from relancier.cli.ending import Asked, Stop
from relancier.cli.office import Office, Picture
from relancier.cli.options import AMOUNT, DAY, Choice, chosen
from relancier.cli.showing import amount as shown
from relancier.cli.showing import say
from relancier.cli.states import reading
from relancier.core.case import Case, Contact, State
from relancier.core.outbox import Status
from relancier.core.stored import Order
from relancier.loop import clock
from relancier.work.books.credit import credit_of
from relancier.work.orders.obey import settled
from relancier.work.orders.recording import Told, told_before

Pick = Callable[[Cases, Choice], list[Case]]
SILENCE = "silence"


def new_order(word: str, now: datetime, cases: Sequence[Case] = (), *, note: str = "") -> Order:
    """An order with an id of its own; ids sort by time."""
    made = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    return Order(id=made, word=word, at=now, cases=tuple(case.key for case in cases), note=note)


def choose(office: Office, choice: Choice, pick: Pick) -> list[Case]:
    """The cases meant, from the state and the books as they are now; nothing is written."""
    with reading(office.config.state.folder) as state:
        return pick(Cases(Picture.of(office, state).store), choice)


def give(office: Office, cases: Sequence[Case], order: Order) -> str:
    """Hands an order over; says whether it was applied, or who will apply it."""
    with office.writing() as desk:
        desk.prepare()
        there = {case.key: case for case in desk.store.cases(order.cases)}
        unread = next((case for case in cases if case.key not in there), None)
        if unread is not None:
            raise NotYet(unread.invoice.number)
        return desk.give(replace(order, at=clock(), seen=known_of(there.values())))


def known_of(cases: Iterable[Case]) -> tuple[str, ...]:
    """The replies and reasons to hold that the state shows for these cases now, by what they stem from."""
    return tuple(dict.fromkeys(ref for case in cases for ref in (*case.unseen, *(hold.ref for hold in case.holds))))


def on_cases(
    asked: Asked,
    word: str,
    choice: Choice,
    told: str,
    *,
    on: date | None = None,
    pick: Pick = Cases.open,
    amount: Decimal | None = None,
    contact: Contact | None = None,
    promised: date | None = None,
    also: Callable[[Sequence[Case]], str] = lambda _cases: "",
) -> None:
    """Gives one order about the cases meant, and says what became of it."""
    office = Office.at(asked, key=True)
    cases = choose(office, choice, pick)
    if amount is not None:
        _check_amount(cases, amount)
    order = new_order(word, clock(), cases, note=choice.note)
    written = "" if amount is None else str(amount)
    order = replace(order, on=on, amount=written, customer=choice.customer, contact=contact)
    order = replace(order, promised=promised)
    how = give(office, cases, order)
    say(f"{_numbers(cases)}: {told}{also(cases)}. {how}")


def _numbers(cases: Sequence[Case]) -> str:
    return ", ".join(dict.fromkeys(number_of(case.key) for case in cases))


def _today(asked: Asked) -> date:
    return Office.at(asked).setup.today(clock())


@click.command
@chosen()
@click.option("--until", type=DAY, metavar="DATE", help="The day on which it comes back to a person.")
@click.pass_obj
def pause(asked: Asked, choice: Choice, until: date | None) -> None:
    """Stop chasing an invoice for now; on a day, or at the pause's limit, it comes back to a person."""
    if until is not None and until <= _today(asked):
        raise click.UsageError(f"{until} is not in the future; name the day on which it comes back to a person.")
    on_cases(asked, "pause", choice, f"paused until {until}" if until else "paused", on=until)


def _not_going_on(cases: Cases, choice: Choice) -> list[Case]:
    """One case named by itself, also when it was closed by mistake; of several, only what is paused or held."""
    found = cases.of(choice)
    owing = [case for case in found if case.amount_due > 0 or case.unseen]
    if not owing:
        return cases.open(choice)
    if choice.invoice and len(found) == 1:
        return owing
    stopped = [case for case in owing if not settled(case) and (case.state is State.PAUSED or case.holds)]
    if not stopped:
        raise Stop(_none_stopped(owing, choice))
    return [case for case in owing if case in stopped or case.unseen]


def _none_stopped(owing: Sequence[Case], choice: Choice) -> str:
    states = ", ".join(f"{number_of(case.key)} of {case.invoice.due} ({case.state})" for case in owing[:6])
    asked = "its invoice number and --due" if choice.customer else "its --due"
    named = choice.customer or choice.invoice
    return f"Nothing of {named} is paused or held; name what should go on with {asked}: {states}."


def _stays(cases: Sequence[Case]) -> str:
    """What a `resume` of several cases leaves as a person has settled it."""
    left = [case for case in cases if settled(case)] if len(cases) > 1 else []
    return "".join(f"; {number_of(case.key)} of {case.invoice.due} stays {case.state}" for case in left)


def _resting(cases: Sequence[Case]) -> str:
    return _stays(cases) + _unused(cases)


def _unused(cases: Sequence[Case]) -> str:
    """The credit for which they were held, which is asked for all the same."""
    words = dict.fromkeys(filter(None, map(credit_of, cases)))
    told = "".join(f"; credit stays unused ({one}): allocate it in the books" for one in words)
    return f"{told}, or the whole amount is asked for and the message names it" if told else ""


@click.command
@chosen()
@click.pass_obj
def resume(asked: Asked, choice: Choice) -> None:
    """Go on chasing an invoice after a pause, a promise, a dispute, a reply or a mistaken close.

    With --customer, or for an invoice due in parts, only what is paused or held goes on.
    """
    on_cases(asked, "resume", choice, "going on", pick=_not_going_on, also=_resting)


@click.command
@chosen()
@click.option("--on", "on", type=DAY, metavar="DATE", required=True, help="The day on which the customer will pay.")
@click.pass_obj
def promise(asked: Asked, choice: Choice, on: date) -> None:
    """Record a promised payment; the day after it is told if nothing came."""
    if on < _today(asked):
        raise click.UsageError(f"{on} is in the past; a promise is for today or later.")
    on_cases(asked, "promise", choice, f"promised for {on}", on=on)


@click.command
@chosen()
@click.option("--amount", type=AMOUNT, metavar="A", help="What is disputed, when it is only a part.")
@click.pass_obj
def dispute(asked: Asked, choice: Choice, amount: Decimal | None) -> None:
    """Record that the customer disputes an invoice, or a part of it; nothing leaves until `resume` or `balance`."""
    told = "disputed" if amount is None else f"{shown(amount)} disputed"
    on_cases(asked, "dispute", choice, told, amount=amount)


def _in_part(cases: Cases, choice: Choice) -> list[Case]:
    found = [case for case in cases.open(choice) if case.disputed]
    if not found:
        named = choice.customer or choice.invoice
        raise Stop(f"No part of {named} is in dispute; `relancier dispute INVOICE --amount A` records one.")
    return found


@click.command
@chosen()
@click.pass_obj
def balance(asked: Asked, choice: Choice) -> None:
    """Go on chasing what is not disputed of an invoice, without penalties or a formal notice."""
    on_cases(asked, "balance", choice, "going on without the part in dispute", pick=_in_part)


@click.command
@chosen()
@click.option("--on", "on", type=DAY, metavar="DATE", help="The day of the payment; today when left out.")
@click.option("--amount", type=AMOUNT, metavar="A", help="What was paid, when it is only a part.")
@click.option("--again", is_flag=True, help="It is a second payment, of the same amount on the same day.")
@click.pass_obj
def paid(asked: Asked, choice: Choice, *, on: date | None, amount: Decimal | None, again: bool) -> None:
    """Record a payment of the whole, or of a part with --amount."""
    if on is not None and on > _today(asked):
        raise click.UsageError(f"{on} is in the future; for a payment to come, use `relancier promise`.")
    if amount is None:
        on_cases(asked, "paid", choice, "paid", on=on)
        return
    if not again:
        _not_twice(Office.at(asked), choice, on or _today(asked), amount)
    on_cases(asked, "paid", choice, f"{shown(amount)} paid", on=on, amount=amount, also=partial(_left, amount))


def _not_twice(office: Office, choice: Choice, on: date, amount: Decimal) -> None:
    """Ends the command where the same part was recorded before, by command or by mail."""
    with reading(office.config.state.folder) as state:
        picture = Picture.of(office, state)
        for case in Cases(picture.store).open(choice):
            events = [*(state.events(case.key) if state else ()), *picture.store.events(case.key)]
            if told_before(events, Told(amount, on, choice.note), office.setup, state or picture.store):
                raise Stop(
                    f"{shown(amount)} {case.invoice.currency} of {number_of(case.key)}, paid on {on}, are recorded "
                    "already: if they were paid a second time, say so with --again or another --note."
                )


def _left(amount: Decimal, cases: Sequence[Case]) -> str:
    """What is still to be paid after a part."""
    case = cases[0]
    left = case.amount_due - amount
    return f", {shown(left)} {case.invoice.currency} are left" if left > 0 else ", nothing is left"


def _check_amount(cases: Sequence[Case], amount: Decimal) -> None:
    if len(cases) > 1:
        days = ", ".join(f"{number_of(case.key)} of {case.invoice.due}" for case in cases[:6])
        raise Stop(f"An amount is for one case, and these are several ({days}): name it with its --due.")
    case = cases[0]
    if amount > case.amount_due:
        due = f"{shown(case.amount_due)} {case.invoice.currency}"
        raise Stop(f"Only {due} is due on {number_of(case.key)}: give that or less, or leave --amount out.")


@click.command
@chosen()
@click.pass_obj
def close(asked: Asked, choice: Choice) -> None:
    """Stop chasing an invoice for good; the books keep what is due."""
    on_cases(asked, "close", choice, "closed")


@click.command
@chosen(customer=False, note=False)
@click.argument("name")
@click.pass_obj
def plan(asked: Asked, choice: Choice, name: str) -> None:
    """Start the plan NAME for an invoice; days that count from its start count from today."""
    start_plan(asked, choice, name)


@click.command
@chosen(customer=False, note=False)
@click.pass_obj
def silence(asked: Asked, choice: Choice) -> None:
    """Start the plan for a customer who never answers, in their language."""
    start_plan(asked, choice, SILENCE)


def start_plan(asked: Asked, choice: Choice, name: str) -> None:
    """Gives the order to start a plan, the customer's language considered."""
    office = Office.at(asked, key=True)
    office.insist()
    if name not in office.setup.plans:
        known = ", ".join(sorted(office.setup.plans))
        raise Stop(f'There is no plan "{name}"; the plans are {known}.')
    cases = choose(office, choice, Cases.open)
    named = office.setup.plan_for(replace(cases[0].invoice, plan=name))
    order = new_order("plan", clock(), cases, note=named)
    how = give(office, cases, replace(order, on=office.setup.today(order.at)))
    say(f"{_numbers(cases)}: on plan {named} from today. {how}")


@click.command
@chosen(customer=False)
@click.pass_obj
def sent(asked: Asked, choice: Choice) -> None:
    """Say that the message whose outcome is unknown went out; it is not sent again."""
    _settle(asked, choice, "sent", "counted as sent")


@click.command
@chosen(customer=False)
@click.pass_obj
def resend(asked: Asked, choice: Choice) -> None:
    """Say that the message whose outcome is unknown did not go out; its step is taken again."""
    _settle(asked, choice, "resend", "to be sent again")


def _settle(asked: Asked, choice: Choice, word: str, told: str) -> None:
    office = Office.at(asked, key=True)
    with reading(office.config.state.folder) as state:
        cases = Cases(Picture.of(office, state).store).of(choice)
        entries = state.entries(Status.UNCERTAIN) if state else []
    uncertain = {one.case for entry in entries for one in entry.carries}
    doubtful = [case for case in cases if case.key in uncertain]
    if not doubtful:
        raise Stop(f"No message about {choice.invoice} is uncertain; `relancier status {choice.invoice}` tells more.")
    how = give(office, doubtful, new_order(word, clock(), doubtful, note=choice.note))
    say(f"{_numbers(doubtful)}: {told}. {how}")


@click.command
@click.option("--note", metavar="TEXT", default="", help="Why, for those who see that nothing leaves.")
@click.pass_obj
def hold(asked: Asked, note: str) -> None:
    """Stop all sending, at once; mail is read on."""
    _for_all(asked, "hold", "All sending is held", note)


@click.command
@click.pass_obj
def release(asked: Asked) -> None:
    """Go on sending after a hold, by a person or by what a server said."""
    _for_all(asked, "release", "Sending goes on", "")


def _for_all(asked: Asked, word: str, told: str, note: str) -> None:
    how = give(Office.at(asked, key=True), (), new_order(word, clock(), note=note))
    say(f"{told}. {how}")
