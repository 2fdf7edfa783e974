"""What people record by command: calls, letters, reminders made elsewhere, contacts, and a part in dispute."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli_desk import HEADINGS, TODAY, Desk, day, row

from relancier.core.case import Case, Contact, Event, How, Kind, Role, StepDone
from relancier.core.history import apply
from relancier.loop import clock

KEY = f"F-2026-0001|{day(-40)}"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk.new(tmp_path / "etc")
    desk.invoices.write_text(
        HEADINGS + row("F-2026-0001", -40) + row("F-2026-0002", 30) + row("F-2026-0003", -10, customer="bora"), "utf-8"
    )
    return desk


def shown(desk: Desk, number: str = "F-2026-0001") -> Any:
    return json.loads(desk.run("status", number, "--json").out)["cases"][0]


def stored(desk: Desk, key: str = KEY) -> Case:
    with desk.store() as store:
        found = store.case(key)
    assert found is not None
    return found


def last(desk: Desk, number: str = "F-2026-0001") -> tuple[str, str]:
    event = shown(desk, number)["history"][-1]
    return event["event"], event["detail"]


def letter_asked_for(desk: Desk) -> None:
    """The formal notice was given to a colleague ten days ago."""
    desk.run("called", "F-2026-0001")
    with desk.store(exclusive=True) as store:
        case = store.case(KEY)
        assert case is not None
        done = Event(case=KEY, kind=Kind.STEP_DONE, at=clock(), step="formal-notice", how=How.TASK, on=TODAY)
        store.commit(apply(case, done), done)


@pytest.mark.parametrize(
    ("arguments", "said", "event", "detail"),
    [
        (["called", "F-2026-0001"], f"call of {day(0)} recorded", "called", day(0)),
        (["called", "F-2026-0001", "--on", day(-2)], f"call of {day(-2)} recorded", "called", day(-2)),
        (
            ["called", "f-2026-0001", "--said", " vendredi "],
            f"call of {day(0)} recorded",
            "called",
            f"{day(0)}: vendredi",
        ),
        (
            ["called", "F-2026-0001", "--no-answer"],
            f"call of {day(0)} recorded",
            "called",
            f"{day(0)}: no answer",
        ),
        (
            ["dispute", "F-2026-0001", "--amount", "40,5", "--note", "cassé"],
            "40.50 disputed",
            "disputed",
            "40.50 EUR in dispute: cassé",
        ),
        (
            ["contact", "F-2026-0001", "comptable", "compta@alpes.test", "--name", "Mme Neuve"],
            "the customer's accounting contact is now compta@alpes.test",
            "contact_changed",
            "accounting is now compta@alpes.test, no longer factures@alpes.test",
        ),
        (
            ["contact", "F-2026-0001", "Sales", "ventes@alpes.test"],
            "the customer's sales contact is now ventes@alpes.test",
            "contact_changed",
            "sales is now ventes@alpes.test",
        ),
    ],
)
def test_what_is_recorded_is_said_and_stands_in_the_history(
    desk: Desk, arguments: list[str], said: str, event: str, detail: str
) -> None:
    outcome = desk.run(*arguments)
    assert (outcome.status, outcome.out, outcome.err) == (0, f"F-2026-0001: {said}. Applied.\n", "")
    assert last(desk) == (event, detail)


def test_a_call_may_be_about_all_invoices_of_a_customer(desk: Desk) -> None:
    assert desk.run("called", "--customer", "alpes").out.startswith("F-2026-0001, F-2026-0002: call of")


def test_a_day_promised_in_a_call_is_a_promise(desk: Desk) -> None:
    outcome = desk.run("called", "F-2026-0001", "--said", "vu avec la compta", "--promised", day(9))
    assert outcome.out == f"F-2026-0001: call of {day(0)} recorded, payment promised by {day(9)}. Applied.\n"
    assert (shown(desk)["state"], stored(desk).recap) == ("promised", f"recap:{day(0)}")
    assert "has passed" in desk.run("called", "F-2026-0001", "--promised", day(-1)).err
    assert "not both" in desk.run("called", "F-2026-0001", "--promised", day(9), "--no-answer").err


def test_a_reminder_made_elsewhere_counts_for_what_was_late(desk: Desk) -> None:
    outcome = desk.run("chased", "--customer", "alpes", "--on", day(-3), "--note", "au salon")
    assert outcome.out == f"F-2026-0001: reminder of {day(-3)} recorded. Applied.\n"
    (done,) = [done for done in stored(desk).done if done.how is How.BY_HAND]
    assert done.on.isoformat() == day(-3)
    assert "elsewhere: au salon" in desk.run("status", "F-2026-0001").out


def test_a_part_in_dispute_waits_and_then_only_the_rest_is_asked_for(desk: Desk) -> None:
    desk.run("dispute", "F-2026-0001", "--amount", "40,50")
    assert (shown(desk)["state"], shown(desk)["disputed"], shown(desk)["amount_due"]) == ("disputed", "40.50", "100.00")
    assert desk.run("balance", "F-2026-0001").out == "F-2026-0001: going on without the part in dispute. Applied.\n"
    assert (shown(desk)["state"], last(desk)) == ("open", ("balance", "40.50 EUR in dispute"))
    assert "In dispute: 40.50 EUR." in desk.run("status", "F-2026-0001").out
    forecast = json.loads(desk.run("forecast", "--json").out)["entries"]
    assert {entry["amount_due"] for entry in forecast if entry["invoice"] == "F-2026-0001"} == {"59.50"}
    desk.run("resume", "F-2026-0001")
    assert (shown(desk)["disputed"], shown(desk)["state"]) == (None, "open")


def test_the_balance_of_a_customer_is_that_of_what_is_disputed_in_part(desk: Desk) -> None:
    desk.run("dispute", "F-2026-0001", "--amount", "40")
    assert desk.run("balance", "--customer", "alpes").out.startswith("F-2026-0001: going on")
    assert desk.run("balance", "--customer", "bora").status == 1


def test_a_posted_letter_and_what_became_of_it_move_its_day(desk: Desk) -> None:
    letter_asked_for(desk)
    outcome = desk.run("posted", "F-2026-0001", "1A", "234", "567", "--on", day(-1))
    assert outcome.out == f"F-2026-0001: letter posted on {day(-1)}. Applied.\n"
    assert last(desk) == ("posted", f"{day(-1)}: 1A 234 567")
    assert notice(desk).on.isoformat() == day(-1)
    outcome = desk.run("letter", "F-2026-0001", "unclaimed")
    assert outcome.out == f"F-2026-0001: letter unclaimed on {day(0)}. Applied.\n"
    assert notice(desk).on == TODAY


def notice(desk: Desk) -> StepDone:
    found = stored(desk).step_done("formal-notice")
    assert found is not None
    return found


def test_a_letter_to_an_unknown_address_holds_until_resume(desk: Desk) -> None:
    letter_asked_for(desk)
    assert desk.run("letter", "F-2026-0001", "unknown-address").status == 0
    assert last(desk) == ("letter_result", f"{day(0)}: unknown address")
    assert shown(desk)["held"] == "a letter came back: the postal address must be mended"
    assert shown(desk)["needs_person_because"] == "a letter came back, the address is unknown: correct it, then resume"
    desk.run("resume", "F-2026-0001")
    assert shown(desk)["needs_person"] is False


def test_a_changed_contact_counts_for_all_the_customers_invoices_and_outlives_the_books(desk: Desk) -> None:
    desk.run("contact", "--customer", "alpes", "accounting", "compta@alpes.test", "--name", "Mme Neuve")
    desk.invoices.write_text(desk.invoices.read_text("utf-8") + row("F-2026-0004", 60), "utf-8")
    for number in ("F-2026-0001", "F-2026-0002", "F-2026-0004"):
        assert "Contacts: compta@alpes.test." in desk.run("status", number).out
    assert "factures@bora.test" in desk.run("status", "F-2026-0003").out
    desk.run("pause", "F-2026-0004")
    contact = Contact(Role.ACCOUNTING, "compta@alpes.test", "Mme Neuve")
    assert stored(desk, f"F-2026-0004|{day(60)}").invoice.customer.contacts == (contact,)


def test_a_contact_is_changed_for_one_customer_only(desk: Desk) -> None:
    namesake = row("F-2026-0005", 20).replace(";alpes;", ";alpes-sud;")
    desk.invoices.write_text(desk.invoices.read_text("utf-8") + namesake, "utf-8")
    outcome = desk.run("contact", "--customer", "Alpes SA", "sales", "ventes@alpes.test")
    told = "Alpes SA may be alpes or alpes-sud: name the customer's code with --customer.\n"
    assert (outcome.status, outcome.err) == (1, told)
    assert desk.run("contact", "--customer", "alpes-sud", "sales", "ventes@alpes.test").status == 0
    assert "ventes@alpes.test" not in desk.run("status", "F-2026-0001").out


def test_beside_a_daemon_the_order_says_everything(desk: Desk) -> None:
    desk.run("hold")
    with desk.store(exclusive=True) as daemon:
        outcome = desk.run("contact", "F-2026-0001", "direction", "chef@alpes.test")
        assert outcome.out.endswith("The daemon will apply it before it sends anything.\n")
        (order,) = daemon.orders()
    assert (order.word, order.cases, order.contact) == (
        "contact",
        (KEY,),
        Contact(Role.MANAGEMENT, "chef@alpes.test"),
    )


def test_a_task_is_recorded_as_done_by_its_step_or_with_all_others(desk: Desk) -> None:
    letter_asked_for(desk)
    refused = desk.run("done", "F-2026-0001", "--step", "reminder")
    assert refused.status == 1
    assert 'The step "reminder" of F-2026-0001 has given no task' in refused.err
    assert desk.run("done", "F-2026-0001", "--step", "formal-notice").out.startswith("F-2026-0001: done.")
    assert desk.run("done", "F-2026-0001").status == 0
    with desk.store() as store:
        told = [event.step for event in store.events(KEY) if event.kind is Kind.TASK_DONE]
    assert told == ["formal-notice", ""]
