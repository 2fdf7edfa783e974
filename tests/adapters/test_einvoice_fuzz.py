"""Ten thousand damaged files: each is read within its time and memory, or refused; the daemon never notices.

The bulk goes through one process under the child's own limits, which takes file after file and is started again where
one of them ends it; some go through the reader as it is.
"""

import re
import struct
import subprocess
import sys
from collections import Counter
from random import Random
from types import TracebackType
from typing import Self

import pytest
from tests.adapters.mutations import mutated
from tests.adapters.papers_made import Given, attached, cii, factur_x, page, ubl, zugferd_1

from relancier.adapters.einvoice.caged import CagedReader, _paper, places
from relancier.adapters.einvoice.child import TOO_MUCH_MEMORY
from relancier.ports import Paper

XML_MUTATIONS, PDF_MUTATIONS, THROUGH_THE_READER = 5_500, 4_500, 20
FRESH_AFTER = 400  # what one file leaves behind must not count for the next for ever
ROWS = ["Facture n° FA-2026-0147", "Échéance : 03/12/2026", "Total TTC : 1 234,56 €"]
LOOP = """
import signal, struct, sys
sys.path[:0] = sys.argv[1:]
from relancier.adapters.einvoice import child
child.prepare()
child.limit(600)
while size := sys.stdin.buffer.read(4):
    content = sys.stdin.buffer.read(struct.unpack("<I", size)[0])
    signal.setitimer(signal.ITIMER_REAL, 2)
    try:
        told = child.answer(content)
    except Exception as error:
        told = "!" + type(error).__name__
    signal.setitimer(signal.ITIMER_REAL, 0)
    sys.stdout.write(told + chr(10))
    sys.stdout.flush()
"""


class Worker:
    """One caged process for many files: what the child would say of each; None where it died or was too slow."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._done % FRESH_AFTER == 0:
            self._end()
        self._done += 1
        if self._process is None:
            pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
            command = (sys.executable, "-I", "-S", "-B", "-c", LOOP, *places())
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere, env={}, cwd="/")
        return self._process

    def ask(self, content: bytes) -> bytes | None:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(struct.pack("<I", len(content)) + content)
        process.stdin.flush()
        told = process.stdout.readline()
        if not told:
            self._end()
            return None
        return told


def xml_seeds() -> list[bytes]:
    credit = Given(code="381", prepaid="0.00", payable="1234.56", credits=("FA-1",))
    terms = (("20261203", "300.00"), ("20270103", "700.00"))
    wide = re.sub("encoding=.UTF-8.", 'encoding="UTF-16"', cii(Given(), "BASIC").decode()).encode("utf-16")
    return [
        cii(Given(), "MINIMUM"),
        cii(Given(terms=terms), "EXTENDED"),
        cii(Given(), "EN 16931"),
        zugferd_1(Given()),
        ubl(Given()),
        ubl(credit, "CreditNote"),
        wide,
    ]


def pdf_seeds() -> list[bytes]:
    typst = pytest.importorskip("typst")
    made = "= Facture n° FA-77\nDate d'échéance : 15/01/2027\n\nNet à payer : *1 234,56 €*\n"
    xml = cii(Given(), "BASIC")
    return [
        factur_x(Given(), "EN 16931"),
        attached({"factur-x.xml": xml}),
        attached({"a.xml": xml, "b.xml": ubl(Given()), "c.txt": b"x"}, ROWS),
        page(ROWS),
        bytes(typst.compile(made.encode())),
    ]


def check(paper: Paper) -> str:
    """What came of a file, which is one of four things."""
    assert paper.invoice is None or paper.refused == ""
    assert "\n" not in paper.refused
    if paper.invoice is not None:
        return "exact" if paper.invoice.exact else "off the page"
    return "refused" if paper.refused else "no invoice"


def bulk(seeds: list[bytes], count: int, seed: int) -> Counter[str]:
    chance, seen = Random(seed), Counter[str]()  # noqa: S311 - the same mutations each time
    with Worker() as worker:
        for content in seeds:
            assert check(_paper(worker.ask(content) or b"")) in {"exact", "off the page"}
        for _ in range(count):
            told = worker.ask(mutated(chance.choice(seeds), chance, seeds))
            if told is None or told.startswith(b"!"):
                seen["died" if told is None else told.decode().strip()] += 1
                continue
            paper = _paper(told)
            seen[check(paper)] += 1
            seen["too much memory"] += paper.refused == TOO_MUCH_MEMORY
    return seen


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(2))
def test_thousands_of_damaged_xml_files_do_no_harm(part: int) -> None:
    seen = bulk(xml_seeds(), XML_MUTATIONS // 2, part)
    assert seen["exact"] > 100
    assert seen["refused"] > 500
    assert seen["died"] == 0
    assert not [kind for kind in seen if kind.startswith("!")], seen


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(3))
def test_thousands_of_damaged_pdf_files_do_no_harm(part: int) -> None:
    seen = bulk(pdf_seeds(), PDF_MUTATIONS // 3, 100 + part)
    assert seen["exact"] + seen["off the page"] > 100
    assert seen["refused"] > 50
    assert seen["died"] < PDF_MUTATIONS // 100, seen


@pytest.mark.timeout(300)
def test_some_damaged_files_pass_through_the_reader_itself() -> None:
    chance, reader = Random(7), CagedReader(seconds=20)  # noqa: S311 - the same mutations each time
    seeds = [*xml_seeds(), *pdf_seeds()]
    seen = Counter(
        check(reader.read("facture.pdf", mutated(chance.choice(seeds), chance, seeds)))
        for _ in range(THROUGH_THE_READER)
    )
    assert seen["refused"] > 5
    assert seen["exact"] > 2
