"""What a program has passed on or marked may still be a person's word: it holds its case (house law 5)."""

from typing import Any

import pytest
from tests.work.play import CUSTOMER, arrive, case, daemon, late, pass_minutes, reminders, written

from relancier.core.case import State

RULE = {"X_MS_Exchange_Inbox_Rules_Loop": "alice@dupont.test", "X_Auto_Response_Suppress": "DR, OOF, AutoReply"}


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("Nous vous informons du virement de 1 200,00 EUR.", {"Return_Path": "<>"}),
        ("Virement de 450 € émis ce jour.", {"Return_Path": "<>"}),
        ("C'est payé depuis hier.", RULE),
        ("C'est payé.", {"X_No_Auto_Reply": "1"}),
        ("C'est payé.", {"X_AutoReply_Suppress": "All"}),
    ],
)
async def test_a_persons_word_behind_a_machines_mark_holds_the_case(text: str, headers: dict[str, Any]) -> None:
    rig = daemon(late())
    await rig.tick()
    assert len(reminders(rig)) == 1
    arrive(rig, written(CUSTOMER, "Avis de virement FA-2026-0001", text, **headers))
    await pass_minutes(rig, 2)
    assert case(rig).state is State.PAUSED
    assert len(case(rig).unseen) == 1
