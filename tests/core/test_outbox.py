from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.core.cases import due

from relancier.core.outbox import (
    ABOUT,
    Answer,
    Carried,
    Copy,
    Effect,
    Entry,
    Sort,
    Stage,
    Status,
    begun,
    deferred,
    delay,
    ended,
    found_at_start,
    rejected,
    sent,
)

WAITS, HELD, REFUSED, DEFERRED = Effect.QUEUE_WAITS, Effect.QUEUE_HELD, Effect.ENTRY_REFUSED, Effect.ENTRY_DEFERRED
CONNECT, TLS, AUTH, MAIL, RCPT, DATA, BODY = Stage
ENTRY = Entry(
    id="e",
    sort=Sort.REMINDER,
    carries=(Carried("F1|2026-06-01", "reminder"),),
    message_id="<e@x>",
    token="e",
    queued_at=due(0),
)

# What a server may say, and what it means at (MAIL, RCPT, DATA, BODY).
SAID = {
    "421 4.7.0": (WAITS, WAITS, WAITS, WAITS),  # S4: too fast, closing
    "421": (WAITS, WAITS, WAITS, WAITS),
    "432 4.3.2": (WAITS, WAITS, WAITS, WAITS),  # S3: concurrent connections
    "450": (WAITS, WAITS, WAITS, WAITS),  # S4
    "452 4.5.3": (WAITS, WAITS, WAITS, WAITS),  # S4: quota reached
    "452 4.3.1": (WAITS, WAITS, WAITS, WAITS),
    "450 4.2.1": (WAITS, DEFERRED, DEFERRED, DEFERRED),  # that mailbox is busy
    "450 4.1.2": (WAITS, DEFERRED, DEFERRED, DEFERRED),  # its domain does not answer
    "450 4.7.1": (WAITS, DEFERRED, DEFERRED, DEFERRED),  # greylisted
    "451 4.3.0": (WAITS, DEFERRED, DEFERRED, DEFERRED),
    "452 4.2.2": (WAITS, DEFERRED, DEFERRED, DEFERRED),  # the customer's mailbox is full
    "550 5.1.1": (HELD, REFUSED, REFUSED, REFUSED),  # S5: one customer's address
    "550": (HELD, REFUSED, REFUSED, REFUSED),
    "552 5.3.4": (REFUSED, REFUSED, REFUSED, REFUSED),  # this message is larger than the server takes
    "554 5.6.0": (HELD, REFUSED, REFUSED, REFUSED),
    "552 5.2.2": (HELD, DEFERRED, HELD, HELD),  # S6: at RCPT the customer's, elsewhere our own
    "550 5.4.5": (HELD, HELD, HELD, HELD),  # the day's quota of the account
    "550 5.7.1": (HELD, HELD, HELD, HELD),  # we may not send
    "554 5.7.26": (HELD, HELD, HELD, HELD),
    "530 5.7.0": (HELD, HELD, HELD, HELD),
}


def answer(text: str) -> Answer:
    code, _, enhanced = text.partition(" ")
    return Answer(int(code), "in words", enhanced)


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize(("place", "stage"), [*enumerate([MAIL, RCPT, DATA, BODY])])
def test_a_refusal_reaches_as_far_as_it_must(said: str, place: int, stage: Stage) -> None:
    assert rejected(stage, answer(said)) is SAID[said][place]


# What providers really say about the pace of an account (faults S3, S4), at RCPT and after the final dot.
PACE = [
    (Answer(450, "Mail send limit exceeded"), WAITS),
    (Answer(450, "Requested mail action not taken: too fast", "4.7.1"), WAITS),
    (Answer(451, "The sending rate limit was reached", "4.7.1"), WAITS),
    (Answer(451, "Too many messages, slow down", "4.7.0"), WAITS),
    (Answer(432, "STOREDRV.ClientSubmit; sender thread limit exceeded", "4.3.2"), WAITS),
    (Answer(451, "Request is throttled", "4.7.500"), WAITS),
    (Answer(554, "Daily sending quota exceeded"), HELD),
    (Answer(550, "hourly limit reached"), HELD),
    (Answer(450, "Greylisted, try again in 300 seconds", "4.7.1"), DEFERRED),
    (Answer(450, "This user receives mail at a rate limit that prevents delivery", "4.2.1"), DEFERRED),
    (Answer(452, "Sending quota of this mailbox", "4.2.2"), DEFERRED),
    (Answer(550, "too many hops", "5.4.6"), REFUSED),
    (Answer(550, "no such user here"), REFUSED),
]


@pytest.mark.parametrize(("said", "effect"), PACE, ids=lambda one: getattr(one, "text", ""))
@pytest.mark.parametrize("stage", [RCPT, BODY])
def test_words_about_the_accounts_pace_stop_the_queue_and_not_one_customer(
    said: Answer, effect: Effect, stage: Stage
) -> None:
    assert rejected(stage, said) is effect


@pytest.mark.parametrize("said", [*SAID, "535 5.7.8", "454 4.7.0"])
@pytest.mark.parametrize("stage", [CONNECT, TLS, AUTH])
def test_before_we_are_let_in_everything_waits_and_no_entry_is_blamed(said: str, stage: Stage) -> None:
    assert rejected(stage, answer(said)) is WAITS


def test_attempts_lie_five_minutes_apart_then_twice_as_far_up_to_an_hour() -> None:
    assert [delay(attempts) / timedelta(minutes=1) for attempts in (0, 1, 2, 3, 4, 5, 6, 1000)] == [
        *(5, 5, 10, 20, 40, 60, 60, 60),
    ]


def test_an_answer_reads_as_the_server_gave_it() -> None:
    assert str(Answer(550, "no such user", "5.1.1")) == "550 no such user"
    assert str(Answer(421, "")) == "421"
    assert [Answer(code, "").permanent for code in (250, 450, 499, 500, 554)] == [False, False, False, True, True]


def test_a_deferred_entry_keeps_its_message_id_and_remembers_the_first_failure() -> None:
    once = deferred(ENTRY, due(0), "450 later")
    twice = deferred(once, due(1), "451 later")
    assert (once.status, once.attempts, once.not_before) == (Status.DEFERRED, 1, due(0) + timedelta(minutes=5))
    assert (twice.attempts, twice.not_before) == (2, due(1) + timedelta(minutes=10))
    assert (twice.first_failed_at, twice.answer, twice.message_id) == (due(0), "451 later", ENTRY.message_id)


def test_what_begins_may_have_arrived_and_what_was_accepted_wants_its_copy() -> None:
    one = begun(ENTRY, due(0), blob="sha", fingerprint="f", find_after=7)
    assert (one.status, one.begun_at, one.blob, one.fingerprint, one.find_after) == (
        *(Status.SENDING, due(0), "sha", "f", 7),
    )
    done = sent(one, due(1), date(2026, 6, 2), "250 ok")
    assert (done.status, done.ended_at, done.sent_on, done.answer) == (
        *(Status.SENT, due(1), date(2026, 6, 2), "250 ok"),
    )
    assert (done.copy, done.begun_at) == (Copy.WANTED, due(0))


def test_after_a_crash_only_what_had_begun_is_in_doubt() -> None:
    for status in Status:
        found = found_at_start(ended(ENTRY, status, due(0), ""))
        assert found.status is (Status.UNCERTAIN if status is Status.SENDING else status)


def test_only_what_was_refused_or_cancelled_frees_its_steps() -> None:
    over = {status for status in Status if not ended(ENTRY, status, due(0), "").live}
    assert over == {Status.REFUSED, Status.CANCELLED}
    assert ENTRY.carries[0].key == "F1|2026-06-01|reminder"


def test_a_message_is_about_what_it_carries_and_a_note_about_what_it_speaks_of() -> None:
    again = Carried("F1|2026-06-01", "reminder-2")
    assert replace(ENTRY, carries=(*ENTRY.carries, again)).about == ("F1|2026-06-01",)
    note = replace(ENTRY, sort=Sort.NOTE, carries=(Carried("note:reply", "m1"),))
    assert note.about == ()
    assert replace(note, facts=((ABOUT, "F1|2026-06-01\nF2|2026-06-01"),)).about == ("F1|2026-06-01", "F2|2026-06-01")
