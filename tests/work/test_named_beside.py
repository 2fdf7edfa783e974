"""Which other invoices a reminder names: those that could have a reminder of their own."""

from datetime import date
from decimal import Decimal

import pytest
from tests.work.play import daemon, late, reminders, words

from relancier.core.case import Invoice


@pytest.mark.parametrize(
    "other",
    [
        late("FA-2026-0002", payment_method="prélèvement SEPA"),
        late("FA-2026-0002", amount=Decimal("3.00")),
        late("FA-2026-0002", due=date(2026, 3, 20), payment_method="prélèvement SEPA"),
    ],
    ids=["direct debit", "below the minimum", "direct debit to come"],
)
async def test_an_invoice_that_is_never_chased_is_not_named_either(other: Invoice) -> None:
    rig = daemon(late(), other)
    await rig.tick()
    (sent,) = reminders(rig)
    assert "FA-2026-0002" not in words(sent.raw)


async def test_what_may_be_chased_is_named_and_counted() -> None:
    rig = daemon(late(), late("FA-2026-0002", due=date(2026, 3, 1)), late("FA-2026-0003", due=date(2026, 3, 20)))
    await rig.tick()
    (sent,) = reminders(rig)
    text = words(sent.raw)
    assert "FA-2026-0002" in text
    assert "FA-2026-0003" in text
