"""`backup`, a copy of the state."""

from pathlib import Path

import click

from relancier.cli.configured import configuration
from relancier.cli.ending import Asked, Stop
from relancier.cli.showing import say
from relancier.cli.states import reading


@click.command
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(asked: Asked, file: Path) -> None:
    """Write a consistent copy of the state into FILE, also while the daemon runs; nothing is overwritten."""
    _, config = configuration(asked)
    with reading(config.state.folder) as state:
        if state is None:
            raise Stop(f"There is no state in {config.state.folder} yet, so there is nothing to copy.")
        if not file.parent.is_dir():
            raise Stop(f"There is no folder {file.parent}: make it, or name another file.")
        try:
            state.backup(str(file))
        except FileExistsError:
            raise Stop(f"{file} exists already, and nothing is overwritten: choose another name.") from None
    say(f"Written: {file}. Keep it with the configuration folder, whose key it needs.")
