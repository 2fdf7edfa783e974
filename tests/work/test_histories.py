"""What the history tells of a person's orders: the day, the amount and the plan, in `status` and in notes alike."""

from datetime import date

import pytest
from tests.work.play import KEY, answer, arrive, box, daemon, late, notes, parsed, pass_minutes, reminders
from tests.work.rig import Rig


async def told(rig: Rig) -> str:
    """The text of the note about an answer that comes now."""
    arrive(rig, answer(reminders(rig)[0], "Je vous réponds demain."))
    await pass_minutes(rig, 2)
    ids = {entry.message_id for entry in notes(rig, "reply")}
    messages = [parsed(kept.raw) for kept in box(rig).boxes["INBOX"].messages.values()]
    (note,) = [message for message in messages if message["Message-ID"] in ids]
    body = note.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("word", "facts", "detail"),
    [
        ("promise", {"on": date(2026, 11, 22), "note": "par virement"}, "by 2026-11-22: par virement"),
        ("pause", {"on": date(2026, 4, 1)}, "until 2026-04-01"),
        ("pause", {"note": "vacances"}, "vacances"),
        ("paid", {"on": date(2026, 3, 1), "amount": "500"}, "500.00 EUR on 2026-03-01"),
        ("dispute", {"amount": "40.5"}, "40.50 EUR in dispute"),
        ("plan", {"note": "default", "on": date(2026, 3, 2)}, "default from 2026-03-02"),
    ],
)
async def test_an_order_stands_in_the_history_with_its_day_amount_and_plan(
    word: str, facts: dict[str, object], detail: str
) -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order(word, KEY, **facts)
    await rig.tick()
    assert rig.store.events(KEY)[-1].detail == detail


async def test_a_note_tells_the_history_in_the_language_of_the_company() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("promise", KEY, on=date(2026, 11, 22), note="par virement")
    rig.order("paid", KEY, on=date(2026, 3, 1), amount="500")
    rig.order("called", KEY, on=date(2026, 3, 1), note="rappeler lundi")
    text = await told(rig)
    for wanted in ("22 novembre 2026", "par virement", "500,00 €", "1er mars 2026", "rappeler lundi", "Étape : "):
        assert wanted in text, wanted
    history = text.partition("jusqu'ici")[2]
    for foreign in ("2026-11-22", "2026-03-01", "500.00", " by ", " on "):
        assert foreign not in history
