"""From the bytes of a file to the invoice in it, if any. Only ever run by the child."""

from contextlib import suppress

from pypdf import PdfReader

from relancier.adapters.einvoice.pdf import KNOWN_NAMES, PdfError, attached_xml, open_pdf, page_text
from relancier.core.einvoices.accounts import Accounts, on_page
from relancier.core.einvoices.cii import accounts_cii, is_cii, read_cii
from relancier.core.einvoices.einvoice import EInvoice
from relancier.core.einvoices.pagetext import read_text
from relancier.core.einvoices.ubl import accounts_ubl, is_ubl, read_ubl
from relancier.core.text.trees import Bounds, Element, parse

XML_BOUNDS = Bounds(size=10 * 1024 * 1024, elements=150_000, depth=40)


def read_file(content: bytes) -> EInvoice | None:
    """The invoice in a PDF or XML file; none where the file holds none. Raises ValueError with a sentence."""
    if b"%PDF-" in content[:1024]:
        return _from_pdf(content)
    return _from_tree(parse(content, XML_BOUNDS))


def _from_tree(root: Element) -> EInvoice | None:
    if is_cii(root):
        return read_cii(root)
    return read_ubl(root) if is_ubl(root) else None


def _from_pdf(content: bytes) -> EInvoice | None:
    reader = open_pdf(content)
    found = [one for name, xml in attached_xml(reader) if (one := _attached(name, xml)) is not None]
    if not found:
        return read_text(page_text(reader))
    if len({(one.number, one.kind, one.total, one.prepaid, one.parts) for one in found}) > 1:
        raise PdfError("The PDF holds the data of two different invoices.")
    return found[0]


def _attached(name: str, xml: bytes) -> EInvoice | None:
    """The invoice in an embedded file; one that is not XML counts only where its name promises an invoice."""
    try:
        root = parse(xml, XML_BOUNDS)
    except ValueError:
        if name in KNOWN_NAMES:
            raise
        return None
    return _from_tree(root)


# --- The accounts in it ---------------------------------------------------------------------------------------------


def read_payees(content: bytes) -> list[tuple[str, ...]]:
    """Whom a PDF or XML file asks to pay, for each place that shows any. Raises ValueError with a sentence."""
    if b"%PDF-" not in content[:1024]:
        data, pages = _accounts(parse(content, XML_BOUNDS)), tuple[str, ...]()
    else:
        reader = open_pdf(content)
        data = _embedded(reader)
        pages = tuple(iban for iban in on_page(page_text(reader)) if iban not in data.payers)
    return [place for place in (data.payees, pages) if place]


def _accounts(root: Element) -> Accounts:
    if is_cii(root):
        return accounts_cii(root)
    return accounts_ubl(root) if is_ubl(root) else Accounts()


def _accounts_in(xml: bytes) -> Accounts:
    try:
        return _accounts(parse(xml, XML_BOUNDS))
    except ValueError:
        return Accounts()


def _embedded(reader: PdfReader) -> Accounts:
    """The accounts in all the data that a PDF holds; its pages still count where those cannot be read."""
    found = []
    with suppress(ValueError):
        for _, xml in attached_xml(reader):
            found.append(_accounts_in(xml))
    payees = (iban for one in found for iban in one.payees)
    payers = (iban for one in found for iban in one.payers)
    return Accounts(tuple(dict.fromkeys(payees)), tuple(dict.fromkeys(payers)))
