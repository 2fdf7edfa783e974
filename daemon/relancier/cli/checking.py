"""`check`: every mistake in the files, each with its place, then whether the servers let us in; nothing is sent."""

import asyncio
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import click

from relancier import wiring
from relancier.adapters.invoices.customers import identity
from relancier.cli.ending import DONE, REFUSED, UNUSABLE, Asked
from relancier.cli.feeding import feeding
from relancier.cli.logging_in import try_servers
from relancier.cli.rating import rate_warnings
from relancier.cli.showing import say
from relancier.cli.states import reading
from relancier.cli.ways import ways
from relancier.config import Config, find, load, secrets_trouble
from relancier.core.case import Contact, Customer, Invoice
from relancier.core.parcel import missing
from relancier.core.plan import Plan
from relancier.core.problem import Problem
from relancier.core.reading.freemail import FREE_MAIL
from relancier.loop import clock
from relancier.ports import StoreFailed
from relancier.work.setup import Setup

MOST_NAMED = 5


@dataclass(slots=True)
class Report:
    """What was found so far: told as it comes, counted for the exit status."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.problems.append(problem)
            say(f"{'warning' if problem.warning else 'problem'}  {problem}")

    @property
    def errors(self) -> int:
        return sum(not problem.warning for problem in self.problems)


@click.command
@click.option("--offline", is_flag=True, help="Only the files; log in nowhere.")
@click.pass_obj
def check(asked: Asked, offline: bool) -> int:
    """Tell every mistake in configuration, plans, templates and invoices, then log in to IMAP and SMTP."""
    report = Report()
    config, problems = load(find(asked.config, os.environ))
    report.add(problems)
    if config is None:
        return UNUSABLE
    _check_files(config, report, offline=offline)
    if not offline:
        asyncio.run(try_servers(config, report.add))
    warnings = len(report.problems) - report.errors
    found = f"{_counted(report.errors, 'problem')}, {_counted(warnings, 'warning')}. Nothing was sent."
    say(found if report.problems else "All is well. Nothing was sent.")
    return REFUSED if report.errors else DONE


def _counted(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def _check_files(config: Config, report: Report, *, offline: bool) -> None:
    setup, problems = wiring.readable_setup(config)
    report.add(problems)
    report.add(wiring.library(config).problems())
    report.add(_secrets(config, offline=offline))
    report.add(_names(config, setup))
    report.add(ways(setup, prints=wiring.printing() is not None))
    snapshot = wiring.source(config).read()
    report.add(snapshot.problems)
    report.add(feeding(config, setup))
    today, rate = setup.today(clock()), config.late_interest.rate
    report.add(rate_warnings(rate, setup.rates, snapshot.invoices, today))
    report.add(_invoices(snapshot.invoices, setup, config.invoices.shown))
    report.add(_namesakes(snapshot.invoices, config.invoices.shown))
    report.add(_state(config))


def _secrets(config: Config, *, offline: bool) -> Iterator[Problem]:
    """What keeps the key or a password from being read; a password that systemd is still to lend may lack offline."""
    still_to_come = offline and "CREDENTIALS_DIRECTORY" not in os.environ
    for problem in secrets_trouble(config, os.environ):
        yield replace(problem, warning=still_to_come and problem.where.endswith("_credential"))


def _names(config: Config, setup: Setup) -> Iterator[Problem]:
    """Plans and languages that the configuration names and nobody wrote."""
    for where, plan in _named_plans(config):
        if plan not in setup.plans:
            yield Problem(f"config.toml: plans.{where}", f"there is no plan called {plan!r}; {_known(setup)}.")
    if config.company.language not in setup.languages:
        languages = ", ".join(setup.languages)
        text = f"there are no templates in {config.company.language!r}; there are some in {languages or 'no language'}."
        yield Problem("config.toml: company.language", text)


def _named_plans(config: Config) -> Iterator[tuple[str, str]]:
    """Where the configuration names a plan, and which."""
    plans = config.plans
    yield from ((f"by_risk.{risk}", plan) for risk, plan in plans.by_risk.items())
    yield from ((f"by_customer.{customer}", plan) for customer, plan in plans.by_customer.items())
    yield from ((f"by_amount[{place}]", plan) for place, (_, plan) in enumerate(plans.by_amount, 1))
    if plans.key_account:
        yield "key_account", plans.key_account
    if plans.by_history:
        yield "by_history", plans.by_history.plan


def _known(setup: Setup) -> str:
    return f"the plans are {', '.join(sorted(setup.plans)) or 'none'}"


def _invoices(invoices: Sequence[Invoice], setup: Setup, file: str) -> Iterator[Problem]:
    """Plans that do not exist, languages without templates, roles that the plans want and customers lack."""
    lacking: dict[tuple[str, str], dict[str, None]] = {}
    unspoken: dict[str, dict[str, None]] = {}
    for invoice in invoices:
        customer, name = invoice.customer, setup.plan_for(invoice)
        plan = setup.plans.get(name)
        if customer.language and customer.language not in setup.languages:
            unspoken.setdefault(customer.language, {})[customer.name] = None
        if plan is None:
            yield Problem(file, f"{invoice.number} names the plan {name!r}, which does not exist; {_known(setup)}.")
        elif invoice.amount_due > 0:
            for role in _lacking(plan, customer):
                lacking.setdefault((role, plan.name), {})[customer.name] = None
    for language, names in unspoken.items():
        text = f"no templates in {language!r} for {_some(names)}; they get the company's language."
        yield Problem(file, text, warning=True)
    for (role, plan_name), names in lacking.items():
        text = (
            f"no {role} contact for {_some(names)}; the plan {plan_name} writes to it, another known contact gets it."
        )
        yield Problem(file, text, warning=True)


def _namesakes(invoices: Iterable[Invoice], file: str) -> Iterator[Problem]:
    """Customers told apart by nothing but their name, whose addresses speak of several companies."""
    places: dict[str, list[set[str]]] = {}
    for customer in dict.fromkeys(invoice.customer for invoice in invoices):
        if customer.contacts and customer.id == identity("", customer.name):
            places.setdefault(customer.id, []).append(set(map(_place, customer.contacts)))
    names = [name for name, several in places.items() if len(several) > 1 and not _linked(several)]
    if names:
        text = f"one name and addresses of several companies: {_some(names)}; if they are several customers, "
        yield Problem(file, f"{text}give each a code in a column customer_id.", warning=True)


def _place(contact: Contact) -> str:
    """The company that an address speaks of; where anyone can have one, the address itself."""
    email = contact.email.lower()
    domain = email.rpartition("@")[2]
    return email if domain in FREE_MAIL else domain


def _linked(several: Sequence[set[str]]) -> bool:
    """Whether each shares something with what came before it."""
    known = set(several[0])
    for places in several[1:]:
        if not known & places:
            return False
        known |= places
    return True


def _lacking(plan: Plan, customer: Customer) -> list[str]:
    return list(dict.fromkeys(role.value for step in plan.steps for role in missing(step, customer)))


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - MOST_NAMED} more" if len(listed) > MOST_NAMED else ""
    return f"{', '.join(listed[:MOST_NAMED])}{more}"


def _state(config: Config) -> Iterator[Problem]:
    """A state that cannot be used."""
    try:
        with reading(config.state.folder):
            pass
    except StoreFailed as failed:
        yield Problem("state", str(failed))
