"""The fields of a message from its cases: what templates may say, nothing else (the list is core/fields).

Everything is worked out at the moment of sending: amounts, interest, deadline, what follows in the plan.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from relancier.core.case import Case, Contact, Event, How, Kind
from relancier.core.money import Interest, Money, Terms, late_interest, recovery_charge
from relancier.core.outbox import Sort
from relancier.core.parcel import Parcel, Taken, recipients
from relancier.core.plan import Base, Channel, Plan, Step, When
from relancier.core.recorded import unanswered
from relancier.core.schedule import Near, World, obstacle, payments_known
from relancier.core.steps import ONE_OFF, last_word_theirs
from relancier.ports import Store
from relancier.work.setup import Setup

Fields = dict[str, object]
NAMES_PENALTIES = frozenset({"reminder-2", "reminder-3"})
FOLLOWS = {
    Channel.CALL: "call",
    Channel.EMAIL: "reminder",
    Channel.SMS: "reminder",
    Channel.LETTER: "letter",
    Channel.REGISTERED_LETTER: "letter",
    Channel.LEGAL: "legal",
}
# How a person is addressed by the civility that stands before the name in the books; unknown ones are not guessed.
CIVILITIES = {
    "fr": {"M.": "Monsieur", "Mr": "Monsieur", "Mme": "Madame", "Mrs": "Madame", "Ms": "Madame", "Me": "Maître"},
    "en": {"M.": "Mr", "Monsieur": "Mr", "Mme": "Ms", "Madame": "Ms", "Mr": "Mr", "Mrs": "Mrs", "Ms": "Ms"},
}
SPELT_OUT = frozenset({"Monsieur", "Madame", "Maître", "Dr"})
HISTORY = 12
DATED = frozenset({Kind.PROMISED, Kind.PAUSED, Kind.PAID, Kind.PLAN_CHOSEN, Kind.CALLED, Kind.POSTED, Kind.LETTER})
SILENT = frozenset({Kind.QUEUED, Kind.CHANGED, Kind.STEP_SKIPPED, Kind.SEND_FAILED, Kind.SETTLED})


@dataclass(frozen=True, slots=True)
class Telling:
    """A parcel about to be put into words, with all the cases of its customer and what is known now."""

    parcel: Parcel
    siblings: Sequence[Case]
    world: World
    setup: Setup
    store: Store

    @property
    def today(self) -> date:
        return self.world.today

    @property
    def lead(self) -> Taken:
        return self.parcel.lead

    @property
    def language(self) -> str:
        wanted = self.parcel.language if self.parcel.sort is Sort.REMINDER else ""
        return self.setup.language(wanted)


def fields(telling: Telling) -> Fields:
    """Everything a message about these cases may say."""
    named = named_cases(telling)
    rows = [_row(case, telling) for case in named]
    return {
        **rows[0],
        "numbers": ", ".join(dict.fromkeys(case.invoice.number for case in named)),
        "several": len(rows) > 1,
        "invoices": tuple(rows),
        "upcoming": tuple(_row(case, telling) for case in _upcoming(telling, named)),
        "total_due": Money(sum((case.asked for case in named), Decimal(0)), named[0].invoice.currency),
        "disputed": _sum(rows, "disputed"),
        "payment_url": named[0].invoice.payment_url if len(named) == 1 else None,
        "has_pdf": all(case.invoice.pdf for case in named),
        **_company(telling),
        **_customer(telling),
        **_course(telling, named),
        **_consequences(rows, telling),
        **(_task(telling) if telling.parcel.sort is Sort.TASK else {}),
        **({"history": tuple(_history(telling))} if telling.parcel.sort is not Sort.REMINDER else {}),
    }


def named_cases(telling: Telling) -> list[Case]:
    """The cases whose invoices the message names: those carried, then the customer's other overdue ones."""
    carried = sorted((one.case for one in telling.parcel.carries), key=lambda case: case.invoice.due)
    if telling.parcel.sort is not Sort.REMINDER or not _reminds(telling):
        return carried
    keys = {case.key for case in carried}
    others = [case for case in telling.siblings if case.key not in keys and _may_be_named(case, telling)]
    return [*carried, *sorted(others, key=lambda case: case.invoice.due)]


def _reminds(telling: Telling) -> bool:
    return all(one.case.invoice.due < telling.today for one in telling.parcel.carries)


def _open(case: Case, world: World) -> bool:
    """Whether it may be written about: by the rules of a reminder of its own, and no other message carries it."""
    return obstacle(case, world, Near()) is None and not case.in_flight


def _may_be_named(case: Case, telling: Telling) -> bool:
    currency = telling.lead.case.invoice.currency
    late = case.invoice.due < telling.today and case.invoice.currency == currency and not last_word_theirs(case)
    return late and _open(case, telling.world) and payments_known(case, telling.world)


def _upcoming(telling: Telling, named: Sequence[Case]) -> list[Case]:
    """Invoices not yet due, shown apart and only beside a reminder."""
    if not _reminds(telling):
        return []
    keys = {case.key for case in named}
    later = [case for case in telling.siblings if case.key not in keys and case.invoice.due >= telling.today]
    return sorted((case for case in later if _open(case, telling.world)), key=lambda case: case.invoice.due)


def _row(case: Case, telling: Telling) -> Fields:
    invoice, currency = case.invoice, case.invoice.currency
    reached = _reached_penalties(case, telling)
    interest = _interest(case, telling) if reached else None
    charge = recovery_charge([invoice.number], _terms(case, telling.setup)) if reached else Decimal(0)
    return {
        "number": invoice.number,
        "part": _part(case, telling.siblings),
        "issued": invoice.issued,
        "due": invoice.due,
        "amount": Money(invoice.amount, currency),
        "amount_due": Money(case.asked, currency),
        "disputed": Money(case.disputed, currency) if case.disputed else None,
        "purpose": invoice.purpose,
        "days_late": (telling.today - invoice.due).days,
        "consequences": reached,
        "interest": Money(interest.amount, currency) if interest and not interest.estimated else None,
        "charge": Money(charge, currency) if charge else None,
    }


def _part(case: Case, siblings: Iterable[Case]) -> str | None:
    """Which part of an invoice due in parts: 2/3."""
    dues = sorted({other.invoice.due for other in siblings if other.invoice.number == case.invoice.number})
    return f"{dues.index(case.invoice.due) + 1}/{len(dues)}" if len(dues) > 1 and case.invoice.due in dues else None


def _reached_penalties(case: Case, telling: Telling) -> bool:
    """Whether this invoice's own plan has come to naming penalties; never to a consumer, nor with a part in dispute."""
    plan = telling.setup.plans.get(case.plan)
    if plan is None or case.disputed or not case.invoice.customer.professional or case.invoice.due >= telling.today:
        return False
    carried = [one.step for one in telling.parcel.carries if one.case.key == case.key]
    if any(step.id == ONE_OFF for step in carried):
        return any(_names_penalties(step) and _past(step, case, telling.today) for step in plan.steps)
    done = [plan.step(done.step) for done in case.done if done.how is not How.SKIPPED]
    return any(step is not None and _names_penalties(step) for step in [*carried, *done])


def _names_penalties(step: Step) -> bool:
    return step.template in NAMES_PENALTIES


def _past(step: Step, case: Case, today: date) -> bool:
    return step.moment.base is Base.DUE and case.invoice.due + step.moment.offset <= today


def _terms(case: Case, setup: Setup) -> Terms:
    late = setup.config.late_interest
    customer = case.invoice.customer
    return Terms(
        contract=late.rate,
        professional=customer.professional,
        public=customer.sector == "public",
        recovery_charge=late.recovery_charge,
    )


def _interest(case: Case, telling: Telling) -> Interest:
    terms = _terms(case, telling.setup)
    return late_interest(case.amount_due, case.invoice.due, telling.today, telling.setup.rates, terms=terms)


def _consequences(rows: Sequence[Fields], telling: Telling) -> Fields:
    reached = [row for row in rows if row["consequences"]]
    interest, charge = _sum(reached, "interest"), _sum(reached, "charge")
    known = bool(reached) and all(row["interest"] is not None for row in reached)
    return {
        "consequences": bool(reached),
        "interest": interest if known else None,
        "charge": charge if reached else None,
        "rate": _rate(telling) if reached else None,
        "penalties": Money(interest.amount + charge.amount, charge.currency) if known and interest and charge else None,
    }


def _sum(rows: Sequence[Fields], name: str) -> Money | None:
    amounts = [value for row in rows if isinstance(value := row[name], Money)]
    if not amounts:
        return None
    return Money(sum((money.amount for money in amounts), Decimal(0)), amounts[0].currency)


def _rate(telling: Telling) -> str | None:
    """The yearly rate, written in the language; nothing while the official figure is not known."""
    contract, rates = telling.setup.config.late_interest.rate, telling.setup.rates
    if contract is None and not rates.knows(telling.today):
        return None
    percent = contract if contract is not None else rates.of(telling.today).ecb + 10
    written = f"{percent:.2f}"
    return f"{written.replace('.', ',')}\N{NO-BREAK SPACE}%" if telling.language == "fr" else f"{written}%"


def company_fields(setup: Setup) -> Fields:
    """What every message, also a note to the team, may say of us."""
    company = setup.config.company
    legal = (company.legal_form, company.capital and f"capital {company.capital}", company.siren, company.rcs)
    return {
        "company": company.name,
        "company_address": company.address,
        "company_legal": ", ".join(part for part in legal if part),
        "company_phone": company.phone,
        "iban": company.iban,
        "bic": company.bic,
        "reply_to": setup.config.mailbox.address,
    }


def _company(telling: Telling) -> Fields:
    signer = telling.setup.config.signer(telling.parcel.signer)
    return {
        **company_fields(telling.setup),
        "signer_name": signer.name if signer.name != telling.setup.config.company.name else None,
        "signer_title": signer.title,
        "signer_phone": signer.phone or telling.setup.config.company.phone,
    }


def _customer(telling: Telling) -> Fields:
    customer = telling.parcel.customer
    people = recipients(telling.lead.step, customer)
    name = people[0].name if len(people) == 1 else ""
    return {
        "customer": customer.name,
        "contact_name": name,
        "salutation_name": _salutation(name, telling.language),
        "contact_phone": customer.phone,
        "contacts": tuple(_contact(contact) for contact in people),
    }


def _salutation(name: str, language: str) -> str | None:
    """Civility and name as one addresses a person; nothing where the civility is not known."""
    civility, _, rest = name.partition(" ")
    spelt = CIVILITIES.get(language, {}).get(civility) or (civility if civility in SPELT_OUT else None)
    return f"{spelt} {rest}" if spelt and rest else None


def _contact(contact: Contact) -> Fields:
    return {"role": contact.role.value, "name": contact.name, "email": contact.email}


def _course(telling: Telling, named: Sequence[Case]) -> Fields:
    sent = {done.on for case in named for done in case.done if done.how is How.SENT and done.on < telling.today}
    follows, on = _next(telling)
    replies = [case.last_reply_on for case in named if case.last_reply_on]
    return {
        **_call(telling),
        "deadline": telling.world.calendar.deadline(telling.today),
        "known_to": min(telling.world.calendar.local_day(telling.world.known_at), telling.today),
        "earlier": tuple(sorted(sent)),
        "last_reply_on": max(replies, default=None),
        "next_step": follows,
        "next_on": on,
        "instalments": telling.lead.step.instalments,
    }


def _call(telling: Telling) -> Fields:
    """The last call; what was said in it is repeated only by the message that follows a call."""
    called = [one.case for one in telling.parcel.carries if one.case.called_on]
    said = dict.fromkeys(case.said for case in called if case.said and not unanswered(case.said))
    recap = telling.lead.step.when == When.CALL_RECORDED
    return {
        "called_on": max((case.called_on for case in called if case.called_on), default=None),
        "unanswered": bool(called) and all(unanswered(case.said) for case in called),
        **({"detail": " / ".join(said) or None} if recap else {}),
    }


def _next(telling: Telling) -> tuple[str | None, date | None]:
    """What really follows in the plan of the step that sets the words, and from which day."""
    plan, lead = telling.lead.plan, telling.lead
    for step in _after(plan, lead, telling.today):
        if step.when or (step.formal_notice and lead.case.disputed):
            continue
        return _follows(step), _day(step, lead.case, telling)
    return None, None


def _after(plan: Plan, lead: Taken, today: date) -> Sequence[Step]:
    if lead.step.id == ONE_OFF:
        return [step for step in plan.steps if step.formal_notice or not _past(step, lead.case, today)]
    ids = [step.id for step in plan.steps]
    rest = plan.steps[ids.index(lead.step.id) + 1 :] if lead.step.id in ids else ()
    return [step for step in rest if step.moment != lead.step.moment]


def _follows(step: Step) -> str | None:
    return "formal_notice" if step.formal_notice else FOLLOWS.get(step.channels[0])


def _day(step: Step, case: Case, telling: Telling) -> date:
    starts = {Base.DUE: case.invoice.due, Base.START: case.plan_start, Base.PREVIOUS: telling.today}
    day = starts[step.moment.base] + step.moment.offset
    return telling.world.calendar.next_day(max(day, telling.today + timedelta(days=1)))


def _task(telling: Telling) -> Fields:
    step = telling.lead.step
    return {
        "channel": telling.parcel.channel.value,
        "step_title": step.title,
    }


def _history(telling: Telling) -> Iterator[Fields]:
    """What a colleague should know before calling: in the company's language, so nothing of our own sentences."""
    told = [event for event in telling.store.events(telling.lead.case.key) if event.kind not in SILENT]
    yield from (_happened(event, telling) for event in told[-HISTORY:])


def _happened(event: Event, telling: Telling) -> Fields:
    """One event as data: the day, the amount and the step that it is about, each written in the language later."""
    by_hand = event.kind is Kind.STEP_DONE and event.how is How.BY_HAND
    currency = telling.lead.case.invoice.currency
    return {
        "at": event.at.astimezone(telling.world.calendar.zone),
        "event": f"choice_{event.note}" if event.kind is Kind.LETTER else event.kind.value,
        "step": _titled(event.step, telling) if event.kind is Kind.STEP_DONE else None,
        "on": event.on if by_hand or event.kind in DATED else None,
        "sum": Money(event.amount, currency) if event.amount is not None else None,
        "detail": _whom(event, telling.store),
    }


def _titled(step_id: str, telling: Telling) -> str:
    """A step by its title in the case's plan, or by its id where that plan has none."""
    plan = telling.setup.plans.get(telling.lead.case.plan)
    step = plan.step(step_id) if plan is not None else None
    return step.title if step is not None and step.title else step_id


def _whom(event: Event, store: Store) -> str:
    """To whom a step went, from whom a reply came, what a colleague chose or remarked."""
    if event.kind is Kind.PLAN_CHOSEN:
        return event.plan
    if event.kind is Kind.CONTACT and event.invoice is not None:
        return ", ".join(contact.email for contact in event.invoice.customer.contacts)
    entry, seen = store.entry(event.ref), store.seen(event.ref)
    if entry is not None:
        return ", ".join((*entry.to, *entry.cc))
    if seen is not None:
        return ", ".join(part for part in (seen.sender, seen.subject[:120]) if part)
    return "" if event.kind is Kind.LETTER else event.note
