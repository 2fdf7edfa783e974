"""What happens around a daemon in these tests: customers write, colleagues work, days pass."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from typing import Any

from tests.work.rig import NOON, OWN, MemorySource, Rig, invoice

from relancier.adapters.memory_channel import MemoryChannel, Sent
from relancier.adapters.memory_mailbox import MemoryMailbox
from relancier.core.case import Case, How, Invoice, State
from relancier.core.outbox import Entry, Sort, Stage, Status
from relancier.loop import POLL
from relancier.ports import Wish

KEY = "FA-2026-0001|2026-02-27"
CUSTOMER = "compta@dupont.test"
FRIDAY = date(2026, 2, 27)  # a due date whose first reminder (J+3) leaves on the rig's first day
PENALTIES = datetime(2026, 3, 9, 9, 0, tzinfo=NOON.tzinfo)  # J+10 of that due date, after the opening

_numbers = count(1)


def late(number: str = "FA-2026-0001", due: date = FRIDAY, **other: Any) -> Invoice:
    """An invoice whose first reminder is due now."""
    return invoice(number, due, **other)


def daemon(*invoices: Invoice, confirmed: bool = True, **other: Any) -> Rig:
    """A daemon that polls once an hour, let loose on these invoices."""
    rig = unhurried(Rig(MemorySource(invoices), **other))
    if confirmed:
        rig.confirm()
    return rig


def unhurried(rig: Rig) -> Rig:
    """Polls once an hour, also where something is overdue and only a gate or an event can change it."""
    rig.loop.poll = timedelta(hours=1)
    meanwhile = rig.wake._meanwhile

    async def patient(now: datetime, until: datetime) -> datetime:
        if until == now + POLL < now + rig.loop.poll:
            looks = [case.look_at for case in rig.store.all_cases()]
            tries = [entry.not_before for entry in rig.store.entries(Status.DEFERRED)]
            instants = (*looks, *tries, rig.parts.morning.next_at(now))
            until = min([now + rig.loop.poll, *(at for at in instants if at and at > now)])
        return await meanwhile(now, until)

    rig.wake._meanwhile = patient
    return rig


def again(rig: Rig, **other: Any) -> Rig:
    """Another daemon on the same store, mailbox and channel: a restart."""
    kept = {"mailbox": rig.mailbox, "channel": rig.channel, "store": rig.store, "conf": rig.conf}
    restarted = unhurried(Rig(rig.source, **{**kept, "now": rig.wake.now(), **other}))
    restarted.loop.poll = rig.loop.poll
    rig.source.touch(rig.source.as_of)
    return restarted


def box(rig: Rig) -> MemoryMailbox:
    assert isinstance(rig.mailbox, MemoryMailbox)
    return rig.mailbox


def way_out(rig: Rig) -> MemoryChannel:
    assert isinstance(rig.channel, MemoryChannel)
    return rig.channel


def send_drafts(rig: Rig) -> None:
    """A colleague sends what lies in Drafts, which then stands in Sent."""
    for raw in box(rig).raws("Drafts"):
        arrive(rig, raw, "Sent", flags={"\\Seen"})
    for uid in list(box(rig).boxes["Drafts"].messages):
        box(rig).delete("Drafts", uid)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def words(raw: bytes) -> str:
    """The plain text of a message on one line, every space a plain one."""
    body = parsed(raw).get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def reminders(rig: Rig) -> list[Sent]:
    """What went to customers."""
    return [sent for sent in way_out(rig).sent if "lumen.test" not in sent.recipients[0]]


def ids(rig: Rig) -> list[str]:
    return [str(parsed(sent.raw)["Message-ID"]) for sent in way_out(rig).sent]


def case(rig: Rig, key: str = KEY) -> Case:
    found = rig.store.case(key)
    assert found is not None
    return found


def taken(rig: Rig, key: str = KEY) -> list[str]:
    """The steps that really happened, in order."""
    return [done.step for done in case(rig, key).done if done.how is not How.SKIPPED]


def entries(rig: Rig, sort: Sort = Sort.REMINDER, *statuses: str) -> list[Entry]:
    return [entry for entry in rig.store.entries(*(statuses or list(Status))) if entry.sort is sort]


def the_entry(rig: Rig) -> Entry:
    (entry,) = entries(rig)
    return entry


def notes(rig: Rig, name: str = "", reason: str = "") -> list[Entry]:
    """The notes to the team, by the name of their template and their reason."""
    listed = [entry for entry in entries(rig, Sort.NOTE) if entry.template.endswith(name)]
    return [entry for entry in listed if not reason or dict(entry.facts).get("reason") == reason]


def held(rig: Rig) -> str:
    found = rig.store.setting("held")
    return str(found.get("reason")) if isinstance(found, dict) else ""


def written(
    sender: str = CUSTOMER, subject: str = "Votre facture", text: str = "Bonjour", *, at: datetime = NOON, **other: str
) -> bytes:
    """A message someone writes at an instant; each has its own Message-ID."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, other.pop("to", OWN), subject
    message["Message-ID"] = other.pop("message_id", f"<{next(_numbers)}@elsewhere.test>")
    message["Date"] = format_datetime(at)
    for name, value in other.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def answer(sent: Sent, text: str = "Bonjour, nous regardons.", *, at: datetime = NOON, **other: str) -> bytes:
    """The customer answers that message."""
    original = parsed(sent.raw)
    facts = {"In_Reply_To": str(original["Message-ID"]), "References": str(original["Message-ID"]), **other}
    return written(facts.pop("sender", CUSTOMER), f"RE: {original['Subject']}", text, at=at, **facts)


def bounced(sent: Sent, status: str = "5.1.1", action: str = "failed") -> bytes:
    """The delivery report about that message."""
    head = sent.raw.partition(b"\r\n\r\n")[0].decode()
    lines = [
        "From: MAILER-DAEMON@mx.test", f"To: {OWN}", "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <report{next(_numbers)}@mx.test>", "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=limit", "", "--limit",
        "Content-Type: text/plain", "", "Your message could not be delivered.", "", "--limit",
        "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.test", "",
        f"Final-Recipient: rfc822; {sent.recipients[0]}", f"Action: {action}", f"Status: {status}", "", "--limit",
        "Content-Type: text/rfc822-headers", "", head, "", "--limit--", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def arrive(rig: Rig, raw: bytes, folder: str = "INBOX", **other: Any) -> int:
    """A message is there now; gives its UID."""
    return box(rig).deliver(folder, raw, at=rig.wake.now(), **other)


async def pass_days(rig: Rig, days: float) -> None:
    await rig.go(rig.wake.now() + timedelta(days=days))


async def pass_minutes(rig: Rig, minutes: float) -> None:
    """Time passes, and the daemon looks each minute."""
    poll, rig.loop.poll = rig.loop.poll, timedelta(minutes=1)
    await rig.go(rig.wake.now() + timedelta(minutes=minutes))
    rig.loop.poll = poll


def at_stage(wanted: Stage, deed: Callable[[], object]) -> Callable[[Stage, Wish | None], None]:
    """A deed done the first time the channel comes to a stage."""
    waiting = [deed]

    def step(stage: Stage, _wish: Wish | None) -> None:
        if stage is wanted and waiting:
            waiting.pop()()

    return step


def later(days: Sequence[tuple[datetime, Callable[[], object]]]) -> Callable[[datetime, datetime], Awaitable[datetime]]:
    """What others do at instants, for `Rig.during`."""
    waiting = sorted(days, key=lambda pair: pair[0])

    async def during(_now: datetime, until: datetime) -> datetime:
        if waiting and waiting[0][0] <= until:
            at, deed = waiting.pop(0)
            deed()
            return at
        return until

    return during


def open_state(rig: Rig, key: str = KEY) -> bool:
    found = case(rig, key)
    return found.state is State.OPEN and not found.holds
