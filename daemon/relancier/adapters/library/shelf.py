"""Where a language's file lies: in the user's folder, else, for what only the program needs, beside the program.

A new version writes new notes, and messages that no plan names: an installation whose templates were copied before has
them all the same.
"""

from dataclasses import dataclass
from pathlib import Path

TO_COLLEAGUES = frozenset({"task", "call", "digest"})
OF_THE_PROGRAM = frozenset({"follow-up", "rejected", "recap", "instalments", "instalment", "thank-you"})
"""Messages to customers that the program chooses where a plan names none."""


def is_for_team(name: str) -> bool:
    """Whether a template writes to colleagues rather than to a customer."""
    return name in TO_COLLEAGUES or name.startswith("note-")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The user's folder of templates, and the shipped one to fall back on, if any."""

    own: Path
    spare: Path | None = None

    def file(self, language: str, name: str) -> Path:
        """A file of a language; where the user lacks a part or one that the program chooses, the shipped one."""
        own = self.own / language / name
        if self.spare is None or own.exists() or not _may_be_lacking(name):
            return own
        spare = self.spare / language / name
        return spare if spare.exists() else own

    def shared(self, name: str) -> Path:
        """A file of all languages; the shipped one where the user has none."""
        own = self.own / name
        return own if self.spare is None or own.exists() else self.spare / name

    def words(self, language: str, name: str) -> tuple[Path, ...]:
        """The files of a language's words: the user's, then the shipped one for words that it lacks."""
        own = self.own / language / name
        spare = self.spare / language / name if self.spare is not None else own
        return (own, spare) if spare.exists() and spare != own else (own,)


def _may_be_lacking(name: str) -> bool:
    bare = name.removesuffix(".txt")
    return name.startswith("_") or is_for_team(bare) or bare in OF_THE_PROGRAM
