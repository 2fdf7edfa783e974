"""What the state knows beside a payment: the cases by number, customer and name, accounts, what is told as paid."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from relancier.core.case import Because, Case, Event, Kind, Origin, State
from relancier.core.paid.allot import Told
from relancier.core.paid.fitting import NOTHING, may_cost
from relancier.core.paid.payer import in_any_order, plain_name
from relancier.core.paid.statement import Movement
from relancier.core.paid.twins import Facts, facts
from relancier.core.stored import Fate, Received, Removed, Thing
from relancier.core.text.numbers import squash
from relancier.ports import Store
from relancier.work.books.held import credit_in
from relancier.work.books.taken import known_books
from relancier.work.paid.twice import Pages
from relancier.work.records import Desk

REMEMBERED = timedelta(days=400)  # how long after its end a case may still have been what a payment was for
ANNOUNCED = timedelta(days=30)  # a person may have told of a payment so long before the bank books it
LEARNT = frozenset({Fate.BOOKED, Fate.SETTLED})
GIVEN_BACK = frozenset({Fate.BOOKED, Fate.SETTLED, Fate.LOOSE, Fate.ASKED})


class Book:
    """The cases as the ledger leaves them, indexed once; what is booked meanwhile is told to it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._numbers: dict[str, list[str]] = defaultdict(list)
        self._customers: dict[str, list[str]] = defaultdict(list)
        self._names: dict[str, dict[str, None]] = defaultdict(dict)
        self._sorted_names: list[tuple[str, str]] = []
        self._prices: dict[Decimal, dict[str, None]] = defaultdict(dict)
        self._pending: dict[str, Received] = {}
        self._told: dict[Facts, list[Received]] | None = None
        self._events: dict[str, list[Event]] = defaultdict(list)
        self.pages = Pages()
        for change in desk.ledger.changes:
            if isinstance(change, Received):
                self.remember(change)
            elif isinstance(change, Event):
                self._events[change.case].append(change)
        for case in self._cases():
            self._index(case)
        self._sorted_names.sort()

    def _cases(self) -> Iterator[Case]:
        """Every case that a payment of these days may be for; one that goes on under another key is that one."""
        pending = {change.key: change for change in self._desk.ledger.changes if isinstance(change, Case)}
        stored = (pending.pop(case.key, case) for case in self._desk.store.all_cases())
        oldest = self._desk.now - REMEMBERED
        for case in (*stored, *pending.values()):
            if not case.carried_to and not (case.ended and (case.state_at or case.opened_at) < oldest):
                yield case

    def _index(self, case: Case) -> None:
        customer = case.invoice.customer
        self._desk.ledger.know(case)
        self._numbers[squash(case.invoice.number)].append(case.key)
        self._customers[customer.id].append(case.key)
        if name := plain_name(customer.name):
            self._names[in_any_order(name)][customer.id] = None
            self._sorted_names.append((name, customer.id))
        self._price(case)

    def _price(self, case: Case) -> None:
        for price in () if case.ended else may_cost(case):
            self._prices[price][case.key] = None

    def remember(self, receipt: Received) -> None:
        """A movement taken since the last commit."""
        self._pending[receipt.identity] = receipt

    def booked(self, event: Event) -> None:
        """A payment put into the ledger since the last commit."""
        self._events[event.case].append(event)
        if case := self._desk.ledger.case(event.case):
            self._price(case)

    def received(self, identity: str) -> Received | None:
        return self._pending.get(identity) or self._desk.store.received(identity)

    def alike(self, movement: Movement) -> list[Received]:
        """The movements of the same account, day and amount that other files have told before."""
        if self._told is None:
            self._told = defaultdict(list)
            for receipt in self._desk.store.receipts(*Fate):
                self._told[facts(receipt.movement)].append(receipt)
        return self._told.get(facts(movement), [])

    # --- What matching asks ---

    def numbered(self, squashed: Iterable[str]) -> Mapping[str, tuple[Case, ...]]:
        return {number: tuple(self._of(self._numbers[number])) for number in squashed if number in self._numbers}

    def of_customer(self, customer: str) -> Sequence[Case]:
        return self._of(self._customers.get(customer, ()))

    def _of(self, keys: Iterable[str]) -> list[Case]:
        return sorted((case for case in map(self._desk.ledger.case, keys) if case is not None), key=_age)

    def payers(self, iban: str) -> Sequence[str]:
        stored = {one.identity: one for one in self._desk.store.receipts_from(iban)}
        fresh = {name: one for name, one in self._pending.items() if one.movement.payer_iban == iban}
        known = sorted({**stored, **fresh}.values(), key=lambda one: (one.movement.on, one.identity))
        return tuple(dict.fromkeys(one.customer for one in known if one.fate in LEARNT and one.customer))

    def named(self, names: Iterable[str]) -> Sequence[str]:
        found = (customer for name in names for customer in self._names.get(in_any_order(name), ()))
        return tuple(dict.fromkeys(found))

    def beginning(self, starts: Iterable[str]) -> Sequence[str]:
        found = dict.fromkeys(customer for start in starts for customer in self._that_begin(start))
        return tuple(found)

    def _that_begin(self, start: str) -> Iterator[str]:
        names = self._sorted_names
        for at in range(bisect_left(names, (start, "")), len(names)):
            if not names[at][0].startswith(start):
                return
            yield names[at][1]

    def priced(self, amount: Decimal) -> Iterable[Case]:
        return self._of(self._prices.get(amount, ()))

    def came(self, movement: Movement) -> Iterable[Case]:
        """By the same payer, the same amount, the youngest first; of more than one day a person knows more."""
        kept = (*self._desk.store.receipts(*GIVEN_BACK), *self._pending.values())
        found = [one for one in kept if one.fate in GIVEN_BACK and _gives_back(movement, one.movement)]
        last = max((one.movement.on for one in found), default=None)
        return self._of(dict.fromkeys(key for one in found if one.movement.on == last for key in one.cases))

    def credit(self, customer: str) -> Sequence[Decimal]:
        holds = (hold for case in self.of_customer(customer) for hold in case.holds)
        held = {hold.ref for hold in holds if hold.because is Because.CREDIT}
        amounts = [amount for ref in sorted(held) for _, amount, _ in credit_in(ref)]
        return tuple(dict.fromkeys((*amounts, sum(amounts, NOTHING)))) if amounts else ()

    def told(self, case: Case) -> Told:
        """What is known as paid beyond what the statements explain, and up to which day whoever said so knew."""
        paid = case.invoice.payable - (NOTHING if case.state is State.PAID else max(case.amount_due, NOTHING))
        if paid <= 0:
            return Told()
        amount = paid - self._explained(case)
        return Told(amount, self._until(case)) if amount > 0 else Told()

    def _explained(self, case: Case) -> Decimal:
        booked = [event.amount or NOTHING for event in self._paid(case) if self.received(event.ref) is not None]
        settled = [one.movement.amount for one in self._about(case) if one.fate is Fate.SETTLED]
        return sum((*booked, *settled), NOTHING)

    def _about(self, case: Case) -> list[Received]:
        stored = {one.identity: one for one in self._desk.store.receipts_for(case.key)}
        fresh = {name: one for name, one in self._pending.items() if case.key in one.cases}
        return list({**stored, **fresh}.values())

    def _paid(self, case: Case) -> list[Event]:
        events = (*self._desk.store.events(case.key), *self._events[case.key])
        return [event for event in events if event.kind is Kind.PAID]

    def _until(self, case: Case) -> date | None:
        """The last day of whatever was said beside the statements: the books, a person's word, the end of the case."""
        today = self._desk.setup.today
        words = [event for event in self._paid(case) if event.ref and not self.received(event.ref)]
        days = [(event.on or today(event.at)) + ANNOUNCED for event in words]
        if case.ended and case.state_at is not None:
            days.append(today(case.state_at))
        if case.invoice.paid > 0:
            days.append(self._known_on(case) or date.max)
        return max(days, default=None)

    def _known_on(self, case: Case) -> date | None:
        if case.invoice.origin is not Origin.BOOKS:
            return case.invoice.known_on
        known = known_books(self._desk)
        return self._desk.setup.today(known) if known else None


def _gives_back(back: Movement, came: Movement) -> bool:
    """Whether a movement gives back what another one brought."""
    if came.amount != -back.amount or came.currency != back.currency or came.on > back.on or came.returned:
        return False
    if back.payer_iban and came.payer_iban:
        return back.payer_iban == came.payer_iban
    names = {plain_name(back.payer), plain_name(came.payer)}
    return (len(names) == 1 and names != {""}) or (bool(back.end_to_end) and back.end_to_end == came.end_to_end)


def _age(case: Case) -> tuple[date, str]:
    return (case.invoice.due, case.key)


def old_money(store: Store, today: date) -> Iterator[Removed]:
    """What nobody could place and is too old to be for any invoice."""
    old = (one for one in store.receipts(Fate.UNKNOWN) if one.movement.on < today - REMEMBERED)
    return (Removed(Thing.RECEIVED, one.identity) for one in old)
