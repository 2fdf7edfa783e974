"""The last pass over what a customer reads: French spaces, and text that cannot carry anything but itself."""

import re
import unicodedata
from functools import lru_cache

NBSP = "\u00a0"
NARROW = "\u202f"
MARK = "\ue000"
"""Stands where a value is lacking, until its line is dropped."""

ROWS = "\ue001"
"""Begins each line of a table, so that no field can look like one."""

TAG = "\ue002"
"""Ends each line that held nothing but template tags."""

BREAK = "\ue003"
"""Parts two values in one cell of a table."""

OPENED, CLOSED = "\ue004", "\ue005"
"""Stand round somebody's own words, which keep the spaces they were written with, until `bare` takes them out."""

LABEL = "\ue006"
"""Ends a line's label, before its value, until `bare` takes it out."""

_LEAVE = rf"{OPENED}[^{CLOSED}]*{CLOSED}|" + r"https?://\S+|\S+@\S+|\b[A-Z]{2}\d{2}(?:[ \u00a0][A-Z0-9]{1,4}){2,}"
_FRENCH = re.compile(
    rf"(?P<leave>{_LEAVE})"
    r"|(?P<colon>(?<=[\w)\]»%€]):(?=\s|$)|[ \u00a0\u202f]+:(?=\s|$))"
    r"|(?P<high>(?<=[\w)\]»%€])[;!?](?=\s|$)|[ \u00a0\u202f]+[;!?])"
    r"|(?P<open>«[ \u00a0\u202f]*)"
    r"|(?P<close>[ \u00a0\u202f]*»)"
    r"|(?P<unit>(?<=\d) (?=(?:€|%|h|euros?|jours?|mois|ans?)(?!\w)))"
    r"|(?P<phone>(?<![\w+])(?<!\d )(?:\+\d{1,3}(?: \d{1,4}){3,5}|0\d(?: \d\d){4})(?![\w]| \d))"
    r"|(?P<group>(?<=\d) (?=\d{3}(?!\d)))"
    r"|(?P<before>\bn° )"
)
_ANY_FRENCH = re.compile(r"[:;!?«»°\d]")
_SPACED = {"colon": f"{NBSP}:", "open": f"«{NBSP}", "close": f"{NBSP}»", "unit": NBSP, "group": NARROW}
_SPACES = re.compile(r"\s+")
_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"


@lru_cache(maxsize=1000)  # most sentences of a message stood in the one before
def french(text: str) -> str:
    """The same words with the spaces that French typography asks for; addresses and IBAN are left alone."""
    return _FRENCH.sub(_space, text) if _ANY_FRENCH.search(text) else text  # nothing above holds without one of these


def _space(match: re.Match[str]) -> str:
    found, kind = match.group(), match.lastgroup or ""
    if kind == "high":
        return NARROW + found[-1]
    if kind == "before":
        return f"{found[:-1]}{NBSP}"
    if kind == "phone":
        return found.replace(" ", NBSP)
    return _SPACED.get(kind, found)


def bare(text: str) -> str:
    """The text without what stands round somebody's own words and behind labels."""
    return text.replace(OPENED, "").replace(CLOSED, "").replace(f"{LABEL} ", "").replace(LABEL, "")


def plain(text: str) -> str:
    """A value on one line, without control, direction or private characters."""
    if text.isprintable() and "  " not in text:  # most values: nothing of that can be in them
        return text.strip()
    shown = (char if _shows(char) else " " if char in "\r\n\t\v\f\x00\x85\u2028\u2029" else "" for char in text)
    return _SPACES.sub(_single, "".join(shown)).strip()


def _single(match: re.Match[str]) -> str:
    spaces = match.group()
    return spaces if spaces in {NBSP, NARROW} else " "


def _shows(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _HIDDEN


def literal(text: str) -> str:
    """The Markdown that shows `text` exactly as it is."""
    return _MARKUP.sub(r"\\\1", text)


def grouped(iban: str) -> str:
    """An IBAN in groups of four that do not part at the end of a line."""
    bare = _SPACES.sub("", iban)
    return NBSP.join(bare[start : start + 4] for start in range(0, len(bare), 4))
