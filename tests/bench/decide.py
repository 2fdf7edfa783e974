"""What deciding costs: open cases of distinct customers, each taken through its turn."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from time import process_time
from zoneinfo import ZoneInfo

from relancier.core.case import Case, Contact, Customer, Invoice, Role
from relancier.core.history import open_case
from relancier.core.plan import Base, Channel, Moment, Plan, Step
from relancier.core.schedule import World
from relancier.core.turn import take_turn
from relancier.core.workdays import Calendar

NOW = datetime(2026, 6, 3, 8, tzinfo=UTC)  # a Wednesday, 10:00 in Paris
OPENED = datetime(2026, 4, 1, 8, tzinfo=UTC)
DAYS = {-2: Channel.EMAIL, 3: Channel.EMAIL, 10: Channel.EMAIL, 15: Channel.CALL, 20: Channel.CALL, 25: Channel.EMAIL}
BATCH = 5000


def plan() -> Plan:
    """A plan as long as the standard one."""
    dated = {**DAYS, 35: Channel.REGISTERED_LETTER, 45: Channel.LEGAL}
    steps = (
        Step(id=f"s{day}", moment=Moment(Base.DUE, timedelta(days=day)), channels=(way,), to=(Role.ACCOUNTING,))
        for day, way in dated.items()
    )
    return Plan("standard", "Standard", tuple(steps))


def world() -> World:
    calendar = Calendar(
        days=frozenset(range(5)),
        hours=(time(9), time(17, 30)),
        zone=ZoneInfo("Europe/Paris"),
        holidays=frozenset({date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25)}),
        quiet=(((8, 1), (8, 20)), ((12, 24), (1, 2))),
    )
    return World(now=NOW, calendar=calendar, known_at=NOW, customer_gap=3, minimum=Decimal(5))


def make_case(number: int) -> Case:
    """An open case of a customer of its own, due up to two months before or after."""
    contacts = (Contact(Role.ACCOUNTING, f"compta@c{number}.example"), Contact(Role.SALES, f"achats@c{number}.example"))
    customer = Customer(id=f"C{number}", name=f"Client {number}", contacts=contacts, phone="+33 1 00 00 00 00")
    day = date(2026, 4, 1) + timedelta(days=number % 120)
    invoice = Invoice(number=f"FA-{number:06}", customer=customer, due=day, amount=Decimal("1234.56"))
    return open_case(invoice, plan="standard", at=OPENED, on=OPENED.date())


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without the collector walking the cases that are only here to be decided."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def decide_seconds(cases: int) -> float:
    """The seconds of the processor that deciding so many open cases takes, without making them."""
    plans, here, taken = {"standard": plan()}, world(), 0.0
    with undisturbed():
        for first in range(0, cases, BATCH):
            batch = [make_case(number) for number in range(first, min(cases, first + BATCH))]
            start = process_time()
            for case in batch:
                take_turn([case], plans, here, old_allowed=1)
            taken += process_time() - start
    return taken
