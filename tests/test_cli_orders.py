"""Orders from a person: applied at once, or left for the daemon; and which invoices a person means."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli_desk import HEADINGS, INVOICES, TODAY, Desk, day, row

from relancier.core.case import Because, Event, Hold, Kind, State
from relancier.core.outbox import Carried, Entry, Sort, Status
from relancier.core.stored import Setting


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.new(tmp_path / "etc")


def case(desk: Desk, number: str) -> Any:
    return json.loads(desk.run("status", number, "--json").out)["cases"][0]


@pytest.mark.parametrize(
    ("arguments", "state", "said"),
    [
        (["pause", "F-2026-0001", "--until", day(30)], "paused", f"F-2026-0001: paused until {day(30)}. Applied."),
        (["promise", "F-2026-0001", "--on", day(3)], "promised", f"F-2026-0001: promised for {day(3)}. Applied."),
        (["dispute", "f-2026-0001"], "disputed", "F-2026-0001: disputed. Applied."),
        (["paid", "F-2026-0001"], "paid", "F-2026-0001: paid. Applied."),
        (["paid", "F-2026-0001", "--on", day(-1)], "paid", "F-2026-0001: paid. Applied."),
        (
            ["paid", "F-2026-0001", "--amount", "40,50"],
            "open",
            "F-2026-0001: 40.50 paid, 59.50 EUR are left. Applied.",
        ),
        (["close", "F - 2026 - 0001"], "closed", "F-2026-0001: closed. Applied."),
    ],
)
def test_an_order_is_applied_at_once_without_a_daemon(desk: Desk, arguments: list[str], state: str, said: str) -> None:
    outcome = desk.run(*arguments)
    assert (outcome.status, outcome.out, outcome.err) == (0, f"{said}\n", "")
    assert case(desk, "F-2026-0001")["state"] == state
    assert case(desk, "F-2026-0002")["state"] == "open"


def test_a_part_payment_leaves_the_rest_due(desk: Desk) -> None:
    desk.run("paid", "F-2026-0001", "--amount", "40,50")
    assert case(desk, "F-2026-0001")["amount_due"] == "59.50"


@pytest.mark.parametrize("word", ["pause", "dispute", "close"])
def test_resume_takes_back_what_a_person_said(desk: Desk, word: str) -> None:
    desk.run(word, "F-2026-0001")
    assert desk.run("resume", "F-2026-0001").out == "F-2026-0001: going on. Applied.\n"
    assert case(desk, "F-2026-0001")["state"] == "open"


def test_resume_says_which_credit_stays_unused(desk: Desk) -> None:
    desk.edit(INVOICES, INVOICES + row("AV-7", 20, "-30,00"), desk.folder / "invoices.csv")
    assert desk.run("resume", "--customer", "alpes").out == (
        "F-2026-0002, F-2026-0001: going on; credit stays unused (AV-7 30.00 EUR): allocate it in the books, or the "
        "whole amount is asked for and the message names it. Applied.\n"
    )


@pytest.mark.parametrize("word", ["paid", "dispute", "close"])
def test_resume_of_a_whole_customer_leaves_what_a_person_has_settled(desk: Desk, word: str) -> None:
    desk.run(word, "F-2026-0001")
    before = case(desk, "F-2026-0001")["state"]
    desk.run("pause", "F-2026-0002")
    assert desk.run("resume", "--customer", "alpes").out == "F-2026-0002: going on. Applied.\n"
    assert case(desk, "F-2026-0001")["state"] == before
    assert case(desk, "F-2026-0002")["state"] == "open"


def test_resume_of_a_whole_customer_says_what_must_be_named_by_itself(desk: Desk) -> None:
    desk.run("dispute", "F-2026-0001")
    outcome = desk.run("resume", "--customer", "alpes")
    assert outcome.status == 1
    assert outcome.err == (
        "Nothing of alpes is paused or held; name what should go on with its invoice number and --due: "
        f"F-2026-0002 of {day(30)} (open), F-2026-0001 of {day(40)} (disputed).\n"
    )
    assert case(desk, "F-2026-0001")["state"] == "disputed"


def test_resume_of_an_invoice_due_in_parts_names_the_part_that_was_closed(desk: Desk) -> None:
    desk.invoices.write_text(INVOICES + row("F-2026-0001", 70), "utf-8")
    desk.run("close", "F-2026-0001", "--due", day(40))
    desk.run("pause", "F-2026-0001", "--due", day(70))
    assert desk.run("resume", "F-2026-0001").status == 0
    assert [part["state"] for part in parts(desk)] == ["closed", "open"]
    assert desk.run("resume", "F-2026-0001", "--due", day(40)).status == 0
    assert [part["state"] for part in parts(desk)] == ["open", "open"]


def parts(desk: Desk) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(desk.run("status", "F-2026-0001", "--json").out)["cases"]
    return sorted(listed, key=lambda part: str(part["due"]))


def test_beside_a_daemon_the_order_waits_for_it(desk: Desk) -> None:
    desk.run("hold")
    with desk.store(exclusive=True) as daemon:
        outcome = desk.run("pause", "F-2026-0001", "--note", "vu")
        assert outcome.out == "F-2026-0001: paused. The daemon will apply it before it sends anything.\n"
        orders = daemon.orders()
        assert [(order.word, order.note) for order in orders] == [("pause", "vu")]
        assert orders[0].cases == (f"F-2026-0001|{day(40)}",)
        assert daemon.case(f"F-2026-0001|{day(40)}").state is State.OPEN  # type: ignore[union-attr]
    assert case(desk, "F-2026-0001")["state"] == "paused"


def test_an_invoice_that_the_daemon_has_not_read_yet(desk: Desk) -> None:
    desk.run("hold")
    with desk.store(exclusive=True):
        desk.invoices.write_text(INVOICES + row("F-2026-0009", 60), "utf-8")
        outcome = desk.run("pause", "F-2026-0009")
    assert outcome.status == 75
    assert outcome.err == (
        "F-2026-0009 is in the invoice file, but the daemon has not read it yet: try again in a minute.\n"
    )


def test_orders_have_ids_of_their_own_that_sort_by_time(desk: Desk) -> None:
    desk.run("hold")
    with desk.store(exclusive=True) as daemon:
        for _ in range(5):
            desk.run("hold")
        ids = [order.id for order in daemon.orders()]
    assert len(set(ids)) == 5
    assert ids == sorted(ids)


def test_all_invoices_of_a_customer(desk: Desk) -> None:
    assert desk.run("pause", "--customer", "alpes").out == "F-2026-0002, F-2026-0001: paused. Applied.\n"
    assert desk.run("close", "--customer", "Bora SA").out == "F-2026-0003: closed. Applied.\n"


def test_a_number_with_several_due_dates_means_all_its_open_parts(desk: Desk) -> None:
    desk.invoices.write_text(HEADINGS + row("F-1000-A", 20) + row("F-1000-A", 50), "utf-8")
    desk.run("paid", "F-1000-A", "--due", day(20))
    cases = json.loads(desk.run("status", "F-1000-A", "--json").out)["cases"]
    assert [one["state"] for one in cases] == ["paid", "open"]
    desk.run("pause", "F-1000-A")
    cases = json.loads(desk.run("status", "F-1000-A", "--json").out)["cases"]
    assert [one["state"] for one in cases] == ["paid", "paused"]


def test_hold_and_release_all_sending(desk: Desk) -> None:
    assert desk.run("hold", "--note", "contrôle fiscal").out == "All sending is held. Applied.\n"
    with desk.store() as store:
        held = store.setting("held")
    assert isinstance(held, dict)
    assert held["reason"] == "contrôle fiscal"
    assert desk.run("release").out == "Sending goes on. Applied.\n"
    with desk.store() as store:
        assert store.setting("held") is None


def test_a_plan_started_by_hand(desk: Desk) -> None:
    assert desk.run("silence", "F-2026-0001").out == "F-2026-0001: on plan silence from today. Applied.\n"
    found = json.loads(desk.run("forecast", "--json").out)["entries"]
    mine = [entry for entry in found if entry["invoice"] == "F-2026-0001"]
    assert mine[0]["plan"] == "silence"
    assert desk.run("plan", "F-2026-0001", "standard").out == "F-2026-0001: on plan standard from today. Applied.\n"


def uncertain(desk: Desk) -> str:
    """A state with one message of which nobody knows whether it arrived."""
    desk.run("hold")
    key, now = f"F-2026-0001|{day(40)}", datetime.now(UTC)
    entry = Entry(
        id="e1",
        sort=Sort.REMINDER,
        carries=(Carried(key, "notification"),),
        message_id="<r.e1@lumen.test>",
        token="e1",
        queued_at=now,
        status=Status.UNCERTAIN,
        begun_at=now,
    )
    with desk.store(exclusive=True) as store:
        found = store.case(key)
        assert found is not None
        hold = Hold(Because.UNCERTAIN, "e1", "lost", now)
        store.commit(entry, type(found)(**{**_fields(found), "holds": (hold,), "in_flight": ("e1",)}))
    return key


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


@pytest.mark.parametrize(("word", "status"), [("sent", Status.SENT), ("resend", Status.CANCELLED)])
def test_an_uncertain_send_is_settled(desk: Desk, word: str, status: Status) -> None:
    key = uncertain(desk)
    assert case(desk, "F-2026-0001")["held"] == "nobody knows yet whether the last message arrived"
    outcome = desk.run(word, "F-2026-0001")
    assert outcome.status == 0
    with desk.store() as store:
        entry, found = store.entry("e1"), store.case(key)
    assert entry is not None
    assert found is not None
    assert (entry.status, found.holds) == (status, ())


def ticked(desk: Desk, *, minutes: int, ok: bool = True) -> None:
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    with desk.store(exclusive=True) as store:
        store.commit(
            Setting("last_tick", {"at": at.isoformat(), "ok": ok, "reason": "" if ok else "IMAP is down."}),
            Setting("confirmed_at", at.isoformat()),
        )


def test_status_fails_when_the_daemon_has_not_ticked_for_long(desk: Desk) -> None:
    ticked(desk, minutes=16)
    outcome = desk.run("status")
    assert outcome.status == 1
    assert outcome.err.endswith("so no daemon runs: look at its log, then start it again.\n")
    with desk.store(exclusive=True):
        assert "is stuck: look at its log" in desk.run("status").err


def test_status_is_content_with_a_fresh_tick(desk: Desk) -> None:
    ticked(desk, minutes=14)
    assert desk.run("status").status == 0
    ticked(desk, minutes=1, ok=False)
    outcome = desk.run("status")
    assert (outcome.status, outcome.err) == (1, "Nothing is sent: IMAP is down.\n")


def test_a_reply_is_shown_as_the_answer(desk: Desk) -> None:
    desk.run("hold")
    key = f"F-2026-0001|{day(40)}"
    with desk.store(exclusive=True) as store:
        found = store.case(key)
        assert found is not None
        changed = type(found)(**{**_fields(found), "last_reply_on": date(2026, 3, 2), "needs_person": "human from x"})
        store.commit(changed, Event(case=key, kind=Kind.REPLIED, at=datetime.now(UTC), detail="human from x"))
    assert "2026-03-02" in desk.run("status").out
    assert case(desk, "F-2026-0001")["needs_person"] is True


def test_dates_are_read_as_people_write_them(desk: Desk) -> None:
    then = TODAY + timedelta(days=9)
    assert f"until {then}" in desk.run("pause", "F-2026-0001", "--until", f"{then:%d/%m/%Y}").out


def test_the_same_part_told_twice_on_a_day_is_asked_about(desk: Desk) -> None:
    part = ("paid", "F-2026-0001", "--amount", "10")
    assert "10.00 paid, 90.00 EUR are left" in desk.run(*part).out
    twice = desk.run(*part)
    assert twice.status == 1
    assert "recorded already" in twice.err
    assert "--again" in twice.err
    assert "80.00 EUR are left" in desk.run(*part, "--again").out
    assert "70.00 EUR are left" in desk.run(*part, "--note", "second transfer").out
    assert "60.00 EUR are left" in desk.run(*part, "--on", day(-1)).out
    assert desk.run(*part, "--on", day(-1)).status == 1
    assert "nothing is left" in desk.run("paid", "F-2026-0001", "--amount", "60").out
