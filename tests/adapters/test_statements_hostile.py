"""Files made to cost time or memory: each is refused or read within bounds."""

import time
from decimal import Decimal

import pytest
from tests.contracts.statements import ACCOUNT, statement
from tests.statements import make

from relancier.adapters.statements import BankStatements
from relancier.core.paid.statement import Statement

READER = BankStatements(accounts=[ACCOUNT])
MB = 1_000_000
LONGEST = 20.0  # seconds on a busy machine; each takes a few at most
OPENING, *MOVED, CLOSING = make.cfonb(statement(1)).decode("cp1252").splitlines()
MARKED = "OFXHEADER:100\n<OFX><STMTRS><BANKACCTFROM><ACCTID>1</BANKACCTFROM>"
CSV = "Date;Libellé;Montant\n"

HOSTILE = {
    "one line of separators": (CSV + ";" * 10 * MB).encode(),
    "no headings, only separators": b";" * 10 * MB,
    "a cell without an end": (CSV + '"' + "a\n" * 5 * MB).encode(),
    "rows of one character": (CSV + "a\n" * 150_000).encode(),
    "complements of one movement": "\n".join([OPENING, *MOVED, *[MOVED[-1]] * 200_000, CLOSING]).encode("cp1252"),
    "tags without end": (MARKED + "<A" * 5 * MB + "</OFX>").encode(),
    "spaces in a tag": (MARKED + ("<A" + " " * 1000) * 10_000 + "</OFX>").encode(),
    "less-than signs": (MARKED + "<" * 5 * MB + "</OFX>").encode(),
    "groups in groups": (MARKED + "<STMTTRN><LEDGERBAL>" * 100_000 + "</OFX>").encode(),
    "entities": b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 1000 + b'">]><BkToCstmrStmt>&b;</BkToCstmrStmt>',
    "elements": b"<BkToCstmrStmt>" + b"<a/>" * 2 * MB + b"</BkToCstmrStmt>",
    "levels": b"<BkToCstmrStmt>" + b"<a>" * MB,
    "a wording of 5 MB": make.camt(statement(1)).replace(b"REJETE", b"R" * 5 * MB),
    "titles of 5 MB": (("du 01/01/2026 au compte 1 " * 5_000 + "\n") * 38 + CSV + "05/11/2026;VIR;1,00\n").encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_bounded_time(name: str) -> None:
    before = time.process_time()
    found = READER.read(name, HOSTILE[name])
    assert found.problems or found.found
    assert time.process_time() - before < LONGEST


def test_a_long_wording_is_cut() -> None:
    (found,) = READER.read("x", HOSTILE["a wording of 5 MB"]).found
    assert len(found.movements[0].wording) == 8_000


@pytest.mark.parametrize("write", [make.camt, make.ofx, make.cfonb, make.csv])
def test_an_amount_beyond_all_measure_is_read_or_refused(write: object) -> None:
    assert callable(write)
    for digits in (12, 15, 40):
        huge = Statement(
            account=ACCOUNT, since=statement().since, until=statement().until, opening=Decimal(10) ** digits
        )
        content = write(huge)
        assert isinstance(content, bytes)
        found = READER.read("x", content)
        assert found.problems or found.found
