"""`run`, the daemon."""

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress

import click

from relancier import __version__, wiring
from relancier.adapters.notify import Notifier
from relancier.adapters.scheduled_wake import ScheduledWake
from relancier.cli import logs
from relancier.cli.configured import configuration
from relancier.cli.ending import DONE, MOST_TOLD, TRY_LATER, UNUSABLE, Asked, Stop, first_of
from relancier.config import Config, SecretRefused, read_database, read_key, read_oauth2, read_secret, read_sms_token
from relancier.loop import LAST_TICK, Loop, clock
from relancier.ports import Store
from relancier.work.setup import Setup

log = logging.getLogger("relancier")


@click.command
@click.option("--once", is_flag=True, help="One tick: read, escalate, deliver; then end.")
@click.pass_obj
def run(asked: Asked, once: bool) -> int:
    """Run the daemon: read the mailbox, send what is due, until told to stop."""
    lines = logs.show(logging.DEBUG if asked.debug else logging.INFO, os.environ)
    path, config = configuration(asked)
    lines.secrets = secrets(config, os.environ)
    setup = usable(config, os.environ)
    with closing(wiring.store(config, exclusive=True)) as store:
        log.info("started", extra={"version": __version__, "state": str(config.state.folder)})
        good = asyncio.run(daemon(wiring.Holder(setup, path, os.environ), store, once=once, learned=lines.learn))
        if once and not good:
            raise Stop(f"The tick did not go through: {why_it_waits(store)}", TRY_LATER)
    log.info("stopped")
    return DONE


def usable(config: Config, environ: Mapping[str, str]) -> Setup:
    """All that sending needs; a mistake in plans, templates or secrets ends the command."""
    setup, problems = wiring.make_setup(config, environ, checked=config.state.folder / "templates.checked")
    if setup is None:
        for problem in problems[:MOST_TOLD]:
            log.error("unusable", extra={"problem": str(problem)})
        raise Stop(first_of(problems), UNUSABLE)
    return setup


async def daemon(
    holder: wiring.Holder,
    store: Store,
    *,
    once: bool,
    telling: bool = True,
    learned: Callable[[Iterable[str]], None] = lambda _: None,
) -> bool:
    """Ticks on this state; True when the last tick went through. `learned` hears of every access token in use.

    Not `telling`: what is to be told to the team waits for the next tick.
    """
    config, environ = holder.setup.config, holder.environ
    try:
        tokens = wiring.tokens(config, environ, learned)
        mailbox, channel = wiring.mailbox(config, environ, tokens), wiring.channel(config, environ, tokens)
        sms = wiring.sms(config, environ)
    except SecretRefused as refusal:
        raise Stop(str(refusal), UNUSABLE) from None
    books, statements = wiring.source(config, environ, clock), wiring.statement_source(config)
    world = wiring.World(store, mailbox, channel, wiring.library(config), books, sms, statements)
    wake = ScheduledWake(clock)
    parts = wiring.assemble(world, holder, wake)
    return await Loop(parts, wake, Notifier(environ), telling=telling).run(once=once)


def why_it_waits(store: Store) -> str:
    """What the last tick said, as a sentence."""
    facts = store.setting(LAST_TICK)
    reason = str(facts.get("reason", "")) if isinstance(facts, dict) else ""
    return f"{reason.rstrip('.')}." if reason else "the log says more."


def secrets(config: Config, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Every form of the passwords, of what stands behind access tokens and of the key, for the log to leave out."""
    found: list[str] = []
    client_secret, refresh_token, _ = read_oauth2(config.mailbox.oauth2, environ)
    sms_token, _ = read_sms_token(config.sms, environ)
    database, _ = read_database(config.invoices, environ)
    found += logs.forms(*(one for one in (client_secret, refresh_token, sms_token, database) if one))
    for login in (config.mailbox.imap, config.mailbox.smtp):
        password, _ = read_secret(login, environ)
        if password:
            found += logs.forms(password, user=login.user)
    with suppress(SecretRefused):
        found += logs.forms(read_key(config.mailbox.key_file))
    return tuple(sorted(set(found), key=len, reverse=True))
