"""A daemon to be killed: `python -m tests.faults.child` forks one for each line of orders that it reads.

The daemon is the real one (real adapters, a state on disk); its time begins where the order says and jumps. It ends
itself with SIGKILL at a commit that the order names; whoever gave the order may kill it at any other moment.
"""

import asyncio
import json
import logging
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any, cast

from tests.work.rig import NOON, MemorySource, Rig, config, invoice

from relancier.adapters.imap import FolderNames, ImapLogin, ImapMailbox
from relancier.adapters.smtp import SmtpChannel, SmtpLogin
from relancier.adapters.store import open_store
from relancier.core.case import Contact, Customer, Invoice, Role
from relancier.core.reading.reply import normalise
from relancier.core.stored import Change
from relancier.ports import Store

DUE = date(2026, 2, 27)
BEAT = 0.004


@dataclass(frozen=True, slots=True)
class Scene:
    """One run: where everything is, when it begins and ends, and the commit at which it dies (0: none)."""

    state: str
    queue: str
    shared: str
    password: str
    ca_file: str
    imap_port: int
    smtp_port: int
    customers: tuple[str, ...]
    begin: str
    end: str
    dies_at_commit: int = 0
    before_it: bool = False


class Mortal:
    """A store that kills its process at a commit: before it takes effect, or directly after. `count` begins late."""

    def __init__(self, scene: Scene) -> None:
        self.count: int | None = None
        self._scene = scene
        self._inner = open_store(Path(scene.state), normalise, exclusive=True, on_commit=self._written)

    def commit(self, *changes: Change) -> None:
        if self.count is not None:
            self.count += 1
        self._inner.commit(*changes)
        if self.count == self._scene.dies_at_commit:
            os.kill(os.getpid(), signal.SIGKILL)

    def _written(self, _changes: tuple[Change, ...]) -> None:
        """Inside the transaction, which is not yet committed."""
        if self._scene.before_it and self.count == self._scene.dies_at_commit:
            os.kill(os.getpid(), signal.SIGKILL)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


def invoices(customers: tuple[str, ...]) -> tuple[Invoice, ...]:
    """One for each customer, two for the second."""
    found = [_invoice(f"FA-2026-000{number}", address) for number, address in enumerate(customers, 1)]
    return (*found, _invoice("FA-2026-0012", customers[1]))


def _invoice(number: str, address: str) -> Invoice:
    who = Customer(
        id=number[-1], name=f"Client {number[-1]}", contacts=(Contact(Role.ACCOUNTING, address, "Mme Alice Petit"),)
    )
    return invoice(number, DUE, customer=who)


async def run(scene: Scene) -> int:
    """The whole run; gives the number of its commits."""
    store = Mortal(scene)
    with closing(store._inner):
        rig = _rig(scene, cast("Store", store))
        if not store._inner.case_keys():
            rig.parts.deliver.books.sync(rig.now)
            rig.confirm()
        store.count = 0
        rig.loop.poll = timedelta(minutes=20)
        await rig.go(datetime.fromisoformat(scene.end))
    return store.count


def _rig(scene: Scene, store: Store) -> Rig:
    mail = ImapLogin(
        host="127.0.0.1", port=scene.imap_port, security="none", user=scene.shared, password=scene.password
    )
    smtp = SmtpLogin(
        host="localhost",
        port=scene.smtp_port,
        security="tls",
        user=scene.shared,
        password=scene.password,
        ca_file=scene.ca_file,
        local_hostname="lumen.test",
    )
    source = MemorySource(invoices(scene.customers))
    source.as_of = NOON
    return Rig(
        source,
        mailbox=ImapMailbox(mail, FolderNames()),
        channel=SmtpChannel(smtp),
        store=store,
        conf=config(mailbox={"address": scene.shared}, sender=[]),
        now=datetime.fromisoformat(scene.begin),
        during=_once_delivered(Path(scene.queue)),
    )


def _once_delivered(queue: Path) -> Callable[[datetime, datetime], Awaitable[datetime]]:
    """Rests until the mail server has delivered what it took, bounces too, so that each run sees the same mail."""

    async def rest(_now: datetime, until: datetime) -> datetime:
        await asyncio.to_thread(await_delivery, queue)
        return until

    return rest


def await_delivery(queue: Path, seconds: float = 20) -> None:
    """Waits until Postfix holds nothing, twice in a row: a bounce is there before its message goes."""
    end, quiet = monotonic() + seconds, 0
    while quiet < 2:
        if monotonic() > end:
            raise TimeoutError(f"{queue} does not empty")
        busy = [file for folder in ("maildrop", "incoming", "active") for file in (queue / folder).iterdir()]
        quiet = 0 if busy else quiet + 1
        sleep(BEAT)


# --- the server of forks --------------------------------------------------------------------------------------------


def serve() -> None:
    """For each scene on standard input: forks, tells the process, and once told to go on, how it ended."""
    logging.disable(logging.CRITICAL)
    asyncio.run(_warm())
    _tell("ready")
    for line in sys.stdin:
        _play(Scene(**_tuples(json.loads(line))))


async def _warm() -> None:
    """Loads and compiles what every child needs."""
    rig = Rig(MemorySource(invoices(("a@a.test", "b@b.test"))))
    rig.confirm()
    await rig.go(NOON + timedelta(hours=1))


def _play(scene: Scene) -> None:
    (may_go, go), (result, told) = os.pipe(), os.pipe()
    process = os.fork()
    if process == 0:
        os.close(go)
        os.close(result)
        os.read(may_go, 1)
        _child(scene, told)
    os.close(may_go)
    os.close(told)
    _tell(str(process))
    sys.stdin.readline()
    os.close(go)
    with os.fdopen(result) as end:
        said = end.read()
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    _tell(json.dumps({"status": status, "said": said}))


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _child(scene: Scene, told: int) -> None:
    status = 1
    try:
        os.write(told, str(asyncio.run(run(scene))).encode())
        status = 0
    except BaseException:  # noqa: BLE001 - told to whoever gave the order
        os.write(told, traceback.format_exc()[-4000:].encode())
    finally:
        os._exit(status)


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


if __name__ == "__main__":
    serve()
