"""What was once found without fault is not tried again at each start: remembered by the bytes of every file."""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

from relancier import __version__

PROGRAM = Path(__file__).parents[2]
CHECKS = ("core", "adapters/library")  # the code whose change may find a fault in what had none


def digest(*folders: Path) -> str:
    """What stands for every file in these folders, and for the program that checks them."""
    found = hashlib.sha256(__version__.encode())
    for folder in folders:
        for path in sorted(folder.rglob("*.*")):
            found.update(f"\0{path}\0{path.is_symlink()}\0".encode("utf-8", "surrogateescape"))
            found.update(_bytes(path))
    for stamp in _program():
        found.update(stamp.encode())
    return found.hexdigest()


def _bytes(path: Path) -> bytes:
    """A file's content; the check itself tells of one that cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _program() -> Iterator[str]:
    for name in CHECKS:
        for path in sorted((PROGRAM / name).rglob("*.py")):
            status = path.stat()
            yield f"\0{path}\0{status.st_size}\0{status.st_mtime_ns}"


def remembered(file: Path) -> str:
    """What was remembered last, or ''."""
    try:
        return file.read_text("ascii")
    except (OSError, ValueError):
        return ""


def remember(file: Path, found: str) -> None:
    """Keeps it beside the state, whose folder the first start makes; failing to is no fault."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_text(found, "ascii")
