from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from relancier.core.case import Case, Contact, Customer, Invoice, Role
from relancier.core.outbox import Sort
from relancier.core.parcel import Parcel, Taken, parcels
from relancier.core.plan import Base, Channel, Moment, Plan, Step
from relancier.core.writing.sms import by_gateway, number, short

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GATEWAY = "{phone}@sms.example"
STEP = Step(id="text", moment=Moment(Base.DUE, timedelta(8)), channels=(Channel.SMS,), template="sms")
CALL = Step(id="call", moment=Moment(Base.DUE, timedelta(8)), channels=(Channel.CALL,), template="call")
PLAN = Plan("p", "P", (STEP, CALL))


def taken(invoice: str = "F-1", *, step: Step = STEP, phone: str = "06 12 34 56 78", answered: bool = False) -> Taken:
    contacts = (Contact(Role.ACCOUNTING, "a@dupont.test"),)
    customer = Customer(id="d", name="Dupont", contacts=contacts, phone=phone)
    owed = Invoice(number=invoice, customer=customer, due=date(2026, 2, 20), amount=Decimal(100))
    replied = date(2026, 3, 1) if answered else None
    days = {"opened_at": AT, "plan_start": date(2026, 3, 2), "last_reply_on": replied}
    case = Case(key=owed.key, invoice=owed, plan="p", **days)  # type: ignore[arg-type]
    return Taken(case, PLAN, step)


def texts(*items: Taken, gateway: str = GATEWAY) -> list[Parcel]:
    return by_gateway(parcels(items), gateway)


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("06 12 34 56 78", "33612345678"),
        ("07.12.34.56.78", "33712345678"),
        ("+33 6 12 34 56 78", "33612345678"),
        ("+33 (0)6 12 34 56 78", "33612345678"),
        ("0033612345678", "33612345678"),
        ("33612345678", "33612345678"),
        ("+32 470 12 34 56", "32470123456"),
        ("01 23 45 67 89", ""),
        ("+33 4 72 00 00 00", ""),
        ("06 12 34 56", ""),
        ("poste 12", ""),
        ("", ""),
        ("+", ""),
        ("++33612345678", ""),
    ],
)
def test_a_number_is_its_digits_with_the_country_where_it_takes_an_sms(written: str, digits: str) -> None:
    assert number(written) == digits


def test_a_number_without_a_country_is_of_the_companys() -> None:
    assert number("0470 12 34 56", "32") == "32470123456"
    assert number("+33 6 12 34 56 78", "32") == "33612345678"


def test_signs_that_an_sms_does_not_carry_are_made_plain() -> None:
    text = "Lumen\u00a0: «\u00a0l’échéance\u00a0» – 1\u202f200\u00a0€…\n\nŒuvre\n"
    assert short(text) == 'Lumen : "l\'échéance" - 1 200 €...\nOEuvre'


def test_a_text_to_a_mobile_is_a_message_to_the_gateway() -> None:
    (parcel,) = texts(taken())
    assert (parcel.sort, parcel.channel) == (Sort.REMINDER, Channel.SMS)
    assert (parcel.to, parcel.cc) == (("33612345678@sms.example",), ())


def test_the_texts_of_one_customer_are_one_message() -> None:
    (parcel,) = texts(taken("F-1"), taken("F-2"))
    assert [one.case.invoice.number for one in parcel.carries] == ["F-1", "F-2"]
    assert parcel.to == ("33612345678@sms.example",)


@pytest.mark.parametrize(
    ("item", "gateway"),
    [
        (taken(), ""),
        (taken(phone="01 23 45 67 89"), GATEWAY),
        (taken(step=replace(STEP, approval=True)), GATEWAY),
        (taken(answered=True), GATEWAY),
        (taken(step=CALL), GATEWAY),
    ],
    ids=["no gateway", "no mobile", "a person must look", "the customer answered", "a call"],
)
def test_everything_else_stays_a_task(item: Taken, gateway: str) -> None:
    before = parcels([item])
    assert by_gateway(before, gateway) == before
    assert before[0].sort is Sort.TASK


def test_a_text_and_a_task_stay_apart() -> None:
    made = texts(taken("F-1", answered=True), taken("F-2"), taken("F-3", step=CALL), taken("F-4", answered=True))
    assert [parcel.sort for parcel in made] == [Sort.TASK, Sort.REMINDER, Sort.TASK, Sort.TASK]
