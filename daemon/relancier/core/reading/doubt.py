"""When a person may stand behind a machine's mark: such a message holds its case, and a colleague reads it.

What a message is stays as its rule says: doubt changes what follows from it.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from relancier.core.reading.absence import AutoReply, about
from relancier.core.reading.hints import HintKind, hints_in
from relancier.core.reading.mail import Message
from relancier.core.reading.signs import automatic, only_named, plain
from relancier.core.text.newtext import own_words

_ANSWER = re.compile(r"(?:\[[^\]]{1,20}\] ?){0,3}(?:re|rép|aw|sv|antw|odp|rif) ?(?:[\[(]\d{1,4}[\])])? ?[:：]")
_ANY_DAY = date(2026, 1, 1)


class Doubt(NamedTuple):
    """When what a rule names is in doubt, and how that is told."""

    told: str
    applies: Callable[[Message], bool]


def _speaks(message: Message) -> bool:
    """Whether the writer's own words speak of payment, of a dispute or the like; absences name other contacts too."""
    written = message.date.date() if message.date else _ANY_DAY
    return any(hint.kind is not HintKind.WRONG_CONTACT for hint in hints_in(own_words(message.text), written))


def _unmarked(message: Message) -> bool:
    answers = _ANSWER.match(plain(message.subject)) is not None
    return not automatic(message) and (answers or _speaks(message))


def _tells_nothing(message: Message) -> bool:
    answers = bool(message.in_reply_to) or _speaks(message)
    return answers and about(message).sort is AutoReply.UNKNOWN


ALWAYS = Doubt("in doubt", lambda _message: True)
UNMARKED = Doubt(
    "in doubt where no header marks a machine, and the subject begins with Re or the words speak of payment, a dispute"
    " or the like",
    _unmarked,
)
ANSWERING = Doubt(
    "in doubt where it answers a message or speaks of payment, a dispute or the like, and of no absence, receipt or"
    " departure",
    _tells_nothing,
)
NAMED = Doubt(
    f"{ANSWERING.told}, and nothing but a program's name marks it",
    lambda message: only_named(message) and _tells_nothing(message),
)
