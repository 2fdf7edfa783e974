"""What the sources of invoices and payments tell of each other: the mail, the books, files given once, the bank."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.work.carrying import CLIENT, DUE, mailed, no_books, page, reading, with_papers
from tests.work.paying import ACCOUNT, because, money
from tests.work.paying import take as taken_from
from tests.work.play import (
    arrive,
    box,
    case,
    daemon,
    late,
    notes,
    parsed,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    written,
)
from tests.work.rig import NOON, MemorySource, Rig, config, customer

from relancier.adapters.memory_mailbox import MemoryMailbox
from relancier.adapters.statements import BankStatements
from relancier.core.case import Because, Contact, Customer, Invoice, Origin, Role, State
from relancier.core.stored import Fate
from relancier.ports import Credit, Fetched, Unavailable
from relancier.work.books.customers import take_customers
from relancier.work.books.taken import take_invoices
from relancier.work.einvoices.papers import MOST_A_TICK, MOST_UNREACHED
from relancier.work.paid.statements import take
from relancier.work.records import Desk

KEY = f"FA-2026-0100|{DUE}"
LATER = NOON + timedelta(minutes=1)


def credit_note(total: str = "200.00", **other: object) -> bytes:
    facts = {"kind": "credit_note", "credits": ["FA-2026-0100"], "parts": [], **other}
    return page("AV-2026-0001", total=total, **facts)


def books(*invoices: Invoice) -> Rig:
    return reading(config(), source=MemorySource(invoices or [late("FA-9", DUE)]))


class Reluctant(MemoryMailbox):
    """Gives no whole message out, only the beginning that is read at once."""

    async def fetch(self, folder: str, uids: Sequence[int], limit: int) -> AsyncIterator[Fetched]:
        if limit > 4 * 1024 * 1024:
            raise Unavailable("the server takes too long")
        async for item in super().fetch(folder, uids, limit):
            yield item


# --- What is attached and not read yet ---


async def test_nothing_is_sent_while_what_was_mailed_is_still_to_be_read() -> None:
    rig = with_papers(daemon(late("FA-2026-0100")))
    for number in range(3 * MOST_A_TICK):
        mailed(rig, ("plan.pdf", b"%PDF-1.7 a plan"), at=NOON - timedelta(days=2), subject=f"Plan {number}")
    mailed(rig, credit_note("1200.00", buyer="Dupont"))
    await pass_minutes(rig, 30)
    assert rig.store.attachments_wanted() == []
    assert because(case(rig, "FA-2026-0100|2026-02-27")) == [Because.CREDIT]
    assert reminders(rig) == []


async def test_what_strangers_attach_keeps_nothing_waiting() -> None:
    rig = with_papers(daemon(late()))
    for number in range(3 * MOST_A_TICK):
        mailed(rig, page(), folder="INBOX", sender="escroc@elsewhere.test", subject=f"Facture {number}")
    await rig.tick()
    assert rig.store.attachments_wanted()
    assert taken(rig) == ["reminder"]


async def test_a_message_that_the_server_does_not_give_out_is_told_and_keeps_nothing_waiting_for_ever() -> None:
    rig = with_papers(daemon(late(), mailbox=Reluctant()))
    mailed(rig, credit_note())
    await pass_minutes(rig, 5)
    assert reminders(rig) == []
    await pass_minutes(rig, MOST_UNREACHED)
    assert len(notes(rig, "unread")) == 1
    assert taken(rig) == ["reminder"]


# --- Credit notes of the mail, and what else tells of the invoice ---


async def test_a_credit_that_the_books_have_used_ends_no_hold_for_another_credit_note() -> None:
    rig = books(late("FA-2026-0100", DUE))
    rig.source.credits = (Credit("dupont", "AV-1", Decimal(100)),)
    await rig.tick()
    mailed(rig, credit_note("500.00"))
    await rig.tick()
    assert because(case(rig, KEY)) == [Because.CREDIT, Because.CREDIT]
    rig.source.credits = ()
    rig.source.touch(LATER)
    await rig.tick()
    (hold,) = case(rig, KEY).holds
    assert hold.detail == "credit note AV-2026-0001 500.00 EUR"


async def test_the_credit_note_of_the_mail_is_used_when_the_books_have_used_it() -> None:
    rig = books(late("FA-2026-0100", DUE))
    await rig.tick()
    mailed(rig, credit_note())
    await rig.tick()
    rig.source.credits = (Credit("dupont", "AV 2026 0001", Decimal(200)),)
    rig.source.touch(LATER)
    await rig.tick()
    rig.source.credits = ()
    rig.source.set(late("FA-2026-0100", DUE, amount=Decimal(1000)), at=LATER)
    await rig.tick()
    assert case(rig, KEY).holds == ()


@pytest.mark.parametrize(("amount", "due", "held"), [("1200.00", DUE, True), ("1200.00", DUE + timedelta(1), True),
                                                     ("1000.00", DUE, False)])  # fmt: skip
async def test_books_that_ask_again_for_what_was_credited_are_not_believed(
    amount: str, due: date, *, held: bool
) -> None:
    rig = books()
    await rig.tick()
    mailed(rig, page(issued="2026-03-02"))
    mailed(rig, credit_note(), at=LATER)
    await rig.tick()
    assert case(rig, KEY).amount_due == Decimal("1000.00")
    rig.source.set(late("FA-9", DUE), late("FA-2026-0100", due, amount=Decimal(amount)), at=LATER)
    await rig.tick()
    found = case(rig, f"FA-2026-0100|{due}")
    assert found.invoice.origin is Origin.BOOKS
    assert because(found) == ([Because.CREDIT] if held else [])
    assert bool(notes(rig, "held", "credit")) is held


async def test_a_credit_note_holds_its_invoice_that_a_person_takes_up_after_it() -> None:
    rig = reading()
    mailed(rig, page(parts=[]))
    mailed(rig, credit_note(), at=LATER)
    await rig.tick()
    (offer,) = rig.store.offers()
    rig.order("open", on=DUE, keys=(offer.id,))
    await rig.tick()
    assert [hold.detail for hold in case(rig, KEY).holds] == ["credit note AV-2026-0001 200.00 EUR"]


@pytest.mark.parametrize(("credited", "held"), [("0", True), ("200.00", False)])
async def test_a_credit_note_holds_its_invoice_that_a_file_tells_of_after_it(credited: str, *, held: bool) -> None:
    rig = reading()
    mailed(rig, credit_note())
    await rig.tick()
    desk = Desk.at(rig.store, rig.holder.setup, LATER)
    given = late("FA 2026 0100", DUE, origin=Origin.IMPORT, known_on=NOON.date(), credited=Decimal(credited))
    take_invoices([given], desk)
    desk.ledger.commit()
    assert because(case(rig, given.key)) == ([Because.CREDIT] if held else [])


@pytest.mark.parametrize("origin", [Origin.IMPORT, Origin.MAIL])
async def test_credit_in_the_books_holds_what_they_do_not_list_of_that_customer(origin: Origin) -> None:
    rig = books()
    await rig.tick()
    desk = Desk.at(rig.store, rig.holder.setup, NOON)
    given = late("IM-1", DUE, origin=origin, known_on=NOON.date())
    take_invoices([given, replace(given, number="IM-2", customer=customer("Bora"))], desk)
    desk.ledger.commit()
    rig.source.credits = (Credit("dupont", "AV-1", Decimal(500)),)
    rig.source.touch(LATER)
    await rig.tick()
    assert because(case(rig, given.key)) == [Because.CREDIT]
    assert because(case(rig, f"IM-2|{DUE}")) == []


# --- Whose it is ---


@pytest.mark.parametrize("name", ["Moulins Dupré", "MOULINS DUPRE"])
async def test_a_customer_whom_a_file_says_never_to_chase_is_not_chased_about_what_was_mailed(name: str) -> None:
    rig = reading()
    desk = Desk.at(rig.store, rig.holder.setup, NOON)
    take_customers([Customer(id="C1", name=name, never=True)], desk, "clients.csv")
    desk.ledger.commit()
    mailed(rig, page())
    await rig.tick()
    found = case(rig, KEY).invoice.customer
    assert (found.id, found.never, found.contacts) == ("C1", True, (Contact(Role.ACCOUNTING, CLIENT, "Alice Petit"),))


async def test_whoever_gets_the_invoices_of_several_customers_is_not_written_to() -> None:
    rig = reading()
    mailed(rig, page(), page("FA-2026-0101", buyer="Autre SARL"), to="cabinet@experts.test")
    await rig.tick()
    assert list(rig.store.all_cases()) == []
    assert len(notes(rig, "offer", "offer_forwarded")) == 2


async def test_an_answer_to_the_message_that_carried_the_invoice_holds_it() -> None:
    rig = reading()
    raw = mailed(rig, page())
    await rig.tick()
    thread = str(parsed(raw)["Message-ID"])
    arrive(rig, written("moi@ailleurs.test", "RE: x", "Nous avons réglé.", In_Reply_To=thread, at=LATER))
    await pass_days(rig, 40)
    assert case(rig, KEY).unseen
    assert reminders(rig) == []
    assert len(box(rig).raws("INBOX")) >= 1


# --- Money ---


async def test_an_invoice_of_a_day_to_come_waits_for_its_payments_to_be_known() -> None:
    rig = reading(no_books(), fresh_books=False)
    mailed(rig, page(issued="2027-02-20"))
    await rig.tick()
    assert case(rig, KEY).invoice.known_on == NOON.date()
    await pass_days(rig, 30)
    assert "reminder" not in taken(rig, KEY)


CSV = """Compte;Date;Libellé;Débit;Crédit
FR7630006000011234567890189;20/02/2026;FRAIS DE TENUE DE COMPTE;4,50;
FR7630006000011234567890189;26/02/2026;VIR INST GARAGE MOREL ACOMPTE 40,00;;40,00
FR7630006000011234567890189;27/02/2026;PRLV EDF;85,00;
"""


async def test_a_payer_read_from_the_banks_words_with_more_behind_the_name_holds_what_is_open() -> None:
    rig = daemon(late(customer=replace(customer(), name="GARAGE MOREL")), confirmed=False)
    await rig.tick()
    desk = Desk.at(rig.store, rig.holder.setup, NOON)
    take(BankStatements().read("releve.csv", CSV.encode()).found, "releve.csv", desk)
    desk.ledger.commit()
    rig.confirm()
    await rig.tick()
    (receipt,) = rig.store.receipts(*Fate)
    assert (receipt.movement.account, receipt.fate) == (ACCOUNT, Fate.LOOSE)
    assert because(case(rig)) == [Because.PAYMENT]
    assert reminders(rig) == []


@pytest.mark.parametrize("again", [1, 2])
async def test_a_payment_that_one_file_tells_of_nobody_is_found_in_another_that_says_more(again: int) -> None:
    rig = daemon(late(), confirmed=False)
    await rig.tick()
    short = money(wording="VIR SEPA HOLDING RHONE", payer="HOLDING RHONE")
    whole = money(wording="VIR SEPA HOLDING RHONE FACTURE FA-2026-0001", payer="HOLDING RHONE")
    taken_from(rig, short, stem="releve.csv")
    assert [one.fate for one in rig.store.receipts(*Fate)] == [Fate.ASKED], "of just that amount"
    for _ in range(again):
        taken_from(rig, whole, stem="releve.xml")
        taken_from(rig, short, stem="releve.csv")
    assert case(rig).state is State.PAID
    assert sorted(one.fate for one in rig.store.receipts(*Fate)) == [Fate.BOOKED, Fate.SETTLED]


async def test_what_two_files_tell_of_nobody_stays_one_payment_of_nobody() -> None:
    rig = daemon(late(), confirmed=False)
    await rig.tick()
    for stem, wording in (
        ("a.csv", "VIR LOYER LILAS"),
        ("a.xml", "VIR LOYER LILAS MARS"),
        ("a.ofx", "VIR LOYER LILAS"),
    ):
        taken_from(rig, money("900.00", wording, payer="LILAS"), stem=stem)
    assert [one.movement.wording for one in rig.store.receipts(Fate.UNKNOWN)] == ["VIR LOYER LILAS MARS"]


async def test_what_two_files_tell_of_nobody_and_fits_an_invoice_is_asked_about_once() -> None:
    rig = daemon(late(), confirmed=False)
    await rig.tick()
    for stem, wording in (
        ("a.csv", "VIR LOYER LILAS"),
        ("a.xml", "VIR LOYER LILAS MARS"),
        ("a.ofx", "VIR LOYER LILAS"),
    ):
        taken_from(rig, money(wording=wording, payer="LILAS"), stem=stem)
    assert [one.movement.wording for one in rig.store.receipts(Fate.ASKED)] == ["VIR LOYER LILAS"]
    assert len(notes(rig, "money")) == 1


async def test_money_that_may_be_for_several_holds_a_new_invoice_that_it_may_be_for_too() -> None:
    may = date(2026, 5, 1)
    two = [late(number, may, issued=date(2026, 2, 1)) for number in ("FA-2026-0007", "FA-2026-0008")]
    rig = daemon(*two, confirmed=False)
    await rig.tick()
    taken_from(rig, money(wording="VIR"))
    assert [one.fate for one in rig.store.receipts(*Fate)] == [Fate.ASKED]
    rig.source.set(*two, late(), late("FA-2026-0002", amount=Decimal(70)), at=LATER)
    rig.confirm()
    await rig.tick()
    assert because(case(rig)) == [Because.PAYMENT]
    assert because(case(rig, "FA-2026-0002|2026-02-27")) == []
    taken_from(rig, money(wording="VIR"), stem="copie.xml")
    (receipt,) = rig.store.receipts(*Fate)
    assert len(receipt.cases) == 3
