"""What a morning's digest tells, gathered from the state: one pass over the cases, and a turn of what is due."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from relancier.core.case import Case, Kind
from relancier.core.money import Money
from relancier.core.outbox import Entry, Sort, Status
from relancier.core.overviews.digest import Day, Line, Section, gather, leaving, offered, over, to_do, unplaced
from relancier.core.overviews.duties import DRAFT, Duty, duties, given
from relancier.core.overviews.figures import Balance, Falling, Owed, balances, falling_due, owed
from relancier.core.parcel import Parcel
from relancier.core.stored import Fate
from relancier.core.turn import Turn, take_turn
from relancier.core.world import Wait, World
from relancier.ports import Store
from relancier.work.archive.keeping import purged
from relancier.work.books.sync import Books
from relancier.work.books.taken import UNLISTED_AFTER
from relancier.work.each import apart
from relancier.work.einvoices.offers import who_owes
from relancier.work.einvoices.whose import Register
from relancier.work.morning.duties import Open, brought_back, whose
from relancier.work.morning.recalls import is_called_off
from relancier.work.orders.obey import CONFIRMED, HELD, SURGE
from relancier.work.records import UNKNOWN_SENT
from relancier.work.sending.gates import Gates
from relancier.work.setup import Setup
from relancier.work.writing.render import Renderer
from relancier.work.writing.texting import addressed

MOST_TURNS = 2000  # customers whose turn is taken to see what leaves: a state made anew may have thousands
REPLIES_SHOWN = timedelta(days=30)  # how long an answer about what is over is repeated
_MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Gathered:
    """A day as it begins: its lines, its figures, why nothing is sent if so, and the tasks that are not done."""

    day: Day
    stopped: str = ""
    stopped_detail: str = ""
    balances: tuple[Balance, ...] = ()
    falling: tuple[Falling, ...] = ()
    duties: list[Open] = field(default_factory=list)
    purged: int = 0
    unplaced: tuple[tuple[int, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Reads what the digest tells; changes nothing."""

    store: Store
    books: Books
    gates: Gates
    renderer: Renderer
    setup: Callable[[], Setup]

    def gather(self, now: datetime, since: datetime, *, unreachable: str = "") -> Gathered:
        """The day as it is known at this instant; `unreachable` is why the mailbox cannot be read."""
        setup = self.setup()
        day = Day(setup.today(now), since)
        stopped, detail = ("mailbox_unreachable", unreachable) if unreachable else self._stopped(now)
        gathered = Gathered(day, stopped, detail)
        amounts: list[Owed] = []
        for case in self.store.all_cases():
            with apart(f"case {case.key}", lambda _error: None):
                if case.ended:
                    day.add(Section.REPLIES, *self._over(case, day.today))
                else:
                    amounts.extend(self._open_case(case, gathered, setup))
        gathered.balances, gathered.falling = balances(amounts, day.today), falling_due(amounts, day.today)
        gathered.purged = self._purged(day.today)
        gathered.unplaced = unplaced(self.store.receipts(Fate.UNKNOWN), since)
        day.add(Section.OFFERS, *self._offers(day.today, setup))
        self._outbox(gathered, setup)
        self._turns(now, day, setup)
        return gathered

    def _over(self, case: Case, today: date) -> Iterator[Line]:
        """A reply about what has ended that still bears our flag, where no open case shows it."""
        if case.last_reply_on is None or today - case.last_reply_on > REPLIES_SHOWN:
            return
        refs = (event.ref for event in self.store.events(case.key) if event.kind is Kind.REPLIED)
        waiting = [seen for seen in map(self.store.seen, refs) if seen is not None and seen.flags]
        if any(all(other.ended for other in self.store.cases(seen.cases)) for seen in waiting):
            yield over(case)

    def _purged(self, today: date) -> int:
        """How many closed cases were removed this month, their time being over."""
        found = purged(self.store)
        return found["count"] if found["month"] == f"{today:%Y-%m}" else 0

    def _stopped(self, now: datetime) -> tuple[str, str]:
        """The word for why nothing at all leaves, and a further sentence."""
        if self.store.setting(CONFIRMED) is None:
            return "not_confirmed", ""
        held = self.store.setting(HELD)
        if isinstance(held, dict):
            word = "server_refuses" if held.get("by") == "server" else "held_by_person"
            return word, str(held.get("reason", ""))
        if self.store.setting(UNKNOWN_SENT):
            return UNKNOWN_SENT, ""
        trouble = self.books.trouble(now)
        if trouble is not None and not trouble.passing:
            return trouble.code, trouble.detail
        if self.store.setting(SURGE) is not None:
            return "surge", ""
        closed = self.gates.closed(now)
        return ("smtp_waits", closed) if closed else ("", "")

    def _open_case(self, case: Case, gathered: Gathered, setup: Setup) -> Iterator[Owed]:
        plan = setup.plans.get(case.plan)
        gather(case, plan, setup.calendar, gathered.day)
        if given(case):
            for duty in duties(case, plan, self.store.events(case.key), self.store.entry):
                if not is_called_off(duty, self.store):
                    self._to_do(duty, case, gathered, setup)
        amount = owed(case)
        if amount is not None:
            yield amount

    def _to_do(self, duty: Duty, case: Case, gathered: Gathered, setup: Setup) -> None:
        gathered.duties.append(Open(duty, case))
        section = Section.DRAFTS if duty.channel == DRAFT else Section.DUTIES
        whom = whose(duty.role, setup)
        gathered.day.add(section, to_do(duty, case, whom, brought_back(duty, self.store)))

    def _offers(self, today: date, setup: Setup) -> Iterator[Line]:
        """The invoices of which a note has asked; the next books may still list the latest."""
        wait = UNLISTED_AFTER if setup.config.invoices.has_books else timedelta(0)
        waiting = [offer for offer in self.store.offers() if setup.today(offer.at) + wait <= today]
        if waiting:
            register = Register.of(self.store)
            yield from (offered(one, setup.today(one.at), who_owes(one, register, setup)) for one in waiting)

    def _outbox(self, gathered: Gathered, setup: Setup) -> None:
        """What waits to leave, and what lies in Drafts for a person to send."""
        day = gathered.day
        for entry in self.store.entries(Status.QUEUED, Status.DEFERRED):
            later = entry.not_before is not None and setup.today(entry.not_before) > day.today
            parcel = None if entry.sort is Sort.NOTE or later else self.renderer.parcel(entry)
            if parcel is not None:
                self._leaves(parcel, day, setup)
        for entry in self.store.entries(Status.PROPOSED):
            for duty, case in self._drafts(entry, setup):
                self._to_do(duty, case, gathered, setup)

    def _drafts(self, entry: Entry, setup: Setup) -> Iterator[tuple[Duty, Case]]:
        parcel = self.renderer.parcel(entry)
        if parcel is None:
            return
        lead = parcel.lead
        since = setup.today(entry.queued_at)
        yield (
            Duty(
                case=lead.case.key,
                step=lead.step.id,
                title=lead.step.title,
                channel=DRAFT,
                role=lead.step.signer,
                since=since,
                entry=entry.id,
            ),
            lead.case,
        )

    def _turns(self, now: datetime, day: Day, setup: Setup) -> None:
        """What the plans will take today, by the daemon's own deciding at the end of the sending hours."""
        world = self._at_the_end(now, day.today, setup)
        if world is None:
            return
        customers = sorted({case.invoice.customer.id for case in self.store.due(world.now)})
        left = setup.old_a_day
        for customer in customers[:MOST_TURNS]:
            with apart(f"customer {customer}", lambda _error: None):
                turn = take_turn(self.store.of_customer(customer), setup.plans, world, old_allowed=left)
                left -= turn.one_offs
                self._turn(turn, day, setup)

    def _turn(self, turn: Turn, day: Day, setup: Setup) -> None:
        for parcel in addressed(turn.parcels, setup):
            self._leaves(parcel, day, setup)
        for item in turn.decisions:
            if isinstance(item.action, Wait):
                day.not_sent(replace(item.case, waiting=item.action.reason))

    def _at_the_end(self, now: datetime, today: date, setup: Setup) -> World | None:
        """The last minute of today's sending; None when nothing leaves today any more."""
        if not setup.calendar.may_send_on(today):
            return None
        _, end = setup.calendar.hours
        last = datetime.combine(today, end, setup.calendar.zone) - _MINUTE
        return self.books.world(now, last) if now <= last else None

    @staticmethod
    def _leaves(parcel: Parcel, day: Day, setup: Setup) -> None:
        line = leaving(parcel, day.today, setup.config.company.language)
        if parcel.sort is Sort.TASK:
            day.add(Section.DUTIES, _without_order(line, whose(parcel.signer, setup)))
        else:
            day.add(Section.DRAFTS if parcel.approval else Section.LEAVING, line)


def _without_order(line: Line, whom: str) -> Line:
    return Line(
        cases=line.cases,
        number=line.number,
        customer=line.customer,
        sum=line.sum,
        on=line.on,
        step=line.step,
        channel=line.channel,
        whom=whom,
        detail="task_today",
    )
