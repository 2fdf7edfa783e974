"""Amounts with a currency; late-payment interest and the recovery charge."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, to the cent."""

    amount: Decimal
    currency: str = "EUR"
