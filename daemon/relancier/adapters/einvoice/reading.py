"""From the bytes of a file to the invoice in it, if any. Only ever run by the child."""

from relancier.adapters.einvoice.pdf import KNOWN_NAMES, PdfError, attached_xml, open_pdf, page_text
from relancier.core.einvoices.cii import is_cii, read_cii
from relancier.core.einvoices.einvoice import EInvoice
from relancier.core.einvoices.pagetext import read_text
from relancier.core.einvoices.ubl import is_ubl, read_ubl
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
