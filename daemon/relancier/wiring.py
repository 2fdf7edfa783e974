"""Names in the configuration into classes: the one place that knows which adapter stands behind which port."""

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from relancier.adapters.einvoice.caged import CagedReader
from relancier.adapters.flufl import FluflBounces
from relancier.adapters.imap import FolderNames, ImapLogin, ImapMailbox
from relancier.adapters.invoices import AskedInvoices, GivenTable, InvoiceFile, Workbooks
from relancier.adapters.library import FileLibrary
from relancier.adapters.no_books import NoBooks
from relancier.adapters.oauth2 import Client, Consent, Tokens
from relancier.adapters.printing import NoPrinter, printer
from relancier.adapters.public_holidays import public_holidays
from relancier.adapters.qr import QrCodes
from relancier.adapters.rates import load_rates
from relancier.adapters.shipped import shipped
from relancier.adapters.sms import Gateway, SmsChannel
from relancier.adapters.smtp import SmtpChannel, SmtpLogin
from relancier.adapters.sql import Unaskable, query
from relancier.adapters.statements import BankStatements, StatementFolder
from relancier.adapters.store import open_store
from relancier.config import (
    Config,
    SecretRefused,
    load,
    read_database,
    read_key,
    read_oauth2,
    read_secret,
    read_sms_token,
    secrets_trouble,
)
from relancier.core.money import Rates
from relancier.core.problem import Problem
from relancier.core.reading.reply import normalise
from relancier.core.workdays import Calendar
from relancier.loop import Parts, clock
from relancier.ports import Channel, Library, Mailbox, Printer, Source, StatementSource, Store, Wake
from relancier.work.alarm import Alarm
from relancier.work.archive.keeping import Keeping
from relancier.work.books.sync import Books
from relancier.work.einvoices.papers import Papers
from relancier.work.inbox.intake import Intake
from relancier.work.inbox.watch import Watch
from relancier.work.morning.day import Gatherer
from relancier.work.morning.digest import Morning
from relancier.work.morning.monthly import Monthly
from relancier.work.paid.payments import Payments
from relancier.work.sending.copies import Copies
from relancier.work.sending.deliver import Deliver
from relancier.work.sending.escalate import Escalate
from relancier.work.sending.gates import Gates
from relancier.work.sending.notes import Notes
from relancier.work.sending.proposals import Proposals
from relancier.work.sending.shown import Accounts
from relancier.work.setup import Setup
from relancier.work.writing.render import Renderer

log = logging.getLogger("relancier")
YEARS_BACK, YEARS_AHEAD = 6, 4
NEWEST_CONSENT = "oauth2.refresh"  # in the state folder, the only place where the daemon may write


def calendar(config: Config, today: datetime) -> Calendar:
    """The company's working days and sending hours, some years either way."""
    sending, zone = config.sending, config.company.zone
    years = range(today.year - YEARS_BACK, today.year + YEARS_AHEAD)
    return Calendar(
        days=sending.days,
        hours=sending.hours,
        zone=zone,
        holidays=public_holidays(sending.holidays, years),
        closed=sending.closed,
        quiet=sending.quiet,
    )


def library(config: Config, checked: Path | None = None) -> FileLibrary:
    return FileLibrary(config.templates.folder, config.plans.folder, checked=checked, spare=shipped("templates"))


def source(
    config: Config, environ: Mapping[str, str] | None = None, clock: Callable[[], datetime] | None = None
) -> Source:
    """Where the books come from; with a clock, a file that somebody is writing is waited for."""
    if config.invoices.query:
        return _asked(config, os.environ if environ is None else environ)
    if config.invoices.file is None:
        return NoBooks()
    return InvoiceFile(
        config.invoices.file,
        config.invoices.customers,
        config.invoices.columns.given(),
        language=config.company.language,
        own_addresses={config.mailbox.address.lower()},
        reads=config.invoices.folder_reads,
        clock=clock,
    )


def statements(config: Config) -> BankStatements:
    """What reads bank statements, wherever they come from."""
    return BankStatements(config.payments.columns.given(), config.payments.accounts, Workbooks())


def statement_source(config: Config) -> StatementSource | None:
    """Where statements are laid down, if anywhere."""
    place = config.payments.file
    return None if place is None else StatementFolder(place, statements(config))


def tables(config: Config) -> GivenTable:
    """What reads a spreadsheet that is given once; customers without a language are completed later."""
    return GivenTable(config.invoices.columns.given(), own_addresses={config.mailbox.address.lower()})


def _asked(config: Config, environ: Mapping[str, str]) -> AskedInvoices:
    invoices = config.invoices
    password, problem = read_database(invoices, environ)
    return AskedInvoices(
        Unaskable(str(problem)) if problem else query(invoices.database, invoices.query, password),
        invoices.customers,
        invoices.columns.given(),
        language=config.company.language,
        own_addresses={config.mailbox.address.lower()},
        zone=config.company.zone,
    )


def store(config: Config, *, exclusive: bool) -> Store:
    """The state. Raises StoreBusy, StoreFailed."""
    return open_store(config.state.folder, normalise, exclusive=exclusive)


def tokens(
    config: Config, environ: Mapping[str, str], learned: Callable[[Iterable[str]], None] = lambda _: None
) -> Tokens | None:
    """Access tokens for both logins, where one of them wants any. Raises SecretRefused."""
    oauth2 = config.mailbox.oauth2
    if not config.mailbox.wants_tokens:
        return None
    client_secret, refresh_token, problems = read_oauth2(oauth2, environ)
    if problems:
        raise SecretRefused(f"mailbox.oauth2.{problems[0]}")
    client = Client(
        url=oauth2.endpoint,
        client_id=oauth2.client_id,
        secret=client_secret,
        scope=oauth2.asked_scope,
        ca_file=str(oauth2.ca_file or ""),
    )
    consent = Consent(refresh_token, config.state.folder / NEWEST_CONSENT) if oauth2.refreshes else None
    return Tokens(client, consent, learned=learned)


def mailbox(config: Config, environ: Mapping[str, str], given: Tokens | None = None) -> ImapMailbox:
    """The shared mailbox; `given` are the tokens that its channel uses, too. Raises SecretRefused."""
    imap, folders = config.mailbox.imap, config.mailbox.folders
    password = _password(read_secret(imap, environ))
    source = (given or tokens(config, environ)) if imap.auth == "oauth2" else None
    login = ImapLogin(
        host=imap.host,
        port=imap.port,
        security=imap.security,
        user=imap.user,
        password=password,
        ca_file=str(imap.ca_file or ""),
        token=source.get if source else None,
        fresh=source.instead_of if source else None,
    )
    return ImapMailbox(login, FolderNames(folders.sent, folders.drafts, folders.junk, folders.trash, folders.ignore))


def channel(config: Config, environ: Mapping[str, str], given: Tokens | None = None) -> SmtpChannel:
    """The way out; `given` are the tokens that its mailbox uses, too. Raises SecretRefused."""
    smtp = config.mailbox.smtp
    password = _password(read_secret(smtp, environ))
    source = (given or tokens(config, environ)) if smtp.auth == "oauth2" else None
    login = SmtpLogin(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        user=smtp.user,
        password=password,
        ca_file=str(smtp.ca_file or ""),
        local_hostname=config.mailbox.address.rpartition("@")[2],
        token=source.get if source else None,
        fresh=source.instead_of if source else None,
    )
    return SmtpChannel(login)


def sms(config: Config, environ: Mapping[str, str]) -> SmsChannel | None:
    """The gateway by its web address, where one is named. Raises SecretRefused."""
    table = config.sms
    if not table.url:
        return None
    gateway = Gateway(
        url=table.url,
        form=table.format == "form",
        phone_field=table.phone_field,
        text_field=table.text_field,
        more=table.more,
        token=_password(read_sms_token(table, environ)),
        header=table.header,
        prefix=table.prefix,
        ca_file=str(table.ca_file or ""),
    )
    return SmsChannel(gateway)


def _password(found: tuple[str, Problem | None]) -> str:
    password, problem = found
    if problem is not None:
        raise SecretRefused(str(problem))
    return password


def make_setup(
    config: Config, environ: Mapping[str, str], *, checked: Path | None = None
) -> tuple[Setup | None, tuple[Problem, ...]]:
    """What the work needs from configuration, plans, templates, key and rates; or every problem at once.

    Templates and plans without fault are remembered in `checked` and then not tried again until one of them changes;
    with anything else wrong, nothing is written.
    """
    setup, found = readable_setup(config)
    others = (*found, *secrets_trouble(config, environ))
    sound = all(problem.warning for problem in others)
    problems = (*others, *library(config, checked if sound else None).problems())
    if any(not problem.warning for problem in problems):
        return None, problems
    return replace(setup, key=read_key(config.mailbox.key_file)), problems


def readable_setup(config: Config) -> tuple[Setup, tuple[Problem, ...]]:
    """What planning and showing need, as far as it can be read, and what is wrong with it; no key, no password."""
    shelf = library(config)
    plans, found = shelf.plans()
    if config.plans.default not in plans:
        found = (*found, Problem("config.toml: plans.default", f"There is no plan called {config.plans.default!r}."))
    days, trouble = _calendar(config)
    rates, more = _rates(config)
    setup = Setup(
        config=config,
        plans=plans,
        calendar=days,
        key=b"",
        rates=rates,
        languages=shelf.languages(),
        bounces=FluflBounces(),
        tables=tables(config),
        papers=CagedReader(),
        statements=statements(config),
    )
    return setup, (*found, *trouble, *more)


def _rates(config: Config) -> tuple[Rates, tuple[Problem, ...]]:
    """The official rates; only the shipped ones where the administrator's own file cannot be used."""
    try:
        return load_rates(config.late_interest.rates_file), ()
    except (OSError, ValueError) as error:
        text = f"{error.strerror}: correct its path." if isinstance(error, OSError) else str(error)
        where = f"config.toml: late_interest.rates_file {config.late_interest.rates_file}"
        return load_rates(), (Problem(where, text),)


def _calendar(config: Config) -> tuple[Calendar, tuple[Problem, ...]]:
    """The calendar; one without holidays where the configuration names a region that is not known."""
    now = clock()
    try:
        return calendar(config, now), ()
    except ValueError as error:
        without = config.sending.model_copy(update={"holidays": ""})
        bare = calendar(config.model_copy(update={"sending": without}), now)
        return bare, (Problem("config.toml: sending.holidays", str(error)),)


@dataclass(slots=True)
class Holder:
    """The setup in force; a reload replaces it whole, and only by a good one."""

    setup: Setup
    path: Path
    environ: Mapping[str, str]

    def current(self) -> Setup:
        return self.setup

    def reload(self) -> tuple[Problem, ...]:
        """Reads the configuration, plans and templates again; with problems the old ones stay in force."""
        config, problems = load(self.path)
        if config is None:
            return problems
        moved = _needs_restart(self.setup.config, config)
        setup, more = make_setup(config, self.environ)
        if setup is not None and not moved:
            self.setup = setup
        return (*problems, *more, *moved)


def _kept(config: Config) -> tuple[object, ...]:
    payments = (config.payments.file, config.payments.columns, config.payments.accounts)
    folders = (config.state.folder, config.plans.folder, config.templates.folder)
    return (config.mailbox, config.sms, config.invoices, *payments, *folders)


def _needs_restart(old: Config, new: Config) -> tuple[Problem, ...]:
    """What a reload cannot change: another mailbox or state is another daemon."""
    if _kept(old) == _kept(new):
        return ()
    text = "Another mailbox, SMS gateway, state folder or file place needs a restart: systemctl restart relancier."
    return (Problem("config.toml", text),)


@dataclass(frozen=True, slots=True)
class World:
    """The adapters that a daemon works with."""

    store: Store
    mailbox: Mailbox
    channel: Channel
    library: Library
    source: Source
    sms: Channel | None = None
    statements: StatementSource | None = None


def assemble(world: World, holder: Holder, wake: Wake) -> Parts:
    """The parts of a tick around these adapters."""
    setup: Callable[[], Setup] = holder.current
    intake = Intake(world.mailbox, world.store, setup)
    books = Books(world.source, world.store, setup, Payments(world.statements, world.store, setup))
    copies = Copies(world.mailbox, intake, world.store, setup)
    renderer = rendering(world.store, world.library, setup)
    gates = Gates(world.store, setup)
    notes = Notes(world.channel, copies, renderer, gates, world.store, setup, wake.now)
    accounts = Accounts(world.store, setup, renderer.read)
    papers = Papers(world.mailbox, world.store, setup, accounts)
    proposals = Proposals(world.mailbox, intake, books, renderer, world.store, setup, gates)
    deliver = Deliver(
        channel=world.channel,
        intake=intake,
        books=books,
        copies=copies,
        renderer=renderer,
        notes=notes,
        proposals=proposals,
        store=world.store,
        setup=setup,
        clock=wake.now,
        gates=gates,
        sms=world.sms,
        papers=papers,
        accounts=accounts,
    )
    gatherer = Gatherer(world.store, books, gates, renderer, setup)
    report = Monthly(world.store, world.library, setup)
    morning = Morning(world.store, world.library, gatherer, setup, report)
    return Parts(
        store=world.store,
        mailbox=world.mailbox,
        channel=world.channel,
        intake=intake,
        watch=Watch(world.mailbox, intake, world.store, setup),
        papers=papers,
        accounts=accounts,
        escalate=Escalate(world.store, books, setup),
        deliver=deliver,
        copies=copies,
        keeping=Keeping(world.mailbox, world.store, setup),
        alarm=Alarm(world.channel, world.library, setup),
        morning=morning,
        setup=setup,
        reload=holder.reload,
    )


def printing() -> Printer | None:
    """What prints letters, where the extra is installed."""
    return None if isinstance(printer, NoPrinter) else printer


def rendering(store: Store, library: Library, setup: Callable[[], Setup]) -> Renderer:
    """What makes messages, with everything that they may hold."""
    return Renderer(store, library, setup, _read_file, printing(), QrCodes())


def _read_file(path: str) -> bytes:
    return Path(path).read_bytes()


def environment() -> Mapping[str, str]:
    return os.environ
