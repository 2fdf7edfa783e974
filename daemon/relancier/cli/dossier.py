"""`dossier`: the legal file of an invoice, in one archive; it only reads the state."""

from datetime import date
from pathlib import Path

import click

from relancier.adapters.printing import printer
from relancier.adapters.store.files import publish, temporary
from relancier.cli.cases import Cases
from relancier.cli.ending import Asked, Stop, tell
from relancier.cli.office import Office
from relancier.cli.options import DAY, Choice, chosen
from relancier.cli.showing import say
from relancier.cli.states import reading
from relancier.loop import clock
from relancier.ports import Store
from relancier.work.archive.dossier import Archive, Maker

NO_STATE = "There is no state in {} yet: the daemon makes one when it first runs."


@click.command
@chosen(customer=False, note=False)
@click.option("--output", type=click.Path(path_type=Path), required=True, metavar="FILE.zip", help="Where to write.")
@click.option("--on", "on", type=DAY, metavar="DATE", help="The day of the figures; today when left out.")
@click.pass_obj
def dossier(asked: Asked, choice: Choice, output: Path, on: date | None) -> None:
    """Write everything about INVOICE into FILE.zip, for a lawyer: chronology, messages, letters, figures, hashes."""
    office = Office.at(asked)
    free(output)
    with reading(office.config.state.folder) as state:
        if state is None:
            raise Stop(NO_STATE.format(office.config.state.folder))
        cases = Cases(state).of(choice)
        made = maker(office, state).make(cases, on or office.setup.today(clock()))
    write(output, made)


def maker(office: Office, store: Store) -> Maker:
    """What makes archives of this state."""
    return Maker(store, office.setup, printer, lambda path: Path(path).read_bytes())


def free(path: Path) -> None:
    """Ends the command where something would be overwritten, or there is no such folder."""
    if path.exists():
        raise Stop(f"{path} exists already, and nothing is overwritten: choose another name.")
    if not path.parent.is_dir():
        raise Stop(f"There is no folder {path.parent}: make it, or name another file.")


def write(path: Path, made: Archive) -> None:
    """Writes the archive whole or not at all, readable by its owner only."""
    try:
        with temporary(path) as new:
            new.write_bytes(made.content)
            publish(new, path)
    except FileExistsError:
        raise Stop(f"{path} exists already, and nothing is overwritten: choose another name.") from None
    except OSError as error:
        raise Stop(f"{path} cannot be written ({error.strerror}): name another file with --output.") from None
    say(f"Written: {path}, {made.files} files.")
    for text in made.lacking:
        tell(f"Lacking: {text}")
