"""Invoices from a CSV file: `InvoiceFile` is the source, the other files read tables, headings and cells for it."""

from relancier.adapters.invoices.asked import AskedInvoices
from relancier.adapters.invoices.given import GivenTable
from relancier.adapters.invoices.sheets import Workbooks
from relancier.adapters.invoices.source import InvoiceFile

__all__ = ["AskedInvoices", "GivenTable", "InvoiceFile", "Workbooks"]
