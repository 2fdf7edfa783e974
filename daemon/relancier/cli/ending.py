"""How a command ends: its exit status, and the one sentence on standard error that says what to do next."""

import re
from collections.abc import Sequence
from typing import Protocol

import click

from relancier.core.problem import Problem

DONE = 0
REFUSED = 1
WRONG_USE = 2
TRY_LATER = 75
UNUSABLE = 78
MOST_TOLD = 20
# What a terminal would obey rather than show; the words of strangers stand in what we print.
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class Asked(Protocol):
    """What stood before the command's name."""

    @property
    def config(self) -> str | None: ...

    @property
    def debug(self) -> bool: ...


class Stop(Exception):  # noqa: N818 - named after the situation
    """The command ends here: a sentence for the person, and the exit status."""

    def __init__(self, text: str, status: int = REFUSED) -> None:
        super().__init__(text)
        self.status = status


def plain(text: str) -> str:
    """One line that is safe to print."""
    return _OBEYED.sub(" ", text)


def tell(text: str) -> None:
    """Prints one line on standard error."""
    click.echo(plain(text), err=True)


def first_of(problems: Sequence[Problem]) -> str:
    """The first error of several, and how many more there are."""
    errors = [problem for problem in problems if not problem.warning]
    more = f" ({len(errors) - 1} more: `relancier check` lists all.)" if len(errors) > 1 else ""
    return f"{errors[0]}{more}"
