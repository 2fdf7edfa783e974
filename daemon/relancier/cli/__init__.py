"""The command line: `main` runs one command and ends with its exit status (0, 1, 2, 75 or 78).

A command's module is imported when the command is called, so that none waits for the libraries of another.
"""

import gc
import importlib
import io
import logging
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NamedTuple, NoReturn, cast

import click

from relancier import __version__
from relancier.cli import logs
from relancier.cli.ending import DONE, REFUSED, TRY_LATER, WRONG_USE, Stop, tell
from relancier.ports import StoreBusy, StoreFailed

log = logging.getLogger("relancier")


class Place(NamedTuple):
    """Where a command is, and its line in the help."""

    module: str
    name: str
    help: str


COMMANDS = {
    "init": Place("starting", "init", "Write the files of a new installation, ready to edit."),
    "check": Place("checking", "check", "Tell every mistake in the files, then log in to the servers."),
    "forecast": Place("forecasting", "forecast", "Show who will get what, when, and who gets nothing and why."),
    "preview": Place("previewing", "preview", "Write a message exactly as it would be sent."),
    "confirm": Place("confirming", "confirm", "Show what will leave in the coming week, and let it leave."),
    "run": Place("running", "run", "Run the daemon."),
    "status": Place("status", "status", "Show the tracking table, or one invoice's history."),
    "explain": Place("explaining", "explain", "Tell how messages would be read."),
    "hold": Place("orders", "hold", "Stop all sending."),
    "release": Place("orders", "release", "Go on sending after a hold."),
    "sent": Place("orders", "sent", "Say that an uncertain message went out."),
    "resend": Place("orders", "resend", "Say that an uncertain message did not go out."),
    "pause": Place("orders", "pause", "Stop chasing an invoice for now."),
    "resume": Place("orders", "resume", "Go on chasing an invoice."),
    "promise": Place("orders", "promise", "Record the day on which the customer will pay."),
    "instalments": Place("agreeing", "instalments", "Record an instalment plan."),
    "rejected": Place("agreeing", "rejected", "Record that a direct debit, a bill or a cheque came back."),
    "insolvent": Place("agreeing", "insolvent", "Record a customer's insolvency."),
    "done": Place("agreeing", "done", "Record that a colleague's task is done."),
    "dispute": Place("orders", "dispute", "Record that the customer disputes an invoice."),
    "balance": Place("orders", "balance", "Go on chasing what is not disputed of an invoice."),
    "paid": Place("orders", "paid", "Record a payment."),
    "open": Place("offering", "take_up", "Follow an invoice that came by mail and waits for a person."),
    "ignore": Place("offering", "ignore", "Do not follow such an invoice."),
    "close": Place("orders", "close", "Stop chasing an invoice for good."),
    "plan": Place("orders", "plan", "Start another plan for an invoice, today."),
    "silence": Place("orders", "silence", "Start the plan for a customer who never answers, today."),
    "called": Place("recording", "called", "Record a call to the customer."),
    "chased": Place("recording", "chased", "Record a reminder that was made elsewhere."),
    "posted": Place("recording", "posted", "Record that a letter was posted."),
    "letter": Place("recording", "letter", "Record what became of a letter."),
    "contact": Place("recording", "contact", "Change whom a customer's messages go to."),
    "import": Place("importing", "import_files", "Take up invoices, customers or payments from files, all or nothing."),
    "report": Place("reporting", "report", "Write the report: what is late, how long payment takes, what helps."),
    "dossier": Place("dossier", "dossier", "Write everything about an invoice into one file, for a lawyer."),
    "forget": Place("forgetting", "forget", "Export all about a customer, then remove it."),
    "demo": Place("playing", "demo", "Play everything on an embedded mail server, in under a minute."),
    "backup": Place("backing", "backup", "Copy the state into a file, while the daemon runs."),
}


def _imported(name: str) -> ModuleType:
    """A command's module; the collector looks neither meanwhile nor ever after at what stays until the end."""
    if name not in sys.modules:
        gc.disable()  # a tenth of the time
        try:
            importlib.import_module(name)
        finally:
            gc.freeze()
            gc.enable()
    return sys.modules[name]


class LazyGroup(click.Group):
    """The commands by name; each is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        return cast("click.Command", getattr(_imported(f"{__name__}.{place.module}"), place.name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=list(COMMANDS), ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - likewise
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.help) for name, place in COMMANDS.items()])


class Call(NamedTuple):
    """What stands before the command's name."""

    config: str | None = None
    debug: bool = False


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", metavar="FILE", help="The configuration; else $RELANCIER_CONFIG, ./config.toml, /etc/….")
@click.option("--debug", is_flag=True, help="Log everything on standard error, tracebacks too.")
@click.version_option(__version__, prog_name="relancier", message="%(prog)s %(version)s")
@click.pass_context
def relancier(ctx: click.Context, config: str | None, debug: bool) -> None:
    """Payment reminders from a shared mailbox, stopped by the first answer."""
    ctx.obj = Call(config, debug)
    if debug:
        logs.show(logging.DEBUG, os.environ)


def main() -> NoReturn:
    """Runs the command that was typed and exits with its status."""
    status = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Runs one command and gives its exit status; whatever goes wrong is one sentence on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    logs.hide()
    try:
        result = relancier.main([*arguments], prog_name="relancier", standalone_mode=False)
        sys.stdout.flush()
    except (Stop, click.exceptions.Abort, click.ClickException, StoreBusy, StoreFailed, BrokenPipeError) as ending:
        return _ended(ending)
    except Exception as error:
        log.error("unexpected", exc_info=error)  # noqa: TRY400 - shown only where a log is
        tell(f"Something unexpected happened ({type(error).__name__}): run it again with --debug and report that.")
        return REFUSED
    return result if isinstance(result, int) else DONE


def _ended(ending: BaseException) -> int:
    """Tells why a command ended before its end; gives the exit status."""
    match ending:
        case Stop():
            tell(str(ending))
            return ending.status
        case click.exceptions.NoArgsIsHelpError():
            click.echo(ending.format_message(), err=True)
            return WRONG_USE
        case click.ClickException():
            tell(_wrong_use(ending))
            return WRONG_USE
        case StoreBusy():
            tell(str(ending))
            return TRY_LATER
        case BrokenPipeError():
            pass  # nobody reads on
        case click.exceptions.Abort():
            tell("Stopped; nothing more was done.")
        case _:
            tell(str(ending))
    return REFUSED


def _wrong_use(error: click.ClickException) -> str:
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "relancier"
    return f"{error.format_message()} `{path} --help` says what it takes."
