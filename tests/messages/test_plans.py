"""Every message of every shipped plan, in the order in which a customer gets them, with the fields of a real case."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.messages.reading import Rendered
from tests.messages.rules import CUSTOMER, broken
from tests.messages.test_rules import opening, render
from tests.work.rig import config, customer, setup
from tests.work.saying import DUE, done, of, told

from relancier.core.case import Case, Contact, How, Role
from relancier.core.outbox import Sort
from relancier.core.plan import Base, Channel, Step
from relancier.core.steps import possible, template
from relancier.core.writing.fields import BY_NAME

COMPANY = {
    "legal_form": "SAS", "capital": "50 000 €", "siren": "732829320", "rcs": "RCS Lyon", "bic": "AGRIFRPP",
    "address": ["12 rue des Forges", "69003 Lyon"],
}  # fmt: skip
PEOPLE = [
    {"role": "supplier", "name": "Sophie Bernard", "title": "Comptable", "email": "sophie@lumen.test"},
    {"role": "account_manager", "name": "Claire Martin", "email": "claire@lumen.test", "phone": "+33 4 72 00 00 01"},
    {"role": "management", "name": "Hélène Roy", "title": "Gérante", "email": "helene@lumen.test"},
]
ONE = (Contact(Role.ACCOUNTING, "compta@dupont.test", "Mme Alice Petit"),)
STARTED = DUE + timedelta(days=21)  # by a person, for a plan whose days count from there
SILENT = frozenset({Channel.CALL, Channel.TASK, Channel.LEGAL})
NAMES = sorted(setup(config()).plans)


@dataclass(frozen=True)
class Situation:
    """A customer and an invoice; `beside` is another one of theirs, `company` what differs in our configuration.

    `says` is what the customer lets us know after each of our steps.
    """

    customer: dict[str, Any] = field(default_factory=dict)
    case: dict[str, Any] = field(default_factory=dict)
    beside: tuple[str, timedelta] | None = None
    company: dict[str, Any] = field(default_factory=dict)
    people: bool = True
    says: Callable[[date], dict[str, Any]] = lambda _: {}


def day_after(day: date) -> date:
    return day + timedelta(days=1)


SITUATIONS = {
    "one invoice": Situation(case={"payment_url": "https://pay.test/FA-1", "pdf": "FA-1.pdf"}),
    "one person": Situation({"contacts": ONE}, case={"pdf": "FA-1.pdf"}),
    "several": Situation(beside=("FA-2", timedelta(days=1))),
    "another to come": Situation(beside=("FA-2", timedelta(days=150))),
    "in parts": Situation(beside=("FA-1", timedelta(days=90))),
    "a consumer": Situation({"professional": False}),
    "a public body": Situation({"sector": "public"}),
    "nothing known": Situation({"phone": ""}, {"issued": None, "purpose": ""}, company={"phone": ""}, people=False),
    "a part in dispute": Situation(case={"disputed": Decimal(300)}),
    "one who answers": Situation(says=lambda day: {"last_reply_on": day_after(day)}),
    "one who promises": Situation(says=lambda day: {"promised_on": day_after(day)}),
    "one who talks": Situation(says=lambda day: {"called_on": day_after(day), "said": "paie bientôt"}),
    "one whose debit came back": Situation(
        case={"payment_method": "prélèvement"}, says=lambda day: {"rejected_on": day_after(day)}
    ),
    "a long name": Situation({"name": "Société des Établissements Lefèbvre et Fils de la Haute-Loire"}),
}


def walked(name: str, situation: Situation, language: str) -> Iterator[tuple[Rendered, dict[str, Any]]]:
    """What the customer gets of a plan, step after step, each on its day."""
    people = PEOPLE if situation.people else []
    made = setup(config(company={**COMPANY, **situation.company}, sender=people))
    who = customer(**{"address": ("1 rue Haute", "69001 Lyon"), "language": language, **situation.customer})
    case = replace(of(plan=name, customer=who, **situation.case), plan_start=STARTED)
    beside: tuple[Case, ...] = ()
    if situation.beside:
        number, later = situation.beside
        beside = (of(number, DUE + later, name, customer=who),)
    day = DUE - timedelta(days=30)
    for step in made.plans[name].steps:
        day = max(day, made.calendar.next_day(start(case, step, day) + step.moment.offset))
        way = possible(step, who)
        if way not in SILENT and not (step.formal_notice and case.disputed):
            sort = Sort.REMINDER  # as the daemon words a letter too: to the customer, in their language
            fields = told(case, step.id, day, *beside, channel=way, sort=sort, conf=made)
            yield (
                render(template(step, case) if way is Channel.EMAIL else step.template, language, fields),
                {**dict.fromkeys(BY_NAME), **fields},
            )
        how = How.SENT if way is Channel.EMAIL else How.TASK
        case = replace(case, done=(*case.done, done(step.id, day, how)), **situation.says(day))
        beside = tuple(
            replace(one, done=(*one.done, done(step.id, day, how))) if one.invoice.due < day else one for one in beside
        )


def start(case: Case, step: Step, day: date) -> date:
    return {Base.DUE: case.invoice.due, Base.START: case.plan_start, Base.PREVIOUS: day}[step.moment.base]


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("-en")])
def test_each_message_of_a_plan_keeps_the_rules_and_opens_in_its_own_way(
    name: str, language: str, situation: str
) -> None:
    made = list(walked(name, SITUATIONS[situation], language))
    faults = {
        f"{sent.template}: {rule}": fault for sent, fields in made for rule, fault in broken(sent, fields).items()
    }
    assert faults == {}
    openings = [opening(sent) for sent, _ in made if sent.template != "sms"]
    assert len(set(openings)) == len(openings), openings


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_names_templates_that_are_held_to_the_rules(name: str) -> None:
    steps = setup(config()).plans[name].steps
    named = {step.template for step in steps if set(step.channels) - SILENT}
    assert named <= set(CUSTOMER)
    assert {step.template for step in steps if set(step.channels) == {Channel.CALL}} <= {"call"}
