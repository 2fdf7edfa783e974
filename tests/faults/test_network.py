"""Faults N1 to N9: the network and the certificates between the daemon and its servers."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.adapters.imap_world import without
from tests.faults.real import answer_to, daemon, delivered, flags, notes, parsed, real_invoice, smtp, subjects
from tests.servers.fixtures import Accounts
from tests.servers.proxy import CUT, DROP, Action, Event, Hold, Hook, Proxy, Replace
from tests.servers.waiting import until
from tests.work.rig import Rig, Silent

from relancier.adapters.scheduled_wake import ScheduledWake
from relancier.adapters.smtp.login import Timeouts
from relancier.core.case import State
from relancier.core.outbox import Status
from relancier.loop import Loop

KEY = "FA-2026-0001|2026-02-27"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ROOT = Path(__file__).parents[2]


def only_id(rig: Rig) -> str:
    """The Message-ID fixed when the only entry was queued."""
    (entry,) = [one for one in rig.store.entries(*Status) if one.to]
    return entry.message_id


def at_customer(accounts: Accounts, customer: str) -> list[str]:
    return [str(parsed(raw)["Message-ID"]) for raw in accounts.host.messages(customer)]


async def test_n1_smtp_refused_is_tried_later_each_time_and_told_after_four_hours(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer = accounts.customer()
    async with (
        Proxy.before(accounts.host, "smtps") as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), smtp_port=proxy.port) as rig,
    ):
        proxy.refusing = True
        rig.confirm()
        await rig.go(rig.now + 3 * HOUR)
        assert notes(accounts.host, accounts.shared) == []
        await rig.go(rig.now + 5 * HOUR)
        wait = rig.store.setting("queue_wait")
        assert isinstance(wait, dict)
        assert wait["attempts"] == 8  # at 0, 5, 15, 35, 75, 135, 195 and 255 minutes
        assert len(notes(accounts.host, accounts.shared)) == 1
        proxy.refusing = False
        await rig.go(rig.wake.now() + 2 * HOUR)
        await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        assert at_customer(accounts, customer) == [only_id(rig)]


async def test_n1_a_name_that_does_not_resolve_is_tried_later(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        channel = smtp(accounts.host, accounts.shared)
        channel._login = replace(channel._login, host="nulle-part.invalid")
        rig.parts.deliver.channel = channel
        rig.confirm()
        await rig.tick()
        assert [entry.status for entry in rig.store.entries(*Status)] == [Status.DEFERRED]
        wait = rig.store.setting("queue_wait")
        assert isinstance(wait, dict)
        assert "nulle-part.invalid" in wait["reason"]


@pytest.mark.parametrize(
    ("side", "verb"),
    [
        ("server", "GREETING"),
        ("server", "AUTH"),
        ("client", "MAIL"),
        ("server", "RCPT"),
        ("client", "DATA"),
        ("server", "DATA"),
    ],
)
async def test_n2_cut_before_the_bytes_repeats_the_same_message(
    accounts: Accounts, tmp_path: Path, side: str, verb: str
) -> None:
    customer = accounts.customer()

    def cut(event: Event) -> Action | None:
        return CUT if (event.side, event.verb, event.number) == (side, verb, 1) else None

    async with (
        Proxy.before(accounts.host, "smtps", hook=cut) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), smtp_port=proxy.port) as rig,
    ):
        rig.confirm()
        await rig.tick()
        assert at_customer(accounts, customer) == []
        assert [entry.status for entry in rig.store.entries(*Status)] == [Status.DEFERRED]
        before = only_id(rig)
        await rig.go(rig.now + HOUR)
        await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        assert at_customer(accounts, customer) == [before]


async def test_n2_cut_inside_the_bytes_is_asked_about_and_leaves_once_a_person_says_so(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer = accounts.customer()

    def cut(event: Event) -> Action | None:
        return CUT if event.is_command(".", 1) else None

    async with (
        Proxy.before(accounts.host, "smtps", hook=cut) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), smtp_port=proxy.port) as rig,
    ):
        rig.confirm()
        await rig.go(rig.now + HOUR)
        assert at_customer(accounts, customer) == []
        assert ["vérifier" in note for note in notes(accounts.host, accounts.shared)] == [True]
        rig.order("resend", KEY)
        await rig.go(rig.wake.now() + HOUR)
        await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        (arrived,) = at_customer(accounts, customer)
        assert [entry.message_id for entry in rig.store.entries(Status.SENT) if entry.to] == [arrived]


async def test_n4_a_slow_yes_is_waited_for_and_a_failing_quit_ignored(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    slow = Hold()

    def hold(event: Event) -> Action | None:
        if event.is_reply_to("QUIT"):
            return CUT
        return slow if event.is_reply_to(".") else None

    async with (
        Proxy.before(accounts.host, "smtps", hook=hold) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), smtp_port=proxy.port) as rig,
    ):
        rig.confirm()
        ticking = asyncio.create_task(rig.tick())
        await until(slow.reached.is_set)
        assert [entry.status for entry in rig.store.entries(*Status)] == [Status.SENDING]
        assert not ticking.done()
        slow.release()
        await ticking
        await rig.parts.channel.close()
        assert proxy.count("client", "QUIT") == 1
        assert [entry.status for entry in rig.store.entries(*Status)] == [Status.SENT]
        await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        assert at_customer(accounts, customer) == [only_id(rig)]


def test_n4_the_watchdog_is_more_patient_than_the_slowest_answer() -> None:
    for unit in (ROOT / "systemd").glob("*.service"):
        told = dict(line.split("=", 1) for line in unit.read_text().splitlines() if "=" in line)
        assert "WatchdogSec" not in told or int(told["WatchdogSec"]) > Timeouts().body == 600


async def test_n5_n6_a_vanished_peer_and_a_cut_line_are_noticed_and_taken_up_again(
    accounts: Accounts, tmp_path: Path
) -> None:
    """On the real clock: the poll beside IDLE reads what came while the idling peer was gone."""
    customer = accounts.customer()
    gone: set[int] = set()

    def vanish(event: Event) -> Action | None:
        return DROP if event.connection in gone else None

    async with (
        Proxy.before(accounts.host, "imaps", hook=vanish) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), imap_port=proxy.port) as rig,
    ):
        mailbox = rig.parts.mailbox
        mailbox.idle_rest = 0.2  # type: ignore[attr-defined]
        mailbox._idling._login = replace(mailbox._idling._login, seconds=1.0)  # type: ignore[attr-defined]
        loop = Loop(rig.parts, ScheduledWake(lambda: rig.now, poll=timedelta(seconds=0.5)), Silent())
        running = asyncio.create_task(loop.run())
        await proxy.seen("client", "IDLE")
        gone.add(next(event.connection for event in proxy.events if event.verb == "IDLE"))
        late = b"From: %s\r\nSubject: Facture FA-2026-0001\r\n\r\nNous contestons.\r\n" % customer.encode()
        await delivered(accounts.host, late, accounts.shared, customer)
        await until(lambda: (case := rig.store.case(KEY)) and case.state is State.PAUSED)
        idles = proxy.count("client", "IDLE")
        await proxy.seen("client", "IDLE", idles + 1, seconds=20)
        before, idles = proxy.connections, proxy.count("client", "IDLE")
        proxy.cut()
        await proxy.seen("client", "IDLE", idles + 1, seconds=20)
        assert proxy.connections <= before + 3  # a busy loop would open dozens in those seconds
        loop.stop()
        await running
        assert [event.kind.value for event in rig.store.events(KEY)].count("replied") == 1


async def test_n7_without_imap_nothing_is_sent_and_a_person_is_told_by_smtp(accounts: Accounts, tmp_path: Path) -> None:
    customer, claire = accounts.customer(), accounts.customer("claire")
    signer = {"role": "account_manager", "name": "Claire Martin", "email": claire}
    async with (
        Proxy.before(accounts.host, "imaps") as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), imap_port=proxy.port, sender=[signer]) as rig,
    ):
        proxy.refusing = True
        rig.confirm()
        await rig.go(rig.now + 3 * HOUR)
        assert at_customer(accounts, customer) == []
        assert len(await asyncio.to_thread(accounts.host.await_messages, claire, 1)) == 1
        proxy.refusing = False
        await rig.go(rig.wake.now() + HOUR)
        assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 1)) == 1
        assert len(accounts.host.messages(claire)) == 1


@pytest.mark.parametrize("kind", ["expired", "wrong_name"])
async def test_n8_a_bad_certificate_gets_no_login(accounts: Accounts, tmp_path: Path, kind: str) -> None:
    customer, claire = accounts.customer(), accounts.customer("claire")
    signer = {"role": "account_manager", "name": "Claire Martin", "email": claire}
    shown = getattr(accounts.host.authority, kind)()
    async with (
        Proxy.before(accounts.host, "imaps", certificate=shown) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), imap_port=proxy.port, sender=[signer]) as rig,
    ):
        rig.confirm()
        await rig.go(rig.now + HOUR)
        assert at_customer(accounts, customer) == []
        assert proxy.count("client", "LOGIN") == 0
        assert proxy.connections <= 5  # once in a quarter of an hour
        (alarm,) = await asyncio.to_thread(accounts.host.await_messages, claire, 1)
        assert "certificat" in str(parsed(alarm)).lower()


async def test_n8_a_bad_certificate_of_the_way_out_gets_no_login(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    async with (
        Proxy.before(accounts.host, "smtps", certificate=accounts.host.authority.expired()) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), smtp_port=proxy.port) as rig,
    ):
        rig.confirm()
        await rig.go(rig.now + HOUR)
        assert proxy.count("client", "AUTH") == proxy.count("client", "MAIL") == 0
        assert proxy.connections <= 5
        (note,) = notes(accounts.host, accounts.shared)
        assert "certificat" in note.lower()


def plain_server() -> Hook:
    """A hook: a server that offers none of the newer things."""
    lesser = without(b"IDLE", b"MOVE", b"SPECIAL-USE", b"LIST-STATUS", b"LIST-EXTENDED", b"UIDPLUS")

    def hook(event: Event) -> Action | None:
        if event.side == "server" and b"PERMANENTFLAGS" in event.line:
            return Replace(event.line.replace(b" \\*", b""))
        if event.side == "server" and event.line.startswith(b"* LIST "):
            line = event.line
            for word in (b"Sent", b"Drafts", b"Junk", b"Trash", b"Archive"):
                line = line.replace(b" \\" + word, b"")
            return Replace(line)
        return lesser(event)

    return hook


async def test_n9_a_server_that_can_little_is_enough(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    async with (
        Proxy.before(accounts.host, "imaps", hook=plain_server()) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), imap_port=proxy.port) as rig,
    ):
        rig.confirm()
        await rig.go(rig.now + DAY)
        (reminder,) = await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        await delivered(accounts.host, answer_to(reminder, customer, accounts.shared), accounts.shared, customer)
        await rig.go(rig.wake.now() + 30 * DAY)
        marks = flags(accounts.host, accounts.shared, "INBOX", "RE: FA-2026-0001")
        assert marks - {"\\Recent"} == {"\\Flagged"}
        assert len(subjects(accounts.host, accounts.shared, "Sent")) == len(accounts.host.messages(customer)) == 1
