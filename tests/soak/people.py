"""Two colleagues who work in the mailbox meanwhile, each by a connection of their own, and write down what they do."""

import contextlib
import imaplib
import re
import smtplib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from typing import Self

from tests.servers.mailhost import MailHost
from tests.soak.post import LABEL, Item, Kind, Post, answer

ID = re.compile(rb"message-id:\s*(<[^>]+>)", re.IGNORECASE)
OURS = frozenset({"\\Flagged", "$RelanceReply", "$RelanceAuto"})
PACE = 0.12  # seconds between two deeds of one colleague


@contextmanager
def session(host: MailHost, user: str) -> Iterator[imaplib.IMAP4_SSL]:
    """A mail program's connection."""
    client = imaplib.IMAP4_SSL("localhost", host.imaps_port, ssl_context=host.context(), timeout=60)
    client.login(user, host.password(user))
    try:
        yield client
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            client.logout()


class Worker(threading.Thread):
    """A thread that works until told to stop; what it stumbles over is raised by `finish`."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stopping = threading.Event()
        self.error: Exception | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.join(120)

    def finish(self) -> None:
        self.__exit__()
        if self.error is not None:
            raise self.error

    def run(self) -> None:
        try:
            self.work()
        except Exception as error:  # noqa: BLE001 - told in the test's own thread
            self.error = error

    def work(self) -> None:
        raise NotImplementedError


class Postman(Worker):
    """Delivers by LMTP at a steady rate; `items` is what has been delivered, by Message-ID."""

    def __init__(self, host: MailHost, user: str, post: Post, rate: float, count: int) -> None:
        super().__init__()
        self.items: dict[str, Item] = {}
        self._host, self._user, self._post = host, user, post
        self._rate, self._count = rate, count

    def work(self) -> None:
        start = time.monotonic()
        with smtplib.LMTP("127.0.0.1", self._host.lmtp_port) as server:
            for number in range(self._count):
                if self.stopping.wait(max(0.0, start + number / self._rate - time.monotonic())):
                    return
                item = self._post.next(datetime.now(UTC))
                self.items[item.message_id] = item
                server.sendmail("outside@relais.test", [self._user], item.raw)
                item.raw = b""


class Colleague(Worker):
    """Reads, marks, flags, files and answers the messages whose number is theirs."""

    def __init__(self, host: MailHost, user: str, items: dict[str, Item], which: int) -> None:
        super().__init__()
        self.deeds: dict[str, int] = {}
        self._host, self._user, self._items, self._which = host, user, items, which
        self._random = Random(which)  # noqa: S311 - no secret
        self._folder = f"Clients/Rayon {which}"
        self._known: list[Item] = []
        self._replies: list[Item] = []
        self._read_to = 0

    def work(self) -> None:
        deeds: list[Callable[[imaplib.IMAP4_SSL, Item], bool]] = [
            *[self._read] * 4, *[self._unread] * 2, *[self._label] * 2, *[self._flag] * 4, *[self._file] * 3,
            *[self._answer] * 3, self._let_be,
        ]  # fmt: skip
        with session(self._host, self._user) as client:
            client.create(f'"{self._folder}"')
            while not self.stopping.wait(PACE):
                self._look(client)
                deed = self._random.choice(deeds)
                among = self._replies if deed in (self._answer, self._let_be) else self._known
                item = self._random.choice(among) if among else None
                if item is not None and deed(client, item):
                    name = deed.__name__.strip("_")
                    self.deeds[name] = self.deeds.get(name, 0) + 1

    def _look(self, client: imaplib.IMAP4_SSL) -> None:
        """What is new in the inbox: which of it is theirs to work on."""
        client.select("INBOX")
        answers = client.uid("FETCH", f"{self._read_to + 1}:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1]
        for head in (one for one in answers if isinstance(one, tuple)):
            uid, found = int(head[0].split(b"UID ")[1].split()[0]), ID.search(head[1])
            item = self._items.get(found[1].decode()) if found else None
            if uid > self._read_to and item is not None and item.number % 2 == self._which:
                item.uid = uid
                self._known.append(item)
                if item.kind is Kind.REPLY:
                    self._replies.append(item)
            self._read_to = max(self._read_to, uid)

    def _at(self, client: imaplib.IMAP4_SSL, item: Item, command: str, *words: str) -> list[object]:
        client.select(f'"{item.folder}"')
        status, answers = client.uid(command, str(item.uid), *words)
        assert status == "OK", (command, words, answers)
        return list(answers)

    def _read(self, client: imaplib.IMAP4_SSL, item: Item) -> bool:
        self._at(client, item, "FETCH", "(BODY[])")
        item.theirs.add("\\Seen")
        return True

    def _unread(self, client: imaplib.IMAP4_SSL, item: Item) -> bool:
        self._at(client, item, "STORE", "-FLAGS.SILENT", "(\\Seen)")
        item.theirs.discard("\\Seen")
        return True

    def _label(self, client: imaplib.IMAP4_SSL, item: Item) -> bool:
        return self._toggle(client, item, LABEL)

    def _flag(self, client: imaplib.IMAP4_SSL, item: Item) -> bool:
        """A flag of their own, on what no customer wrote."""
        return item.kind is not Kind.REPLY and self._toggle(client, item, "\\Flagged")

    def _toggle(self, client: imaplib.IMAP4_SSL, item: Item, flag: str) -> bool:
        had = flag in item.theirs
        self._at(client, item, "STORE", f"{'-' if had else '+'}FLAGS.SILENT", f"({flag})")
        (item.theirs.discard if had else item.theirs.add)(flag)
        return True

    def _file(self, client: imaplib.IMAP4_SSL, item: Item) -> bool:
        if item.folder == self._folder:
            return False
        self._at(client, item, "MOVE", f'"{self._folder}"')
        copied = client.response("COPYUID")[1][0]
        assert isinstance(copied, bytes), copied
        item.folder, item.uid = self._folder, int(copied.split()[2])
        return True

    def _answer(self, client: imaplib.IMAP4_SSL, item: Item) -> bool:
        if not item.customer.is_answered or item.answered_at:
            return False
        at = datetime.now(UTC)
        status, _ = client.append("Sent", "(\\Seen)", "", answer(item, self._user, at))
        assert status == "OK"
        item.answered_at = at
        return True

    def _let_be(self, client: imaplib.IMAP4_SSL, item: Item) -> bool:
        """Takes our flag off a reply that bears it, and does nothing else about it."""
        if item.customer.is_answered or item.let_be:
            return False
        shown = str(self._at(client, item, "FETCH", "(FLAGS)"))
        if "\\\\Flagged" not in shown or "$RelanceReply" not in shown:
            return False
        self._at(client, item, "STORE", "-FLAGS.SILENT", "(\\Flagged $RelanceReply)")
        item.let_be = True
        return True
