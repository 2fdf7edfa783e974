"""A promise told with a call."""

from datetime import date

import pytest

from relancier.core.orders.dictated_call import promise_in
from relancier.core.orders.dictation import Said, Unclear, understand

TODAY = date(2026, 12, 1)
DAY = date(2026, 12, 15)


@pytest.mark.parametrize(
    ("line", "promised", "note"),
    [
        ("appelé, promesse 15/12/2026", DAY, ""),
        ("appelé : promesse de règlement pour le 15 décembre", DAY, ""),
        ("appelé promis pour le 15/12", DAY, ""),
        ("Appelée. Mme Petit promet de payer le 15/12/2026, virement", DAY, "Mme Petit, virement"),
        ("called, promised to pay by 15/12/2026", DAY, ""),
        ("called, promise 2026-12-15: will call back", DAY, "will call back"),
        ("appelé 30/11/2026, promesse 15/12", DAY, ""),
        ("appelé, rappeler lundi", None, "rappeler lundi"),
        ("appelé, pas de promesse le 15/12/2026", None, "pas de promesse le 15/12/2026"),
        ("appelé, promesse de rappeler", None, "promesse de rappeler"),
        ("appelé, pas de réponse", None, "pas de réponse"),
        ("called, no promise by 15/12/2026", None, "no promise by 15/12/2026"),
        ("appelé", None, ""),
    ],
)
def test_a_call_and_what_was_promised_in_it(line: str, promised: date | None, note: str) -> None:
    heard = understand(line, TODAY)
    assert isinstance(heard, Said)
    assert (heard.word, heard.promised, heard.note) == ("called", promised, note)


def test_the_day_of_the_call_is_its_own() -> None:
    heard = understand("appelé 30/11/2026, promesse 15/12", TODAY)
    assert isinstance(heard, Said)
    assert (heard.on, heard.promised) == (date(2026, 11, 30), DAY)


def test_a_day_that_has_passed_and_a_call_to_come_are_asked_back() -> None:
    assert understand("appelé, promesse 15/11/2026", TODAY) is Unclear.PAST
    assert understand("appelé le 03/12/2026, promesse 15/12/2026", TODAY) is Unclear.FUTURE


def test_a_question_is_no_promise() -> None:
    assert promise_in("promesse 15/12 ?", TODAY) == (None, "promesse 15/12 ?")
