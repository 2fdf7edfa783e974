"""A statement that a colleague mails is booked; what went to a customer and names no account of ours is not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.statements import make
from tests.work.carrying import CLIENT, mailed, no_books, page, reading
from tests.work.play import case
from tests.work.rig import OWN, Rig

from relancier.adapters.statements import BankStatements
from relancier.core.case import State
from relancier.core.paid.statement import Movement, Statement

ACCOUNT = "FR7630006000011234567890189"
KEY = "FA-2026-0100|2026-03-20"
PAID = Movement(account=ACCOUNT, on=date(2026, 3, 1), amount=Decimal("1200.00"), wording="VIR MOULINS FA-2026-0100")
STATEMENT = Statement(account=ACCOUNT, since=date(2026, 2, 27), until=date(2026, 3, 2), movements=(PAID,))
UNNAMED = "Date;Libellé;Débit;Crédit\n01/03/2026;VIR MOULINS FA-2026-0100;;1200,00\n".encode()
FILES = {
    "releve.xml": make.camt(STATEMENT),
    "releve.ofx": make.ofx(STATEMENT),
    "releve.cfo": make.cfonb(STATEMENT),
    "releve.csv": make.csv(STATEMENT),
}


async def daemon() -> Rig:
    """One that knows of an open invoice and of one account."""
    rig = reading(no_books(payments={"accounts": [ACCOUNT]}))
    rig.holder.setup = replace(rig.holder.setup, statements=BankStatements(accounts=[ACCOUNT]))
    mailed(rig, page())
    await rig.tick()
    assert case(rig, KEY).state is State.OPEN
    return rig


@pytest.mark.parametrize("name", FILES)
async def test_a_statement_of_each_format_pays_the_invoice(name: str) -> None:
    rig = await daemon()
    mailed(rig, (name, FILES[name]), to=OWN, subject="Relevé")
    await rig.tick()
    assert case(rig, KEY).state is State.PAID


@pytest.mark.parametrize(("to", "paid"), [(OWN, True), (CLIENT, False)])
async def test_an_extract_that_went_to_a_customer_is_no_statement_of_our_account(to: str, *, paid: bool) -> None:
    rig = await daemon()
    mailed(rig, ("extrait.csv", UNNAMED), to=to, subject="Extrait de compte")
    await rig.tick()
    assert (case(rig, KEY).state is State.PAID) is paid
