"""Which attachments may be an invoice or a statement, and taking them out of a message."""

from email.message import EmailMessage

import pytest

from relancier.core.einvoices.carried import INVOICES, MOST_FILES, STATEMENTS, File, files_in, is_invoice, may_hold
from relancier.core.reading.read import read


def message(*files: tuple[str, str, bytes]) -> bytes:
    """A message with these files: name, type, content."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@lumen.test", "b@dupont.test", "Facture"
    made.set_content("Bonjour")
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name or None)
    return made.as_bytes()


@pytest.mark.parametrize(
    ("name", "kind", "counts"),
    [
        ("FA-2026-0042.PDF", "application/octet-stream", True),
        ("facture.xml", "application/xml", True),
        ("", "application/pdf", True),
        ("facture", "application/pdf", True),
        ("photo.jpg", "image/jpeg", False),
        ("devis.docx", "application/octet-stream", False),
    ],
)
def test_an_invoice_is_known_by_its_ending_or_its_type(name: str, kind: str, counts: bool) -> None:
    raw = (
        message((name, kind, b"content")) if not kind.startswith("text/") else message((name, "application/xml", b"c"))
    )
    assert may_hold(read(raw), INVOICES, beyond=False) is counts
    assert bool(files_in(raw, INVOICES)) is counts


def test_a_statement_counts_only_where_statements_do() -> None:
    raw = message(("releve.ofx", "application/octet-stream", b"OFXHEADER:100"))
    assert not may_hold(read(raw), INVOICES, beyond=True)
    assert may_hold(read(raw), STATEMENTS, beyond=False)
    assert [file.name for file in files_in(raw, STATEMENTS)] == ["releve.ofx"]


def test_what_lies_behind_the_bytes_that_were_fetched_counts_only_where_asked() -> None:
    raw = message(("photo.jpg", "image/jpeg", b"x" * 5000), ("facture.pdf", "application/pdf", b"%PDF"))
    part = read(raw[:3000], complete=False)
    assert may_hold(part, INVOICES, beyond=True)
    assert not may_hold(part, INVOICES, beyond=False)
    plain = read(b"Subject: a\n\ntext", complete=False)
    assert not may_hold(plain, INVOICES, beyond=True)


def test_the_files_come_out_as_they_were_put_in() -> None:
    content = bytes(range(256)) * 40
    raw = message(
        ("une facture.pdf", "application/pdf", content),
        ("", "application/pdf", b"%PDF-2"),
        ("v.pdf", "application/pdf", b""),
    )
    found = files_in(raw.replace(b"\n", b"\r\n"), INVOICES)
    assert [(file.name, file.content) for file in found] == [("une facture.pdf", content), ("2.pdf", b"%PDF-2")]


def test_a_message_of_a_thousand_files_gives_a_few() -> None:
    raw = message(*((f"{number}.pdf", "application/pdf", b"%PDF") for number in range(40)))
    assert len(files_in(raw, INVOICES)) == MOST_FILES


@pytest.mark.parametrize("raw", [b"", b"\0\xff" * 50, b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n"])
def test_bytes_that_are_no_message_hold_nothing(raw: bytes) -> None:
    assert files_in(raw, INVOICES | STATEMENTS) == ()


@pytest.mark.parametrize(
    ("name", "may_be"),
    [("facture.pdf", True), ("facture.XML", True), ("piece", True), ("releve.csv", False), ("releve.XLSX", False)],
)
def test_the_name_of_a_table_is_no_invoices(name: str, *, may_be: bool) -> None:
    assert is_invoice(File(name, b"")) is may_be
