"""What real servers make of a reminder is read as what it is (Pigeonhole, Postfix and Exim make it in the test)."""

import os
from collections.abc import Iterator

import pytest
from tests.mail.made import absences, bounces, challenges, people, receipts, responders
from tests.mail.made.world import SHARED, Case, Made, make, world
from tests.servers.mailhost import MailHost
from tests.servers.makers import unusable

from relancier.core.reading.read import read
from relancier.core.reading.reply import Context, MailKind, classify

AUTOREPLIES = (*absences.CASES, *responders.CASES)
ALL: tuple[Case, ...] = (
    *AUTOREPLIES, *receipts.CASES, *receipts.NOT_RECEIPTS, *challenges.CASES, *bounces.CASES,
    *bounces.REJECTED,
    *people.CASES,
)  # fmt: skip
CONTEXT = Context(own_address=SHARED, team_domains=frozenset({"lumen.test"}))


@pytest.fixture(scope="module")
def made(mailhost: MailHost) -> Iterator[list[Made]]:
    """Everything that the servers make, in one go."""
    reason = unusable()
    if reason and os.environ.get("RELANCIER_REQUIRE_SERVERS") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    with world(mailhost) as here:
        yield make(here, ALL)


def _judged(one: Made) -> str:
    """What is wrong with how it is read; empty when nothing is."""
    if not one.raw:
        return "never arrived"
    verdict = classify(read(one.raw), CONTEXT)
    return "" if verdict.kind is one.kind else f"{verdict.kind} by {verdict.rule}: {verdict.evidence}"


def _held(some: list[Made], least: int, share: float) -> None:
    """At least so many were made, and this share of them is read rightly."""
    assert len(some) >= least
    wrong = [f"{one} ({one.kind}) is read as {judged}" for one in some if (judged := _judged(one))]
    assert len(some) - len(wrong) >= share * len(some), "\n".join(wrong)


def _of(made: list[Made], cases: tuple[Case, ...]) -> list[Made]:
    return [one for one in made if one.case in cases]


def test_all_that_was_asked_for_was_made(made: list[Made]) -> None:
    assert [str(one) for one in made if not one.raw] == []


def test_every_person(made: list[Made]) -> None:
    _held(_of(made, people.CASES), 9, 1)


def test_auto_replies(made: list[Made]) -> None:
    _held(_of(made, AUTOREPLIES), 50, 0.95)


def test_every_receipt(made: list[Made]) -> None:
    _held(_of(made, receipts.CASES), 20, 1)


def test_what_proves_nothing_is_no_receipt(made: list[Made]) -> None:
    _held(_of(made, receipts.NOT_RECEIPTS), 2, 1)


def test_every_challenge(made: list[Made]) -> None:
    _held(_of(made, challenges.CASES), 10, 1)


def test_bounces(made: list[Made]) -> None:
    some = _of(made, (*bounces.CASES, *bounces.REJECTED))
    _held([one for one in some if one.kind is MailKind.BOUNCE_PERMANENT], 15, 0.95)
    _held([one for one in some if one.kind is MailKind.BOUNCE_TEMPORARY], 10, 0.95)
