"""What `check` says of where invoices and payments come from, beside the invoice file itself."""

from collections.abc import Iterator

from relancier import wiring
from relancier.config import Config
from relancier.core.problem import WRITING, Problem
from relancier.work.paid.statements import our_account
from relancier.work.setup import Setup

MOST_READ = 60  # statements, the newest: a folder may hold those of years


def feeding(config: Config, setup: Setup) -> Iterator[Problem]:
    """What is missing or cannot be read of the ways by which invoices and payments are known."""
    invoices, payments = config.invoices, config.payments
    if not invoices.has_books and not invoices.from_sent:
        text = "no file, no query and from_sent = false: only what `relancier import` brings is chased."
        yield Problem("config.toml: invoices", text, warning=True)
    elif not invoices.has_books and not payments.awaited:
        text = "nobody knows what was paid of the invoices in Sent, so that their reminders wait; set payments.file."
        yield Problem("config.toml: payments", text, warning=True)
    if payments.senders and not config.mailbox.authserv_id:
        text = "nothing proves that a statement was mailed by a bank; name your mail server in mailbox.authserv_id."
        yield Problem("config.toml: payments.senders", text, warning=True)
    yield from _statements(config, setup)


def _statements(config: Config, setup: Setup) -> Iterator[Problem]:
    """The statements that are laid down: none, or what is wrong with them."""
    source = wiring.statement_source(config)
    if source is None:
        return
    files = source.waiting({})
    if not files:
        yield Problem("config.toml: payments.file", "no statement lies there yet: nothing is sent.", warning=True)
    for name, _ in files[-MOST_READ:]:
        found = source.read(name)
        yield from (one for one in found.problems if one.text != WRITING)
        for account in dict.fromkeys(one.account for one in found.found):
            if not our_account(account, setup):
                text = f"the account …{account[-4:]} is none of [payments] accounts; add it there, or take it away."
                yield Problem(name, text)
