"""Where bank statements are laid down: read when they are new; who must know that one is refused, or none has come."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from relancier.core.paid.coverage import Coverage
from relancier.core.problem import WRITING, Problem
from relancier.core.stored import Setting, fingerprint
from relancier.ports import StatementSource, Store
from relancier.work.each import apart
from relancier.work.paid.statements import coverage, take
from relancier.work.records import Desk, queue_note
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

READ = "statements_read"  # {file: its stamp when it was read last}
READ_UNDER = "statements_settings"  # the settings under which what is refused was read, as a fingerprint
REFUSED = "statements_refused"  # {file: why nothing of it was booked}
LONGEST = 900  # of a refusal in a note: a sentence cut short cannot be told in another language
WRITTEN_FOR = timedelta(minutes=15)  # longer than that, a file that is still being written is told


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing may be sent: a code that the templates word, a sentence for the log, and what a note tells of it.

    What is over in a moment is `passing`: nobody is told.
    """

    code: str
    text: str
    detail: str = ""
    known_to: date | None = None
    passing: bool = False

    def __str__(self) -> str:
        return self.text


@dataclass(slots=True)
class Payments:
    """The statements laid down in a file or a folder, read when they are new or have changed."""

    source: StatementSource | None
    store: Store
    setup: Callable[[], Setup]
    _writing: dict[str, datetime] = field(default_factory=dict)

    def sync(self, now: datetime) -> None:
        """Takes every statement that is new, each file in one commit with the mark that it was read."""
        if self.source is None:
            if self.setup().config.payments.file is None and refusals(self.store):
                self.store.commit(Setting(REFUSED, None))
            return
        self._forget_what_is_gone(self.source)
        self._read_again_what_may_count_now()
        for name, stamp in self.source.waiting(_texts(self.store.setting(READ))):
            with apart(f"statement {name}", partial(self._failed, name, stamp, now)):
                self._read(self.source, name, stamp, now)

    def _forget_what_is_gone(self, source: StatementSource) -> None:
        """A refused statement that was taken away, or put right under another name, keeps nothing waiting."""
        refused = _texts(self.store.setting(REFUSED))
        if not refused and not self._writing:
            return
        there = {name for name, _ in source.waiting({})}
        self._writing = {name: since for name, since in self._writing.items() if name in there}
        left = {name: why for name, why in refused.items() if name in there}
        if left != refused:
            self.store.commit(Setting(REFUSED, left or None))

    def _read_again_what_may_count_now(self) -> None:
        """What was refused under other settings: its account or its columns may be named now."""
        payments = self.setup().config.payments
        settings = fingerprint(repr((payments.accounts, payments.columns)))
        refused = _texts(self.store.setting(REFUSED))
        if not refused or self.store.setting(READ_UNDER) == settings:
            return
        read = {name: stamp for name, stamp in _texts(self.store.setting(READ)).items() if name not in refused}
        self.store.commit(Setting(READ, read), Setting(READ_UNDER, settings))

    def _read(self, source: StatementSource, name: str, stamp: str, now: datetime) -> None:
        found = source.read(name)
        problems = tuple(problem for problem in found.problems if not problem.warning)
        if any(problem.text == WRITING for problem in problems):
            if now - self._writing.setdefault(name, now) >= WRITTEN_FOR:
                self._refuse(name, "", problems[0], now)
            return
        self._writing.pop(name, None)
        desk = Desk.at(self.store, self.setup(), now)
        problems = problems or take(found.found, name, desk).problems
        if problems:
            self._refuse(name, stamp, problems[0], now)
            return
        self._mark(name, stamp, "", desk)
        desk.ledger.commit()

    def _failed(self, name: str, stamp: str, now: datetime, error: Exception) -> None:
        self._refuse(name, stamp, Problem(name, f"unexpected: {error}"[:200]), now)

    def _refuse(self, name: str, stamp: str, problem: Problem, now: datetime) -> None:
        """Nothing of the file is booked; it is told once, and read again when it changes."""
        desk = Desk.at(self.store, self.setup(), now)
        self._mark(name, stamp, str(problem), desk)
        facts = (("reason", "statement_refused"), ("detail", str(problem)[:LONGEST]), ("lines", str(self.place)))
        queue_note(desk, "statement", f"{name}|{stamp or desk.today.isoformat()}", facts)
        desk.ledger.commit()
        log.warning("statement_refused", extra={"file": name, "reason": str(problem)})

    def _mark(self, name: str, stamp: str, refused: str, desk: Desk) -> None:
        """That the file was read as it is now (no stamp: it shall be read again), and why it was refused, if so."""
        read = {**_texts(self.store.setting(READ)), **({name: stamp} if stamp else {})}
        others = {one: why for one, why in _texts(self.store.setting(REFUSED)).items() if one != name}
        told = {**others, name: refused} if refused else others
        desk.ledger.put(Setting(READ, read), Setting(REFUSED, told or None))

    @property
    def place(self) -> str:
        """Where a person puts statements, or who mails them."""
        payments = self.setup().config.payments
        return ", ".join([*([str(payments.file)] if payments.file else []), *payments.senders])

    def trouble(self, now: datetime) -> Trouble | None:
        """Why nothing may be sent, if payments are awaited and their statements are missing or old."""
        setup = self.setup()
        if not setup.config.payments.awaited:
            return None
        if any(now - since < WRITTEN_FOR for since in self._writing.values()):
            return Trouble("statement_writing", "a bank statement is still being written", passing=True)
        known = coverage(self.store, setup)
        account, last = _oldest(known)
        shown = f"…{account[-4:]}" if account else ""
        where = f"put one into {self.place}" if self.place else "import one"
        detail = ", ".join(filter(None, (shown, self.place)))
        if last is None:
            text = " ".join(filter(None, ("no bank statement has come yet", shown and f"of account {shown}")))
            return Trouble("payments_missing", f"{text}: {where}", detail)
        if setup.today(now) - last <= setup.config.payments.max_age:
            return None
        text = f"the last bank statement of account {shown} ends on {last.isoformat()}: {where}"
        return Trouble("payments_old", text, detail, last)


def refusals(store: Store) -> list[str]:
    """Why statements that lie there were refused, by file."""
    return sorted(_texts(store.setting(REFUSED)).values())


def _oldest(known: Coverage) -> tuple[str, date | None]:
    """The account whose statements are the oldest, and their last day; none for one of which none has come."""
    found = [(known.last_day(account) or date.min, account) for account in known.awaited]
    last, account = min(found, default=(date.min, ""))
    return account, None if last == date.min else last


def _texts(value: object) -> dict[str, str]:
    return {str(name): str(text) for name, text in value.items()} if isinstance(value, dict) else {}
