"""A statement written in a format and read again is the same, as far as the format can carry it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.statements import make

from relancier.adapters.statements import BankStatements
from relancier.adapters.statements.accounts import french_iban
from relancier.adapters.statements.values import one_line
from relancier.core.paid.statement import Movement, Statement, counted
from relancier.core.writing.transfer import is_iban

READER = BankStatements()
FEWER = settings(max_examples=60, deadline=None)
CP1252 = "".join(bytes([code]).decode("cp1252") for code in range(0x21, 0x7F)) + "ÀÂÇÉÈÊËÎÏÔÙÛÜàâçéèêëîïôùûüœŒ€’–°«»"
NO_MARKUP = "".join(char for char in CP1252 if char not in "<>&")
LABELS = ("VIR SEPA RECU", "VIR SEPA EMIS", "PRLV SEPA REJETE")
ACCOUNTS = st.builds(
    french_iban, st.sampled_from(["30006", "20041", "14508"]), st.integers(1, 99999).map("{:05}".format),
    st.from_regex(r"[0-9]{8}[0-9A-Z][0-9]{2}", fullmatch=True).filter(lambda number: number.strip("0")),
)  # fmt: skip


def words(alphabet: str, longest: int, least: int = 0) -> st.SearchStrategy[str]:
    """Text on one line, as one_line leaves it."""
    text = st.text(alphabet + " ", min_size=least, max_size=longest).map(one_line)
    return text.filter(lambda found: len(found) >= least and not _in_two_ways(found))


def _in_two_ways(text: str) -> bool:
    """Whether its bytes in Windows-1252 are other text in UTF-8, as those of "ÂŒ" are: no reader can tell."""
    try:
        return text.encode("cp1252").decode() != text
    except UnicodeDecodeError:
        return False


@st.composite
def statements(draw: st.DrawFn, alphabet: str = NO_MARKUP) -> Statement:
    account = draw(ACCOUNTS)
    since = draw(st.dates(date(2020, 1, 2), date(2090, 1, 1)))
    until = since + timedelta(days=draw(st.integers(0, 40)))
    moved = draw(st.lists(movements(account, since, until, alphabet), max_size=8))
    made = Statement(account=account, since=since, until=until, movements=counted(moved))
    opening = Decimal(draw(st.integers(-(10**9), 10**9))) / 100
    return replace(made, opening=opening, closing=make.closing(replace(made, opening=opening)))


@st.composite
def movements(draw: st.DrawFn, account: str, since: date, until: date, alphabet: str) -> Movement:
    amount = Decimal(draw(st.integers(-(10**8), 10**8).filter(bool))) / 100
    returned = amount < 0 and draw(st.booleans())
    told = amount > 0 or returned
    return Movement(
        account=account,
        on=draw(st.dates(since, until)),
        amount=amount,
        wording=draw(words(alphabet, 140)),
        payer=draw(words(alphabet, 70)) if told else "",
        payer_iban=draw(ACCOUNTS.filter(lambda iban: iban != account)) if told and draw(st.booleans()) else "",
        end_to_end=draw(st.from_regex(r"([A-Z][0-9A-Z/-]{0,30}[0-9])?", fullmatch=True)),
        reference=draw(st.from_regex(r"([A-Z][0-9A-Z/-]{0,30}[0-9])?", fullmatch=True)),
        returned=returned,
    )


def read(content: bytes) -> Statement:
    found = READER.read("file", content)
    assert found.problems == ()
    (statement,) = found.found
    return statement


def facts(statement: Statement) -> list[tuple[date, Decimal, int]]:
    """What every format carries; the turn among those that read alike follows from it."""
    return [(one.on, one.amount, 0) for one in statement.movements]


@FEWER
@given(statements(CP1252), st.sampled_from(["02", "04", "06", "08", "10", "13"]))
def test_camt_carries_everything(statement: Statement, version: str) -> None:
    content = make.camt(statement, space=f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}")
    worded = [one for one in statement.movements if one.amount < 0 and "REJET" in one.wording.upper()]
    found = read(content)
    if not worded:
        assert found == statement
    assert facts(found) == facts(statement)


@FEWER
@given(statements())
def test_ofx_carries_days_amounts_payers_wordings_and_the_banks_references(statement: Statement) -> None:
    found = read(make.ofx(statement))
    assert (found.account, found.since, found.until) == (statement.account, statement.since, statement.until)
    assert facts(found) == facts(statement)
    assert found.closing == statement.closing
    for had, has in zip(statement.movements, found.movements, strict=True):
        assert has.reference == had.reference
        assert had.wording in has.wording
        assert had.payer in has.wording


@FEWER
@given(statements(), st.sampled_from(["\r\n", "\n", ""]))
def test_cfonb_carries_all_that_its_lines_have_room_for(statement: Statement, ends: str) -> None:
    found = read(make.cfonb(statement, ends=ends))
    expected = replace(statement, movements=tuple(map(_as_cfonb, statement.movements)))
    bare = replace(found, movements=tuple(replace(one, turn=0) for one in found.movements))
    assert replace(bare, movements=()) == replace(expected, movements=())
    for had, has in zip(expected.movements, bare.movements, strict=True):
        assert replace(has, returned=False, payer="", reference="", wording="") == replace(
            had, returned=False, payer="", reference="", wording="", turn=0
        )
        assert has.returned >= had.returned
        assert has.wording == had.wording
        assert not had.payer or has.payer == had.payer
        assert not had.reference or has.reference == had.reference


def _as_cfonb(movement: Movement) -> Movement:
    label = LABELS[2] if movement.returned else LABELS[0] if movement.amount > 0 else LABELS[1]
    return replace(movement, wording=one_line(label, movement.wording))


@FEWER
@given(statements())
def test_csv_carries_days_amounts_payers_wordings_and_references(statement: Statement) -> None:
    movable = [
        one for one in statement.movements if not one.wording.lower().lstrip("* ").startswith(("solde", "total"))
    ]
    statement = replace(statement, movements=counted(movable))
    if not movable:
        assert READER.read("file", make.csv(statement)).problems
        return
    found = read(make.csv(statement))
    assert (found.account, found.since) == (statement.account, statement.since)
    assert found.until == statement.until
    assert facts(found) == facts(statement)
    for had, has in zip(statement.movements, found.movements, strict=True):
        assert (has.wording, has.reference) == (had.wording, had.reference)
        assert has.payer == had.payer or not had.payer or not (has.amount > 0 or has.returned)


@FEWER
@given(st.lists(statements(), min_size=2, max_size=4))
def test_several_statements_in_one_file_stay_apart(several: list[Statement]) -> None:
    for write in (make.camt, make.ofx, make.cfonb):
        found = READER.read("file", write(*several)).found
        assert [one.account for one in found] == [one.account for one in several]
        assert [facts(one) for one in found] == [facts(one) for one in several]


@given(ACCOUNTS)
def test_a_french_account_has_one_iban_however_it_is_given(iban: str) -> None:
    assert is_iban(iban)
    bank, branch, number, key = iban[4:9], iban[9:14], iban[14:25], iban[25:]
    assert french_iban(bank, branch, number) == iban
    assert french_iban("", "", bank + branch + number + key) == iban
    assert french_iban(bank, "", branch + number) == iban


@pytest.mark.parametrize(
    ("bank", "branch", "number", "iban"),
    [
        ("30006", "00001", "12345678901", "FR7630006000011234567890189"),
        ("20041", "01005", "0500013M026", "FR1420041010050500013M02606"),
        ("", "", "", ""),
        ("00000", "00000", "00000000000", ""),
        ("30006", "00001", "123456789012345678901234", ""),
        ("", "", "30006000011234567890100", ""),
    ],
)
def test_the_iban_of_a_rib(bank: str, branch: str, number: str, iban: str) -> None:
    assert french_iban(bank, branch, number) == iban
