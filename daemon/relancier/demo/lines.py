"""What the daemon logs, in one readable line each: the stable event code, the invoices, what it means."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Facts = Mapping[str, object]
PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
UNSHOWN = frozenset(
    {"copy_filed", "copy_found", "note_posted", "task_again", "statement_read"}
)  # a line before says as much


@dataclass(frozen=True, slots=True)
class Line:
    """One daemon event to be shown."""

    code: str
    invoices: str
    text: str


def line(record: logging.LogRecord) -> Line | None:
    """The line for a log record; None for what would only be noise here."""
    code, facts = str(record.msg), _facts(record)
    if code in UNSHOWN or (code == "books_read" and not facts.get("opened")) or _quiet_morning(code, facts):
        return None
    word = WORDS.get(code, _anything)
    return Line(code, _invoices(facts), word(facts))


def _quiet_morning(code: str, facts: Facts) -> bool:
    """Whether this is a digest by which nothing leaves, or its note: the digest itself has a line."""
    return (code == "digest" and not facts.get("leaving")) or (code == "note" and facts.get("template") == "digest")


def _facts(record: logging.LogRecord) -> Facts:
    return {name: value for name, value in record.__dict__.items() if name not in PLAIN}


def _list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def _invoices(facts: Facts) -> str:
    keys = [*_list(facts.get("steps")), *_list(facts.get("cases")), *_list([facts["case"]] if "case" in facts else [])]
    noted = facts.get("facts")
    if not keys and isinstance(noted, Mapping):
        keys = str(noted.get("cases", "")).split("\n")
    if not keys and "number" in facts:
        keys = [str(facts["number"])]
    return shortened(key.partition("|")[0] for key in keys if key)


def shortened(numbers: Iterable[str]) -> str:
    """The first of some invoice numbers, and how many more."""
    once = list(dict.fromkeys(numbers))
    return f"{once[0]} +{len(once) - 1}" if len(once) > 1 else "".join(once)


def _steps(facts: Facts) -> str:
    return ", ".join(dict.fromkeys(key.rpartition("|")[2] for key in _list(facts.get("steps"))))


def _reminder(facts: Facts) -> str:
    return f"{_steps(facts)} to {_addresses(_list(facts.get('to')))}"


def _addresses(emails: Sequence[str]) -> str:
    """The addresses; a domain that all share is written once."""
    domains = {email.rpartition("@")[2] for email in emails}
    if len(domains) != 1:
        return ", ".join(emails)
    return ", ".join(email.rpartition("@")[0] for email in emails) + f"@{domains.pop()}"


def _task(facts: Facts) -> str:
    return f"{_steps(facts)}: for {', '.join(_list(facts.get('to'))) or 'the team, in the shared mailbox'}"


def _note(facts: Facts) -> str:
    told = facts.get("facts")
    noted = told if isinstance(told, Mapping) else {}
    name = str(facts.get("template")).removeprefix("note-")
    words = [str(noted.get("reason") or name).replace("_", " "), str(noted.get("command", ""))]
    return f"to the team: {', '.join(filter(None, words))}"


def _digest(facts: Facts) -> str:
    """How much the morning's message tells, section by section."""
    counted = {name: value for name, value in facts.items() if isinstance(value, int) and value}
    return f"the day in the mailbox: {', '.join(f'{name} {count}' for name, count in counted.items())}"


def _statement(facts: Facts) -> str:
    """What became of the movements of a statement that concern somebody."""
    told = {name: facts.get(name) for name in ("booked", "asked", "loose", "settled")}
    return (
        f"{facts['file']}: {', '.join(f'{name} {count}' for name, count in told.items() if count) or 'nothing of ours'}"
    )


def _flagged(facts: Facts) -> str:
    return " ".join(sorted(_list(facts.get("flags")), reverse=True))


def _anything(facts: Facts) -> str:
    hidden = {"entry", "cases", "case", "steps"}
    return ", ".join(f"{name}: {value}" for name, value in facts.items() if name not in hidden)


WORDS: Mapping[str, Callable[[Facts], str]] = {
    "books_read": lambda facts: f"{facts['invoices']} invoices, {facts['opened']} of them new",
    "reminder": _reminder,
    "draft": lambda facts: f"{_steps(facts)} in Drafts, for a colleague to read and send",
    "draft_sent": lambda _: "a colleague has sent it: the plan goes on",
    "task": _task,
    "note": _note,
    "digest": _digest,
    "replied": lambda _: "a person wrote: nothing leaves until somebody has seen it",
    "autoreplied": lambda _: "nobody wrote, a machine did: the plan goes on",
    "bounced": lambda _: "the message came back for good: nothing more leaves",
    "answered": lambda _: "a colleague's answer stands in Sent: the case is theirs",
    "flagged": _flagged,
    "marked": lambda facts: f"{_flagged(facts)}, no flag",
    "unflagged": lambda _: "seen to: our flag is taken off again",
    "cancelled": lambda facts: f"at the last look before sending: {facts['reason']}",
    "paid": lambda facts: str(facts["reason"]),
    "invoice_mailed": lambda _: "found in Sent: its data open a case, its message is the thread",
    "money_booked": lambda facts: f"{facts['amount']} EUR by the bank's statement: nothing more leaves",
    "statement_taken": _statement,
    "reminded_to_act": lambda facts: str(facts["reason"]),
    "order_applied": lambda facts: str(facts["word"]),
}
