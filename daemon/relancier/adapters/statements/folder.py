"""A file or a folder in which statements are laid down, as a StatementSource."""

import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from relancier.adapters.statements.values import LARGEST, too_large
from relancier.core.problem import WRITING, Problem
from relancier.ports import StatementReader, Statements

UNFINISHED = (".part", ".tmp", ".filepart", ".partial", ".crdownload", ".download", ".swp", ".lock", "~")
BESIDE = frozenset({"thumbs.db", "desktop.ini"})
ABSENT = "absent"


class StatementFolder:
    """The statements in a folder, or a single file of them; nothing in folders below, nothing that a link leads out to.

    A place that is not there waits under its own name, so that reading it says so once.
    """

    def __init__(
        self, place: Path, reader: StatementReader, read_bytes: Callable[[Path], bytes] = Path.read_bytes
    ) -> None:
        self._place = place
        self._reader = reader
        self._read_bytes = read_bytes

    def waiting(self, known: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Names and stamps of the files that are new or changed since these stamps, oldest first."""
        found = self._files()
        if found is None:
            return () if known.get(self._place.name) == ABSENT else ((self._place.name, ABSENT),)
        changed = [(when, name, mark) for when, name, mark in found if known.get(name) != mark]
        return tuple((name, mark) for _, name, mark in sorted(changed))

    def _files(self) -> list[tuple[int, str, str]] | None:
        try:
            names = sorted(path.name for path in self._place.iterdir()) if self._place.is_dir() else [self._place.name]
        except OSError:
            return None
        marked = [(name, status) for name in names if self._taken(name) and (status := _stamp(self._path(name)))]
        if not marked and not self._place.is_dir():
            return None
        return [(status[0], name, "-".join(map(str, status))) for name, status in marked]

    def _taken(self, name: str) -> bool:
        """Whether a file of this name is a statement: finished, not hidden, and inside the folder."""
        if not self._place.is_dir():
            return True
        low = name.lower()
        if low.startswith((".", "~")) or low.endswith(UNFINISHED) or low in BESIDE:
            return False
        try:
            return self._path(name).resolve(strict=True).is_relative_to(self._place.resolve(strict=True))
        except (OSError, RuntimeError):
            return False

    def _path(self, name: str) -> Path:
        return self._place / name if self._place.is_dir() else self._place

    def read(self, name: str) -> Statements:
        """One of those files; a problem with the text WRITING where it is still being written."""
        path = self._path(name)
        if name != Path(name).name or not self._taken(name):
            return _problem(name, "it is no statement in the folder of [payments]; put the file itself there.")
        before = _stamp(path)
        if before is None:
            return _problem(name, "there is no such file; put it there, or correct its place in [payments].")
        if before[1] > LARGEST:
            return Statements(problems=(too_large(name),))
        try:
            content = self._read_bytes(path)
        except OSError as error:
            sentence = f"it cannot be read ({error.strerror}); give the daemon's account the right to read it."
            return _problem(name, sentence)
        if _stamp(path) != before or len(content) != before[1]:
            return _problem(name, WRITING)
        return self._reader.read(name, content)


def _problem(name: str, sentence: str) -> Statements:
    return Statements(problems=(Problem(name, sentence),))


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when the file does; None where there is no plain file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino) if stat.S_ISREG(status.st_mode) else None
