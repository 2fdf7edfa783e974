"""Why nothing may leave just now, and what a failed attempt closes (house laws 1, 4, 8, 13)."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from relancier.core.case import Event, Kind
from relancier.core.outbox import (
    ABOUT,
    LOGIN_DELAY,
    Answer,
    Effect,
    Entry,
    Sort,
    Stage,
    Status,
    deferred,
    delay,
    rejected,
)
from relancier.core.stored import Setting
from relancier.ports import Lost, Rejected, Store
from relancier.work.orders.obey import CONFIRMED, HELD
from relancier.work.records import UNKNOWN_SENT, Desk, queue_note
from relancier.work.sending.bank import changed, learn
from relancier.work.sending.settle import settle_failed, settle_sent
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

WAIT = "queue_wait"  # {"until", "since", "attempts", "reason"}
REFUSED = "refused_in_a_row"  # the customers whose addresses were refused, one after the other
TELL_AFTER = timedelta(hours=4)
GRAVITY = (Effect.ENTRY_DEFERRED, Effect.ENTRY_REFUSED, Effect.QUEUE_WAITS, Effect.QUEUE_HELD)


@dataclass(slots=True)
class Gates:
    """Everything that stops the whole queue, in one place."""

    store: Store
    setup: Callable[[], Setup]
    _minute: deque[datetime] = field(default_factory=deque)
    _hour: deque[datetime] = field(default_factory=deque)

    def closed(self, now: datetime) -> str:
        """The reason why nothing may leave, or nothing."""
        if self.store.setting(CONFIRMED) is None:
            return "a person has not confirmed yet: relancier confirm"
        held = self.store.setting(HELD)
        if isinstance(held, dict):
            return f"sending is held: {held.get('reason')}"
        if self.store.setting(UNKNOWN_SENT):
            return "Sent holds a message of ours that this state does not know: relancier confirm"
        if details := changed(self.store, self.setup()):
            return f"the bank details differ from those of earlier messages ({details}): relancier confirm"
        wait = self.store.setting(WAIT)
        if isinstance(wait, dict) and now < datetime.fromisoformat(str(wait["until"])):
            return f"waiting until {wait['until']}: {wait['reason']}"
        return ""

    def opens_at(self, now: datetime) -> datetime | None:
        """When a closed queue opens by itself, if it does."""
        wait = self.store.setting(WAIT)
        until = datetime.fromisoformat(str(wait["until"])) if isinstance(wait, dict) else None
        return until if until is not None and until > now else None

    def pace(self, now: datetime) -> datetime | None:
        """When the next message may leave under the limits a minute and an hour; None for now."""
        sending = self.setup().config.sending
        for times, limit, span in (
            (self._minute, sending.per_minute, timedelta(minutes=1)),
            (self._hour, sending.per_hour, timedelta(hours=1)),
        ):
            while times and times[0] <= now - span:
                times.popleft()
            if len(times) >= limit:
                return times[len(times) - limit] + span
        return None

    def remember(self, now: datetime) -> None:
        """Starts counting the pace from what was sent before."""
        self._minute.clear()
        self._hour.clear()
        for entry in self.store.sent_since(now - timedelta(hours=1)):
            self.sent(entry.ended_at or now)

    def sent(self, at: datetime) -> None:
        self._minute.append(at)
        self._hour.append(at)

    def succeeded(self, entry: Entry, desk: Desk) -> None:
        """A success ends whatever failures came before it; only a customer's address that takes mail ends refusals."""
        for name in (WAIT, REFUSED) if entry.sort is Sort.REMINDER else (WAIT,):
            if self.store.setting(name) is not None:
                desk.ledger.put(Setting(name, None))
        learn(entry, desk)


def failed(entry: Entry, error: Rejected | Lost, desk: Desk) -> bool:
    """Records a failed attempt; True when other entries may still be tried."""
    if isinstance(error, Lost):
        return _lost(entry, error, desk)
    effect = rejected(error.stage, error.answer)
    log.warning(effect.value, extra={"entry": entry.id, "stage": error.stage.value, "answer": str(error.answer)})
    if effect is Effect.ENTRY_REFUSED:
        return refused(entry, str(error.answer), desk)
    later = deferred(entry, desk.now, str(error.answer))
    desk.ledger.put(later)
    if effect is Effect.ENTRY_DEFERRED:
        tell_late(later, desk)
    if effect is Effect.QUEUE_WAITS:
        refused_login = error.stage is Stage.AUTH and error.answer.permanent
        wait(f"SMTP {error.stage.value}: {error.answer}", desk, login=refused_login)
    elif effect is Effect.QUEUE_HELD:
        hold(f"SMTP {error.stage.value}: {error.answer}", desk)
    return effect is Effect.ENTRY_DEFERRED


def _lost(entry: Entry, error: Lost, desk: Desk) -> bool:
    log.warning("queue_waits", extra={"entry": entry.id, "stage": error.stage.value, "answer": str(error)})
    desk.ledger.put(deferred(entry, desk.now, str(error)))
    wait(f"SMTP {error.stage.value}: {error}", desk, login=error.stage is Stage.TLS)
    return False


def wait(reason: str, desk: Desk, *, login: bool = False) -> None:
    """The whole queue waits, longer each time; a person is told at once about a login, else after four hours."""
    before = desk.store.setting(WAIT)
    attempts = int(str(before["attempts"])) + 1 if isinstance(before, dict) else 1
    since = datetime.fromisoformat(str(before["since"])) if isinstance(before, dict) else desk.now
    pause = LOGIN_DELAY if login else delay(attempts)
    facts = {
        "until": (desk.now + pause).isoformat(),
        "since": since.isoformat(),
        "attempts": attempts,
        "reason": reason,
    }
    desk.ledger.put(Setting(WAIT, facts))
    if login or desk.now - since >= TELL_AFTER:
        facts_told = (("reason", "smtp_login" if login else "smtp_waits"), ("detail", reason))
        queue_note(desk, "held", f"wait|{since.isoformat()}", facts_told)


def hold(reason: str, desk: Desk, code: str = "server_refuses") -> None:
    """All sending stops until a person says `release`."""
    desk.ledger.put(Setting(HELD, {"reason": reason, "since": desk.now.isoformat(), "by": "server"}))
    facts = (("reason", code), ("detail", reason), ("command", "relancier release"))
    queue_note(desk, "held", f"hold|{desk.now.isoformat()}", facts)


def refused(entry: Entry, answer: str, desk: Desk) -> bool:
    """An address was refused: that customer's cases are held; two customers in a row hold everything."""
    if entry.sort is Sort.TASK:
        settle_sent(entry, desk, f"in the mailbox; {', '.join(entry.to)} was refused: {answer}")
        copy_refused(entry, dict.fromkeys(entry.to, answer), desk)
        return True
    rehearsed = desk.setup.config.sending.redirect_to
    if rehearsed:
        desk.ledger.put(deferred(entry, desk.now, answer))
        hold(f"the address of the rehearsal, {rehearsed}, was refused: {answer}", desk)
        return False
    settle_failed(entry, Status.REFUSED, desk, answer)
    for case in desk.store.of_customer(entry.customer):
        detail = f"the server refused {', '.join(entry.to)}: {answer}"
        desk.ledger.add(Event(case=case.key, kind=Kind.BOUNCED, at=desk.now, ref=entry.id, detail=detail))
    facts = (("detail", answer), (ABOUT, "\n".join(one.case for one in entry.carries)))
    queue_note(desk, "refused", entry.id, facts)
    before = desk.store.setting(REFUSED)
    others = [str(name) for name in before] if isinstance(before, list) else []
    in_a_row = list(dict.fromkeys([*others, entry.customer]))
    desk.ledger.put(Setting(REFUSED, in_a_row))
    if len(in_a_row) > 1:
        reason = f"the addresses of {len(in_a_row)} customers were refused in a row, the last: {answer}"
        hold(reason, desk, "refused_in_a_row")
    return len(in_a_row) < 2


def copy_refused(entry: Entry, answers: Mapping[str, object], desk: Desk) -> None:
    """The message left without these addresses: a person is told, nothing is held."""
    lines = "\n".join(f"{address}: {answer}" for address, answer in answers.items())
    queue_note(desk, "held", f"copy|{entry.id}", (("reason", "copy_refused"), ("lines", lines)))
    log.warning("copy_refused", extra={"entry": entry.id, "addresses": list(answers)})


def worst(answers: Mapping[str, Answer]) -> Answer:
    """The answer with the gravest effect among those to several addressees."""
    return max(answers.values(), key=lambda answer: GRAVITY.index(rejected(Stage.RCPT, answer)))


def tell_late(entry: Entry, desk: Desk) -> None:
    """A message put off for hours is told once (fault N1)."""
    if entry.first_failed_at is None or desk.now - entry.first_failed_at < TELL_AFTER:
        return
    lines = "\n".join([*(one.case.split("|")[0] for one in entry.carries), *entry.to])
    facts = (("reason", "delivery_waits"), ("detail", entry.answer), ("lines", lines))
    queue_note(desk, "held", f"late|{entry.id}", facts)


def put_off(entry: Entry, until: datetime, desk: Desk) -> None:
    """The entry waits for its day; this is no failure."""
    desk.ledger.put(replace(entry, status=Status.DEFERRED, not_before=until))
