"""The plans in plans/ against the published table, typed here by hand."""

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from relancier.core.plan import Base, Channel, Plan, Step, parse

FOLDER = Path(__file__).parent.parent / "plans"
FILES = sorted(FOLDER.glob("*.toml"))

ACCOUNTING = "accounting"
EITHER = "accounting and/or sales"
BOTH = "accounting and sales"
SALES = "sales"
MANAGEMENT = "management"
EITHER_MANAGEMENT = "accounting and/or management"
NOBODY = ""

# day, channel, template, from whom, to whom
EXPECTED = {
    "standard": [
        ("J-2", "email", "notification", "supplier", ACCOUNTING),
        ("J+3", "email", "reminder-1", "supplier", EITHER),
        ("J+10", "email", "reminder-2", "supplier", BOTH),
        ("J+15", "call", "call", "account_manager", SALES),
        ("J+20", "call", "call", "management", MANAGEMENT),
        ("J+25", "email", "reminder-3", "management", BOTH),
        ("J+35", "registered_letter", "formal-notice", "supplier", EITHER_MANAGEMENT),
        ("J+45", "legal", "", "supplier", NOBODY),
    ],
    "mauvais-payeurs": [
        ("J-10", "email", "notification", "supplier", ACCOUNTING),
        ("J+0", "email", "notification", "supplier", EITHER),
        ("J+3", "email", "reminder-1", "supplier", EITHER),
        ("J+10", "email", "reminder-2", "supplier", BOTH),
        ("J+12", "call", "call", "account_manager", SALES),
        ("J+15", "call", "call", "management", MANAGEMENT),
        ("J+20", "email", "reminder-3", "supplier", BOTH),
        ("J+25", "registered_letter", "formal-notice", "supplier", EITHER_MANAGEMENT),
        ("J+35", "legal", "", "supplier", NOBODY),
    ],
    "grand-compte": [
        ("J-2", "email", "notification", "supplier", ACCOUNTING),
        ("J+3", "email", "reminder-1", "supplier", EITHER),
        ("J+10", "call", "call", "account_manager", SALES),
        ("J+15", "email", "reminder-3", "supplier", BOTH),
        ("J+20", "call", "call", "account_manager", SALES),
        ("J+40", "call", "call", "supplier", EITHER_MANAGEMENT),
        ("J+40", "registered_letter", "formal-notice", "supplier", EITHER_MANAGEMENT),
        ("J+50", "legal", "", "supplier", NOBODY),
    ],
    "squad": [
        ("J-4", "email", "notification", "supplier", ACCOUNTING),
        ("J+6", "email", "reminder-1", "supplier", ACCOUNTING),
        ("48h later", "call", "call", "account_manager", ACCOUNTING),
        ("J+10", "email", "reminder-2", "supplier", BOTH),
        ("J+12", "call", "call", "account_manager", ACCOUNTING),
        ("J+12", "email", "recap", "account_manager", ACCOUNTING),
        ("J+17", "sms", "sms", "supplier", ACCOUNTING),
        ("J+30", "registered_letter", "formal-notice", "supplier", EITHER_MANAGEMENT),
    ],
    "silence": [
        ("S+0", "email", "reminder-2", "supplier", ACCOUNTING),
        ("S+2", "call", "call", "account_manager", ACCOUNTING),
        ("S+2", "email", "recap", "account_manager", ACCOUNTING),
        ("S+5", "sms", "sms", "supplier", ACCOUNTING),
        ("S+8", "letter", "letter", "supplier", ACCOUNTING),
        ("S+12", "registered_letter", "formal-notice-announcement", "supplier", ACCOUNTING),
        ("192h later", "registered_letter", "formal-notice", "supplier", ACCOUNTING),
        ("192h later", "legal", "", "supplier", NOBODY),
    ],
    "workflow": [
        ("J+1", "email", "reminder-1", "supplier", ACCOUNTING),
        ("J+5", "email", "reminder-2", "supplier", ACCOUNTING),
        ("J+5", "call", "call", "account_manager", ACCOUNTING),
        ("J+8", "sms", "sms", "supplier", ACCOUNTING),
        ("J+12", "registered_letter", "formal-notice", "supplier", ACCOUNTING),
    ],
    "clients-douteux": [
        ("J+8", "email or call", "reminder-1", "supplier", ACCOUNTING),
        ("192h later", "email or call", "reminder-2", "supplier", ACCOUNTING),
        ("192h later", "registered_letter or email", "reminder-3", "supplier", ACCOUNTING),
        ("192h later", "task", "formal-notice", "supplier", NOBODY),
        ("192h later", "task", "", "supplier", NOBODY),
        ("192h later", "task", "", "supplier", NOBODY),
        ("192h later", "task", "", "supplier", NOBODY),
    ],
    "regulier": [
        ("J+4", "email", "reminder-1", "supplier", ACCOUNTING),
        ("336h later", "email", "reminder-2", "supplier", ACCOUNTING),
        ("336h later", "email", "reminder-3", "supplier", ACCOUNTING),
        ("336h later", "task", "formal-notice", "supplier", NOBODY),
    ],
}


def load(name: str) -> Plan:
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    plan, problems = parse(name, tomllib.loads(text), f"{name}.toml")
    assert problems == []
    assert plan is not None
    return plan


def day_of(step: Step) -> str:
    if step.moment.base is Base.PREVIOUS:
        return f"{step.moment.offset.total_seconds() / 3600:.0f}h later"
    return f"{'J' if step.moment.base is Base.DUE else 'S'}{step.moment.days:+d}"


def row_of(step: Step) -> tuple[str, str, str, str, str]:
    recipients = (" and " if step.to_all else " and/or ").join(step.to)
    return day_of(step), " or ".join(step.channels), step.template, step.signer, recipients


def test_the_eight_plans_are_there_each_with_its_twin() -> None:
    assert {path.stem for path in FILES} == {*EXPECTED, *(f"{name}-en" for name in EXPECTED)}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_plan_has_the_published_steps(name: str) -> None:
    assert [row_of(step) for step in load(name).steps] == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_the_twin_differs_only_in_its_words(name: str) -> None:
    plan, twin = load(name), load(f"{name}-en")
    assert (plan.language, twin.language) == ("", "en")
    assert plan.title != twin.title
    for step, other in zip(plan.steps, twin.steps, strict=True):
        assert row_of(step) == row_of(other)
        assert (step.id, step.when, step.proof, step.approval, step.instalments) == (
            *(other.id, other.when, other.proof, other.approval, other.instalments),
        )
        assert bool(step.title) is bool(other.title)
        assert not step.title or step.title != other.title


@pytest.mark.parametrize("name", EXPECTED)
def test_only_the_formal_notice_waits_for_approval_and_nothing_harder_stands_before_it(name: str) -> None:
    steps = load(name).steps
    assert [step.template for step in steps if step.approval] == ["formal-notice"]
    notice = [step.formal_notice for step in steps].index(True)
    assert not any(Channel.LEGAL in step.channels for step in steps[:notice])


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recap_waits_for_the_call_directly_before_it(name: str) -> None:
    steps = load(name).steps
    for before, step in pairwise(steps):
        assert (step.template == "recap") is (step.when == "call_recorded")
        assert step.template != "recap" or (before.channels == (Channel.CALL,) and before.moment == step.moment)


def test_the_sms_of_the_workflow_gives_way_to_a_call() -> None:
    assert [step.id for step in load("workflow").steps if step.when == "no_call_recorded"] == ["sms"]


def test_instalments_are_offered_to_doubtful_customers_only() -> None:
    offering = {name: [step.id for step in load(name).steps if step.instalments] for name in EXPECTED}
    assert {name for name, steps in offering.items() if steps} == {"clients-douteux"}
    assert offering["clients-douteux"] == ["reminder", "urgent", "last-reminder"]


def test_a_doubtful_customer_ends_with_the_four_tasks_in_order() -> None:
    assert [step.id for step in load("clients-douteux").steps[3:]] == [
        "formal-notice",
        "transfer",
        "suspension",
        "solvency-check",
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_explains_each_step_in_a_comment(path: Path) -> None:
    comments = path.read_text(encoding="utf-8").split("\n\n")
    bare = [block for block in comments if block.startswith("[[step]]") and 'channel = "task"' not in block]
    assert bare == []
