"""An entry into bytes: fields, words, attachments, envelope (house law 3). Nothing is sent or written here."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from relancier.core.case import IN_STORE, Case
from relancier.core.extra import step_of
from relancier.core.money import Money
from relancier.core.outbox import ABOUT, Entry, Sort
from relancier.core.parcel import Parcel, Taken, parcels
from relancier.core.plan import Channel
from relancier.core.reading.hints import Hint, HintKind
from relancier.core.reading.mail import Draft, Envelope
from relancier.core.reading.token import mark
from relancier.core.schedule import World
from relancier.core.writing.compose import Forbidden, compose, redirected
from relancier.ports import Codes, Library, Printer, RenderFailed, Store
from relancier.work.einvoices.offers import OFFER, offer_fields
from relancier.work.inbox.asking import choice_fields, message_fields
from relancier.work.records import MESSAGE, STEP, THREAD
from relancier.work.setup import Setup
from relancier.work.writing.attached import Files, invoices, kept_bytes, showing, transfer_code, with_code
from relancier.work.writing.letters import enclosed
from relancier.work.writing.telling import Fields, Telling, named_cases
from relancier.work.writing.texting import addressed, texted
from relancier.work.writing.words import company_fields, fields

NUMBERS = frozenset({"count"})
LEFT = "note-left"
LISTS = frozenset({"lines"})
DATES = frozenset({"since", "until", "known_to", "payment_on", "stopped_on"})
SUMS = frozenset({"payment", "before"})
NOT_SAID = frozenset({ABOUT, MESSAGE, STEP, OFFER, THREAD})  # facts that are no field of a template


@dataclass(frozen=True, slots=True)
class Rendered:
    """Bytes ready for DATA, to whom they go, and the fingerprint of the day and amounts they speak of.

    `proof`: the plan wants a report of the delivery too. `letter` is the page that a task asks to be posted.
    """

    raw: bytes
    to: tuple[str, ...]
    cc: tuple[str, ...]
    fingerprint: str
    proof: bool = False
    letter: bytes = b""


@dataclass(frozen=True, slots=True)
class Renderer:
    """Turns entries into messages; `read_file` reads an invoice's PDF, `printer` makes a task's letter.

    `codes` draws what a banking app reads.
    """

    store: Store
    library: Library
    setup: Callable[[], Setup]
    read_file: Callable[[str], bytes]
    printer: Printer | None = None
    codes: Codes | None = None

    def parcel(self, entry: Entry) -> Parcel | None:
        """The parcel that an entry stands for, from the cases and plans as they are now; None if it is out of date."""
        taken = [self._taken(one.case, one.step) for one in entry.carries]
        if not all(taken):
            return None
        made = addressed(parcels([one for one in taken if one is not None]), self.setup())
        if len(made) != 1:
            return None
        given = entry.sort is Sort.TASK and made[0].approval  # there was no Drafts folder to put it into
        return replace(made[0], sort=Sort.TASK, channel=Channel.TASK, approval=False) if given else made[0]

    def _taken(self, key: str, step_id: str) -> Taken | None:
        case = self.store.case(key)
        plan = self.setup().plans.get(case.plan) if case else None
        if case is None or plan is None:
            return None
        step = step_of(plan, step_id)
        return Taken(case, plan, step) if step else None

    def telling(self, parcel: Parcel, world: World) -> Telling:
        siblings = self.store.of_customer(parcel.customer.id)
        return Telling(parcel, siblings, world, self.setup(), self.store)

    def fingerprint(self, telling: Telling) -> str:
        """What must not change between rendering and sending: the day, what is due, and whether it is a rehearsal."""
        due = "|".join(f"{case.key}={case.amount_due}-{case.disputed}" for case in named_cases(telling))
        facts = f"{telling.today.isoformat()}|{telling.setup.config.sending.redirect_to}|{due}"
        return hashlib.sha256(facts.encode()).hexdigest()

    def reminder(self, entry: Entry, telling: Telling) -> Rendered:
        """The message to the customer. Raises RenderFailed."""
        draft = replace(self.words(telling), language=telling.language)
        if telling.parcel.channel is Channel.SMS:
            draft = replace(texted(draft), language=telling.language)
        envelope = self._envelope(entry, telling)
        rehearse = telling.setup.config.sending.redirect_to
        if rehearse:
            draft, envelope = redirected(draft, replace(envelope, marks=()), rehearse)  # no step is taken by it
        proof = any(one.step.proof for one in telling.parcel.carries)
        return Rendered(_bytes(draft, envelope), envelope.to, envelope.cc, self.fingerprint(telling), proof)

    def words(self, telling: Telling) -> Draft:
        """What a reminder says, and what goes along with it. Raises RenderFailed."""
        template = telling.parcel.template
        files = self._files(named_cases(telling), telling)
        told = files.told_in(fields(telling))
        code = transfer_code(template, told, self.codes)
        draft = self.library.render(template, telling.language, with_code(told, code))
        return showing(replace(draft, attachments=files.files), code)

    def task(self, entry: Entry, telling: Telling) -> Rendered:
        """The message to the colleague whose step it is. Raises RenderFailed."""
        cases = named_cases(telling)
        letter = enclosed(telling, self.library, self.printer)
        told = {**fields(telling), **choice_fields(entry, {}, (), cases, telling.setup), **letter.told}
        script = "call" if telling.parcel.channel is Channel.CALL else "task"
        draft = self.library.render(script, telling.language, told)
        files = (*letter.files, *self._files(cases, telling).files)
        draft = replace(draft, attachments=files, language=telling.language)
        envelope = replace(self._internal(entry, telling.world.now), to=entry.to or (self._own,))
        page = letter.files[0].content if letter.files else b""
        return Rendered(_bytes(draft, envelope), entry.to, (), self.fingerprint(telling), letter=page)

    def note(self, entry: Entry, now: datetime) -> bytes:
        """A message to the team in the mailbox. Raises RenderFailed."""
        language = self.setup().config.company.language
        setup = self.setup()
        facts = {name: _fact(name, text) for name, text in entry.facts if name not in NOT_SAID}
        cases = self._cases(entry)
        said, hints = message_fields(entry, self.store, setup)
        told = {**company_fields(setup), **self._about(cases, now), **said, **facts}
        told |= offer_fields(entry, self.store, setup)
        told |= choice_fields(entry, told, (*hints, *_instead(entry)), cases, setup)
        draft = self.library.render(entry.template, language, told)
        thread = tuple(value for name, value in entry.facts if name == THREAD)
        return _bytes(replace(draft, language=language), replace(self._internal(entry, now), thread=thread))

    def _cases(self, entry: Entry) -> list[Case]:
        """The cases that a note is about."""
        keys = dict(entry.facts).get(ABOUT, "").split("\n")
        return [case for case in self.store.cases(keys) if case.plan in self.setup().plans]

    def _about(self, cases: Sequence[Case], now: datetime) -> Fields:
        """Their fields, as they are now."""
        if not cases:
            return {}
        plans = self.setup().plans
        taken = tuple(Taken(case, plans[case.plan], plans[case.plan].steps[0]) for case in cases)
        parcel = Parcel(sort=Sort.NOTE, channel=Channel.TASK, carries=taken)
        return fields(self.telling(parcel, self.setup().world(now, now)))

    @property
    def _own(self) -> str:
        return self.setup().config.mailbox.address

    def _internal(self, entry: Entry, now: datetime) -> Envelope:
        return Envelope(
            message_id=entry.message_id,
            token=entry.token,
            from_name="Relancier",
            from_address=self._own,
            to=(self._own,),
            date=now.astimezone(self.setup().calendar.zone),
        )

    def _envelope(self, entry: Entry, telling: Telling) -> Envelope:
        signer = telling.setup.config.signer(telling.parcel.signer)
        return replace(
            self._internal(entry, telling.world.now),
            from_name=signer.name,
            to=entry.to,
            cc=entry.cc,
            thread=_thread(telling),
            marks=tuple(mark(telling.setup.key, entry.token, one.case, one.step) for one in entry.carries),
            auto_submitted=telling.setup.config.sending.auto_submitted and not entry.approval,
        )

    def _files(self, cases: Sequence[Case], telling: Telling) -> Files:
        """The invoices' own files, where a step sends them along."""
        wanted = any(one.step.attach for one in telling.parcel.carries)
        most = telling.setup.config.sending.max_attached
        return invoices(cases, self.read, most) if wanted else Files()

    def read(self, path: str) -> bytes:
        """The bytes of a file, or those kept in the store. Raises OSError."""
        return kept_bytes(path, self.store) if path.startswith(IN_STORE) else self.read_file(path)


def _thread(telling: Telling) -> tuple[str, ...]:
    """The mail of the leading case, oldest first; that of the other cases before it, so that answers find all.

    What was written to a contact who has been replaced since is left out.
    """
    others = [one.case for one in telling.parcel.carries if one.case.key != telling.lead.case.key]
    ids = [name for case in [*others, telling.lead.case] for name in case.thread[case.thread_from :]]
    return tuple(dict.fromkeys(ids))


def _instead(entry: Entry) -> Iterator[Hint]:
    """Whom an auto-reply names instead of somebody who has left: the first one is offered as the new contact."""
    if entry.template == LEFT:
        named = dict(entry.facts).get("lines", "").split("\n")
        yield Hint(HintKind.WRONG_CONTACT, "", address=named[0])


def _fact(name: str, text: str) -> object:
    if name in NUMBERS:
        return int(text)
    if name in DATES:
        return date.fromisoformat(text)
    if name in SUMS:
        amount, _, currency = text.partition(" ")
        return Money(Decimal(amount), currency)
    return tuple(text.split("\n")) if name in LISTS else text


def _bytes(draft: Draft, envelope: Envelope) -> bytes:
    try:
        return compose(draft, envelope)
    except Forbidden as error:
        raise RenderFailed(str(error)) from error
