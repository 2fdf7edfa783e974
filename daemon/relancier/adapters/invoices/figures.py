"""What a line says of sums: the amount, what is paid of it, what may be taken off, whatever columns the program has."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from relancier.adapters.invoices import cells
from relancier.adapters.invoices.rows import Row, Sheet
from relancier.core.case import Invoice

NOTHING = Decimal(0)
CENT = Decimal("0.01")
PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)\s*%")
SHARE = re.compile(r"%|\btaux\b|\brate\b|percent", re.IGNORECASE)
MOST_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of a line: below zero for what reduces a debt; None where the program does not tell."""

    amount: Decimal
    paid: Decimal | None = None
    balance: Decimal | None = None

    @property
    def used(self) -> Decimal | None:
        """What a credit note was used for, with whatever sign programs write it; None where nobody says."""
        if self.paid is not None:
            return abs(self.paid)
        return None if self.balance is None else max(abs(self.amount) - abs(self.balance), NOTHING)


def has_amount(sheet: Sheet) -> bool:
    """Whether the sheet tells amounts at all, in whichever column."""
    return any(column in sheet for column in ("amount", "debit", "balance"))


def figures(row: Row, sheet: Sheet) -> Figures | None:
    """The sums of a line; None where the amount is missing or cannot be read, which is noted."""
    paid = row.value("paid", cells.amount, None)
    if "amount" in sheet:
        amount = row.required("amount", cells.amount)
        balance = row.value("balance", cells.amount, None) if "debit" not in sheet else None
        return None if amount is None else Figures(amount, paid, balance)
    if "debit" in sheet:
        return _of_a_ledger(row, paid)
    balance = row.required("balance", cells.amount)
    return None if balance is None else Figures(balance)


def _of_a_ledger(row: Row, paid: Decimal | None) -> Figures | None:
    """A debit is owed to us, a credit reduces it; both on one line are an invoice and what was paid of it."""
    if not row.text("debit") and not row.text("credit"):
        row.error("debit", "neither a debit nor a credit; every line needs one of them, so fill it in.")
        return None
    balance = row.value("balance", cells.amount, None)  # of the line: a running one was passed over with its heading
    debit, credit = row.value("debit", cells.amount, None), row.value("credit", cells.amount, None)
    if debit and credit and debit > 0 and credit > 0:
        return Figures(debit, credit if paid is None else paid, balance)
    if (row.text("debit") and debit is None) or (row.text("credit") and credit is None):
        return None
    return Figures((debit or NOTHING) - (credit or NOTHING), paid, balance)


def share(row: Row, column: str, whole: Decimal) -> Decimal:
    """A sum, or the percentage of a whole to the cent: "2 %", or 2 below a heading that speaks of a rate."""
    return row.value(column, lambda text: _share(text, whole, rate=bool(SHARE.search(row.heading(column)))), NOTHING)


def _share(text: str, whole: Decimal, *, rate: bool) -> Decimal:
    written = f"{text}%" if rate and "%" not in text else text
    match = PERCENT.fullmatch(written.strip())
    if match is None:
        found = cells.amount(text)
    else:
        percent = Decimal(match[1].replace(",", "."))
        if percent > MOST_PERCENT:
            raise ValueError("is more than 100 %; write the percentage, as in 2 %, or the amount.")
        found = (whole * percent / 100).quantize(CENT, ROUND_HALF_UP)
    if found < 0 or found > whole:
        raise ValueError(f"is no part of {whole:.2f}; write an amount between, or a percentage, as in 2 %.")
    return found


def discount(row: Row, amount: Decimal) -> tuple[Decimal, date | None]:
    """The discount and the last day for it; without a day there is none, which is noted."""
    if not row.text("discount"):
        return NOTHING, None
    agreed, until = share(row, "discount", amount), row.value("discount_until", cells.day, None)
    if agreed and until is None:
        row.warning("discount", "no day is given until which it may be taken off, so it is not known of; add the day.")
    return (agreed, until) if agreed and until else (NOTHING, None)


def after_balance(row: Row, invoice: Invoice, found: Figures, unused: Decimal) -> Invoice:
    """The invoice with what is paid of it by its balance; where both are told they must agree.

    `unused` is what its credit notes still hold: the balance of a program is without what they were used for.
    """
    balance = found.balance
    if balance is None:
        return invoice
    if found.paid is not None:
        _must_agree(row, invoice, found, balance)
        return invoice
    paid = invoice.payable - (balance - unused)
    if paid < 0 and -paid > invoice.credited:
        text = f"{balance:.2f} is more than the amount {invoice.payable:.2f} of {invoice.number}; correct one of them."
        row.error("balance", text)
    return invoice if paid < 0 else replace(invoice, paid=paid)


def _must_agree(row: Row, invoice: Invoice, found: Figures, balance: Decimal) -> None:
    left = found.amount - (found.paid or NOTHING)
    taken = {NOTHING, invoice.deposit, invoice.credited, invoice.deposit + invoice.credited}
    if balance not in {left - one for one in taken}:
        row.error(
            "balance",
            f"{balance:.2f} is left of {invoice.number}, yet {found.paid:.2f} of {found.amount:.2f} is paid; "
            f'correct one of them, or take one of the columns "{row.heading("balance")[:30]}" and '
            f'"{row.heading("paid")[:30]}" out.',
        )
