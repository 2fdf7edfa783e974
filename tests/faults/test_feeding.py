"""Invoices and payments from the mailbox itself, on Dovecot and Postfix: mailed, chased in that thread, paid."""

import asyncio
import imaplib
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tests.adapters.papers_made import Given, factur_x
from tests.faults.real import colleague, daemon, delivered, parsed, real_invoice
from tests.servers.fixtures import Accounts
from tests.statements.make import camt
from tests.work.play import taken
from tests.work.rig import NOON, Rig

from relancier.adapters.einvoice.caged import CagedReader
from relancier.adapters.statements import BankStatements
from relancier.core.case import Case, Kind, Origin, State
from relancier.core.outbox import Status
from relancier.core.paid.statement import Movement, Statement

IBAN = "FR7630006000011234567890189"
COMPANY = {"name": "Atelier Lumen SAS", "siren": "732829320", "iban": IBAN}
DAY = timedelta(days=1)
DUE = date(2026, 3, 4)
KEY = f"FA-2026-0147|{DUE}"
INVOICE = Given(
    issued="20260202", delivered="20260131", terms=(("20260304", ""),), total="1200.00", prepaid="0.00",
    payable="1200.00", buyer="Moulins Dupré SARL",
)  # fmt: skip


def reading(rig: Rig) -> Rig:
    """The same daemon, with the readers of production."""
    setup = rig.holder.setup
    rig.holder.setup = replace(setup, papers=CagedReader(seconds=20), statements=BankStatements())
    return rig


def message(sender: str, to: str, subject: str, name: str, content: bytes) -> bytes:
    """What a colleague's mail program writes."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Message-ID"] = f"<{abs(hash((to, subject, name)))}@lumen.test>"
    made["Date"] = format_datetime(NOON)
    made.set_content("Bonjour, voir la pièce jointe.")
    kind = "pdf" if name.endswith(".pdf") else "xml"
    made.add_attachment(content, maintype="application", subtype=kind, filename=name)
    return made.as_bytes()


def into_sent(accounts: Accounts, raw: bytes) -> None:
    """The mail program keeps its copy in Sent."""
    with colleague(accounts.host, accounts.shared) as client:
        client.append("Sent", "\\Seen", imaplib.Time2Internaldate(time.time()), raw)


def statement(since: date, until: date, *movements: Movement) -> bytes:
    return camt(Statement(account=IBAN, since=since, until=until, movements=movements))


def book(accounts: Accounts, since: date, until: date, *movements: Movement) -> None:
    """A colleague mails the bank's statement of these days to the shared mailbox."""
    name = f"releve-{until}.xml"
    into_sent(accounts, message(accounts.shared, accounts.shared, "Relevé", name, statement(since, until, *movements)))


def case(rig: Rig) -> Case:
    found = rig.store.case(KEY)
    assert found is not None
    return found


async def test_an_invoice_mailed_to_a_customer_is_chased_in_its_thread_until_a_statement_says_that_it_is_paid(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer, pdf = accounts.customer(), factur_x(INVOICE, "EN 16931")
    async with daemon(accounts, tmp_path, company=COMPANY, invoices={"file": ""}) as bare:
        rig = reading(bare)
        rig.confirm()
        mailed = message(accounts.shared, f"Alice Petit <{customer}>", "Votre facture", "facture.pdf", pdf)
        await delivered(accounts.host, mailed, customer, accounts.shared)
        into_sent(accounts, mailed)
        book(accounts, date(2026, 2, 1), date(2026, 3, 1))
        await rig.go(rig.now + timedelta(hours=1))
        assert case(rig).invoice.origin is Origin.MAIL
        assert case(rig).amount_due == Decimal("1200.00")
        await the_reminder_goes_into_its_thread(accounts, customer, pdf)

        await rig.go(datetime(2026, 3, 6, 12, tzinfo=UTC))
        book(accounts, date(2026, 3, 2), date(2026, 3, 5))
        await rig.go(datetime(2026, 3, 13, 12, tzinfo=UTC))
        book(accounts, date(2026, 3, 6), date(2026, 3, 12))
        await rig.go(datetime(2026, 3, 16, 6, tzinfo=UTC))
        assert taken(rig, KEY) == ["notification", "reminder"]

        rig.wake._now = datetime(2026, 3, 16, 9, tzinfo=UTC)
        rig.loop._stopping = False
        rig.parts.escalate.run(rig.wake.now())
        assert len(rig.store.entries(Status.QUEUED)) == 1
        paid = Movement(
            account=IBAN, on=date(2026, 3, 13), amount=Decimal("1200.00"), payer="MOULINS DUPRE",
            wording="VIR FACTURE FA-2026-0147",
        )  # fmt: skip
        book(accounts, date(2026, 3, 13), date(2026, 3, 15), paid)
        await rig.parts.deliver.run()
        assert case(rig).state is State.PAID
        assert len(rig.store.entries(Status.CANCELLED)) == 1
        await rig.go(rig.wake.now() + 60 * DAY)
        assert len(accounts.host.messages(customer)) == 3  # the invoice, the notification, one reminder
        assert [event.kind for event in rig.store.events(KEY)].count(Kind.PAID) == 1


async def the_reminder_goes_into_its_thread(accounts: Accounts, customer: str, pdf: bytes) -> None:
    """The customer has the invoice, and our first message about it behind it in the same conversation."""
    invoice, first = [parsed(raw) for raw in await asyncio.to_thread(accounts.host.await_messages, customer, 2)]
    assert first["In-Reply-To"] == invoice["Message-ID"]
    assert invoice["Message-ID"] in first["References"]
    assert "FA-2026-0147" in first["Subject"]
    pages = [one for one in first.iter_attachments() if one.get_content_type() == "application/pdf"]
    assert [one.get_content() for one in pages] == [pdf]


async def test_a_forged_invoice_and_a_forged_statement_in_the_inbox_change_nothing(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer), company=COMPANY) as bare:
        rig = reading(bare)
        rig.confirm()
        forged = message("escroc@elsewhere.test", accounts.shared, "Facture", "facture.pdf", factur_x(INVOICE, "BASIC"))
        await delivered(accounts.host, forged, accounts.shared, "escroc@elsewhere.test")
        paid = Movement(account=IBAN, on=date(2026, 2, 27), amount=Decimal("1200.00"), wording="FA-2026-0001")
        releve = statement(date(2026, 2, 1), date(2026, 3, 1), paid)
        money = message(accounts.shared, accounts.shared, "Relevé", "releve.xml", releve)
        await delivered(accounts.host, money, accounts.shared, "escroc@elsewhere.test")
        await rig.go(rig.now + 4 * DAY)
        assert rig.store.case(KEY) is None
        assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 1)) == 1
        (found,) = rig.store.all_cases()
        assert found.amount_due == Decimal("1200.00")


async def test_a_statement_that_the_bank_mails_counts_where_our_own_server_proves_it(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer, bank = accounts.customer(), "releves@banque.test"
    payments = {"senders": [bank], "accounts": [IBAN]}
    mailbox = {"address": accounts.shared, "authserv_id": "mx.lumen.test"}
    tables: dict[str, Any] = {"company": COMPANY, "payments": payments, "mailbox": mailbox}
    async with daemon(accounts, tmp_path, real_invoice(customer), **tables) as bare:
        rig = reading(bare)
        await rig.tick()  # the books are read, nothing is confirmed yet
        paid = Movement(account=IBAN, on=date(2026, 2, 27), amount=Decimal("1200.00"), wording="VIR FA-2026-0001")
        releve = statement(date(2026, 2, 1), date(2026, 3, 1), paid)
        forged = message(bank, accounts.shared, "Relevé faux", "releve.xml", releve)
        await delivered(accounts.host, forged, accounts.shared, bank)
        await rig.tick()
        (found,) = rig.store.all_cases()
        assert found.amount_due == Decimal("1200.00")
        proof = (
            b"Authentication-Results: mx.lumen.test; dkim=pass header.d=banque.test\n"
            b"DKIM-Signature: v=1; a=rsa-sha256; d=banque.test; s=s1; h=from; bh=x; b=y\n"
        )
        genuine = proof + message(bank, accounts.shared, "Relevé", "releve.xml", releve)
        await delivered(accounts.host, genuine, accounts.shared, bank)
        rig.confirm()
        await rig.go(rig.wake.now() + 30 * DAY)
        (found,) = rig.store.all_cases()
        assert found.state is State.PAID
        assert accounts.host.messages(customer) == []
