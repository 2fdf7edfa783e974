"""A message to approve lies in Drafts; a colleague edits and sends it from any program, and the plan goes on."""

from datetime import timedelta
from decimal import Decimal
from email.message import EmailMessage

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
    entries,
    held,
    late,
    notes,
    parsed,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    way_out,
    words,
    written,
)  # fmt: skip
from tests.work.rig import NOON, OWN, Rig, config, customer

from relancier.core.case import Because, How, Kind, State
from relancier.core.outbox import Entry, Sort, Status

A_WEEK = timedelta(days=7)


async def proposed(**other: object) -> Rig:
    """A daemon whose customer has answered; a person let the plan go on, and the next reminder waits in Drafts."""
    rig = daemon(late(), **other)  # type: ignore[arg-type]
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("resume", KEY)
    await rig.go(NOON + A_WEEK)
    return rig


def drafts(rig: Rig) -> dict[int, bytes]:
    return {uid: kept.raw for uid, kept in box(rig).boxes["Drafts"].messages.items()}


def the_draft(rig: Rig) -> bytes:
    (raw,) = drafts(rig).values()
    return raw


def entry(rig: Rig) -> Entry:
    """The entry of the draft."""
    (found,) = [one for one in entries(rig) if one.approval and one.status is not Status.CANCELLED]
    return found


def rewritten(raw: bytes, *keep: str, at: object = None, **other: str) -> bytes:
    """The draft as a mail program saves it: a new Message-ID, and of the other headers only those named."""
    old, new = parsed(raw), EmailMessage()
    for name in ("From", "To", "Cc", "Subject", *keep):
        if old[name]:
            new[name] = str(old[name])
    for name, value in other.items():
        del new[name]
        new[name] = value
    facts = written(at=at or NOON + A_WEEK)  # type: ignore[arg-type]
    new["Message-ID"], new["Date"] = parsed(facts)["Message-ID"], parsed(facts)["Date"]
    new.set_content(words(raw) + "\n\nUn mot de plus.")
    return bytes(new)


def edit(rig: Rig, *keep: str, **other: str) -> bytes:
    """A colleague edits the draft: the program saves a message of its own and deletes ours."""
    ((uid, raw),) = drafts(rig).items()
    edited = rewritten(raw, *keep, at=rig.wake.now(), **other)
    box(rig).delete("Drafts", uid)
    arrive(rig, edited, "Drafts", flags={"\\Draft", "\\Seen"})
    return edited


def send(rig: Rig, raw: bytes) -> None:
    """A colleague sends what lies in Drafts, which then stands in Sent."""
    for uid in list(drafts(rig)):
        box(rig).delete("Drafts", uid)
    arrive(rig, raw, "Sent", flags={"\\Seen"})


THUNDERBIRD = ("In-Reply-To", "References")

# --- Into Drafts ---


async def test_what_follows_an_answer_waits_in_drafts_and_is_not_sent() -> None:
    rig = await proposed()
    assert len(reminders(rig)) == 1
    raw, kept = the_draft(rig), next(iter(box(rig).boxes["Drafts"].messages.values()))
    assert kept.flags == {"\\Draft"}
    draft = parsed(raw)
    assert draft["From"].addresses[0].addr_spec == OWN
    assert CUSTOMER in str(draft["To"])
    assert "FA-2026-0001" in str(draft["Subject"])
    assert "2 mars 2026" in words(raw)
    assert draft["Auto-Submitted"] is None
    assert entry(rig).token in str(draft["References"])
    assert (entry(rig).status, entry(rig).sort) == (Status.PROPOSED, Sort.REMINDER)
    assert rig.store.blob(entry(rig).blob) == raw
    assert taken(rig) == ["reminder"]
    assert case(rig).in_flight == (entry(rig).id,)


async def test_the_team_is_told_once_of_all_that_was_put_there_together() -> None:
    other = late("FA-2026-0002", customer=customer("Martin"))
    rig = daemon(late(), other)
    await rig.tick()
    for sent in reminders(rig):
        arrive(rig, answer(sent, sender=sent.recipients[0]))
    await rig.tick()
    rig.order("resume", KEY, other.key)
    await rig.go(NOON + A_WEEK)
    assert len(drafts(rig)) == 2
    (note,) = notes(rig, "note-draft")
    told = words(rig.store.blob(note.blob) or b"")
    assert "2 messages attendent" in told
    assert "FA-2026-0001" in told
    assert "FA-2026-0002 - Martin" in told
    await pass_days(rig, 2)
    assert len(notes(rig, "note-draft")) == 1


@pytest.mark.parametrize("word", ["promise", "called"])
async def test_what_follows_a_promise_or_a_call_goes_to_drafts_too(word: str) -> None:
    rig = daemon(late())
    await rig.tick()
    if word == "promise":
        rig.order(word, KEY, on=(NOON + timedelta(days=2)).date())
        await pass_days(rig, 1)
        rig.order("resume", KEY)
    else:
        rig.order(word, KEY, on=NOON.date(), note="rappeler lundi")
    await rig.go(NOON + A_WEEK)
    assert len(reminders(rig)) == 1
    assert len(drafts(rig)) == 1


async def test_a_call_that_reached_nobody_changes_nothing() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("called", KEY, on=NOON.date(), note="no answer")
    await rig.go(NOON + A_WEEK)
    assert len(reminders(rig)) == 2
    assert not drafts(rig)


async def test_in_a_rehearsal_nothing_lies_in_drafts() -> None:
    rig = daemon(late(), confirmed=False, conf=config(sending={"redirect_to": "essai@ailleurs.test"}))
    await rig.tick()
    rig.order("called", KEY, on=NOON.date(), note="rappeler lundi")
    rig.confirm()
    await rig.tick()
    assert not drafts(rig)
    (sent,) = reminders(rig)
    assert sent.recipients == ("essai@ailleurs.test",)
    assert "[Essai]" in str(parsed(sent.raw)["Subject"])


async def test_without_a_drafts_folder_it_is_a_task_and_the_team_is_told_once() -> None:
    rig = daemon(late())
    box(rig).remove("Drafts")
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("resume", KEY)
    await rig.go(NOON + A_WEEK)
    assert [(done.step, done.how) for done in case(rig).done][-1] == ("penalties", How.TASK)
    assert len(notes(rig, reason="no_drafts_folder")) == 1
    (task,) = entries(rig, Sort.TASK)
    assert task.status is Status.SENT
    assert len(reminders(rig)) == 1


async def test_a_customer_without_an_address_is_a_task() -> None:
    rig = daemon(late(customer=customer(contacts=())))
    await rig.tick()
    assert not drafts(rig)
    assert len(entries(rig, Sort.TASK)) == 1


async def test_a_call_told_at_the_last_look_keeps_a_message_from_leaving_by_itself() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.wake._now = NOON + A_WEEK
    rig.source.touch(rig.wake.now())
    way_out(rig).sent.clear()
    rig.parts.escalate.run(rig.wake.now())
    rig.order("called", KEY, on=NOON.date(), note="paiera peut-être")
    await rig.tick()
    await rig.tick()
    assert not reminders(rig)
    assert len(drafts(rig)) == 1


# --- Sent by a colleague ---


AS_IT_IS = ("Message-ID",)


@pytest.mark.parametrize("keep", [AS_IT_IS, THUNDERBIRD, ()], ids=["as it is", "kept", "nothing"])
async def test_a_colleague_sends_it_and_the_plan_goes_on(keep: tuple[str, ...]) -> None:
    rig = await proposed()
    raw = the_draft(rig) if keep == AS_IT_IS else edit(rig, *keep)
    await pass_minutes(rig, 30)
    assert entry(rig).status is Status.PROPOSED
    send(rig, raw)
    await pass_minutes(rig, 5)
    assert taken(rig) == ["reminder", "penalties"]
    done = case(rig).done[-1]
    assert (done.how, done.on) == (How.SENT, (NOON + A_WEEK).date())
    assert rig.store.blob(entry(rig).blob) == raw
    assert str(parsed(raw)["Message-ID"]) in case(rig).thread
    assert entry(rig).status is Status.SENT
    assert case(rig).state is State.OPEN
    assert box(rig).raws("Sent") == [reminders(rig)[0].raw, raw]
    (event,) = [one for one in rig.store.events(KEY) if one.kind is Kind.STEP_DONE and one.step == "penalties"]
    assert "a colleague sent it" in event.detail
    assert not notes(rig, "draft-stale")
    assert not notes(rig, "draft-gone")


async def test_the_customers_answer_to_it_is_heard_like_any_other() -> None:
    rig = await proposed()
    raw = edit(rig)
    send(rig, raw)
    await pass_minutes(rig, 5)
    thread = str(parsed(raw)["Message-ID"])
    reply = written("inconnu@dupont.test", "RE: ...", at=rig.wake.now(), In_Reply_To=thread, References=thread)
    arrive(rig, reply)
    await pass_minutes(rig, 2)
    assert case(rig).state is State.PAUSED


async def test_an_answer_to_a_draft_proves_that_it_was_sent_from_elsewhere() -> None:
    rig = await proposed()
    message_id = str(parsed(the_draft(rig))["Message-ID"])
    arrive(rig, written(CUSTOMER, "RE: x", at=rig.wake.now(), In_Reply_To=message_id, References=message_id))
    await pass_minutes(rig, 5)
    assert taken(rig) == ["reminder", "penalties"]
    assert case(rig).state is State.PAUSED


async def test_a_draft_passed_on_to_a_colleague_is_not_sent() -> None:
    rig = await proposed()
    raw = rewritten(the_draft(rig), *THUNDERBIRD, To="claire@lumen.test")
    arrive(rig, raw, "Sent")
    await pass_minutes(rig, 15)
    assert taken(rig) == ["reminder"]
    assert entry(rig).status is Status.PROPOSED


async def test_the_next_step_counts_from_what_was_really_sent() -> None:
    rig = await proposed()
    send(rig, the_draft(rig))
    await pass_days(rig, 14)
    assert len(reminders(rig)) == 1 + len([one for one in entries(rig) if not one.approval]) - 1
    assert "call" in taken(rig)


async def test_an_own_message_about_it_counts_and_the_draft_left_behind_is_taken_away() -> None:
    rig = await proposed()
    arrive(rig, written(OWN, "Facture FA-2026-0001", to=CUSTOMER, at=rig.wake.now()), "Sent")
    await pass_minutes(rig, 60)
    assert taken(rig) == ["reminder", "penalties"]
    assert not drafts(rig)
    assert not notes(rig, "draft-stale")


async def test_an_edited_draft_left_behind_is_not_touched_and_a_note_asks_to_delete_it() -> None:
    rig = await proposed()
    edit(rig, *THUNDERBIRD)
    arrive(rig, written(OWN, "Facture FA-2026-0001", to=CUSTOMER, at=rig.wake.now()), "Sent")
    await pass_minutes(rig, 60)
    assert len(drafts(rig)) == 1
    assert len(notes(rig, "draft-stale", "draft_sent")) == 1


async def test_a_message_to_someone_else_with_that_number_is_not_the_draft() -> None:
    rig = await proposed()
    arrive(rig, written(OWN, "Facture FA-2026-0001", to="avocat@cabinet.test", at=rig.wake.now()), "Sent")
    await pass_minutes(rig, 30)
    assert entry(rig).status is Status.PROPOSED


# --- Withdrawn ---

STOPS = [("paid", "draft_paid"), ("dispute", "draft_disputed"), ("close", "draft_closed"), ("pause", "draft_paused")]


@pytest.mark.parametrize("word", [word for word, _ in STOPS])
async def test_a_draft_that_nobody_has_touched_is_taken_away_at_once(word: str) -> None:
    rig = await proposed()
    other = arrive(rig, written(OWN, "FA-2026-0001", to=CUSTOMER, at=NOON), "Drafts")
    rig.order(word, KEY)
    await rig.tick()
    assert list(drafts(rig)) == [other]
    assert not notes(rig, "draft-stale")
    assert not case(rig).in_flight


@pytest.mark.parametrize(("word", "reason"), STOPS)
async def test_a_draft_that_was_edited_stays_and_a_note_says_not_to_send_it(word: str, reason: str) -> None:
    rig = await proposed()
    raw = edit(rig)
    rig.order(word, KEY)
    await rig.tick()
    await rig.tick()
    assert the_draft(rig) == raw
    assert len(notes(rig, "draft-stale", reason)) == 1


async def test_an_answer_withdraws_it() -> None:
    rig = await proposed()
    arrive(rig, answer(reminders(rig)[0], at=rig.wake.now()))
    await rig.tick()
    assert not drafts(rig)
    assert case(rig).state is State.PAUSED


async def test_an_answer_about_another_invoice_withdraws_it_too() -> None:
    other = late("FA-2026-0002", due=(NOON + timedelta(days=30)).date())
    rig = daemon(late(), other)
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("resume", KEY, other.key)
    await rig.go(NOON + A_WEEK)
    assert len(drafts(rig)) == 1
    arrive(rig, written(CUSTOMER, "FA-2026-0002", at=rig.wake.now()))
    await rig.tick()
    assert not drafts(rig)


async def test_a_server_that_cannot_remove_one_message_alone_keeps_it_and_a_note_says_so() -> None:
    rig = await proposed()
    box(rig).discards = False
    rig.order("pause", KEY)
    await rig.tick()
    await rig.tick()
    assert len(drafts(rig)) == 1
    assert len(notes(rig, "draft-stale", "draft_paused")) == 1


async def test_the_plan_waits_for_a_draft_and_goes_on_once_it_is_sent() -> None:
    rig = await proposed()
    await pass_days(rig, 8)
    assert len(drafts(rig)) == 1
    assert taken(rig) == ["reminder"]
    send(rig, the_draft(rig))
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder", "penalties", "call"]


@pytest.mark.parametrize("keep", [THUNDERBIRD, ()])
async def test_what_was_sent_all_the_same_is_the_truth(keep: tuple[str, ...]) -> None:
    rig = await proposed()
    raw = edit(rig, *keep)
    rig.order("pause", KEY)
    await rig.tick()
    send(rig, raw)
    await pass_minutes(rig, 5)
    assert str(parsed(raw)["Message-ID"]) in case(rig).thread
    assert case(rig).state is State.PAUSED
    if keep:
        assert taken(rig) == ["reminder", "penalties"]


async def test_after_a_withdrawal_the_step_comes_again_as_another_draft() -> None:
    rig = await proposed()
    first = entry(rig)
    raw = edit(rig)
    rig.order("pause", KEY)
    await rig.tick()
    rig.wake._now += timedelta(hours=1)
    rig.order("resume", KEY)
    await pass_minutes(rig, 5)
    assert entry(rig).token != first.token
    assert sorted(drafts(rig).values()) == sorted([raw, rig.store.blob(entry(rig).blob) or b""])


# --- Gone ---


async def test_a_draft_that_vanishes_waits_a_day_then_a_person_is_asked_and_it_never_comes_again_by_itself() -> None:
    rig = await proposed()
    box(rig).delete("Drafts", next(iter(drafts(rig))))
    await pass_minutes(rig, 30)
    assert entry(rig).gone_at is not None
    assert not notes(rig, "draft-gone")
    await pass_days(rig, 0.9)
    assert not notes(rig, "draft-gone")
    await pass_days(rig, 0.3)
    assert len(notes(rig, "draft-gone")) == 1
    assert [hold.because for hold in case(rig).holds] == [Because.DRAFT]
    await pass_days(rig, 20)
    assert not drafts(rig)
    assert len(reminders(rig)) == 1
    assert len(notes(rig, "draft-gone")) == 1
    assert not notes(rig, "uncertain")


async def gone() -> Rig:
    rig = await proposed()
    box(rig).delete("Drafts", next(iter(drafts(rig))))
    await pass_days(rig, 1.3)
    assert entry(rig).status is Status.UNCERTAIN
    return rig


@pytest.mark.parametrize(("order", "steps", "waiting"), [("parti", 2, 0), ("renvoyer", 1, 1)])
async def test_a_person_says_what_became_of_it(order: str, steps: int, waiting: int) -> None:
    rig = await gone()
    (note,) = notes(rig, "draft-gone")
    raw = rig.store.blob(note.blob)
    assert raw is not None
    assert order in words(raw)
    dictated = written(OWN, f"RE: {parsed(raw)['Subject']}", order, to=OWN, at=rig.wake.now(),
                       In_Reply_To=str(parsed(raw)["Message-ID"]))  # fmt: skip
    arrive(rig, dictated, "Sent")
    await pass_minutes(rig, 10)
    assert len(taken(rig)) == steps
    assert len(drafts(rig)) == waiting
    assert not case(rig).holds
    assert len(box(rig).raws("Sent")) == 2  # the reminder and the order: no copy of what nobody saw leave


async def test_resume_does_not_settle_what_became_of_it() -> None:
    rig = await gone()
    rig.order("resume", KEY)
    await pass_minutes(rig, 10)
    assert [hold.because for hold in case(rig).holds] == [Because.DRAFT]


async def test_a_draft_that_comes_back_waits_again() -> None:
    rig = await gone()
    arrive(rig, rig.store.blob(entry(rig).blob) or b"", "Drafts", flags={"\\Draft"})
    await pass_minutes(rig, 30)
    assert entry(rig).status is Status.PROPOSED
    assert not case(rig).holds


@pytest.mark.parametrize("keep", [THUNDERBIRD, ()])
async def test_what_turns_up_in_sent_after_all_settles_it(keep: tuple[str, ...]) -> None:
    rig = await gone()
    arrive(rig, rewritten(rig.store.blob(entry(rig).blob) or b"", *keep, at=rig.wake.now()), "Sent")
    await pass_minutes(rig, 5)
    assert taken(rig) == ["reminder", "penalties"]
    assert not case(rig).holds


# --- Never two ---


@pytest.mark.parametrize("keep", [("all",), THUNDERBIRD, ()])
async def test_a_lost_state_finds_the_draft_that_lies_there(keep: tuple[str, ...]) -> None:
    rig = await proposed()
    if keep != ("all",):
        edit(rig, *keep)
    fresh = again(rig, store=daemon().store)
    fresh.confirm()
    await pass_minutes(fresh, 5)
    fresh.order("resume", KEY)
    fresh.confirm()
    await pass_days(fresh, 1)
    assert len(drafts(fresh)) == 1


async def test_a_colleagues_own_draft_about_the_same_is_left_alone_and_waited_for() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("resume", KEY)
    mine = written(OWN, "Votre facture FA-2026-0001", to=CUSTOMER, at=NOON + timedelta(days=6))
    arrive(rig, mine, "Drafts")
    await rig.go(NOON + A_WEEK)
    assert the_draft(rig) == mine
    assert entry(rig).status is Status.PROPOSED


async def test_an_unfinished_append_is_looked_for_first() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("resume", KEY)
    calls = box(rig).calls
    calls.clear()
    await rig.go(NOON + A_WEEK)
    at = calls.index("append", calls.index("find_subject"))
    assert "find" in calls[:at]
    assert calls[at - 1] != "append"


# --- Written anew ---


async def test_a_draft_that_nobody_touched_is_written_anew_after_three_working_days() -> None:
    rig = await proposed()
    old = the_draft(rig)
    await pass_days(rig, 2.9)
    assert the_draft(rig) == old
    await pass_days(rig, 0.5)
    new = the_draft(rig)
    assert new != old
    assert parsed(new)["Message-ID"] == parsed(old)["Message-ID"]
    assert len(notes(rig, "note-draft")) == 1
    assert entry(rig).status is Status.PROPOSED


async def test_a_part_payment_is_in_the_draft_at_once() -> None:
    rig = await proposed()
    rig.source.set(late(paid=Decimal("200.00")), at=rig.wake.now())
    await pass_minutes(rig, 30)
    assert "1 000,00" in words(the_draft(rig)).replace("\N{NARROW NO-BREAK SPACE}", " ")


async def test_a_part_payment_is_told_where_a_colleague_has_edited_the_draft() -> None:
    rig = await proposed()
    raw = edit(rig)
    rig.source.set(late(paid=Decimal("200.00")), at=rig.wake.now())
    await pass_minutes(rig, 60)
    assert the_draft(rig) == raw
    assert len(notes(rig, "draft-stale", "draft_amount")) == 1


async def test_nothing_is_taken_away_to_be_written_anew_while_all_is_held() -> None:
    rig = await proposed()
    old = the_draft(rig)
    rig.order("hold", note="x")
    rig.source.set(late(paid=Decimal("200.00")), at=rig.wake.now())
    await pass_minutes(rig, 30)
    assert held(rig)
    assert the_draft(rig) == old
