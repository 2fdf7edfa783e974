"""The same movement in another sort of file is known again, another one of that day and amount is not."""

import pytest
from tests.core.shelf import money

from relancier.core.paid.twins import facts, told_alike

CAMT = money("100", "FACT FA-2026-0042", payer="DUPONT SARL", end_to_end="FA-2026-0042", payer_iban="FR1")


@pytest.mark.parametrize(
    ("wording", "payer", "alike"),
    [
        ("VIR SEPA RECU /DE DUPONT SARL /MOTIF FACT FA-2026-0042 /REF NOTPROVIDED", "", True),
        ("VIR SEPA DUPONT SARL", "DUPONT SARL", True),
        ("VIR SEPA RECU DE MARTIN /MOTIF FACT FA-2026-0043", "MARTIN", False),
        ("FACT FA-2026-0043", "DUPONT SARL", False),
        ("VIR SEPA RECU", "", False),
    ],
)
def test_most_words_of_the_shorter_line_tell(wording: str, payer: str, *, alike: bool) -> None:
    other = money("100", wording, payer=payer)
    assert facts(other) == facts(CAMT)
    assert told_alike(CAMT, other) is alike
    assert told_alike(other, CAMT) is alike
