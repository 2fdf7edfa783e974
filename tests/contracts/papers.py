"""What every invoice reader promises, whatever stands behind it."""

import random

import pytest

from relancier.ports import InvoiceReader, Paper

MUTATIONS = 25


class InvoiceReaderContract:
    """Subclasses give the fixtures `reader`, and `papers`: files that it may find an invoice in."""

    @pytest.mark.parametrize("content", [b"", b"\0" * 1000, b"%PDF-1.7", b"<a", b"<a/>", b"\xff\xfe<", b"PK\3\4"])
    def test_no_invoice_is_found_where_there_is_none(self, reader: InvoiceReader, content: bytes) -> None:
        assert reader.read("facture.pdf", content).invoice is None

    @pytest.mark.parametrize("name", ["", "x", "../../etc/passwd", "a\0b", "é" * 10_000])
    def test_the_name_decides_nothing(self, reader: InvoiceReader, papers: list[bytes], name: str) -> None:
        assert reader.read(name, papers[0]) == reader.read("facture.pdf", papers[0])

    def test_a_paper_holds_an_invoice_or_a_reason_or_neither(self, reader: InvoiceReader, papers: list[bytes]) -> None:
        chance = random.Random(20261122)  # noqa: S311 - the same mutations each time
        for _ in range(MUTATIONS):
            raw = bytearray(chance.choice(papers))
            for _ in range(chance.randint(1, 5)):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            paper = reader.read("facture.pdf", bytes(raw[: chance.randint(1, len(raw))]))
            assert isinstance(paper, Paper)
            assert paper.invoice is None or not paper.refused
            assert "\n" not in paper.refused
