"""A bank's export as rows, whatever it came in: where its headings stand, and what is told above and below them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from relancier.adapters.statements.balances import folded, is_balance
from relancier.adapters.statements.cells import day
from relancier.adapters.statements.headings import columns
from relancier.adapters.statements.titles import Titles, is_of_a_card, names_an_account
from relancier.adapters.statements.values import one_line
from relancier.adapters.statements.words import called

Row = tuple[int, list[str]]

DEEPEST = 40
MOST_CELLS = 200
OF_PAYERS = ("payer", "payer_iban", "end_to_end", "reference")
MONEY = ("amount", "debit", "credit")
OUT = frozenset({
    "d", "debit", "debits", "debiteur", "debitrice", "db", "dbit", "dr", "-", "sortie", "sorties", "depense", "out",
    "money out",
})  # fmt: skip
INTO = frozenset({
    "c", "credit", "credits", "crediteur", "creditrice", "cr", "crdt", "+", "entree", "entrees", "recette", "in",
    "money in",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one account under their headings, and the lines above these."""

    name: str
    places: Mapping[str, Sequence[int]]
    titles: Titles
    rows: tuple[Row, ...]

    def cell(self, row: Sequence[str], column: str) -> str:
        """The first filled cell of a column, on one line."""
        filled = (one_line(row[at]) for at in self.places.get(column, ()) if at < len(row))
        return next(filter(None, filled), "")

    def told(self, row: Sequence[str]) -> list[str]:
        """The cells of wording, from left to right."""
        return [one_line(row[at]) for at in sorted(self.places.get("wording", ())) if at < len(row)]

    def words(self, row: Sequence[str]) -> str:
        return one_line(*self.told(row))

    def called(self, row: Sequence[str]) -> str:
        """Whose transfer it is, by the first cell of wording that begins with the words for one."""
        return next(filter(None, map(called, self.told(row))), "")

    def on(self, row: Sequence[str]) -> str:
        return self.cell(row, "date") or self.cell(row, "value_date")

    def is_dated(self, row: Sequence[str]) -> bool:
        with suppress(ValueError):
            return bool(day(self.on(row)))
        return False

    def is_rest(self, row: Sequence[str]) -> bool:
        """Whether the row only goes on with the wording of the one before."""
        own = set(self.places.get("wording", ())[:1])
        filled = {at for at, cell in enumerate(row) if cell.strip()}
        return bool(own) and filled == own and not is_balance(row[min(own)])

    def is_balance(self, row: Sequence[str]) -> bool:
        """Whether the row only tells a balance or a total; a payer or a reference beside a day makes it a payment."""
        first = next((cell for cell in row if cell.strip()), "")
        if not (is_balance(first) or is_balance(self.words(row))):
            return False
        return not (self.is_dated(row) and any(self.cell(row, column) for column in OF_PAYERS))

    def is_title(self, row: Sequence[str]) -> bool:
        """Whether something else than a day stands under the heading for days, and no amount."""
        return bool(self.on(row)) and not self.is_dated(row) and not any(self.cell(row, one) for one in MONEY)

    def whole(self) -> Iterator[Row]:
        """The rows of movements, each with the lines of wording that follow it; no balances, no totals."""
        waiting: Row | None = None
        for line, row in self.rows:
            if self.is_rest(row):
                if waiting is not None:
                    at = self.places["wording"][0]
                    waiting[1][at] = f"{waiting[1][at]} {row[at]}"
                continue
            if waiting is not None:
                yield waiting
            waiting = None if self.is_balance(row) else (line, [*row, *[""] * (self._width - len(row))])
        if waiting is not None:
            yield waiting

    @property
    def _width(self) -> int:
        return 1 + max(at for places in self.places.values() for at in places)


def headed(rows: Iterable[Row], given: Mapping[str, str]) -> int | None:
    """The line of the first row that holds a bank's headings, if one stands near the top."""
    return next((line for line, row in rows if len(row) <= MOST_CELLS and columns(row, given)), None)


def sheets(name: str, rows: Sequence[Row], line: int, given: Mapping[str, str]) -> list[Sheet]:
    """The accounts of an export with the headings on this line; one below another has titles of its own."""
    above = tuple(row for number, row in rows if number < line)
    heading = next(row for number, row in rows if number == line)
    places = columns(heading, given)
    whole = Sheet(name, places, above, tuple(row for row in rows if row[0] > line))
    return [_with_direction(sheet) for sheet in _parted(whole, heading)]


def _with_direction(sheet: Sheet) -> Sheet:
    """A column of types tells the direction of the amounts where it says nothing else."""
    said = {folded(sheet.cell(row, "type")) for _, row in sheet.rows if sheet.cell(row, "amount")} - {""}
    if "direction" in sheet.places or not said or not said <= OUT | INTO:
        return sheet
    return replace(sheet, places={**sheet.places, "direction": sheet.places["type"]})


def _parted(sheet: Sheet, heading: Sequence[str]) -> Iterator[Sheet]:
    """The rows of each account; those of a card, which is no account, have no account above them either."""
    titles, body, between = sheet.titles, list[Row](), list[Row]()
    for line, row in sheet.rows:
        again = row == heading
        if not (again or sheet.is_dated(row) or sheet.is_rest(row)):
            between.append((line, row))
            continue
        if _begins(sheet, between):
            yield replace(sheet, titles=titles, rows=(*body, *_moving(sheet, between)))
            titles, body = tuple(one for _, one in between), []
        else:
            body += between
        between = []
        body += [] if again else [(line, row)]
    yield replace(sheet, titles=titles, rows=(*body, *_moving(sheet, between)))


def _begins(sheet: Sheet, rows: Iterable[Row]) -> bool:
    """Whether these lines are the titles of another account, or of a card."""
    said = [row for _, row in rows if sheet.is_title(row)]
    return names_an_account(said) or is_of_a_card(said)


def _moving(sheet: Sheet, rows: Iterable[Row]) -> Iterator[Row]:
    """Those of the lines before another account's that have an amount, so that none is passed over unread."""
    return ((line, row) for line, row in rows if any(sheet.cell(row, column) for column in MONEY))
