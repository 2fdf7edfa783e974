"""The report as one HTML file that needs nothing else: no script, no picture and no style from elsewhere."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from relancier.adapters.library.shelf import Shelf
from relancier.adapters.library.words import Words, read_words
from relancier.core.money import Money
from relancier.core.overviews.charts import Bar, bars, columns
from relancier.core.overviews.figures import AGES, Age, Balance
from relancier.core.overviews.measures import Effect, Month
from relancier.core.overviews.report import Report
from relancier.core.text.typography import french

WORDS = "report.toml"
SPARE_LANGUAGE = "en"
PAGE = Path(__file__).with_name("report.html")
MOST_CUSTOMERS = 50
MOST_BARS = 12
MILD, BAD = frozenset({Age.TO_30, Age.TO_60}), frozenset({Age.TO_90, Age.OVER_90})

NO_CHART = Markup()
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure in large type."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Table:
    headings: Row
    rows: tuple[Row, ...]
    total: Row = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report; `nothing` stands there when it has no figures, `caption` says what the chart shows."""

    title: str
    tables: tuple[Table, ...] = ()
    chart: Markup = NO_CHART
    caption: str = ""
    nothing: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """Sections that stand side by side where the page is wide enough."""

    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    company: str
    as_of: str
    tiles: tuple[Tile, ...]
    bands: tuple[Band, ...]
    how: str
    notes: tuple[str, ...]


def report_page(shelf: Shelf, language: str, report: Report) -> str:
    """The whole page. Raises WordsFailed, OSError, ValueError."""
    speech = _Speech(read_words(shelf, language), _texts(shelf, language))
    page = Page(
        title=speech("title"),
        company=report.company,
        as_of=speech("as_of", day=speech.words.day(report.on)),
        tiles=tuple(_tiles(report, speech)),
        bands=tuple(_bands(report, speech)),
        how=speech("how"),
        notes=tuple(speech(name) for name in ("how_paid", "how_days", "how_effect", "how_promises")),
    )
    return _template().render(page=page, language=language)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    return environment.from_string(PAGE.read_text("utf-8"))


def _texts(shelf: Shelf, language: str) -> Mapping[str, str]:
    """The language's words, those that it lacks from the shipped ones, else in English."""
    places = (*reversed(shelf.words(SPARE_LANGUAGE, WORDS)), *reversed(shelf.words(language, WORDS)))
    tables = (tomllib.loads(path.read_text("utf-8")) for path in places if path.is_file())
    return {name: str(text) for table in tables for name, text in table.items()}


@dataclass(frozen=True, slots=True)
class _Speech:
    """What the report says, in its language and with its typography."""

    words: Words
    texts: Mapping[str, str]

    def __call__(self, name: str, **values: object) -> str:
        """A word by its name, or the name itself where the language has none (a user's own template)."""
        text = self.texts.get(name, name)
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", str(value))
        return french(text) if self.words.language == "fr" else text

    def money(self, amount: Decimal, currency: str) -> str:
        return self.words.money(Money(amount, currency))

    def share(self, part: Decimal | int, whole: Decimal | int) -> str:
        ratio = Decimal(part) / Decimal(whole) if whole else Decimal(0)
        return str(format_percent(ratio.quantize(Decimal("0.01"), ROUND_HALF_UP), locale=self.words.locale))

    def days(self, days: Decimal | None) -> str:
        if days is None:
            return ""
        return self("days", days=format_decimal(days, format="0.0", locale=self.words.locale))


def _tiles(report: Report, speech: _Speech) -> Iterator[Tile]:
    for balance in report.balances:
        total, currency = balance.total, balance.total.currency
        yield Tile(speech("total"), speech.money(total.total, currency), f"{total.count} {speech('invoices').lower()}")
        note = speech("share", share=speech.share(total.late, total.total))
        yield Tile(speech("late_total"), speech.money(total.late, currency), note)
    unknown = speech("unknown")
    yield Tile(speech("days_to_pay"), speech.days(report.after_issue) or unknown, speech("from_issue"))
    yield Tile(speech("days_late"), speech.days(report.after_due) or unknown, speech("from_due"))
    kept = report.promises
    written = speech.share(kept.kept, kept.ended) if kept.ended else unknown
    yield Tile(speech("promises"), written, speech("of", count=kept.kept, of=kept.ended) if kept.ended else "")


def _bands(report: Report, speech: _Speech) -> Iterator[Band]:
    for balance in report.balances:
        yield Band((_balance(balance, speech, alone=len(report.balances) == 1),))
    yield Band((_late(report, speech),))
    yield Band((_coming(report, speech), _promises(report, speech), _people(report, speech)))
    yield Band((_paying(report.months, speech),))
    yield Band((_effects(report, speech),))


def _balance(balance: Balance, speech: _Speech, *, alone: bool) -> Section:
    total, currency = balance.total, balance.total.currency
    rows = [
        (speech(age.value), speech.words.number(count), speech.money(amount, currency))
        for age, amount, count in zip(AGES, total.amounts, total.counts, strict=True)
    ]
    drawn = [
        Bar(label, float(max(amount, Decimal(0))), written, "bad" if age in BAD else "mild" if age in MILD else "")
        for age, amount, (label, _, written) in zip(AGES, total.amounts, rows, strict=True)
    ]
    title = speech("balance") if alone else speech("balance_in", currency=currency)
    sums = (speech("sum"), speech.words.number(total.count), speech.money(total.total, currency))
    headings = (speech("age"), speech("invoices"), speech("amount"))
    chart = _drawn(bars(drawn, title=title, description=_spoken(speech("balance_chart"), rows)))
    return Section(title, (Table(headings, tuple(rows), sums),), chart, speech("balance_chart"))


def _spoken(what: str, rows: Sequence[Row]) -> str:
    """A chart in words, for who cannot see it."""
    return f"{what}: {'; '.join(f'{row[0]} {row[-1]}' for row in rows)}"


def _drawn(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 - core/overviews/charts escapes every word


def _late(report: Report, speech: _Speech) -> Section:
    title = speech("late")
    if not report.late:
        return Section(title, nothing=speech("nothing_late"))
    rows = tuple(
        (
            one.customer,
            speech.words.number(one.invoices),
            str(format_date(one.since, "short", locale=speech.words.locale)),
            speech.money(one.amount, one.currency),
        )
        for one in report.late[:MOST_CUSTOMERS]
    )
    left = len(report.late) - len(rows)
    headings = (speech("customer"), speech("invoices"), speech("since"), speech("amount"))
    return Section(title, (Table(headings, rows),), more=speech("more", count=left) if left else "")


def _people(report: Report, speech: _Speech) -> Section:
    rows = ((speech("waiting"), str(report.waiting)), (speech("disputed"), str(report.disputed)))
    return Section(speech("people"), (Table((speech("kind"), speech("invoices")), rows),))


def _paying(months: Sequence[Month], speech: _Speech) -> Section:
    title = speech("paying")
    if not any(month.count for month in months):
        return Section(title, nothing=speech("nothing_paid"))
    drawn = [
        Bar(
            str(format_date(month.first, "LLLLL", locale=speech.words.locale)),
            float(month.after_due or 0),
            "" if month.after_due is None else _whole(month.after_due),
        )
        for month in months
    ]
    rows = tuple(
        (
            str(format_date(month.first, "MMM y", locale=speech.words.locale)),
            speech.words.number(month.count),
            speech.days(month.after_due),
            speech.days(month.after_issue),
        )
        for month in months
        if month.count
    )
    headings = (speech("month"), speech("paid"), speech("late_by"), speech("issue_by"))
    caption = speech("paying_chart")
    chart = columns(drawn, title=caption, description=_spoken(caption, [(row[0], row[2]) for row in rows]))
    return Section(title, (Table(headings, rows),), _drawn(chart), caption)


def _whole(days: Decimal) -> str:
    return str(days.quantize(Decimal(1), ROUND_HALF_UP))


def _effects(report: Report, speech: _Speech) -> Section:
    title = speech("effect")
    if not report.effects:
        return Section(title, nothing=speech("nothing_taken"))
    drawn = [
        Bar(speech(one.name), one.paid / one.taken, speech.share(one.paid, one.taken))
        for one in report.effects[:MOST_BARS]
    ]
    rows = tuple(_effect(one, speech) for one in report.effects)
    by_channel = tuple(_effect(one, speech) for one in report.channels)
    rest = (speech("taken"), speech("paid_soon"), speech("answered_soon"))
    tables = (
        Table((speech("step"), *rest), rows),
        Table((speech("channel"), *rest), by_channel, title=speech("channels")),
    )
    caption = speech("effect_chart")
    spoken = _spoken(caption, [(bar.label, bar.written) for bar in drawn])
    return Section(title, tables, _drawn(bars(drawn, title=caption, description=spoken, full=1.0)), caption)


def _effect(one: Effect, speech: _Speech) -> Row:
    paid, answered = speech.share(one.paid, one.taken), speech.share(one.answered, one.taken)
    return speech(one.name), speech.words.number(one.taken), paid, answered


def _promises(report: Report, speech: _Speech) -> Section:
    promised = report.promises
    rows = (
        (speech("kept"), str(promised.kept)),
        (speech("broken"), str(promised.broken)),
        (speech("pending"), str(promised.waiting)),
    )
    return Section(speech("promised"), (Table((speech("outcome"), speech("count")), rows),))


def _coming(report: Report, speech: _Speech) -> Section:
    rows = tuple(
        (
            speech("within", days=one.days),
            speech.words.number(one.count),
            ", ".join(speech.money(amount, currency) for currency, amount in one.sums) or "–",
        )
        for one in report.falling
    )
    return Section(speech("coming"), (Table((speech("when"), speech("invoices"), speech("amount")), rows),))
