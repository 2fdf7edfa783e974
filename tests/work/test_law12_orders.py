"""Law 12: orders by an administrator's command, once; what arrived by mail gives none."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from tests.work.play import (
    CUSTOMER,
    KEY,
    again,
    answer,
    arrive,
    box,
    case,
    daemon,
    late,
    notes,
    pass_days,
    reminders,
    taken,
    written,
)  # fmt: skip
from tests.work.rig import MANAGER, NOON, OWN, customer

from relancier.core.case import State
from relancier.core.stored import Applied, Order

FORGED = [
    written(CUSTOMER, "FA-2026-0001", "payé"),
    written(OWN, "Re: FA-2026-0001", "reprendre"),
    written(OWN, "[R-1] FA-2026-0001", "stop tout"),
    written(MANAGER, "FA-2026-0001", "payé 01/03/2026"),
    written(MANAGER, "FA-2026-0001", "stop"),
    written(CUSTOMER, "FA-2026-0001", "contact comptable x@evil.test"),
]


@pytest.mark.parametrize("raw", FORGED)
async def test_what_arrives_by_mail_can_only_pause_and_flag(raw: bytes) -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, raw)
    await pass_days(rig, 8)
    assert case(rig).state is State.PAUSED
    assert case(rig).paid_by_order == 0
    assert case(rig).invoice == late()
    assert rig.store.setting("held") is None
    assert taken(rig) == ["reminder"]


async def test_no_mail_ends_a_pause() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("pause", KEY)
    for raw in FORGED:
        arrive(rig, raw)
    await pass_days(rig, 8)
    assert case(rig).state is State.PAUSED


async def test_a_forged_bounce_pauses_at_most() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(
        rig,
        written("MAILER-DAEMON@evil.test", "Undelivered Mail Returned to Sender", "FA-2026-0001 compta@dupont.test"),
    )
    await pass_days(rig, 2)
    assert case(rig).state in {State.OPEN, State.PAUSED}
    assert case(rig).invoice.customer.contacts == late().customer.contacts


async def test_an_order_is_carried_out_once_also_after_a_restart() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("paid", KEY, amount="200.00")
    await rig.tick()
    rig.store.commit(Order(id="paid-again", word="paid", at=NOON, cases=(KEY,), amount="200.00"))
    await rig.tick()
    assert case(rig).paid_by_order == Decimal("400.00")
    restarted = again(rig)
    await restarted.tick()
    assert case(restarted).paid_by_order == Decimal("400.00")
    assert rig.store.orders() == []


async def test_the_words_change_the_case() -> None:
    rig = daemon(late())
    await rig.tick()
    for word, state in (("dispute", State.DISPUTED), ("pause", State.PAUSED), ("close", State.CLOSED)):
        rig.order(word, KEY)
        await rig.tick()
        assert case(rig).state is state


async def test_paid_closes_and_a_part_leaves_the_rest() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("paid", KEY, amount="1000.00")
    await rig.tick()
    assert case(rig).amount_due == Decimal("200.00")
    rig.order("paid", KEY)
    await rig.tick()
    assert case(rig).state is State.PAID


async def test_another_plan_may_be_chosen() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("plan", KEY, note="mauvais-payeurs", on=date(2026, 3, 2))
    await rig.tick()
    assert case(rig).plan == "mauvais-payeurs"


async def test_hold_stops_everything_and_release_goes_on() -> None:
    rig = daemon(late())
    rig.order("hold", note="audit")
    await pass_days(rig, 3)
    assert reminders(rig) == []
    rig.order("release")
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 1


async def test_an_answer_still_counts_while_everything_is_held() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("hold")
    uid = arrive(rig, answer(reminders(rig)[0]))
    await pass_days(rig, 1)
    assert case(rig).state is State.PAUSED
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)
    assert notes(rig, "held") == []


async def test_another_plan_answers_nobody_the_flag_stays() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    flagged = [place for place, flags in box(rig).set_by_us.items() if "\\Flagged" in flags]
    rig.order("plan", KEY, note="mauvais-payeurs")
    await rig.tick()
    ((folder, uid),) = flagged
    assert "\\Flagged" in box(rig).flags_of(folder, uid)
    assert case(rig).unseen


OTHER = "FA-2026-0002|2026-02-27"
WORDS = [("resume", {}), ("promise", {"on": date(2026, 3, 20)}), ("pause", {}), ("dispute", {}), ("paid", {})]


@pytest.mark.parametrize(("word", "facts"), WORDS)
async def test_an_order_sees_to_what_was_read_before_it_and_to_nothing_later(word: str, facts: dict[str, Any]) -> None:
    rig = daemon(late())
    await rig.tick()
    first = arrive(rig, answer(reminders(rig)[0], "un"))
    await rig.tick()
    rig.order(word, KEY, **facts)
    waiting = rig.store.orders()
    rig.store.commit(*(Applied(order.id) for order in waiting))
    second = arrive(rig, answer(reminders(rig)[0], "nous contestons"))
    await rig.tick()
    rig.store.commit(*waiting)
    await rig.tick()
    assert len(case(rig).unseen) == 1
    assert case(rig).needs_person
    assert case(rig).state is not State.OPEN
    assert box(rig).flags_of("INBOX", first) == set()
    assert "\\Flagged" in box(rig).flags_of("INBOX", second)


async def test_an_order_that_names_nothing_seen_goes_by_its_instant() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "un"))
    await pass_days(rig, 1)
    order = Order(id="resume-late", word="resume", at=rig.wake.now(), cases=(KEY,))
    await pass_days(rig, 0.1)
    arrive(rig, answer(reminders(rig)[0], "deux"))
    await rig.tick()
    rig.store.commit(order)
    await rig.tick()
    assert len(case(rig).unseen) == 1
    assert case(rig).state is State.PAUSED


async def test_an_order_given_in_the_last_look_does_not_see_to_the_mail_read_in_it() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "un"))
    await pass_days(rig, 1)
    rig.source.set(late(), late("FA-2026-0010", customer=customer("Durand")), at=rig.wake.now())
    looks = count()

    def meanwhile(name: str) -> None:
        if name == "look" and next(looks) == 1:
            rig.order("resume", KEY)
            arrive(rig, answer(reminders(rig)[0], "nous contestons"))

    box(rig).fail = meanwhile
    await pass_days(rig, 0.1)
    assert next(looks) > 1
    assert rig.store.orders() == []
    assert len(case(rig).unseen) == 1
    assert case(rig).state is State.PAUSED


async def test_the_flag_stays_while_another_case_waits_for_a_person() -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    await rig.tick()
    uid = arrive(rig, written(CUSTOMER, "Question"))
    await rig.tick()
    rig.order("promise", KEY, on=date(2026, 3, 20))
    await rig.tick()
    assert case(rig, OTHER).unseen
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)
    rig.order("dispute", OTHER)
    await rig.tick()
    await rig.tick()
    assert box(rig).flags_of("INBOX", uid) == set()


@pytest.mark.parametrize(
    ("word", "state"), [("dispute", State.DISPUTED), ("paid", State.PAID), ("close", State.CLOSED)]
)
async def test_resume_for_several_cases_leaves_what_a_person_has_settled(word: str, state: State) -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    await rig.tick()
    rig.order(word, OTHER)
    rig.order("pause", KEY)
    await rig.tick()
    rig.order("resume", KEY, OTHER)
    await rig.tick()
    assert case(rig).state is State.OPEN
    assert case(rig, OTHER).state is state


async def test_resume_sees_to_the_answer_about_an_invoice_that_the_books_have_closed() -> None:
    other = late("FA-2026-0002", due=date(2026, 3, 3))
    rig = daemon(late(), other)
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.source.set(late(paid=Decimal("1200.00")), other, at=rig.wake.now())
    await pass_days(rig, 5)
    assert case(rig).state is State.PAID
    assert taken(rig, other.key) == []
    rig.order("resume", KEY)
    await pass_days(rig, 3)
    assert case(rig).state is State.PAID
    assert box(rig).flags_of("INBOX", uid) == set()
    assert taken(rig, other.key) == ["reminder"]


@pytest.mark.parametrize("word", ["promise", "pause"])
async def test_an_order_for_a_day_beyond_every_calendar_is_refused_and_stops_nothing(word: str) -> None:
    rig = daemon(late(), late("FA-2026-0002", customer=customer("Martin")))
    await rig.tick()
    rig.order(word, KEY, on=date(9999, 12, 31))
    rig.order("pause", OTHER)
    await pass_days(rig, 1)
    assert case(rig).state is State.OPEN
    assert case(rig, OTHER).state is State.PAUSED
    assert notes(rig, "held") == []


@pytest.mark.parametrize(("name", "reason"), [("mail-<a@lumen.test>", "held by mail"), ("20260302", "held by command")])
async def test_a_hold_says_by_which_way_it_came(name: str, reason: str) -> None:
    rig = daemon(late())
    rig.store.commit(Order(id=name, word="hold", at=NOON))
    await rig.tick()
    held = rig.store.setting("held")
    assert isinstance(held, dict)
    assert held["reason"] == reason
