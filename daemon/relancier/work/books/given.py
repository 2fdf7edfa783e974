"""Files that are given once: what each of them holds, told by its content, and what is wrong with it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from relancier.core.case import Invoice, Origin
from relancier.core.einvoices.einvoice import EInvoice
from relancier.core.einvoices.mailed import chased, of_ours
from relancier.core.paid.statement import Statement
from relancier.core.problem import Problem
from relancier.ports import Listed
from relancier.work.paid.statements import our_account
from relancier.work.setup import Setup

BEGINNING = 4096
HTML = re.compile(rb"<(?:!doctype )?html|<table|mso-application|<script|<body", re.IGNORECASE)
XML = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")


class Sort(StrEnum):
    """What a file holds."""

    INVOICES = "invoices"
    CUSTOMERS = "customers"
    STATEMENT = "statement"
    PAPER = "invoice"


@dataclass(frozen=True, slots=True)
class Given:
    """A file that is given once; `on` is the day of the file, `pages` say under which names the store has its PDFs."""

    name: str
    content: bytes
    on: date
    pages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A file as it was read; with problems that are no warnings, nothing of any file is taken up.

    The invoices of a table name their PDFs as they stand there.
    """

    given: Given
    sort: Sort
    listed: Listed = field(default_factory=Listed)
    statements: tuple[Statement, ...] = ()
    paper: EInvoice | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def wrong(self) -> bool:
        return any(not problem.warning for problem in self.problems)


def understand(given: Given, setup: Setup) -> Understood:
    """What a file holds, by its content; takes as long as reading it does."""
    if given.content.startswith(b"%PDF"):
        return _paper(given, setup)
    if setup.statements.recognises(given.name, given.content):
        return _statement(given, setup)
    if given.content.lstrip().startswith(XML) and not HTML.search(given.content[:BEGINNING]):
        return _paper(given, setup)
    return _table(given, setup)


def understand_all(files: Iterable[Given], setup: Setup) -> list[Understood]:
    """Each file, and what is wrong between them."""
    found = [understand(given, setup) for given in files]
    owners: dict[str, str] = {}
    return [replace(one, problems=(*one.problems, *_between(one, owners))) for one in found]


def _between(one: Understood, owners: dict[str, str]) -> Iterator[Problem]:
    """The invoices that another file lists already."""
    for invoice in one.listed.invoices:
        owner = owners.setdefault(invoice.key, one.given.name)
        if owner != one.given.name:
            text = f"{invoice.number} due on {invoice.due} stands in {owner} already; give one of the two files."
            yield Problem(one.given.name, text)


def _statement(given: Given, setup: Setup) -> Understood:
    """A statement; what also reads as a list of invoices with due dates is one."""
    found = setup.statements.read(given.name, given.content)
    if any(not problem.warning for problem in found.problems):
        listed = _table(given, setup)
        if listed.listed.invoices:
            return listed
    strange = dict.fromkeys(one.account for one in found.found if not our_account(one.account, setup))
    text = "the account {} is none of ours; add it to accounts in [payments], or leave the file out."
    problems = (*found.problems, *(Problem(given.name, text.format(account)) for account in strange))
    return Understood(given=given, sort=Sort.STATEMENT, statements=found.found, problems=problems)


def _table(given: Given, setup: Setup) -> Understood:
    listed = setup.tables.read(given.name, given.content)
    listed = replace(listed, invoices=tuple(_as_imported(one, given) for one in listed.invoices))
    sort = Sort.CUSTOMERS if listed.customers else Sort.INVOICES
    problems = tuple(_unfit(listed, given, setup))
    return Understood(given=given, sort=sort, listed=listed, problems=(*listed.problems, *problems))


def _as_imported(invoice: Invoice, given: Given) -> Invoice:
    return replace(invoice, origin=Origin.IMPORT, known_on=given.on)


def _unfit(listed: Listed, given: Given, setup: Setup) -> Iterator[Problem]:
    """Plans that nobody wrote, and addresses of our own."""
    for plan in dict.fromkeys(invoice.plan for invoice in listed.invoices):
        if plan and plan not in setup.plans:
            known = ", ".join(sorted(setup.plans))
            yield Problem(given.name, f'there is no plan "{plan}"; the plans are {known}.')
    customers = dict.fromkeys((*(one.customer for one in listed.invoices), *listed.customers))
    for email in dict.fromkeys(contact.email for one in customers for contact in one.contacts):
        if email.lower() in setup.ours:
            yield Problem(given.name, f"{email} is an address of our own; write the customer's.")


def _paper(given: Given, setup: Setup) -> Understood:
    read = setup.papers.read(given.name, given.content)
    text = f"it cannot be read: {read.refused}" if read.refused else _not_to_take(read.invoice, setup)
    problems = (Problem(given.name, text),) if text else ()
    return Understood(given=given, sort=Sort.PAPER, paper=read.invoice, problems=problems)


def _not_to_take(paper: EInvoice | None, setup: Setup) -> str:
    """Why an invoice's own file opens no case, or nothing."""
    company = setup.config.company
    if paper is None or not paper.exact:
        return "no invoice's data is in it (Factur-X, ZUGFeRD, UBL, CII); list the invoice in a CSV file instead."
    if not of_ours(paper.seller, paper.seller_ids, company.name, company.siren):
        return f"{paper.number} was issued by {paper.seller}, not by {company.name}; only our own invoices are chased."
    if not chased(paper):
        left = paper.total - paper.prepaid
        return f"{paper.number} asks for no payment ({paper.kind.value} of {paper.total:.2f}, {left:.2f} left to pay)."
    return "" if paper.parts else f"{paper.number} has no due date; list it in a CSV file with one."
