"""Dovecot and Postfix let us in by token, in both forms; a token that they refuse is replaced once, and no more."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from tests.adapters.imap_world import without
from tests.adapters.test_oauth2 import client
from tests.contracts.mailbox import AT, message
from tests.servers.fixtures import Accounts
from tests.servers.proxy import Action, Event, Hook, Proxy, Replace
from tests.servers.token_endpoint import TokenEndpoint, no, signed

from relancier.adapters.imap import FolderNames, ImapLogin, ImapMailbox
from relancier.adapters.oauth2 import Tokens
from relancier.adapters.smtp import SmtpChannel, SmtpLogin
from relancier.core.outbox import Stage
from relancier.ports import LoginRefused, Lost, Rejected, Unavailable, Wish


@pytest.fixture
def endpoint(accounts: Accounts) -> Iterator[TokenEndpoint]:
    with TokenEndpoint(accounts.shared) as running:
        yield running


@pytest.fixture
async def tokens(endpoint: TokenEndpoint) -> Tokens:
    made = Tokens(client(endpoint))
    made.rest = 0
    return made


@contextlib.asynccontextmanager
async def mailbox(
    accounts: Accounts, tokens: Tokens, hook: Hook | None = None
) -> AsyncIterator[tuple[ImapMailbox, Proxy]]:
    async with Proxy.before(accounts.host, "imaps", hook=hook) as proxy:
        login = ImapLogin(
            host="localhost",
            port=proxy.port,
            security="tls",
            user=accounts.shared,
            ca_file=str(accounts.host.ca_file),
            token=tokens.get,
            fresh=tokens.instead_of,
        )
        box = ImapMailbox(login, FolderNames())
        yield box, proxy
        await box.close()


@contextlib.asynccontextmanager
async def channel(
    accounts: Accounts, tokens: Tokens, hook: Hook | None = None
) -> AsyncIterator[tuple[SmtpChannel, Proxy]]:
    async with Proxy.before(accounts.host, "smtps", hook=hook) as proxy:
        login = SmtpLogin(
            host="localhost",
            port=proxy.port,
            security="tls",
            user=accounts.shared,
            ca_file=str(accounts.host.ca_file),
            token=tokens.get,
            fresh=tokens.instead_of,
        )
        out = SmtpChannel(login)
        yield out, proxy
        await out.close()


def only_bearer(event: Event) -> Action | None:
    """The SMTP server offers no XOAUTH2."""
    return Replace(event.line.replace(b" XOAUTH2", b"")) if event.is_reply_to("EHLO") else None


def no_token(event: Event) -> Action | None:
    """The SMTP server takes passwords only."""
    return (
        Replace(event.line.replace(b" XOAUTH2", b"").replace(b" OAUTHBEARER", b""))
        if event.is_reply_to("EHLO")
        else None
    )


def said(proxy: Proxy, verb: str) -> list[str]:
    """The mechanisms asked for."""
    lines = [event.line.split() for event in proxy.events if event.is_command(verb)]
    return [words[words.index(verb.encode()) + 1].decode() for words in lines if verb.encode() in words]


# --- IMAP ---


@pytest.mark.parametrize(
    ("hook", "mechanism"), [(None, "XOAUTH2"), (without(b"AUTH=XOAUTH2"), "OAUTHBEARER")], ids=["usual", "standard"]
)
async def test_dovecot_lets_us_in(accounts: Accounts, tokens: Tokens, hook: Hook | None, mechanism: str) -> None:
    async with mailbox(accounts, tokens, hook) as (box, proxy):
        assert "INBOX" in {folder.name for folder in await box.folders()}
        assert said(proxy, "AUTHENTICATE") == [mechanism]
        assert proxy.count("client", "LOGIN") == 0


@pytest.mark.parametrize("hook", [None, without(b"AUTH=XOAUTH2")], ids=["usual", "standard"])
async def test_a_token_that_dovecot_finds_expired_is_replaced_once(
    accounts: Accounts, endpoint: TokenEndpoint, tokens: Tokens, hook: Hook | None
) -> None:
    endpoint.truth, tokens.youth = -60, 0
    await tokens.get()
    endpoint.truth = None
    async with mailbox(accounts, tokens, hook) as (box, proxy):
        assert await box.folders()
        assert proxy.count("client", "AUTHENTICATE") == 2
        assert len(endpoint.asked) == 2


async def test_dovecot_that_takes_no_token_at_all_is_tried_twice_and_named(
    accounts: Accounts, endpoint: TokenEndpoint, tokens: Tokens
) -> None:
    endpoint.email, tokens.youth = "someone@else.test", 0
    async with mailbox(accounts, tokens) as (box, proxy):
        with pytest.raises(LoginRefused, match="refuses the login") as caught:
            await box.folders()
        assert proxy.count("client", "AUTHENTICATE") == 2
        assert len(endpoint.asked) == 2
        assert not [token for token in endpoint.issued if token in str(caught.value)]


async def test_a_young_token_that_dovecot_refuses_is_tried_once(
    accounts: Accounts, endpoint: TokenEndpoint, tokens: Tokens
) -> None:
    endpoint.email = "someone@else.test"
    async with mailbox(accounts, tokens) as (box, proxy):
        for attempts in (1, 2):
            with pytest.raises(LoginRefused):
                await box.folders()
            assert proxy.count("client", "AUTHENTICATE") == len(endpoint.asked) == attempts


async def test_a_session_is_left_politely_once_its_token_is_about_to_end(accounts: Accounts, tokens: Tokens) -> None:
    async with mailbox(accounts, tokens) as (box, proxy):
        await box.folders()
        await box.append("Sent", message(), seen=True, at=AT)
        assert proxy.connections == 2
        tokens._renew_at = 0
        await box.folders()
        await box.append("Sent", message(), seen=True, at=AT)
        await box.folders()
        assert proxy.connections == 4
        assert proxy.count("client", "LOGOUT") == 2


async def test_while_no_newer_token_is_to_be_had_the_session_goes_on(
    accounts: Accounts, endpoint: TokenEndpoint, tokens: Tokens
) -> None:
    async with mailbox(accounts, tokens) as (box, proxy):
        await box.folders()
        tokens._renew_at = 0
        endpoint.answers = [(503, {}, b"")]
        await box.folders()
        assert (proxy.connections, len(endpoint.asked)) == (1, 2)


async def test_a_consent_that_was_withdrawn_names_the_side(
    accounts: Accounts, endpoint: TokenEndpoint, tokens: Tokens
) -> None:
    endpoint.answers = [no("invalid_grant", "AADSTS50173: revoked")]
    async with mailbox(accounts, tokens) as (box, proxy):
        with pytest.raises(LoginRefused, match=r"IMAP has no access token: localhost.* AADSTS50173"):
            await box.folders()
        assert proxy.connections == 0


async def test_an_endpoint_that_is_busy_is_no_refused_login(
    accounts: Accounts, endpoint: TokenEndpoint, tokens: Tokens
) -> None:
    endpoint.answers = [no("slow_down", status=429, Retry_After="900")]
    async with mailbox(accounts, tokens) as (box, _):
        with pytest.raises(Unavailable) as caught:
            await box.folders()
    assert not isinstance(caught.value, LoginRefused)
    assert caught.value.delay == 900


async def test_a_throttled_login_waits_as_long_as_it_is_told_and_asks_for_no_other_token(
    accounts: Accounts, endpoint: TokenEndpoint, tokens: Tokens
) -> None:
    tokens.youth = 0
    words = b" NO [UNAVAILABLE] Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n"

    def busy(event: Event) -> Action | None:
        tagged = event.side == "server" and b" OK" in event.line and event.verb in {"AUTHENTICATE", "CONTINUE"}
        return Replace(event.line.split()[0] + words) if tagged else None

    async with mailbox(accounts, tokens, busy) as (box, proxy):
        with pytest.raises(Unavailable, match="throttled") as caught:
            await box.folders()
        assert proxy.count("client", "AUTHENTICATE") == len(endpoint.asked) == 1
    assert not isinstance(caught.value, LoginRefused)
    assert caught.value.delay == pytest.approx(299.961)


async def test_a_server_that_repeats_what_it_was_told_is_not_quoted(accounts: Accounts) -> None:
    token = signed(accounts.shared, 3600)

    async def given() -> str:
        return token

    def repeat(event: Event) -> Action | None:
        if not (event.is_reply_to("AUTHENTICATE") or event.is_reply_to("CONTINUE")):
            return None
        tag, shown = (
            next(one.line for one in proxy.events if one.is_command(verb)) for verb in ("AUTHENTICATE", "CONTINUE")
        )
        return Replace(tag.split()[0] + b" NO not " + shown.strip() + b" nor " + token.encode() + b"\r\n")

    async with Proxy.before(accounts.host, "imaps", hook=repeat) as proxy:
        login = ImapLogin(host="localhost", port=proxy.port, security="tls", user=accounts.shared, token=given)
        box = ImapMailbox(replace(login, ca_file=str(accounts.host.ca_file)), FolderNames())
        with pytest.raises(LoginRefused, match="not … nor …"):
            await box.folders()
        await box.close()


# --- SMTP ---


def wish(accounts: Accounts, to: str) -> Wish:
    return Wish(accounts.shared, (to,), 100)


@pytest.mark.parametrize(
    ("hook", "mechanism"), [(None, "XOAUTH2"), (only_bearer, "OAUTHBEARER")], ids=["usual", "standard"]
)
async def test_postfix_lets_us_in(accounts: Accounts, tokens: Tokens, hook: Hook | None, mechanism: str) -> None:
    async with channel(accounts, tokens, hook) as (out, proxy):
        transaction = await out.open(wish(accounts, accounts.customer()))
        assert (await transaction.data(message())).code == 250
        assert said(proxy, "AUTH") == [mechanism]


@pytest.mark.parametrize(("token", "lines"), [("short", 1), ("x" * 1500, 2)], ids=["short", "long"])
@pytest.mark.parametrize("hook", [None, only_bearer], ids=["usual", "standard"])
async def test_a_long_token_has_a_line_of_its_own(
    accounts: Accounts, hook: Hook | None, token: str, lines: int
) -> None:
    """As Microsoft's are; and Postfix cuts a command after 2,048 characters."""

    async def given() -> str:
        return token

    def welcome(event: Event) -> Action | None:
        if event.is_reply_to("AUTH") and not event.line.startswith(b"334 \r\n"):
            return Replace(b"235 2.7.0 welcome\r\n")
        return hook(event) if hook else None

    async with Proxy.before(accounts.host, "smtps", hook=welcome) as proxy:
        login = SmtpLogin(host="localhost", port=proxy.port, security="tls", user=accounts.shared, token=given)
        out = SmtpChannel(replace(login, ca_file=str(accounts.host.ca_file)))
        await out.probe()
        assert proxy.count("client", "AUTH") == lines
        await out.close()


@pytest.mark.parametrize("hook", [None, only_bearer], ids=["usual", "standard"])
async def test_a_token_that_postfix_finds_expired_is_replaced_once(
    accounts: Accounts, endpoint: TokenEndpoint, tokens: Tokens, hook: Hook | None
) -> None:
    endpoint.truth, tokens.youth = -60, 0
    await tokens.get()
    endpoint.truth = None
    async with channel(accounts, tokens, hook) as (out, proxy):
        transaction = await out.open(wish(accounts, accounts.customer()))
        assert (await transaction.data(message())).code == 250
        assert (proxy.connections, len(endpoint.asked)) == (2, 2)


@pytest.mark.parametrize("hook", [None, only_bearer], ids=["usual", "standard"])
async def test_postfix_that_takes_no_token_at_all_says_so_and_shows_none(
    accounts: Accounts, endpoint: TokenEndpoint, tokens: Tokens, hook: Hook | None
) -> None:
    endpoint.email, tokens.youth = "someone@else.test", 0
    async with channel(accounts, tokens, hook) as (out, proxy):
        with pytest.raises(Rejected) as caught:
            await out.open(wish(accounts, accounts.customer()))
        assert (caught.value.stage, caught.value.answer.code) == (Stage.AUTH, 535)
        assert proxy.connections == 2
        assert len(endpoint.asked) == 2
        assert not [token for token in endpoint.issued if token in str(caught.value)]


async def test_a_passing_failure_of_postfix_asks_for_no_other_token(
    accounts: Accounts, endpoint: TokenEndpoint, tokens: Tokens
) -> None:
    tokens.youth = 0

    def busy(event: Event) -> Action | None:
        return Replace(b"454 4.7.0 Temporary authentication failure\r\n") if event.is_reply_to("AUTH") else None

    async with channel(accounts, tokens, busy) as (out, proxy):
        with pytest.raises(Rejected):
            await out.open(wish(accounts, accounts.customer()))
        assert proxy.count("client", "AUTH") == len(endpoint.asked) == 1


async def test_a_server_without_oauth2_is_told(accounts: Accounts, tokens: Tokens) -> None:
    async with channel(accounts, tokens, no_token) as (out, proxy):
        with pytest.raises(Lost, match="offers no way to log in with OAuth2"):
            await out.open(wish(accounts, accounts.customer()))
        assert proxy.count("client", "AUTH") == 0


async def test_a_withdrawn_consent_is_a_refused_login(
    accounts: Accounts, endpoint: TokenEndpoint, tokens: Tokens
) -> None:
    endpoint.answers = [no("invalid_grant", "AADSTS50173: revoked"), no("server_error", status=500)]
    async with channel(accounts, tokens) as (out, proxy):
        with pytest.raises(Rejected, match=r"no access token: .*AADSTS50173") as no_more:
            await out.open(wish(accounts, accounts.customer()))
        assert no_more.value.stage is Stage.AUTH
        assert no_more.value.answer.permanent
        with pytest.raises(Lost, match="just now"):
            await out.open(wish(accounts, accounts.customer()))
        assert proxy.connections == 0


async def test_a_server_that_repeats_the_token_is_not_quoted(accounts: Accounts) -> None:
    """Not even the beginning of it, where a long answer is cut."""
    token = signed(accounts.shared, 3600)

    async def given() -> str:
        return token

    def repeat(event: Event) -> Action | None:
        if not event.is_reply_to("AUTH") or not event.line.startswith(b"235"):
            return None
        shown = max((one.line.strip() for one in proxy.events if one.is_command("AUTH")), key=len)
        return Replace(b"535 5.7.8 no " + shown + b" nor " + token.encode() + b"\r\n")

    async with Proxy.before(accounts.host, "smtps", hook=repeat) as proxy:
        login = SmtpLogin(host="localhost", port=proxy.port, security="tls", user=accounts.shared, token=given)
        out = SmtpChannel(replace(login, ca_file=str(accounts.host.ca_file)))
        with pytest.raises(Rejected, match=r"535 no …$"):
            await out.open(wish(accounts, accounts.customer()))
        await out.close()
