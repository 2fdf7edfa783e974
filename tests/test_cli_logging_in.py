"""`check` against Dovecot and Postfix by token, and what it says that no login shows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.running import installed
from tests.faults.test_oauth2 import by_token
from tests.servers.fixtures import Accounts
from tests.servers.token_endpoint import CONSENT, SECRET, TokenEndpoint
from tests.work.rig import OWN, config

from relancier.cli.logging_in import _advice


@pytest.fixture
def endpoint(accounts: Accounts) -> Iterator[TokenEndpoint]:
    with TokenEndpoint(accounts.shared) as running:
        yield running


def test_check_logs_in_with_one_token_on_both_sides(
    accounts: Accounts, tmp_path: Path, endpoint: TokenEndpoint
) -> None:
    outcome = by_token(installed(tmp_path / "etc", accounts, accounts.customer()), endpoint).run("check")
    assert outcome.status == 0, outcome.out
    assert re.findall(r"logged in as (\S+) with an access token", outcome.out) == [accounts.shared] * 2
    assert len(endpoint.asked) == 1


def test_check_says_on_both_sides_that_the_consent_has_ended(
    accounts: Accounts, tmp_path: Path, endpoint: TokenEndpoint
) -> None:
    endpoint.revoked = True
    outcome = by_token(installed(tmp_path / "etc", accounts, accounts.customer()), endpoint).run("check")
    assert outcome.status == 1
    assert re.search(
        r"^problem  IMAP .*AADSTS50173.*Mend \[mailbox.imap\] or \[mailbox.oauth2\]\.$", outcome.out, re.MULTILINE
    )
    assert re.search(r"^problem  SMTP .*AADSTS50173.*\(at auth\)\. Mend \[mailbox.smtp\] or", outcome.out, re.MULTILINE)
    assert re.search(r"^problem  IMAP [^ ]+: no access token:", outcome.out, re.MULTILINE)
    assert ". (at " not in outcome.out
    assert not [secret for secret in (SECRET, CONSENT) if secret in outcome.out + outcome.err]


def test_check_without_the_clients_secret_tries_neither_side(
    accounts: Accounts, tmp_path: Path, endpoint: TokenEndpoint
) -> None:
    desk = by_token(installed(tmp_path / "etc", accounts, accounts.customer()), endpoint)
    (desk.folder / "client").unlink()
    outcome = desk.run("check")
    assert outcome.status == 1
    assert "problem  mailbox.oauth2.client_secret_file" in outcome.out
    assert "IMAP: not tried, its client's secret or refresh token cannot be read." in outcome.out
    assert "SMTP: not tried, its client's secret or refresh token cannot be read." in outcome.out


@pytest.mark.parametrize(
    ("host", "user", "words"),
    [
        ("imap.lumen.test", OWN, None),
        ("imap.lumen.test", OWN.upper(), None),
        ("imap.lumen.test", "compta", None),
        ("imap.lumen.test", "claire@lumen.test", f"claire@lumen.test is not {OWN}: the login must open that mailbox"),
        ("Outlook.Office365.com", OWN, f"Set-Mailbox {OWN} -MessageCopyForSentAsEnabled $true"),
        ("outlook.office365.com", "claire@lumen.test", "-MessageCopyForSentAsEnabled $true"),
        ("office365.com.evil.test", OWN, None),
    ],
)
def test_where_a_delegates_copies_go_is_told(host: str, user: str, words: str | None) -> None:
    login = {"host": host, "user": user, "password_credential": "x"}
    told = list(_advice(config(mailbox={"imap": login, "smtp": login})))
    assert len(told) == (words is not None)
    assert words is None or words in told[0]
