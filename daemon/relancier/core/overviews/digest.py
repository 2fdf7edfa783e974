"""The team's day in lines: what a case brings into the morning's digest, each section short enough for a phone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from relancier.core.agreed import owed as still_agreed
from relancier.core.case import Because, Case, How, State
from relancier.core.extra import step_of
from relancier.core.limitation import limitation_on, warn_from
from relancier.core.money import Money
from relancier.core.orders.dictated_numbers import behind
from relancier.core.overviews.duties import DRAFT, Duty
from relancier.core.paid.known import KNOWN_ONLY, Lacking, lacking_in
from relancier.core.parcel import Parcel
from relancier.core.plan import Channel, Plan
from relancier.core.schedule import NO_CALL, NO_FACTOR, NO_PLAN, PLAN_ENDED
from relancier.core.stored import Offer, Received
from relancier.core.workdays import Calendar

MOST = 12  # lines of a section: "et 40 autres" says the rest
STOPS = "pause"  # the order, in both languages, that keeps a line of the digest from leaving
MOST_NAMED = 3  # invoices named beside a reason why nothing leaves
AHEAD = timedelta(days=7)
FIRM = frozenset({"reminder-2", "reminder-3", "formal-notice"})
FIRM_CHANNELS = frozenset({Channel.LEGAL})
MENDED_BY_A_PERSON = frozenset({Because.BOUNCED, Because.ADDRESS})
_TAKEN = frozenset({How.SENT, How.TASK, How.ADOPTED})
STATEMENT_MISSING = "because_statement_missing"
WAITING = {
    KNOWN_ONLY: "payments_unknown",
    NO_PLAN: "plan_missing",
    NO_FACTOR: "no_factor",
    NO_CALL: "call_missing",
    PLAN_ENDED: "plan_over",
    "no formal notice in a quiet period": "quiet_period",
    "unexpected": "failed",
}
"""How what a case waits for begins, where a person should know it, and the word for it (`|word` in words.toml)."""


class Section(StrEnum):
    """The parts of the digest; each is a field of its template."""

    LEAVING = "leaving"
    DUTIES = "duties"
    DRAFTS = "drafts"
    REPLIES = "replies"
    OFFERS = "offers"
    PROMISES = "promises"
    PARTS = "parts_due"
    MENDING = "to_mend"
    NOT_SENT = "not_sent"
    FIRM = "firm_steps"
    LIMITS = "limits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: which invoices of whom, and what the section tells of them; `rest` closes one that was cut short."""

    cases: tuple[str, ...] = ()
    number: str = ""
    customer: str = ""
    sum: Money | None = None
    on: date | None = None
    step: str = ""
    channel: str = ""
    whom: str = ""
    detail: str = ""
    order: str = ""
    count: int | None = None
    rest: int | None = None


@dataclass(slots=True)
class Day:
    """What is gathered for one morning, section by section."""

    today: date
    since: datetime
    lines: dict[Section, list[Line]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    lacking: Lacking | None = None

    def add(self, section: Section, *lines: Line) -> None:
        self.lines[section].extend(lines)

    def not_sent(self, case: Case) -> None:
        """Counts the case where nothing leaves for it and a person should know why."""
        if word := why_not(case):
            self.reasons[word][case.key] = case.invoice.number
        lacking = lacking_in(case.waiting)
        if lacking is not None and (self.lacking is None or lacking.since < self.lacking.since):
            self.lacking = lacking

    def section(self, section: Section) -> tuple[Line, ...]:
        """The lines of a section, the most pressing first, and how many more there are."""
        if section is Section.NOT_SENT:
            return tuple(_reasons(self.reasons, self.lacking))
        found = sorted(self.lines[section], key=_by_whom if section is Section.DUTIES else _pressing)
        return shortened(found)

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to send and nothing to do."""
        to_do = (Section.DUTIES, Section.DRAFTS, Section.REPLIES, Section.OFFERS, Section.MENDING)
        told = (Section.LEAVING, *to_do)
        return not any(self.lines[section] for section in told) and not self.reasons

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases of the lines that are shown: about these an answer may give orders."""
        shown = (line for section in Section for line in self.section(section))
        return tuple(dict.fromkeys(case for line in shown for case in line.cases))


def shortened(lines: Sequence[Line], most: int = MOST) -> tuple[Line, ...]:
    """The first lines, and one that counts the others."""
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], Line(rest=len(lines) - most + 1))


def unplaced(receipts: Iterable[Received], since: datetime) -> tuple[tuple[int, Money], ...]:
    """What came in since an instant and is nobody's that we know: how many payments, and their sum in each currency."""
    sums: dict[str, list[Decimal]] = defaultdict(list)
    for one in receipts:
        if one.at > since and one.movement.amount > 0:
            sums[one.movement.currency].append(one.movement.amount)
    return tuple((len(many), Money(sum(many, Decimal(0)), currency)) for currency, many in sorted(sums.items()))


def _pressing(line: Line) -> tuple[date, str]:
    return line.on or date.max, line.number


def _by_whom(line: Line) -> tuple[str, date, str]:
    return line.whom, *_pressing(line)


def _reasons(reasons: Mapping[str, Mapping[str, str]], lacking: Lacking | None) -> Iterator[Line]:
    """Why nothing leaves, the most frequent reason first, with the first invoices of each and the statement wanted."""
    for word, numbers in sorted(reasons.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        named = sorted(set(numbers.values()))[:MOST_NAMED]
        more = " …" if len(numbers) > len(named) else ""
        line = Line(detail=word, count=len(numbers), number=", ".join(named) + more)
        wanted = lacking if word == STATEMENT_MISSING else None
        yield replace(line, on=wanted.since, whom=wanted.account) if wanted else line


# --- What a case brings -----------------------------------------------------------------------------------------------


def gather(case: Case, plan: Plan | None, calendar: Calendar, day: Day) -> None:
    """Everything that one case that has not ended brings into the day, but what leaves and what is to do."""
    if case.unseen and not case.let_be:
        day.add(Section.REPLIES, _line(case, on=case.last_reply_on))
    day.add(Section.PROMISES, *_promise(case, day.today))
    day.add(Section.PARTS, *_parts(case, day.today))
    broken = [hold for hold in case.holds if hold.because in MENDED_BY_A_PERSON]
    if broken:
        last = broken[-1]
        day.add(Section.MENDING, _line(case, on=calendar.local_day(last.since), detail=last.detail))
    day.add(Section.FIRM, *_firm(case, plan, day.since))
    last_day = limitation_on(case.invoice)
    if warn_from(case.invoice) <= day.today <= last_day and case.amount_due > 0:
        day.add(Section.LIMITS, _line(case, on=last_day))
    day.not_sent(case)


def over(case: Case) -> Line:
    """A reply about what is paid or closed, which nobody has seen to."""
    return _line(case, on=case.last_reply_on)


def why_not(case: Case) -> str:
    """The word for why nothing leaves for a case that a person should know of; nothing where a section tells it."""
    told = MENDED_BY_A_PERSON | {Because.REPLY}
    held = [hold.because.value for hold in case.holds if hold.because not in told]
    if held:
        return f"because_{held[-1]}"
    if case.unseen or case.holds:
        return ""
    if case.state in {State.PAUSED, State.DISPUTED}:
        return f"because_{case.state.value}"
    if case.state is not State.OPEN:
        return ""
    if lacking_in(case.waiting) is not None:
        return STATEMENT_MISSING
    return next((f"because_{word}" for start, word in WAITING.items() if case.waiting.startswith(start)), "")


def _line(case: Case, **other: object) -> Line:
    invoice = case.invoice
    line = Line(
        cases=(case.key,),
        number=invoice.number,
        customer=invoice.customer.name,
        sum=Money(case.asked, invoice.currency),
    )
    return replace(line, **other)  # type: ignore[arg-type]


def _promise(case: Case, today: date) -> Iterator[Line]:
    """A promise that comes due within a week, or one that was broken no longer ago."""
    if case.state is State.PROMISED and case.state_on is not None and not case.instalments:
        if case.state_on <= today + AHEAD:
            yield _line(case, on=case.state_on, detail="promise_late" if case.state_on < today else "promise_coming")
    elif case.promised_on is not None and today - AHEAD <= case.promised_on < today and case.amount_due > 0:
        yield _line(case, on=case.promised_on, detail="promise_late")


def _parts(case: Case, today: date) -> Iterator[Line]:
    """The instalments not fully paid that are late, or due within a week."""
    for one in still_agreed(case):
        if one.part.on <= today + AHEAD:
            word = "instalment_missed" if one.part.on < today else "instalment_to_come"
            yield _line(case, on=one.part.on, sum=Money(one.left, case.invoice.currency), detail=word)


def _firm(case: Case, plan: Plan | None, since: datetime) -> Iterator[Line]:
    """The firm steps taken since the last digest: of these the account manager is to know."""
    recent = [done for done in case.done if done.at > since and done.how in _TAKEN]
    for done in recent:
        step = step_of(plan, done.step) if plan is not None else None
        if step is not None and (step.template in FIRM or FIRM_CHANNELS & set(step.channels)):
            yield _line(case, on=done.on, step=step.name)


def offered(offer: Offer, on: date, whom: str) -> Line:
    """An invoice that was found in the mailbox that day, and that nobody has taken up or refused; who owes it."""
    invoice = offer.invoice
    return Line(number=invoice.number, customer=whom, sum=Money(invoice.total, invoice.currency), on=on)


# --- What leaves and what is to do ------------------------------------------------------------------------------------


def leaving(parcel: Parcel, today: date, language: str) -> Line:
    """A message that leaves today, or the task that it becomes, with the order that stops it."""
    cases = tuple(dict.fromkeys(one.case.key for one in parcel.carries))
    numbers = tuple(dict.fromkeys(one.case.invoice.number for one in parcel.carries))
    asked = sum((one.case.asked for one in parcel.carries), Decimal(0))
    step = parcel.lead.step
    return Line(
        cases=cases,
        number=", ".join(numbers),
        customer=parcel.customer.name,
        sum=Money(asked, parcel.lead.case.invoice.currency),
        on=today,
        step=step.name,
        channel=parcel.channel.value,
        whom=", ".join((*parcel.to, *parcel.cc)),
        order=f"{STOPS} {behind(numbers, language)}",
    )


def to_do(duty: Duty, case: Case, whom: str, again: str = "") -> Line:
    """A task that is not done yet; `again` says that it came back, or went to the role above."""
    step = duty.title or duty.step
    line = _line(case, on=duty.since, channel=duty.channel, whom=whom, step=step, detail=again)
    return replace(line, sum=None) if duty.channel == DRAFT else line
