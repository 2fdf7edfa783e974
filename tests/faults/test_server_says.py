"""Faults S1 to S9: servers that renumber, throttle, refuse, or do more than they were asked."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.adapters.imap_world import refuse
from tests.faults.real import (
    answer_to,
    colleague,
    daemon,
    delivered,
    flags,
    lay,
    notes,
    parsed,
    real_customer,
    real_invoice,
    subjects,
)
from tests.servers.fixtures import Accounts
from tests.servers.proxy import Action, Answer, Event, Proxy, Replace
from tests.work.rig import Rig, invoice, mail

from relancier.core.case import Invoice, Kind, State
from relancier.core.outbox import Status

KEY = "FA-2026-0001|2026-02-27"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def state_of(rig: Rig, key: str = KEY) -> State:
    case = rig.store.case(key)
    assert case is not None
    return case.state


def three(accounts: Accounts) -> tuple[list[str], list[Invoice]]:
    """Three customers with an invoice each."""
    addresses = [accounts.customer(f"compta.{name}") for name in ("un", "deux", "trois")]
    due = real_invoice(addresses[0]).due
    invoices = [
        invoice(f"FA-2026-000{number}", due, customer=real_customer(address, id=address, name=address))
        for number, address in enumerate(addresses, 1)
    ]
    return addresses, invoices


async def test_s1_another_uidvalidity_doubles_and_loses_nothing(accounts: Accounts, tmp_path: Path) -> None:
    customer, renumbered = accounts.customer(), False

    def renumber(event: Event) -> Action | None:
        """Every folder shows another UIDVALIDITY."""
        if not renumbered or event.side == "client" or b"UIDVALIDITY " not in event.line:
            return None
        return Replace(event.line.replace(b"UIDVALIDITY ", b"UIDVALIDITY 1"))

    async with (
        Proxy.before(accounts.host, "imaps", hook=renumber) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), imap_port=proxy.port) as rig,
    ):
        rig.confirm()
        await rig.go(rig.now + DAY)
        (reminder,) = await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        await delivered(accounts.host, answer_to(reminder, customer, accounts.shared), accounts.shared, customer)
        await rig.tick()
        renumbered = True
        again = answer_to(reminder, customer, accounts.shared, "Et voici la suite.")
        await delivered(accounts.host, again, accounts.shared, customer)
        await rig.go(rig.wake.now() + 20 * DAY)
        kinds = [event.kind for event in rig.store.events(KEY)]
        assert kinds.count(Kind.REPLIED) == 2
        assert kinds.count(Kind.STEP_DONE) == len(accounts.host.messages(customer)) == 1
        assert len(subjects(accounts.host, accounts.shared, "Sent")) == 1
        assert "\\Flagged" in flags(accounts.host, accounts.shared, "INBOX", "RE: FA-2026-0001")
        assert rig.store.setting("unknown_sent") in (None, [])


async def test_s2_a_message_gone_between_search_and_fetch_stops_nothing(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    gone: list[str] = []

    def delete_first(event: Event) -> Action | None:
        if not event.is_command("UID FETCH") or gone:
            return None
        gone.append("")
        with colleague(accounts.host, accounts.shared) as client:
            client.select("INBOX")
            client.store("1", "+FLAGS", "\\Deleted")
            client.expunge()
        return None

    lay(
        accounts.host,
        accounts.shared,
        mail("autre@elsewhere.test", "Publicité", to=accounts.shared),
        mail(customer, "Facture FA-2026-0001", "Nous contestons.", to=accounts.shared),
    )
    async with (
        Proxy.before(accounts.host, "imaps", hook=delete_first) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), imap_port=proxy.port) as rig,
    ):
        rig.parts.deliver.books.sync(rig.now)
        rig.confirm()
        await rig.go(rig.now + DAY)
        assert gone
        assert state_of(rig) is State.PAUSED
        assert rig.parts.intake.clear()
        assert "Facture FA-2026-0001" in subjects(accounts.host, accounts.shared)


async def test_s2_a_message_that_comes_as_nil_is_read_on_the_next_pass_and_nothing_sent_before(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer, other = accounts.customer("un"), accounts.customer("deux")
    broken = True

    def nil(event: Event) -> Action | None:
        if broken and event.side == "server" and b"BODY[]" in event.line:
            return Replace(event.line.partition(b"BODY[]")[0] + b"BODY[]<0> NIL)\r\n")
        return None

    who = real_customer(other, id="other", name="other")
    second = invoice("FA-2026-0002", real_invoice(customer).due, customer=who)
    lay(accounts.host, accounts.shared, mail(customer, "Facture FA-2026-0001", "Non.", to=accounts.shared))
    async with (
        Proxy.before(accounts.host, "imaps", hook=nil) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), second, imap_port=proxy.port) as rig,
    ):
        rig.parts.deliver.books.sync(rig.now)
        rig.confirm()
        await rig.tick()
        assert not rig.parts.intake.clear()
        assert accounts.host.messages(customer) == accounts.host.messages(other) == []
        broken = False
        await rig.go(rig.now + HOUR)
        assert state_of(rig) is State.PAUSED
        assert accounts.host.messages(customer) == []


async def test_s3_the_delay_that_a_throttling_server_asks_for_is_obeyed(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    words = "NO [THROTTLED] Request is throttled. Suggested Backoff Time: 1800000 milliseconds"
    async with (
        Proxy.before(accounts.host, "imaps", hook=refuse("LIST", words)) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), imap_port=proxy.port) as rig,
    ):
        rig.confirm()
        await rig.go(rig.now + 2 * HOUR - timedelta(minutes=1))
        assert proxy.count("client", "LIST") == 4
        assert proxy.connections <= 4
        told = rig.store.setting("last_tick")
        assert isinstance(told, dict)
        assert "throttle" in str(told["reason"]).lower()
        assert accounts.host.messages(customer) == []
        proxy.hook = None
        await rig.go(rig.wake.now() + HOUR)
        assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 1)) == 1


@pytest.mark.parametrize(
    ("verb", "line"),
    [
        ("MAIL", b"421 4.7.0 too many messages\r\n"),
        ("MAIL", b"450 4.7.1 slow down\r\n"),
        (".", b"452 4.3.1 quota reached for today\r\n"),
    ],
)
async def test_s4_a_quota_makes_everything_wait_and_the_oldest_leaves_first(
    accounts: Accounts, tmp_path: Path, verb: str, line: bytes
) -> None:
    customers, invoices = three(accounts)
    async with (
        Proxy.before(accounts.host, "smtps", hook=lambda e: Answer(line) if e.is_command(verb) else None) as proxy,
        daemon(accounts, tmp_path, *invoices, smtp_port=proxy.port) as rig,
    ):
        rig.confirm()
        await rig.tick()
        assert proxy.count("client", "MAIL") == 1  # the others did not even try
        assert all(accounts.host.messages(customer) == [] for customer in customers)
        tried, waiting = rig.store.entries(Status.DEFERRED), rig.store.entries(Status.QUEUED)
        order = [entry.to[0] for entry in (*waiting, *tried)]  # what was tried goes behind what was not
        proxy.hook = None
        await rig.go(rig.now + 2 * HOUR)
        for customer in customers:
            assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 1)) == 1
        asked = [event.line for event in proxy.events if event.side == "client" and event.verb == "RCPT"][-3:]
        assert [next(to for to in customers if to.encode() in line) for line in asked] == order


async def test_s5_an_unknown_address_stops_that_customer_only(accounts: Accounts, tmp_path: Path) -> None:
    good = accounts.customer("bon")
    due = real_invoice(good).due
    wrong = invoice("FA-2026-0002", due, customer=real_customer(accounts.refused, id="wrong", name="Parti SARL"))
    async with daemon(accounts, tmp_path, wrong, real_invoice(good)) as rig:
        rig.confirm()
        await rig.go(rig.now + HOUR)
        assert len(await asyncio.to_thread(accounts.host.await_messages, good, 1)) == 1
        assert rig.store.setting("held") is None
        case = rig.store.case(wrong.key)
        assert case is not None
        assert [hold.because.value for hold in case.holds] == ["bounced"]
        (note,) = notes(accounts.host, accounts.shared)
        assert "FA-2026-0002" in note


async def test_s6_our_own_full_mailbox_stops_everything_in_those_words(accounts: Accounts, tmp_path: Path) -> None:
    customers, invoices = three(accounts)
    full = b"552 5.2.2 mailbox compta is full\r\n"
    async with (
        Proxy.before(accounts.host, "smtps", hook=lambda e: Answer(full) if e.is_command(".") else None) as proxy,
        daemon(accounts, tmp_path, *invoices, smtp_port=proxy.port) as rig,
    ):
        rig.confirm()
        await rig.go(rig.now + 5 * HOUR)
        assert proxy.count("client", ".") == 1
        assert all(accounts.host.messages(customer) == [] for customer in customers)
        (note,) = notes(accounts.host, accounts.shared)
        assert "mailbox compta is full" in note
        proxy.hook = None
        rig.order("release")
        await rig.go(rig.wake.now() + HOUR)
        for customer in customers:
            assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 1)) == 1


async def test_s7_a_withdrawn_password_of_smtp_is_tried_once_in_a_quarter_of_an_hour(
    accounts: Accounts, tmp_path: Path
) -> None:
    customers, invoices = three(accounts)
    async with (
        Proxy.before(accounts.host, "smtps") as proxy,
        daemon(accounts, tmp_path, *invoices, smtp_port=proxy.port) as rig,
    ):
        channel = rig.parts.channel
        channel._login = replace(channel._login, password="ancien")  # type: ignore[attr-defined]
        rig.confirm()
        await rig.go(rig.now + HOUR - timedelta(minutes=1))
        assert proxy.count("client", "AUTH") == 4
        assert all(accounts.host.messages(customer) == [] for customer in customers)
        (note,) = notes(accounts.host, accounts.shared)
        assert "SMTP" in note
        assert "ancien" not in note


async def test_s7_a_withdrawn_password_of_imap_is_tried_once_in_a_quarter_of_an_hour(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer, claire = accounts.customer(), accounts.customer("claire")
    signer = {"role": "account_manager", "name": "Claire Martin", "email": claire}
    async with (
        Proxy.before(accounts.host, "imaps") as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), imap_port=proxy.port, sender=[signer]) as rig,
    ):
        connection = rig.parts.mailbox._working  # type: ignore[attr-defined]
        connection._login = replace(connection._login, password="ancien")
        rig.confirm()
        await rig.go(rig.now + HOUR - timedelta(minutes=1))
        assert proxy.count("client", "LOGIN") == 4
        assert accounts.host.messages(customer) == []
        (alarm,) = await asyncio.to_thread(accounts.host.await_messages, claire, 1)
        body = parsed(alarm).get_body(("plain",))
        assert body is not None
        assert "IMAP" in body.get_content()
        assert "ancien" not in body.get_content()


async def test_s8_a_copy_that_cannot_be_filed_is_filed_later_and_nothing_is_sent_again(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer = accounts.customer()
    async with (
        Proxy.before(accounts.host, "imaps", hook=refuse("APPEND", "NO [OVERQUOTA] Quota exceeded")) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), imap_port=proxy.port) as rig,
    ):
        rig.confirm()
        await rig.go(rig.now + HOUR)
        assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 1)) == 1
        assert subjects(accounts.host, accounts.shared, "Sent") == []
        proxy.hook = None
        await rig.go(rig.wake.now() + HOUR)
        assert len(subjects(accounts.host, accounts.shared, "Sent")) == 1
        assert len(accounts.host.messages(customer)) == 1


async def test_s8_without_a_sent_folder_a_person_is_told_and_the_copy_follows(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer = accounts.customer()

    def hidden(event: Event) -> Action | None:
        """The server shows no Sent."""
        other = event.line.replace(b"\\Sent", b"\\NoSelect").replace(b" Sent\r\n", b" Autre\r\n")
        return Replace(other) if event.side == "server" and event.line.startswith(b"* LIST") else None

    async with (
        Proxy.before(accounts.host, "imaps", hook=hidden) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), imap_port=proxy.port) as rig,
    ):
        rig.confirm()
        await rig.go(rig.now + HOUR)
        assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 1)) == 1
        assert len(notes(accounts.host, accounts.shared)) == 1
        proxy.hook = None
        await rig.go(rig.wake.now() + HOUR)
        assert len(subjects(accounts.host, accounts.shared, "Sent")) == 1
        assert len(accounts.host.messages(customer)) == 1


async def test_s9_a_provider_that_files_its_own_copy_gets_no_second_one(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        await rig.tick()
        (reminder,) = await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        own = reminder[reminder.index(b"From: ") :]
        await asyncio.to_thread(accounts.host.file, accounts.shared, "Sent", own, "\\Seen")
        await rig.go(rig.now + 10 * DAY)
        assert rig.store.copies_wanted() == []
        copies = [parsed(raw)["Message-ID"] for raw in accounts.host.messages(accounts.shared, "Sent")]
        assert copies.count(parsed(reminder)["Message-ID"]) == 1


@pytest.mark.parametrize("named", [True, False])
async def test_s10_a_bounce_days_later_is_linked_to_its_step_and_no_answer(
    accounts: Accounts, tmp_path: Path, *, named: bool
) -> None:
    """With the original's Message-ID, or with nothing of it but the address that failed."""
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        await rig.go(rig.now + 2 * DAY)
        (reminder,) = await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        original = parsed(reminder)["Message-ID"] if named else "<unknown@relay.test>"
        lay(accounts.host, accounts.shared, report(customer, accounts.shared, original))
        await rig.go(rig.wake.now() + 20 * DAY)
        kinds = [event.kind for event in rig.store.events(KEY)]
        assert kinds.count(Kind.BOUNCED) == kinds.count(Kind.STEP_DONE) == 1
        assert Kind.REPLIED not in kinds
        assert len(accounts.host.messages(customer)) == 1
        marks = flags(accounts.host, accounts.shared, "INBOX", "Undelivered Mail Returned to Sender")
        assert "$RelanceProblem" in marks


def report(failed: str, to: str, original: str) -> bytes:
    """What another mail server says when it gives up."""
    return (
        f"From: MAILER-DAEMON@relay.test\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <report@relay.test>\r\nDate: Wed, 04 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain\r\n\r\nIt could not be delivered.\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.test\r\n\r\n"
        f"Final-Recipient: rfc822; {failed}\r\nAction: failed\r\nStatus: 5.1.1\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {original}\r\n--b--\r\n"
    ).encode()
