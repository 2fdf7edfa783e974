"""`demo`: everything, on a mail server of its own."""

from pathlib import Path

import click

from relancier.cli.ending import Stop

try:
    from relancier.demo import run
except ModuleNotFoundError as error:
    if (error.name or "").startswith("relancier"):
        raise
    MISSING = error.name
else:
    MISSING = None


@click.command
@click.option("--keep", is_flag=True, help="Leave the mail server up, for a mail program, until Ctrl-C.")
@click.option("--output", metavar="DIR", type=click.Path(path_type=Path), help="Where the messages go.")
@click.option(
    "--svg", metavar="FILE", type=click.Path(path_type=Path), help="Also write a recording, as for the README."
)
def demo(keep: bool, output: Path | None, svg: Path | None) -> int:
    """Play two months in seconds: the real daemon, an embedded mail server, customers who pay, answer, or do not."""
    if MISSING:
        raise Stop(
            f"The demo's mail server is not installed ({MISSING} is missing): run `pip install 'relancier[demo]'`."
        )
    return run(keep, output, svg)
