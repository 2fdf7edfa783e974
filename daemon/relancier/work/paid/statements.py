"""Bank statements into the state: whose account it is, which days are known now, and every movement to its invoice."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from relancier.core.paid.coverage import Coverage, Span, account_of, merged, read_spans, squeeze, written_spans
from relancier.core.paid.known import KNOWN_ONLY
from relancier.core.paid.statement import Statement
from relancier.core.problem import Problem
from relancier.core.stored import Setting
from relancier.ports import Store
from relancier.work.paid.money import take_statement
from relancier.work.paid.payers import Book
from relancier.work.records import Desk
from relancier.work.setup import Setup

COVERAGE = "coverage"  # {account: [[since, until], …]}: the days that the statements taken so far hold
ENDS = "statements_end"  # {account: [since, until, balance]}: the statement that ended on the day it was read
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file: its statements under our name of their account, its movements counted, what was refused.

    With problems nothing of the whole file was booked.
    """

    booked: tuple[Statement, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def take(statements: Sequence[Statement], name: str, desk: Desk, *, whole: bool = True) -> Taken:
    """Books the statements of the file of this name; nothing is committed.

    What is not `whole` may be an extract: its payments count, but it says nothing about the days between them.
    """
    named = [(statement, our_account(statement.account, desk.setup)) for statement in statements]
    strange = list(dict.fromkeys(statement.account for statement, account in named if not account))
    if strange:
        return Taken(problems=tuple(_not_ours(one, name) for one in strange))
    ours = tuple(_renamed(statement, account) for statement, account in named)
    book, counts = Book(desk), Counter[str]()
    for statement in ours:
        counts += take_statement(statement, name, desk, book)
    if whole:
        _remember(ours, desk)
    wake_for_payments(desk)
    return Taken(ours, counts)


def our_account(written: str, setup: Setup) -> str:
    """The account that a statement means as we call it: one of ours, or whichever it is where none are configured."""
    configured = setup.config.payments.accounts
    return account_of(written, configured or (setup.config.company.iban,)) or ("" if configured else squeeze(written))


def coverage(store: Store, setup: Setup) -> Coverage:
    """The days known by statements, and the accounts of which they must be known."""
    payments = setup.config.payments
    accounts = tuple(squeeze(one) for one in payments.accounts)
    spans: dict[str, tuple[Span, ...]] = {}
    for written, held in read_spans(store.setting(COVERAGE)).items():
        account = account_of(written, accounts) or written
        spans[account] = merged([*spans.get(account, ()), *held])
    return Coverage(spans, accounts, coming=payments.awaited or bool(spans))


def wake_for_payments(desk: Desk) -> None:
    """Lets the cases that waited for payments to be known be looked at again."""
    for case in desk.store.all_cases(open_only=True):
        if case.waiting.startswith(KNOWN_ONLY):
            desk.ledger.replace_case(replace(desk.ledger.case(case.key) or case, look_at=desk.now))


def _remember(statements: Iterable[Statement], desk: Desk) -> None:
    """A statement does not cover the day on which it is read, as more may be booked on it, until another goes on."""
    spans, ends = read_spans(_as_gathered(COVERAGE, desk)), _ends(_as_gathered(ENDS, desk))
    for one in statements:
        held = [*spans.get(one.account, ()), (one.since, min(one.until, desk.today - _DAY))]
        end = ends.pop(one.account, None)
        if end is not None and _goes_on(end, one, desk):
            held.append((end.since, end.until))
        if one.until >= desk.today and one.closing is not None:
            ends[one.account] = _End(one.since, one.until, one.closing)
        spans[one.account] = merged(held)
    told = {account: [str(end.since), str(end.until), str(end.closing)] for account, end in ends.items()}
    desk.ledger.put(Setting(COVERAGE, written_spans(spans)), Setting(ENDS, told or None))


@dataclass(frozen=True, slots=True)
class _End:
    """A statement that ended on the day on which it was read, with the balance that it left."""

    since: date
    until: date
    closing: Decimal


def _goes_on(end: _End, later: Statement, desk: Desk) -> bool:
    """Whether a statement begins with the balance of one before it, no banking day lying between: then that was all."""
    between = (end.until + _DAY * ahead for ahead in range(1, (later.since - end.until).days))
    return (
        end.closing == later.opening
        and later.since > end.until
        and not any(map(desk.setup.calendar.is_working, between))
    )


def _ends(value: object) -> dict[str, _End]:
    if not isinstance(value, dict):
        return {}
    found = value.items()
    return {one: _End(_day(since), _day(until), Decimal(closing)) for one, (since, until, closing) in found}


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _as_gathered(name: str, desk: Desk) -> object:
    """A setting as this ledger, else the state, has it."""
    put = [one.value for one in desk.ledger.changes if isinstance(one, Setting) and one.name == name]
    return put[-1] if put else desk.store.setting(name)


def _renamed(statement: Statement, account: str) -> Statement:
    movements = tuple(replace(one, account=account) for one in statement.movements)
    return replace(statement, account=account, movements=movements)


def _not_ours(account: str, name: str) -> Problem:
    ended = f"…{account[-4:]}"
    return Problem(name, f"The account {ended} is none of [payments] accounts: add it there, or take the file away.")
