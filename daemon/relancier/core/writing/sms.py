"""A message by SMS: to which number it can go, its words, and the messages of one customer that a gateway takes."""

import re
from collections.abc import Iterable
from dataclasses import replace

from relancier.core.outbox import Sort
from relancier.core.parcel import Parcel
from relancier.core.plan import Channel
from relancier.core.steps import needs_approval

FRANCE = "33"
_NOT_A_DIGIT = re.compile(r"[^\d+]+")
_TRUNK_ZERO = re.compile(r"\(0\)")
_NUMBER = re.compile(r"[1-9]\d{6,14}")
_FRENCH_MOBILE = re.compile(r"33[67]\d{8}")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
# What the alphabet of an SMS lacks and a plain sign stands for: one of these more than halves what fits.
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...", "œ": "oe", "Œ": "OE"}
)
_QUOTED = re.compile(r"«\s*([^«»]*?)\s*»")
_GAPS = re.compile(r"\n{2,}")


def number(phone: str, country: str = FRANCE) -> str:
    """The digits of a number with its country code (E.164), as gateways take it; nothing for one without SMS.

    `country` is the code of numbers written without one. A French number that is no mobile takes no SMS.
    """
    digits = _NOT_A_DIGIT.sub("", _TRUNK_ZERO.sub("", phone))
    if digits.startswith("+"):
        digits = digits[1:]
    elif digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0"):
        digits = country + digits[1:]
    if not _NUMBER.fullmatch(digits) or (digits.startswith(FRANCE) and not _FRENCH_MOBILE.fullmatch(digits)):
        return ""
    return digits


def short(text: str) -> str:
    """The words with the signs that an SMS carries at no cost, its paragraphs on lines of their own."""
    spaced = _QUOTED.sub(r'"\1"', text.translate(_SPACES))
    return _GAPS.sub("\n", spaced.translate(_PLAIN)).strip()


def by_gateway(parcels: Iterable[Parcel], gateway: str, country: str = FRANCE) -> list[Parcel]:
    """The same parcels, where every SMS that a gateway takes is a message to an address: one for all of a customer's.

    `gateway` is the address with {phone} in it; without one, and where a person must look first, an SMS is a task.
    """
    made: dict[object, Parcel] = {}
    for parcel in parcels:
        phone = number(parcel.customer.phone, country)
        if parcel.channel is not Channel.SMS or not gateway or not phone or _for_a_person(parcel):
            made[parcel.lead.carried.key] = parcel
            continue
        address = gateway.replace("{phone}", phone)
        together = (address, parcel.language)
        known = made.get(together)
        sent = replace(parcel, sort=Sort.REMINDER, to=(address,), cc=())
        made[together] = replace(known, carries=known.carries + parcel.carries) if known else sent
    return list(made.values())


def _for_a_person(parcel: Parcel) -> bool:
    """Whether the plan wants it looked at, or the customer has said something since our last message."""
    return any(needs_approval(one.step, one.case) for one in parcel.carries)
