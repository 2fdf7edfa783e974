"""`report`: what is late and since when, how long customers take to pay, what each step brings, in one HTML file."""

from pathlib import Path

import click

from relancier import wiring
from relancier.cli.ending import Asked, Stop
from relancier.cli.office import Office, Picture
from relancier.cli.showing import say
from relancier.cli.states import reading
from relancier.core.overviews.measures import Followed
from relancier.core.overviews.report import report as make_report
from relancier.loop import clock
from relancier.ports import Store

FILE = Path("relancier-report.html")


@click.command
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), default=FILE, metavar="FILE.html", show_default=True,
    help="Where to write; a file of that name is replaced.",
)  # fmt: skip
@click.pass_obj
def report(asked: Asked, output: Path) -> None:
    """Write the report: one HTML file that any browser shows, with nothing else beside it."""
    office = Office.at(asked)
    office.insist()
    with reading(office.config.state.folder) as state:
        picture = Picture.of(office, state)
        followed = [_followed(case_key, picture.store, state) for case_key in sorted(picture.store.case_keys())]
    setup, name = office.setup, office.config.company.name
    made = make_report(filter(None, followed), setup.plans, setup.calendar, clock(), name)
    page = wiring.library(office.config).report(made, office.config.company.language)
    try:
        output.write_text(page, "utf-8")
    except OSError as error:
        raise Stop(f"{output} cannot be written ({error.strerror}): name another file with --output.") from None
    say(f"Written: {output}")


def _followed(key: str, picture: Store, state: Store | None) -> Followed | None:
    case = picture.case(key)
    return Followed(case, state.events(key) if state is not None else ()) if case is not None else None
