"""The laws of the house as they show from outside: each is checked at every step, over what lies in the mailboxes, what
went through SMTP, and what the state keeps.

`LAWS` says which of them are watched; what a year cannot show (crashes, lost connections, a second daemon) has tests of
its own.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal

from tests.year.almanac import open_on, quiet, working
from tests.year.cast import Bill, Customer
from tests.year.expected import For, Way
from tests.year.office import Books
from tests.year.post import OWN, Mail, fits, way
from tests.year.truth import Delivery, Truth

from relancier.core.case import Case, State
from relancier.core.outbox import LIVE, Entry, Sort, Status
from relancier.ports import Store

OPENING, CLOSING, GAP = time(9), time(17, 30), 3
FLAG, REPLY = "\\Flagged", "$RelanceReply"
OURS = frozenset({FLAG, REPLY, "$RelanceAuto", "$RelanceProblem"})

LAWS = {
    "1 last look": "nothing leaves for a customer who answered a moment before",
    "2 one entry a step": "no (case, step) is in two live entries, no message arrives twice",
    "3 bytes": "what was delivered, what is stored and what lies in Sent are the same bytes",
    "4 never in doubt": "no server was lost: nothing is uncertain",
    "5 in doubt, hold": "nothing leaves for who answered, paid, disputes, promised, before a person saw to it",
    "6 untouched": "mail about no case keeps the flags that people gave it, and nothing of theirs is marked read",
    "6 flags": "every person's reply bears our flag until it is seen to",
    "7 moved": "a reply that people have filed elsewhere bears our flag there, and is heard once",
    "8 books": "what is not in the books closes nothing, and nothing leaves from books that have lost everything",
    "10 gap": "three working days between two messages to a customer, but for the rhythm of one case's own plan",
    "10 together": "the same step of two invoices that fall due on one day leaves in one message",
    "11 calendar": "nothing leaves outside the sending days and hours, on holidays and closed days",
    "12 orders": "nothing that came in by mail gives an order",
    "quiet": "no formal notice leaves in a quiet period",
    "addresses": "a message goes to its own customer's contacts and to nobody else",
    "amount": "a message about one invoice asks for what is due by the books, without what is disputed",
    "inner names": "no name of a plan, a template or a program is in what a customer reads",
}


@dataclass(slots=True)
class Laws:
    """Checks and counts; what is broken is said with its instant."""

    truth: Truth
    books: Books
    store: Store
    checked: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    filed: set[str] = field(default_factory=set)
    entries: dict[str, str] = field(default_factory=dict)
    theirs: dict[int, frozenset[str]] = field(default_factory=dict)

    def hold(self, law: str, ok: bool, at: datetime, *what: object) -> None:
        """Counts a check of a law, and notes where it is broken."""
        assert law in LAWS, law
        self.checked[law] += 1
        if not ok:
            self.broken.append(f"{law}: {at:%a %Y-%m-%d %H:%M} {' '.join(map(str, what))}")

    # --- a message to a customer, at the instant of its DATA ---

    def leaves(self, customer: Customer, mail: Mail, at: datetime, before: Sequence[Delivery]) -> None:
        """Everything that one message must keep, the daemon's own only."""
        self._held(customer, mail, at)
        self._when(mail, at)
        self._spaced(customer, mail, at, before)
        self._whom(customer, mail, at)
        self._what(customer, mail, at)

    def _held(self, customer: Customer, mail: Mail, at: datetime) -> None:
        waiting = self.truth.waiting[customer.code]
        self.hold(
            "5 in doubt, hold", not waiting, at, customer.name, customer.part, "waits for an answer", mail.subject
        )
        self.hold("1 last look", not waiting, at, customer.name, "answered", mail.subject)
        for number in mail.named:
            bills = self.truth.bills(number) if number in self.truth.of_number else []
            reasons = [self.truth.stopped.get(bill.key, "") for bill in bills]
            stopped = bool(reasons) and all(reasons) and not self._agreed(customer, mail, at)
            self.hold("5 in doubt, hold", not stopped, at, customer.name, number, set(reasons), mail.subject)

    def _agreed(self, customer: Customer, mail: Mail, at: datetime) -> bool:
        """Whether it reminds of an instalment, which it may in the two working days before."""
        parts = self.truth.instalments.get(customer.code, [])
        return any(at.date() <= day <= working(at.date(), 2) and shows(mail.text, amount) for day, amount in parts)

    def _when(self, mail: Mail, at: datetime) -> None:
        fine = open_on(at.date()) and OPENING <= at.time() < CLOSING
        self.hold("11 calendar", fine, at, mail.subject)

    def _spaced(self, customer: Customer, mail: Mail, at: datetime, before: Sequence[Delivery]) -> None:
        """Its own plan's rhythm may be closer; then it is about the same invoice, on another day."""
        for one in before:
            same = set(one.mail.numbers) & set(mail.numbers)
            last = one.mail.at.astimezone(at.tzinfo).date()
            free = last < at.date() if same else working(last, GAP) <= at.date()
            self.hold("10 gap", free, at, customer.name, customer.part, mail.subject, "after", last, one.mail.subject)
        again = [one for one in before if one.mail.id == mail.id or one.mail.text == mail.text]
        self.hold("2 one entry a step", not again, at, customer.name, mail.subject)

    def _whom(self, customer: Customer, mail: Mail, at: datetime) -> None:
        theirs = {*customer.addresses, self.truth.mended.get(customer.code, "")}
        to = {*mail.addresses("To"), *mail.addresses("Cc")}
        fine = bool(to) and to <= theirs and mail.sender == OWN
        self.hold("addresses", fine, at, customer.name, to, mail.sender, mail.subject)
        foreign = [number for number in mail.named if self.truth.of_number.get(number) is not customer]
        self.hold("addresses", not foreign, at, customer.name, foreign, mail.subject)

    def _what(self, customer: Customer, mail: Mail, at: datetime) -> None:
        names = (
            r"reminder-\d|mauvais.payeurs|grand-compte|clients-douteux|\bsquad\b|\bworkflow\b|relancier|plan de relance"
        )
        inner = re.search(names, f"{mail.subject}\n{mail.text}\n{' '.join(mail.files)}", re.IGNORECASE)
        self.hold("inner names", inner is None, at, customer.name, inner and inner.group(), mail.subject)
        if len(mail.named) == 1 and len(customer.bills) == 1 and not self._agreed(customer, mail, at):
            due = self._asked(customer.bills[0])
            self.hold("amount", shows(mail.text, due), at, customer.name, customer.part, due, mail.subject)

    def _asked(self, bill: Bill) -> Decimal:
        return self.books.due(bill) - self.truth.disputed.get(bill.key, Decimal(0))

    # --- after each tick ---

    def books_say(self, cases: Iterable[Case], at: datetime) -> None:
        """What is paid is paid by the books; an empty file closes nothing, nor does an order from outside stop all."""
        for case in cases:
            bills = {bill.key: bill for bill in self.truth.bills(case.invoice.number)}
            fine = case.state is not State.PAID or self.books.due(bills[case.key]) == 0
            self.hold("8 books", fine, at, case.key, case.state)
        self.hold("12 orders", self.store.setting("held") is None, at, "all sending is held")

    def task(self, customer: Customer | None, mail: Mail, at: datetime) -> None:
        """A task lies in the inbox: also what a person is asked to do keeps the calendar."""
        self._when(mail, at)
        formal = way(mail) is Way.REGISTERED and fits(mail, For.NOTICE)
        self.hold("quiet", not (formal and quiet(at.date())), at, mail.subject)
        for number in mail.numbers:
            over = all(self.truth.stopped.get(bill.key) in {"paid", "closed"} for bill in self.truth.bills(number))
            self.hold("5 in doubt, hold", not over, at, customer and customer.name, mail.subject, "is over")

    def outbox(self, since: datetime, at: datetime) -> None:
        """Each (case, step) is in one live entry at most, and nobody has to guess whether a message left."""
        waiting = self.store.entries(*(LIVE - {Status.SENT}))
        for entry in (*waiting, *self.store.sent_since(since)):
            for key in (one.key for one in entry.carries if entry.sort is not Sort.NOTE):
                other = self.entries.setdefault(key, entry.id)
                known = self.store.entry(other) if other != entry.id else None
                self.entries[key] = entry.id
                self.hold("2 one entry a step", known is None or not known.live, at, key)
            if entry.sort is Sort.REMINDER:
                self._together(entry, at)
            self.hold("4 never in doubt", entry.status is not Status.UNCERTAIN, at, entry.carries)

    def _together(self, entry: Entry, at: datetime) -> None:
        carried = {(one.case, one.step) for one in entry.carries}
        for case, step in carried:
            number, due = case.split("|")
            beside = [bill.key for bill in self.truth.of_number[number].bills if bill.due.isoformat() == due]
            if len(beside) > 1:
                self.hold("10 together", {(key, step) for key in beside} <= carried, at, case, step)

    def filed_alike(self, sent: Mapping[str, str], delivered: dict[str, Delivery], at: datetime) -> None:
        """Of everything that we sent: the stored bytes, those delivered, and those in Sent."""
        recent = self.store.sent_since(at - timedelta(days=4))
        entries = {entry.message_id: entry for entry in recent if entry.sort is Sort.REMINDER}
        for message_id in entries.keys() - self.filed:
            self.hold(
                "3 bytes",
                message_id in sent or entries[message_id].approval,
                at,
                entries[message_id].carries,
                "is not in Sent",
            )
            self._same(entries[message_id], delivered.get(message_id), sent.get(message_id), at)
            if message_id in sent:
                self.filed.add(message_id)

    def _same(self, entry: Entry, delivery: Delivery | None, copy: str | None, at: datetime) -> None:
        stored = self.store.blob(entry.blob)
        if delivery is not None and not delivery.by_hand:
            self.hold("3 bytes", delivery.mail.raw == stored, at, entry.carries, "delivered")
            self.hold("3 bytes", delivery.to == {*entry.to, *entry.cc}, at, entry.carries, delivery.to)
        if copy is not None and not entry.approval:
            self.hold("3 bytes", copy == entry.blob, at, entry.carries, "in Sent")

    def flagged(
        self, replies: Mapping[int, Customer], flags: Mapping[int, frozenset[str]], at: datetime, law: str = "6 flags"
    ) -> None:
        """Every reply that waits for a person bears our flag, wherever it lies."""
        for uid, customer in replies.items():
            if uid in flags:
                borne = sorted(flags[uid])
                self.hold(law, {FLAG, REPLY} <= flags[uid], at, customer.name, customer.part, borne)

    def shelf(self, flags: Mapping[int, frozenset[str]], foreign: set[int], ours: set[int], at: datetime) -> None:
        """The inbox: what is nobody's business bears none of our flags, and nothing is marked read."""
        for uid in foreign & flags.keys():
            borne = flags[uid] - self.theirs.get(uid, frozenset()) - {"\\Recent"}
            self.hold("6 untouched", not borne, at, uid, borne)
        read = [uid for uid, borne in flags.items() if "\\Seen" in borne and uid not in ours]
        self.hold("6 untouched", not read, at, "marked read", read)


def shows(text: str, amount: Decimal) -> bool:
    """Whether an amount stands in a text, in French or in English."""
    plain = f"{amount:,.2f}"
    french = plain.replace(",", "").replace(".", ",")
    return french in re.sub(r"\s", "", text) or plain in text
