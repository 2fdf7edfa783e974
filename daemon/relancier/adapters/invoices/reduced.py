"""What reduces invoices: credit notes and payments on lines of their own, each put on the invoices that it names."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from relancier.adapters.invoices.figures import Figures
from relancier.adapters.invoices.rows import Row
from relancier.core.case import Invoice
from relancier.core.text.numbers import normalise
from relancier.ports import Credit

NOTHING = Decimal(0)


@dataclass(slots=True)
class Owed:
    """An invoice as its line tells it; `unused` is what credit notes on it still hold by their own lines."""

    row: Row
    invoice: Invoice
    figures: Figures
    retention: Decimal = NOTHING
    unused: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Reducing:
    """A credit note or a payment: its line, the invoices that it names, and what a credit note was used for."""

    row: Row
    customer: str
    number: str
    currency: str
    amount: Decimal
    names: tuple[str, ...] = ()
    note: bool = True
    used: Decimal | None = None


def reduce(owed: Sequence[Owed], reducing: Iterable[Reducing]) -> list[tuple[int, Credit]]:
    """Puts each on its invoices, the oldest part first; gives what is left of it, by line."""
    by_number: dict[tuple[str, str, str], list[Owed]] = defaultdict(list)
    for line in owed:
        invoice = line.invoice
        by_number[invoice.customer.id, invoice.currency, normalise(invoice.number)].append(line)
    found = []
    for one in reducing:
        named = (by_number.get((one.customer, one.currency, normalise(name)), ()) for name in one.names)
        targets = sorted((target for many in named for target in many), key=lambda target: target.invoice.due)
        left = _spread(one, targets) if one.amount > 0 else _taken_back(one, targets)
        _tell(one, targets, left)
        if left > 0:
            found.append((one.row.line, Credit(one.customer, one.number, left, one.currency)))
    return found


def _spread(one: Reducing, targets: Sequence[Owed]) -> Decimal:
    """What nothing is left to use it for: no more than what its own line still holds."""
    left, used = one.amount, one.used or NOTHING
    for target in targets:
        taken = min(left, max(target.invoice.amount_due, NOTHING))
        if one.note:
            taken += _credited(target, one, taken, min(left - taken, used))
        elif taken:
            target.invoice = replace(target.invoice, paid=target.invoice.paid + taken)
        left -= taken
    holds = max(one.amount - used, NOTHING)
    if one.used is not None and targets:
        targets[0].unused += holds
    return min(left, holds)


def _credited(target: Owed, one: Reducing, taken: Decimal, used: Decimal) -> Decimal:
    """Takes a credit note off an invoice; gives how much of it the invoice's own line counts as paid."""
    invoice = target.invoice
    counted = min(used, max(invoice.paid, NOTHING))
    if taken + counted:
        credited, notes = invoice.credited + taken + counted, (*invoice.credit_notes, one.number)
        target.invoice = replace(invoice, credited=credited, credit_notes=notes, paid=invoice.paid - counted)
    return counted


def _taken_back(one: Reducing, targets: Sequence[Owed]) -> Decimal:
    """A payment that came back is owed again; what nobody had booked as paid changes nothing."""
    left = -one.amount
    for target in targets:
        taken = min(left, max(target.invoice.paid, NOTHING))
        target.invoice = replace(target.invoice, paid=target.invoice.paid - taken)
        left -= taken
    return NOTHING


def _tell(one: Reducing, targets: Sequence[Owed], left: Decimal) -> None:
    """What became of a credit note, and a payment that fits nothing; a payment that fits is nothing to tell."""
    held = "; the customer's reminders are held until it is used" if left > 0 else ""
    numbers = ", ".join(dict.fromkeys(target.invoice.number for target in targets))
    if one.note:
        what = f"is taken off {numbers}" if targets else f"is left out: a credit note is not chased{_lacks(one)}"
        one.row.warning("amount", f"{one.number} is of -{one.amount:.2f} and {what}{held}.")
    elif not targets and one.amount > 0:
        one.row.warning("credit", f"the payment {one.number} of {one.amount:.2f} fits no invoice{held}.")
    elif not targets:
        text = f"{one.number} of {-one.amount:.2f} came back, but no invoice here is paid by it; look at it."
        one.row.warning("debit", text)


def _lacks(one: Reducing) -> str:
    named = one.names != (one.number,)
    return f" ({', '.join(one.names)} is not among the customer's invoices)" if named else ""
