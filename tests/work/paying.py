"""Payments on a statement, quick to make, and what is told of them in these tests."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.work.play import (
    arrive,
    daemon,
    late,
    notes,
    written,
)
from tests.work.rig import NOON, OWN, Rig, customer

from relancier.core.case import Because, Case, Invoice
from relancier.core.paid.statement import Movement, Statement, counted
from relancier.core.stored import Fate, Received
from relancier.work.paid.money import take_statement
from relancier.work.records import Desk

ACCOUNT = "FR7630006000011234567890189"
THEIRS = "FR1420041010050500013M02606"
SECOND = "FA-2026-0002|2026-02-27"
TODAY = NOON.date()
LATER = NOON + timedelta(minutes=1)


def money(amount: str = "1200.00", wording: str = "", **other: object) -> Movement:
    facts = {"account": ACCOUNT, "on": TODAY, "payer": "DUPONT SARL", **other}
    return Movement(amount=Decimal(amount), wording=wording, **facts)  # type: ignore[arg-type]


def statement(*movements: Movement) -> Statement:
    return Statement(account=ACCOUNT, since=date(2026, 2, 1), until=date(2026, 3, 31), movements=counted(movements))


def take(rig: Rig, *movements: Movement, stem: str = "releve.xml") -> Counter[str]:
    desk = Desk.at(rig.store, rig.holder.setup, rig.wake.now())
    told = take_statement(statement(*movements), stem, desk)
    desk.ledger.commit()
    return told


def receipt(rig: Rig) -> Received:
    (found,) = rig.store.receipts(*Fate)
    return found


def because(found: Case) -> list[Because]:
    return [hold.because for hold in found.holds]


def reply(rig: Rig, line: str) -> None:
    """A colleague answers the last note about money from the shared mailbox."""
    note = notes(rig, "money")[-1]
    arrive(rig, written(OWN, "Re: paiement", line, at=rig.wake.now(), In_Reply_To=note.message_id), "Sent")


async def opened(*numbers: str) -> Rig:
    """A daemon that has read its books, and has not been let loose yet."""
    rig = daemon(*(late(number) for number in numbers or ("FA-2026-0001",)), confirmed=False)
    await rig.tick()
    return rig


async def start(*invoices: Invoice) -> Rig:
    """The same with these invoices."""
    rig = daemon(*invoices, confirmed=False)
    await rig.tick()
    return rig


def borabora(number: str = "FA-2026-0002", **other: Any) -> Invoice:
    """Another customer's invoice, due like Dupont's."""
    return late(number, customer=customer("Borabora"), **other)
