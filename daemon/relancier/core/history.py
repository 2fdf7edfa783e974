"""How each event changes a case: `apply` is the only way, and applying an event twice changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from relancier.core.agreement import agreed_again, broken, instalments, promised, rejected, resumed
from relancier.core.case import Because, Case, Event, Hold, How, Invoice, Kind, State, StepDone
from relancier.core.recorded import called, contact_changed, letter_result, posted, task_again

UNKNOWN = frozenset({Because.UNCERTAIN, Because.DRAFT})  # these only end when somebody knows what became of a message


def open_case(invoice: Invoice, *, plan: str, at: datetime, on: date) -> Case:
    """A new case, to be looked at at once; `on` is the local day from which `S+n` steps count."""
    return Case(key=invoice.key, invoice=invoice, plan=plan, opened_at=at, plan_start=on, look_at=at)


def apply(case: Case, event: Event) -> Case:
    """The case after an event; an event with a ref applied again changes nothing."""
    if event.ref and event.mark in case.applied:
        return case
    change = _CHANGES.get(event.kind)
    changed = change(case, event) if change else case
    applied = (*changed.applied, event.mark) if event.ref else changed.applied
    return replace(changed, applied=applied, look_at=event.at)


def _changed(case: Case, event: Event) -> Case:
    if event.invoice is None:
        return case
    more = event.invoice.paid > case.invoice.paid
    return replace(case, invoice=event.invoice, shown_on=event.on or event.at.date() if more else case.shown_on)


def _missing(case: Case, event: Event) -> Case:
    return replace(_held(case, event, Because.MISSING), absent=True)


def _returned(case: Case, _event: Event) -> Case:
    return replace(case, absent=False, holds=_without(case.holds, Because.MISSING))


def _reopened(case: Case, event: Event) -> Case:
    """The books owe again what they had closed: a person looks before the customer is asked.

    Of what was told as paid, `amount` stays.
    """
    paid = event.amount or Decimal(0)
    again = replace(case, state=State.OPEN, state_on=None, state_at=event.at, paid_by_order=paid)
    return replace(_held(again, event, Because.OWED_AGAIN), needs_person=event.detail)


def _credited(case: Case, event: Event) -> Case:
    return case if case.ended else replace(_held(case, event, Because.CREDIT), needs_person=event.detail)


def _money(case: Case, event: Event) -> Case:
    """Money has come that may be for it: nothing leaves until a person has said so."""
    return case if case.ended else replace(_held(case, event, Because.PAYMENT), needs_person=event.detail)


def _money_settled(case: Case, event: Event) -> Case:
    """It is known what that money was for: it holds this case no more."""
    gone = [hold for hold in case.holds if hold.because is Because.PAYMENT and hold.ref == event.ref]
    needs_person = "" if case.needs_person in {hold.detail for hold in gone} else case.needs_person
    return replace(case, holds=tuple(hold for hold in case.holds if hold not in gone), needs_person=needs_person)


def _short(case: Case, event: Event) -> Case:
    """All but the discount was paid, too late for it."""
    return case if case.ended else replace(_held(case, event, Because.DISCOUNT), needs_person=event.detail)


def _iban(case: Case, event: Event) -> Case:
    """The invoice's own file shows another account than ours: nothing leaves until a person has looked."""
    return case if case.ended else replace(_held(case, event, Because.IBAN), needs_person=event.detail)


def _iban_agrees(case: Case, _event: Event) -> Case:
    """They agree now: should they differ again as before, it holds again; what a person has settled stays settled."""
    gone = [hold for hold in case.holds if hold.because is Because.IBAN]
    marks = {f"{Kind.IBAN.value}:{hold.ref}" for hold in gone}
    needs_person = "" if case.needs_person in {hold.detail for hold in gone} else case.needs_person
    applied = tuple(mark for mark in case.applied if mark not in marks)
    return replace(case, holds=_without(case.holds, Because.IBAN), applied=applied, needs_person=needs_person)


def _unclear(case: Case, event: Event) -> Case:
    """Somebody of ours began to stop it, and the order is not clear: nothing leaves until it is."""
    return case if case.ended else replace(_held(case, event, Because.ORDER), needs_person=event.detail)


def _credit_gone(case: Case, _event: Event) -> Case:
    """No credit is left: the same one, should it come back, holds again."""
    told = {hold.detail for hold in case.holds if hold.because is Because.CREDIT}
    applied = tuple(mark for mark in case.applied if mark.partition(":")[0] != Kind.CREDITED)
    needs_person = "" if case.needs_person in told else case.needs_person
    return replace(case, holds=_without(case.holds, Because.CREDIT), applied=applied, needs_person=needs_person)


def _queued(case: Case, event: Event) -> Case:
    return replace(case, in_flight=(*case.in_flight, event.ref))


def _step_done(case: Case, event: Event) -> Case:
    day = event.on or event.at.date()
    done = StepDone(step=event.step, how=event.how, at=event.at, on=day, entry=event.ref)
    kept = tuple(old for old in case.done if old.step != event.step)
    return replace(case, done=(*kept, done), thread=_threaded(case, event), in_flight=_landed(case, event))


def _step_skipped(case: Case, event: Event) -> Case:
    if case.step_done(event.step):
        return case
    day = event.on or event.at.date()
    return replace(case, done=(*case.done, StepDone(event.step, How.SKIPPED, event.at, day)))


def _landed(case: Case, event: Event) -> tuple[str, ...]:
    return tuple(entry for entry in case.in_flight if entry != event.ref)


def _send_failed(case: Case, event: Event) -> Case:
    return replace(case, in_flight=_landed(case, event), tries=case.tries + 1)


def _uncertain(case: Case, event: Event) -> Case:
    """Nobody knows whether a message left; of a draft gone from Drafts only a person can say so."""
    return _held(case, event, Because.DRAFT if event.how is How.BY_HAND else Because.UNCERTAIN)


def _settled(case: Case, event: Event) -> Case:
    holds = tuple(hold for hold in case.holds if hold.because not in UNKNOWN or hold.ref != event.ref)
    return replace(case, holds=holds)


def _replied(case: Case, event: Event) -> Case:
    heard = replace(case, last_reply_on=event.on or event.at.date(), thread=_threaded(case, event))
    if case.ended:
        return heard
    if event.how is How.ADOPTED:
        return _held(heard, event, Because.EARLIER_REPLY)
    state = State.PAUSED if case.state in {State.OPEN, State.PROMISED} else case.state
    asked = case.state_on if case.state in {State.PAUSED, State.PROMISED} else None  # the day that a person named
    waiting = replace(heard, state=state, state_at=event.at, state_on=asked, resume_on=None)
    return replace(waiting, unseen=(*case.unseen, event.ref), needs_person=event.detail)


def _withdrawn(case: Case, event: Event) -> Case:
    """What counted as a reply was a colleague's own message; `on` is the day of the reply before it."""
    if event.ref not in case.unseen:
        return case
    left = tuple(ref for ref in case.unseen if ref != event.ref)
    fewer = replace(case, unseen=left, last_reply_on=event.on)
    if left or case.state is not State.PAUSED:
        return fewer if left else replace(fewer, needs_person="")
    return replace(fewer, state=State.OPEN, state_on=None, state_at=event.at, needs_person="")


def _unreadable(case: Case, event: Event) -> Case:
    return case if case.ended else replace(_held(case, event, Because.UNREAD), needs_person=event.detail)


def _bounced(case: Case, event: Event) -> Case:
    return case if case.ended else replace(_held(case, event, Because.BOUNCED), needs_person=event.detail)


def _answered(case: Case, event: Event) -> Case:
    """A colleague has taken the case over: it stays held, but nobody needs to be called any more.

    Where a pause ends by itself after that, it is not before the day until which a person had paused or promised.
    """
    threaded = replace(case, thread=_threaded(case, event))
    if event.how is How.ADOPTED:
        return replace(threaded, holds=_without(case.holds, Because.EARLIER_REPLY))
    if not case.unseen and case.state is not State.PAUSED:
        return threaded
    left = () if event.seen is None else tuple(ref for ref in case.unseen if ref not in event.seen)
    seen = replace(threaded, unseen=left, needs_person=case.needs_person if left else "")
    if left or case.state is not State.PAUSED:
        return seen
    resume_on = max(event.on, case.state_on or event.on) if event.on is not None else None
    return replace(seen, state_at=event.at, state_on=None, resume_on=resume_on)


def _dismissed(case: Case, event: Event) -> Case:
    """A person took our flag off: the message holds the case as before, and nobody is called about it again."""
    waiting = {*case.unseen, *(hold.ref for hold in case.holds)}
    known = replace(case, dismissed=tuple(ref for ref in (*case.dismissed, event.ref) if ref in waiting))
    quiet = event.ref in waiting and waiting <= set(known.dismissed)
    return replace(known, needs_person="") if quiet else known


def _paused(case: Case, event: Event) -> Case:
    return _put(case, event, State.PAUSED)


def _resumed(case: Case, event: Event) -> Case:
    """A person's word ends a dispute too; a pause that ends by itself does not.

    Where the books owe again what all told payments cover, it is the books that count from then on.
    """
    after = resumed(case, event, _going_on)
    over = _holds(case, Because.OWED_AGAIN) and not _holds(after, Because.OWED_AGAIN)
    return replace(after, paid_by_order=Decimal(0)) if over and after.amount_due <= 0 else after


def _going_on(case: Case, event: Event) -> Case:
    """Nothing that a person knew of holds any more; of an insolvency, its sign, or an account only `resume` says so."""
    stays = UNKNOWN if event.kind is Kind.RESUMED else UNKNOWN | {Because.INSOLVENT, Because.IBAN}
    holds = tuple(hold for hold in case.holds if hold.because in stays or not _was_known(hold.ref, event))
    return replace(_unless_answered(_put(case, event, State.OPEN)), state_on=None, holds=holds)


def _promised(case: Case, event: Event) -> Case:
    return _unless_answered(promised(_put(case, event, State.PROMISED), event))


def _instalments(case: Case, event: Event) -> Case:
    return _unless_answered(instalments(_put(case, event, State.PROMISED), event))


def _rejected(case: Case, event: Event) -> Case:
    """It says nothing of a dispute, nor of what is in the hands of lawyers or of an insolvency's: that stays."""
    rests = case.state in {State.DISPUTED, State.LEGAL}
    return rejected(_seen_to(case, event) if rests else _going_on(case, event), case, event)


def _insolvent(case: Case, event: Event) -> Case:
    """A sign of it only holds; the day that a person confirms ends it for good."""
    if case.ended:
        return case
    if event.on is None:
        return replace(_held(case, event, Because.INSOLVENT), needs_person=event.detail)
    ended = replace(_put(case, event, State.LEGAL), holds=_without(case.holds, Because.INSOLVENT), state_on=None)
    return replace(_held(ended, event, Because.INSOLVENT), insolvent_on=event.on)


def _solvent(case: Case, event: Event) -> Case:
    """A sign that was none, by what it stemmed from; or all of them, for what came after the judgment."""
    signs = [hold for hold in case.holds if hold.because is Because.INSOLVENT]
    gone = [hold for hold in signs if hold.ref == event.ref] or signs
    needs_person = "" if case.needs_person in {hold.detail for hold in gone} else case.needs_person
    return replace(case, holds=tuple(hold for hold in case.holds if hold not in gone), needs_person=needs_person)


def _unless_answered(case: Case) -> Case:
    """An answer that came after the order pauses the case, as if it had been read after it."""
    return replace(case, state=State.PAUSED, state_on=None) if case.unseen else case


def _disputed(case: Case, event: Event) -> Case:
    return replace(_put(case, event, State.DISPUTED), disputed=event.amount or Decimal(0))


def _balance(case: Case, event: Event) -> Case:
    """The part in dispute stays out of it; where the whole is contested, nothing is left to ask for.

    An instalment plan goes on; the insolvent are asked for nothing.
    """
    if not case.disputed or case.ended or case.insolvent_on is not None:
        return case
    return agreed_again(case, _going_on(case, event))


def _paid(case: Case, event: Event) -> Case:
    if not event.ref:
        return _paid_by_the_books(case, event)
    if event.amount is None:
        return _put(case, event, State.PAID)
    paid = max(case.invoice.paid, case.paid_by_order) + event.amount
    part = replace(_seen_to(case, event), paid_by_order=paid, paid_on=event.on or event.at.date())
    return part if part.amount_due > 0 else _put(part, event, State.PAID)


def _paid_by_the_books(case: Case, event: Event) -> Case:
    """Money has come; nobody has read an answer by that."""
    return replace(case, state=State.PAID, state_on=None, state_at=event.at, resume_on=None)


def _closed(case: Case, event: Event) -> Case:
    return _put(case, event, State.CLOSED)


def _handed_over(case: Case, event: Event) -> Case:
    return _put(case, event, State.LEGAL)


def _reminded_to_act(case: Case, event: Event) -> Case:
    """A pause has reached its limit: it stays one, and a person is called. After a broken promise the plan goes on."""
    if case.state is State.PROMISED:
        return broken(case, event)
    paused = replace(case, state=State.PAUSED, state_at=event.at, state_on=None, resume_on=None)
    return replace(paused, needs_person=event.detail)


def _plan_chosen(case: Case, event: Event) -> Case:
    earlier = tuple(done.step for done in case.done)
    return replace(case, plan=event.plan, plan_start=event.on or event.at.date(), earlier=earlier)


def _noted(case: Case, event: Event) -> Case:
    known = case if event.seen is None else _seen_to(case, event)
    return replace(known, thread=_threaded(case, event))


def _put(case: Case, event: Event, state: State) -> Case:
    """What a person's word does in every case: the replies that they knew of count as seen to."""
    seen = replace(_seen_to(case, event), resume_on=None)
    return replace(seen, state=state, state_on=event.on, state_at=event.at)


def _seen_to(case: Case, event: Event) -> Case:
    unseen = tuple(ref for ref in case.unseen if not _was_known(ref, event))
    later = unseen or any(not _was_known(hold.ref, event) for hold in case.holds)
    holds = tuple(one for one in case.holds if one.because is not Because.ORDER or not _was_known(one.ref, event))
    return replace(case, unseen=unseen, holds=holds, needs_person=case.needs_person if later else "")


def _holds(case: Case, because: Because) -> bool:
    return any(hold.because is because for hold in case.holds)


def _was_known(ref: str, event: Event) -> bool:
    return event.seen is None or ref in event.seen


def _held(case: Case, event: Event, because: Because) -> Case:
    return replace(case, holds=(*case.holds, Hold(because, event.ref, event.detail, event.at)))


def _without(holds: tuple[Hold, ...], because: Because) -> tuple[Hold, ...]:
    return tuple(hold for hold in holds if hold.because is not because)


def _threaded(case: Case, event: Event) -> tuple[str, ...]:
    known = not event.message_id or event.message_id in case.thread
    return case.thread if known else (*case.thread, event.message_id)


_CHANGES: dict[Kind, Callable[[Case, Event], Case]] = {
    Kind.CHANGED: _changed,
    Kind.MISSING: _missing,
    Kind.RETURNED: _returned,
    Kind.REOPENED: _reopened,
    Kind.CREDITED: _credited,
    Kind.CREDIT_GONE: _credit_gone,
    Kind.MONEY: _money,
    Kind.MONEY_SETTLED: _money_settled,
    Kind.SHORT: _short,
    Kind.UNCLEAR: _unclear,
    Kind.IBAN: _iban,
    Kind.IBAN_AGREES: _iban_agrees,
    Kind.QUEUED: _queued,
    Kind.STEP_DONE: _step_done,
    Kind.STEP_SKIPPED: _step_skipped,
    Kind.SEND_FAILED: _send_failed,
    Kind.UNCERTAIN: _uncertain,
    Kind.SETTLED: _settled,
    Kind.REPLIED: _replied,
    Kind.WITHDRAWN: _withdrawn,
    Kind.UNREADABLE: _unreadable,
    Kind.BOUNCED: _bounced,
    Kind.ANSWERED: _answered,
    Kind.PAUSED: _paused,
    Kind.RESUMED: _resumed,
    Kind.PROMISED: _promised,
    Kind.DISPUTED: _disputed,
    Kind.PAID: _paid,
    Kind.CLOSED: _closed,
    Kind.HANDED_OVER: _handed_over,
    Kind.REMINDED_TO_ACT: _reminded_to_act,
    Kind.PLAN_CHOSEN: _plan_chosen,
    Kind.NOTED: _noted,
    Kind.CALLED: called,
    Kind.BALANCE: _balance,
    Kind.CONTACT: contact_changed,
    Kind.POSTED: posted,
    Kind.LETTER: letter_result,
    Kind.DISMISSED: _dismissed,
    Kind.INSTALMENTS: _instalments,
    Kind.TASK_AGAIN: task_again,
    Kind.REJECTED: _rejected,
    Kind.INSOLVENT: _insolvent,
    Kind.SOLVENT: _solvent,
}
