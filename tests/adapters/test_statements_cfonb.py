"""CFONB120: its fields, its complements, its signs, and files that lack lines."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.statements import make

from relancier.adapters.statements import BankStatements
from relancier.core.paid.statement import Movement, Statement

READER = BankStatements()
ACCOUNT = "FR7630006000011234567890189"
PAID = Movement(
    account=ACCOUNT,
    on=date(2026, 11, 5),
    amount=Decimal("1234.56"),
    wording="FACTURE FA-2026-0117 ET SOLDE DE LA FACTURE FA-2026-0098 CHANTIER DES FORGES LYON",
    payer="MENUISERIE DECOR ET FILS",
    end_to_end="VIR-2026-4711",
    reference="9876543210123",
)
STATEMENT = Statement(
    account=ACCOUNT, since=date(2026, 11, 5), until=date(2026, 11, 6), movements=(PAID,), opening=Decimal("1000.00")
)


def lines(statement: Statement = STATEMENT) -> list[str]:
    return make.cfonb(statement).decode("cp1252").split("\r\n")[:-1]


def put(line: str, at: int, text: str) -> str:
    return line[:at] + text + line[at + len(text) :]


def read(*written: str, ends: str = "\n") -> Statement:
    found = READER.read("releve.cfo", ends.join(written).encode("cp1252"))
    assert found.problems == ()
    (statement,) = found.found
    return statement


def why_not(*written: str) -> str:
    found = READER.read("releve.cfo", "\n".join(written).encode("cp1252"))
    assert found.found == ()
    return str(found.problems[0])


def test_the_lines_are_what_the_norm_says() -> None:
    opening, movement, *_, closing = lines()
    assert (
        opening
        == put(put(put("01".ljust(120), 2, "30006    00001EUR2 12345678901"), 34, "041126"), 90, "0000000010000{")[:120]
    )
    assert movement[:2] + movement[32:40] == "04A1051126"
    assert movement[90:104] == "0000000012345F"
    assert closing[90:104] == "0000000022345F"
    assert {len(line) for line in lines()} == {120}


def test_complements_tell_payer_wording_and_references() -> None:
    found = read(*lines())
    assert (found.account, found.since, found.until) == (ACCOUNT, date(2026, 11, 5), date(2026, 11, 6))
    (paid,) = found.movements
    assert paid == replace(PAID, wording=f"VIR SEPA RECU {PAID.wording}")
    assert len(PAID.wording) > 70


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", ""])
def test_line_breaks_are_not_needed(ends: str) -> None:
    assert read(*lines(), ends=ends) == read(*lines())


def test_spaces_cut_from_the_ends_of_lines_change_nothing() -> None:
    assert read(*(line.rstrip() for line in lines())) == read(*lines())


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("0000000000012{", "1.20"), ("0000000000012A", "1.21"), ("0000000000012I", "1.29"), ("0000000000012}", "-1.20"),
        ("0000000000012J", "-1.21"), ("0000000000012R", "-1.29"), ("00000000000125", "1.25"),
    ],
)  # fmt: skip
def test_the_last_character_carries_digit_and_sign(written: str, amount: str) -> None:
    opening, movement, *_ = lines()
    closing = put(lines()[-1], 90, make.overpunched(Decimal("1000.00") + Decimal(amount)))
    (moved,) = read(opening, put(movement, 90, written), closing).movements
    assert moved.amount == Decimal(amount)


def test_the_line_says_how_many_are_decimals() -> None:
    three = [put(line, 19, "3") for line in lines()]
    found = read(*three)
    assert (found.opening, found.movements[0].amount) == (Decimal("100.00"), Decimal("123.456"))


@pytest.mark.parametrize(("at", "text"), [(40, "04"), (32, "B3"), (48, "PRLV SEPA IMPAYE MARTIN")])
def test_a_payment_that_came_back_is_told_apart(at: int, text: str) -> None:
    statement = replace(STATEMENT, movements=(replace(PAID, amount=Decimal("-80.00")),))
    opening, movement, *rest = lines(statement)
    assert not read(opening, movement, *rest).movements[0].returned
    (found,) = read(opening, put(movement, at, text), *rest).movements
    assert (found.returned, found.payer) == (True, PAID.payer)


def test_the_complement_on_returns_tells_one_too() -> None:
    opening, movement, detail, *rest = lines(replace(STATEMENT, movements=(replace(PAID, amount=Decimal("-80.00")),)))
    (found,) = read(opening, movement, put(detail, 45, "RETAM04"), *rest).movements
    assert found.returned


def test_a_new_transfer_after_a_rejection_is_no_return() -> None:
    opening, movement, *rest = lines()
    assert not read(opening, put(movement, 48, "VIR SUITE REJET PRLV"), *rest).movements[0].returned


def test_free_complements_join_the_wording_and_cut_words_grow_together() -> None:
    opening, movement, detail, *_ = lines()
    told = [
        put(put(detail, 45, "LCC" + " " * 70), 48, ("X" * 60 + " FA-2026-0")[:70]),
        put(put(detail, 45, "LC2" + " " * 70), 48, "117"),
        put(put(detail, 45, "LIB" + " " * 70), 48, "MERCI"),
    ]
    (found,) = read(opening, movement, *told, lines()[-1]).movements
    assert found.wording == f"VIR SEPA RECU MERCI {'X' * 60} FA-2026-0117"


def test_without_complements_the_label_names_payer_and_reference() -> None:
    opening, movement, *_ = lines()
    bare = put(put(movement, 48, f"{'VIR SEPA MARTIN SARL':31}"), 104, f"{'':16}")
    (found,) = read(opening, bare, lines()[-1]).movements
    assert (found.payer, found.wording, found.reference) == ("MARTIN SARL", "VIR SEPA MARTIN SARL", "1")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_accents_may_be_in_either_encoding(encoding: str) -> None:
    statement = replace(STATEMENT, movements=(replace(PAID, payer="SOCIÉTÉ ÉLAN"),))
    raw = make.cfonb(statement).decode("cp1252").encode(encoding)
    assert READER.read("x", raw).found[0].movements[0].payer == "SOCIÉTÉ ÉLAN"


def test_a_day_without_movements_is_covered() -> None:
    quiet = replace(STATEMENT, movements=())
    found = read(*lines(quiet))
    assert (found.movements, found.until) == ((), date(2026, 11, 6))


def test_each_account_and_day_is_a_statement() -> None:
    later = replace(
        STATEMENT, since=date(2026, 11, 7), until=date(2026, 11, 9), opening=Decimal("2234.56"), movements=()
    )
    found = READER.read("x", make.cfonb(STATEMENT, later)).found
    assert [(one.since.day, one.until.day) for one in found] == [(5, 6), (7, 9)]


def test_lines_that_are_missing_or_wrong_are_told_with_their_number() -> None:
    opening, movement, *details, closing = lines()
    assert "releve.cfo: the statement of" in why_not(opening, closing)
    assert "does not add up" in why_not(opening, movement, movement, *details, closing)
    assert "releve.cfo:2: the closing balance (line 07) is missing" in why_not(opening, movement)
    assert "releve.cfo:3: a line 01 does not belong here" in why_not(opening, movement, opening, closing)
    assert "releve.cfo:3: a line 04 does not belong here" in why_not(
        opening, put(closing, 90, opening[90:104]), movement
    )
    assert "releve.cfo:2: a complement (05) stands before any movement" in why_not(opening, details[0], closing)
    assert "releve.cfo:2: the line begins with '08'" in why_not(opening, put(movement, 0, "08"), closing)
    assert "releve.cfo:2: '051x26' is no day" in why_not(opening, put(movement, 34, "051x26"), closing)
    assert "releve.cfo:2: '310226' is no day of the calendar" in why_not(opening, put(movement, 34, "310226"), closing)
    assert "releve.cfo:2: '00000000012X5F' is no amount" in why_not(
        opening, put(movement, 90, "00000000012X5F"), closing
    )
    assert "releve.cfo:2" in why_not(opening, movement + "more", closing)
    assert "releve.cfo:3: '000026' is no day" in why_not(opening, movement, put(closing, 34, "000026"))
    other = put(movement, 21, "99999999999")
    assert "releve.cfo:2: a line 04 does not belong here" in why_not(opening, other, closing)
