"""One item after another: one that fails is set aside and the others go on (house law 9).

This is one of the three places that catch everything: whatever a single message, customer or template provokes must
stop only itself. What is about the whole (the mailbox or the store does not answer) is let through.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from relancier.ports import Lost, Rejected, StoreFailed, Unavailable

log = logging.getLogger("relancier")
ABOUT_THE_WHOLE = (Unavailable, StoreFailed, Rejected, Lost)


@contextmanager
def apart(item: str, aside: Callable[[Exception], None]) -> Iterator[None]:
    """What fails inside stops only this item; `aside` records it."""
    try:
        yield
    except ABOUT_THE_WHOLE:
        raise
    except Exception as error:
        log.exception("set_aside", extra={"item": item})
        aside(error)
