"""The rows of an invoice file as invoices, with what customers have to the good."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from relancier.adapters.invoices import cells, headings, pdf
from relancier.adapters.invoices.customers import COLUMNS, Directory, Reader, merged
from relancier.adapters.invoices.figures import Figures, after_balance, discount, figures, has_amount, share
from relancier.adapters.invoices.kinds import Kind, Kinds
from relancier.adapters.invoices.reduced import Owed, Reducing, reduce
from relancier.adapters.invoices.retained import PART, parts, together
from relancier.adapters.invoices.rows import Findings, Row, Sheet
from relancier.core.case import Customer, Invoice
from relancier.ports import Credit

NOTHING = Decimal(0)
SEVERAL = re.compile(r"[;,+|]|\s(?:et|and|&)\s")
SAYS_CREDIT_NOTE = re.compile(r"\b(avoir|credit note)\b", re.IGNORECASE)


def read_lines(
    sheet: Sheet, directory: Directory, reader: Reader, findings: Findings, *, language: str, folder: str | None = ""
) -> tuple[list[Invoice], list[Credit]]:
    """Every invoice of the sheet, and what its customers have to the good; what is wrong is noted in `findings`.

    `language` is that of customers without one. PDFs lie below `folder`; without one ('') the column is passed over,
    and None gives the paths as they are written.
    """
    rows = _Rows(sheet, directory, reader, findings, language=language, folder=folder)
    owed, reducing = rows.read()
    credit = reduce(owed, reducing) if reducing else []
    found = _invoices(owed, sheet, credit)
    return never_for_all(found), [one for _, one in sorted(credit, key=lambda pair: pair[0])]


def spared(invoices: Iterable[Invoice], directory: Directory) -> tuple[Customer, ...]:
    """Each customer once that an invoice or the customers file says never to chase."""
    told = (*directory.never(), *(invoice.customer for invoice in invoices if invoice.customer.never))
    return tuple({customer.id: customer for customer in told}.values())


def tells_paid(*sheets: Sheet) -> bool:
    """Whether each of the sheets has a column that says what was paid."""
    return all(any(column in sheet for column in ("paid", "balance", "credit")) for sheet in sheets)


def check_columns(sheet: Sheet, other: Sheet | None, findings: Findings) -> None:
    shown, name = sheet.table.headings, sheet.table.name
    wanted = [column for column in ("number", "due") if column not in sheet]
    wanted += [] if has_amount(sheet) else ["amount"]
    if "customer" not in sheet and not (other and "customer_id" in sheet):
        wanted.append("customer")
    if not any(email in found for found in (sheet, other) if found for email in headings.EMAILS):
        wanted.append("accounting_email")
    for column in wanted:
        findings.error(name, headings.missing(column, shown, sheet.read), sheet.table.line)
    if other and "customer" not in other and "customer_id" not in other:
        findings.error(
            other.table.name, headings.missing("customer", other.table.headings, other.read), other.table.line
        )


class _Rows:
    """The rows of the invoice file as invoices."""

    def __init__(
        self,
        sheet: Sheet,
        directory: Directory,
        reader: Reader,
        findings: Findings,
        *,
        language: str,
        folder: str | None,
    ) -> None:
        self._sheet = sheet
        self._directory = directory
        self._reader = reader
        self._findings = findings
        self._language = language
        self._folder = folder
        self._kinds = Kinds.of(sheet, findings)
        self._known: dict[tuple[str, ...], Customer] = {}
        self._plans: dict[str, str] = {}

    def read(self) -> tuple[list[Owed], list[Reducing]]:
        """What is owed by each line, and the lines that reduce it; what is neither is told."""
        owed: list[Owed] = []
        reducing: list[Reducing] = []
        for line, row_cells in self._sheet.table.rows:
            row = self._sheet.row(line, row_cells, self._findings)
            kind = self._kinds.read(row)
            if self._kinds.leave_out(row, kind):
                continue
            found = self._line(row, kind)
            if isinstance(found, Owed):
                owed.append(found)
            elif found is not None:
                reducing.append(found)
        self._kinds.tell()
        return owed, reducing

    def _customer(self, row: Row) -> Customer:
        """The customer of a row; rows that say the same give the same value."""
        written = row.raw(*COLUMNS)
        known = self._known.get(written)
        if known is None:
            ours, professional = self._reader.read(row)
            entry = self._directory.find(row.text("customer_id"), ours.name)
            known = merged(ours, professional, entry, self._language)
            if entry:
                self._plans[known.id] = entry.plan
            if not known.name:
                row.error("customer", "no name, neither here nor in the customers file; fill it in.")
            self._known[written] = known
        return known

    def _line(self, row: Row, kind: Kind) -> Owed | Reducing | None:
        number = row.value("number", cells.number, None)
        if not self._kinds.ledger:
            row.needs("number")
        due = row.value("due", cells.day, None)
        found = figures(row, self._sheet)
        customer = self._customer(row)
        currency = row.value("currency", cells.currency, "EUR")
        if found is not None and (kind in (Kind.CREDIT, Kind.PAYMENT) or found.amount < 0):
            return self._reducing(row, kind, found, (customer.id, number or _wording(row), currency))
        if self._kinds.ledger:
            row.needs("number")
        row.needs("due")
        invoice = self._invoice(row, customer, found.amount if found else NOTHING)
        if number is None or due is None or found is None:
            return None
        invoice = replace(
            invoice,
            number=number,
            due=due,
            paid=found.paid or NOTHING,
            currency=currency,
            part="deposit" if kind is Kind.DEPOSIT else "",
        )
        return Owed(row, invoice, found, share(row, "retention", invoice.amount))

    def _invoice(self, row: Row, customer: Customer, amount: Decimal) -> Invoice:
        """What the optional columns of an invoice's line say."""
        agreed, until = discount(row, amount)
        return Invoice(
            number="",
            customer=customer,
            due=date.min,
            amount=amount,
            issued=row.value("issued", cells.day, None),
            delivered=row.value("delivered", cells.day, None),
            purpose=row.text("purpose"),
            plan=row.text("plan") or self._plans.get(customer.id, ""),
            payment_method=row.text("payment_method"),
            payment_url=row.value("payment_url", cells.link, ""),
            factor=row.text("factor"),
            pdf=row.value("pdf", self._pdf, ""),
            deposit=abs(row.value("deposit", cells.amount, NOTHING)),
            discount=agreed,
            discount_until=until,
        )

    def _reducing(self, row: Row, kind: Kind, found: Figures, what: tuple[str, str, str]) -> Reducing | None:
        """A credit note or a payment; in a ledger a credit of no other kind is a payment."""
        customer, number, currency = what
        if not found.amount:
            return None
        note = kind is not Kind.PAYMENT and (kind is Kind.CREDIT or self._is_note(row))
        comes_back = self._kinds.ledger and found.amount > 0 and not note
        names = _names(row.text("credits")) or (number,)
        return Reducing(
            row=row,
            customer=customer,
            number=number,
            currency=currency,
            amount=-found.amount if comes_back else abs(found.amount),
            names=names,
            note=note,
            used=found.used if note or found.paid is None else None,
        )

    def _is_note(self, row: Row) -> bool:
        """Whether a sum below zero is a credit note: always, but in a ledger only where its line says so."""
        if not self._kinds.ledger or self._kinds.column:
            return True
        return bool(SAYS_CREDIT_NOTE.search(row.text("purpose"))) or row.text("number").upper().startswith("AV")

    def _pdf(self, text: str) -> str:
        """The PDF's path, checked where it is known below which folder it lies."""
        if self._folder is None:
            return text
        return pdf.checked(text, self._folder) if self._folder else ""


def _wording(row: Row) -> str:
    """What a payment without a number is called."""
    return row.text("purpose")[:30] or f"line {row.line}"


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in SEVERAL.split(text) if name.strip())


def _invoices(owed: Sequence[Owed], sheet: Sheet, credit: list[tuple[int, Credit]]) -> list[Invoice]:
    """The invoices with all that reduces them, each key once; what is paid too much is added to `credit`."""
    lines: dict[str, int] = {}
    found: dict[str, Invoice] = {}
    for one in owed:
        invoice = _chased(one, sheet, credit)
        for part in parts(one.row, invoice, one.retention) if invoice else ():
            known = found.get(part.key)
            of_two = known is not None and known.part == part.part == PART
            if known is not None and not of_two:
                one.row.error("number", _twice(part, lines[part.key]))
            lines.setdefault(part.key, one.row.line)
            found[part.key] = together(known, part) if known is not None and of_two else part
    return list(found.values())


def _chased(one: Owed, sheet: Sheet, credit: list[tuple[int, Credit]]) -> Invoice | None:
    """The invoice, unless nothing can be asked for it; what is odd about it is noted."""
    row, invoice = one.row, one.invoice
    if not invoice.amount and ("amount" in sheet or "debit" in sheet):
        row.warning("amount", f"{invoice.number} is of 0.00 and is left out: nothing is to be paid.")
        return None
    if invoice.deposit > invoice.amount:
        text = f"{invoice.deposit} is more than the amount {invoice.amount} of {invoice.number}; correct one of them."
        row.error("deposit", text)
    invoice = after_balance(row, invoice, one.figures, one.unused)
    if invoice.paid < 0:
        row.error("paid", f"{invoice.paid} is below zero; write what was paid, as in 0 or 120,00.")
    if invoice.paid > invoice.payable:
        invoice = _paid_too_much(row, invoice, credit)
    _odd(row, invoice)
    return invoice


def _paid_too_much(row: Row, invoice: Invoice, credit: list[tuple[int, Credit]]) -> Invoice:
    """What is paid may include the deposit; what is beyond that the customer has to the good."""
    most = invoice.amount - invoice.credited
    if invoice.paid > most:
        row.warning(
            "paid",
            f"{invoice.paid} is more than the amount {most}; {invoice.number} counts as paid, and the "
            "customer's reminders are held until the rest is used.",
        )
        left = invoice.paid - most
        credit.append((row.line, Credit(invoice.customer.id, invoice.number, left, invoice.currency)))
    return replace(invoice, paid=invoice.payable)


def _odd(row: Row, invoice: Invoice) -> None:
    if invoice.issued and invoice.issued > invoice.due:
        row.warning("issued", f"{invoice.number} was issued after its due date {invoice.due}; compare the two dates.")
    if not invoice.customer.contacts and invoice.amount_due > 0 and not invoice.customer.never:
        text = f"no mail address for {invoice.customer.name[:40]}, so {invoice.number} is a task for a person."
        row.warning("accounting_email", text)


def _twice(invoice: Invoice, line: int) -> str:
    return (
        f"{invoice.number} due on {invoice.due} stands on line {line} already; "
        "remove one of the two, or correct the due date of an invoice due in parts."
    )


def never_for_all(invoices: list[Invoice], others: Iterable[Customer] = ()) -> list[Invoice]:
    """A customer that one line says never to chase is not chased for any other line, of whatever file; nor `others`."""
    never = {customer.id for customer in (*others, *(invoice.customer for invoice in invoices)) if customer.never}
    if not never:
        return invoices
    return [
        replace(invoice, customer=replace(invoice.customer, never=True)) if invoice.customer.id in never else invoice
        for invoice in invoices
    ]
