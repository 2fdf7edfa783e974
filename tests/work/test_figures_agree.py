"""A message and the legal file name the same figures, part payments included."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.work.play import FRIDAY, KEY, case, daemon, late, pass_days, reminders, words
from tests.work.rig import Rig, config

from relancier.core.claim import Source
from relancier.core.money import Imputation
from relancier.work.archive.claims import claim_of

PAID = date(2026, 3, 5)


async def told(imputation: str) -> tuple[Rig, str]:
    """The last reminder, which names every figure, after a part payment that a person has told late."""
    rig = daemon(
        late(amount=Decimal(73000)), conf=config(late_interest={"imputation": imputation, "rate": Decimal(15)})
    )
    await pass_days(rig, 6)
    rig.order("paid", KEY, on=PAID, amount="36500")
    await pass_days(rig, 17)
    return rig, words(reminders(rig)[-1].raw)


@pytest.mark.parametrize("imputation", list(Imputation))
async def test_the_interest_of_a_message_is_that_of_the_claim(imputation: Imputation) -> None:
    rig, text = await told(imputation.value)
    (last,) = [one for one in case(rig).done if one.step == "last-reminder"]
    claim = claim_of(case(rig), [case(rig)], rig.store, rig.holder.setup, last.on)
    assert claim.terms.imputation is imputation
    assert [(one.on, one.source) for one in claim.payments] == [(PAID, Source.PERSON)]
    assert f"{claim.beside_the_ledger:.2f}".replace(".", ",") + " €" in text
    assert case(rig).amount_due + claim.beside_the_ledger == claim.principal + claim.interest
    since = (last.on - PAID).days  # 30 euros a day for 6 days, then 15 on what is left
    if imputation is Imputation.PRINCIPAL:
        assert claim.interest == 6 * 30 + 15 * since
    else:
        assert claim.principal == 36500 + 180


async def test_an_invoice_in_parts_bears_one_charge_in_one_message() -> None:
    rig = daemon(late(), late(due=FRIDAY - timedelta(days=1)))
    await pass_days(rig, 30)
    texts = [words(sent.raw) for sent in reminders(rig)]
    (text,) = [text for text in texts if "échéance 1/2" in text and "indemnité forfaitaire" in text][-1:]
    assert text.count("40,00 €") >= 1
    assert "80,00 €" not in text
