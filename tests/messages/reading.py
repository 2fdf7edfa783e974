"""What a reader sees of a message."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

from relancier.core.money import Money
from relancier.core.reading.mail import Draft


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def words(text: str) -> set[str]:
    return set(re.findall(r"[\w€%@/?&=]+", plain(text)))


def words_of(html: str) -> set[str]:
    """The words that an HTML document shows, and where its links lead; a picture's words stand only there."""
    reader = _Reader()
    reader.feed(html)
    return words(" ".join(reader.shown))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.skipping = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"title", "style"} or given.get("aria-hidden") == "true":
            self.skipping = tag
        if tag == "a" and (given.get("href") or "").startswith("http"):
            self.shown.append(given["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        self.skipping = "" if tag == self.skipping else self.skipping

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.shown.append(data)


FRENCH_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MONTHS = {
    "fr": FRENCH_MONTHS,
    "en": ENGLISH_MONTHS,
}


@dataclass(frozen=True)
class Rendered:
    """A message as the customer gets it, and what it was made of."""

    template: str
    language: str
    draft: Draft

    @property
    def text(self) -> str:
        return plain(self.draft.text)

    @property
    def body(self) -> str:
        """The text above the closing."""
        return re.split(r"\n(?:Cordialement|Salutations|Nous vous prions|Kind regards|Yours)", self.text)[0]

    @property
    def sentences(self) -> list[str]:
        return re.split(r"(?<=[.?:]) |\n", self.body)

    def says(self, french: str, english: str) -> bool:
        return bool(re.search(french if self.language == "fr" else english, self.text, re.IGNORECASE))

    def day(self, day: date) -> str:
        number = "1er" if self.language == "fr" and day.day == 1 else str(day.day)
        return f"{number} {MONTHS[self.language][day.month - 1]} {day.year}"

    def money(self, money: Money) -> str:
        text = f"{money.amount.quantize(Decimal('0.01')):,}"
        return f"€{text}" if self.language == "en" else text.replace(",", " ").replace(".", ",") + " €"
