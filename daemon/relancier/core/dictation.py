"""An order in the first line of an answer to a note, in French or English: what it asks for, or why it is not clear.

The words are those of docs/guide-comptable.md; what an order does stands in work/orders. Strict on purpose: what could
be read in two ways is asked back, never guessed.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from relancier.core.case import Role
from relancier.core.folding import fold
from relancier.core.numbers import normalise, weak
from relancier.core.spoken_forms import MONTHS, NEARBY

LONGEST_LINE = 500


class Unclear(StrEnum):
    """Why a line is not obeyed; a note to the team says it in a sentence."""

    UNKNOWN = "order_unknown"
    DATE = "order_date"
    PAST = "order_past"
    FUTURE = "order_future"
    AMOUNT = "order_amount"
    CONTACT = "order_contact"
    NAME = "order_name"
    REST = "order_rest"
    BARE = "order_bare"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A clear order: its word (as work/orders knows it), the invoices it names, and its arguments.

    `note` is what a person added, or the argument of the words that take a text: a plan's name, a tracking number, the
    outcome of a letter. `role` and `address` are set for a contact.
    """

    word: str
    numbers: tuple[str, ...] = ()
    on: date | None = None
    amount: Decimal | None = None
    note: str = ""
    role: Role | None = None
    address: str = ""


Heard = Said | Unclear
Reader = Callable[[Said, str, date], Heard]


def understand(line: str, today: date, numbers: Iterable[str] = ()) -> Heard:
    """What a line orders on that day; `numbers` are the invoices that the note is about."""
    if "?" in line:
        return Unclear.UNKNOWN
    named, rest = _without_numbers(_tidy(line), numbers)
    words = rest.split()
    folded = [_folded(word) for word in words]
    if words and words[0].casefold().startswith("résum"):  # the French for a summary, not the English order
        return Unclear.UNKNOWN
    for verb, (order, reader) in VERBS.items():
        if tuple(folded[: len(verb)]) == verb:
            asked = Said(word=order, numbers=named)
            return reader(asked, _argument(words[len(verb) - 1 :]), today)
    return Unclear.UNKNOWN


def first_line(text: str) -> str:
    """The line that holds the order: the first one that says anything."""
    return next((line for line in map(_tidy, text.splitlines()) if line), "")


# --- The line -------------------------------------------------------------------------------------------------------

_EDGES = " \t>*-–—.;!…\"'«»`"
_MARKS = re.compile(r"[:,;.!?()–—]+")
_FILLER = frozenset(
    {
        "", "la", "le", "les", "de", "des", "du", "pour", "for", "of", "the", "and", "et", "svp", "stp", "merci",
        "please", "facture", "factures", "invoice", "invoices", "dossier", "case", "relances", "reminders",
    }
)  # fmt: skip


def _tidy(line: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", line[:LONGEST_LINE]).split()).strip(_EDGES)


def _folded(word: str) -> str:
    """A word without case, accents and the punctuation that ends it."""
    return fold(word).strip(":,;.!?()")


def _argument(words: Sequence[str]) -> str:
    """What follows the verb; its last word is given too, since a colon may hang on it."""
    verb, *rest = words
    tail = " ".join(rest)
    return f": {tail}" if verb.endswith((":", ",")) and tail else tail


def _without_numbers(line: str, numbers: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The invoices that the line names, as the note writes them, and the line without them."""
    named: list[str] = []
    for number in sorted(dict.fromkeys(numbers), key=len, reverse=True):
        without = _pattern(number).sub(" ", line)
        if without != line:
            named.append(number)
            line = " ".join(without.split())
    return tuple(named), line.strip(_EDGES + ",")


_BESIDE = r"(?:factures?|invoices?|n\s?[°o]|#)\s?"


def _pattern(number: str) -> re.Pattern[str]:
    """Where an invoice number stands as a whole word, whatever dashes and spaces its separators have become."""
    beside = _BESIDE if weak(normalise(number)) else ""
    parts = (r"\s?[-‐‑‒–—―−]\s?" if one == "-" else re.escape(one) for one in normalise(number))
    return re.compile(rf"(?<![\w/.-]){beside}{''.join(parts)}(?![\w/-])", re.IGNORECASE)


def _said_beside(argument: str) -> str | None:
    """The remark behind a separator; None where what follows is neither filler nor a remark."""
    if all(_folded(word) in _FILLER for word in argument.split()):
        return ""
    before, mark, remark = _split(argument)
    return remark if mark and not before.strip() else None


def _split(argument: str) -> tuple[str, str, str]:
    found = _MARKS.search(argument)
    if found is None:
        return argument, "", ""
    return argument[: found.start()], found.group(), argument[found.end() :].strip(_EDGES + ":,()")


# --- Days and amounts -----------------------------------------------------------------------------------------------

_BEFORE_DAY = re.compile(
    r"[\s:,]*(?:(?:le|au|du|de|jusqu'au|jusqu'a|jusque|until|till|on|by|pour|the|of|paiement|reglement|virement|payment)"
    r"\s+)*"
)
_BARE = re.compile(r"\d+")
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?(?![\w/-])")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?![\w/-])")
_SPELT = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?\s+([^\W\d_]{3,10})\.?(?:\s+(\d{4}))?(?!\w)")
_SPELT_FIRST = re.compile(r"([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?(?!\w)")
_SPAN = re.compile(
    r"(?:de\s+|for\s+|pendant\s+)?(\d{1,3})\s?(jours?|days?|j|d|semaines?|weeks?|sem|w|mois|months?)\b", re.IGNORECASE
)
_AMOUNT = re.compile(r"(?:€\s?|eur\s)?(\d{1,3}(?:[ .]\d{3})+|\d{1,9})(?:[.,](\d{1,2}))?(?:\s?(?:€|euros?\b|eur\b))?",
                     re.IGNORECASE)  # fmt: skip
_FARTHEST_AHEAD, _FARTHEST_BACK = timedelta(days=300), timedelta(days=120)
_PLAIN_AMOUNT = 100  # below, a number without a currency more likely counts parcels
_UNITS = {"j": 1, "d": 1, "s": 7, "w": 7, "m": 30}


def _day(argument: str, today: date, *, ahead: bool) -> tuple[date | None, str]:
    """The day that the argument begins with, and what follows; without a year, the next such day or the last.

    One that is only near in another year (15/11 told as a promise on 20 November) is more likely a slip: no day.
    """
    plain = _BEFORE_DAY.sub("", fold(argument), count=1)
    rest = argument[len(argument) - len(plain) :]
    word, _, after = rest.partition(" ")
    if _folded(word) in NEARBY:
        return today + timedelta(days=NEARBY[_folded(word)]), after
    for pattern, order in ((_ISO, "ymd"), (_NUMERIC, "dmy"), (_SPELT, "dmy"), (_SPELT_FIRST, "mdy")):
        found = pattern.match(plain)
        if found is not None:
            on = _dated(dict(zip(order, found.groups(), strict=True)), today, ahead=ahead)
            return (on, rest[found.end() :]) if on else (None, argument)
    return None, argument


def _dated(parts: dict[str, str | None], today: date, *, ahead: bool) -> date | None:
    month = parts["m"] or ""
    number = int(month) if month.isdigit() else MONTHS.get(month, 0)
    year = parts["y"]
    if year is not None:
        return _made(int(year) + (2000 if len(year) == 2 else 0), number, parts["d"])
    there = [_made(today.year + one, number, parts["d"]) for one in (-1, 0, 1)]
    days = [one for one in there if one is not None]
    span = (today, today + _FARTHEST_AHEAD) if ahead else (today - _FARTHEST_BACK, today)
    return next((one for one in days if span[0] <= one <= span[1]), None)


def _made(year: int, month: int, day: str | None) -> date | None:
    try:
        return date(year, month, int(day or 0))
    except ValueError:
        return None


def _amount(argument: str, *, alone: bool) -> tuple[Decimal | None, str]:
    """The amount that the argument begins with, and what follows; `alone`: a larger one also without a currency."""
    found = _AMOUNT.match(argument)
    if found is None or (argument[found.end() :][:1].isalnum()):
        return None, argument
    marked = bool(re.search(r"€|eur", found.group(), re.IGNORECASE)) or found[2] is not None
    whole = re.sub(r"[ .]", "", found[1])
    if not marked and not (alone and int(whole) >= _PLAIN_AMOUNT):
        return None, argument
    return Decimal(f"{whole}.{found[2] or '0'}"), argument[found.end() :].strip(_EDGES + ":,")


# --- The words ------------------------------------------------------------------------------------------------------


_DENIES = re.compile(
    r"(?:(?:en fait|finalement|ah|euh|actually|sorry),? )?"
    r"(?:non|no|nope|pas encore|not yet|surtout pas|pas du tout|not at all|pas maintenant|not now|annul\w*|cancel\w*"
    r"|erreur|mistake|oublie[rz]?|forget it|ignore[rz]?|attend\w*|wait)(?:$| ?[,;:.!(–-].*)"
)
_BEGINS_BY_DENYING = re.compile(
    r"(?:(?:en fait|finalement|mais|actually|but),? )?(?:(?:non|no|pas|ne|surtout pas|not|never|jamais|don't)\b|n')"
)
_DOES_NOT_HOLD = re.compile(
    r"\b(?:(?:pas|non|ne|jamais|mais|sauf|seulement|uniquement|partiel\w*|en partie|not|no|never|but|except|only"
    r"|partly|partially)\b|n')"
)


def _plain(said: Said, argument: str, _today: date) -> Heard:
    """An order with a remark; one that begins by denying takes the order back, and is asked back."""
    if _BARE.fullmatch(argument.strip(_EDGES)):
        return Unclear.BARE
    remark = _said_beside(argument)
    if remark is None or _BEGINS_BY_DENYING.match(fold(remark)):
        return Unclear.REST
    return _with_note(said, remark)


_TAKES_BACK = re.compile(
    r"\d|\b(?:pas|non|ne|n'|mais|sauf|seulement|uniquement|si|s'il|quand|lorsqu\w*|des que|apres|avant|attend\w*"
    r"|jusqu\w*|partir|sous reserve|demain|semaine|mois|not|no|don't|but|except|only|unless|if|when|once|after|before"
    r"|until|wait\w*|tomorrow|week|month)\b"
)


def _going_on(said: Said, argument: str, today: date) -> Heard:
    """Mail leaves again by it: a remark that sets a condition or a day is asked back."""
    heard = _plain(said, argument, today)
    on_condition = isinstance(heard, Said) and _TAKES_BACK.search(fold(heard.note))
    return Unclear.REST if on_condition else heard


def _pause(said: Said, argument: str, today: date) -> Heard:
    found = _SPAN.match(argument.strip())
    if found is not None:
        length = timedelta(days=int(found[1]) * _UNITS[found[2][0].lower()])
        return _with_note(replace(said, on=today + length), argument.strip()[found.end() :])
    on, rest = _day(argument, today, ahead=True)
    if on is None:
        return _plain(said, argument, today)
    return Unclear.PAST if on <= today else _with_note(replace(said, on=on), rest)


def _with_note(said: Said, rest: str) -> Heard:
    """The order with its remark; one that says nothing but no takes it back, and is asked back."""
    remark = rest.strip(_EDGES + ":,()")
    return Unclear.REST if _DENIES.fullmatch(fold(remark)) else replace(said, note=remark)


def _promise(said: Said, argument: str, today: date) -> Heard:
    on, rest = _day(argument, today, ahead=True)
    if on is None:
        return Unclear.DATE
    return Unclear.PAST if on < today else _with_note(replace(said, on=on), rest)


def _past(said: Said, argument: str, today: date) -> Heard:
    """A day that has come, which must be named."""
    on, rest = _day(argument, today, ahead=False)
    if on is None:
        return Unclear.DATE
    return Unclear.FUTURE if on > today else _with_note(replace(said, on=on), rest)


def _perhaps_past(said: Said, argument: str, today: date) -> Heard:
    """A day that has come, or today where none is named; the rest is a remark."""
    on, rest = _day(argument, today, ahead=False)
    if on is None:
        return _with_note(replace(said, on=today), argument)
    return Unclear.FUTURE if on > today else _with_note(replace(said, on=on), rest)


def _paid(said: Said, argument: str, today: date) -> Heard:
    amount, rest = _amount(argument, alone=False)
    on, rest = _day(rest, today, ahead=False)
    if amount is None:
        amount, rest = _amount(rest.strip(), alone=False)
    if on is not None and on > today:
        return Unclear.FUTURE
    if amount is not None and amount <= 0:
        return Unclear.AMOUNT
    heard = _plain(replace(said, on=on, amount=amount), rest, today)
    denied = isinstance(heard, Said) and _DOES_NOT_HOLD.search(fold(heard.note))
    return Unclear.REST if denied else heard


def _dispute(said: Said, argument: str, _today: date) -> Heard:
    amount, rest = _amount(argument, alone=True)
    if amount is not None and amount <= 0:
        return Unclear.AMOUNT
    return _with_note(replace(said, amount=amount), rest)


def _named(said: Said, argument: str, _today: date) -> Heard:
    names = argument.strip(" :").split()
    return replace(said, note=names[0].strip("\"'«»").lower()) if len(names) == 1 else Unclear.NAME


_ROLES = {
    "comptable": Role.ACCOUNTING, "comptabilite": Role.ACCOUNTING, "compta": Role.ACCOUNTING,
    "accounting": Role.ACCOUNTING, "accounts": Role.ACCOUNTING, "commercial": Role.SALES, "achats": Role.SALES,
    "sales": Role.SALES, "direction": Role.MANAGEMENT, "dirigeant": Role.MANAGEMENT, "management": Role.MANAGEMENT,
}  # fmt: skip
_ADDRESS = re.compile(r"[^\s<>,;:()\"@]{1,100}@[^\s<>,;:()\"@]{1,200}")


def _contact(said: Said, argument: str, _today: date) -> Heard:
    role, _, rest = argument.strip(" :").partition(" ")
    found = _ADDRESS.findall(rest)
    if _folded(role) not in _ROLES or len(found) != 1:
        return Unclear.CONTACT
    name = _ADDRESS.sub(" ", rest)
    named = " ".join(re.sub(r"mailto:|[<>,;:()\[\]\"]", " ", name).split())
    return replace(said, role=_ROLES[_folded(role)], address=found[0].strip(".'").lower(), note=named)


def _posted(said: Said, argument: str, today: date) -> Heard:
    on, rest = _day(argument, today, ahead=False)
    if on is not None and on > today:
        return Unclear.FUTURE
    tracking = " ".join((rest if on else argument).strip(_EDGES + ":,").split())
    return _with_note(replace(said, on=on or today), tracking) if tracking else Unclear.NAME


def _letter(outcome: str, *, dated: bool) -> Reader:
    def read(said: Said, argument: str, today: date) -> Heard:
        heard = (_past if dated else _perhaps_past)(said, argument, today)
        return replace(heard, note=outcome) if isinstance(heard, Said) else heard

    return read


def _words(*spellings: str, order: str, reader: Reader) -> dict[tuple[str, ...], tuple[str, Reader]]:
    return {tuple(spelling.split()): (order, reader) for spelling in spellings}


_UNSORTED = {
    **_words("stop tout", "stop all", "tout arreter", "stop everything", order="hold", reader=_plain),
    **_words("reprendre les envois", "resume sending", order="release", reader=_going_on),
    **_words("relancer le solde", "chase the balance", "chase the rest", order="balance", reader=_going_on),
    **_words("reprendre", "reprise", "resume", order="resume", reader=_going_on),
    **_words("pause", "pauser", "suspendre", order="pause", reader=_pause),
    **_words("promesse", "promise", "promised", order="promise", reader=_promise),
    **_words("litige", "dispute", "disputed", order="dispute", reader=_dispute),
    **_words("paye", "payee", "payes", "payees", "regle", "reglee", "paid", order="paid", reader=_paid),
    **_words("stop", "fermer", "clore", "close", order="close", reader=_plain),
    **_words("parti", "partie", "went out", order="sent", reader=_plain),
    **_words("renvoyer", "resend", order="resend", reader=_going_on),
    **_words("appele", "appelee", "called", order="called", reader=_perhaps_past),
    **_words("relance", "relancee", "chased", order="chased", reader=_past),
    **_words("silence", order="silence", reader=_plain),
    **_words("plan", order="plan", reader=_named),
    **_words("contact", order="contact", reader=_contact),
    **_words("poste", "postee", "posted", order="posted", reader=_posted),
    **_words("recu", "recue", "received", order="letter", reader=_letter("received", dated=True)),
    **_words("non reclame", "non reclamee", "unclaimed", "not claimed", order="letter",
             reader=_letter("unclaimed", dated=False)),
    **_words("refuse", "refusee", "refused", order="letter", reader=_letter("refused", dated=False)),
    **_words("npai", "unknown at address", "not known at address", order="letter",
             reader=_letter("unknown_address", dated=False)),
}  # fmt: skip
VERBS = dict(sorted(_UNSORTED.items(), key=lambda pair: -len(pair[0])))
"""Every spelling of every order, the longer first, with its word and what reads its argument."""
