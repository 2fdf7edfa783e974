"""The fields of a message from its cases: what templates may say, nothing else (the list is core/writing/fields).

Everything is worked out at the moment of sending: amounts, interest, deadline, what follows in the plan.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from relancier.core.case import Case, Contact, State
from relancier.core.claim import Source, counted, payments
from relancier.core.einvoices.accounts import not_contradicted
from relancier.core.money import Money
from relancier.core.outbox import Sort
from relancier.core.paid.fitting import discounted
from relancier.core.parcel import recipients
from relancier.core.steps import wants_address
from relancier.core.writing.fields import BY_NAME
from relancier.work.books.credit import unused
from relancier.work.sending.bank import iban_of
from relancier.work.setup import Setup
from relancier.work.writing.consequences import consequences, once_an_invoice, row_consequences, summed
from relancier.work.writing.course import course
from relancier.work.writing.happenings import happenings
from relancier.work.writing.telling import Fields, Telling, named_cases, upcoming_cases

# How a person is addressed by the civility that stands before the name in the books; unknown ones are not guessed.
CIVILITIES = {
    "fr": {"M.": "Monsieur", "Mr": "Monsieur", "Mme": "Madame", "Mrs": "Madame", "Ms": "Madame", "Me": "Maître"},
    "en": {"M.": "Mr", "Monsieur": "Mr", "Mme": "Ms", "Madame": "Ms", "Mr": "Mr", "Mrs": "Mrs", "Ms": "Ms"},
}
CIVILITIES_ALONE = {"Dr": "Docteur"}
RETENTION = "retention"
SORTS = {RETENTION: "retention", "deposit": "deposit_invoice"}
SPELT_OUT = frozenset({"Monsieur", "Madame", "Maître", "Dr"})


def fields(telling: Telling) -> Fields:
    """Everything a message about these cases may say."""
    named = named_cases(telling)
    rows = once_an_invoice([_row(case, telling) for case in named])
    total = Money(sum(map(_asked, named), Decimal(0)), named[0].invoice.currency)
    return {
        **{name: value for name, value in rows[0].items() if name in BY_NAME},
        "numbers": ", ".join(dict.fromkeys(case.invoice.number for case in named)),
        "several": len(rows) > 1,
        "invoices": tuple(rows),
        "upcoming": tuple(_row(case, telling) for case in upcoming_cases(telling, named)),
        "total_due": total,
        "received": Money(counted(named[0]), total.currency),
        "unused_credit": unused(named, total.currency),
        "disputed": summed(rows, "disputed"),
        "payment_url": named[0].invoice.payment_url if len(named) == 1 else None,
        "has_pdf": all(case.invoice.pdf for case in named),
        **_company(telling, named),
        **_customer(telling),
        **course(telling, named),
        **consequences(rows, total),
        **(_task(telling) if telling.parcel.sort is Sort.TASK else {}),
        **({"history": tuple(happenings(telling))} if telling.parcel.sort is not Sort.REMINDER else {}),
    }


def _row(case: Case, telling: Telling) -> Fields:
    invoice, currency = case.invoice, case.invoice.currency
    return {
        "number": invoice.number,
        "part": _part(case, telling.siblings),
        "issued": invoice.issued,
        "due": invoice.due,
        "amount": Money(invoice.amount, currency),
        "amount_due": Money(_asked(case), currency),
        "disputed": Money(case.disputed, currency) if case.disputed else None,
        **_taken_off(case, telling.today),
        **_paid(case, telling),
        "purpose": invoice.purpose,
        "days_late": (telling.today - invoice.due).days,
        **row_consequences(case, telling),
    }


def _taken_off(case: Case, today: date) -> Fields:
    """What the amount is less of, what may still be taken off, and what sort of invoice it is."""
    invoice, currency = case.invoice, case.invoice.currency
    may_deduct = discounted(case, today) < case.amount_due
    off = {"deposit": invoice.deposit, "credited": invoice.credited, "retained": invoice.retained}
    return {
        **{name: Money(amount, currency) if amount else None for name, amount in off.items()},
        "discount": Money(invoice.discount, currency) if may_deduct else None,
        "discount_until": invoice.discount_until if may_deduct else None,
        "sort": SORTS.get(invoice.part),
    }


def _asked(case: Case) -> Decimal:
    """What is still asked for: nothing of what has ended as paid, whatever the books still show."""
    return Decimal(0) if case.state is State.PAID else case.asked


def _paid(case: Case, telling: Telling) -> Fields:
    """What was paid of it, and when where the bank or a person has told the day of all of it."""
    paid = counted(case)
    if paid <= 0:
        return {"paid": None, "paid_on": ()}
    known = payments(case, telling.store.events(case.key), telling.setup.today)
    told = all(one.source in {Source.BANK, Source.PERSON} for one in known)
    days = tuple(dict.fromkeys(one.on for one in known)) if told else ()
    return {"paid": Money(paid, case.invoice.currency), "paid_on": days}


def _part(case: Case, siblings: Iterable[Case]) -> str | None:
    """Which part of an invoice due in parts: 2/3."""
    same = (other.invoice for other in siblings if other.invoice.number == case.invoice.number)
    dues = sorted({invoice.due for invoice in same if invoice.part != RETENTION})
    return f"{dues.index(case.invoice.due) + 1}/{len(dues)}" if len(dues) > 1 and case.invoice.due in dues else None


def company_fields(setup: Setup) -> Fields:
    """What every message, also a note to the team, may say of us."""
    company = setup.config.company
    capital = f"au capital de {company.capital}" if company.language == "fr" else f"capital {company.capital}"
    form = " ".join(part for part in (company.legal_form, company.capital and capital) if part)
    legal = (form, company.siren and f"SIREN {_in_threes(company.siren)}", company.rcs)
    return {
        "company": company.name,
        "company_address": company.address,
        "company_legal": ", ".join(part for part in legal if part),
        "company_phone": company.phone,
        "iban": company.iban,
        "bic": company.bic,
        "reply_to": setup.config.mailbox.address,
    }


def _in_threes(digits: str) -> str:
    return " ".join(digits[start : start + 3] for start in range(0, len(digits), 3))


def _company(telling: Telling, named: Iterable[Case]) -> Fields:
    signer = telling.setup.config.signer(telling.parcel.signer)
    return {
        **company_fields(telling.setup),
        **_payee(telling, named),
        "signer_name": signer.name if signer.name != telling.setup.config.company.name else None,
        "signer_title": signer.title,
        "signer_phone": signer.phone or telling.setup.config.company.phone,
    }


def _payee(telling: Telling, named: Iterable[Case]) -> Fields:
    """Where to pay: what differs where the invoice was sold to a factor, and whether its own file shows the same."""
    setup = telling.setup
    factor = setup.factor_of(telling.lead.case.invoice)
    sold = {"iban": factor.iban, "bic": factor.bic, "factor": factor.name} if factor else {"factor": None}
    return {**sold, "same_iban": all(not_contradicted(case, iban_of(case.invoice, setup)) for case in named)}


def _customer(telling: Telling) -> Fields:
    customer = telling.parcel.customer
    people = recipients(telling.lead.step, customer)
    name = people[0].name if len(people) == 1 else ""
    civility, rest = _civility(name, telling.language)
    return {
        "customer": customer.name,
        "contact_name": name,
        "salutation_name": f"{civility} {rest}" if civility else None,
        "civility": CIVILITIES_ALONE.get(civility, civility) or None,
        "consumer": not customer.professional,
        "public": customer.sector == "public",
        "contact_phone": customer.phone,
        "contacts": tuple(_contact(contact) for contact in people),
    }


def _civility(name: str, language: str) -> tuple[str, str]:
    """The civility as one addresses a person, and the name; nothing where the civility is not known."""
    civility, _, rest = name.partition(" ")
    spelt = CIVILITIES.get(language, {}).get(civility) or (civility if civility in SPELT_OUT else "")
    return (spelt, rest) if spelt and rest else ("", "")


def _contact(contact: Contact) -> Fields:
    return {"role": contact.role.value, "name": contact.name, "email": contact.email}


def _task(telling: Telling) -> Fields:
    step = telling.lead.step
    return {
        "channel": telling.parcel.channel.value,
        "step_title": step.name,
        "reason": "address_missing" if wants_address(telling.lead.step, telling.parcel.customer) else None,
    }
