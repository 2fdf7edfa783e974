"""What was seen beside what was to be expected: step by step for who never answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from tests.year.almanac import forward, open_on
from tests.year.cast import EVERYONE, Customer, Part
from tests.year.expected import For, From, Later, Role, Step, Way, timetable
from tests.year.office import PEOPLE
from tests.year.post import OWN, fits
from tests.year.year import Came

CONTROLS = frozenset({Part.SILENT, Part.ENGLISH, Part.ALONE, Part.CALLED, Part.CONSUMER, Part.PUBLIC, Part.NO_EMAIL})


def expected(customer: Customer) -> tuple[Step, ...]:
    """What the guidance's table says for one who never answers."""
    due = customer.bills[0].due
    if customer.started is not None:
        before = timetable("regulier", due)[:1]
        return (*before, *timetable("silence", due, started=customer.started))
    steps = timetable(customer.plan, due, called=customer.part is Part.CALLED)
    if customer.part is Part.CONSUMER:
        steps = tuple(map(_for_consumer, steps))
    if customer.part is Part.NO_EMAIL:
        steps = tuple(map(_by_a_person, steps))
    return steps


def _for_consumer(step: Step) -> Step:
    """Nobody may ask a consumer for penalties: where others are told of them, a consumer is only reminded."""
    softer = {For.PENALTIES: For.FIRM, For.DETAILED: For.FIRM}
    return replace(step, purpose=softer.get(step.purpose, step.purpose))


def _by_a_person(step: Step) -> Step:
    """Without any address, what would be an email is asked of a person."""
    return replace(step, way=Way.TASK) if step.way is Way.EMAIL else step


def differences(customer: Customer, came: list[Came]) -> Iterator[str]:
    """Each step that did not happen on its day, by its way, from and to whom the table says."""
    steps = expected(customer)
    if len(came) != len(steps):
        yield f"{len(came)} instead of {len(steps)}: {shown(came)} instead of {planned(steps)}"
        return
    before, left = date.min, list(came)
    for step in steps:
        meant = (one for one in left if one.way is step.way and step.on in {None, one.on})
        one = next(meant, left[0])
        left.remove(one)
        yield from (f"{one.on} {one.mail.subject}: {fault}" for fault in _faults(customer, step, one, before))
        before = one.on


def _faults(customer: Customer, step: Step, one: Came, before: date) -> Iterator[str]:
    if step.on is not None and one.on != step.on:
        yield f"is not of {step.on:%a %Y-%m-%d}"
    if step.on is None and not (before <= one.on and open_on(one.on)):
        yield f"does not follow {before} on a day for sending"
    if one.way is not step.way:
        yield f"is by {one.way.value}, not by {step.way.value}"
    asked_of_a_person = not customer.roles and step.way is Way.TASK
    if not asked_of_a_person and not fits(one.mail, step.purpose):
        yield f"is no {step.purpose.value}"
    yield from _email(customer, step, one) if one.way is Way.EMAIL else _task(customer, step, one)


def _email(customer: Customer, step: Step, one: Came) -> Iterator[str]:
    name = PEOPLE[step.signer][0]
    if one.mail.signed != name:
        yield f"comes from {one.mail.signed!r}, not from {name!r}"
    if step.signer is not From.SUPPLIER and name not in one.mail.text:
        yield f"is not signed by {name}"
    to = tuple(customer.address(role) for role in customer.whom(step.to))
    if one.mail.addresses("To") != to or one.to != set(to):
        yield f"goes to {sorted(one.to)}, not to {to}"
    if step.link and customer.link not in one.mail.text:
        yield "lacks the payment link"
    if customer.pdf and not any(customer.bills[0].number in name for name in one.mail.files):
        yield "lacks the invoice"
    thread = one.mail.header("References")
    if not thread:
        yield "cannot be known again"


def _task(customer: Customer, step: Step, one: Came) -> Iterator[str]:
    address = PEOPLE[step.signer][1]
    wanted = set() if address == OWN else {address}
    if one.to != wanted:
        yield f"is told to {sorted(one.to)}, not to {sorted(wanted)}"
    if one.mail.sender != OWN:
        yield f"comes from {one.mail.sender}"
    if customer.name not in one.mail.text:
        yield "does not name the customer"
    people = [customer.people[role] for role in customer.whom(step.to)] if customer.roles else []
    if step.way in {Way.CALL, Way.SMS} and (missing := [name for name in people if name not in one.mail.text]):
        yield f"does not name {missing}"
    if step.way in {Way.CALL, Way.SMS} and customer.phone not in one.mail.text:
        yield "lacks the phone number"
    if step.link and customer.link not in one.mail.text:
        yield "lacks the payment link"


def shown(came: list[Came]) -> str:
    return ", ".join(f"{one.on:%d/%m} {one.way.value}" for one in came)


def planned(steps: tuple[Step, ...]) -> str:
    return ", ".join(f"{f'{step.on:%d/%m}' if step.on else '…'} {step.way.value}" for step in steps)


__all__ = ["CONTROLS", "EVERYONE", "Later", "Role", "differences", "expected", "forward"]
