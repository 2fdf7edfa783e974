"""`import`: invoices, customers and payments from files that are given once; all of them, or none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from relancier.adapters.invoices import pdf
from relancier.adapters.invoices.table import LARGEST
from relancier.cli.ending import DONE, MOST_TOLD, REFUSED, Asked, tell
from relancier.cli.imported import show_found, show_results
from relancier.cli.office import Office, Picture, Writing
from relancier.cli.orders import new_order
from relancier.cli.showing import say
from relancier.cli.states import reading
from relancier.core.problem import Problem
from relancier.core.stored import Applied, Blob
from relancier.loop import clock
from relancier.work.books.given import Given, Understood, understand_all
from relancier.work.books.importing import IMPORT, Result, as_order, no_longer_needed, take_up
from relancier.work.records import Desk, blob
from relancier.work.setup import Setup


@click.command("import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what was understood, column by column, and what it would change.")
@click.pass_obj
def import_files(asked: Asked, files: tuple[Path, ...], dry_run: bool) -> int:
    """Take up invoices, customers or payments from files, all or nothing.

    Each file is recognised by its content: invoices or customers in CSV or XLSX, a bank statement, or an invoice with
    its data (Factur-X, UBL, CII). Importing the same file twice changes nothing.
    """
    office = Office.at(asked, key=True)
    office.insist()
    given, problems = _given(files, office.setup)
    read = [] if problems else understand_all(given, office.setup)
    found, pages = _with_pages(read, files)
    if dry_run:
        show_found(found)
    if _refused([*problems, *(problem for one in found for problem in one.problems)], len(files)):
        return REFUSED
    if dry_run:
        show_results(_rehearsed(found, office), done=False)
        say("Nothing was changed.")
        return DONE
    with office.writing() as desk:
        results, how = _taken_up(found, pages, desk)
    show_results(results, done=desk.alone)
    say(how)
    return DONE


def _refused(problems: Sequence[Problem], files: int) -> bool:
    """Tells what is wrong; whether anything is."""
    errors = [problem for problem in problems if not problem.warning]
    shown = errors or problems
    for problem in shown[:MOST_TOLD]:
        tell(f"{'problem' if errors else 'warning'}  {problem}")
    if len(shown) > MOST_TOLD:
        tell(f"{len(shown) - MOST_TOLD} more are not shown; mend these first.")
    if errors:
        others = " of any of the files" if files > 1 else ""
        tell(f"Nothing{others} was imported; mend this and import again.")
    return bool(errors)


# --- Reading the files ----------------------------------------------------------------------------------------------


def _given(files: Sequence[Path], setup: Setup) -> tuple[list[Given], list[Problem]]:
    """The files' bytes, with the day of each; or why they cannot be read."""
    found, problems = list[Given](), list[Problem]()
    for path in files:
        try:
            written = path.stat()
            text = "this is a folder; name the files in it." if path.is_dir() else _too_large(written.st_size)
            content = b"" if text else path.read_bytes()
        except OSError as error:
            text, content = f"the file cannot be read ({error.strerror}); correct its name or its rights.", b""
        if text:
            problems.append(Problem(str(path), text))
            continue
        on = min(setup.today(datetime.fromtimestamp(written.st_mtime, UTC)), setup.today(clock()))
        found.append(Given(path.name, content, on))
    return found, problems


def _too_large(size: int) -> str:
    return f"the file is larger than {LARGEST // 1_000_000} MB; split it." if size > LARGEST else ""


def _with_pages(read: Sequence[Understood], files: Sequence[Path]) -> tuple[list[Understood], list[Blob]]:
    """The files with the PDFs that they name, which lie below their folders and are kept in the state."""
    found, kept = list[Understood](), dict[str, Blob]()
    for one, path in zip(read, files, strict=False):
        pages, problems = _pages(one, path)
        kept |= {page.sha256: page for page in pages.values()}
        given = replace(one.given, pages={named: page.sha256 for named, page in pages.items()})
        found.append(replace(one, given=given, problems=(*one.problems, *problems)))
    return found, list(kept.values())


def _pages(one: Understood, path: Path) -> tuple[dict[str, Blob], list[Problem]]:
    folder, pages, problems = str(path.parent.resolve()), dict[str, Blob](), list[Problem]()
    for named, number in {invoice.pdf: invoice.number for invoice in one.listed.invoices if invoice.pdf}.items():
        try:
            pages[named] = blob(Path(pdf.checked(named, folder)).read_bytes())
        except (ValueError, OSError) as error:
            problems.append(Problem(path.name, f'the PDF "{named}" of {number} {error}'))
    return pages, problems


# --- Doing it -------------------------------------------------------------------------------------------------------


def _rehearsed(found: Sequence[Understood], office: Office) -> list[Result]:
    """What would become of the files: everything is done to a copy of the state in memory."""
    with reading(office.config.state.folder) as state:
        picture = Picture.of(office, state)
    return take_up(found, Desk.at(picture.store, office.setup, clock()), "rehearsed")


def _taken_up(found: Sequence[Understood], pages: Sequence[Blob], desk: Writing) -> tuple[list[Result], str]:
    """Takes the files up at once, or leaves them to the daemon; the order stands until all of it is done."""
    desk.prepare()
    files = [(one.given, blob(one.given.content)) for one in found]
    order = as_order(new_order(IMPORT, clock()), [(given, kept.sha256) for given, kept in files])
    if not desk.alone:
        results = _rehearsed(found, desk.office)
        desk.store.commit(order, *(kept for _, kept in files), *pages)
        return results, "The daemon will apply it before it sends anything."
    desk.store.commit(order, *(kept for _, kept in files), *pages)
    results = take_up(found, Desk.at(desk.store, desk.office.setup, clock()), order.id)
    desk.store.commit(*no_longer_needed(order, desk.store), Applied(order.id))
    desk.prepare()  # the mail read before is asked about what was opened
    return results, "Applied."
