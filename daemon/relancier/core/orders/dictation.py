"""An order in the first line of an answer to a note, in French or English: what it asks for, or why it is not clear.

The words are those of docs/guide-comptable.md; what an order does stands in work/orders/obey. Strict on purpose: what
could be read in two ways is asked back, never guessed.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from relancier.core.case import Role
from relancier.core.orders.dictated_call import left_blank, promise_in
from relancier.core.orders.dictated_numbers import AMOUNTS, CALLED, OTHERS, certain, first, standing
from relancier.core.orders.dictated_parts import Part, read_parts
from relancier.core.orders.dictated_values import BARE, EDGES, SPAN, UNITS, folded, read_amount, read_day
from relancier.core.text.folding import composed, fold

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
    PARTS = "order_parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A clear order: its word (as work/orders/obey knows it), the invoices it names, and its arguments.

    `note` is what a person added, or the argument of the words that take a text: a plan's name, a tracking number, the
    outcome of a letter. `role` and `address` are set for a contact, `parts` for an instalment plan.
    """

    word: str
    numbers: tuple[str, ...] = ()
    on: date | None = None
    amount: Decimal | None = None
    note: str = ""
    role: Role | None = None
    promised: date | None = None
    address: str = ""
    parts: tuple[Part, ...] = ()


Heard = Said | Unclear
Reader = Callable[[Said, str, date], Heard]


def understand(line: str, today: date, numbers: Iterable[str] = ()) -> Heard:
    """What a line orders on that day; `numbers` are the invoices that the note is about."""
    if "?" in line:
        return Unclear.UNKNOWN
    own = tuple(dict.fromkeys(numbers))
    order, reader, argument, named = _begins(line, own)
    if reader is None:
        return Unclear.UNKNOWN
    beside = standing(order, argument, (number for number in own if number not in named))
    if beside.unclear:
        return Unclear.BARE
    found = {*named, *beside.numbers}
    heard = reader(Said(word=order, numbers=tuple(one for one in own if one in found)), beside.rest, today)
    return Unclear.BARE if len(own) > 1 and isinstance(heard, Said) and _only_numbers(heard) else heard


def begun(line: str, numbers: Iterable[str] = ()) -> tuple[str, tuple[str, ...]]:
    """The order that a line begins with, though the rest may not be clear, and the invoices that it surely names."""
    own = tuple(dict.fromkeys(numbers))
    order, _reader, argument, named = _begins(line, own)
    found = {*named, *standing(order, argument, (number for number in own if number not in named)).numbers}
    return order, tuple(one for one in own if one in found)


def _begins(line: str, own: Sequence[str]) -> tuple[str, Reader | None, str, tuple[str, ...]]:
    """The order that a line begins with, what reads its argument, that argument, and the invoices named for certain."""
    sure = certain(_tidy(line), own)
    rest = sure.rest.strip(EDGES + ",")
    number = first(rest, own)
    words = _TO_THE_VERB.sub("", rest[len(number) :]).split()
    plain = [folded(word) for word in words]
    if words and words[0].casefold().startswith("résum"):  # the French for a summary, not the English order
        return "", None, "", sure.numbers
    for verb, (order, reader) in VERBS.items():
        if tuple(plain[: len(verb)]) == verb:
            argument = _argument([words[len(verb) - 1], *number.split(), *words[len(verb) :]])
            return order, reader, argument, sure.numbers
    return "", None, "", sure.numbers


def _only_numbers(said: Said) -> bool:
    """Whether the remark is nothing but numbers, which may be invoices that the note does not name like that."""
    return said.word not in _NUMBERED and _NUMBERS.fullmatch(said.note) is not None


def first_line(text: str) -> str:
    """The line that holds the order: the first one that says anything."""
    return next((line for line in map(_tidy, text.splitlines()) if line), "")


# --- The line -------------------------------------------------------------------------------------------------------

_MARKS = re.compile(r"[:,;.!?()–—]+")
_FILLER = frozenset(
    {
        "", "la", "le", "les", "de", "des", "du", "pour", "for", "of", "the", "and", "et", "svp", "stp", "merci",
        "please", "facture", "factures", "invoice", "invoices", "dossier", "case", "relances", "reminders",
    }
)  # fmt: skip


_TO_THE_VERB = re.compile(r"^[\s:,;-]+")
_NUMBERS = re.compile(r"(?=.*\d)[\d\s.,;/&+-]+")
_NUMBERED = OTHERS | {CALLED, AMOUNTS}


def _tidy(line: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", line[:LONGEST_LINE]).split()).strip(EDGES)


def _argument(words: Sequence[str]) -> str:
    """What follows the verb; its last word is given too, since a colon may hang on it."""
    verb, *rest = words
    tail = " ".join(rest)
    return f": {tail}" if verb.endswith((":", ",")) and tail else tail


def _said_beside(argument: str) -> str | None:
    """The remark behind a separator; None where what follows is neither filler nor a remark."""
    if all(folded(word) in _FILLER for word in argument.split()):
        return ""
    before, mark, remark = _split(argument)
    return remark if mark and not before.strip() else None


def _split(argument: str) -> tuple[str, str, str]:
    found = _MARKS.search(argument)
    if found is None:
        return argument, "", ""
    return argument[: found.start()], found.group(), argument[found.end() :].strip(EDGES + ":,()")


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
    if BARE.fullmatch(argument.strip(EDGES)):
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
    found = SPAN.match(argument.strip())
    if found is not None:
        length = timedelta(days=int(found[1]) * UNITS[found[2][0].lower()])
        return _with_note(replace(said, on=today + length), argument.strip()[found.end() :])
    on, rest = read_day(argument, today, ahead=True)
    if on is None:
        return _plain(said, argument, today)
    return Unclear.PAST if on <= today else _with_note(replace(said, on=on), rest)


def _with_note(said: Said, rest: str) -> Heard:
    """The order with its remark; one that says nothing but no takes it back, and is asked back."""
    remark = rest.strip(EDGES + ":,()")
    return Unclear.REST if _DENIES.fullmatch(fold(remark)) else replace(said, note=remark)


def _promise(said: Said, argument: str, today: date) -> Heard:
    on, rest = read_day(argument, today, ahead=True)
    if on is None:
        return Unclear.DATE
    return Unclear.PAST if on < today else _with_note(replace(said, on=on), rest)


def _past(said: Said, argument: str, today: date) -> Heard:
    """A day that has come, which must be named."""
    on, rest = read_day(argument, today, ahead=False)
    if on is None:
        return Unclear.DATE
    return Unclear.FUTURE if on > today else _with_note(replace(said, on=on), rest)


def _perhaps_past(said: Said, argument: str, today: date) -> Heard:
    """A day that has come, or today where none is named; the rest is a remark."""
    on, rest = read_day(argument, today, ahead=False)
    if on is None:
        return _with_note(replace(said, on=today), argument)
    return Unclear.FUTURE if on > today else _with_note(replace(said, on=on), rest)


def _called(said: Said, argument: str, today: date) -> Heard:
    """A call, and the day promised in it if there is one."""
    heard = _perhaps_past(said, argument, today)
    if not isinstance(heard, Said):
        return heard
    if left_blank(heard.note):
        return Unclear.DATE
    promised, remark = promise_in(heard.note, today)
    if promised is not None and promised < today:
        return Unclear.PAST
    return replace(heard, promised=promised, note=remark)


def _paid(said: Said, argument: str, today: date) -> Heard:
    amount, rest = read_amount(argument, alone=False)
    on, rest = read_day(rest, today, ahead=False)
    if amount is None:
        amount, rest = read_amount(rest.strip(), alone=False)
    if on is not None and on > today:
        return Unclear.FUTURE
    if amount is not None and amount <= 0:
        return Unclear.AMOUNT
    heard = _plain(replace(said, on=on, amount=amount), rest, today)
    denied = isinstance(heard, Said) and _DOES_NOT_HOLD.search(fold(heard.note))
    return Unclear.REST if denied else heard


def _dispute(said: Said, argument: str, _today: date) -> Heard:
    amount, rest = read_amount(argument, alone=True)
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
    if folded(role) not in _ROLES or len(found) != 1:
        return Unclear.CONTACT
    name = _ADDRESS.sub(" ", rest)
    named = " ".join(re.sub(r"mailto:|[<>,;:()\[\]\"]", " ", name).split())
    return replace(said, role=_ROLES[folded(role)], address=found[0].strip(".'").lower(), note=named)


_DUE = re.compile(r"\b(?:echeance|due(?: date)?)\b\s*:?")


def _open(said: Said, argument: str, today: date) -> Heard:
    """An invoice taken up: the day on which it is due, the customer's address, either of them or none."""
    found = _ADDRESS.findall(argument)
    if len(found) > 1:
        return Unclear.CONTACT
    rest = re.sub(r"mailto:|[<>:()\[\]]", " ", _ADDRESS.sub(" ", argument)).strip()
    said_beside = all(folded(word) in _FILLER for word in rest.split())
    dated = "" if said_beside else _DUE.sub(" ", fold(composed(rest))).strip(EDGES)
    on, left = read_day(dated, today, ahead=True) if dated else (None, "")
    if dated and on is None:
        return Unclear.DATE
    if left.strip(EDGES + ":,"):
        return Unclear.REST
    return replace(said, on=on, address=found[0].strip(".'").lower() if found else "")


def _posted(said: Said, argument: str, today: date) -> Heard:
    on, rest = read_day(argument, today, ahead=False)
    if on is not None and on > today:
        return Unclear.FUTURE
    tracking = " ".join((rest if on else argument).strip(EDGES + ":,").split())
    return _with_note(replace(said, on=on or today), tracking) if tracking else Unclear.NAME


def _instalments(said: Said, argument: str, today: date) -> Heard:
    parts = read_parts(argument, today)
    return replace(said, parts=parts) if parts else Unclear.PARTS


def _iban(said: Said, argument: str, _today: date) -> Heard:
    """The bank details are as they should be: a word behind it, other than that, is asked back."""
    return said if folded(argument) in _CONFIRMED else Unclear.REST


_CONFIRMED = frozenset({"confirme", "confirmes", "confirmee", "confirmees", "confirmed", "ok", "exact", "correct"})


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
    **_words("echeancier", "instalments", "instalment plan", "installments", order="instalments", reader=_instalments),
    **_words("rejet", "rejete", "rejetee", "payment rejected", "rejected", order="rejected",
             reader=_past),
    **_words("insolvable", "insolvent", "insolvency", order="insolvent", reader=_past),
    **_words("fait", "faite", "fini", "done", order="done", reader=_plain),
    **_words("iban", "rib", order="iban", reader=_iban),
    **_words("fichier complet", "file complete", order="complete", reader=_going_on),
    **_words("ouvrir", "ouvre", "open", order="open", reader=_open),
    **_words("ignorer", "ignore", order="ignore", reader=_plain),
    **_words("parti", "partie", "went out", order="sent", reader=_plain),
    **_words("renvoyer", "resend", order="resend", reader=_going_on),
    **_words("appele", "appelee", "called", order="called", reader=_called),
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
