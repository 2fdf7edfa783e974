"""Taking up files that are given once: all of them or none, and the same again changes nothing."""

import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from relancier.core.case import IN_STORE, Case, Invoice, Origin
from relancier.core.einvoices.mailed import invoices, on_day
from relancier.core.stored import Blob, Fate, Order, Removed, Setting, Thing
from relancier.ports import Listed, Store
from relancier.work.books.credit import hold_for_credit
from relancier.work.books.customers import Completing, take_customers
from relancier.work.books.given import Given, Sort, Understood, understand_all
from relancier.work.books.spared import remembered_customers
from relancier.work.books.taken import Took, take_invoices
from relancier.work.einvoices.whose import Register
from relancier.work.paid.money import KNOWN
from relancier.work.paid.statements import take
from relancier.work.records import Desk, blob

log = logging.getLogger("relancier")

IMPORT = "import"
IMPORTED = "imported_on"  # {digest of a file: the earliest day that it had}: a copy with a newer date knows no more
MOST_KEPT = 1000


class Became(StrEnum):
    """What became of a line, beside what can become of an invoice: an older file says nothing new of it."""

    OLDER = "older"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one invoice: what was due before (nothing where it was not known) and now."""

    invoice: Invoice
    became: Took | Became
    before: Invoice | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file: its invoices line by line, or how many customers or movements were new and known.

    `known_on`: the very same file was imported before, with this day; what it knows of payments ends there.
    """

    given: Given
    sort: Sort
    lines: tuple[Line, ...] = ()
    new: int = 0
    known: int = 0
    fates: Mapping[str, int] = field(default_factory=dict)
    known_on: date | None = None

    @property
    def counts(self) -> Counter[str]:
        return Counter(line.became.value for line in self.lines)


def take_up(files: Sequence[Understood], desk: Desk, ref: str) -> list[Result]:
    """Takes up files without problems, customers first; each in a commit of its own, so that the next knows of it.

    Taking up the same again changes nothing, so that an order that was cut short is simply carried out again.
    """
    found: dict[int, Result] = {}
    for place, one in sorted(enumerate(files), key=lambda pair: list(_TAKE).index(pair[1].sort)):
        stage = Desk.at(desk.store, desk.setup, desk.now)
        found[place] = _TAKE[one.sort](one, stage, ref)
        stage.ledger.commit()
        counts = found[place].counts
        facts = {"opened": counts[Took.OPENED], "changed": counts[Took.CHANGED], "new": found[place].new}
        log.info("imported", extra={"file": one.given.name, "sort": one.sort.value, **facts})
    return [found[place] for place in sorted(found)]


def _customers(one: Understood, desk: Desk, ref: str) -> Result:
    new, known = take_customers(one.listed.customers, desk, f"{ref}|{one.given.name}")
    return Result(one.given, one.sort, new=new, known=known)


def _invoices(one: Understood, desk: Desk, _ref: str) -> Result:
    complete = Completing(remembered_customers(desk.store), desk.setup.config.company.language)
    on = _day(one.given, desk)
    given = [
        replace(invoice, customer=complete(invoice.customer), pdf=_page(invoice, one.given), known_on=on)
        for invoice in one.listed.invoices
    ]
    lines = _taken(given, desk)
    _hold_for_credit(one.listed, lines, desk)
    return Result(one.given, one.sort, lines, known_on=on if on < one.given.on else None)


def _paper(one: Understood, desk: Desk, _ref: str) -> Result:
    """An invoice by its own file: what is known of payments stays, so of a known case it only becomes the PDF."""
    if one.paper is None:
        return Result(one.given, one.sort)
    register, language = Register.of(desk.store), desk.setup.config.company.language
    origin = Origin.MAIL if register.keys(one.paper.number) else Origin.IMPORT
    complete = Completing(remembered_customers(desk.store), language)
    kept = blob(one.given.content)
    is_pdf = one.given.content.startswith(b"%PDF")
    pdf = f"{IN_STORE}{kept.sha256}" if is_pdf else ""
    paper = on_day(register.as_known(one.paper, desk.store.cases(register.keys(one.paper.number))), None)
    on = _day(one.given, desk)
    found = invoices(paper, complete(register.customer(paper, ())), pdf, on, origin=origin)
    if is_pdf:
        desk.ledger.put(kept)
    return Result(one.given, one.sort, _taken(found, desk))


def _day(given: Given, desk: Desk) -> date:
    """The earliest day that this very file was seen to have; it is remembered."""
    stored, digest = desk.store.setting(IMPORTED), blob(given.content).sha256
    kept = {str(name): str(day) for name, day in stored.items()} if isinstance(stored, dict) else {}
    on = min(given.on, date.fromisoformat(kept.pop(digest, given.on.isoformat())))
    kept[digest] = on.isoformat()
    desk.ledger.put(Setting(IMPORTED, dict(list(kept.items())[-MOST_KEPT:])))
    return on


def _page(invoice: Invoice, given: Given) -> str:
    """The invoice's PDF in the store, if the file names one."""
    page = given.pages.get(invoice.pdf, "")
    return f"{IN_STORE}{page}" if page else ""


def _taken(given: Sequence[Invoice], desk: Desk) -> tuple[Line, ...]:
    """The invoices into their cases; those of which a younger file has told before are left as they are."""
    before = {invoice.key: case.invoice for invoice in given if (case := desk.ledger.case(invoice.key)) is not None}
    fresh = [invoice for invoice in given if not _older(invoice, before.get(invoice.key))]
    took = dict(zip((invoice.key for invoice in fresh), take_invoices(fresh, desk), strict=True))
    return tuple(Line(one, took.get(one.key, Became.OLDER), before.get(one.key)) for one in given)


def _older(now: Invoice, before: Invoice | None) -> bool:
    """Whether a file imported before knew of later payments than this one."""
    if before is None or {before.origin, now.origin} != {Origin.IMPORT}:
        return False
    if before.known_on is None or now.known_on is None:
        return False
    return now.known_on < before.known_on and replace(now, known_on=before.known_on) != before


def _hold_for_credit(listed: Listed, lines: Iterable[Line], desk: Desk) -> None:
    """What customers have to the good by this file holds the cases that it lists, and their other imported ones."""
    mine = [line.invoice.key for line in lines if line.became not in {Took.BOOKS, Became.OLDER}]
    in_credit = dict.fromkeys(one.customer for one in listed.credits)
    others = (case for customer in in_credit for case in desk.store.of_customer(customer) if _imported(case))
    hold_for_credit(listed.credits, dict.fromkeys((*mine, *(case.key for case in others))), desk)


def _imported(case: Case) -> bool:
    return case.invoice.origin is Origin.IMPORT


def _statement_taken(one: Understood, desk: Desk, _ref: str) -> Result:
    counts = take(one.statements, one.given.name, desk).counts
    fates = {fate.value: counts[fate] for fate in Fate if counts.get(fate)}
    return Result(one.given, one.sort, new=sum(fates.values()), known=counts.get(KNOWN, 0), fates=fates)


_TAKE = {
    Sort.CUSTOMERS: _customers,
    Sort.INVOICES: _invoices,
    Sort.PAPER: _paper,
    Sort.STATEMENT: _statement_taken,
}


# --- The order ------------------------------------------------------------------------------------------------------


def as_order(order: Order, files: Sequence[tuple[Given, str]]) -> Order:
    """The order with the files it is about, each with the name of its bytes in the store."""
    facts = (
        {"name": given.name, "on": given.on.isoformat(), "bytes": sha256, "pages": dict(given.pages)}
        for given, sha256 in files
    )
    keys = tuple(json.dumps(one, ensure_ascii=False) for one in facts)
    return replace(order, keys=keys, note=", ".join(given.name for given, _ in files))


def import_files(order: Order, desk: Desk) -> str:
    """Carries out an order to import; why it cannot be, if so: then nothing has changed."""
    files = _given(order, desk.store)
    if files is None:
        return "the files are no longer there; import them again"
    understood = understand_all(files, desk.setup)
    problem = next((problem for one in understood for problem in one.problems if not problem.warning), None)
    if problem is None:
        take_up(understood, desk, order.id)
    desk.ledger.put(*no_longer_needed(order, desk.store))
    return str(problem or "")


def _given(order: Order, store: Store) -> list[Given] | None:
    files = []
    for facts in map(json.loads, order.keys):
        content = store.blob(facts["bytes"])
        if content is None:
            return None
        files.append(Given(facts["name"], content, date.fromisoformat(facts["on"]), facts["pages"]))
    return files


def no_longer_needed(order: Order, store: Store) -> list[Removed]:
    """The bytes of the files, once they are taken up; what a case or a waiting order names stays."""
    waiting = {name for other in store.orders() if other.id != order.id for name in _bytes_of(other)}
    return [Removed(Thing.BLOB, name) for name in dict.fromkeys(_bytes_of(order)) if name not in waiting]


def waiting_bytes(store: Store) -> list[Blob]:
    """The bytes that the waiting orders name, so that they can be carried out elsewhere."""
    names = dict.fromkeys(name for order in store.orders() for name in _bytes_of(order))
    found = ((name, store.blob(name)) for name in names)
    return [Blob(name, content) for name, content in found if content is not None]


def _bytes_of(order: Order) -> Iterator[str]:
    if order.word == IMPORT:
        for facts in map(json.loads, order.keys):
            yield facts["bytes"]
            yield from facts["pages"].values()
