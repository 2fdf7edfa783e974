"""Fixtures for tests that talk to Dovecot and Postfix: one host a run, mailboxes of its own for each test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers.mailhost import MailHost, unusable

_numbers = itertools.count(1)


class Accounts:
    """Mailboxes that no other test touches: `shared` is ours, `customer(name)` makes one of a customer."""

    def __init__(self, host: MailHost, number: int) -> None:
        self.host = host
        self.number = number
        self.domain = f"client{number}.test"
        self.shared = f"compta{number}@lumen.test"
        host.add(self.shared)

    def customer(self, name: str = "achats") -> str:
        """The address of a customer with a mailbox, in a domain of this test's own."""
        address = f"{name}@{self.domain}"
        self.host.add(address)
        return address

    @property
    def refused(self) -> str:
        """An address that Postfix refuses at RCPT (550 5.1.1)."""
        return f"inconnu@{self.domain}"

    @property
    def bouncing(self) -> str:
        """An address that is accepted, then comes back as a bounce."""
        return f"personne{self.number}@nulle-part.test"


@pytest.fixture(scope="session")
def mailhost() -> Iterator[MailHost]:
    """Dovecot and Postfix. Skips where they cannot run; fails instead with RELANCIER_REQUIRE_SERVERS=1."""
    reason = unusable()
    if reason and os.environ.get("RELANCIER_REQUIRE_SERVERS") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="relancier-", dir="/tmp"))  # short: socket names end at 107 characters
    try:
        with MailHost(folder) as host:
            yield host
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def accounts(mailhost: MailHost) -> Accounts:
    """Fresh mailboxes; the servers run again if an earlier test stopped one."""
    mailhost.start_delivery()
    mailhost.start_imap()
    mailhost.start_smtp()
    return Accounts(mailhost, next(_numbers))
