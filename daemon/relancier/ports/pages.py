"""Where invoices, words and pages come from: Source, Library, Printer, Codes, and how they fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from relancier.core.case import Customer, Invoice
from relancier.core.overviews.report import Report
from relancier.core.plan import Plan
from relancier.core.problem import Problem
from relancier.core.reading.mail import Draft
from relancier.core.text.blocks import Document, Letter, Letterhead
from relancier.core.writing.transfer import Transfer


@dataclass(frozen=True, slots=True)
class Credit:
    """Money of a customer that no invoice uses yet: what is left of a credit note, or what was paid too much."""

    customer: str
    number: str
    amount: Decimal
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the source holds. With problems the whole file is refused and `invoices` is empty.

    `settling`: only because somebody is writing it just now; it is read again at the next tick. `tells_paid`: whether
    it has a place for what was paid. `oldest` is the file that `as_of` comes from. `doubted` are numbers (squashed)
    that stand only in an older file, and in which: that they are not listed does not say that they were paid. `never`:
    the customers whom it says never to chase, also those without an invoice in it.
    """

    invoices: tuple[Invoice, ...]
    as_of: datetime
    problems: tuple[Problem, ...] = ()
    credits: tuple[Credit, ...] = ()
    settling: bool = False
    tells_paid: bool = True
    oldest: str = ""
    doubted: Mapping[str, str] = field(default_factory=dict)
    never: tuple[Customer, ...] = ()


class Source(Protocol):
    """Where invoices come from."""

    def changed(self) -> bool:
        """Whether reading would give something else than the last time; cheap."""

    def read(self) -> Snapshot:
        """Every invoice, or every problem. Never raises for what the file holds."""

    def stamp(self) -> str:
        """What stands for the last read in later processes; '' where nothing can."""

    def unchanged_since(self, stamp: str) -> bool:
        """Whether reading would give what gave this stamp; if so, that counts as the last read."""


class RenderFailed(Exception):  # noqa: N818 - named after the situation
    """This message cannot be made (unknown field, forbidden expression, too large); the others can."""


class Library(Protocol):
    """Plans and templates: files that people edit."""

    def plans(self) -> tuple[Mapping[str, Plan], tuple[Problem, ...]]:
        """Every plan by name, and what is wrong with the files."""

    def languages(self) -> tuple[str, ...]:
        """The languages for which there are templates."""

    def render(self, template: str, language: str, fields: Mapping[str, object]) -> Draft:
        """A message's words. Raises RenderFailed."""

    def letterhead(
        self, language: str, day: date, *, place: str = "", subject: str = "", person: str = ""
    ) -> Letterhead:
        """The fixed words of a letter of that day, around what is known. Raises RenderFailed."""

    def report(self, report: Report, language: str) -> str:
        """The report as one HTML page. Raises RenderFailed."""

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the templates: unknown variables, missing files, forbidden words, with line."""


class PrintFailed(Exception):  # noqa: N818 - named after the situation
    """This page cannot be made; whoever asked goes on without it and says so."""


class Printer(Protocol):
    """What makes pages of PDF/A."""

    def letter(self, letter: Letter) -> bytes:
        """A letter for a French window envelope. Raises PrintFailed."""

    def document(self, document: Document) -> bytes:
        """A paper of as many pages as it needs. Raises PrintFailed."""


class Codes(Protocol):
    """What draws the codes that a banking app reads."""

    def transfer(self, transfer: Transfer) -> bytes:
        """A transfer as a PNG picture; the same transfer gives the same bytes."""
