"""Knowing that a mailbox waits in IDLE, and not on its way there."""

import asyncio
from typing import Any

from tests.servers.waiting import until

from relancier.adapters.imap import ImapMailbox


async def idles(mailbox: ImapMailbox) -> None:
    """Waits until the event loop watches the idling connection's socket."""
    loop: Any = asyncio.get_running_loop()

    def watched() -> bool:
        session = mailbox._idling._session
        return session is not None and session.descriptor() in loop._selector.get_map()

    await until(watched, 10)
