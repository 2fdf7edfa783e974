"""`init`: the files of a new installation."""

import shlex
from pathlib import Path

import click

from relancier.adapters.scaffold import write
from relancier.adapters.shipped import shipped
from relancier.cli.ending import Stop
from relancier.cli.showing import say

STEPS = (
    ("check", "tells every mistake, and whether the servers let us in"),
    ("forecast", "shows who would get what and when; sends nothing"),
    ("confirm", "reads the mailbox, shows what will leave, and asks"),
)


@click.command
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Write config.toml, plans, templates, invoices.csv and a key into DIR; nothing is overwritten."""
    try:
        written = write(folder, plans=shipped("plans"), templates=shipped("templates"))
    except OSError as error:
        place = error.filename or folder
        raise Stop(f"{place} cannot be written ({error.strerror}): name another folder, or mend this one.") from None
    for label, paths in (("Created", written.created), ("Kept as it was", written.kept)):
        for path in _summed(paths, folder):
            say(f"{label}: {path}")
    say()
    say(f"Now edit {folder / 'config.toml'}, then run, one after the other:")
    for command, what in STEPS:
        say(f"  relancier --config {shlex.quote(str(folder / 'config.toml'))} {command}   # {what}")


def _summed(paths: tuple[Path, ...], folder: Path) -> list[str]:
    """Files at the top by name, folders with the number of their files."""
    tops: dict[str, int] = {}
    for path in paths:
        top = path.relative_to(folder).parts[0]
        tops[top] = tops.get(top, 0) + 1
    return [
        f"{folder / top}" if (folder / top).is_file() else f"{folder / top}/ ({count} files)"
        for top, count in tops.items()
    ]
