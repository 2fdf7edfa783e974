"""Which open invoices a payment is for: layers of evidence, the surest first; in doubt a person is asked, never a pick.

Certain is what the payer's own words and the sums say together. Money never counts for two customers unless the numbers
of both are named and the sums fit.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from relancier.core.case import Case
from relancier.core.paid.evidence import NOBODY, Allotment, Doubt, Known, Look, Told, Verdict, once, over
from relancier.core.paid.fitting import NOTHING, Share, alone, of_numbers, poured, subsets, together
from relancier.core.paid.quoted import How, Quoted
from relancier.core.paid.statement import Movement

__all__ = ["LAYERS", "Allotment", "Doubt", "Known", "Layer", "Share", "Told", "Verdict", "allot", "doubted"]

_MEANT = frozenset({How.WHOLE, How.SQUASHED})  # hardly by chance, whatever the amount is
CHARGES = Decimal(50)  # what banks on the way may keep of a payment from abroad
_SAY_CHARGES = re.compile(r"\b(?:charges?|chgs?|chrgs?|sha|ben|frais|fees?|commissions?)\b", re.IGNORECASE)
_SEPA = frozenset({
    "AD", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR", "HU", "IE",
    "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "SM", "VA",
})  # fmt: skip

Find = Callable[[Look], Allotment | None]


class Layer(NamedTuple):
    """A layer's name, what it looks at, how such evidence reads on a statement, and how it is found."""

    name: str
    looks_at: str
    example: str
    find: Find


def allot(movement: Movement, known: Known) -> Allotment:
    """What a movement is for, by the first layer that says anything; never more than is due, never more than came."""
    look = Look(movement, known)
    if movement.returned:
        return _came_back(look) if movement.amount < 0 else NOBODY
    if movement.amount <= 0:
        return NOBODY
    for layer in LAYERS:
        found = layer.find(look)
        if found is not None:
            return replace(found, rule=layer.name)
    return NOBODY


# --- The layers -----------------------------------------------------------------------------------------------------


def _reference(look: Look) -> Allotment | None:
    """An end-to-end reference that quotes what the amount pays exactly."""
    return _exact(look, look.reference, f"end-to-end reference {look.movement.end_to_end!r}")


def _numbers(look: Look) -> Allotment | None:
    """Numbers quoted anywhere whose invoices the amount pays exactly."""
    return _exact(look, look.quoted, "quoted in the wording")


def _named(look: Look) -> Allotment | None:
    """Numbers quoted, but another amount: a part of one invoice, or more than all of them."""
    cases = [hit.case for hit in look.quoted if hit.how in _MEANT]
    theirs = [case for case in cases if look.open(case)]
    if not theirs:
        foreign = [case for case in cases if not over(case)]
        return _ask(Doubt.CURRENCY, foreign) if foreign else None
    customers = _customers(theirs)
    others = alone(look.opened(once((*customers, *look.sure))), look.amount, look.on)
    doubt = _why_not(look, cases, customers)
    if doubt or others:
        own = look.opened(look.sure) if _stranger(look, customers) else ()
        return _ask(doubt or Doubt.SEVERAL, (*theirs, *others, *own))
    return _part(look, theirs, customers[0])


def _why_not(look: Look, cases: Sequence[Case], customers: Sequence[str]) -> str:
    """Why the named invoices are not simply paid in part, or paid with something more."""
    if len(customers) > 1 or any(map(over, cases)):
        return Doubt.AMOUNT
    return "" if look.backed(customers[0]) else Doubt.PAYER


def _part(look: Look, cases: Sequence[Case], customer: str) -> Allotment:
    total = sum((case.amount_due for case in cases), NOTHING)
    shares = poured(cases, look.amount)
    if look.amount < total and len({case.invoice.number for case in cases}) > 1:
        return _ask(Doubt.AMOUNT, cases)
    if look.amount < total and _kept_by_banks(look, total - look.amount):
        return _ask(Doubt.CHARGES, cases)
    if look.may_be_known(shares, cases):
        return _ask(Doubt.KNOWN, cases)
    evidence = "quoted in the wording, and the payer is this customer"
    return _certain(look, shares, evidence, customer, learns=True)


def _paid_before(look: Look) -> Allotment | None:
    """Numbers quoted of invoices that are paid already: the books had it, or it is paid twice."""
    cases = [hit.case for hit in look.quoted if hit.how in _MEANT and over(hit.case)]
    if not cases:
        return None
    told = sum((look.known.told(case).amount for case in cases), NOTHING)
    customers = _customers(cases)
    if told >= look.amount:
        return Allotment(verdict=Verdict.SETTLED, evidence="the books had it", candidates=_keys(cases))
    theirs = [customer for customer in customers if look.backed(customer)]
    if not theirs:
        return None
    waiting = look.opened(theirs)
    fitting = alone(waiting, look.amount, look.on)
    if fitting:
        return _ask(Doubt.SEVERAL, fitting)
    return _loose(Doubt.TWICE, waiting or cases, theirs)


def _for_another(look: Look) -> Allotment | None:
    """A payer who is known, in words that name another customer: one company of a group pays for all."""
    named = look.opened(look.beside)
    return _ask(Doubt.PAYER, (*look.opened(look.sure), *named)) if named else None


def _amount(look: Look) -> Allotment | None:
    """The exact amount of one invoice of a payer who is known."""
    waiting = look.opened(look.sure)
    exact = alone(waiting, look.amount, look.on)
    if not exact:
        return None
    if look.told_before(look.sure) or look.told_together(look.sure):
        return _ask(Doubt.KNOWN, exact)
    ways = len(waiting) > 2 and subsets(waiting, look.amount)
    if ways or len(exact) > 1 or len(look.sure) > 1:
        return _ask(Doubt.SEVERAL, waiting if ways else exact)
    others = (look.by_account and look.anybodys) or exact
    if others != exact:
        return _ask(Doubt.PAYER, (*exact, *others))
    shares = of_numbers(exact, look.amount, look.on)
    if look.may_be_known(shares, exact):
        return _ask(Doubt.KNOWN, exact)
    return _certain(look, shares, f"exact amount, paid by {_who(look)}", look.sure[0])


def _sum(look: Look) -> Allotment | None:
    """The sum of several invoices of a payer who is known: all that is open, or the only sum that fits."""
    waiting = look.opened(look.sure)
    if len(look.sure) != 1 or len(waiting) < 2:
        return None
    if sum((case.amount_due for case in waiting), NOTHING) == look.amount:
        return _summed(look, waiting, "the whole balance")
    late = [case for case in waiting if case.invoice.due < look.on]
    ways = subsets(late, look.amount) or subsets(waiting, look.amount)
    if not ways:
        return None
    searched = len(waiting) <= 10  # among more, a sum may fit by chance
    unique = len(ways) == 1 and len(subsets(waiting, look.amount)) == 1
    if searched and unique and not look.told_before(look.sure):
        return _summed(look, ways[0], "the only sum of open invoices that fits")
    return _ask(Doubt.SEVERAL, waiting)  # of ways that fit only the first are found, and any may be meant


def _summed(look: Look, cases: Sequence[Case], evidence: str) -> Allotment:
    shares = poured(cases, look.amount)
    if look.may_be_known(shares, cases):
        return _ask(Doubt.KNOWN, cases)
    return _certain(look, shares, f"{evidence}, paid by {_who(look)}", look.sure[0])


def _books(look: Look) -> Allotment | None:
    """The amount of an invoice of a known payer that the books had shown as paid."""
    before = look.told_before(look.sure)
    if not before:
        return None
    return Allotment(verdict=Verdict.SETTLED, evidence="the books had it", candidates=_keys(before[:1]))


def _early(look: Look) -> Allotment | None:
    """The amount of an invoice that a known payer got only afterwards: paid on order, or on a pro forma."""
    exact = alone(look.early(look.sure), look.amount, look.on)
    return _ask(Doubt.EARLY, (*exact, *look.opened(look.sure))) if exact else None


def _loose_money(look: Look) -> Allotment | None:
    """A known payer, and no invoice that it fits."""
    waiting, foreign = look.opened(look.sure), look.foreign(look.sure)
    if foreign:
        return _ask(Doubt.CURRENCY, (*waiting, *foreign))
    return _loose(Doubt.LOOSE, waiting, look.sure) if waiting else None


def _name(look: Look) -> Allotment | None:
    """A customer's name somewhere in the words: never enough alone."""
    if look.sure:
        return None
    waiting = look.opened(look.maybe)
    exact = alone(waiting, look.amount, look.on)
    if exact:
        return _ask(Doubt.NAME, exact)
    if not waiting or look.told_before(look.maybe):
        return None
    return _loose(Doubt.NAME, (*waiting, *look.anybodys), look.maybe)


def _alone(look: Look) -> Allotment | None:
    """Nobody who is known, and exactly the amount of an open invoice: a cheque, a trade name, a name cut short."""
    return _ask(Doubt.ALONE, look.anybodys) if look.anybodys else None


LAYERS: tuple[Layer, ...] = (
    Layer("reference", "the payer's own reference quotes the invoices that the amount pays exactly",
          "EndToEndId FA-2026-0042", _reference),
    Layer("number", "the wording quotes the invoices that the amount pays exactly", "VIR DUPONT FACT FA 2026 0042",
          _numbers),
    Layer("part", "the wording quotes an invoice, and its payer pays less or more", "ACOMPTE FA-2026-0042", _named),
    Layer("paid", "the wording quotes invoices that are paid already", "FA-2026-0017", _paid_before),
    Layer("other", "a known payer, in words that name another customer", "MARTIN SAS, POUR DUPONT SARL", _for_another),
    Layer("amount", "a known payer, and the exact amount of one open invoice", "DUPONT SARL, 1 200,00", _amount),
    Layer("sum", "a known payer, and the only sum of open invoices that fits", "DUPONT SARL, 1 540,00", _sum),
    Layer("books", "a known payer, and the amount of an invoice that the books show as paid", "DUPONT SARL", _books),
    Layer("early", "a known payer, and the exact amount of an invoice issued within the 60 days after", "DUPONT SARL",
          _early),
    Layer("payer", "a known payer, and nothing that fits", "DUPONT SARL, 317,20", _loose_money),
    Layer("name", "a customer's name somewhere in the words", "VIR DE DUPONT BATIMENT", _name),
    Layer("alone", "nobody who is known, and the exact amount of an open invoice of at most three customers",
          "REMISE CHEQUE 1 234,56", _alone),
)  # fmt: skip


# --- What they share ------------------------------------------------------------------------------------------------


def _exact(look: Look, hits: Sequence[Quoted], evidence: str) -> Allotment | None:
    strong = [hit.case for hit in hits if _counts(hit, look) and look.open(hit.case)]
    wider = [hit.case for hit in hits if _counts_exactly(hit, look) and look.open(hit.case)]
    for cases in (strong, [case for case in strong if look.backed(case.invoice.customer.id)], wider):
        shares = _shares(look, cases)
        if shares:
            return _if_nothing_speaks_against(look, shares, cases, evidence)
    return None


def _shares(look: Look, cases: Sequence[Case]) -> tuple[Share, ...]:
    """The shares that the amount pays exactly; for several customers only all that is named, each by its own number."""
    customers = _customers(cases)
    if len(customers) > 1:
        own = len({case.invoice.number for case in cases}) == len(cases)
        return together(cases, look.amount, look.on) if own else ()
    return of_numbers(cases, look.amount, look.on, look.known.credit(customers[0])) if cases else ()


def _if_nothing_speaks_against(
    look: Look, shares: tuple[Share, ...], cases: Sequence[Case], evidence: str
) -> Allotment:
    customers = _customers(cases)
    stranger = _stranger(look, customers)
    others = _fitting(look, look.opened(look.sure)) if stranger else []
    if others:
        return _ask(Doubt.PAYER, (*cases, *others))
    if look.may_be_known(shares, cases):
        return _ask(Doubt.KNOWN, cases)
    numbers = ", ".join(dict.fromkeys(case.invoice.number for case in cases))
    mine = customers[0] if len(customers) == 1 else ""
    return _certain(look, shares, f"{numbers} {evidence}, exact amount", mine, learns=bool(mine) and not stranger)


def _stranger(look: Look, customers: Iterable[str]) -> bool:
    """Whether whoever pays is known, and is another customer than those whose invoices are quoted."""
    return bool(look.sure) and not set(look.sure) & set(customers)


def _fitting(look: Look, cases: Sequence[Case]) -> Sequence[Case]:
    """What of a customer's open invoices the amount may pay: one by itself, else all where a sum of them fits."""
    return alone(cases, look.amount, look.on) or (cases if subsets(cases, look.amount) else ())


def _counts(hit: Quoted, look: Look) -> bool:
    """Whether a quoted number counts where others beside it may not."""
    return hit.how is How.WHOLE or (hit.how is How.SQUASHED and look.backed(hit.case.invoice.customer.id))


def _counts_exactly(hit: Quoted, look: Look) -> bool:
    """Whether it counts where the amount is exact."""
    return hit.how is not How.WEAK or look.backed(hit.case.invoice.customer.id)


def _came_back(look: Look) -> Allotment:
    """A payment that came back: never carried out by itself, since only a person knows what it was."""
    cases = [hit.case for hit in look.quoted if hit.how is not How.WEAK] or list(look.known.came(look.movement))
    if not cases:
        theirs = [case for customer in once((*look.sure, *look.maybe)) for case in look.known.of_customer(customer)]
        cases = [case for case in theirs if case.invoice.payable == -look.amount]
    return replace(_ask(Doubt.RETURNED, cases), rule="returned") if cases else NOBODY


def doubted(found: Allotment, doubt: str) -> Allotment:
    """What was certain, to be asked about all the same."""
    return replace(found, verdict=Verdict.DOUBTFUL, shares=(), doubt=doubt, learns=False, rest=NOTHING)


def _certain(look: Look, shares: tuple[Share, ...], evidence: str, customer: str, *, learns: bool = False) -> Allotment:
    rest = look.amount - sum((one.amount for one in shares), NOTHING)
    return Allotment(
        verdict=Verdict.CERTAIN,
        evidence=evidence,
        shares=shares,
        candidates=tuple(one.case for one in shares),
        customer=customer,
        doubt=Doubt.OVER if rest else "",
        learns=learns,
        rest=rest,
    )


def _ask(doubt: str, cases: Iterable[Case]) -> Allotment:
    found = list(cases)
    customers = _customers(found)
    one = customers[0] if len(customers) == 1 else ""
    return Allotment(verdict=Verdict.DOUBTFUL, candidates=_keys(found), doubt=doubt, customer=one)


def _loose(doubt: str, waiting: Iterable[Case], customers: Sequence[str]) -> Allotment:
    one = customers[0] if len(customers) == 1 else ""
    return Allotment(verdict=Verdict.LOOSE, candidates=_keys(waiting), doubt=doubt, customer=one)


def _kept_by_banks(look: Look, missing: Decimal) -> bool:
    """Whether what is missing may be charges of banks on the way; where no account is told, the words must say so."""
    movement = look.movement
    if movement.payer_iban:
        return missing <= CHARGES and movement.payer_iban[:2].upper() not in _SEPA
    abroad = movement.currency != "EUR" or _SAY_CHARGES.search(movement.wording) is not None
    return abroad and missing <= CHARGES


def _who(look: Look) -> str:
    return look.movement.payer or look.movement.payer_iban


def _customers(cases: Iterable[Case]) -> list[str]:
    return list(dict.fromkeys(case.invoice.customer.id for case in cases))


def _keys(cases: Iterable[Case]) -> tuple[str, ...]:
    return once(case.key for case in cases)
