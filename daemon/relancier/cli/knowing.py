"""What a message is explained against where there is a configuration: its state, else its invoice file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from relancier import wiring
from relancier.cli.ending import UNUSABLE, Asked, Stop, first_of, tell
from relancier.cli.ground import Ground
from relancier.cli.states import reading
from relancier.config import Config, SecretRefused, find, load, read_key
from relancier.core.history import open_case
from relancier.core.reading.fresh import FreshCases
from relancier.core.reading.reply import Context


@contextmanager
def configured(asked: Asked, folder: str) -> Iterator[Ground]:
    """What the configuration says of us, and what its state or its invoice file knows; a mistake in it ends here."""
    config, problems = load(find(asked.config, os.environ))
    if config is None:
        raise Stop(first_of(problems), UNUSABLE)
    with reading(config.state.folder) as state:
        known = state or _from_books(config)
        yield Ground(known, _context(config, folder), config.mailbox.authserv_id, config.company.zone)


def _from_books(config: Config) -> FreshCases:
    """The cases that the invoice file would open."""
    snapshot = wiring.source(config).read()
    for problem in snapshot.problems:
        if not problem.warning:
            tell(f"{problem} No case can match.")
            break
    at = snapshot.as_of
    return FreshCases(open_case(one, plan="", at=at, on=at.date()) for one in snapshot.invoices)


def _context(config: Config, folder: str) -> Context:
    try:
        key = read_key(config.mailbox.key_file)
    except SecretRefused as refusal:
        tell(f"{config.mailbox.key_file}: {refusal} Our own messages are not recognised.")
        key = b""
    return Context(
        own_address=config.mailbox.address.lower(),
        team=config.colleagues,
        key=key,
        folder_role=folder,
    )
