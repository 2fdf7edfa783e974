"""The invoices that the line of an order names, out of those that its note is about.

A number too short or too plain to mean an invoice by itself (147, 26-148) counts behind the word "facture"; without it
where it stands first or last in the order and can be nothing else: no amount, no day, no span of days.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from relancier.core.orders.dictated_values import DAYS, MARKED, SPAN, folded
from relancier.core.text.numbers import normalise, weak

MONEY = frozenset({"paid", "dispute", "balance"})  # orders behind which a bare number may be an amount
AMOUNTS = "instalments"  # where bare numbers are amounts
OTHERS = frozenset({"posted", "plan", "contact", "open", "iban"})  # behind which names and other numbers stand
CALLED = "called"
PAUSE = "pause"
_MOST_DAYS = 100  # up to that, a bare number behind "pause" more likely counts days
_DAY_OF_MONTH = 31
_SEVERAL = {"fr": ("facture", "factures"), "en": ("invoice", "invoices")}
_BESIDE = r"(?:factures?|invoices?|n\s?[°o]|#)\s?"
_LISTED = r"(?:factures|invoices)\s"
_BETWEEN = r"(?:\s?[,;&+]\s?|\s(?:et|and)\s|\s)"
_BEFORE = r"(?<![\w/.-])"
_AFTER = r"(?![\w/-])"
_NO_MONEY = r"(?![.,]\d{1,2}(?!\d)|\s?(?:€|euros?\b|eur\b))"
_SUM, _TIME = "\ue001", "\ue002"  # what stands for an amount, and for a day or a span, while numbers are looked for
_HEAD = re.compile(r"[:!?()–—]|$")
_LEAD = re.compile(rf"(?:[\s,;&+{_SUM}{_TIME}]|(?:et|and|pour|for|le|au|du|on)\s)*", re.IGNORECASE)
_JOINS = re.compile(r"^(?:[\s,;&+]|(?:et|and)\s)+|(?:[\s,;&+]|\s(?:et|and))+$", re.IGNORECASE)
_DAY_BEFORE = frozenset({"le", "au", "du", "on", "the", "until", "by", "jusqu'au"})


@dataclass(frozen=True, slots=True)
class Named:
    """The invoices named, as the note writes them, and the text without them.

    `unclear`: a number of the note's own stands where it may as well be an amount, a day or a span of days.
    """

    numbers: tuple[str, ...]
    rest: str
    unclear: bool = False


def behind(numbers: Sequence[str], language: str) -> str:
    """How an order that Relancier offers names invoices: with the word for them, where a number needs it."""
    listed = " ".join(numbers)
    if not any(weak(normalise(number)) for number in numbers):
        return listed
    one, several = _SEVERAL["fr" if language == "fr" else "en"]
    return f"{one if len(numbers) == 1 else several} {listed}"


def certain(line: str, numbers: Iterable[str]) -> Named:
    """The invoices that are meant beyond doubt: by a number like no other word, or behind "facture"."""
    own = _by_form(numbers)
    if not own:
        return Named((), line)
    every, strong = _any(own), _any([one for one in own if not weak(one)])
    ways = [
        rf"{_LISTED}{every}(?:{_BETWEEN}(?:{_BESIDE})?{every})*",
        rf"{_BESIDE}{every}",
        *([strong] if strong else ()),
    ]
    pattern = re.compile(rf"{_BEFORE}(?:{'|'.join(ways)})", re.IGNORECASE)
    found = [match.group() for match in pattern.finditer(line)]
    return Named(_named(found, own), " ".join(pattern.sub(" ", line).split()) if found else line)


def standing(order: str, argument: str, numbers: Iterable[str]) -> Named:
    """The invoices that the argument of an order names by a short number alone."""
    own = {form: given for form, given in _by_form(numbers).items() if weak(form)}
    nothing = Named((), argument)
    if not own or order in OTHERS:
        return nothing
    masked = _masked(argument)
    head = masked[: next(_HEAD.finditer(masked)).start()]
    runs = [run for run in _runs(head, own) if _belongs(run, head, order)]
    if not runs:
        return nothing
    if order == AMOUNTS and any(_plain_numbers(run.group()) for run in runs):
        return nothing
    if any(_may_be_else(run, head, order) for run in runs):
        return Named((), argument, unclear=True)
    rest = argument
    for run in runs:
        rest = rest[: run.start()] + " " * len(run.group()) + rest[run.end() :]
    return Named(_named([run.group() for run in runs], own), _JOINS.sub("", rest))


def first(line: str, numbers: Iterable[str]) -> str:
    """The short number, or several, with which a line begins; nothing where it begins otherwise."""
    own = _by_form(numbers)
    found = next(_runs(_masked(line), own), None) if own else None
    return found.group() if found and found.start() == 0 else ""


# --- Where numbers stand --------------------------------------------------------------------------------------------


def _by_form(numbers: Iterable[str]) -> Mapping[str, list[str]]:
    """The numbers by the form in which they are compared, the longest first."""
    forms: dict[str, list[str]] = {}
    for number in dict.fromkeys(numbers):
        forms.setdefault(normalise(number), []).append(number)
    return dict(sorted(forms.items(), key=lambda pair: -len(pair[0])))


def _any(forms: Iterable[str]) -> str:
    """Any of the numbers as a whole word, whatever dashes and spaces its separators have become."""
    found = [
        "".join(r"\s?[-‐‑‒–—―−]\s?" if one == "-" else re.escape(one) for one in form)
        + _AFTER
        + (_NO_MONEY if weak(form) else "")
        for form in forms
    ]
    return f"(?:{'|'.join(found)})" if found else ""


def _named(found: Iterable[str], own: Mapping[str, list[str]]) -> tuple[str, ...]:
    pattern = re.compile(rf"{_BEFORE}{_any(own)}", re.IGNORECASE)
    forms = {normalise(match.group()) for text in found for match in pattern.finditer(text)}
    return tuple(number for form, given in own.items() if form in forms for number in given)


def _runs(text: str, own: Mapping[str, list[str]]) -> Iterator[re.Match[str]]:
    every = _any(own)
    return re.finditer(rf"{_BEFORE}{every}(?:{_BETWEEN}{every})*", text, re.IGNORECASE)


def _masked(text: str) -> str:
    """The text with amounts, days and spans made unreadable, each as long as before."""
    for pattern, mark in ((DAYS, _TIME), (MARKED, _SUM), (SPAN, _TIME)):
        for found in list(pattern.finditer(text)):
            text = text[: found.start()] + mark * len(found.group()) + text[found.end() :]
    return text


def _belongs(run: re.Match[str], head: str, order: str) -> bool:
    """Whether numbers stand where an order's do: right behind its word, day or amount, or last."""
    leads = _LEAD.fullmatch(head[: run.start()]) is not None
    ends = not head[run.end() :].strip(" ,;.")
    return leads and ends if order == CALLED else leads or ends


def _plain_numbers(run: str) -> list[int]:
    """Those of the numbers that are digits alone."""
    return [int(word) for word in re.split(r"[\s,;&+]+", run) if word.isdecimal()]


def _may_be_else(run: re.Match[str], head: str, order: str) -> bool:
    """Whether a number of digits alone may be an amount, a day, a span of days, or a piece of a longer number."""
    plain = _plain_numbers(run.group())
    if not plain:
        return False
    if order in MONEY:
        return _SUM not in head
    before, after = head[: run.start()].split(), head[run.end() :].split()
    if (before and before[-1].isdigit()) or (after and after[0].isdigit()):
        return True
    if before and folded(before[-1]) in _DAY_BEFORE and min(plain) <= _DAY_OF_MONTH:
        return True
    return order == PAUSE and _TIME not in head and min(plain) <= _MOST_DAYS
