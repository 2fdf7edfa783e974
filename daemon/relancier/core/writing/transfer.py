"""A SEPA credit transfer as a QR code tells it to a banking app (EPC069-12, version 002): whom, how much, what for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from relancier.core.money import Money
from relancier.core.text.typography import plain

LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
LONGEST_NAME = 70
LONGEST_TEXT = 140
_CENT = Decimal("0.01")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """What the customer's bank is asked for, each part within what the code may hold."""

    name: str
    iban: str
    bic: str
    amount: Decimal
    text: str

    @property
    def payload(self) -> bytes:
        """What the code holds, line by line: UTF-8 (1), neither purpose nor structured reference."""
        head = ("BCD", "002", "1", "SCT", self.bic, self.name, self.iban, f"EUR{self.amount:.2f}")
        return "\n".join((*head, "", "", self.text)).encode()


def transfer(name: str, iban: str, bic: str, amount: Money, text: str) -> Transfer | None:
    """The transfer; None where no code can say it: another currency, an amount beyond the rule, an unsound IBAN."""
    account, cents = iban.replace(" ", "").upper(), amount.amount.quantize(_CENT)
    whom, what = _within(plain(name), LONGEST_NAME), _within(plain(text), LONGEST_TEXT)
    sayable = amount.currency == "EUR" and LEAST <= cents <= MOST and is_iban(account)
    if not (sayable and whom and what):
        return None
    bank = bic.replace(" ", "").upper()
    return Transfer(name=whom, iban=account, bic=bank if _BIC.fullmatch(bank) else "", amount=cents, text=what)


def is_iban(text: str) -> bool:
    """Whether this has the form of an IBAN and its check digits are right (ISO 13616: mod 97)."""
    if not _IBAN.fullmatch(text):
        return False
    digits = "".join(str(int(character, 36)) for character in text[4:] + text[:4])
    return int(digits) % 97 == 1


def remittance(numbers: Iterable[str], customer: str) -> str:
    """What the transfer is for: every invoice whose number fits whole, then the customer."""
    kept: list[str] = []
    for number in numbers:
        if len(" ".join([*kept, plain(number)]).encode()) > LONGEST_TEXT:
            break
        kept.append(plain(number))
    return _within(" ".join([*kept, plain(customer)]), LONGEST_TEXT)


def _within(text: str, longest: int) -> str:
    """The text cut to that many bytes: the code as a whole holds no more than 331 of them."""
    return text.encode()[:longest].decode("utf-8", "ignore").strip()
