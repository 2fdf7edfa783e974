"""Faults N6 and S7 with access tokens: renewals that nobody notices, a consent withdrawn and given again."""

import asyncio
import logging
import re
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.adapters.test_oauth2 import client
from tests.cli_desk import Desk, row
from tests.faults.real import answer_to, daemon, delivered, flags, notes, parsed, real_customer, real_invoice
from tests.faults.running import Daemon, installed
from tests.servers.fixtures import Accounts
from tests.servers.proxy import Action, Event, Proxy, ProxyThread, Replace
from tests.servers.token_endpoint import CLIENT, CONSENT, SECRET, TokenEndpoint
from tests.servers.waiting import until, wait_until
from tests.work.rig import Rig, invoice

from relancier.adapters.oauth2 import Tokens
from relancier.core.case import Invoice, State

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@pytest.fixture
def endpoint(accounts: Accounts) -> Iterator[TokenEndpoint]:
    with TokenEndpoint(accounts.shared) as running:
        yield running


def chased(accounts: Accounts, *days: int) -> tuple[list[str], list[Invoice]]:
    """Customers with an invoice each, whose first reminder is due so many days after the first day."""
    customers = [accounts.customer(f"achats{day}") for day in days]
    first = real_invoice(customers[0]).due
    invoices = [
        invoice(f"FA-2026-00{day:02}", first + day * DAY, customer=real_customer(one, id=one, name=one))
        for day, one in zip(days, customers, strict=True)
    ]
    return customers, invoices


def by_token(desk: Desk, endpoint: TokenEndpoint) -> Desk:
    """The same configured folder, with access tokens for both logins."""
    text = desk.config.read_text("utf-8").replace('password_file = "password"', 'auth = "oauth2"')
    for name, secret in (("client", SECRET), ("consent", CONSENT)):
        (desk.folder / name).touch(0o600)
        (desk.folder / name).write_text(secret)
    table = {
        "token_url": endpoint.url,
        "client_id": CLIENT,
        "client_secret_file": "client",
        "refresh_token_file": "consent",
    }
    lines = "".join(f'{key} = "{value}"\n' for key, value in table.items())
    desk.config.write_text(f"{text}[mailbox.oauth2]\n{lines}", "utf-8")
    return desk


def chase(desk: Desk, number: str, address: str) -> None:
    """Adds an overdue invoice of a new customer to the file."""
    name = address.partition("@")[0]
    more = row(number, -3, customer=name).replace(f"factures@{name}.test", address)
    desk.invoices.write_text(desk.invoices.read_text("utf-8") + more, "utf-8")


def state_of(rig: Rig, one: Invoice) -> State:
    case = rig.store.case(one.key)
    assert case is not None
    return case.state


async def until_ended(tokens: Tokens) -> None:
    """Waits until the token in use is no longer good."""
    loop = asyncio.get_running_loop()
    await until(lambda: loop.time() >= tokens._ends_at)


async def replied(accounts: Accounts, rig: Rig, customer: str, one: Invoice) -> None:
    """The customer gets a reminder and answers it; the answer is read and flagged."""
    reminder = (await asyncio.to_thread(accounts.host.await_messages, customer, 1))[-1]
    words = answer_to(reminder, customer, accounts.shared, f"Non, dit {customer}.")
    await delivered(accounts.host, words, accounts.shared, customer)
    await rig.go(rig.wake.now() + HOUR)
    assert state_of(rig, one) is State.PAUSED
    assert "\\Flagged" in flags(accounts.host, accounts.shared, "INBOX", f"RE: {parsed(reminder)['Subject']}"[:20])


async def test_renewals_pass_unnoticed_and_a_withdrawn_consent_stops_all_until_it_is_given_again(
    accounts: Accounts, tmp_path: Path, endpoint: TokenEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    customers, invoices = chased(accounts, 0, 7, 14, 15)
    endpoint.life, endpoint.truth = 2, 60
    tokens = Tokens(client(endpoint))
    async with (
        Proxy.before(accounts.host, "imaps") as imaps,
        Proxy.before(accounts.host, "smtps") as smtps,
        daemon(
            accounts,
            tmp_path,
            *invoices,
            imap_port=imaps.port,
            smtp_port=smtps.port,
            tokens=tokens,
            replies={"ask": False},
        ) as rig,
    ):
        rig.confirm()
        for week in range(3):
            used = len(endpoint.issued)
            await rig.go(max(rig.wake.now(), rig.now + week * WEEK) + HOUR)
            await replied(accounts, rig, customers[week], invoices[week])
            assert len(endpoint.issued) > used
            await until_ended(tokens)
        assert [record for record in caplog.records if record.levelno > logging.INFO] == []
        assert notes(accounts.host, accounts.shared) == []

        endpoint.revoked, told = True, len(accounts.host.messages(customers[3]))
        asked, logins = len(endpoint.asked), (imaps.count("client", "AUTHENTICATE"), smtps.count("client", "AUTH"))
        began, fourth = rig.wake.now(), rig.now + 2 * WEEK + DAY + HOUR
        await rig.go(fourth)
        waits = [record for record in caplog.records if record.message == "tick_waits"]
        assert {vars(record)["seconds"] for record in waits} == {900}
        assert re.match(r"IMAP has no access token: localhost:\d+ .*AADSTS50173", vars(waits[0])["reason"])
        quarters = (fourth - began) // timedelta(minutes=15) + 1
        assert len(endpoint.asked) - asked <= 2 * quarters  # the tick, and the alarm by SMTP
        assert (imaps.count("client", "AUTHENTICATE"), smtps.count("client", "AUTH")) == logins
        assert len(accounts.host.messages(customers[3])) == told

        endpoint.revoked = False
        await rig.go(rig.wake.now() + HOUR)
        assert len(await asyncio.to_thread(accounts.host.await_messages, customers[3], told + 1)) == told + 1
        assert rig.loop.failures == 0


@pytest.mark.parametrize("side", ["imaps", "smtps"])
async def test_a_permission_that_one_side_lacks_is_told_by_the_other(
    accounts: Accounts, tmp_path: Path, endpoint: TokenEndpoint, side: str
) -> None:
    (customer,), invoices = chased(accounts, 0)
    claire = accounts.customer("claire")
    signer = {"role": "account_manager", "name": "Claire Martin", "email": claire}
    tokens = Tokens(client(endpoint))

    def lacking(event: Event) -> Action | None:
        if event.is_reply_to("AUTH"):
            return Replace(b"535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox\r\n")
        if event.is_reply_to("CONTINUE") or event.is_reply_to("AUTHENTICATE"):
            return Replace(event.line.split()[0] + b" NO AUTHENTICATE failed.\r\n")
        return None

    async with (
        Proxy.before(accounts.host, side, hook=lacking) as proxy,
        daemon(
            accounts, tmp_path, *invoices, **{f"{side[:4]}_port": proxy.port}, tokens=tokens, sender=[signer]
        ) as rig,
    ):
        rig.confirm()
        await rig.go(rig.now + HOUR - timedelta(minutes=1))
        assert accounts.host.messages(customer) == []
        attempts = {"imaps": "AUTHENTICATE", "smtps": "AUTH"}[side]
        assert proxy.count("client", attempts) <= 8
        assert len(endpoint.asked) <= 9
        if side == "imaps":
            (alarm,) = await asyncio.to_thread(accounts.host.await_messages, claire, 1)
            words = parsed(alarm).get_body(("plain",))
            assert words is not None
            assert "IMAP" in words.get_content()
            assert "refuse la connexion" in " ".join(words.get_content().split())
        else:
            (note,) = notes(accounts.host, accounts.shared)
            assert "SMTP" in note
            assert "SmtpClientAuthentication is disabled" in " ".join(note.split())
        proxy.hook = None
        await rig.go(rig.wake.now() + HOUR)
        assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 1)) == 1


async def test_an_endpoint_out_of_reach_at_a_renewal_is_waited_for(
    accounts: Accounts, tmp_path: Path, endpoint: TokenEndpoint
) -> None:
    (customer,), invoices = chased(accounts, 0)
    tokens = Tokens(client(endpoint))
    tokens.rest = 0
    endpoint.answers = [(503, {}, b"")] * 3
    async with daemon(accounts, tmp_path, *invoices, tokens=tokens) as rig:
        rig.confirm()
        await rig.go(rig.now + HOUR)
        assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 1)) == 1
        assert notes(accounts.host, accounts.shared) == []


# --- the command, on files like a user's ---


def test_the_service_renews_its_tokens_and_stops_when_the_consent_ends(
    accounts: Accounts, tmp_path: Path, endpoint: TokenEndpoint
) -> None:
    """The server ends each session with its token; a reply is read and a new invoice chased after each renewal."""
    customers = [accounts.customer(f"c{number}") for number in range(3)]
    endpoint.rotates, endpoint.life, endpoint.truth = True, 2, 60
    with ProxyThread(Proxy.before(accounts.host, "imaps")) as proxy:
        desk = by_token(installed(tmp_path / "etc", accounts, customers[0], imap_port=proxy.port), endpoint)
        assert desk.run("confirm", "--yes").status == 0
        with Daemon(desk) as running:
            for number in (1, 2):
                (reminder,) = accounts.host.await_messages(customers[number - 1])
                before = len(endpoint.issued)
                wait_until(endpoint.ended, 20)
                proxy.cut()
                running.logged("listening_lost", number)
                chase(desk, f"F-2026-001{number}", customers[number])
                accounts.host.deliver(answer_to(reminder, customers[number - 1], accounts.shared), accounts.shared)
                running.logged("replied", number)
                running.logged("reminder", number + 1)
                assert len(endpoint.issued) > before
            assert (desk.state / "oauth2.refresh").stat().st_mode & 0o777 == 0o600
            calm = list(running.lines)
            endpoint.revoked = True
            wait_until(endpoint.ended, 20)
            asked = len(endpoint.asked)
            proxy.cut()
            assert "IMAP has no access token" in running.logged("tick_waits")
            assert len(endpoint.asked) - asked <= 4
            running.process.send_signal(signal.SIGTERM)
            assert running.process.wait(30) == 0
        assert not [line for line in calm if re.match("<[0-4]>", line)]
        shown = "".join(running.lines)
        assert not [secret for secret in (*endpoint.issued, SECRET, CONSENT, "1//consent-") if secret in shown]
