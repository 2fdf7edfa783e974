"""What the lines of a list of invoices mean together: balances, ledgers, credit notes, what is taken off or kept."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from relancier.adapters.invoices import InvoiceFile
from relancier.core.case import Invoice
from relancier.core.schedule import pays_by_itself
from relancier.ports import Credit, Snapshot

COMMON = "number;customer;due;accounting_email"
WHO = "Aubry;31/12/2026;compta@aubry.example"
ID = "aubry"


def read(tmp_path: Path, headings: str, *rows: str) -> Snapshot:
    path = tmp_path / "invoices.csv"
    path.write_text("\n".join([f"{COMMON};{headings}", *rows, ""]), "utf-8")
    return InvoiceFile(path).read()


def row(number: str, *cells: str, due: str = "31/12/2026", customer: str = "Aubry") -> str:
    return ";".join([number, customer, due, "compta@aubry.example", *cells])


def errors(found: Snapshot) -> list[str]:
    return [problem.text for problem in found.problems if not problem.warning]


def warnings(found: Snapshot) -> list[str]:
    assert errors(found) == []
    return [problem.text for problem in found.problems]


def one(found: Snapshot) -> Invoice:
    assert errors(found) == []
    (invoice,) = found.invoices
    return invoice


def sums(found: Snapshot) -> dict[str, tuple[str, str, str]]:
    """Of each invoice what is paid, credited and due."""
    assert errors(found) == []
    return {one.key: (f"{one.paid:.2f}", f"{one.credited:.2f}", f"{one.amount_due:.2f}") for one in found.invoices}


def credits_of(found: Snapshot) -> dict[str, str]:
    assert errors(found) == []
    return {one.number: f"{one.amount:.2f}" for one in found.credits}


F1, F2 = "F1|2026-12-31", "F2|2026-12-31"


# --- Balance


def test_a_balance_says_what_is_paid(tmp_path: Path) -> None:
    found = read(tmp_path, "Montant TTC;Reste à payer", row("F1", "1 000,00", "400,00"), row("F2", "500", "0"))
    assert sums(found) == {F1: ("600.00", "0.00", "400.00"), F2: ("500.00", "0.00", "0.00")}
    assert found.problems == ()


def test_paid_and_balance_must_agree(tmp_path: Path) -> None:
    assert sums(read(tmp_path, "amount;paid;solde", row("F1", "1000", "600", "400")))[F1] == (
        "600.00",
        "0.00",
        "400.00",
    )
    found = read(tmp_path, "amount;Payé;Solde", row("F1", "1000", "600", "500"))
    assert errors(found) == [
        (
            'column "Solde": 500.00 is left of F1, yet 600.00 of 1000.00 is paid; correct one of them, '
            'or take one of the columns "Solde" and "Payé" out.'
        )
    ]


def test_one_of_the_two_may_be_empty(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;paid;solde", row("F1", "1000", "600", ""), row("F2", "1000", "", "300"))
    assert sums(found) == {F1: ("600.00", "0.00", "400.00"), F2: ("700.00", "0.00", "300.00")}


def test_a_list_of_balances_alone_has_no_other_amount(tmp_path: Path) -> None:
    found = read(tmp_path, "Solde dû", row("F1", "400,00"), row("F2", "0,00"), row("AV1", "-50"))
    assert sums(found) == {F1: ("0.00", "0.00", "400.00"), F2: ("0.00", "0.00", "0.00")}
    assert credits_of(found) == {"AV1": "50.00"}


def test_no_balance_is_more_than_the_amount(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;solde", row("F1", "1000", "1200"))
    assert errors(found) == ['column "solde": 1200.00 is more than the amount 1000.00 of F1; correct one of them.']


def test_a_balance_below_zero_was_paid_too_much(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;solde", row("F1", "1000", "-20"))
    assert sums(found)[F1] == ("1000.00", "0.00", "0.00")
    assert found.credits == (Credit(ID, "F1", Decimal(20)),)


# --- Ledgers


def test_a_ledger_owes_its_debits(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "Débit;Crédit;Libellé;Solde",
        row("F1", "1 000,00", "", "Facture", "1000"),
        row("F1", "", "400,00", "Virement Aubry", "600"),
        row("F2", "500", "0", "Facture", "1100"),
    )
    assert sums(found) == {F1: ("400.00", "0.00", "600.00"), F2: ("0.00", "0.00", "500.00")}
    assert found.credits == ()
    assert found.problems == ()


def test_a_ledger_with_what_is_left_of_each_line(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "Débit;Crédit;Reste dû",
        row("F1", "1000", "", "400"),
        row("VIR1", "", "600", "0", due=""),
        row("VIR2", "", "50", "-50", due=""),
    )
    assert sums(found) == {F1: ("600.00", "0.00", "400.00")}
    assert credits_of(found) == {"VIR2": "50.00"}


def test_debit_and_credit_on_one_line_are_the_amount_and_what_is_paid(tmp_path: Path) -> None:
    assert sums(read(tmp_path, "Débit;Crédit", row("F1", "1000", "400")))[F1] == ("400.00", "0.00", "600.00")


def test_a_payment_that_names_no_invoice_holds_the_customer(tmp_path: Path) -> None:
    found = read(tmp_path, "debit;credit;libellé", row("F1", "1000", "", ""), row("", "", "300", "VIR AUBRY", due=""))
    assert sums(found)[F1] == ("0.00", "0.00", "1000.00")
    assert credits_of(found) == {"VIR AUBRY": "300.00"}
    assert warnings(found) == [
        (
            'column "credit": the payment VIR AUBRY of 300.00 fits no invoice; '
            "the customer's reminders are held until it is used."
        )
    ]


def test_what_is_paid_beyond_the_invoice_is_the_customers(tmp_path: Path) -> None:
    found = read(tmp_path, "debit;credit", row("F1", "1000", ""), row("F1", "", "1200"))
    assert sums(found)[F1] == ("1000.00", "0.00", "0.00")
    assert credits_of(found) == {"F1": "200.00"}


def test_a_payment_of_another_customer_reduces_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, "debit;credit", row("F1", "1000", ""), row("F1", "", "1000", customer="Blanc"))
    assert sums(found)[F1] == ("0.00", "0.00", "1000.00")
    assert [one.customer for one in found.credits] == ["blanc"]


@pytest.mark.parametrize("words", [("AV-1", "Avoir sur F1", ""), ("AV-1", "", "F1"), ("C9", "avoir", "F1")])
def test_a_ledgers_credit_note_is_told_from_a_payment(tmp_path: Path, words: tuple[str, str, str]) -> None:
    number, wording, names = words
    found = read(
        tmp_path, "debit;credit;objet;credits", row("F1", "1000", "", "", ""), row(number, "", "300", wording, names)
    )
    assert sums(found)[F1] == (("0.00", "300.00", "700.00") if names else ("0.00", "0.00", "1000.00"))
    assert credits_of(found) == ({} if names else {"AV-1": "300.00"})


def test_the_kind_tells_payments_from_credit_notes(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "debit;credit;type",
        row("F1", "1000", "", "VE"),
        row("F1", "", "300", "BQ"),
        row("F1", "", "200", "Avoir"),
        row("F1", "100", "", "BQ"),  # part of the payment came back
        row("F9", "50", "", "BQ"),
    )
    assert sums(found)[F1] == ("200.00", "200.00", "600.00")
    assert one(found).credit_notes == ("F1",)
    assert 'column "debit": F9 of 50.00 came back, but no invoice here is paid by it; look at it.' in warnings(found)


def test_a_line_of_a_ledger_needs_a_sum(tmp_path: Path) -> None:
    found = read(tmp_path, "debit;credit", row("F1", "", ""), row("F2", "x", ""), row("", "5", ""))
    assert [text.partition(":")[0] for text in errors(found)] == ['column "debit"', 'column "debit"', 'column "number"']


# --- Kinds


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("Facture", ""), ("FA", ""), ("facture client", ""), ("380", ""), ("", ""), ("Invoice", ""),
        ("Acompte", "deposit"), ("AC", "deposit"), ("Facture d'acompte", "deposit"), ("Down payment", "deposit"),
    ],
)  # fmt: skip
def test_what_is_to_be_paid(tmp_path: Path, word: str, part: str) -> None:
    found = read(tmp_path, "amount;Type de pièce", row("F1", "1000", word), row("F2", "500", "facture"))
    assert [invoice.part for invoice in found.invoices] == [part, ""]


@pytest.mark.parametrize("word", ["Avoir", "AV", "credit note", "Note de crédit", "381", "Facture d’avoir"])
@pytest.mark.parametrize("amount", ["300", "-300", "(300,00)"])
def test_a_credit_note_may_have_either_sign(tmp_path: Path, word: str, amount: str) -> None:
    found = read(
        tmp_path, "amount;type;avoir sur", row("F1", "1000", "Facture", ""), row("AV1", amount, word, "F1", due="")
    )
    assert sums(found) == {F1: ("0.00", "300.00", "700.00")}
    assert warnings(found) == ['column "amount": AV1 is of -300.00 and is taken off F1.']


def test_pro_forma_and_quotes_are_left_out_and_told_once(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "amount;type",
        row("F1", "1000", "Facture"),
        row("PF1", "500", "Pro forma"),
        row("PF2", "", "proforma", due=""),
        row("D1", "500", "Devis"),
        row("X1", "500", "Reprise"),
    )
    assert list(sums(found)) == [F1]
    assert warnings(found) == [
        'column "type": 2 lines are "pro forma" and never chased: PF1, PF2.',
        'column "type": 1 line is "Devis" and never chased: D1.',
        'column "type": 1 line is "Reprise" and never chased: X1; write facture if it is one.',
    ]


def test_a_column_about_something_else_leaves_every_line_an_invoice(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;nature", row("F1", "1000", "Pose"), row("F2", "500", "Fourniture"))
    assert list(sums(found)) == [F1, F2]
    (told,) = warnings(found)
    assert told.startswith('column "nature": none of its words is a kind of document')


def test_many_left_out_are_named_in_part(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;type", row("F1", "1", "FA"), *(row(f"P{n}", "1", "proforma") for n in range(12)))
    assert warnings(found)[0].endswith("P8, P9 and 2 more.")


def test_a_way_of_paying_is_no_kind_outside_a_ledger(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;type", row("F1", "1000", "Virement"), row("F2", "500", "Chèque"))
    assert list(sums(found)) == [F1, F2]


def test_a_payment_on_a_line_of_its_own(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;type", row("F1", "1000", "Facture"), row("F1", "-400", "Règlement", due=""))
    assert sums(found)[F1] == ("400.00", "0.00", "600.00")


# --- Credit notes that name what they reduce


def test_a_credit_note_that_cancels(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;credits", row("F1", "1000", ""), row("AV1", "-1000", "F1", due=""))
    assert sums(found)[F1] == ("0.00", "1000.00", "0.00")
    assert one(found).credit_notes == ("AV1",)
    assert found.credits == ()


def test_several_credit_notes_and_one_for_several_invoices(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "amount;credits",
        row("F1", "1000", ""),
        row("F2", "500", ""),
        row("AV1", "-100", "F1"),
        row("AV2", "-1200", "F1, F2"),
    )
    assert sums(found) == {F1: ("0.00", "1000.00", "0.00"), F2: ("0.00", "300.00", "200.00")}
    assert [invoice.credit_notes for invoice in found.invoices] == [("AV1", "AV2"), ("AV2",)]


def test_what_a_credit_note_leaves_is_the_customers(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;paid;credits", row("F1", "1000", "900", ""), row("AV1", "-300", "", "F1"))
    assert sums(found)[F1] == ("900.00", "100.00", "0.00")
    assert credits_of(found) == {"AV1": "200.00"}


@pytest.mark.parametrize("names", ["", "F9"])
def test_a_credit_note_that_names_nothing_here_holds_the_customer(tmp_path: Path, names: str) -> None:
    found = read(tmp_path, "amount;credits", row("F1", "1000", ""), row("AV1", "-1000", names))
    assert sums(found)[F1] == ("0.00", "0.00", "1000.00")
    assert credits_of(found) == {"AV1": "1000.00"}
    assert ("(F9 is not among the customer's invoices)" in warnings(found)[0]) is bool(names)


@pytest.mark.parametrize(
    ("paid", "used", "expected", "left"),
    [
        ("0", "0", ("0.00", "300.00", "700.00"), {}),
        ("1000", "0", ("1000.00", "0.00", "0.00"), {"AV1": "300.00"}),  # paid before it was credited
        ("1000", "-300", ("700.00", "300.00", "0.00"), {}),  # the books call paid what the note was used for
        ("1000", "-100", ("900.00", "100.00", "0.00"), {"AV1": "200.00"}),
        ("0", "-300", ("0.00", "300.00", "700.00"), {}),
    ],
)
def test_a_credit_note_that_was_used(
    tmp_path: Path, paid: str, used: str, expected: tuple[str, str, str], left: dict[str, str]
) -> None:
    found = read(tmp_path, "amount;paid;credits", row("F1", "1000", paid, ""), row("AV1", "-300", used, "F1"))
    assert sums(found)[F1] == expected
    assert credits_of(found) == left


@pytest.mark.parametrize(
    ("balance", "of_note", "expected"),
    [
        ("700", "0", ("0.00", "300.00", "700.00")),  # the program has taken it off
        ("1000", "-300", ("0.00", "300.00", "700.00")),  # it has not yet
        ("700", "-300", ("300.00", "300.00", "400.00")),
        ("400", "0", ("300.00", "300.00", "400.00")),
        ("0", "0", ("700.00", "300.00", "0.00")),
        ("1000", "", ("0.00", "300.00", "700.00")),
    ],
)
def test_balances_with_a_credit_note(
    tmp_path: Path, balance: str, of_note: str, expected: tuple[str, str, str]
) -> None:
    found = read(tmp_path, "amount;solde;credits", row("F1", "1000", balance, ""), row("AV1", "-300", of_note, "F1"))
    assert sums(found)[F1] == expected
    assert found.credits == ()


def test_a_credit_note_in_another_currency_reduces_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;credits;devise", row("F1", "1000", "", "EUR"), row("AV1", "-300", "F1", "CHF"))
    assert sums(found)[F1] == ("0.00", "0.00", "1000.00")
    assert found.credits == (Credit(ID, "AV1", Decimal(300), "CHF"),)


def test_the_oldest_part_is_reduced_first(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "amount;credits",
        row("F1", "500", "", due="31/01/2027"),
        row("F1", "500", ""),
        row("AV1", "-700", "F1"),
    )
    assert sums(found) == {"F1|2027-01-31": ("0.00", "200.00", "300.00"), F1: ("0.00", "500.00", "0.00")}


# --- Deposit


def test_a_deposit_is_taken_off(tmp_path: Path) -> None:
    found = one(read(tmp_path, "amount;acompte;paid", row("F1", "1000", "-300", "200")))
    assert f"{found.deposit} {found.payable} {found.amount_due}" == "300.00 700.00 500.00"


def test_what_is_paid_may_include_the_deposit(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;acompte;paid", row("F1", "1000", "300", "1000"))
    assert sums(found)[F1] == ("700.00", "0.00", "0.00")
    assert found.credits == ()


def test_a_deposit_beyond_the_amount_is_a_mistake(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;acompte", row("F1", "1000", "1300"))
    assert errors(found) == ['column "acompte": 1300.00 is more than the amount 1000.00 of F1; correct one of them.']


def test_a_balance_with_a_deposit(tmp_path: Path) -> None:
    found = one(read(tmp_path, "amount;acompte;solde", row("F1", "1000", "300", "500")))
    assert f"{found.paid} {found.amount_due}" == "200.00 500.00"


# --- Discount


@pytest.mark.parametrize(
    ("heading", "cell", "agreed"),
    [
        ("Escompte", "2 %", "20.48"), ("Escompte", "2%", "20.48"), ("Escompte", "20,48", "20.48"),
        ("Escompte", "2,5 %", "25.60"), ("Escompte", "0", "0"), ("Escompte", "", "0"), ("discount", "2", "2"),
    ],
)  # fmt: skip
def test_a_discount_as_a_sum_or_a_percentage(tmp_path: Path, heading: str, cell: str, agreed: str) -> None:
    found = one(read(tmp_path, f"amount;{heading};Escompte jusqu'au", row("F1", "1024", cell, "10/12/2026")))
    until = date(2026, 12, 10) if Decimal(agreed) else None
    assert (found.discount, found.discount_until) == (Decimal(agreed), until)


def test_a_rate_in_the_heading_makes_a_percentage(tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text(f"{COMMON};amount;Taux d'escompte;discount_until\n{row('F1', '1000', '2', '10/12/2026')}\n")
    found = one(InvoiceFile(path, None, {"discount": "Taux d'escompte"}).read())
    assert found.discount == 20


def test_a_discount_without_a_day_is_none(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;escompte", row("F1", "1000", "2 %"))
    assert one(found).discount == 0
    assert warnings(found) == [
        'column "escompte": no day is given until which it may be taken off, so it is not known of; add the day.'
    ]


@pytest.mark.parametrize(("cell", "why"), [("120 %", "is more than 100 %"), ("1500", "is no part of 1000.00")])
def test_a_discount_is_less_than_the_amount(tmp_path: Path, cell: str, why: str) -> None:
    (error,) = errors(read(tmp_path, "amount;escompte;discount_until", row("F1", "1000", cell, "10/12/2026")))
    assert why in error


# --- Retention


def test_the_retention_is_a_part_of_its_own(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "amount;Retenue de garantie;Date de réception;paid;credits",
        row("F1", "1000", "5 %", "15/12/2026", "", ""),
        row("F2", "1000", "50", "29/02/2028", "970", ""),
        row("AV1", "-100", "", "", "", "F1"),
    )
    assert sums(found) == {
        F1: ("0.00", "100.00", "850.00"),
        "F1|2027-12-15": ("0.00", "0.00", "50.00"),
        F2: ("950.00", "0.00", "0.00"),
        "F2|2029-03-01": ("20.00", "0.00", "30.00"),
    }
    assert [invoice.part for invoice in found.invoices] == ["", "retention", "", "retention"]
    assert found.credits == ()


def test_a_day_for_the_retention_goes_first(tmp_path: Path) -> None:
    headings = "amount;rg;accepted;échéance retenue"
    found = read(tmp_path, headings, row("F1", "1000", "50", "15/12/2026", "01/03/2028"))
    assert list(sums(found)) == [F1, "F1|2028-03-01"]


def test_a_retention_without_a_day_is_not_chased(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;rg", row("F1", "1000", "50"))
    assert sums(found) == {F1: ("0.00", "0.00", "950.00")}
    assert warnings(found) == [
        'column "rg": it is not known when 50.00 of F1 falls due, so that is not chased; add the day.'
    ]


def test_a_retention_that_is_due_with_the_rest_is_no_part(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;rg;retention_due", row("F1", "1000", "50", "31/12/2026"))
    assert sums(found) == {F1: ("0.00", "0.00", "1000.00")}


def test_all_cannot_be_retained(tmp_path: Path) -> None:
    found = read(tmp_path, "amount;rg;retention_due", row("F1", "1000", "1000", "31/12/2027"))
    assert errors(found) == ['column "rg": 1000.00 is all of F1; write what is kept back of it, as in 5 %.']


def test_the_retention_of_two_parts_falls_due_together(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "amount;rg;accepted",
        row("F1", "500", "25", "15/12/2026"),
        row("F1", "500", "25", "15/12/2026", due="31/01/2027"),
    )
    assert sums(found) == {
        F1: ("0.00", "0.00", "475.00"),
        "F1|2027-12-15": ("0.00", "0.00", "50.00"),
        "F1|2027-01-31": ("0.00", "0.00", "475.00"),
    }


def test_the_same_number_and_due_date_twice_is_still_a_mistake(tmp_path: Path) -> None:
    found = read(tmp_path, "amount", row("F1", "1000"), row("F1", "500"))
    assert "F1 due on 2026-12-31 stands on line 2 already" in errors(found)[0]
    assert found.invoices == ()


# --- Ways of paying that need no reminder


@pytest.mark.parametrize(
    "written",
    ["Prélèvement", "PRLV SEPA", "Prélèvement SEPA B2B", "LCR", "Traite acceptée", "Chèque reçu", "Direct debit"],
)
def test_what_is_paid_by_itself(tmp_path: Path, written: str) -> None:
    found = one(read(tmp_path, "amount;Mode de règlement", row("F1", "1000", written)))
    assert pays_by_itself(found.payment_method)


@pytest.mark.parametrize("written", ["Virement", "Chèque", "CB", "", "Espèces"])
def test_what_has_to_be_asked_for(tmp_path: Path, written: str) -> None:
    found = one(read(tmp_path, "amount;Mode de règlement", row("F1", "1000", written)))
    assert not pays_by_itself(found.payment_method)
