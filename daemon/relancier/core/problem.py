"""What is wrong in a file that a person wrote: a value in a list, so that all mistakes are shown at once."""

from dataclasses import dataclass

# What a reader says of a file that somebody writes to at that moment: no alarm, it is read again.
WRITING = "the file is still being written; it is read again when that has ended."


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands and one sentence that says what to do.

    `where` is a file name or a file name and a key path (`config.toml: mailbox.imap.port`).
    `warning` marks what may stay as it is: `check` shows it, nothing is refused for it.
    """

    where: str
    text: str
    line: int | None = None
    warning: bool = False

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}" if self.line is not None else self.where
        return f"{place}: {self.text}"
