"""Instalments, a payment that came back, insolvency and what is done, by command."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli_desk import HEADINGS, Desk, day, row

PARTS = ["--on", day(10), "--amount", "40", "--on", day(40), "--amount", "60"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.new(tmp_path / "etc")


def case(desk: Desk, number: str) -> Any:
    return json.loads(desk.run("status", number, "--json").out)["cases"][0]


def test_an_instalment_plan_is_recorded_and_status_shows_what_comes_next(desk: Desk) -> None:
    outcome = desk.run("instalments", "F-2026-0001", *PARTS)
    told = f"F-2026-0001: 2 instalments agreed, the first on {day(10)}. Applied.\n"
    assert (outcome.status, outcome.out, outcome.err) == (0, told, "")
    found = case(desk, "F-2026-0001")
    assert (found["state"], found["next_step"], found["next_on"]) == ("promised", f"instalment:{day(10)}", day(10))
    assert f"Next of 2 instalments: 40.00 EUR on {day(10)}." in desk.run("status", "F-2026-0001").out
    desk.run("paid", "F-2026-0001", "--amount", "50")
    assert f"Next of 2 instalments: 50.00 EUR on {day(40)}." in desk.run("status", "F-2026-0001").out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--on", day(10), "--amount", "40"], 1, "make 40.00, and 100.00 EUR is due on F-2026-0001"),
        (["--on", day(10), "--amount", "40", "--on", day(40)], 2, "Each --on needs its --amount"),
        (["--on", day(40), "--amount", "40", "--on", day(10), "--amount", "60"], 2, "must be in order"),
        (["--on", day(-1), "--amount", "40", "--on", day(10), "--amount", "60"], 2, "none in the past"),
        ([], 2, "Missing option '--on'"),
    ],
)
def test_instalments_that_do_not_fit_change_nothing(desk: Desk, arguments: list[str], status: int, said: str) -> None:
    outcome = desk.run("instalments", "F-2026-0001", *arguments)
    assert outcome.status == status
    assert said in outcome.err
    assert case(desk, "F-2026-0001")["state"] == "open"


def test_an_invoice_due_in_parts_needs_the_part_that_is_meant(desk: Desk) -> None:
    (desk.folder / "invoices.csv").write_text(HEADINGS + row("F-2026-0001", 40) + row("F-2026-0001", 70))
    outcome = desk.run("instalments", "F-2026-0001", *PARTS)
    assert outcome.status == 1
    assert "with its --due" in outcome.err
    assert desk.run("instalments", "F-2026-0001", "--due", day(40), *PARTS).status == 0


def test_a_rejected_payment_is_recorded_also_for_what_a_person_had_closed(desk: Desk) -> None:
    desk.run("paid", "F-2026-0001")
    outcome = desk.run("rejected", "F-2026-0001", "--on", day(0), "--note", "provision insuffisante")
    assert (outcome.status, outcome.out) == (0, f"F-2026-0001: payment rejected on {day(0)}. Applied.\n")
    found = case(desk, "F-2026-0001")
    assert (found["state"], found["history"][-1]["detail"]) == ("open", f"on {day(0)}: provision insuffisante")
    assert desk.run("rejected", "F-2026-0001", "--on", day(3)).status == 2


def test_what_the_books_show_as_paid_is_mended_there_first(desk: Desk) -> None:
    (desk.folder / "invoices.csv").write_text(HEADINGS + row("F-2026-0001", 40).replace(";0;", ";100,00;"))
    outcome = desk.run("rejected", "F-2026-0001", "--on", day(0))
    assert (outcome.status, "shows F-2026-0001 as paid" in outcome.err) == (1, True)


def test_an_insolvency_is_about_all_invoices_of_the_customer(desk: Desk) -> None:
    outcome = desk.run("insolvent", "--customer", "alpes", "--on", day(0))
    assert (outcome.status, "declare the claim within two months" in outcome.out) == (0, True)
    assert [case(desk, f"F-2026-000{one}")["state"] for one in (1, 2, 3)] == ["legal", "legal", "open"]
    assert case(desk, "F-2026-0001")["history"][-1]["detail"] == f"judgment of {day(0)}"
    assert desk.run("insolvent", "F-2026-0003", "--on", day(2)).status == 2
    assert desk.run("done", "F-2026-0001").out == "F-2026-0001: done. Applied.\n"


def test_status_says_which_rule_chose_the_plan(desk: Desk) -> None:
    desk.run("pause", "F-2026-0001")
    assert "Plan standard (the default), since" in desk.run("status", "F-2026-0001").out
    (told, *_) = json.loads(desk.run("forecast", "--json").out)["plans"]
    assert told == {"invoice": "F-2026-0001", "plan": "standard", "why": "the default"}
    desk.run("plan", "F-2026-0001", "silence")
    assert "Plan silence, since" in desk.run("status", "F-2026-0001").out


def test_check_knows_every_plan_that_a_rule_names(desk: Desk) -> None:
    config = desk.folder / "config.toml"
    rules = 'key_account = "a"\nby_amount = [{ from = 10, plan = "b" }]\nby_customer = { C1 = "c" }\n'
    config.write_text(f'{config.read_text("utf-8")}\n[plans]\n{rules}by_history = {{ plan = "d" }}\n', "utf-8")
    told = desk.run("check", "--offline")
    for where in ("key_account", "by_amount[1]", "by_customer.C1", "by_history"):
        assert f"plans.{where}: there is no plan called" in told.out + told.err
