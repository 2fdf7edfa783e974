"""Reading many rows without the interpreter's search for cycles, which none of them are in."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """While it lasts, nothing looks through all rows read so far each time that some more have been read."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
