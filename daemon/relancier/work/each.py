"""One item after another: one that fails is set aside and the others go on (house law 9).

This is one of the three places that catch everything: whatever a single message, invoice or template provokes must
stop only itself. What is about the whole (the mailbox or the store does not answer) is let through.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from relancier.ports import Lost, Rejected, StoreFailed, Unavailable

Item = TypeVar("Item")
log = logging.getLogger("relancier")
ABOUT_THE_WHOLE = (Unavailable, StoreFailed, Rejected, Lost)


async def each(
    items: Iterable[Item],
    do: Callable[[Item], Awaitable[None]],
    aside: Callable[[Item, Exception], None],
) -> None:
    """Does every item in turn; `aside` records one that failed."""
    for item in items:
        try:
            await do(item)
        except ABOUT_THE_WHOLE:
            raise
        except Exception as error:
            log.exception("set_aside", extra={"item": str(item)[:200]})
            aside(item, error)
