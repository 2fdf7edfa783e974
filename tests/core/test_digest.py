"""What a case brings into the morning's digest, and how its sections are kept short."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.core import cases as make
from tests.core.cases import CALENDAR, DUE

from relancier.core.case import Because, Case, Hold, How, Instalment, Signer, State
from relancier.core.einvoices.einvoice import EInvoice
from relancier.core.money import Money
from relancier.core.overviews.digest import (
    MOST,
    Day,
    Line,
    Section,
    gather,
    leaving,
    offered,
    over,
    shortened,
    to_do,
    unplaced,
    why_not,
)
from relancier.core.overviews.duties import DRAFT, Duty
from relancier.core.paid.known import KNOWN_ONLY
from relancier.core.paid.statement import Movement
from relancier.core.parcel import Taken, parcels
from relancier.core.plan import Channel
from relancier.core.schedule import NO_CALL, NO_PLAN, PLAN_ENDED, Near, Wait, decide
from relancier.core.stored import Offer, Received
from relancier.core.writing.digest_samples import digest_sample

TODAY = DUE + timedelta(days=15)
PLAN = make.plan(
    make.step("reminder", 3),
    make.step("penalties", 10, template="reminder-2", title="Relance ferme"),
    make.step("legal", 20, Channel.LEGAL, template=""),
)

NO_STATEMENT = f"{KNOWN_ONLY} 2026-05-01: the statement of account …0189 from 2026-05-04 on is missing"


def day() -> Day:
    return Day(TODAY, make.at(TODAY - timedelta(days=1)))


def told(case: Case, plan: Any = PLAN) -> Day:
    found = day()
    gather(case, plan, CALENDAR, found)
    return found


def lines(case: Case, section: Section, plan: Any = PLAN) -> tuple[Line, ...]:
    return told(case, plan).section(section)


def held(because: Because, detail: str = "") -> Case:
    return replace(make.case(), holds=(Hold(because, "ref", detail, make.due(12)),))


def test_a_case_on_its_way_says_nothing() -> None:
    found = told(make.case())
    assert found.nothing
    assert found.cases == ()


def test_a_reply_waits_since_its_day_unless_a_person_has_put_it_aside() -> None:
    case = replace(make.case(), state=State.PAUSED, unseen=("reply",), last_reply_on=date(2026, 6, 12))
    (line,) = lines(case, Section.REPLIES)
    assert (line.number, line.customer, line.on, line.cases) == ("F1", "Dupont", date(2026, 6, 12), (case.key,))
    assert line.sum == Money(Decimal(1000))
    assert lines(replace(case, dismissed=("reply",)), Section.REPLIES) == ()
    assert not told(case).nothing


@pytest.mark.parametrize(
    ("ahead", "word"), [(-1, "promise_late"), (0, "promise_coming"), (7, "promise_coming"), (8, "")]
)
def test_a_promise_is_told_a_week_ahead_and_when_it_is_late(ahead: int, word: str) -> None:
    case = make.in_state(make.case(), State.PROMISED, state_on=TODAY + timedelta(days=ahead))
    assert [line.detail for line in lines(case, Section.PROMISES)] == ([word] if word else [])


@pytest.mark.parametrize(("ago", "told_of"), [(0, False), (1, True), (7, True), (8, False)])
def test_a_promise_that_was_broken_is_told_for_a_week(ago: int, *, told_of: bool) -> None:
    case = replace(make.case(), promised_on=TODAY - timedelta(days=ago))
    assert [line.detail for line in lines(case, Section.PROMISES)] == (["promise_late"] if told_of else [])
    assert lines(replace(case, paid_by_order=Decimal(1000)), Section.PROMISES) == ()


def test_instalments_late_and_to_come_are_told_by_what_is_left() -> None:
    parts = tuple(Instalment(TODAY + timedelta(days=ahead), Decimal(250)) for ahead in (-20, -3, 5, 30))
    case = make.in_state(make.case(), State.PROMISED, instalments=parts, state_on=parts[1].on)
    case = replace(case, paid_by_order=Decimal(300))
    assert [(line.detail, line.sum) for line in lines(case, Section.PARTS)] == [
        ("instalment_missed", Money(Decimal(200))),
        ("instalment_to_come", Money(Decimal(250))),
    ]
    assert lines(case, Section.PROMISES) == ()


@pytest.mark.parametrize("because", [Because.BOUNCED, Because.ADDRESS])
def test_a_contact_to_mend_is_told_with_what_the_server_said(because: Because) -> None:
    found = told(held(because, "a@b.test: 550 no"))
    (line,) = found.section(Section.MENDING)
    assert (line.detail, line.on) == ("a@b.test: 550 no", DUE + timedelta(days=12))
    assert found.section(Section.NOT_SENT) == ()


@pytest.mark.parametrize(
    ("case", "word"),
    [
        (held(Because.MISSING), "because_missing"),
        (held(Because.REPLY), ""),
        (make.in_state(make.case(), State.PAUSED), "because_paused"),
        (make.in_state(make.case(), State.PAUSED, unseen=("reply",)), ""),
        (make.in_state(make.case(), State.DISPUTED), "because_disputed"),
        (make.in_state(make.case(), State.LEGAL), ""),
        (replace(make.case(), unseen=("reply",)), ""),
        (make.in_state(make.case(), State.OPEN, waiting=f"{KNOWN_ONLY} 2026-05-01"), "because_payments_unknown"),
        (make.in_state(make.case(), State.OPEN, waiting=NO_STATEMENT), "because_statement_missing"),
        (make.in_state(make.case(), State.OPEN, waiting=f"{NO_PLAN} 'x'"), "because_plan_missing"),
        (make.in_state(make.case(), State.OPEN, waiting=NO_CALL), "because_call_missing"),
        (make.in_state(make.case(), State.OPEN, waiting=PLAN_ENDED), "because_plan_over"),
        (make.in_state(make.case(), State.OPEN, waiting="next step: penalties"), ""),
    ],
)
def test_why_nothing_leaves_has_a_word_where_a_person_should_know(case: Case, word: str) -> None:
    assert why_not(case) == word


def test_a_world_that_waits_for_the_end_of_quiet_days_says_so_in_the_words_we_look_for() -> None:
    plan = make.plan(make.step("notice", 5, template="formal-notice"))
    case = make.case(due=date(2026, 8, 1), opened=date(2026, 8, 1))
    action = decide(case, plan, make.world(make.paris(2026, 8, 10, 10)), Near())
    assert isinstance(action, Wait)
    assert why_not(replace(case, waiting=action.reason)) == "because_quiet_period"


def test_the_first_statement_that_is_missing_is_named() -> None:
    found = day()
    found.not_sent(make.in_state(make.case("F1"), State.OPEN, waiting=NO_STATEMENT.replace("05-04", "05-11")))
    found.not_sent(make.in_state(make.case("F2"), State.OPEN, waiting=NO_STATEMENT))
    found.not_sent(make.in_state(make.case("F3"), State.OPEN, waiting=NO_STATEMENT.replace("05-04", "05-05")))
    (line,) = found.section(Section.NOT_SENT)
    assert (line.detail, line.on, line.whom) == ("because_statement_missing", date(2026, 5, 4), "0189")


def test_reasons_are_counted_and_name_a_few_invoices() -> None:
    found = day()
    for number in range(5):
        found.not_sent(replace(held(Because.MISSING), key=str(number), invoice=make.case(f"F{number}").invoice))
    found.not_sent(make.in_state(make.case("F9"), State.PAUSED))
    first, second = found.section(Section.NOT_SENT)
    assert (first.detail, first.count, first.number) == ("because_missing", 5, "F0, F1, F2 …")
    assert (second.detail, second.count, second.number) == ("because_paused", 1, "F9")
    assert not found.nothing


def test_firm_steps_since_the_last_digest_are_told() -> None:
    before = make.taken(make.case(), "penalties", TODAY - timedelta(days=3))
    case = make.taken(make.taken(make.case(), "reminder", TODAY), "penalties", TODAY)
    assert lines(before, Section.FIRM) == ()
    assert [(line.step, line.on) for line in lines(case, Section.FIRM)] == [("Relance ferme", TODAY)]
    legal = make.taken(make.case(), "legal", TODAY, how=How.TASK)
    assert [line.step for line in lines(legal, Section.FIRM)] == ["legal"]
    assert lines(make.taken(make.case(), "penalties", TODAY, how=How.SKIPPED), Section.FIRM) == ()
    assert lines(case, Section.FIRM, plan=None) == ()


def test_a_message_that_leaves_names_its_invoices_and_the_order_that_stops_it() -> None:
    step = make.step("reminder", 3)
    pair = [Taken(make.case(number), PLAN, step) for number in ("F1", "F2")]
    (parcel,) = parcels(pair)
    line = leaving(parcel, TODAY, "fr")
    assert (line.number, line.order, line.step, line.whom) == (
        "F1, F2",
        "pause factures F1 F2",
        "reminder-1",
        "compta@dupont.test",
    )
    assert line.sum == Money(Decimal(2000))
    assert len(line.cases) == 2


def test_a_task_to_do_names_whose_it_is() -> None:
    case = make.case()
    duty = Duty(case=case.key, step="call", title="", channel="call", role=Signer.SUPPLIER, since=TODAY, entry="x")
    line = to_do(duty, case, "Anne", "task_back")
    assert (line.whom, line.step, line.on, line.detail) == ("Anne", "call", TODAY, "task_back")
    assert line.sum is not None
    assert to_do(replace(duty, channel=DRAFT, title="Récapitulatif"), case, "Anne").sum is None


def test_tasks_stand_by_person_and_everything_else_by_day() -> None:
    found = day()
    for whom, on in (("Zoé", 1), ("Anne", 3), ("Anne", 2)):
        line = Line(whom=whom, on=date(2026, 6, on), number="F")
        found.add(Section.DUTIES, line)
        found.add(Section.REPLIES, line)
    found.add(Section.REPLIES, Line(number="no day"))
    assert [(line.whom, line.on and line.on.day) for line in found.section(Section.DUTIES)] == [
        ("Anne", 2),
        ("Anne", 3),
        ("Zoé", 1),
    ]
    assert [line.on and line.on.day for line in found.section(Section.REPLIES)] == [1, 2, 3, None]


@pytest.mark.parametrize(("years", "told_of"), [(4, False), (5, True), (6, False)])
def test_a_claim_that_soon_cannot_be_pursued_is_told_until_its_last_day(years: int, *, told_of: bool) -> None:
    issued = TODAY.replace(year=TODAY.year - years) + timedelta(days=30)
    found = lines(make.case(issued=issued), Section.LIMITS)
    assert [line.on for line in found] == ([TODAY + timedelta(days=30)] if told_of else [])
    paid = replace(make.case(issued=issued), paid_by_order=Decimal(1000))
    assert lines(paid, Section.LIMITS) == ()


def test_a_long_section_is_cut_short_and_says_so() -> None:
    many = [Line(number=str(number), cases=(str(number),)) for number in range(MOST + 5)]
    assert shortened(many[:MOST]) == tuple(many[:MOST])
    cut = shortened(many)
    assert len(cut) == MOST
    assert cut[-1].rest == 6
    found = day()
    found.add(Section.REPLIES, *many)
    assert len(found.cases) == MOST - 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_example_has_something_in_every_section(language: str) -> None:
    fields = digest_sample(language)
    assert all(fields[section.value] for section in Section)


def test_a_case_that_is_held_is_counted_with_its_reason() -> None:
    (line,) = told(held(Because.MISSING)).section(Section.NOT_SENT)
    assert (line.detail, line.count, line.number) == ("because_missing", 1, "F1")


def test_a_reply_about_what_is_over_is_told_with_its_day() -> None:
    line = over(replace(make.case(), state=State.PAID, last_reply_on=date(2026, 6, 12)))
    assert (line.number, line.on) == ("F1", date(2026, 6, 12))


def test_an_invoice_offered_is_told_until_somebody_has_answered() -> None:
    invoice = EInvoice(number="FA-9", total=Decimal("80.00"), buyer="Dupré")
    offer = Offer(id="o", invoice=invoice, at=datetime(2026, 3, 2, 9, tzinfo=UTC), message="m")
    day = Day(date(2026, 3, 4), offer.at)
    assert day.nothing
    day.add(Section.OFFERS, offered(offer, date(2026, 3, 2), "Moulins Dupré"))
    (line,) = day.section(Section.OFFERS)
    assert (line.number, line.customer, str(line.sum.amount if line.sum else ""), line.on) == (
        "FA-9",
        "Moulins Dupré",
        "80.00",
        date(2026, 3, 2),
    )
    assert not day.nothing


def test_money_of_nobody_is_counted_and_summed_by_its_currency_since_the_last_digest() -> None:
    def came(amount: str, hour: int = 12, currency: str = "EUR") -> Received:
        movement = Movement(account="FR76", on=TODAY, amount=Decimal(amount), currency=currency)
        return Received(movement=movement, at=make.at(TODAY, hour), stem="releve.csv")

    some = [came("88.10"), came("12"), came("50", currency="CHF"), came("-30"), came("7", hour=9)]
    assert unplaced(some, make.at(TODAY, 10)) == ((1, Money(Decimal(50), "CHF")), (2, Money(Decimal("100.10"), "EUR")))
    assert unplaced(some, make.at(TODAY, 13)) == ()
