"""A configured folder and the command line on it, in this process; a mail host beside it, in a thread."""

import asyncio
import hashlib
import io
import shutil
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from relancier.adapters.embedded import EmbeddedHost
from relancier.adapters.shipped import shipped
from relancier.adapters.store import DocumentStore, open_store
from relancier.cli import run
from relancier.config import make_key
from relancier.core.reading.reply import normalise

T = TypeVar("T")
OWN = "compta@lumen.test"
CUSTOMER = "factures@alpes.test"
PASSWORD = "le-mot-de-passe"
TODAY = datetime.now(ZoneInfo("Europe/Paris")).date()  # as the daemon counts its days
HEADINGS = "number;customer;customer_id;issued;due;amount;paid;accounting_name;accounting_email;phone;plan\n"


def day(offset: int) -> str:
    return (TODAY + timedelta(days=offset)).isoformat()


def row(number: str, due: int, amount: str = "100,00", *, plan: str = "", customer: str = "alpes") -> str:
    issued = day(min(due, 0) - 30)
    mail = CUSTOMER if customer == "alpes" else f"factures@{customer}.test"
    return (
        f"{number};{customer.title()} SA;{customer};{issued};{day(due)};{amount};0;Mme Petit;{mail};0472000000;{plan}\n"
    )


INVOICES = (
    HEADINGS + row("F-2026-0001", 40) + row("F-2026-0002", 30, "1 250,50") + row("F-2026-0003", 50, customer="bora")
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left: its exit status and what it printed."""

    status: int
    out: str
    err: str


class Terminal(io.StringIO):
    """Somewhere to print that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Desk:
    """A folder as `init` leaves it after a person has edited it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.state = folder / "state"
        self.invoices = folder / "invoices.csv"
        self.password = folder / "password"

    @classmethod
    def new(cls, folder: Path, *, imap_port: int = 1, smtp_port: int = 1) -> Self:
        desk = cls(folder)
        folder.mkdir(parents=True, exist_ok=True)
        desk.config.write_text(_config(imap_port, smtp_port), "utf-8")
        desk.invoices.write_text(INVOICES, "utf-8")
        desk.password.write_text(PASSWORD)
        desk.password.chmod(0o600)
        make_key(folder / "mailbox.key")
        (folder / "plans").mkdir()
        for plan in ("standard", "silence"):
            shutil.copy(shipped("plans") / f"{plan}.toml", folder / "plans")
        shutil.copytree(shipped("templates") / "fr", folder / "templates" / "fr")
        shutil.copy(shipped("templates") / "layout.html", folder / "templates")
        return desk

    def run(self, *arguments: str, terminal: bool = False) -> Outcome:
        return called("--config", str(self.config), *arguments, terminal=terminal)

    def edit(self, old: str, new: str, file: Path | None = None) -> None:
        """Changes one place in the configuration, or another file."""
        path = file or self.config
        text = path.read_text("utf-8")
        assert text.count(old) >= 1, f"{old!r} does not stand in {path}"
        path.write_text(text.replace(old, new, 1), "utf-8")

    def fingerprint(self) -> str:
        """A hash over the state and the journal it may have; what else may lie beside it says nothing of it."""
        beside = {"lock", "state.db-shm", "templates.checked"}
        files = [path for path in sorted(self.state.glob("*")) if path.name not in beside]
        return hashlib.sha256(b"".join(path.read_bytes() for path in files if path.is_file())).hexdigest()

    @contextmanager
    def store(self, *, exclusive: bool = False) -> Iterator[DocumentStore]:
        store = open_store(self.state, normalise, exclusive=exclusive)
        try:
            yield store
        finally:
            store.close()


def called(*arguments: str, terminal: bool = False) -> Outcome:
    """Runs the command line in this process, as `main` does."""
    out, err = (Terminal(), Terminal()) if terminal else (io.StringIO(), io.StringIO())
    with redirect_stdout(out), redirect_stderr(err):
        status = run(arguments)
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return Outcome(status, out.getvalue(), err.getvalue())


def _config(imap_port: int, smtp_port: int) -> str:
    login = f'user = "{OWN}"\nsecurity = "none"\nhost = "127.0.0.1"\npassword_file = "password"\n'
    return f"""\
[company]
name = "Atelier Lumen"
address = ["12 rue des Forges", "69003 Lyon"]
phone = "+33 4 72 00 00 00"
legal_form = "SAS"
capital = "50 000 €"
siren = "732 829 320"
rcs = "RCS Lyon"
iban = "FR76 3000 6000 0112 3456 7890 189"
[mailbox]
address = "{OWN}"
[mailbox.imap]
port = {imap_port}
{login}[mailbox.smtp]
port = {smtp_port}
{login}[sending]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
hours = "00:00-23:59"
holidays = ""
[state]
folder = "state"
"""


class HostThread:
    """The embedded mail host on a loop of its own, so that a command may have this thread."""

    def __init__(self) -> None:
        self.host = EmbeddedHost({OWN: PASSWORD, CUSTOMER: "x", "factures@bora.test": "x"})
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        self.do(self.host.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        self.do(self.host.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def received(self, address: str, folder: str = "INBOX") -> list[bytes]:
        return [stored.raw for stored in self.do(self.host.messages(address, folder))]
