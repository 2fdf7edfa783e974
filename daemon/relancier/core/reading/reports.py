"""What delivery reports (RFC 3464, 6533) and disposition notifications (RFC 8098) say, recipient by recipient."""

import re
from collections.abc import Iterator
from itertools import islice

from relancier.core.reading import delivery
from relancier.core.reading.mail import Report
from relancier.core.reading.mime import Fields, Part, decode_words, decoded_fields, first, read_fields

ADDR_SPEC = re.compile(r"[^\s<>,;:\"()@]{1,100}@[^\s<>,;:\"()@]{1,253}")
_MOST_REPORTS = 200
_LONGEST_RECIPIENT = 1_000
_LONGEST_DIAGNOSTIC = 1_000
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status", "text/delivery-status"})
_DISPOSITION_TYPES = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_LAST_CHARACTER = 0x10FFFF
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_CHARACTER = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")


def reports_in(parts: list[Part], head: Fields) -> tuple[Report, ...]:
    """One report a recipient, from every part that is a delivery status.

    One that is called plain text counts too, unless a person may have copied it into what they wrote.
    """
    machine = _by_machine(head)
    status = (
        part
        for at, part in enumerate(parts)
        if part.type in _STATUS_TYPES or ((machine or at > 0) and _mislabelled(part))
    )
    return tuple(islice((report for part in status for report in _recipients(part)), _MOST_REPORTS))


def _by_machine(head: Fields) -> bool:
    """Whether the sender is none, or one that mail servers use."""
    sender = ADDR_SPEC.search(first(head, "from")[:_LONGEST_RECIPIENT].lower())
    local = sender.group().partition("@")[0] if sender else ""
    none = sender is None or first(head, "return-path").replace(" ", "") == "<>"
    return none or (delivery.MACHINE_LOCAL.fullmatch(local) or delivery.POSTMASTER.fullmatch(local)) is not None


def notice_in(parts: list[Part]) -> Fields:
    """The fields of the first disposition notification, else of the first delivery report about the whole message."""
    for part in parts:
        if part.type in _DISPOSITION_TYPES:
            return decoded_fields(_fields(part.text().strip()))
    for part in parts:
        if part.type in _STATUS_TYPES:
            return decoded_fields(_fields(_EMPTY_LINE.split(part.text().strip(), 1)[0]))
    return {}


def _mislabelled(part: Part) -> bool:
    return part.type == "text/plain" and "inal-recipient:" in part.text().lower()


def _recipients(part: Part) -> Iterator[Report]:
    for block in _EMPTY_LINE.split(part.text().strip()):
        fields = _fields(block.strip("\n"))
        if fields.keys() & {"final-recipient", "original-recipient", "action"}:
            yield _report(fields)


def _fields(text: str) -> Fields:
    return read_fields(text.encode("utf-8", "replace"))


def _report(fields: Fields) -> Report:
    diagnostic = first(fields, "diagnostic-code")[:_LONGEST_DIAGNOSTIC]
    status = _STATUS.search(first(fields, "status")) or _STATUS.search(diagnostic)
    return Report(
        recipient=_recipient(first(fields, "final-recipient") or first(fields, "original-recipient")),
        action=first(fields, "action").strip().partition(" ")[0].lower(),
        status=status.group() if status else "",
        diagnostic=decode_words(diagnostic),
    )


def _recipient(value: str) -> str:
    """The address, without its type and the quoting of RFC 3461 (+2B) and RFC 6533 (backslash, x and braces)."""
    quoted = value[:_LONGEST_RECIPIENT].rpartition(";")[2].replace("+2B", "+")
    address = ADDR_SPEC.search(_CHARACTER.sub(_character, quoted).replace("\\", ""))
    return address.group().lower() if address else ""


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if code <= _LAST_CHARACTER and not 0xD800 <= code <= 0xDFFF else ""
