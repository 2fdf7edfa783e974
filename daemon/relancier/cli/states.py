"""Opening a state to read in it, and knowing whether a daemon holds it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from relancier.adapters.store import lock_holder, open_store
from relancier.adapters.store.files import STATE
from relancier.core.reading.reply import normalise
from relancier.ports import Store, StoreFailed


@contextmanager
def reading(folder: Path) -> Iterator[Store | None]:
    """The state, beside a daemon or not; None where there is none yet. Nothing is made. Raises StoreFailed."""
    if not _there(folder / STATE):
        yield None
        return
    with closing(open_store(folder, normalise, exclusive=False)) as store:
        yield store


def holder(folder: Path) -> int | None:
    """The process that holds a state folder, if one does. Raises StoreFailed."""
    try:
        return lock_holder(folder)
    except OSError as error:
        raise StoreFailed(_account(folder, error)) from None


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise StoreFailed(_account(path.parent, error)) from None


def _account(folder: Path, error: OSError) -> str:
    return f"{folder} cannot be read ({error.strerror}): run the command as the account that owns it."
