"""The players: customers who read what arrives in their mailboxes, an accountant, a colleague, strangers.

They use what people use: their mailboxes, the invoice file, the shared mailbox by IMAP, the daemon's commands. Nothing
here calls into the daemon.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import ClassVar, Protocol

from relancier.adapters.embedded import BOUNCE, EmbeddedHost, Stored
from relancier.core.workdays import Calendar
from relancier.demo import papers
from relancier.demo.agenda import Agenda
from relancier.demo.cast import Actor, Part, Scenario
from relancier.demo.letters import AUTOMATIC, Letter, opened, written
from relancier.demo.lines import shortened
from relancier.demo.office import OWN, Ledger
from relancier.ports import Mailbox

AT_THE_BANK = time(8, 20)
MORNING = time(8, 30)
OFFICE = time(10, 0)
AFTERNOON = time(16, 0)
ENTERED_AFTER = 2  # working days until the invoice file says what the statement told
ORDERS = {"appel": "appelé, sans réponse", "lettre recommandée avec avis de réception": "posté 1A 204 331 7755 2"}
NEWSLETTER = Letter(
    "Salon de l'éclairage <lettre@salon-eclairage.example>",
    "Le salon ouvre ses portes en mai.",
    "La lettre du salon",
    headers={
        "List-Unsubscribe": "<mailto:stop@salon-eclairage.example>",
        "List-Id": "<lettre.salon-eclairage.example>",
    },
)
STRANGER = Letter(
    "Hugo Blanc <hugo.blanc@ailleurs.example>", "Bonjour, faites-vous aussi les guirlandes ?", "Demande de devis"
)


Reaction = Callable[["Players", Actor, bytes, int], None]


class Command(Protocol):
    """A command of the daemon, as a colleague types it."""

    def __call__(
        self, word: str, cases: tuple[str, ...] = (), *, on: date | None = None, note: str = ""
    ) -> Awaitable[None]: ...


@dataclass(slots=True)
class Players:
    """Everybody but the daemon. `tell` shows what they do."""

    scenario: Scenario
    actors: tuple[Actor, ...]
    host: EmbeddedHost
    ledger: Ledger
    agenda: Agenda
    calendar: Calendar
    mailbox: Mailbox
    command: Command
    tell: Callable[[datetime, str], None]
    _letters: "count[int]" = field(default_factory=lambda: count(1))
    _answered: set[Part] = field(default_factory=set)
    _first: dict[str, bytes] = field(default_factory=dict)
    _seen: int = 0

    def take_places(self) -> None:
        """Plans what does not depend on any message."""
        days = [
            self.scenario.start + timedelta(days=day) for day in range((self.scenario.end - self.scenario.start).days)
        ]
        for day in days:
            if self.calendar.is_working(day):
                self.agenda.at(self._instant(day, MORNING), self._save_books)
                self.agenda.at(self._instant(day, AFTERNOON), self._work)
        self.agenda.at(self._instant(self.scenario.start, time(8, 15)), self._confirm)
        self._arrives(self._instant(days[3], OFFICE), NEWSLETTER, "a newsletter arrives")
        self._arrives(self._instant(days[4], OFFICE), STRANGER, "a stranger asks for an offer")
        for actor in self.actors:
            if actor.part is Part.BOUNCES:
                self.host.behaviour[actor.accounting] = BOUNCE
            if actor.part is Part.MAILED:
                issued = self._instant(actor.bills[0].issued, AFTERNOON)
                self.agenda.at(issued, partial(self._mails_invoice, actor))
        self.host.on_delivered = self.delivered

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.calendar.zone)

    def _next_working(self, at: time) -> datetime:
        today = self.calendar.local_day(self.agenda.now)
        return self._instant(self.calendar.add_working_days(today, 1), at)

    # --- what arrives ---

    async def delivered(self, address: str, raw: bytes) -> None:
        """Somebody's mailbox has received a message from the daemon."""
        await self._cue(address)
        actor = next((one for one in self.actors if one.accounting == address), None)
        if actor is None:
            return
        self._first.setdefault(address, raw)
        reaction = self._REACTIONS.get(actor.part)
        if reaction is not None:
            reaction(self, actor, raw, (self.calendar.local_day(self.agenda.now) - actor.due).days)

    async def _cue(self, address: str) -> None:
        """Who answers just before its reminder does so while the reminder of another customer is on its way."""
        actor = next(one for one in self.actors if one.part is Part.ANSWERS)
        others = {one.accounting for one in self.actors if one.due == actor.due and one is not actor}
        late = self.calendar.local_day(self.agenda.now) > actor.due
        if address not in others or not late or actor.part in self._answered:
            return
        self._answered.add(actor.part)
        letter = Letter(
            actor.accounting,
            "Bonjour,\n\nNous attendons encore le bon de livraison. Pouvez-vous nous l'envoyer ?\n",
            subject=f"Facture {actor.bills[0].number}",
            answers=self._first.get(actor.accounting, b""),
        )
        await self._send(letter, f"{actor.house.name} writes while this morning's reminders are leaving")

    def _absent(self, actor: Actor, raw: bytes, days_late: int) -> None:
        if days_late >= 10:
            self._pay(actor, "is back from leave and pays")
            return
        subject = f"Absence : {opened(raw)['Subject']}"
        text = "Bonjour,\n\nJe suis absente et lirai votre message à mon retour.\n"
        letter = Letter(actor.accounting, text, subject, answers=raw, headers=AUTOMATIC)
        soon = self.agenda.now + timedelta(minutes=1)
        self._arrives(soon, letter, f"{actor.house.name} is out of office: its mail program answers")

    def _pays(self, actor: Actor, _raw: bytes, days_late: int) -> None:
        if days_late > 0:
            self._pay(actor, "pays by transfer")

    def _pays_at_the_bank(self, actor: Actor, _raw: bytes, days_late: int) -> None:
        if days_late > 0 and self._once(actor):
            self.agenda.at(self.agenda.now + timedelta(days=1), partial(self._transfers, actor))

    def _pays_four(self, actor: Actor, _raw: bytes, days_late: int) -> None:
        if days_late >= 10:
            self._pay(actor, "pays all four invoices")

    def _disputes(self, actor: Actor, raw: bytes, days_late: int) -> None:
        if days_late <= 0 or not self._once(actor):
            return
        text = "Bonjour,\n\nDeux luminaires manquaient à la livraison. Nous contestons cette facture.\n"
        self._replies(actor, raw, text, "disputes the invoice")
        deed = partial(self._orders, "dispute", actor, note="two lamps were missing")
        self.agenda.at(self._next_working(OFFICE), deed)

    def _promises(self, actor: Actor, raw: bytes, days_late: int) -> None:
        if days_late <= 0 or not self._once(actor):
            return
        day = self.calendar.add_working_days(self.calendar.local_day(self.agenda.now), 6)
        text = f"Bonjour,\n\nLe virement partira le {day:%d/%m/%Y}.\n"
        self._replies(actor, raw, text, f"promises to pay on {day:%d %b}")
        self.agenda.at(self._next_working(OFFICE), partial(self._orders, "promise", actor, on=day))

    def _asks(self, actor: Actor, raw: bytes, days_late: int) -> None:
        if days_late < 10 or not self._once(actor):
            return
        text = "Bonjour,\n\nÀ quelle commande cette facture se rapporte-t-elle ?\n"
        reply = self._replies(actor, raw, text, "asks a question")
        answer = Letter(OWN, "Bonjour,\n\nÀ celle du mois dernier.\n\nCamille Moreau\n", to=actor.accounting)
        self.agenda.at(self._next_working(time(11, 0)), partial(self._colleague_answers, actor, reply, answer))

    _REACTIONS: ClassVar[Mapping[Part, Reaction]] = {
        Part.ABSENT: _absent,
        Part.PAYS: _pays,
        Part.FOUR: _pays_four,
        Part.DISPUTES: _disputes,
        Part.PROMISES: _promises,
        Part.ASKS: _asks,
        Part.MAILED: _pays_at_the_bank,
    }

    # --- what they do ---

    def _once(self, actor: Actor) -> bool:
        new = actor.part not in self._answered
        self._answered.add(actor.part)
        return new

    def _replies(self, actor: Actor, raw: bytes, text: str, deed: str) -> bytes:
        """Plans an answer some hours later; gives it, so that a colleague can answer it."""
        at = self.agenda.now + timedelta(hours=3)
        letter = written(Letter(actor.accounting, text, answers=raw), self._local(at), next(self._letters))
        self.agenda.at(at, partial(self._put, letter, f"{actor.house.name} {deed}"))
        return letter

    def _arrives(self, at: datetime, letter: Letter, deed: str) -> None:
        self.agenda.at(at, partial(self._send, letter, deed))

    async def _send(self, letter: Letter, deed: str) -> None:
        await self._put(written(letter, self._local(self.agenda.now), next(self._letters)), deed)

    async def _put(self, raw: bytes, deed: str) -> None:
        self.tell(self.agenda.now, deed)
        await self.host.deliver(OWN, raw)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.calendar.zone)

    def _pay(self, actor: Actor, deed: str) -> None:
        if self._once(actor):
            self.agenda.at(self.agenda.now + timedelta(days=1), partial(self._transfer, actor, deed))

    async def _transfer(self, actor: Actor, deed: str) -> None:
        self.tell(self.agenda.now, f"{actor.house.name} {deed}")
        self.ledger.receive(actor.bills)

    async def _transfers(self, actor: Actor) -> None:
        self.tell(self.agenda.now, f"{actor.house.name} pays by transfer")
        day = self.calendar.local_day(self.agenda.now)
        self.agenda.at(self._next_working(AT_THE_BANK), partial(self._mails_statement, actor, day))

    async def _mails_invoice(self, actor: Actor) -> None:
        """As always: from the shared mailbox, the invoice attached; nobody tells the daemon."""
        bill = actor.bills[0]
        self.tell(self.agenda.now, f"a colleague mails {actor.house.name} its invoice {bill.number}, a Factur-X file")
        text = "Bonjour,\n\nVeuillez trouver notre facture ci-jointe.\n\nCamille Moreau\n"
        file = (f"{bill.number}.pdf", papers.invoice(actor, bill))
        letter = Letter(OWN, text, f"Facture {bill.number}", actor.accounting, file=file)
        raw = written(letter, self._local(self.agenda.now), next(self._letters))
        await self.host.deliver(actor.accounting, raw)
        await self.mailbox.append("Sent", raw, seen=True, at=self.agenda.now)
        self.agenda.at(self._next_working(AT_THE_BANK), partial(self._lists, actor))

    async def _lists(self, actor: Actor) -> None:
        self.ledger.unlisted -= {*actor.cases}

    async def _mails_statement(self, actor: Actor, day: date) -> None:
        self.tell(self.agenda.now, "a colleague mails the bank's statement to the shared mailbox")
        file = ("releve.xml", papers.statement(actor, actor.bills[0], day))
        letter = Letter(OWN, "Relevé de la semaine.\n", "Relevé de compte", file=file)
        raw = written(letter, self._local(self.agenda.now), next(self._letters))
        await self.host.deliver(OWN, raw)
        await self.mailbox.append("Sent", raw, seen=True, at=self.agenda.now)
        entered = self.calendar.add_working_days(self.calendar.local_day(self.agenda.now), ENTERED_AFTER)
        self.agenda.at(self._instant(entered, AT_THE_BANK), partial(self._enters, actor))

    async def _enters(self, actor: Actor) -> None:
        self.ledger.receive(actor.bills)

    async def _save_books(self) -> None:
        entered = self.ledger.save(self.agenda.now)
        if entered:
            numbers = shortened(bill.number for bill in entered)
            self.tell(self.agenda.now, f"the accountant enters into the invoice file what was paid: {numbers}")

    async def _work(self) -> None:
        """A colleague does what lies in the shared mailbox: calls and posts, says so by mail, sends the drafts."""
        inbox = [one for one in await self.host.messages(OWN) if one.uid > self._seen]
        self._seen = max((one.uid for one in inbox), default=self._seen)
        for one in inbox:
            message = opened(one.raw)
            order = ORDERS.get(str(message["Subject"]).partition(" - ")[2].partition(" - ")[0])
            if order and message["X-Relancier-Id"]:
                await self._answers_task(one.raw, order)
        for draft in await self.host.messages(OWN, "Drafts"):
            await self._sends(draft)

    async def _answers_task(self, task: bytes, order: str) -> None:
        number = str(opened(task)["Subject"]).partition(" - ")[0]
        self.tell(self.agenda.now, f"a colleague answers the task about {number}: {order}")
        letter = Letter(OWN, f"{order}\n", answers=task)
        raw = written(letter, self._local(self.agenda.now), next(self._letters))
        await self.mailbox.append("Sent", raw, seen=True, at=self.agenda.now)

    async def _sends(self, draft: Stored) -> None:
        """As a mail program does: the message leaves, stands in Sent, and is no draft any more."""
        message = opened(draft.raw)
        self.tell(self.agenda.now, f"a colleague reads the draft {message['Subject']} and sends it")
        for address in (one.strip() for one in f"{message['To']}".split(",")):
            await self.host.deliver(address, draft.raw)
        await self.mailbox.append("Sent", draft.raw, seen=True, at=self.agenda.now)
        await self.host.delete(OWN, "Drafts", [draft.uid])

    async def _confirm(self) -> None:
        self.tell(self.agenda.now, "a colleague looks at the forecast: relancier confirm")
        await self.command("confirm")

    async def _orders(self, word: str, actor: Actor, *, on: date | None = None, note: str = "") -> None:
        option = f" --on {on.isoformat()}" if on else ""
        self.tell(self.agenda.now, f"a colleague orders: relancier {word} {actor.bills[0].number}{option}")
        await self.command(word, actor.cases, on=on, note=note)

    async def _colleague_answers(self, actor: Actor, reply: bytes, letter: Letter) -> None:
        """From the shared mailbox, with a mail program: the answer lies in Sent, nobody tells the daemon."""
        self.tell(self.agenda.now, f"a colleague answers {actor.house.name} from the shared mailbox")
        now = self._local(self.agenda.now)
        raw = written(Letter(letter.sender, letter.text, to=letter.to, answers=reply), now, next(self._letters))
        await self.host.deliver(actor.accounting, raw)
        await self.mailbox.append("Sent", raw, seen=True, at=self.agenda.now)
