"""Money that is not plain: what it holds, what a note asks, what a person's word does, and what finds it later."""

from datetime import timedelta
from decimal import Decimal

from tests.work.paying import SECOND, THEIRS, TODAY, because, money, opened, receipt, reply, take
from tests.work.play import (
    KEY,
    box,
    case,
    daemon,
    late,
    notes,
    pass_days,
    reminders,
    words,
)
from tests.work.rig import NOON, customer

from relancier.core.case import Because, State
from relancier.core.stored import Fate, Order
from relancier.work.paid.money import rematch_money
from relancier.work.records import Desk

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
    assert (told["unknown"], told["left"]) == (1, 1)
    assert receipt(rig).fate is Fate.UNKNOWN
    assert notes(rig, "money") == []


async def test_an_invoice_that_opens_after_its_payment_finds_it() -> None:
    rig = daemon(late("FA-2026-0002", customer=customer("Martin")), confirmed=False)
    await rig.tick()
    take(rig, money(wording="FA-2026-0001"))
    assert because(case(rig, SECOND)) == [Because.PAYMENT], "of just that amount"
    rig.source.set(late(), late("FA-2026-0002", customer=customer("Martin")), at=NOON)
    await rig.tick()
    assert case(rig).state is State.PAID
    assert (receipt(rig).fate, receipt(rig).stem) == (Fate.BOOKED, "releve.xml")
    assert because(case(rig, SECOND)) == []


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
    assert told["loose"] == 12
    assert len(notes(rig, "money", "money_loose")) == 10
    (rest,) = notes(rig, "money", "money_many")
    assert dict(rest.facts)["count"] == "2"
    assert all(because(one) == [Because.PAYMENT] for one in rig.store.all_cases())


async def test_money_of_nobody_is_removed_in_the_end() -> None:
    rig = await opened()
    take(rig, money("88.10", "VIR", payer="URSSAF"))
    await pass_days(rig, 402)
    assert rig.store.receipts(*Fate) == []


async def test_a_payment_that_the_books_had_is_counted_once_and_the_next_of_that_amount_counts() -> None:
    rig = daemon(late(paid=Decimal("400.00")))
    rig.order("hold")
    await rig.tick()
    take(rig, money("400.00", "VIR FA-2026-0001", on=TODAY - timedelta(days=3)))
    await rig.tick()
    (note,) = notes(rig, "money", "money_known")
    told = words(next(raw for raw in box(rig).raws("INBOX") if note.token.encode() in raw))
    first = "reprendre : ce paiement est déjà compté dans le montant dû"
    assert told.index(first) < told.index("payé 400,00 €")
    reply(rig, "reprendre")
    await rig.tick()
    assert (case(rig).amount_due, because(case(rig))) == (Decimal("800.00"), [])
    take(rig, money("400.00", "VIR FA-2026-0001 SUITE", on=TODAY - timedelta(days=2)))
    assert case(rig).amount_due == Decimal("400.00")


async def test_the_note_names_the_payer_without_the_numbers_that_the_bank_put_there() -> None:
    rig = daemon(late())
    rig.order("hold")
    await rig.tick()
    take(rig, money("317.20", "VIR HOTEL DES ALPES FA 2026 0001", payer="HOTEL DES ALPES FA 2026 0001"))
    await rig.tick()
    (note,) = notes(rig, "money")
    assert dict(note.facts)["payer"] == "HOTEL DES ALPES"


async def test_the_note_about_what_came_back_says_so_once() -> None:
    rig = await opened()
    take(rig, money("-1200.00", "REJET VIR FA-2026-0001", returned=True))
    await rig.tick()
    (note,) = notes(rig, "money", "money_returned")
    told = words(next(raw for raw in box(rig).raws("INBOX") if note.token.encode() in raw))
    assert "La banque a rendu un paiement" in told
    assert "rendu par la banque" not in told
    assert "le paiement (prélèvement, virement, effet ou chèque) a été rejeté" in told
