"""Values as a language writes them: dates, amounts, and the few words that code puts between them."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal

from relancier.adapters.library.shelf import Shelf
from relancier.core.money import Money

FILE = "words.toml"


class WordsFailed(Exception):  # noqa: N818 - named after the situation
    """words.toml of a language is missing or wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A language: its locale, and its words.toml; the same text gives the same object."""

    locale: Locale
    conjunction: str
    part: str
    moment: str
    columns: Mapping[str, str]
    names: Mapping[str, str]
    letter: Mapping[str, str]

    @property
    def language(self) -> str:
        return str(self.locale.language)

    def day(self, day: date) -> str:
        """The date in full; the first of a month is "1er" in French."""
        return _day(self.locale, day)

    def at(self, moment: datetime) -> str:
        """The day and the time of day, in the moment's own time zone."""
        time = format_time(moment.time(), "HH:mm", locale=self.locale)
        return self.moment.replace("{day}", self.day(moment.date())).replace("{time}", time)

    def money(self, money: Money) -> str:
        """An amount to the cent, rounded half up."""
        cents = money.amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
        return _money(self.locale, str(cents), money.currency)

    def number(self, number: int | Decimal) -> str:
        return format_decimal(number, locale=self.locale)

    def listing(self, items: Iterable[str]) -> str:
        """`a, b and c`."""
        *most, last = items
        return f"{', '.join(most)} {self.conjunction} {last}" if most else last

    def of_part(self, part: str) -> str:
        return self.part.replace("{part}", part)

    def column(self, name: str) -> str:
        """The heading of a column, or its own name when the language has none."""
        return self.columns.get(name, name)

    def name(self, word: str) -> str:
        """What a fixed word of the program is called in the language, or the word itself."""
        return self.names.get(word, word)


@lru_cache(maxsize=256)  # the same few days stand in every message
def _day(locale: Locale, day: date) -> str:
    text = format_date(day, "long", locale)
    return f"1er{text[1:]}" if locale.language == "fr" and day.day == 1 else text


@lru_cache(maxsize=256)  # what is due stands in a message several times
def _money(locale: Locale, cents: str, currency: str) -> str:
    return format_currency(Decimal(cents), currency, locale=locale)


def read_words(shelf: Shelf, language: str) -> Words:
    """The words of templates/<language>/, those that it lacks from the shipped file. Raises WordsFailed."""
    try:
        return _words(language, *(path.read_text("utf-8") for path in shelf.words(language, FILE)))
    except FileNotFoundError:
        raise WordsFailed(f"write {FILE}, with the language's locale and words (copy another language's)") from None
    except KeyError as key:
        raise WordsFailed(f"{FILE} lacks {key}; copy it from another language's") from None
    except UnknownLocaleError:
        raise WordsFailed(f"{FILE} names a locale that is unknown; write one such as fr_FR") from None
    except (OSError, ValueError, AttributeError) as error:
        raise WordsFailed(f"{FILE} cannot be read: {error}") from None


@lru_cache(maxsize=16)
def _words(language: str, text: str, spare: str = "") -> Words:
    table, shipped = tomllib.loads(text), tomllib.loads(spare)
    return Words(
        locale=Locale.parse(table.get("locale", language), sep="_"),
        conjunction=str(table["and"]),
        part=str(table["part"]),
        moment=str(table["moment"]),
        columns=_texts(shipped.get("columns", {}), table.get("columns", {})),
        names=_texts(shipped.get("names", {}), table.get("names", {})),
        letter=_texts(shipped.get("letter", {}), table.get("letter", {})),
    )


def _texts(spare: Mapping[str, object], own: Mapping[str, object]) -> Mapping[str, str]:
    return {name: str(text) for name, text in {**spare, **own}.items()}
