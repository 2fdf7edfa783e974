"""What became of who did something: who paid, answered, disputed, promised, agreed, moved, could not be found."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from tests.year.almanac import days, open_on, working
from tests.year.cast import END, START, Customer, Part
from tests.year.colleagues import ENDED_BY_A_LETTER, tracking
from tests.year.expected import DIRECTION, MANAGER, For, Way
from tests.year.laws import shows
from tests.year.office import PEOPLE
from tests.year.post import CALLED_OFF, COMES_BACK, OWN, fits
from tests.year.year import Came, Note, Seen

from relancier.core.case import Kind, State

pytestmark = pytest.mark.timeout(600)
ANSWERING = (Part.REPLIES, Part.ELSEWHERE, Part.NEW_SUBJECT, Part.JUST_BEFORE, Part.DISPUTES, Part.DISPUTES_PART,
             Part.KEEPS, Part.BREAKS, Part.IN_TWO, Part.MISSES, Part.INSOLVENT)  # fmt: skip
PAYING = (Part.PAYS_EARLY, Part.PAYS, Part.PAYS_PART, Part.SEVERAL, Part.IN_PARTS, Part.ABSENT, Part.KEEPS, Part.IN_TWO)


def of(seen: Seen, *parts: Part) -> Iterator[tuple[Customer, list[Came]]]:
    for customer in seen.customers:
        if customer.part in parts:
            yield customer, seen.came[customer.code]


def emails(came: Sequence[Came]) -> list[Came]:
    return [one for one in came if one.way is Way.EMAIL]


def said(seen: Seen, customer: Customer, deed: str) -> list[date]:
    """The days on which a customer did something."""
    return [at.date() for at, text in seen.deeds if text.startswith(customer.name) and deed in text]


def notes(seen: Seen, customer: Customer, words: str) -> list[Note]:
    return [one for one in seen.notes if one.customer == customer.code and words in one.mail.subject]


def states(seen: Seen, customer: Customer) -> set[State]:
    return {seen.cases[bill.key].state for bill in customer.bills}


@pytest.mark.parametrize("part", PAYING)
def test_who_pays_is_done_with(seen: Seen, part: Part) -> None:
    for customer, came in of(seen, part):
        assert states(seen, customer) == {State.PAID}, customer
        known = working(max(said(seen, customer, "pays")), 1)
        assert [one for one in came if one.on > known] == [], customer


def test_who_pays_before_the_due_date_is_never_reminded(seen: Seen) -> None:
    for customer, came in of(seen, Part.PAYS_EARLY):
        assert all(one.on <= customer.bills[0].due for one in came), customer


def test_after_a_part_payment_only_the_rest_is_asked_for(seen: Seen) -> None:
    less = 0
    for customer, came in of(seen, Part.PAYS_PART):
        paid_on = said(seen, customer, "pays")[0]
        rest = customer.bills[0].amount - (customer.bills[0].amount * Decimal("0.4")).quantize(Decimal("0.01"))
        after = [one for one in emails(came) if one.on > working(paid_on, 1)]
        assert all(shows(one.mail.text, rest) for one in after), customer
        less += len(after)
    assert less >= 4


@pytest.mark.parametrize("part", ANSWERING)
def test_after_an_answer_only_a_person_writes_and_refers_to_it(seen: Seen, part: Part) -> None:
    """Nothing leaves by itself; what follows lay in Drafts, and says on which day the customer wrote."""
    for customer, came in of(seen, part):
        answers = said(seen, customer, "answers")
        assert len(answers) == 1, customer
        after = [one for one in emails(came) if one.on > answers[0]]
        by_itself = [one for one in after if not one.by_hand and one.on < _first_by_hand(after)]
        agreed = part in {Part.IN_TWO, Part.MISSES}
        assert agreed or by_itself == [], customer
        assert notes(seen, customer, "réponse reçue"), customer


def _first_by_hand(after: Sequence[Came]) -> date:
    return min((one.on for one in after if one.by_hand), default=END)


def test_what_waits_for_days_between_answer_and_resumption_stays_silent(seen: Seen) -> None:
    for customer, came in of(seen, Part.DISPUTES):
        day = said(seen, customer, "answers")[0]
        assert [one for one in emails(came) if day < one.on <= working(day, 14)] == [], customer


def test_of_a_disputed_part_only_the_rest_is_asked_for(seen: Seen) -> None:
    asked = 0
    for customer, came in of(seen, Part.DISPUTES_PART):
        day = said(seen, customer, "answers")[0]
        after = [one for one in emails(came) if one.on > day]
        assert all(shows(one.mail.text, customer.bills[0].amount - 50) for one in after), customer
        asked += len(after)
    assert asked >= 3


def test_a_promise_kept_is_never_mentioned_again(seen: Seen) -> None:
    for customer, came in of(seen, Part.KEEPS):
        day = said(seen, customer, "answers")[0]
        assert [one for one in came if one.on > day] == [], customer
        assert notes(seen, customer, "promesse à revoir") == [], customer


def test_a_broken_promise_is_told_after_one_working_day_of_grace_and_the_plan_goes_on_by_a_person(seen: Seen) -> None:
    told = list(of(seen, Part.BREAKS))
    for customer, came in told:
        answered = said(seen, customer, "answers")[0]
        promised = working(answered, 6)
        (note,) = notes(seen, customer, "promesse à revoir")
        assert note.at.date() == working(promised, 1) + timedelta(days=1), customer
        after = [one for one in came if one.on > answered]
        assert after, customer
        assert min(one.on for one in after) > working(promised, 1), customer
        assert all(one.by_hand for one in emails(after)[:1]), customer
    assert told


def test_instalments_are_confirmed_by_a_person_and_each_is_reminded_of(seen: Seen) -> None:
    for customer, came in of(seen, Part.IN_TWO):
        day = said(seen, customer, "answers")[0]
        after = [one for one in emails(came) if one.on > day]
        assert [one.by_hand for one in after] == [True, False, False], customer
        half = (customer.bills[0].amount / 2).quantize(Decimal("0.01"))
        assert all(shows(one.mail.text, half) for one in after[:2]), customer


def test_a_missed_instalment_goes_to_a_person_and_the_plan_goes_on(seen: Seen) -> None:
    for customer, came in of(seen, Part.MISSES):
        told = [one for one in seen.notes if one.customer == customer.code and "revoir" in one.mail.subject]
        assert len(told) == 1, customer
        assert [one for one in came if one.on > told[0].at.date()], customer


def test_an_insolvent_customer_is_left_alone(seen: Seen) -> None:
    for customer, came in of(seen, Part.INSOLVENT):
        day = said(seen, customer, "answers")[0]
        assert [one for one in came if one.on > day and one.way is not Way.TASK] == [], customer


@pytest.mark.parametrize("part", [Part.BOUNCES, Part.MOVED])
def test_after_the_contact_is_mended_the_plan_goes_on_to_the_new_address(seen: Seen, part: Part) -> None:
    for customer, came in of(seen, part):
        new = f"nouveau@{customer.domain}"
        first = next(place for place, one in enumerate(emails(came)) if new in one.to)
        assert first >= 1, customer
        assert all(new in one.to for one in emails(came)[first:]), customer


def test_a_colleagues_own_reminder_stands_for_a_step_and_leaves_five_working_days(seen: Seen) -> None:
    for customer, came in of(seen, Part.BY_HAND):
        (own,) = [one for one in emails(came) if one.by_hand]
        after = [one.on for one in came if one.on > own.on]
        assert after, customer
        assert min(after) >= working(own.on, 5), customer


def test_several_invoices_of_a_customer_leave_together(seen: Seen) -> None:
    for customer, came in of(seen, Part.SEVERAL):
        assert max(len(one.mail.named) for one in emails(came)) >= 2, customer
        days_written = [one.on for one in emails(came)]
        assert len(days_written) == len(set(days_written)), customer


def test_two_invoices_due_on_one_day_are_always_in_one_message(seen: Seen) -> None:
    together = 0
    for customer, came in of(seen, Part.SEVERAL):
        first, second, _ = customer.bills
        about = [one for one in emails(came) if first.due == second.due and first.number in one.mail.numbers]
        assert all(second.number in one.mail.numbers for one in about), customer
        together += len(about)
    assert together >= 10


def test_each_part_of_an_invoice_has_its_own_days_and_is_named(seen: Seen) -> None:
    for customer, came in of(seen, Part.IN_PARTS):
        texts = " ".join(one.mail.text for one in came)
        assert all(f"{part}/3" in texts for part in (1, 2, 3)), customer
        for bill in customer.bills:
            assert any(bill.due < one.on <= bill.due + timedelta(days=9) for one in emails(came)), (customer, bill)


def test_an_old_invoice_gets_the_one_off_reminder_first_and_time_to_answer(seen: Seen) -> None:
    for customer, came in of(seen, Part.OLD):
        first, second = came[0], came[1]
        assert first.way is Way.EMAIL, customer
        assert first.on - customer.bills[0].due > timedelta(days=40), customer
        assert "En examinant votre compte" in first.mail.text, customer
        assert second.on >= working(first.on, 5), customer


def test_a_direct_debit_is_chased_only_once_it_was_rejected_and_the_message_says_so(seen: Seen) -> None:
    assert all(came == [] for _, came in of(seen, Part.BY_DEBIT))
    for customer, came in of(seen, Part.REJECTED):
        first = came[0]
        assert first.on >= working(customer.bills[0].due, 3), customer
        assert "rejet" in first.mail.text, customer


def test_who_is_let_off_gets_nothing_more(seen: Seen) -> None:
    for customer, came in of(seen, Part.CLOSED):
        assert states(seen, customer) == {State.CLOSED}, customer
        assert all(one.on <= working(customer.bills[0].due, 9) for one in came), customer


def test_the_silence_plan_follows_the_day_on_which_a_person_starts_it(seen: Seen) -> None:
    ways = [Way.EMAIL, Way.CALL, Way.SMS, Way.LETTER, Way.REGISTERED, Way.REGISTERED, Way.LEGAL]
    for customer, came in of(seen, Part.GIVEN_UP):
        start = next(place for place, one in enumerate(came) if one.way is Way.CALL)
        assert [one.way for one in came[start + 1 :]] == ways, customer


def test_what_became_of_each_registered_letter_is_recorded_with_its_number(seen: Seen) -> None:
    for customer, _ in of(seen, Part.SILENT):
        events = seen.events[customer.bills[0].key]
        posted = [one for one in events if one.kind is Kind.POSTED]
        letters = [one for one in seen.came[customer.code] if one.way in {Way.LETTER, Way.REGISTERED}]
        assert len(posted) == len(letters), customer
        assert all(tracking(customer) in f"{one.note} {one.detail}" for one in posted), customer
        results = [one for one in events if one.kind is Kind.LETTER]
        assert len(results) == (customer.plan in ENDED_BY_A_LETTER), customer


def test_each_answer_is_heard_once_wherever_people_have_put_it(seen: Seen) -> None:
    for customer, _ in of(seen, *ANSWERING):
        replies = [one for bill in customer.bills for one in seen.events[bill.key] if one.kind is Kind.REPLIED]
        assert len(replies) == 1, customer


def test_a_consumer_is_never_told_of_penalties(seen: Seen) -> None:
    for customer, came in of(seen, Part.CONSUMER):
        told = [one for one in emails(came) if fits(one.mail, For.PENALTIES) or "40,00" in one.mail.text]
        assert told == [], customer


def test_a_plan_is_never_endless(seen: Seen) -> None:
    for customer in seen.customers:
        assert len(seen.came[customer.code]) <= 12 * len(customer.bills), customer


def test_a_task_that_nobody_does_comes_back_and_then_goes_to_the_role_above(seen: Seen) -> None:
    manager, director = PEOPLE[MANAGER][1], PEOPLE[DIRECTION][1]
    risen = 0
    for customer, came in of(seen, Part.SILENT):
        calls = [one for one in came if one.way is Way.CALL]
        back = notes(seen, customer, f"{COMES_BACK} : appel")
        if customer.plan != "workflow" or not calls:
            continue
        assert back, customer
        assert back[0].at.date() > calls[0].on, customer
        assert manager in back[0].to, customer
        risen += director in back[-1].to
    assert risen >= 3


def test_a_task_in_hand_is_called_off_and_only_one_that_was_given(seen: Seen) -> None:
    off = [note for note in seen.notes if note.customer and CALLED_OFF.search(note.mail.subject)]
    assert len(off) >= 3
    for note in off:
        given = [one for one in seen.came[note.customer] if set(one.mail.numbers) & set(note.mail.numbers)]
        assert any(one.way is not Way.EMAIL and one.on <= note.at.date() for one in given), note.mail.subject


def test_each_working_morning_has_its_digest_and_no_other_day_has(seen: Seen) -> None:
    told = [one.at for one in seen.notes if "le point du" in one.mail.subject]
    expected = [day for day in days(START + timedelta(days=1), END) if open_on(day)]
    assert {at.date() for at in told} - {START} == set(expected)
    assert all(a.date() != b.date() for a, b in pairwise(told))


def test_our_mailbox_was_never_written_to_as_a_customer(seen: Seen) -> None:
    assert all(OWN not in one.to for came in seen.came.values() for one in came)
