"""A tick with nothing due, against Dovecot, with few and with many cases in a real state."""

import statistics
from pathlib import Path
from time import perf_counter

from tests.bench.store import NOW, filled
from tests.faults.real import imap, smtp
from tests.servers.mailhost import MailHost
from tests.work.rig import MemorySource, Rig, config

SHARED = "quiet@lumen.test"


async def tick_ms(host: MailHost, cases: int, times: int = 30) -> float:
    """The median milliseconds of a tick in which nothing is due and nothing has come."""
    host.add(SHARED)
    with filled(cases) as store:
        source = MemorySource()
        source.read()
        conf = config(Path("/nowhere"), mailbox={"address": SHARED}, sender=[])
        rig = Rig(source, imap(host, SHARED), smtp(host, SHARED), store, conf, NOW)
        rig.parts.escalate.books.read_once = True  # the books were read when the cases were opened
        try:
            rig.confirm()
            await rig.tick()
            return 1000 * statistics.median([await _seconds(rig) for _ in range(times)])
        finally:
            await rig.parts.channel.close()
            await rig.parts.mailbox.close()


async def _seconds(rig: Rig) -> float:
    start = perf_counter()
    await rig.tick()
    return perf_counter() - start
