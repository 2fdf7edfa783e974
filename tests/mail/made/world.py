"""Servers that answer a reminder, and what lies in the shared mailbox afterwards."""

import itertools
import shutil
import smtplib
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

from tests.mail.made.words import EXIM_FR, POSTFIX_FR
from tests.servers.mailhost import MailHost
from tests.servers.makers import Exim, Relay
from tests.servers.makers_outside import Outside

from relancier.core.reading.reply import MailKind

SHARED = "made@lumen.test"
SUBJECT = "=?utf-8?Q?FA-2026-0042_=E2=80=93_Relance_=3A_facture_=C3=A9chue?="
_labels = itertools.count(1)
REMINDER = """\
From: "Claire Martin (Atelier Lumen)" <$own>
To: $to
Subject: $subject
Date: Mon, 02 Mar 2026 09:12:00 +0100
Message-ID: $message_id
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour,

Sauf erreur de notre part, la facture FA-2026-0042 de 1 200,00 € est échue depuis le 27 février.
Vous pouvez nous répondre à cette adresse, nous ne sommes pas un robot.

Claire Martin
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One reminder: where we sent it from and to, its subject and Message-ID."""

    own: str
    to: str
    subject: str
    message_id: str

    def fill(self, text: str) -> str:
        """A text with $own, $to, $subject and $message_id."""
        return Template(text).substitute(vars(self))


@dataclass(frozen=True, kw_only=True)
class Case:
    """A reminder to `to`, handed to the server `via`, which brings messages of these kinds; `prepare` sets it up.

    Where there is a `writer`, the `letter` is theirs instead, to `to` or straight to us.
    """

    maker: str
    name: str
    kinds: tuple[MailKind, ...]
    via: str
    to: str
    prepare: Callable[["World", Asked], None]
    notify: str = "FAILURE,DELAY"
    letter: str = REMINDER
    writer: str = ""


@dataclass(frozen=True)
class Made:
    """A message as it lay in the mailbox, and what it ought to be taken for; no bytes where none arrived."""

    case: Case
    kind: MailKind
    raw: bytes

    def __str__(self) -> str:
        return f"{self.case.maker}: {self.case.name}"


class World:
    """The mail host with our mailbox, two Postfix and two Exim of other companies, and the rest of the world."""

    def __init__(self, host: MailHost, outside: Outside, folder: Path, stack: ExitStack) -> None:
        home, away = host.smtp_port, outside.port
        words = _exim_words(folder, EXIM_FR)
        exim = Exim(folder / "exim", "exim.test", home=home, outside=away)
        exim_fr = Exim(folder / "exim-fr", "exim-fr.test", home=home, outside=away, words=words)
        relay = Relay(folder / "relay", "smtp.relais.test", home=home, outside=away)
        french = "smtp.relais-fr.test"
        relay_fr = Relay(folder / "relay-fr", french, home=home, outside=away, templates=POSTFIX_FR)
        self.host = host
        self.outside = outside
        self.exim, self.exim_fr = stack.enter_context(exim), stack.enter_context(exim_fr)
        self.relay, self.relay_fr = stack.enter_context(relay), stack.enter_context(relay_fr)
        host.add(SHARED)

    def port(self, via: str) -> int:
        return self.host.smtp_port if via == "host" else int(getattr(self, via).port)

    def sieve(self, user: str, script: str) -> None:
        self.host.add(user)
        self.host.sieve(user, script)


@contextmanager
def world(host: MailHost) -> Iterator[World]:
    """Boots the others beside the mail host; ends them, and forgets what they wrote down."""
    folder = Path(tempfile.mkdtemp(prefix="relancier-made-", dir="/tmp"))
    folder.chmod(0o755)
    host.start_delivery()
    host.start_smtp()
    try:
        with Outside() as outside, ExitStack() as stack:
            yield World(host, outside, folder, stack)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make(here: World, cases: Sequence[Case], seconds: float = 60) -> list[Made]:
    """Sends a reminder for each case and collects what comes back, in the order of the cases."""
    asked = {f"m{next(_labels)}": case for case in cases}
    reminders = {label: _asked(label, case) for label, case in asked.items()}
    for label, case in asked.items():
        case.prepare(here, reminders[label])
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda way: _send(here, way, asked, reminders), {case.via for case in cases}))
    arrived = _collect(here.host, {label: len(case.kinds) for label, case in asked.items()}, seconds)
    return [made for label, case in asked.items() for made in _paired(case, arrived[label])]


def _asked(label: str, case: Case) -> Asked:
    own = SHARED.replace("@", f"+{label}@")
    message_id = f"<r.{label}.k3v9x0@lumen.test>"
    return Asked(own=own, to=case.to, subject=SUBJECT, message_id=message_id)


def _send(here: World, way: str, cases: Mapping[str, Case], reminders: Mapping[str, Asked]) -> None:
    with smtplib.SMTP("127.0.0.1", here.port(way), local_hostname="lumen.test", timeout=20) as connection:
        connection.ehlo()
        for label, case in cases.items():
            if case.via == way:
                one = reminders[label]
                raw = one.fill(case.letter).replace("\n", "\r\n").encode()
                options = [f"NOTIFY={case.notify}"] if connection.has_extn("dsn") else []
                connection.sendmail(case.writer or one.own, [one.to or one.own], raw, ["BODY=8BITMIME"], options)


def _collect(host: MailHost, wanted: Mapping[str, int], seconds: float) -> dict[str, list[bytes]]:
    """What arrived for each label, oldest first, once all is there or the time is up."""
    end = time.monotonic() + seconds
    missing: Counter[str] = Counter(wanted)
    found: dict[str, list[bytes]] = defaultdict(list)
    while missing and time.monotonic() < end:
        found = defaultdict(list)
        for raw in host.messages(SHARED):
            found[_label(raw)].append(raw)
        missing = Counter(wanted) - Counter({label: len(raws) for label, raws in found.items()})
        time.sleep(0.1)
    return found


def _label(raw: bytes) -> str:
    """Who was written to, as the last server noted it."""
    to = raw.partition(b"Delivered-To:")[2].partition(b"\n")[0]
    return to.partition(b"+")[2].partition(b"@")[0].decode()


def _paired(case: Case, raws: Sequence[bytes]) -> list[Made]:
    both = itertools.zip_longest(case.kinds, raws, fillvalue=None)
    return [Made(case, kind or case.kinds[-1], raw or b"") for kind, raw in both]


def _exim_words(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Writes Exim's wordings to files; the lines of configuration that name them."""
    for option, text in files.items():
        (folder / option).write_text(text, "utf-8")
    return [f"{option} = {folder / option}" for option in files]
