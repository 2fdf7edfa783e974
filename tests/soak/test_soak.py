"""Two colleagues and the daemon at work on one mailbox while mail pours in: nothing missed, nothing disturbed.

The short form runs with every other test; `make soak` runs ten minutes of it (RELANCIER_SOAK: seconds) and prints its
figures.
"""

import imaplib
import os
import re
import signal
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli_desk import Desk
from tests.faults.running import Daemon, installed
from tests.servers.fixtures import Accounts
from tests.servers.mailhost import MailHost
from tests.servers.waiting import wait_until
from tests.soak.people import OURS, Colleague, Postman, session
from tests.soak.post import Item, Kind, Post, books, invoices_sent

from relancier.adapters.store import DocumentStore
from relancier.core.case import Kind as Happened
from relancier.core.case import State
from relancier.core.outbox import Status
from relancier.core.stored import Seen

SECONDS = int(os.environ.get("RELANCIER_SOAK", "15"))
RATE = 20
CUSTOMERS = 40 if SECONDS < 60 else 300
CAUGHT_UP = 60 + SECONDS  # seconds within which the daemon must have read everything
PROMISED = {"\\Flagged", "$RelanceReply"}
LISTED = re.compile(rb"UID (\d+) FLAGS \(([^)]*)\)")
ID = re.compile(rb"message-id:\s*(<[^>]+>)", re.IGNORECASE)
STUMBLED = (
    "tick_failed",
    "tick_waits",
    "set_aside",
    "flag_waits",
    "unexpected",
    "unreadable",
    "note_failed",
    "bounced",
)


def prepared(folder: Path, accounts: Accounts) -> Desk:
    """A configured folder with the books of many customers, whose invoices stand in Sent."""
    desk = installed(folder, accounts, accounts.customer())
    desk.invoices.write_text(books(CUSTOMERS), "utf-8")
    with session(accounts.host, accounts.shared) as client:
        for raw in invoices_sent(CUSTOMERS, accounts.shared, datetime.now(UTC) - timedelta(days=10)):
            client.append("Sent", "(\\Seen)", "", raw)
    return desk


def lying(host: MailHost, user: str) -> dict[str, list[tuple[str, frozenset[str]]]]:
    """Where each message lies, and its flags, by Message-ID."""
    found: dict[str, list[tuple[str, frozenset[str]]]] = {}
    with session(host, user) as client:
        for folder in ("INBOX", "Clients/Rayon 0", "Clients/Rayon 1"):
            for message_id, flags in _folder(client, folder):
                found.setdefault(message_id, []).append((folder, flags))
    return found


def _folder(client: imaplib.IMAP4_SSL, folder: str) -> list[tuple[str, frozenset[str]]]:
    client.select(f'"{folder}"', readonly=True)
    answers = client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1]
    listed = []
    for head in (one for one in answers if isinstance(one, tuple)):
        told, name = LISTED.search(head[0]), ID.search(head[1])
        assert told is not None
        assert name is not None
        flags = frozenset(told[2].decode().split()) - {"\\Recent"}
        listed.append((name[1].decode(), flags))
    return listed


class Figures:
    """What is measured while it runs: the daemon's memory, and how many messages it is behind."""

    def __init__(self, daemon: Daemon, postman: Postman) -> None:
        self._daemon, self._postman = daemon, postman
        self.memory: list[int] = []
        self.start = time.monotonic()

    def rss(self) -> int:
        """The daemon's resident memory in MB."""
        status = Path(f"/proc/{self._daemon.process.pid}/status").read_text("ascii")
        self.memory.append(int(status.split("VmRSS:")[1].split()[0]) // 1024)
        return self.memory[-1]


def unread(store: DocumentStore, items: list[Item]) -> dict[str, int]:
    """How much of what arrived has not been read, marked or told yet."""
    answered = [f"<answer-{item.number}@lumen.test>" for item in items if item.answered_at]
    left = {
        "messages": sum(store.seen(item.identity) is None for item in items),
        "answers": len(answered) - len(store.by_message_id(answered)),
        "marks": len(store.flags_wanted()),
        "notes": len(store.entries(Status.QUEUED)),
    }
    return {name: count for name, count in left.items() if count}


@pytest.mark.timeout(2 * SECONDS + CAUGHT_UP + 120)
def test_everything_is_read_and_nothing_disturbed(accounts: Accounts, tmp_path: Path) -> None:
    host, own = accounts.host, accounts.shared
    desk = prepared(tmp_path / "etc", accounts)
    postman = Postman(host, own, Post(CUSTOMERS, own, seed=3), RATE, RATE * SECONDS)
    people = [Colleague(host, own, postman.items, which) for which in (0, 1)]
    with Daemon(desk) as daemon:
        daemon.logged("books_read")
        daemon.logged("tick")
        figures = Figures(daemon, postman)
        with postman, people[0], people[1]:
            while postman.is_alive():
                postman.join(1)
                figures.rss()
            postman.finish()
            for one in people:
                one.finish()
        ended = time.monotonic()
        items = list(postman.items.values())
        with desk.store() as store:
            with suppress(TimeoutError):
                wait_until(lambda: not unread(store, items), CAUGHT_UP)
            assert unread(store, items) == {}, "".join(daemon.lines[-20:])
            behind = time.monotonic() - ended
            figures.rss()
            show(figures, items, people, daemon, behind)
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(60) == 0
        with desk.store() as store:
            judge(items, lying(host, own), store, daemon)


def show(figures: Figures, items: list[Item], people: list[Colleague], daemon: Daemon, behind: float) -> None:
    """The figures, for who reads along (`pytest -s`)."""
    kinds = Counter(item.kind.value for item in items)
    deeds = sum((Counter(one.deeds) for one in people), Counter[str]())
    codes = Counter(line.split(" ", 2)[1].strip() for line in daemon.lines)
    told = {
        code: codes[code] for code in ("replied", "answered", "autoreplied", "flagged", "unflagged", "note", "tick")
    }
    lasted = time.monotonic() - figures.start
    print(f"\n{len(items)} messages in {lasted - behind:.0f} s: {dict(kinds)}")  # noqa: T201
    print(f"colleagues: {dict(deeds)}")  # noqa: T201
    print(f"daemon: {told}, {codes['tick']} ticks")  # noqa: T201
    print(f"read to the end {behind:.1f} s after the last message; ticks of {ticks(daemon)} ms")  # noqa: T201
    memory = figures.memory
    print(f"memory: {memory[0]} MB at first, {max(memory)} MB at most, {memory[-1]} MB at last")  # noqa: T201


def ticks(daemon: Daemon) -> str:
    """The median and the longest tick."""
    found = sorted(int(one[1]) for line in daemon.lines if (one := re.search(r" tick ms=(\d+)", line)))
    return f"{found[len(found) // 2]} (median), {found[-1]} (longest)" if found else "?"


# --- What must hold -------------------------------------------------------------------------------------------------


def judge(
    items: list[Item], places: dict[str, list[tuple[str, frozenset[str]]]], store: DocumentStore, daemon: Daemon
) -> None:
    codes = Counter(line.split(" ", 2)[1].strip() for line in daemon.lines)
    assert {code: codes[code] for code in STUMBLED if codes[code]} == {}
    wrong = [fault for item in items for fault in faults(item, places.get(item.message_id, []), store)]
    assert wrong == []
    replies = [item for item in items if item.kind is Kind.REPLY]
    bearing = sum("\\Flagged" in places[item.message_id][0][1] for item in replies)
    taken_off = sum(item.let_be for item in replies)
    assert codes["flagged"] == bearing + taken_off + codes["unflagged"]  # no message was flagged twice


def faults(item: Item, lies: list[tuple[str, frozenset[str]]], store: DocumentStore) -> list[str]:
    """What is not as it should be with one message."""
    if len(lies) != 1:
        return [f"{item.number} ({item.kind}) lies in {lies}"]
    (folder, flags), seen = lies[0], store.seen(item.identity)
    if seen is None:
        return [f"{item.number} ({item.kind}) was not read"]
    wanted = promised(item, seen, store)
    found = [f"is in {folder}, not in {item.folder}"] if folder != item.folder else []
    if flags != item.theirs | wanted:
        found.append(f"bears {sorted(flags)}, not {sorted(item.theirs | wanted)}")
    if item.kind is Kind.REPLY:
        found += held(item, seen, store)
    elif item.kind is not Kind.AUTO and seen.cases:
        found.append(f"is about {seen.cases}")
    elif item.kind is not Kind.AUTO and OURS & set(seen.flagged):
        found.append(f"was marked {seen.flagged}")
    return [f"{item.number} ({item.kind} of {item.customer.name}, answered {item.answered_at}) {one}" for one in found]


def promised(item: Item, seen: Seen, store: DocumentStore) -> set[str]:
    """The marks of ours that it must bear."""
    if item.kind is Kind.AUTO:
        return {"$RelanceAuto"}
    if item.kind is not Kind.REPLY or item.let_be or item.answered_at:
        return set()
    return set(PROMISED) if waits(item, seen, store) else set()


def waits(item: Item, seen: Seen, store: DocumentStore) -> bool:
    return any(item.identity in case.unseen for case in store.cases(seen.cases))


def held(item: Item, seen: Seen, store: DocumentStore) -> list[str]:
    """A person's reply was heard once in each of its cases, which are paused; it waits unless a colleague answered."""
    found = []
    numbers = {case.invoice.number for case in store.cases(seen.cases)}
    if not numbers or not numbers <= set(item.customer.invoices):
        found.append(f"is about {sorted(numbers)}")
    for case in store.cases(seen.cases):
        heard = [one for one in store.events(case.key) if (one.kind, one.ref) == (Happened.REPLIED, item.identity)]
        if len(heard) != 1 or case.state is not State.PAUSED:
            found.append(f"was heard {len(heard)} times in a case that is {case.state}")
    if waits(item, seen, store) != (item.answered_at is None) and not item.customer.is_answered:
        found.append("does not wait, and nobody answered")
    if item.answered_at and waits(item, seen, store):
        found.append("waits, and was answered")
    return found
