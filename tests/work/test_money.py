"""Money on statements: what is certain stops what is queued, what is doubtful holds and asks, nothing counts twice."""

from datetime import date, timedelta
from decimal import Decimal

from tests.work.play import (
    KEY,
    arrive,
    at_stage,
    box,
    case,
    daemon,
    entries,
    late,
    notes,
    pass_days,
    reminders,
    taken,
    way_out,
    words,
    written,
)
from tests.work.rig import NOON, OWN, Rig, config, customer

from relancier.core.case import Because, Case, Kind, State
from relancier.core.claim import Paid, Source, payments
from relancier.core.outbox import Stage, Status
from relancier.core.statement import Movement, Statement, counted
from relancier.core.stored import Fate, Order, Received
from relancier.work.money import Taken, rematch_money, take_statement
from relancier.work.records import Desk
from relancier.work.removal import removal

ACCOUNT = "FR7630006000011234567890189"
THEIRS = "FR1420041010050500013M02606"
SECOND = "FA-2026-0002|2026-02-27"
TODAY = NOON.date()


def money(amount: str = "1200.00", wording: str = "", **other: object) -> Movement:
    facts = {"account": ACCOUNT, "on": TODAY, "payer": "DUPONT SARL", **other}
    return Movement(amount=Decimal(amount), wording=wording, **facts)  # type: ignore[arg-type]


def statement(*movements: Movement) -> Statement:
    return Statement(account=ACCOUNT, since=date(2026, 2, 1), until=date(2026, 3, 31), movements=counted(movements))


def take(rig: Rig, *movements: Movement, stem: str = "releve.xml") -> Taken:
    desk = Desk.at(rig.store, rig.holder.setup, rig.wake.now())
    told = take_statement(statement(*movements), stem, desk)
    desk.ledger.commit()
    return told


def receipt(rig: Rig) -> Received:
    (found,) = rig.store.receipts(*Fate)
    return found


def because(found: Case) -> list[Because]:
    return [hold.because for hold in found.holds]


def reply(rig: Rig, line: str) -> None:
    """A colleague answers the last note about money from the shared mailbox."""
    note = notes(rig, "money")[-1]
    arrive(rig, written(OWN, "Re: paiement", line, at=rig.wake.now(), In_Reply_To=note.message_id), "Sent")


async def opened(*numbers: str) -> Rig:
    """A daemon that has read its books, and has not been let loose yet."""
    rig = daemon(*(late(number) for number in numbers or ("FA-2026-0001",)), confirmed=False)
    await rig.tick()
    return rig


# --- Certain ---


async def test_a_payment_closes_its_case_and_the_reminder_that_is_queued_does_not_leave() -> None:
    two = late("FA-2026-0002", customer=customer("Martin"))
    rig = daemon(late(), two)
    paid = money(wording="VIR SEPA FACT FA-2026-0002", payer="MARTIN")
    way_out(rig).on_step = at_stage(Stage.BODY, lambda: take(rig, paid))
    await pass_days(rig, 10)
    assert case(rig, two.key).state is State.PAID
    assert {to for sent in reminders(rig) for to in sent.recipients} == {"compta@dupont.test", "achats@dupont.test"}
    queued = [entry for entry in entries(rig) if two.key in entry.about]
    assert [entry.status for entry in queued] == [Status.CANCELLED]


async def test_a_paid_case_is_thanked_where_that_is_wanted() -> None:
    rig = daemon(late(), conf=config(sending={"thank_you": True}))
    await rig.tick()
    take(rig, money(wording="FA-2026-0001"))
    await pass_days(rig, 3)
    assert taken(rig)[-1] == "thank-you"


async def test_the_payment_stands_in_the_history_with_its_day_and_its_file() -> None:
    rig = await opened()
    take(rig, money(wording="FA-2026-0001", on=TODAY - timedelta(days=2)))
    (paid,) = [event for event in rig.store.events(KEY) if event.kind is Kind.PAID]
    assert (paid.on, paid.amount, paid.seen) == (TODAY - timedelta(days=2), Decimal("1200.00"), ())
    assert paid.detail == "payment of 1,200.00 EUR on 2026-02-28 by statement releve.xml"
    assert paid.ref == receipt(rig).identity
    assert (receipt(rig).fate, receipt(rig).cases) == (Fate.BOOKED, (KEY,))


async def test_interest_counts_the_payment_from_the_day_of_the_bank() -> None:
    rig = await opened()
    paid_on = TODAY - timedelta(days=2)
    take(rig, money("500.00", "FA-2026-0001", on=paid_on))
    found = payments(case(rig), rig.store.events(KEY), rig.holder.setup.today)
    assert found == (Paid(paid_on, Decimal("500.00"), Source.BANK),)
    take(rig, money("700.00", "FA-2026-0001"))
    found = payments(case(rig), rig.store.events(KEY), rig.holder.setup.today)
    assert [(one.on, one.amount) for one in found] == [(paid_on, Decimal(500)), (TODAY, Decimal(700))]


async def test_the_same_file_twice_or_one_that_overlaps_changes_nothing() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    first, again = money("300.00", "ACOMPTE FA-2026-0001"), money("500.00", "ACOMPTE FA-2026-0002")
    take(rig, first)
    before = (case(rig), case(rig, SECOND), rig.store.events(KEY))
    told = take(rig, first)
    assert (told.known, told.booked) == (1, 0)
    assert before == (case(rig), case(rig, SECOND), rig.store.events(KEY))
    overlapping = take(rig, first, again, stem="releve-2.xml")
    assert (overlapping.known, overlapping.booked) == (1, 1)
    assert case(rig).amount_due == Decimal("900.00")
    assert case(rig, SECOND).amount_due == Decimal("700.00")


async def test_two_payments_that_read_alike_both_count() -> None:
    rig = await opened()
    alike = money("300.00", "ACOMPTE FA-2026-0001")
    assert take(rig, alike, alike).booked == 2
    assert case(rig).amount_due == Decimal("600.00")


async def test_a_payment_answers_no_reply() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, written("compta@dupont.test", "FA-2026-0001", "Pourquoi ce montant ?"))
    await rig.tick()
    take(rig, money("300.00", "FA-2026-0001"))
    assert case(rig).state is State.PAUSED
    assert case(rig).unseen


async def test_the_account_of_a_payer_is_learnt_from_a_number_and_from_nothing_less() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002", "FA-2026-0003")
    take(rig, money(wording="VIR", payer_iban=THEIRS))
    assert receipt(rig).fate is Fate.ASKED
    take(rig, money("801.00", "VIR", payer="D. HOLDING", payer_iban=THEIRS))
    assert len(rig.store.receipts(Fate.UNKNOWN)) == 1
    take(rig, money(wording="FA-2026-0001", payer_iban=THEIRS))
    take(rig, money("800.00", "VIR", payer="D. HOLDING", payer_iban=THEIRS))
    assert [one.customer for one in rig.store.receipts(Fate.LOOSE)] == ["dupont"]


async def test_what_the_books_had_already_is_settled_without_a_word() -> None:
    rig = daemon(late(paid=Decimal("1200.00")), late("FA-2026-0002"), confirmed=False)
    await rig.tick()
    told = take(rig, money(wording="FA-2026-0001", on=TODAY - timedelta(days=3)))
    assert told.settled == 1
    assert notes(rig, "money") == []
    assert because(case(rig, SECOND)) == []


async def test_a_part_that_the_books_may_have_already_is_asked_about() -> None:
    rig = daemon(late(paid=Decimal("400.00")), confirmed=False)
    await rig.tick()
    take(rig, money("400.00", "ACOMPTE FA-2026-0001", on=TODAY - timedelta(days=3)))
    assert receipt(rig).reason == "money_known"
    assert case(rig).amount_due == Decimal("800.00")
    assert because(case(rig)) == [Because.PAYMENT]


async def test_a_part_after_the_books_were_written_counts() -> None:
    rig = daemon(late(paid=Decimal("400.00")), confirmed=False)
    await rig.tick()
    take(rig, money("400.00", "ACOMPTE FA-2026-0001", on=TODAY + timedelta(days=1)))
    assert case(rig).amount_due == Decimal("400.00")


async def test_the_books_that_show_the_payment_later_count_it_once() -> None:
    rig = await opened()
    take(rig, money("400.00", "FA-2026-0001"))
    rig.source.set(late(paid=Decimal("400.00")), at=NOON + timedelta(days=1))
    await rig.tick()
    assert case(rig).amount_due == Decimal("800.00")
    take(rig, money("400.00", "FA-2026-0001", on=TODAY - timedelta(days=1)))
    assert case(rig).amount_due == Decimal("400.00")


async def test_another_sort_of_file_tells_the_same_payment_and_changes_nothing() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    take(rig, money("300.00", "ACOMPTE FA-2026-0001"))
    as_csv = money("300.00", "VIR SEPA DUPONT SARL ACOMPTE FA-2026-0001", payer="", reference="X1")
    told = take(rig, as_csv, stem="releve.csv")
    assert (told.known, told.booked) == (1, 0)
    assert case(rig).amount_due == Decimal("900.00")
    again = take(rig, as_csv, money("300.00", "ACOMPTE FA-2026-0002"), stem="releve.csv")
    assert (again.known, again.booked) == (1, 1)


async def test_what_a_person_said_was_paid_is_no_second_payment_when_the_bank_tells_it() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    rig.order("paid", KEY)
    await rig.tick()
    told = take(rig, money(wording="VIREMENT", on=TODAY + timedelta(days=9)))
    assert told.asked == 1
    assert case(rig, SECOND).state is State.OPEN
    quoted = take(rig, money(wording="FA-2026-0001", on=TODAY + timedelta(days=10)))
    assert quoted.settled == 1


async def test_a_case_whose_number_is_written_otherwise_since_is_freed_all_the_same() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    take(rig, money(wording="VIREMENT"))
    rig.source.set(late(due=late().due + timedelta(days=2)), late("FA-2026-0002"), at=NOON)
    await rig.tick()
    moved = f"FA-2026-0001|{late().due + timedelta(days=2)}"
    assert because(case(rig, moved)) == [Because.PAYMENT]
    rig.order("paid", SECOND)
    await rig.tick()
    assert because(case(rig, moved)) == []


async def test_the_statements_of_one_file_know_of_each_other() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    desk = Desk.at(rig.store, rig.holder.setup, NOON)
    first = money("300.00", "ACOMPTE FA-2026-0001", payer_iban=THEIRS)
    for movements in ((first,), (first, money("900.00", "SOLDE FA-2026-0001")), (money("33.00", payer_iban=THEIRS),)):
        take_statement(statement(*movements), "releve.xml", desk)
    desk.ledger.commit()
    assert case(rig).state is State.PAID
    assert [event.amount for event in rig.store.events(KEY) if event.kind is Kind.PAID] == [Decimal(300), Decimal(900)]
    assert [one.customer for one in rig.store.receipts(Fate.LOOSE)] == ["dupont"]


async def test_money_from_more_than_a_year_ago_is_left_alone() -> None:
    rig = await opened()
    assert take(rig, money(wording="FA-2026-0001", on=TODAY - timedelta(days=401))).left == 1
    assert rig.store.receipts(*Fate) == []


async def test_a_forgotten_customer_leaves_no_payment_behind() -> None:
    rig = await opened()
    take(rig, money(wording="FA-2026-0001"))
    rig.store.commit(*removal([case(rig)], rig.store))
    assert rig.store.receipts(*Fate) == []


async def test_money_held_for_two_stays_with_the_one_that_is_left() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    take(rig, money(wording="VIREMENT"))
    rig.store.commit(*removal([case(rig)], rig.store))
    assert receipt(rig).cases == (SECOND,)


async def test_what_quotes_its_invoice_has_its_turn_before_what_does_not() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    early = money(wording="VIREMENT", on=TODAY - timedelta(days=5))
    assert take(rig, early, money(wording="FA-2026-0001")).booked == 2
    (second,) = [event for event in rig.store.events(SECOND) if event.kind is Kind.PAID]
    assert second.on == early.on


# --- Doubtful ---


async def test_two_invoices_of_the_same_amount_are_held_and_a_note_asks() -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    rig.order("hold")
    await rig.tick()
    take(rig, money(wording="VIREMENT"))
    rig.order("release")
    await rig.tick()
    assert reminders(rig) == []
    assert because(case(rig)) == because(case(rig, SECOND)) == [Because.PAYMENT]
    (note,) = notes(rig, "money")
    told = words(next(raw for raw in box(rig).raws("INBOX") if note.token.encode() in raw))
    assert "1 200,00 € est arrivé le 2 mars 2026, de DUPONT SARL" in told
    assert "Plusieurs factures peuvent convenir à ce montant." in told
    assert "payé 02/03/2026 FA-2026-0001" in told
    assert "payé 02/03/2026 FA-2026-0002" in told


async def test_paid_in_answer_to_the_note_closes_that_invoice_and_lets_the_other_go_on() -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    rig.order("hold")
    await rig.tick()
    take(rig, money(wording="VIREMENT", payer_iban=THEIRS))
    await rig.tick()
    reply(rig, "payé 02/03/2026 FA-2026-0001")
    await rig.tick()
    assert case(rig).state is State.PAID
    assert because(case(rig, SECOND)) == []
    assert (receipt(rig).fate, receipt(rig).cases, receipt(rig).customer) == (Fate.SETTLED, (KEY,), "dupont")
    rig.order("release")
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 1


async def test_resume_frees_an_invoice_at_a_time() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    take(rig, money(wording="VIREMENT"))
    rig.order("resume", KEY)
    await rig.tick()
    assert (because(case(rig)), because(case(rig, SECOND))) == ([], [Because.PAYMENT])
    assert receipt(rig).fate is Fate.ASKED
    rig.order("close", SECOND)
    await rig.tick()
    assert (receipt(rig).fate, receipt(rig).customer) == (Fate.SETTLED, "")


async def test_what_covers_only_a_part_of_the_money_leaves_the_others_held() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    take(rig, money("1900.00", "VIREMENT"))
    assert receipt(rig).fate is Fate.LOOSE
    rig.order("paid", KEY)
    await rig.tick()
    assert because(case(rig, SECOND)) == [Because.PAYMENT]
    rig.order("paid", SECOND, amount="700.00")
    await rig.tick()
    assert because(case(rig, SECOND)) == []
    assert case(rig, SECOND).amount_due == Decimal("500.00")
    assert receipt(rig).fate is Fate.SETTLED


async def test_loose_money_holds_all_of_the_customer_also_what_opens_later_and_nobody_else() -> None:
    other = late("FA-2026-0009", customer=customer("Martin"))
    rig = daemon(late(), other, confirmed=False)
    await rig.tick()
    take(rig, money("317.20", "VIREMENT"))
    rig.source.set(late(), late("FA-2026-0002"), other, at=NOON)
    await rig.tick()
    assert because(case(rig)) == because(case(rig, SECOND)) == [Because.PAYMENT]
    assert because(case(rig, other.key)) == []


async def test_loose_money_does_not_hold_what_was_invoiced_after_it() -> None:
    rig = await opened()
    take(rig, money("317.20", "VIREMENT"))
    old = late("FA-2026-0003", customer=customer("Martin"))
    rig.source.set(late(), late("FA-2026-0002", issued=TODAY + timedelta(days=1)), old, at=NOON)
    await rig.tick()
    assert because(case(rig, SECOND)) == []


async def test_what_a_person_says_is_paid_places_one_payment_and_not_another() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    take(rig, money("317.20", "VIREMENT"), money(wording="VIREMENT"))
    assert because(case(rig)) == [Because.PAYMENT] * 2
    rig.order("paid", KEY)
    await rig.tick()
    (hold,) = case(rig, SECOND).holds
    (loose,) = rig.store.receipts(Fate.LOOSE)
    assert hold.ref == loose.identity
    assert [one.cases for one in rig.store.receipts(Fate.SETTLED)] == [(KEY,)]


async def test_an_order_given_before_the_money_was_known_places_nothing() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    take(rig, money(wording="VIREMENT"))
    rig.store.commit(Order(id="early", word="paid", at=NOON, cases=(KEY,), seen=()))
    await rig.tick()
    assert case(rig).state is State.PAID
    assert because(case(rig, SECOND)) == [Because.PAYMENT]
    assert receipt(rig).fate is Fate.ASKED


async def test_too_much_pays_what_is_named_and_holds_the_rest() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    take(rig, money("1500.00", "FA-2026-0001"))
    assert case(rig).state is State.PAID
    assert because(case(rig, SECOND)) == [Because.PAYMENT]
    assert (receipt(rig).fate, receipt(rig).reason) == (Fate.LOOSE, "money_over")


async def test_the_note_offers_a_part_where_the_payment_is_one_and_its_order_is_understood() -> None:
    rig = daemon(late(), late("FA-2026-0002", amount=Decimal("200.00")))
    rig.order("hold")
    await rig.tick()
    take(rig, money("317.20", "VIREMENT"))
    await rig.tick()
    (note,) = notes(rig, "money")
    told = words(next(raw for raw in box(rig).raws("INBOX") if note.token.encode() in raw))
    assert "payé 317,20 € 02/03/2026 FA-2026-0001" in told
    assert "payé 02/03/2026 FA-2026-0002" in told
    reply(rig, "payé 317,20 € 02/03/2026 FA-2026-0001")
    await rig.tick()
    assert case(rig).amount_due == Decimal("882.80")
    assert because(case(rig)) == because(case(rig, SECOND)) == []


async def test_of_another_currency_no_part_is_offered() -> None:
    rig = daemon(late(currency="USD"))
    rig.order("hold")
    await rig.tick()
    take(rig, money("317.20", "VIREMENT", currency="USD"))
    await rig.tick()
    (note,) = notes(rig, "money")
    told = words(next(raw for raw in box(rig).raws("INBOX") if note.token.encode() in raw))
    assert "répondez à ce message" in told
    assert "- payé" not in told
    assert "body=pay" not in told
    assert "reprendre" in told


async def test_a_few_cents_too_much_hold_nothing() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    take(rig, money("1200.40", "FA-2026-0001"))
    assert case(rig).state is State.PAID
    assert because(case(rig, SECOND)) == []
    assert notes(rig, "money") == []


async def test_a_returned_payment_changes_nothing_by_itself_and_offers_the_order() -> None:
    rig = await opened()
    take(rig, money(wording="FA-2026-0001"))
    take(rig, money("-1200.00", "REJET VIR FA-2026-0001", returned=True, on=TODAY))
    assert case(rig).state is State.PAID
    await rig.tick()
    (note,) = notes(rig, "money", "money_returned")
    told = words(next(raw for raw in box(rig).raws("INBOX") if note.token.encode() in raw))
    assert "rejet 02/03/2026" in told
    reply(rig, "rejet 02/03/2026")
    await rig.tick()
    assert case(rig).state is State.OPEN
    assert case(rig).amount_due == Decimal("1200.00")
    assert [one.fate for one in rig.store.receipts(*Fate)] == [Fate.BOOKED, Fate.SETTLED]


# --- Money of nobody, and invoices that open later ---


async def test_money_of_nobody_is_kept_without_a_word_and_debits_are_not() -> None:
    rig = await opened()
    told = take(rig, money("88.10", "VIR SALAIRE", payer="URSSAF"), money("-42.00", "LOYER", payer="SCI DES LILAS"))
    assert (told.unknown, told.left) == (1, 1)
    assert receipt(rig).fate is Fate.UNKNOWN
    assert notes(rig, "money") == []


async def test_an_invoice_that_opens_after_its_payment_finds_it() -> None:
    rig = daemon(late("FA-2026-0002", customer=customer("Martin")), confirmed=False)
    await rig.tick()
    take(rig, money(wording="FA-2026-0001"))
    assert receipt(rig).fate is Fate.UNKNOWN
    rig.source.set(late(), late("FA-2026-0002", customer=customer("Martin")), at=NOON)
    await rig.tick()
    assert case(rig).state is State.PAID
    assert (receipt(rig).fate, receipt(rig).stem) == (Fate.BOOKED, "releve.xml")


async def test_loose_money_that_fits_a_new_invoice_is_booked_and_frees_the_others() -> None:
    rig = await opened()
    take(rig, money("700.00", "VIR FA-2026-0002"))
    assert because(case(rig)) == [Because.PAYMENT]
    rig.source.set(late(), late("FA-2026-0002", amount=Decimal("700.00")), at=NOON)
    await rig.tick()
    assert case(rig, SECOND).state is State.PAID
    assert because(case(rig)) == []
    assert not case(rig).needs_person


async def test_asking_again_changes_nothing() -> None:
    rig = await opened()
    take(rig, money("317.20", "VIREMENT"))
    before = rig.store.events(KEY)
    desk = Desk.at(rig.store, rig.holder.setup, NOON)
    rematch_money(list(rig.store.all_cases()), desk)
    desk.ledger.commit()
    assert rig.store.events(KEY) == before


# --- A flood, and what time removes ---


async def test_more_than_ten_questions_become_one_list() -> None:
    names = [
        "Aubry",
        "Bellec",
        "Carlier",
        "Denis",
        "Estrade",
        "Fabre",
        "Garnier",
        "Hamon",
        "Imbert",
        "Jolly",
        "Klein",
        "Leroy",
    ]
    invoices = [late(f"FA-2026-01{at:02}", customer=customer(name)) for at, name in enumerate(names)]
    rig = daemon(*invoices, confirmed=False)
    await rig.tick()
    told = take(rig, *(money("317.20", "VIREMENT", payer=name.upper()) for name in names))
    assert told.loose == 12
    assert len(notes(rig, "money", "money_loose")) == 10
    (rest,) = notes(rig, "money", "money_many")
    assert dict(rest.facts)["count"] == "2"
    assert all(because(one) == [Because.PAYMENT] for one in rig.store.all_cases())


async def test_money_of_nobody_is_removed_in_the_end() -> None:
    rig = await opened()
    take(rig, money("88.10", "VIR", payer="URSSAF"))
    await pass_days(rig, 402)
    assert rig.store.receipts(*Fate) == []
