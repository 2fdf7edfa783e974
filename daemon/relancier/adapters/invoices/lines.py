"""The rows of an invoice file as invoices, with what customers have to the good."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from relancier.adapters.invoices import cells, headings, pdf
from relancier.adapters.invoices.customers import COLUMNS, Directory, Reader, merged
from relancier.adapters.invoices.rows import Findings, Row, Sheet
from relancier.core.case import Customer, Invoice
from relancier.ports import Credit


def read_lines(
    sheet: Sheet, directory: Directory, reader: Reader, findings: Findings, *, language: str, folder: str | None = ""
) -> tuple[list[Invoice], list[Credit]]:
    """Every invoice of the sheet, and what its customers have to the good; what is wrong is noted in `findings`.

    `language` is that of customers without one. PDFs lie below `folder`; without one ('') the column is passed over,
    and None gives the paths as they are written.
    """
    rows = _Rows(sheet, directory, reader, findings, language=language, folder=folder)
    return rows.read(), rows.credits


def check_columns(sheet: Sheet, other: Sheet | None, findings: Findings) -> None:
    shown, name = sheet.table.headings, sheet.table.name
    wanted = [column for column in ("number", "due", "amount") if column not in sheet]
    if "customer" not in sheet and not (other and "customer_id" in sheet):
        wanted.append("customer")
    if not any(email in found for found in (sheet, other) if found for email in headings.EMAILS):
        wanted.append("accounting_email")
    for column in wanted:
        findings.error(name, headings.missing(column, shown), 1)
    if other and "customer" not in other and "customer_id" not in other:
        findings.error(other.table.name, headings.missing("customer", other.table.headings), 1)


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
        self._known: dict[tuple[str, ...], Customer] = {}
        self._plans: dict[str, str] = {}
        self.credits: list[Credit] = []

    def read(self) -> list[Invoice]:
        lines: dict[str, int] = {}
        invoices = []
        for line, row_cells in self._sheet.table.rows:
            row = self._sheet.row(line, row_cells, self._findings)
            invoice = self._invoice(row)
            if invoice is None:
                continue
            if lines.setdefault(invoice.key, line) != line:
                row.error("number", _twice(invoice, lines[invoice.key]))
            invoices.append(invoice)
        return _never_for_all(invoices)

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

    def _invoice(self, row: Row) -> Invoice | None:
        number = row.required("number", cells.number)
        due = row.required("due", cells.day)
        amount = row.required("amount", cells.amount)
        customer = self._customer(row)
        invoice = Invoice(
            number=number or "",
            customer=customer,
            due=due or date.min,
            amount=amount or Decimal(0),
            paid=row.value("paid", cells.amount, Decimal(0)),
            currency=row.value("currency", cells.currency, "EUR"),
            issued=row.value("issued", cells.day, None),
            delivered=row.value("delivered", cells.day, None),
            purpose=row.text("purpose"),
            plan=row.text("plan") or self._plans.get(customer.id, ""),
            payment_method=row.text("payment_method"),
            payment_url=row.value("payment_url", cells.link, ""),
            factor=row.text("factor"),
            pdf=row.value("pdf", self._pdf, ""),
        )
        if number is None or due is None or amount is None:
            return None
        if (left := _unused(invoice)) > 0:
            self.credits.append(Credit(customer.id, invoice.number, left, invoice.currency))
        return _chased(row, invoice)

    def _pdf(self, text: str) -> str:
        """The PDF's path, checked where it is known below which folder it lies."""
        if self._folder is None:
            return text
        return pdf.checked(text, self._folder) if self._folder else ""


def _unused(invoice: Invoice) -> Decimal:
    """What the customer has to the good by this line; programs write what a credit note was used for with any sign."""
    if invoice.amount < 0:
        return -invoice.amount - abs(invoice.paid)
    return invoice.paid - invoice.amount


def _chased(row: Row, invoice: Invoice) -> Invoice | None:
    """The invoice, unless nothing can be asked for it; what is odd about it is noted."""
    if invoice.amount <= 0:
        held = "; the customer's reminders are held until it is used" if _unused(invoice) > 0 else ""
        text = f"{invoice.number} is of {invoice.amount:.2f} and is left out: a credit note is not chased{held}."
        row.warning("amount", text)
        return None
    if invoice.paid < 0:
        row.error("paid", f"{invoice.paid} is below zero; write what was paid, as in 0 or 120,00.")
    if invoice.paid > invoice.amount:
        row.warning(
            "paid",
            f"{invoice.paid} is more than the amount {invoice.amount}; {invoice.number} counts as paid, and the "
            "customer's reminders are held until the rest is used.",
        )
        invoice = replace(invoice, paid=invoice.amount)
    if invoice.issued and invoice.issued > invoice.due:
        row.warning("issued", f"{invoice.number} was issued after its due date {invoice.due}; compare the two dates.")
    if not invoice.customer.contacts and invoice.amount_due > 0 and not invoice.customer.never:
        text = f"no mail address for {invoice.customer.name[:40]}, so {invoice.number} is a task for a person."
        row.warning("accounting_email", text)
    return invoice


def _twice(invoice: Invoice, line: int) -> str:
    return (
        f"{invoice.number} due on {invoice.due} stands on line {line} already; "
        "remove one of the two, or correct the due date of an invoice due in parts."
    )


def _never_for_all(invoices: list[Invoice]) -> list[Invoice]:
    """A customer that one line says never to chase is not chased for any other line."""
    never = {invoice.customer.id for invoice in invoices if invoice.customer.never}
    if not never:
        return invoices
    return [
        replace(invoice, customer=replace(invoice.customer, never=True)) if invoice.customer.id in never else invoice
        for invoice in invoices
    ]
