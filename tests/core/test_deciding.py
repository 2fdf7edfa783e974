"""What holds of every run, whatever the plans, the answers and the hours at which the daemon was awake."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.core.cases import CALENDAR, DUE, PARIS, after, at, case, customer, plan, step, world

from relancier.core.case import Because, Case, Event, How, Invoice, Kind, Role, State
from relancier.core.history import apply
from relancier.core.outbox import Sort
from relancier.core.parcel import Parcel
from relancier.core.plan import Base, Channel, Plan, Step
from relancier.core.schedule import Ask, Close, Remind, Resume, Wait
from relancier.core.steps import ONE_OFF
from relancier.core.turn import Turn, done, skipped, take_turn

GAP = 3
SHUT = replace(
    CALENDAR, closed=((date(2026, 6, 15), date(2026, 6, 17)),), quiet=(((6, 8), (6, 12)), ((6, 22), (6, 26)))
)
KINDS = [
    *(Kind.REPLIED, Kind.ANSWERED, Kind.PAUSED, Kind.RESUMED, Kind.PROMISED, Kind.DISPUTED, Kind.PAID, Kind.CLOSED),
    *(Kind.BOUNCED, Kind.UNREADABLE, Kind.MISSING, Kind.RETURNED, Kind.PLAN_CHOSEN),
    *(Kind.CALLED, Kind.BALANCE, Kind.BALANCE, Kind.LETTER),
]
TEMPLATES = ["notification", "reminder-1", "reminder-2", "reminder-3", "formal-notice", "our-own"]
CHANNELS = [
    *((Channel.EMAIL,), (Channel.EMAIL,), (Channel.CALL,), (Channel.EMAIL, Channel.CALL)),
    *((Channel.REGISTERED_LETTER, Channel.EMAIL), (Channel.LEGAL,)),
]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan the parser lets through: dated steps in order of their days, some after the one before."""
    days = sorted(draw(st.lists(st.integers(-5, 45), min_size=1, max_size=7)))
    steps: list[Step] = []
    for place, day in enumerate(days):
        relative = place > 0 and draw(st.integers(0, 4)) == 0
        moment = draw(st.sampled_from(["2d", "8d", "30h"])) if relative else day
        to = draw(st.sampled_from([(Role.ACCOUNTING,), (Role.ACCOUNTING, Role.SALES)]))
        channels, template = draw(st.sampled_from(CHANNELS)), draw(st.sampled_from(TEMPLATES))
        when = draw(st.sampled_from(["", "", "", "call_recorded", "no_call_recorded"]))
        steps.append(step(f"s{place}", moment, *channels, template=template, to=to, when=when))
        if Channel.LEGAL in channels:
            break
    return plan(*steps)


@dataclass
class Sent:
    at: datetime
    parcel: Parcel
    before: dict[str, Case]


@dataclass
class Run:
    """A customer's cases through time: the daemon looks at the given instants, and things happen before each."""

    cases: dict[str, Case]
    plan: Plan
    sent: list[Sent] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    def look(self, now: datetime) -> None:
        """Turns at one instant until nothing changes any more."""
        for _ in range(60):
            cases = [*self.cases.values()]
            here = world(now, calendar=SHUT, customer_gap=GAP)
            turn = take_turn(cases, {"plan": self.plan}, here, old_allowed=9)
            assert turn == take_turn(cases, {"plan": self.plan}, here, old_allowed=9)
            self.turns.append(turn)
            self.sent += [Sent(now, parcel, dict(self.cases)) for parcel in turn.parcels]
            events = [event for item in turn.decisions for event in skipped(item, now, here)]
            for parcel in turn.parcels:
                events += done(parcel, now, here, f"{now.isoformat()}{parcel.lead.carried.key}")
            by_itself = {Ask: Kind.REMINDED_TO_ACT, Resume: Kind.RESUMED, Close: Kind.PAID}
            for item in turn.decisions:
                kind = by_itself.get(type(item.action))
                events += [Event(case=item.case.key, kind=kind, at=now)] if kind else []
            if not events:
                return
            self.happen(*events)
        raise AssertionError("the same instant is looked at without end")

    def happen(self, *events: Event) -> None:
        for event in events:
            self.cases[event.case] = apply(self.cases[event.case], event)


Moments = list[tuple[int, int, Kind | None, int]]
Made = tuple[Plan, list[int], Moments]
HAPPENS = st.sampled_from([*[None] * 25, *KINDS, *[Kind.RESUMED] * 4])
MOMENTS = st.tuples(st.sampled_from([1, 3, 9, 12, 20, 24, 31, 80]), st.integers(0, 3), HAPPENS, st.integers(0, 9))
WORLDS = st.tuples(
    plans(),
    st.lists(st.integers(0, 12), min_size=1, max_size=3),
    st.integers(25, 60).flatmap(lambda size: st.lists(MOMENTS, min_size=size, max_size=size)),
)


def run(made: Made) -> Run:
    of, offsets, moments = made
    opened = [case(f"F{number}", due=DUE + timedelta(days=day), opened=DUE) for number, day in enumerate(offsets)]
    one = Run({made.key: made for made in opened}, of)
    now = at(DUE - timedelta(days=7), 7)
    for place, (hours, whose, kind, days) in enumerate(moments):
        now += timedelta(hours=hours)
        if kind is not None:
            key = [*one.cases][whose % len(one.cases)]
            day = now.date() + timedelta(days=days)
            part = Decimal(days * 150) if kind is Kind.DISPUTED and days else None
            happened = Event(case=key, kind=kind, at=now, ref=f"r{place}", on=day, plan="plan", detail="x")
            step = "" if kind is Kind.PROMISED else of.steps[0].id  # a promise names the step that confirms it
            one.happen(replace(happened, amount=part, step=step))
        one.look(now)
    return one


def keys(sent: Sent) -> list[tuple[str, str]]:
    return [(one.case.key, one.step.id) for one in sent.parcel.carries]


def emails(one: Run) -> list[Sent]:
    return [sent for sent in one.sent if sent.parcel.sort is Sort.REMINDER]


@given(WORLDS)
def test_no_step_is_taken_twice_nor_out_of_order(made: Made) -> None:
    one = run(made)
    taken = [(sent.at, key, name) for sent in one.sent for key, name in keys(sent)]
    assert len({(key, name) for _, key, name in taken}) == len(taken)
    order = [step.id for step in one.plan.steps]
    for key in one.cases:
        mine = sorted((moment, order.index(name)) for moment, whose, name in taken if whose == key and name != ONE_OFF)
        beside = [place for (_, earlier), (_, place) in pairwise(mine) if place < earlier]
        assert all(_same_sending_day(one, key, place) for place in beside)


def _same_sending_day(one: Run, key: str, place: int) -> bool:
    """Only a step that had to let another message of its own day go first is taken after a later one."""
    days = [_nominal(one, key, step) for step in one.plan.steps]
    mine = days[place]
    return mine is not None and any(
        day is not None and SHUT.next_day(day) == SHUT.next_day(mine) for day in days[place + 1 :]
    )


def _nominal(one: Run, key: str, of: Step) -> date | None:
    return one.cases[key].invoice.due + of.moment.offset if of.moment.base is Base.DUE else None


@given(WORLDS)
def test_a_step_never_leaves_before_its_day_nor_on_a_day_or_at_an_hour_on_which_nothing_leaves(
    made: Made,
) -> None:
    one = run(made)
    for sent in one.sent:
        local = sent.at.astimezone(PARIS)
        assert SHUT.may_send_on(local.date())
        assert SHUT.hours[0] <= local.time() < SHUT.hours[1]
        for carried in sent.parcel.carries:
            due = _nominal(one, carried.case.key, carried.step)
            assert carried.step.id == ONE_OFF or due is None or local.date() >= due
            assert due is None or due > carried.case.invoice.due or local.date() <= carried.case.invoice.due


@given(WORLDS)
def test_nothing_leaves_for_a_case_that_a_person_an_answer_or_a_doubt_holds(
    made: Made,
) -> None:
    for sent in run(made).sent:
        unseen = {key for key, other in sent.before.items() if other.unseen and not other.ended}
        for carried in sent.parcel.carries:
            before = sent.before[carried.case.key]
            assert before.state is State.OPEN
            assert (before.holds, before.unseen) == ((), ())
            assert unseen <= {before.key}
            assert before.asked > 0
            assert not (before.disputed and carried.step.formal_notice) or sent.parcel.channel is Channel.TASK


@given(WORLDS)
def test_messages_about_different_invoices_lie_the_gap_apart(made: Made) -> None:
    sent = emails(run(made))
    for place, later in enumerate(sent):
        for earlier in sent[:place]:
            if not {key for key, _ in keys(earlier)} & {key for key, _ in keys(later)}:
                first, then = (one.at.astimezone(PARIS).date() for one in (earlier, later))
                assert then >= SHUT.add_working_days(first, GAP)


@given(WORLDS)
def test_a_formal_notice_stands_alone_outside_quiet_periods_and_nothing_replaces_it(
    made: Made,
) -> None:
    one = run(made)
    for sent in one.sent:
        if any(carried.step.formal_notice for carried in sent.parcel.carries):
            assert len(sent.parcel.carries) == 1
            assert not SHUT.in_quiet(sent.at.astimezone(PARIS).date())
    notices = {of.id for of in one.plan.steps if of.formal_notice and not of.when}
    passed = {done.step for final in one.cases.values() for done in final.done if done.how is How.SKIPPED}
    dated = {of.id for of in one.plan.steps if of.moment.base is not Base.DUE or of.moment.days > 0}
    assert not notices & passed & dated


@given(WORLDS)
def test_one_look_sends_a_customer_one_message_at_most(made: Made) -> None:
    for turn in run(made).turns:
        assert sum(parcel.sort is Sort.REMINDER for parcel in turn.parcels) <= 1


@given(plans(), st.lists(st.integers(-30, 20), min_size=1, max_size=4), st.integers(21, 60))
def test_after_three_weeks_off_line_one_message_leaves_and_the_next_keeps_its_distance(
    of: Plan, offsets: list[int], away: int
) -> None:
    opened = [case(f"F{number}", due=DUE + timedelta(days=day), opened=DUE) for number, day in enumerate(offsets)]
    one = Run({made.key: made for made in opened}, of)
    one.look(at(DUE))
    back = at(DUE + timedelta(days=away))
    before = len(emails(one))
    for hours in range(0, 49, 6):
        one.look(back + timedelta(hours=hours))
    days = [sent.at.astimezone(PARIS).date() for sent in emails(one)[before:]]
    assert len(days) <= 1 or of_one_day(emails(one)[before:])


def of_one_day(sent: Sequence[Sent]) -> bool:
    """The only second message is one that the plan itself sets beside the first, about the same invoices."""
    return all({key for key, _ in keys(one)} & {key for key, _ in keys(sent[0])} for one in sent[1:])


@given(WORLDS)
def test_whoever_waits_for_time_waits_for_a_later_instant(made: Made) -> None:
    of, offsets, moments = made
    one = run((of, offsets, moments))
    now = at(DUE - timedelta(days=7), 7) + timedelta(hours=sum(hours for hours, *_ in moments))
    for item in one.turns[-1].decisions:
        if isinstance(item.action, Wait) and item.action.until is not None:
            assert item.action.until > now


@given(st.sampled_from([*Kind]), st.sampled_from([*State]), st.text("ab", min_size=1, max_size=2), st.booleans())
def test_applying_an_event_again_changes_nothing(kind: Kind, state: State, ref: str, held: bool) -> None:
    before = replace(case(), state=state, state_at=at(DUE))
    if held:
        before = after(before, Event(case=before.key, kind=Kind.BOUNCED, at=at(DUE), ref="bounce"))
    event = Event(case=before.key, kind=kind, at=at(DUE), ref=ref, step="s1", amount=Decimal(10), plan="p")
    once = apply(before, event)
    assert apply(once, event) == once
    assert (once.key, once.opened_at) == (before.key, before.opened_at)


@given(st.integers(0, 40), st.lists(st.sampled_from([*Because]), max_size=3))
def test_deciding_looks_at_nothing_but_its_arguments(days: int, because: list[Because]) -> None:
    invoice = Invoice(number="F1", customer=customer(), due=DUE, amount=Decimal(100))
    one = replace(case(), invoice=invoice)
    for reason in because:
        one = after(one, Event(case=one.key, kind=Kind.BOUNCED, at=at(DUE), ref=reason, detail=reason))
    of = plan(step("a", 3), step("b", 10))
    now = at(DUE + timedelta(days=days))
    first, second = (take_turn([one], {"plan": of}, world(now), old_allowed=1) for _ in range(2))
    assert first == second
    assert not (because and isinstance(first.decisions[0].action, Remind))
