"""The customers: they read what arrives in their mailboxes, and answer, pay, or do not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import ClassVar

from tests.year.almanac import working
from tests.year.cast import Bill, Customer, Part
from tests.year.expected import Role
from tests.year.post import AUTOMATIC, OWN, Letter, Mail
from tests.year.stage import ZONE, Stage
from tests.year.truth import Truth

from relancier.adapters.embedded import BOUNCE

AT_LAST = frozenset({Part.BOUNCES, Part.MOVED, Part.BY_HAND, Part.REJECTED})
LETTING_BE = 75  # days after the last due date at which those who answered pay at last
WORDS = {
    Part.REPLIES: "Nous attendons encore le bon de livraison. Pouvez-vous nous l'envoyer ?",
    Part.ELSEWHERE: "Je reprends ce dossier. À quelle commande cette facture se rapporte-t-elle ?",
    Part.NEW_SUBJECT: "Nous n'avons pas trouvé votre facture {number}. Pouvez-vous nous en envoyer un duplicata ?",
    Part.JUST_BEFORE: "Deux articles ne correspondent pas à notre commande. Qui peut nous répondre ?",
    Part.DISPUTES: "Deux luminaires manquaient à la livraison. Nous contestons cette facture.",
    Part.DISPUTES_PART: "Un luminaire était cassé : nous contestons 50 euros.",
    Part.KEEPS: "Le virement partira le {day:%d/%m/%Y}.",
    Part.IN_TWO: "Pouvons-nous régler cette facture en deux fois ?",
    Part.MISSES: "Pouvons-nous régler cette facture en deux fois ?",
    Part.INSOLVENT: "Notre société a été placée en liquidation judiciaire.",
    Part.BREAKS: "Le virement partira le {day:%d/%m/%Y}.",
}


@dataclass(slots=True)
class Customers:
    """Everybody outside. Whatever they do is entered into the truth at that instant."""

    stage: Stage
    truth: Truth
    random: Random
    read: dict[str, list[Mail]] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    days: dict[str, date] = field(default_factory=dict)

    def take_places(self) -> None:
        """Plans what does not depend on any message."""
        for customer in self.stage.customers:
            last = max(bill.due for bill in customer.bills)
            if customer.part is Part.BOUNCES:
                self.stage.host.behaviour[customer.address(Role.ACCOUNTING)] = BOUNCE
            if customer.part is Part.PAYS_EARLY:
                self.at(last - timedelta(days=self.random.randrange(1, 9)), self.pay, customer)
            elif customer.part in {Part.PAYS, Part.PAYS_PART, Part.SEVERAL, Part.IN_PARTS, Part.ABSENT}:
                self.at(last + timedelta(days=70), self.pay, customer)
            elif customer.part in {*WORDS, *AT_LAST} - {Part.INSOLVENT, Part.IN_TWO}:
                self.at(last + timedelta(days=LETTING_BE), self.pay, customer)

    def at(self, day: date, deed: Callable[..., None], *words: object, hour: int = 11) -> None:
        async def do() -> None:
            deed(*words)

        self.stage.agenda.at(datetime.combine(day, time(hour), ZONE), do)

    # --- what arrives ---

    async def reads(self, customer: Customer, mail: Mail) -> None:
        """A message of ours lies in a customer's mailbox."""
        await self._others(customer, mail)
        mails = self.read.setdefault(customer.code, [])
        mails.append(mail)
        late = sum(one.at.astimezone(ZONE).date() > customer.bills[0].due for one in mails)
        reaction = self._REACTIONS.get(customer.part)
        if reaction is not None:
            reaction(self, customer, mail, late)

    async def _others(self, customer: Customer, mail: Mail) -> None:
        """Who answers just before its own reminder, does so when another's of the same morning arrives."""
        today, due = mail.at.astimezone(ZONE).date(), customer.bills[0].due
        for one in self.stage.customers:
            if one.part is Part.JUST_BEFORE and one.bills[0].due == due and today > due and self._once(one):
                await self._answer(one, self.read.get(one.code, [None])[0])

    def _once(self, customer: Customer) -> bool:
        new = customer.code not in self.done
        self.done.add(customer.code)
        return new

    def _later(self, hours: int, deed: Callable[[], object]) -> None:
        async def do() -> None:
            given = deed()
            if hasattr(given, "__await__"):
                await given

        self.stage.agenda.at(self.stage.now + timedelta(hours=hours), do)

    def _answers(self, customer: Customer, mail: Mail, late: int) -> None:
        if late > 0 and self._once(customer):
            self._later(self.random.choice((1, 3, 5, 30)), partial(self._answer, customer, mail))

    def _machine(self, customer: Customer, mail: Mail, _late: int) -> None:
        words = "Je suis en congé et lirai votre message à mon retour."
        self._later(0, partial(self._automatic, customer, mail, words))

    def _moves(self, customer: Customer, mail: Mail, late: int) -> None:
        if late > 0 and self._once(customer):
            words = f"Je ne travaille plus dans cette société. Merci d'écrire désormais à nouveau@{customer.domain}."
            self._later(0, partial(self._automatic, customer, mail, words))

    def _pays(self, customer: Customer, _mail: Mail, late: int) -> None:
        if late >= 1 + int(customer.code[1:]) % 3 and self._once(customer):
            self.at(self._today() + timedelta(days=self.random.randrange(1, 4)), self.pay, customer)

    def _pays_part(self, customer: Customer, _mail: Mail, late: int) -> None:
        bill, today = customer.bills[0], self._today()
        if late == 1 and self._once(customer):
            part = (bill.amount * Decimal("0.4")).quantize(Decimal("0.01"))
            self.at(today + timedelta(days=1), self.pay, customer, part)
        elif late == 2:
            self.at(today + timedelta(days=2), self.pay, customer)

    _REACTIONS: ClassVar = {
        Part.ABSENT: _machine,
        Part.MOVED: _moves,
        Part.PAYS: _pays,
        Part.PAYS_PART: _pays_part,
        **dict.fromkeys(set(WORDS) - {Part.JUST_BEFORE}, _answers),
    }

    # --- what they do ---

    def _today(self) -> date:
        return self.stage.now.date()

    async def _answer(self, customer: Customer, mail: Mail | None) -> None:
        """A person writes: to the message, from another address, or a new one."""
        if customer.part in {Part.KEEPS, Part.BREAKS}:
            self.days[customer.code] = working(self._today(), 6)
        told = {"number": customer.bills[0].number, "day": self.days.get(customer.code, self._today())}
        text = f"Bonjour,\n\n{WORDS[customer.part].format(**told)}\n\nBien à vous\n"
        sender = (
            f"jean.petit@{customer.domain}" if customer.part is Part.ELSEWHERE else customer.address(Role.ACCOUNTING)
        )
        anew = customer.part is Part.NEW_SUBJECT or mail is None
        subject = f"Votre facture {customer.bills[0].number}" if anew else ""
        letter = Letter(sender=sender, text=text, subject=subject, answers=None if anew else mail)
        sent = await self.stage.post(letter)
        self.truth.answered(customer, sent.id)
        self.truth.told(self.stage.now, f"{customer.name} answers")

    async def _automatic(self, customer: Customer, mail: Mail, words: str) -> None:
        letter = Letter(
            sender=customer.address(Role.ACCOUNTING),
            text=f"Bonjour,\n\n{words}\n",
            subject=f"Réponse automatique : {mail.subject}",
            answers=mail,
            headers=AUTOMATIC,
        )
        await self.stage.post(letter)
        self.truth.told(self.stage.now, f"a machine of {customer.name} answers")

    def pay(self, customer: Customer, amount: Decimal | None = None) -> None:
        for bill in self._owed(customer):
            self.stage.books.receive(bill, amount)
            self.truth.told(self.stage.now, f"{customer.name} pays {bill.number}")

    def _owed(self, customer: Customer) -> list[Bill]:
        return [bill for bill in customer.bills if self.stage.books.due(bill) > 0]


NEWSLETTER = Letter(
    sender="lettre@salon-eclairage.example",
    subject="La lettre du salon",
    text="Le salon ouvre ses portes.",
    headers={"List-Unsubscribe": "<mailto:stop@salon-eclairage.example>", "List-Id": "<lettre.salon.example>"},
)
STRANGER = Letter(sender="hugo.blanc@ailleurs.example", subject="Demande de devis", text="Faites-vous des guirlandes ?")
FORGED = Letter(sender=OWN, subject="Re: stop", text="stop tout\n", outside=True)
BROKEN = b"From: =?utf-8?q?=ff\r\nSubject: =?x?b?====\r\nContent-Type: multipart/mixed\r\n\r\n\xff\xfe\x00--\r\n"
