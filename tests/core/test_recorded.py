"""What people record of a case: calls, letters, contacts."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.core.cases import DUE, after, case, customer, due, event, in_state, plan, step, taken

from relancier.core.case import Because, Case, Contact, Event, Hold, How, Kind, Role, State
from relancier.core.plan import Channel
from relancier.core.recorded import ADDRESS_WANTED, Letter, last_letter, unanswered, with_contact

CALL, MAIL = Channel.CALL, Channel.EMAIL
OLD = "compta@dupont.test"
NEW = Contact(Role.ACCOUNTING, "facturation@dupont.test", "M. Neuf")
PLAN = plan(
    step("first", 3), step("letter", 8, Channel.LETTER), step("notice", 12, Channel.REGISTERED_LETTER, MAIL)
)  # fmt: skip


def on(days: int) -> date:
    return DUE + timedelta(days=days)


@pytest.mark.parametrize(
    "said",
    [
        *("pas de réponse", "Sans réponse.", "répondeur", "message laissé", "no answer", "Left a message"),
        *(" voicemail ", "ne répond pas"),
    ],
)
def test_a_call_that_reached_nobody(said: str) -> None:
    assert unanswered(said)


@pytest.mark.parametrize(
    "said", ["", "virement vendredi", "no answer needed: paid on Friday", "il n'y a pas de litige"]
)
def test_a_call_in_which_something_was_said_or_perhaps_was(said: str) -> None:
    assert not unanswered(said)


def test_the_latest_call_counts_whichever_was_told_of_last() -> None:
    one = after(case(), event(case(), Kind.CALLED, days=5, ref="a", note="virement vendredi"))
    assert (one.called_on, one.said) == (on(5), "virement vendredi")
    same = after(one, event(one, Kind.CALLED, days=6, ref="b", on=on(4), note="avant"))
    assert (same.called_on, same.said) == (on(5), "virement vendredi")
    later = after(one, event(one, Kind.CALLED, days=7, ref="c", on=on(5), note=""))
    assert (later.called_on, later.said) == (on(5), "")


def test_a_call_sees_to_nothing() -> None:
    answered = after(case(), event(case(), Kind.REPLIED, ref="mail", detail="human from x"))
    called = after(answered, event(case(), Kind.CALLED, days=1, ref="o"))
    assert (called.state, called.unseen, called.needs_person) == (State.PAUSED, ("mail",), "human from x")


def test_the_last_letter_is_one_that_a_colleague_was_to_post() -> None:
    one = taken(taken(case(), "first", on(3)), "letter", on(8), how=How.TASK)
    by_mail = taken(one, "notice", on(12), how=How.SENT)
    posted = taken(one, "notice", on(12), how=How.TASK)
    for known, wanted in ((case(), None), (one, "letter"), (by_mail, "letter"), (posted, "notice")):
        found = last_letter(known, PLAN)
        assert (found.step if found else None) == wanted
    assert last_letter(posted, None) is None


def letter(before: Case, kind: Kind, note: str, day: int) -> Case:
    return after(before, event(before, kind, days=day + 1, ref=f"{kind}{day}", step="letter", on=on(day), note=note))


@pytest.mark.parametrize(("kind", "note"), [(Kind.POSTED, "1A 234"), *((Kind.LETTER, one.value) for one in Letter)])
def test_what_follows_a_letter_counts_from_the_day_told_of(kind: Kind, note: str) -> None:
    one = taken(taken(case(), "first", on(3)), "letter", on(8), how=How.TASK)
    found = letter(one, kind, note, 15)
    assert [done.on for done in found.done] == [on(3), on(15)]
    assert [done.at for done in found.done] == [done.at for done in one.done]


def test_only_an_unknown_address_holds_and_only_an_open_case() -> None:
    one = taken(case(), "letter", on(8), how=How.TASK)
    for note in Letter:
        found = letter(one, Kind.LETTER, note, 15)
        held = [(hold.because, hold.ref) for hold in found.holds]
        assert held == ([(Because.ADDRESS, "letter_result15")] if note is Letter.UNKNOWN_ADDRESS else [])
        assert found.needs_person == (ADDRESS_WANTED if held else "")
    closed = letter(in_state(one, State.CLOSED), Kind.LETTER, Letter.UNKNOWN_ADDRESS, 15)
    assert (closed.holds, closed.needs_person) == ((), "")
    held_case = letter(one, Kind.LETTER, Letter.UNKNOWN_ADDRESS, 15)
    going_on = after(held_case, event(one, Kind.RESUMED, days=20, ref="o"))
    assert (going_on.holds, going_on.needs_person) == ((), "")


def test_a_contact_takes_the_place_of_who_had_the_role_or_joins_in_the_order_of_roles() -> None:
    who = customer()
    assert [one.email for one in with_contact(who, NEW).contacts] == [NEW.email, *(c.email for c in who.contacts[1:])]
    alone = customer(contacts=(Contact(Role.SALES, "achats@dupont.test"),))
    assert [one.role for one in with_contact(alone, NEW).contacts] == [Role.ACCOUNTING, Role.SALES]


def test_the_same_address_without_a_name_keeps_the_name() -> None:
    who = customer()
    assert with_contact(who, Contact(Role.ACCOUNTING, OLD)) is who
    assert with_contact(who, Contact(Role.ACCOUNTING, OLD, "Autre")).contacts[0].name == "Autre"


def bounce(ref: str, *failed: str) -> Event:
    detail = f"bounce permanent for {', '.join(failed)}: 550 5.1.1 <{OLD}> unknown"
    return event(case(), Kind.BOUNCED, ref=ref, detail=detail)


def changed(before: Case, contact: Contact = NEW, **other: Any) -> Case:
    line = replace(before.invoice, customer=with_contact(before.invoice.customer, contact))
    return after(before, event(before, Kind.CONTACT, days=9, ref="order", invoice=line, **other))


def test_a_message_that_came_back_from_the_replaced_address_holds_no_more() -> None:
    held = after(case(), bounce("b", OLD.upper()))
    assert [hold.because for hold in held.holds] == [Because.BOUNCED]
    mended = changed(held)
    assert (mended.holds, mended.needs_person, mended.invoice.customer.contacts[0]) == ((), "", NEW)


@pytest.mark.parametrize(
    "holding",
    [
        bounce("b", "achats@dupont.test"),
        bounce("b", OLD, "achats@dupont.test"),
        event(case(), Kind.BOUNCED, ref="b", detail=f"bounce permanent for mailer-daemon@x.test: {OLD} unknown"),
        event(case(), Kind.UNREADABLE, ref="b", detail=f"about {OLD}: x"),
    ],
    ids=["another address", "two addresses", "nobody named", "not a bounce"],
)
def test_what_is_not_only_about_the_replaced_address_holds_on(holding: Event) -> None:
    held = after(case(), holding)
    mended = changed(held)
    assert (mended.holds, mended.needs_person) == (held.holds, holding.detail)


def test_an_address_that_still_has_another_role_is_not_replaced() -> None:
    shared = customer(contacts=(Contact(Role.ACCOUNTING, OLD), Contact(Role.SALES, OLD)))
    held = after(case(who=shared), bounce("b", OLD))
    assert changed(held).holds == held.holds


def test_other_words_for_a_person_stay() -> None:
    held = replace(after(case(), bounce("b", OLD)), needs_person="something else")
    assert changed(held).needs_person == "something else"


def test_a_new_address_begins_a_thread_and_a_new_name_does_not() -> None:
    threaded = replace(case(), thread=("<1@x>", "<2@x>"))
    assert changed(threaded).thread_from == 2
    named = changed(threaded, Contact(Role.ACCOUNTING, OLD, "Mme Autre"))
    assert (named.thread_from, named.invoice.customer.contacts[0].name) == (0, "Mme Autre")


def test_a_change_without_an_invoice_changes_nothing() -> None:
    one = after(case(), Event(case=case().key, kind=Kind.CONTACT, at=due(1)))
    assert one == replace(case(), look_at=due(1))


def test_a_hold_is_kept_whole() -> None:
    other = Hold(Because.CREDIT, "c", "credit", due(0))
    held = replace(after(case(), bounce("b", OLD)), holds=(other, *after(case(), bounce("b", OLD)).holds))
    assert changed(held).holds == (other,)
