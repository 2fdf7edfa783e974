"""An escalation plan: its steps, and reading one from a parsed TOML table with every problem at once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from relancier.core.case import Role, Signer
from relancier.core.problem import Problem


class Channel(StrEnum):
    """By what means a step reaches the customer: email and SMS by a gateway leave, all else is a colleague's task."""

    EMAIL = "email"
    CALL = "call"
    SMS = "sms"
    LETTER = "letter"
    REGISTERED_LETTER = "registered_letter"
    TASK = "task"
    LEGAL = "legal"


class Base(StrEnum):
    """What the days of a step count from."""

    DUE = "due"
    START = "start"
    PREVIOUS = "previous"


class When(StrEnum):
    """On what a step may depend, beside its day."""

    CALL_RECORDED = "call_recorded"
    NO_CALL_RECORDED = "no_call_recorded"


FORMAL_NOTICE = "formal-notice"


@dataclass(frozen=True, slots=True)
class Moment:
    """When a step falls: an offset from the due date, the plan's start, or the previous step."""

    base: Base
    offset: timedelta

    @property
    def days(self) -> int:
        return self.offset.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a plan, with the keys of its [[step]]; `channels` is in order of preference.

    `title` is what a colleague reads in the task; it never reaches the customer. `instalments` offers to pay in parts,
    `suspension` names a suspension where the contract allows it, `attach` sends the invoices' PDF files along.
    """

    id: str
    moment: Moment
    channels: tuple[Channel, ...]
    template: str = ""
    signer: Signer = Signer.SUPPLIER
    to: tuple[Role, ...] = ()
    to_all: bool = False
    cc: tuple[Role, ...] = ()
    when: str = ""
    proof: bool = False
    approval: bool = False
    instalments: bool = False
    suspension: bool = False
    attach: bool = True
    title: str = ""

    @property
    def name(self) -> str:
        """What colleagues read: its title, else its template, which each language has a name for."""
        return self.title or self.template or self.id

    @property
    def formal_notice(self) -> bool:
        """Whether this step is the formal notice (mise en demeure), or proposes one to a person."""
        return self.template == FORMAL_NOTICE


@dataclass(frozen=True, slots=True)
class Plan:
    """A named escalation plan, steps in order."""

    name: str
    title: str
    steps: tuple[Step, ...]
    language: str = ""

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)


def parse(name: str, table: Mapping[str, Any], where: str) -> tuple[Plan | None, list[Problem]]:
    """The plan that a TOML table describes, or None and every problem at once.

    `where` is the file's name. Steps are counted from 1 in a problem's place: `standard.toml: step[3].at`.
    """
    problems: list[Problem] = []
    top = _Table(table, f"{where}: ", problems)
    top.refuse_unknown(_PLAN_KEYS)
    title = top.text("title") or name
    language = top.text("language", _LANGUAGE, 'a language such as "fr" or "en"')
    groups = [_steps(row) for row in _rows(top, where)]
    _check_order(groups, where, problems)
    if any(not problem.warning for problem in problems):
        return None, problems
    return Plan(name, title, tuple(step for group in groups for step in group), language), problems


_PLAN_KEYS = ("title", "language", "step")
_STEP_KEYS = (
    *("id", "at", "after", "every", "times", "channel", "template", "from", "to", "to_all", "cc"),
    *("when", "proof", "approval", "instalments", "suspension", "attach", "title"),
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_NAME_WORDS = "letters, digits, - and _ only"
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_AT = re.compile(r"([JDS])\s*(?:([+-])\s*([0-9]{1,4})|0)?", re.IGNORECASE)
_DURATION = re.compile(r"([0-9]{1,4})\s*([dh])", re.IGNORECASE)
_Word = TypeVar("_Word", bound=StrEnum)
_MINUS_SIGNS = str.maketrans("\u2212\u2013", "--")
_MOST_REPEATS = 12
_UNREADABLE = Moment(Base.DUE, timedelta.max)
_TO_THE_CUSTOMER = frozenset(Channel) - {Channel.TASK, Channel.LEGAL}


class _Table:
    """One table of the file: reads a key as what it must be, and notes what is wrong with it."""

    def __init__(self, table: Mapping[str, Any], prefix: str, problems: list[Problem]) -> None:
        self.table = table
        self.prefix = prefix
        self.problems = problems

    def wrong(self, key: str, sentence: str) -> None:
        self.problems.append(Problem(f"{self.prefix}{key}", sentence))

    def has(self, key: str) -> bool:
        return key in self.table

    def refuse_unknown(self, known: Iterable[str]) -> None:
        for key in self.table:
            if key not in known:
                self.wrong(key, f"This key is not known; {_suggest(key, known)}.")

    def text(self, key: str, pattern: re.Pattern[str] | None = None, words: str = "a text in quotes") -> str:
        value = self.table.get(key, "")
        if isinstance(value, str) and (not self.has(key) or value.strip()):
            value = value.strip()
            if not value or pattern is None or pattern.fullmatch(value):
                return value
        self.wrong(key, f"Write {words} instead of {_shown(value)}.")
        return ""

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.table.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, f"Write true or false, without quotes, instead of {_shown(value)}.")
        return default

    def names(self, key: str) -> tuple[str, ...]:
        """One text or a list of texts, each once."""
        value = self.table.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
            self.wrong(key, f"Write a text in quotes, or a list of them, instead of {_shown(value)}.")
            return ()
        return tuple(listed)

    def choices(self, key: str, kind: type[_Word]) -> tuple[_Word, ...]:
        """One word of `kind` or a list of them; a word that is unknown or stands twice is noted and left out."""
        chosen: list[_Word] = []
        for name in self.names(key):
            if name not in [*kind]:
                self.wrong(key, f"{_shown(name)} is not known; {_suggest(name, kind)}.")
            elif kind(name) in chosen:
                self.wrong(key, f"{_shown(name)} stands twice; write it once.")
            else:
                chosen.append(kind(name))
        return tuple(chosen)

    def choice(self, key: str, kind: type[_Word]) -> _Word | None:
        if isinstance(self.table.get(key), list):
            self.wrong(key, "Write one text in quotes, not a list.")
            return None
        return next(iter(self.choices(key, kind)), None)


def _rows(top: _Table, where: str) -> list[_Table]:
    rows = top.table.get("step", [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        top.wrong("step", "Write each step under [[step]], with two brackets.")
        return []
    if not rows:
        top.wrong("step", "A plan needs at least one [[step]].")
    return [_Table(row, f"{where}: step[{place}].", top.problems) for place, row in enumerate(rows, 1)]


def _steps(row: _Table) -> list[Step]:
    """The steps that one [[step]] stands for: one, or as many as it repeats."""
    row.refuse_unknown(_STEP_KEYS)
    step_id = row.text("id", _NAME, f"a name ({_NAME_WORDS})")
    if not row.has("id"):
        row.wrong("id", "Give the step a name that no other step of this plan has.")
    moments = _moments(row)
    templates = _templates(row, len(moments))
    ids = [step_id] if len(moments) == 1 else [f"{step_id}-{count}" for count in range(1, len(moments) + 1)]
    first = _step(row, ids[0], moments[0], templates[0])
    again = zip(ids[1:], moments[1:], templates[1:], strict=True)
    return [first, *(_repeat(row, first, *one) for one in again)]


def _repeat(row: _Table, first: Step, step_id: str, moment: Moment, template: str) -> Step:
    approval = first.approval if row.has("approval") else template == FORMAL_NOTICE
    return replace(first, id=step_id, moment=moment, template=template, approval=approval)


def _step(row: _Table, step_id: str, moment: Moment, template: str) -> Step:
    step = Step(
        id=step_id,
        moment=moment,
        channels=row.choices("channel", Channel),
        template=template,
        signer=row.choice("from", Signer) or Signer.SUPPLIER,
        to=row.choices("to", Role),
        to_all=row.flag("to_all"),
        cc=row.choices("cc", Role),
        when=row.choice("when", When) or "",
        proof=row.flag("proof"),
        approval=row.flag("approval", default=template == FORMAL_NOTICE),
        instalments=row.flag("instalments"),
        suspension=row.flag("suspension"),
        attach=row.flag("attach", default=True),
        title=row.text("title"),
    )
    _check_complete(row, step)
    return step


def _check_complete(row: _Table, step: Step) -> None:
    if not row.table.get("channel"):
        row.wrong("channel", f"Say how the step reaches the customer: {_listed(Channel)}.")
    if Channel.EMAIL in step.channels and not row.has("template"):
        row.wrong("template", 'An email needs a template, such as "reminder-1".')
    if _TO_THE_CUSTOMER & set(step.channels) and not row.table.get("to"):
        row.wrong("to", f"Say who receives it: {_listed(Role)}.")
    if Channel.TASK in step.channels and not (row.has("title") or row.has("template")):
        row.wrong("title", "A task needs a title, so that the colleague knows what to do.")


def _moments(row: _Table) -> list[Moment]:
    """When the step falls, then each repeat; what is wrong is noted and something stands in its place."""
    every, times = _duration(row, "every"), _times(row)
    if row.has("at") and row.has("after"):
        row.wrong("after", "Give either at or after, not both.")
    if row.has("at"):
        first = _at(row)
    elif row.has("after"):
        first = Moment(Base.PREVIOUS, _duration(row, "after"))
    elif row.has("every"):
        first = Moment(Base.PREVIOUS, every)
    else:
        first = _UNREADABLE
        row.wrong("at", 'Say when: at = "J+3", after = "8d", or every = "14d" with times = 3.')
    return [first] + [Moment(Base.PREVIOUS, every)] * (times - 1)


def _at(row: _Table) -> Moment:
    value = row.text("at").translate(_MINUS_SIGNS)
    found = _AT.fullmatch(value)
    if found is None:
        if value:
            row.wrong("at", f'Write a day such as "J-2", "J0", "J+10" or "S+2" instead of {_shown(value)}.')
        return _UNREADABLE
    letter, sign, digits = found.groups()
    days = int(f"{sign}{digits}") if digits else 0
    base = Base.START if letter.upper() == "S" else Base.DUE
    if base is Base.START and days < 0:
        row.wrong("at", "Days that count from the start of the plan cannot lie before it; write S+0 or later.")
    return Moment(base, timedelta(days=days))


def _duration(row: _Table, key: str) -> timedelta:
    value = row.table.get(key)
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or int(found[1]) == 0:
        if row.has(key):
            row.wrong(key, f'Write days or hours such as "8d" or "48h" instead of {_shown(value)}.')
        return timedelta(0)
    number = int(found[1])
    return timedelta(days=number) if found[2].lower() == "d" else timedelta(hours=number)


def _times(row: _Table) -> int:
    value = row.table.get("times", 1)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_REPEATS:
        row.wrong("times", f"Write a number from 1 to {_MOST_REPEATS}, without quotes, instead of {_shown(value)}.")
        return 1
    if row.has("every") and not row.has("times"):
        row.wrong("times", "A plan must end: say how many times, such as times = 3.")
    if row.has("times") and not row.has("every"):
        row.wrong("every", 'Say how far apart the repeats are, such as every = "14d".')
    return value


def _templates(row: _Table, repeats: int) -> list[str]:
    """One template name for each repeat."""
    names = row.names("template")
    for name in names:
        if not _NAME.fullmatch(name):
            row.wrong("template", f"{_shown(name)} is not a template's name ({_NAME_WORDS}).")
    if isinstance(row.table.get("template"), list) and len(names) != repeats:
        row.wrong("template", f"Give one template, or as many as there are repeats ({repeats}).")
        return [""] * repeats
    return list(names) if len(names) == repeats else [*names, ""][:1] * repeats


def _check_order(groups: list[list[Step]], where: str, problems: list[Problem]) -> None:
    """Notes what only shows when the steps stand side by side."""
    before: list[Step] = []
    for place, group in enumerate(groups, 1):
        row = _Table({}, f"{where}: step[{place}].", problems)
        _check_unique(row, group, before)
        _check_moment(row, group[0], before)
        _check_neighbours(row, group[0], before)
        before += group


def _check_unique(row: _Table, group: list[Step], before: list[Step]) -> None:
    taken = {step.id for step in before}
    for step in group:
        if step.id and step.id in taken:
            row.wrong("id", f"{_shown(step.id)} is the name of an earlier step; give each step its own.")


def _check_moment(row: _Table, step: Step, before: list[Step]) -> None:
    if step.moment.base is Base.PREVIOUS:
        if not before:
            row.wrong("at", 'The first step has none before it; give it a day, such as at = "J+3".')
        return
    dated = [other for other in before if other.moment.base is step.moment.base and other.moment != _UNREADABLE]
    if any(step.moment.days < other.moment.days for other in dated):
        row.wrong("at", "This day lies before that of an earlier step; put the steps in the order of their days.")


def _check_neighbours(row: _Table, step: Step, before: list[Step]) -> None:
    if step.when and not any(Channel.CALL in other.channels for other in before):
        row.wrong("when", "No step before this one is a call; put the call first, or take this key out.")
    if any(Channel.LEGAL in other.channels for other in before):
        row.wrong("channel", "Nothing follows the legal step; move this step before it, or take it out.")


def _suggest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, [*known], n=1)
    return f'the nearest is "{near[0]}"' if near else f"use one of {_listed(known)}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _shown(value: object) -> str:
    """A value as the file shows it, cut short; never raises."""
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
