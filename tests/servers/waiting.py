"""Waiting for the thing itself, bounded."""

import asyncio
import time
from collections.abc import Callable

BEAT = 0.005


async def until(holds: Callable[[], object], seconds: float = 10) -> None:
    """Lets the loop run until it holds, whoever brings it about. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(BEAT)


def wait_until(holds: Callable[[], object], seconds: float = 10) -> None:
    """The same in a thread without a loop. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"not so within {seconds} s")
        time.sleep(BEAT)
