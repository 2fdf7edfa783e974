"""The note about cases that a person must let go on, with what it says of each."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from relancier.core.outbox import ABOUT
from relancier.core.text.typography import NARROW, NBSP
from relancier.work.records import Desk, queue_note

MOST_TOLD = 50
MOST_OFFERED = 20  # invoices that a note takes orders about
LONGEST = 200
_CREDIT = re.compile(r"(?P<number>[^,\s][^,]*) (?P<amount>\d+\.\d\d) (?P<currency>[A-Z]{3})(?=, |$)")


def tell_held(reason: str, told: Mapping[str, str], desk: Desk, *, command: str = "", ref: str = "") -> None:
    """A note about the cases of these keys, which takes orders about them; `told` is the line of each."""
    lines = list(dict.fromkeys(told.values()))
    if not lines:
        return
    numbers = list(dict.fromkeys(map(number_of, told)))
    which = command or f"relancier resume {numbers[0] if len(numbers) == 1 else 'INVOICE'}"
    facts = (
        ("reason", reason),
        ("lines", "\n".join(lines[:MOST_TOLD])),
        ("command", which),
        (ABOUT, "\n".join(list(told)[:MOST_OFFERED])),
    )
    queue_note(desk, "held", ref or f"{reason}|{desk.today.isoformat()}|{', '.join(lines)[:LONGEST]}", facts)


def by_number(keys: Iterable[str]) -> dict[str, str]:
    """Of each case nothing but its number."""
    return {key: number_of(key) for key in keys}


def number_of(key: str) -> str:
    """The invoice's number out of a case's key."""
    return key.rpartition("|")[0]


def labelled(label: str, text: str, language: str) -> str:
    """A line as it stands in a note of this language: what it is about, a colon, and what is told."""
    return f"{label}{NBSP if language == 'fr' else ''}: {text}"


def credit_words(number: str, amount: Decimal, currency: str) -> str:
    """A credit as events keep it; several are joined by a comma."""
    return f"{number} {amount:.2f} {currency}"


def credit_in(words: str) -> list[tuple[str, Decimal, str]]:
    """The credits that an event names: number, amount, currency."""
    return [(found["number"], Decimal(found["amount"]), found["currency"]) for found in _CREDIT.finditer(words)]


def credit_shown(words: str, language: str) -> str:
    """The credits that an event names, as a person reads them: A-2026-0009 (200,00 €)."""
    found = credit_in(words)
    return ", ".join(f"{number} ({money(amount, code, language)})" for number, amount, code in found) or words


def money(amount: Decimal, currency: str, language: str) -> str:
    """An amount as it stands in a note of this language."""
    written, sign = f"{amount:,.2f}", "€" if currency == "EUR" else currency
    if language == "fr":
        return f"{written.replace(',', NARROW).replace('.', ',')}{NBSP}{sign}"
    return f"{sign}{written}" if sign == "€" else f"{sign}{NBSP}{written}"
