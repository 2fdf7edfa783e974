"""What real servers answer to a reminder: what each answer does to the case, and to the message in the mailbox."""

import asyncio
import imaplib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.faults.real import colleague, daemon, delivered, parsed, real_invoice
from tests.servers.fixtures import Accounts
from tests.servers.mailhost import MailHost
from tests.servers.makers import Relay
from tests.servers.makers_outside import Outside
from tests.work.rig import Rig, mail

from relancier.adapters.smtp import SmtpChannel, SmtpLogin
from relancier.core.case import Case, Kind, State

KEY = "FA-2026-0001|2026-02-27"
DAY = timedelta(days=1)
AWAY = """\
require ["vacation"];
vacation :addresses ["$to"] :subject "Absence du bureau" "Je suis absent jusqu'au 16 mars.";
"""
# Our mail asks programs not to answer, and Pigeonhole obeys: it keeps silent about an absence, and about a rejection.
# It speaks where the company has switched the first mark off, and a gateway has dropped the second.
SPOKEN_TO = {"auto_submitted": False}
GATEWAY = """\
require ["editheader"];
deleteheader "X-Auto-Response-Suppress";
redirect "$away";
"""
REJECTS = 'require ["reject"];\nreject "Nous ne recevons pas de factures à cette adresse.";\n'


@pytest.fixture
def relay(mailhost: MailHost) -> Iterator[Relay]:
    """A provider's server between us and the world, which reports delays after a second."""
    folder = Path(tempfile.mkdtemp(prefix="relancier-relay-", dir="/tmp"))
    home = mailhost.smtp_port
    try:
        with Outside() as world, Relay(folder, "smtp.relais.test", home=home, outside=world.port) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def through(rig: Rig, relay: Relay) -> SmtpChannel:
    """Sends by the relay from now on; the caller closes the channel."""
    channel = SmtpChannel(SmtpLogin(host="localhost", port=relay.port, security="none", local_hostname="lumen.test"))
    rig.parts.deliver.channel = channel
    return channel


async def answer(accounts: Accounts, words: bytes) -> bytes:
    """Waits for the message with these words in the shared mailbox."""
    found = await asyncio.to_thread(accounts.host.await_messages, accounts.shared, where=lambda raw: words in raw)
    return found[0]


def marks(accounts: Accounts, raw: bytes) -> set[str]:
    """The flags of this very message, as a colleague's program sees them."""
    with colleague(accounts.host, accounts.shared) as client:
        client.select("INBOX", readonly=True)
        (found,) = client.search(None, "HEADER", "Message-ID", f'"{parsed(raw)["Message-ID"]}"')[1]
        (uid,) = found.split()
        said = client.fetch(uid.decode(), "(FLAGS)")[1][0]
        assert isinstance(said, bytes)
        return {flag.decode() for flag in imaplib.ParseFlags(said)} - {"\\Recent"}


def case_of(rig: Rig) -> Case:
    case = rig.store.case(KEY)
    assert case is not None
    return case


def kinds(rig: Rig) -> list[Kind]:
    return [event.kind for event in rig.store.events(KEY)]


def sent(accounts: Accounts) -> int:
    return len(accounts.host.messages(accounts.shared, "Sent"))


async def test_a_vacation_reply_is_noted_and_the_plan_goes_on(accounts: Accounts, tmp_path: Path) -> None:
    customer, away = accounts.customer(), accounts.customer("absent")
    accounts.host.sieve(customer, GATEWAY.replace("$away", away))
    accounts.host.sieve(away, AWAY.replace("$to", customer))
    async with daemon(accounts, tmp_path, real_invoice(customer), sending=SPOKEN_TO) as rig:
        rig.confirm()
        await rig.go(rig.now + DAY)
        reply = await answer(accounts, b"auto-replied (vacation)")
        await rig.go(rig.now + 8 * DAY)
        assert marks(accounts, reply) == {"$RelanceAuto"}
        assert Kind.AUTOREPLIED in kinds(rig)
        assert case_of(rig).state is State.OPEN
        assert sent(accounts) == 2


async def test_a_bounce_holds_the_case_and_is_flagged(accounts: Accounts, tmp_path: Path) -> None:
    async with daemon(accounts, tmp_path, real_invoice(accounts.bouncing)) as rig:
        rig.confirm()
        await rig.go(rig.now + DAY)
        bounce = await answer(accounts, b"Undelivered Mail Returned to Sender")
        await rig.go(rig.now + 60 * DAY)
        assert marks(accounts, bounce) == {"\\Flagged", "$RelanceProblem"}
        assert Kind.BOUNCED in kinds(rig)
        assert case_of(rig).holds
        assert sent(accounts) == 1


async def test_a_delay_is_only_noted(accounts: Accounts, tmp_path: Path, relay: Relay) -> None:
    async with daemon(accounts, tmp_path, real_invoice(f"achats{accounts.number}@closed.test")) as rig:
        channel = through(rig, relay)
        rig.confirm()
        await rig.go(rig.now + DAY)
        delay = await answer(accounts, b"Delayed Mail (still being retried)")
        await rig.go(rig.now + 8 * DAY)
        await channel.close()
        assert marks(accounts, delay) == {"$RelanceAuto"}
        assert any(event.detail.startswith("bounce temporary for") for event in rig.store.events(KEY))
        assert not case_of(rig).holds
        assert sent(accounts) == 2


async def test_a_success_report_is_kept_as_the_receipt_of_a_step_with_proof(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        setup = rig.holder.setup
        plan = setup.plans["standard"]
        steps = tuple(replace(step, proof=True) for step in plan.steps)
        rig.holder.setup = replace(setup, plans={**setup.plans, "standard": replace(plan, steps=steps)})
        rig.confirm()
        await rig.go(rig.now + DAY)
        report = await answer(accounts, b"Successful Mail Delivery Report")
        await rig.go(rig.now + 2 * DAY)
        assert marks(accounts, report) == {"$RelanceAuto"}
        assert Kind.RECEIPT in kinds(rig)
        assert case_of(rig).state is State.OPEN


async def test_a_rejection_holds_the_case_and_is_flagged(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    accounts.host.sieve(customer, REJECTS)
    async with daemon(accounts, tmp_path, real_invoice(customer), sending=SPOKEN_TO) as rig:
        rig.confirm()
        await rig.go(rig.now + DAY)
        rejection = await answer(accounts, b"auto-replied (rejected)")
        await rig.go(rig.now + 60 * DAY)
        assert marks(accounts, rejection) == {"\\Flagged", "$RelanceProblem"}
        assert Kind.BOUNCED in kinds(rig)
        assert case_of(rig).holds
        assert sent(accounts) == 1


@pytest.mark.parametrize(
    "marked",
    [
        {"message_id": "<20260303081412.24871.blah@mx.ovh.test>"},
        {"Delivered_To": "Autoresponder", "message_id": "<a1@mx.ovh.test>"},
    ],
)
async def test_ovh_s_auto_responder_is_known_by_either_mark(
    accounts: Accounts, tmp_path: Path, marked: dict[str, str]
) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        await rig.go(rig.now + DAY)
        (reminder,) = await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        subject = f"Re: {parsed(reminder)['Subject']}"
        text = "Bonjour,\n\nNous sommes fermés jusqu'au 9 mars.\n\nL'équipe"
        absence = mail(customer, subject, text, to=accounts.shared, **marked)
        await delivered(accounts.host, absence, accounts.shared, customer)
        await rig.go(rig.now + 8 * DAY)
        assert marks(accounts, absence) == {"$RelanceAuto"}
        assert Kind.AUTOREPLIED in kinds(rig)
        assert case_of(rig).state is State.OPEN
        assert sent(accounts) == 2
