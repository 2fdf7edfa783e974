"""ImapMailbox logs in where it may, and says why where it may not."""

import pytest
from tests.adapters.imap_world import between, login, mailbox_at, refuse
from tests.servers.fixtures import Accounts
from tests.servers.proxy import CUT, Proxy, strip_starttls

from relancier.adapters.imap import ImapLogin
from relancier.ports import LoginRefused, Unavailable


async def refused(how: ImapLogin) -> str:
    async with mailbox_at(how) as mailbox:
        with pytest.raises(LoginRefused) as caught:
            await mailbox.folders()
    return str(caught.value)


async def test_a_wrong_password(accounts: Accounts) -> None:
    good = login(accounts)
    wrong = ImapLogin(
        host=good.host, port=good.port, security="tls", user=good.user, password="tort", ca_file=good.ca_file
    )
    said = await refused(wrong)
    assert "AUTHENTICATIONFAILED" in said
    assert "tort" not in said


async def test_a_password_beyond_ascii_is_sent_as_plain(accounts: Accounts) -> None:
    good = login(accounts)
    wrong = ImapLogin(
        host=good.host, port=good.port, security="tls", user=good.user, password="gâteau", ca_file=good.ca_file
    )
    assert "AUTHENTICATIONFAILED" in await refused(wrong)


async def test_starttls_works_where_it_is_offered(accounts: Accounts) -> None:
    async with mailbox_at(login(accounts, port=accounts.host.imap_port, security="starttls")) as mailbox:
        assert (await mailbox.folders())[0].name == "INBOX"


async def test_starttls_that_was_stripped(accounts: Accounts) -> None:
    async with Proxy.before(accounts.host, "imap", hook=strip_starttls) as proxy:
        said = await refused(login(accounts, port=proxy.port, security="starttls"))
        assert "STARTTLS" in said
        assert proxy.count("client", "LOGIN") == proxy.count("client", "AUTHENTICATE") == 0


async def test_an_unknown_authority(accounts: Accounts) -> None:
    good = login(accounts)
    how = ImapLogin(host=good.host, port=good.port, security="tls", user=good.user, password=good.password)
    assert "certificate" in await refused(how)


@pytest.mark.parametrize("kind", ["expired", "wrong_name"])
async def test_a_certificate_that_must_be_refused(accounts: Accounts, kind: str) -> None:
    shown = getattr(accounts.host.authority, kind)()
    async with Proxy.before(accounts.host, "imaps", certificate=shown) as proxy:
        assert "certificate" in await refused(login(accounts, port=proxy.port))
        assert proxy.count("client", "LOGIN") == 0


async def test_tls_on_the_port_for_plain(accounts: Accounts) -> None:
    assert "TLS" in await refused(login(accounts, port=accounts.host.imap_port))


async def test_an_authority_file_that_is_not_there(accounts: Accounts) -> None:
    good = login(accounts)
    how = ImapLogin(host=good.host, port=good.port, security="tls", user=good.user, ca_file="/nowhere/ca.pem")
    assert "/nowhere/ca.pem" in await refused(how)


@pytest.mark.parametrize(
    "words",
    [
        "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded",
        "NO [LIMIT] Too many logins",
        "NO Too many simultaneous connections. (Failure)",
    ],
)
async def test_a_busy_server_is_no_wrong_password(accounts: Accounts, words: str) -> None:
    async with between(accounts, refuse("LOGIN", words)) as (mailbox, _):
        with pytest.raises(Unavailable) as caught:
            await mailbox.folders()
    assert not isinstance(caught.value, LoginRefused)


async def test_a_connection_that_dies_at_login_is_no_wrong_password(accounts: Accounts) -> None:
    async with between(accounts, lambda event: CUT if event.is_command("LOGIN") else None) as (mailbox, _):
        with pytest.raises(Unavailable) as caught:
            await mailbox.folders()
    assert not isinstance(caught.value, LoginRefused)


async def test_nobody_listens() -> None:
    async with mailbox_at(ImapLogin(host="127.0.0.1", port=9, security="none", user="x")) as mailbox:
        with pytest.raises(Unavailable) as caught:
            await mailbox.folders()
    assert not isinstance(caught.value, LoginRefused)


def test_no_plain_text_beyond_this_machine() -> None:
    with pytest.raises(ValueError, match="loopback"):
        ImapLogin(host="imap.example", port=143, security="none", user="x")


def test_the_password_is_in_no_representation() -> None:
    assert "geheim" not in repr(ImapLogin(host="h", port=993, security="tls", user="x", password="geheim"))
