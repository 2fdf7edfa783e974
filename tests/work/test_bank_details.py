"""Bank details: with others than earlier messages had nothing leaves; a factor's invoice shows the factor's."""

from typing import Any

import pytest
from tests.work.play import KEY, again, answer, arrive, case, daemon, late, notes, pass_days, reminders, words, written
from tests.work.rig import OWN, Rig, config

OTHER_IBAN = "DE89370400440532013000"
FACTOR = {"bnp": {"name": "BNP Factor", "iban": "GB82 WEST 1234 5698 7654 32", "bic": "BNPAFRPP"}}
LATER = "FA-2026-0002"


def other_iban(**tables: Any) -> Any:
    return config(company={"iban": OTHER_IBAN}, **tables)


async def changed() -> Rig:
    """A daemon that has written once, started again with another IBAN in its configuration."""
    rig = daemon(late())
    await rig.tick()
    rig = again(rig, conf=other_iban())
    await pass_days(rig, 8)
    return rig


async def test_the_first_bank_details_are_learned_without_a_word() -> None:
    rig = daemon(late())
    await pass_days(rig, 8)
    assert len(reminders(rig)) == 2
    assert notes(rig, "held", "iban_changed") == []


async def test_other_bank_details_hold_everything_and_a_note_says_so_each_day() -> None:
    rig = await changed()
    assert len(reminders(rig)) == 1
    told = notes(rig, "held", "iban_changed")
    assert len(told) > 1
    said = words(rig.store.blob(told[0].blob) or b"")
    assert "FR76 3000 6000 0112 3456 7890 189 est devenu DE89 3704 0044 0532 0130 00" in said
    assert "iban confirmé" in said


@pytest.mark.parametrize("way", ["confirm", "iban confirmé", "iban"])
async def test_a_person_who_confirms_lets_them_leave(way: str) -> None:
    rig = await changed()
    if way == "confirm":
        rig.confirm()
    else:
        note = notes(rig, "held", "iban_changed")[-1]
        arrive(rig, written(OWN, "RE: note", way, at=rig.wake.now(), In_Reply_To=note.message_id), "Sent")
    await pass_days(rig, 4)
    assert (len(reminders(rig)) > 1) == (way != "iban")
    if way != "iban":
        assert "DE89 3704 0044 0532 0130 00" in words(reminders(rig)[-1].raw)


async def test_a_question_about_bank_details_stands_first_in_the_note() -> None:
    rig = daemon(late())
    await rig.tick()
    text = "Nous contestons le montant. Avez-vous changé de RIB ?"
    arrive(rig, answer(reminders(rig)[0], text))
    await pass_days(rig, 0.1)
    said = words(rig.store.blob(notes(rig, "reply")[0].blob) or b"")
    assert said.index("les coordonnées bancaires sont en question") < said.index("la facture est contestée")


async def test_a_factored_invoice_shows_the_factors_details_and_no_other_invoice() -> None:
    rig = daemon(late(factor="BNP"), late(LATER), conf=config(factor=FACTOR))
    await pass_days(rig, 4)
    said = {("FA-2026-0001" in words(sent.raw), LATER in words(sent.raw)): words(sent.raw) for sent in reminders(rig)}
    assert set(said) == {(True, False), (False, True)}
    assert "GB82 WEST 1234 5698 7654 32" in said[True, False]
    assert "facture cédée à BNP Factor" in said[True, False]
    assert "FR76 3000" in said[False, True]


async def test_without_the_factors_details_nothing_leaves_about_its_invoice() -> None:
    rig = daemon(late(factor="BNP"))
    await pass_days(rig, 3)
    assert reminders(rig) == []
    assert case(rig).waiting == "no bank details are known of the factor 'BNP'"
    assert [dict(note.facts)["lines"] for note in notes(rig, "held", "factor_missing")][:1] == ["FA-2026-0001"]
    rig = again(rig, conf=config(factor=FACTOR))
    await pass_days(rig, 1)
    assert KEY in {one.case for entry in rig.store.entries("sent") for one in entry.carries}


async def test_other_details_of_a_factor_hold_too() -> None:
    rig = daemon(late(factor="BNP"), conf=config(factor=FACTOR))
    await rig.tick()
    rig = again(rig, conf=config(factor={"bnp": {"iban": OTHER_IBAN}}))
    await pass_days(rig, 8)
    assert len(reminders(rig)) == 1
    assert dict(notes(rig, "held", "iban_changed")[0].facts)["detail"].startswith("bnp: GB82")
