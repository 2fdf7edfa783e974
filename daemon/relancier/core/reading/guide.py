"""The parts of docs/reading-mail.md that are made from what the code reads: effects, rules, layers, hints, absences."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from relancier.core.reading import specimens
from relancier.core.reading.absence import AutoReply, about
from relancier.core.reading.effects import CHANGES, DOUBTFUL, EFFECTS, GIVEN_UP, Effect
from relancier.core.reading.hints import Hint, HintKind, hints
from relancier.core.reading.kinds import MailKind
from relancier.core.reading.match import LAYERS, OWN
from relancier.core.reading.read import read
from relancier.core.reading.reply import EXAMPLE_CONTEXT, RULES, Rule, classify
from relancier.core.reading.second import LOOKS_AT
from relancier.core.reading.second import RULE as LIBRARY

WRITTEN = date(2026, 9, 7)
"""The day on which the examples of hints and absences were written, a Monday."""

WHY = {
    MailKind.HUMAN: "escalation stops when a person answers",
    MailKind.COLLEAGUE: "a colleague's message that arrives by mail counts as any person's",
    MailKind.OWN: "it proves that a message of ours was sent",
    MailKind.AUTOREPLY: "nobody has answered yet",
    MailKind.BOUNCE_PERMANENT: "nobody reads at this address",
    MailKind.BOUNCE_TEMPORARY: "the server keeps trying",
    MailKind.RECEIPT: "delivered or read is not answered",
    MailKind.CHALLENGE: "a robot wants proof before it delivers",
    MailKind.NEWSLETTER: "about a case, it is no newsletter",
    MailKind.OTHER: "a person should look",
    MailKind.UNREADABLE: "it may hold an answer",
}
HINTS = (
    (HintKind.BANK_DETAILS, "bank details asked for or changed", "Pouvez-vous nous envoyer votre nouveau RIB ?"),
    (HintKind.INSOLVENCY, "insolvency", "La société est en redressement judiciaire depuis le 2 juin."),
    (HintKind.DISPUTE, "the invoice is contested", "Nous contestons cette facture : deux palettes manquent."),
    (HintKind.INSTALMENTS, "instalments asked for", "Pouvons-nous payer en trois fois ?"),
    (HintKind.WRONG_CONTACT, "someone else to write to", "Ce n'est plus moi, écrivez à compta@dupont.example."),
    (HintKind.PROMISE, "payment promised by a day", "We will pay 1 200 EUR by the end of next week."),
    (HintKind.PAID, "payment said to be made", "Le virement est parti hier."),
    (HintKind.NOT_RECEIVED, "the invoice has not arrived", "We have not received your invoice, please send it again."),
    (HintKind.PORTAL, "a purchase order or a portal wanted", "Il faut déposer la facture sur Chorus Pro."),
)
_AWAY = "Je suis absent jusqu'au 15 septembre. En cas d'urgence, écrivez à marie@client.example."
_BACK = "I am on leave and will be back on Monday 21 September."
_RECEIVED = "Nous avons bien reçu votre message et vous répondrons sous 48 heures."
_LEFT = "Paul Marchand ne travaille plus chez Client SA. Écrivez à compta@client.example."
ABSENCES = (
    (AutoReply.ABSENCE, "away until a day", _AWAY),
    (AutoReply.ABSENCE, "away, with the first day back", _BACK),
    (AutoReply.ACKNOWLEDGEMENT, "received, and nothing more", _RECEIVED),
    (AutoReply.LEFT, "somebody has left: a note asks for another contact", _LEFT),
)


def filled(page: str) -> str:
    """The page with its made parts written anew, each between `<!-- made: NAME -->` and `<!-- end -->`.

    Raises KeyError for a part that nothing makes.
    """
    return _PART.sub(lambda part: f"<!-- made: {part['name']} -->\n{PARTS[part['name']]()}\n<!-- end -->", page)


_PART = re.compile(r"<!-- made: (?P<name>\w+) -->\n.*?<!-- end -->", re.DOTALL)


# --- Effects --------------------------------------------------------------------------------------------------------


def _effects() -> str:
    headings = ("kind", "recorded", "what follows", "flag and keyword", "because")
    rows = [(f"`{kind}`", *_done(row.matched), WHY[kind]) for kind, row in EFFECTS.items()]
    return _table(headings, [
        *rows,
        ("given up", *_done(GIVEN_UP.matched), f"after a `{MailKind.BOUNCE_TEMPORARY}` the server tries no more"),
        ("in doubt", *_done(DOUBTFUL.matched), "a program wrote it, perhaps for a person"),
    ])  # fmt: skip


def _folders() -> str:
    headings = ("kind", "in Sent", "in Drafts", "in Trash", "in any other folder", "about no case, in any folder")
    rows = [
        (f"`{kind}`", *map(_event, (row.in_sent, row.in_drafts, row.in_trash, row.matched, row.unmatched)))
        for kind, row in EFFECTS.items()
    ]
    return _table(headings, rows)


def _event(outcome: Effect) -> str:
    return f"`{outcome.event}`" if outcome.event else "–"


def _done(outcome: Effect) -> tuple[str, str, str]:
    follows = CHANGES[outcome.event] if outcome.event else "nothing"
    marks = " ".join(f"`{mark}`" for mark in (*outcome.flags, outcome.keyword) if mark)
    return _event(outcome), follows, marks or "–"


# --- Rules and layers -----------------------------------------------------------------------------------------------


def _rules() -> str:
    rows = [
        (f"`{rule.name}`", f"`{rule.kind}`{f', {rule.doubt.told}' if rule.doubt else ''}", rule.looks_at)
        for rule in RULES
    ]
    kinds = f"`{MailKind.BOUNCE_PERMANENT}` or `{MailKind.BOUNCE_TEMPORARY}`"
    rows += [(f"`{LIBRARY}`", kinds, LOOKS_AT), ("`person`", f"`{MailKind.HUMAN}`", "what no rule names")]
    return _table(("rule", "kind", "looks at"), rows)


def _examples() -> str:
    return "\n\n".join(map(_example, RULES))


def _example(rule: Rule) -> str:
    """A rule's example as it comes in, and what is said of it."""
    message = read(rule.example.encode())
    verdict = classify(message, EXAMPLE_CONTEXT)
    doubt = "; in doubt, it counts as a person's about a case" if verdict.doubtful else ""
    told = f"Read as `{verdict.kind}` by `{verdict.rule}`: {_code(verdict.evidence)}{doubt}."
    return f"**`{rule.name}`**: {rule.looks_at}.\n\n```\n{rule.example.strip()}\n```\n\n{told}"


def _layers() -> str:
    rows = [(f"`{one.name}`", one.confidence, one.looks_at, _code(one.example)) for one in (OWN, *LAYERS)]
    return _table(("layer", "confidence", "looks at", "as in"), rows)


# --- What a message says --------------------------------------------------------------------------------------------


def _hints() -> str:
    return _table(("hint", "what it means", "as in", "told"), [_hint(*one) for one in HINTS])


def _hint(kind: HintKind, meaning: str, sentence: str) -> tuple[str, ...]:
    found = next(one for one in hints(sentence, WRITTEN) if one.kind is kind)
    return f"`{kind}`", meaning, f"“{sentence}”", _facts(found) or "the words"


def _facts(hint: Hint) -> str:
    facts = (hint.on and hint.on.isoformat(), hint.amount and f"{hint.amount:.2f}", hint.address)
    return ", ".join(str(fact) for fact in facts if fact)


def _absences() -> str:
    return _table(("what it tells", "meaning", "as in", "told"), [_absence(*one) for one in ABSENCES])


def _absence(sort: AutoReply, meaning: str, text: str) -> tuple[str, ...]:
    raw = f"From: paul@client.example\nTo: {specimens.OURS}\nSubject: Re: FA-2026-0042\n\n{text}"
    found = about(read(raw.encode()), WRITTEN)
    named = (("until", found.until), ("back on", found.back_on), ("instead", ", ".join(found.contacts)))
    return f"`{sort}`", meaning, f"“{text}”", ", ".join(f"{word} {value}" for word, value in named if value) or "–"


# --- Markdown -------------------------------------------------------------------------------------------------------


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _code(text: str) -> str:
    """Text as code, whatever marks stand in it."""
    return f"`{text.replace('`', chr(39))}`"


PARTS: dict[str, Callable[[], str]] = {
    "effects": _effects,
    "folders": _folders,
    "rules": _rules,
    "examples": _examples,
    "layers": _layers,
    "hints": _hints,
    "absences": _absences,
}
