"""The colleagues: an accountant who saves the books, and whoever reads the shared mailbox and sees to what lies there.

They use what people use: mail programs on the shared mailbox, answers to the daemon's notes and tasks, and commands.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial

from tests.year.almanac import at_work, days, working
from tests.year.cast import END, START, Customer, Part
from tests.year.customers import BROKEN, FORGED, NEWSLETTER, STRANGER, Customers
from tests.year.expected import Role, Way
from tests.year.post import CALLED_OFF, COMES_BACK, OWN, Letter, Mail, way
from tests.year.stage import ZONE, Stage
from tests.year.truth import Truth

TELLS_OF_CALLS = frozenset({"standard", "mauvais-payeurs", "grand-compte"})  # by the others they are left undone
ENDED_BY_A_LETTER = frozenset({"squad", "workflow"})
SAVING, READING, AFTERNOON = time(8, 30), time(10, 30), time(14, 0)


@dataclass(slots=True)
class Colleagues:
    """Everybody in the office."""

    stage: Stage
    truth: Truth
    customers: Customers
    waiting: list[Mail] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    drafts: int = 0
    refused: int = 0
    sending: bool = False
    reading: datetime | None = None
    last: Mail | None = None
    replies: dict[str, Mail] = field(default_factory=dict)

    def take_places(self) -> None:
        """Plans what does not depend on any message."""
        for day in days(START, END):
            if at_work(day):
                self._at(day, SAVING, self._save)
            if at_work(day) and day.weekday() == 2:
                self._at(day, time(12), partial(self._outside, day.day))
        self._at(START, time(8, 15), self._confirm)
        self._at(date(2026, 9, 12), time(11), self._spoil)
        for customer in self.stage.customers:
            self._by_the_day(customer)

    def _by_the_day(self, customer: Customer) -> None:
        due = customer.bills[0].due
        if customer.started is not None:
            self._at(customer.started, time(10), partial(self._start_silence, customer))
        if customer.part is Part.BY_HAND:
            self._at(working(due, 5), AFTERNOON, partial(self._chase, customer))
        if customer.part is Part.REJECTED:
            self._at(working(due, 3), AFTERNOON, partial(self._rejected, customer))
        if customer.part is Part.CLOSED:
            self._at(working(due, 9), AFTERNOON, partial(self._close, customer))

    def _at(self, day: date, at: time, deed: Callable[[], Awaitable[None]]) -> None:
        self.stage.agenda.at(datetime.combine(day, at, ZONE), deed)

    def _after(self, days_later: int, deed: Callable[[], Awaitable[None]]) -> None:
        self._at(working(self.stage.now.date(), days_later), AFTERNOON, deed)

    # --- what they do by themselves ---

    async def _save(self) -> None:
        for bill in self.stage.books.save(self.stage.now):
            self.truth.stopped[bill.key] = "paid"

    async def _spoil(self) -> None:
        self.stage.books.spoil(self.stage.now)

    async def _confirm(self) -> None:
        self.stage.order("confirm")

    async def _outside(self, day: int) -> None:
        """What is nobody's business arrives, too."""
        await self.stage.post(NEWSLETTER if day % 2 else STRANGER)
        if day < 8:
            await self.stage.host.deliver(OWN, BROKEN)
            await self.stage.post(replace(FORGED, answers=self.last))

    async def _start_silence(self, customer: Customer) -> None:
        plan = "silence-en" if customer.language == "en" else "silence"
        self.stage.order("plan", *(bill.key for bill in customer.bills), note=plan)

    async def _chase(self, customer: Customer) -> None:
        """A reminder of one's own, with a mail program."""
        number = customer.bills[0].number
        text = f"Bonjour,\n\nMerci de nous dire quand notre facture {number} sera réglée.\n\nCamille Moreau\n"
        letter = Letter(sender=OWN, to=customer.address(Role.ACCOUNTING), subject=f"Facture {number}", text=text)
        await self.stage.write(letter)

    async def _rejected(self, customer: Customer) -> None:
        self.stage.order("rejected", customer.bills[0].key, note="provision insuffisante", on=self.stage.now.date())

    async def _close(self, customer: Customer) -> None:
        self.truth.stop(customer, "closed")
        self.stage.order("close", *(bill.key for bill in customer.bills))

    # --- what lies in the mailbox ---

    def finds(self, mail: Mail) -> None:
        """A note or task of the daemon lies in the inbox; it is read at the next hour for that."""
        self.waiting.append(mail)
        self.last = mail if mail.numbers else self.last
        self.plan_reading()

    def plan_reading(self) -> None:
        now = self.stage.now
        if self.reading is None or self.reading < now:
            today = at_work(now.date()) and now.time() < AFTERNOON
            day = now.date() if today else working(now.date(), 1)
            self.reading = datetime.combine(day, AFTERNOON if today else READING, ZONE)
            self.stage.agenda.at(self.reading, self._reads)

    async def _reads(self) -> None:
        waiting, self.waiting = self.waiting, []
        for mail in waiting:
            customer = self.truth.of_number.get(mail.numbers[0]) if mail.numbers else None
            if customer is None:
                self._general(mail)
            elif (asked := way(mail)) is not None:
                await self._does(customer, mail, asked)
            else:
                await self._notes(customer, mail)
        await self._sends_drafts()

    def _general(self, mail: Mail) -> None:
        expected = "votre accord|fichier de factures|le point du|brouillons? à relire"
        if not re.search(expected, mail.subject, re.IGNORECASE):
            self.odd.append(f"{mail.at:%Y-%m-%d %H:%M} {mail.subject}: {mail.text[:300]}")

    async def _orders(self, note: Mail, line: str) -> None:
        """An order on the first line of an answer to a note, which goes to the mailbox itself."""
        await self.stage.write(Letter(sender=OWN, to=OWN, text=f"{line}\n", answers=note))

    async def _does(self, customer: Customer, task: Mail, asked: Way) -> None:
        """A task: letters are posted, calls told of where the part says so, the rest written by hand."""
        if asked in {Way.LETTER, Way.REGISTERED}:
            await self._orders(task, f"posté {tracking(customer)}")
            if customer.plan in ENDED_BY_A_LETTER:
                self._after(6, partial(self._comes_back, customer, task))
        elif asked is Way.CALL and customer.part is Part.CALLED:
            await self._orders(task, "appelé, la comptabilité vérifie le dossier")
        elif asked is Way.CALL and customer.part is Part.GIVEN_UP:
            await self._orders(task, "silence")
        elif asked is Way.CALL and customer.plan in TELLS_OF_CALLS:
            await self._orders(task, "appelé, répondeur")
        elif asked is Way.EMAIL:
            await self._chase(customer)
        elif asked in {Way.SMS, Way.TASK, Way.LEGAL}:
            await self._orders(task, "fait")

    async def _comes_back(self, customer: Customer, task: Mail) -> None:
        """The slip of a registered letter, or the letter itself."""
        came = f"reçu {self.stage.now:%d/%m/%Y}"
        await self._orders(task, (came, "non réclamé", "refusé")[int(customer.code[1:]) % 3])

    async def _notes(self, customer: Customer, note: Mail) -> None:
        what = note.subject.split(" - ")[1]
        if "réponse" in what:
            await self._about_reply(customer, note)
        elif "non remis" in what or "parti" in what:
            self.stage.host.behaviour.pop(customer.address(Role.ACCOUNTING), None)
            await self._orders(note, f"contact comptable nouveau@{customer.domain}")
            self.truth.mended[customer.code] = f"nouveau@{customer.domain}"
        elif "à revoir" in what:
            await self._resumes(customer, note)
        elif "déclarer" in what:
            await self._orders(note, "fait")
        elif "ordre non exécuté" in what and "stop tout" in note.text:
            self.refused += 1
        elif COMES_BACK not in what and "brouillon" not in what and not CALLED_OFF.search(what):
            self.odd.append(f"{note.at:%Y-%m-%d %H:%M} {note.subject}: {note.text[:300]}")

    async def _about_reply(self, customer: Customer, note: Mail) -> None:
        """What becomes of an answer; the customer is seen to from here on."""
        day = self.customers.days.get(customer.code)
        if customer.part in {Part.KEEPS, Part.BREAKS} and day is not None:
            self._seen(customer, f"promised for {day}")
            self.truth.promised[customer.code] = day
            await self._orders(note, f"promesse {day:%d/%m/%Y}")
            if customer.part is Part.KEEPS:
                self.customers.at(day, self.customers.pay, customer, hour=7)
        elif customer.part is Part.DISPUTES:
            self._seen(customer, "disputed")
            await self._orders(note, "litige deux luminaires manquants")
            self._after(15, partial(self._resumes, customer, note))
        elif customer.part is Part.DISPUTES_PART:
            self._seen(customer, "disputed")
            await self._orders(note, "litige 50 € un luminaire cassé")
            self._after(4, partial(self._chases_rest, customer, note))
        elif customer.part in {Part.IN_TWO, Part.MISSES}:
            await self._agrees(customer, note)
        elif customer.part is Part.INSOLVENT:
            self._seen(customer, "insolvent")
            await self._orders(note, f"insolvable {self.stage.now:%d/%m/%Y}")
        else:
            await self._writes_back(customer, note)

    async def _agrees(self, customer: Customer, note: Mail) -> None:
        """Two instalments, nine and twenty working days from now."""
        bill, today = customer.bills[0], self.stage.now.date()
        first, last = working(today, 9), working(today, 20)
        half = (bill.amount / 2).quantize(Decimal("0.01"))
        self._seen(customer, "instalments")
        self.truth.instalments[customer.code] = [(first, half), (last, bill.amount - half)]
        amount = f"{half:.2f}".replace(".", ",")
        await self._orders(note, f"échéancier {first:%d/%m/%Y} {amount} €, {last:%d/%m/%Y} reste")
        if customer.part is Part.IN_TWO:
            self.customers.at(first, self.customers.pay, customer, half, hour=7)
            self.customers.at(last, self.customers.pay, customer, hour=7)

    def _seen(self, customer: Customer, why: str) -> None:
        self.truth.seen_to(customer)
        self.truth.stop(customer, why)

    async def _writes_back(self, customer: Customer, note: Mail) -> None:
        """An answer from the shared mailbox: the daemon sees it in Sent; a fortnight later the plan may go on."""
        self._seen(customer, "a colleague has taken it over")
        reply = self.replies.get(customer.code)
        text = "Bonjour,\n\nVoici ce que vous demandiez.\n\nCamille Moreau\n"
        to = reply.sender if reply else customer.address(Role.ACCOUNTING)
        await self.stage.write(Letter(sender=OWN, to=to, text=text, answers=reply or note))
        if customer.part is not Part.ELSEWHERE:
            self._after(10, partial(self._resumes, customer, note))

    async def _resumes(self, customer: Customer, note: Mail) -> None:
        self.truth.go_on(customer)
        await self._orders(note, "reprendre")

    async def _chases_rest(self, customer: Customer, note: Mail) -> None:
        self.truth.go_on(customer)
        self.truth.disputed[customer.bills[0].key] = Decimal(50)
        await self._orders(note, "relancer le solde")

    # --- Drafts ---

    async def _sends_drafts(self) -> None:
        """What waits in Drafts is looked at, changed a little or not, and sent."""
        for draft in await self.stage.lying("Drafts"):
            mail = Mail(draft.raw, self.stage.now)
            self.drafts += 1
            raw = draft.raw if self.drafts % 2 else draft.raw.replace(b"Message-ID: <r.", b"Message-ID: <edited.", 1)
            self.sending = True
            await self.stage.send(raw, OWN, [*mail.addresses("To"), *mail.addresses("Cc")])
            self.sending = False
            await self.stage.colleague.append("Sent", raw, seen=True, at=self.stage.now)
            await self.stage.host.delete(OWN, "Drafts", [draft.uid])


def tracking(customer: Customer) -> str:
    """The number on the slip of a registered letter."""
    return f"1A {customer.code[1:]} 001 002"
