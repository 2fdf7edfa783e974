"""What `import` shows: how each file was understood, column by column, and what becomes of what it holds."""

from collections.abc import Iterable, Iterator, Sequence

from relancier.cli.showing import amount, say, table
from relancier.core.case import Invoice
from relancier.ports import Heading
from relancier.work.books.given import Sort, Understood
from relancier.work.books.importing import Became, Line, Result
from relancier.work.books.taken import Took

MOST_LISTED = 20
WORDS = {
    Took.OPENED: "opened",
    Took.CHANGED: "changed",
    Took.UNCHANGED: "known and unchanged",
    Took.BOOKS: "left to the invoice file, which lists it",
    Took.DOUBTFUL: "held until a person has looked",
    Took.UNLISTED: "left out: the invoice file does not list it",
    Became.OLDER: "left as it is: a younger file was imported before",
}
SHOWN = frozenset(WORDS) - {Took.OPENED, Took.UNCHANGED}
TOLD_APART = (Took.OPENED, Took.CHANGED, Took.UNCHANGED, Took.BOOKS, Took.DOUBTFUL, Took.UNLISTED, Became.OLDER)
FATES = {
    "booked": "booked",
    "asked": "to be confirmed by a person",
    "loose": "of a known customer, for no invoice",
    "unknown": "of nobody known",
    "settled": "known to the books",
}


# --- What was understood --------------------------------------------------------------------------------------------


def show_found(files: Iterable[Understood]) -> None:
    """Every file: what it is, and each of its columns."""
    for one in files:
        say(f"{one.given.name}: {_contents(one)}")
        rows = [_column(heading) for heading in one.listed.headings]
        table(("Heading", "Read as", "Example"), rows)
        say()


def _contents(one: Understood) -> str:
    skipped = one.listed.skipped
    beside = f"; {_counted(skipped, 'line')} left out as titles, totals or page breaks" if skipped else ""
    match one.sort:
        case Sort.STATEMENT:
            return _statements(one)
        case Sort.PAPER:
            return f"the invoice {one.paper.number} ({one.paper.profile or 'data'})" if one.paper else "no invoice"
        case Sort.CUSTOMERS:
            return f"{_counted(len(one.listed.customers), 'customer')}{beside}"
        case Sort.INVOICES:
            noted = one.listed.credits
            credit = f", {_counted(len(noted), 'credit')} of customers" if noted else ""
            return f"{_counted(len(one.listed.invoices), 'invoice')}{credit}{beside}"


def _statements(one: Understood) -> str:
    told = (
        f"account {found.account}, {found.since} to {found.until}, {_counted(len(found.movements), 'movement')}"
        for found in one.statements
    )
    return f"bank statement: {'; '.join(told)}" if one.statements else "bank statement"


def _column(heading: Heading) -> tuple[str, str, str]:
    near = f'; did you mean "{heading.near}"?' if heading.near else ""
    return heading.heading, heading.column or f"(not read){near}", heading.example


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


# --- What becomes of it ---------------------------------------------------------------------------------------------


def show_results(results: Sequence[Result], *, done: bool) -> None:
    """What each file changes, or has changed, and the invoices of which more than their opening is to be told."""
    word = "Done" if done else "To be done"
    table(("File", word, "Number"), (row for one in results for row in _rows(one)))
    for one in results:
        if one.known_on is not None:
            say(f"{one.given.name} was imported before: what it knows of payments ends on {one.known_on}, as it did.")
    lines = [line for one in results for line in one.lines if line.became in SHOWN]
    rows = [(line.invoice.number, line.invoice.due, *_amounts(line), WORDS[line.became]) for line in lines]
    table(("Invoice", "Due", "Was due", "Now", ""), rows[:MOST_LISTED], title=" " if rows else "")
    if len(rows) > MOST_LISTED:
        say(f"… and {len(rows) - MOST_LISTED} more.")


def _rows(one: Result) -> Iterator[tuple[str, str, int]]:
    name, counts = one.given.name, one.counts
    match one.sort:
        case Sort.CUSTOMERS:
            told = (("new or changed", one.new), ("known and unchanged", one.known))
            yield from ((name, f"customers {word}", number) for word, number in told if number)
        case Sort.STATEMENT:
            fates = [
                ("known already", one.known),
                *((FATES[fate], number) for fate, number in sorted(one.fates.items())),
            ]
            yield from ((name, f"payments {word}", number) for word, number in fates if number)
            if not one.new + one.known:
                yield name, "payments", 0
        case _:
            yield from ((name, f"invoices {WORDS[took]}", counts[took]) for took in TOLD_APART if counts[took])
            if not one.lines:
                yield name, "invoices", 0


def _amounts(line: Line) -> tuple[str, str]:
    return _due(line.before), _due(None if line.became in {Took.BOOKS, Became.OLDER, Took.UNLISTED} else line.invoice)


def _due(invoice: Invoice | None) -> str:
    return "" if invoice is None else f"{amount(invoice.amount_due)} {invoice.currency}"
