"""What MAIL and RCPT say: addresses as the server can take them, and the options that it offers."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from relancier.core.outbox import Answer
from relancier.ports import Wish

UNFIT = re.compile(r'[\x00-\x20\x7f<>"]')
NOT_XTEXT = re.compile(r"[^!-*,-<>-~]")
NOT_AN_ADDRESS = Answer(553, "this is no address that a server could take", "5.1.3")
NEEDS_SMTPUTF8 = Answer(553, "this server takes no address with accents before the @", "5.6.7")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A wish in the words of one server: what `refused` holds is not worth asking."""

    sender: str
    recipients: dict[str, str]
    refused: dict[str, Answer]
    mail_options: list[str]
    rcpt_options: list[str]
    encoding: str


def envelope(wish: Wish, offers: Callable[[str], bool]) -> Envelope:
    """`recipients` maps each address as wished to the one to say."""
    recipients: dict[str, str] = {}
    refused: dict[str, Answer] = {}
    for address in wish.recipients:
        said = address_said(address)
        if no := unfit(said, offers):
            refused[address] = no
        else:
            recipients[address] = said
    sender = address_said(wish.sender)
    accents = not "".join((sender, *recipients.values())).isascii()
    options = _mail_options(wish, offers) + (["SMTPUTF8"] if accents else [])
    return Envelope(sender, recipients, refused, options, _rcpt_options(wish, offers), "utf-8" if accents else "ascii")


def address_said(address: str) -> str:
    """An address with its domain in ASCII, so that only accents before the @ need SMTPUTF8."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


def unfit(address: str, offers: Callable[[str], bool]) -> Answer | None:
    """Why an address cannot even be said to this server."""
    if not address or UNFIT.search(address):
        return NOT_AN_ADDRESS
    return None if address.isascii() or offers("smtputf8") else NEEDS_SMTPUTF8


def _mail_options(wish: Wish, offers: Callable[[str], bool]) -> list[str]:
    options = [f"SIZE={wish.size}"] if offers("size") and wish.size > 0 else []
    if offers("dsn"):
        options.append("RET=HDRS")
        options += [f"ENVID={xtext(wish.envelope_id)}"] if wish.envelope_id else []
    return options


def _rcpt_options(wish: Wish, offers: Callable[[str], bool]) -> list[str]:
    if not offers("dsn"):
        return []
    return ["NOTIFY=FAILURE,DELAY,SUCCESS" if wish.success else "NOTIFY=FAILURE,DELAY"]


def xtext(text: str) -> str:
    """Text as RFC 3461 writes it in a parameter."""
    return NOT_XTEXT.sub(lambda found: "".join(f"+{byte:02X}" for byte in found[0].encode()), text)
