"""Subjects as mail programs, servers and people mangle them: the right cases are found or none, never a wrong one.

The generator knows which numbers it wrote, so what is expected follows from that alone and not from reading them again.
Every case goes the whole way, from raw bytes to the match. A failure prints its seed: `run(seed)` plays it again.
"""

import base64
import os
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

import pytest

from relancier.core.reading.match import MATCHED, UNVERIFIED, NothingKnown, match
from relancier.core.reading.read import read
from relancier.core.reading.reply import Context, MailKind

CASES = int(os.environ.get("MANGLED_SUBJECTS", "100000"))
A_BOOK = 100  # cases read against the same books
CONTEXT = Context(own_address="compta@atelier.example", key=b"k" * 32)
STRANGER = "zoe@elsewhere.example"
CUSTOMERS = ("ann@north.example", "bob@south.example", "eve@gmail.com")

# --- Open books -----------------------------------------------------------------------------------------------------


@dataclass
class Books(NothingKnown):
    """Some open invoices: the cases of each number, as compared, and of each customer."""

    numbers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    customers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def by_number(self, numbers: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        return {number: self.numbers[number] for number in numbers if number in self.numbers}

    def by_address(self, address: str) -> tuple[str, ...]:
        return self.customers.get(address, ())

    def by_domain(self, domain: str) -> tuple[str, ...]:
        return (
            () if domain == "gmail.com" else self.customers.get(f"{'ann' if domain[0] == 'n' else 'bob'}@{domain}", ())
        )


def pool(rng: Random) -> list[str]:
    """Numbers of every shape, many of them parts of one another."""
    serial, other = rng.randint(11, 999), rng.randint(1, 99)
    long = f"FA-2026-{serial:04}"
    shapes = [
        long, long[:-1], f"{long}1", f"{long}-2", f"{long}B", f"{long}-BIS", f"FA-2026-{other:04}",
        f"AFA-2026-{serial:04}",
        f"2026-{serial:04}", f"2026{serial:04}", f"2026{serial:04}7", f"2026-{serial:04}-2",
        f"F2026/{serial}", f"F2026/{serial}0", f"F2026/{serial}/1", f"2026/{serial:03}", f"F/2026/{serial}",
        f"INV {serial + 7000}", f"INV {serial + 7000}1", f"XINV {serial + 7000}",
        f"AB.{serial + 2000}.C", f"V_{serial + 5000}",
        str(serial + 1000), str(serial + 1000)[:-1], str(other), f"C{other}",
    ]  # fmt: skip
    return list(dict.fromkeys(shapes))


def books(rng: Random) -> tuple[Books, list[str]]:
    """Books in which some numbers of a pool are open, and the pool."""
    numbers, found = pool(rng), Books()
    for number in rng.sample(numbers, rng.randint(4, len(numbers) - 4)):
        owners = rng.sample(CUSTOMERS, 2 if rng.random() < 0.05 else 1)
        parts = 2 if rng.random() < 0.1 else 1  # an invoice due in parts is several cases
        keys = [(owner, f"{number}|2026-0{part + 1}-01|{owner}") for owner in owners for part in range(parts)]
        found.numbers[number.lower()] = tuple(key for _, key in keys)
        for owner, key in keys:
            found.customers[owner] = (*found.customers.get(owner, ()), key)
    return found, numbers


# --- Mangling -------------------------------------------------------------------------------------------------------

DASHES = "----‐‑‒–—―−\u00ad﹘﹣－"
JOINTS = "\u00a0\u202f\u2007\u2009\u200a"
NOTHINGS = "\u200b\u200c\u200d\u2060\ufeff"
FOLD = "\x01"  # stands for a line fold where the header is written as it is, for a space where it is encoded
WIDE = {ord(one): ord(one) + 0xFEE0 for one in string.ascii_letters + string.digits}
PREFIXES = [
    "Re: ", "RE : ", "RE\u00a0: ", "Re[2]: ", "Réf : ", "Rép :\u00a0", "TR: ", "Tr : ", "Fwd: ", "FW: ", "AW: ",
    "WG: ", "SV: ", "VS: ", "RV: ", "R: ", "I: ", "RIF: ", "Odp: ", "ENC: ", "[EXTERNE] ", "[EXT] ", "[EXTERNAL]",
    "[SPAM] ", "*** SPAM *** ", "RE:", "TR :\u00a0", "[Externe]", "Re(3): ", "Re:Re:",
]  # fmt: skip
WORDS = [
    "facture ",
    "Facture n° ",
    "facture\u00a0",
    "FACTURE N°",
    "fact. ",
    "invoice ",
    "Invoice no. ",
    "n°",
    "N°\u00a0",
    "#",
]
NEUTRAL = ["dossier ", "concerne : ", "pour ", "(", "« ", "votre relance "]
AFTER = [
    "",
    "",
    " : relance",
    ", merci",
    ".",
    " (urgent)",
    "\u00a0: échue",
    " - 2e relance",
    "!",
    " — rappel",
    "…",
    ")",
    " »",
]
BETWEEN = [", ", " et ", " & ", "; ", " + ", ",", " and "]
NOISE = [
    "",
    "",
    "",
    "Bonjour, ",
    "Atelier Lumen - ",
    "Échéance 30/09/2031 - ",
    "1 950,08 € - ",
    "3e rappel : ",
    "SARL Dupont 🙂 ",
]


def mangled(number: str, rng: Random, joints: str, *, apart: bool) -> str:
    """A number as it may arrive, with one of these spaces among its digits; whoever reads closely still knows it.

    Only where no part of it is a number too may spaces stand on both sides of its separators: `apart`.
    """
    text = "".join(separated(one, rng, apart=apart) if one in "-/._" else one for one in number)
    if rng.random() < 0.25:
        at = rng.randint(1, len(text) - 1) if len(text) > 1 else 0
        near = text[max(0, at - 1) : at + 1]
        if near.isalnum() and near.isascii():
            text = text[:at] + rng.choice(NOTHINGS + (joints if near.isdigit() else "")) + text[at:]
    if " " in text and rng.random() < 0.4:
        text = text.replace(" ", rng.choice(["\u00a0", FOLD, "  ", "\u2009"]), 1)
    if rng.random() < 0.2:
        text = text.translate(WIDE)
    changes: list[Callable[[str], str]] = [str.lower, str.upper, str.title, str, str]
    return rng.choice(changes)(text)


def separated(sign: str, rng: Random, *, apart: bool) -> str:
    """A separator in another form, with a space or a fold on one side or both."""
    sign = rng.choice(DASHES) if sign == "-" else sign
    if rng.random() < 0.7:
        return sign
    one_side = [("", " "), (" ", ""), ("", FOLD), (FOLD, ""), ("", rng.choice(JOINTS)), (rng.choice(JOINTS), "")]
    before, after = rng.choice([*one_side, *[(" ", " "), (FOLD, "\u00a0")] * apart])
    return f"{before}{sign}{after}"


@dataclass
class Subject:
    """A subject, the numbers that stand in it, and those of them that stand beside a word for an invoice."""

    text: str
    numbers: list[str]
    beside: set[str]


def subject(numbers: list[str], known: Books, rng: Random) -> Subject:
    chosen = rng.sample(numbers, rng.choice([0, 1, 1, 1, 1, 2, 3]))
    pieces, beside = [], set()
    for at, number in enumerate(chosen):
        lead = rng.choice([*WORDS, *NEUTRAL, *([""] * 8 if at == 0 or not weak(number) else [])])
        if lead in WORDS:
            beside.add(number)
        joints = JOINTS if lead in WORDS or not number.isdigit() else ""
        apart = number.lower() in known.numbers or not any(one in number.lower() for one in known.numbers)
        pieces.append(lead + mangled(number, rng, joints, apart=apart))
    words = rng.choice(BETWEEN).join(pieces) if pieces else rng.choice(["Bonjour", "Rendez-vous mardi", ""])
    prefixes = "".join(rng.choices(PREFIXES, k=rng.choice([0, 1, 1, 2, 3])))
    return Subject(f"{prefixes}{rng.choice(NOISE)}{words}{rng.choice(AFTER)}", chosen, beside)


def weak(number: str) -> bool:
    """Whether a number is too short or plain to mean an invoice by itself."""
    signs = sum(one.isalnum() for one in number)
    return signs < 5 or (signs < 7 and not any(one.isalpha() for one in number))


# --- On the wire ----------------------------------------------------------------------------------------------------


def wire(text: str, rng: Random) -> bytes:
    """The field's value as one of the many ways in which programs write it."""
    if rng.random() < (0.6 if text.isascii() else 0.15):
        folded = "".join(rng.choice([" ", " ", "\r\n ", "\r\n\t"]) if one == " " else one for one in text)
        return folded.replace(FOLD, "\r\n ").encode()
    start, _, rest = text.replace(FOLD, " ").partition(" ")
    if start and rest.strip() == rest != "" and start.isascii() and "=" not in start and rng.random() < 0.5:
        return f"{start} ".encode() + encoded(rest, rng)
    return encoded(text.replace(FOLD, " "), rng)


def encoded(text: str, rng: Random) -> bytes:
    """Encoded words (RFC 2047), cut anywhere, also inside a number or a character."""
    charset = rng.choice(["utf-8", "UTF-8", "iso-8859-1", "windows-1252"])
    try:
        data = text.encode(charset)
    except UnicodeEncodeError:
        charset, data = "utf-8", text.encode()
    cuts = sorted(rng.sample(range(1, len(data)), min(len(data) - 1, rng.randint(0, 4)))) if len(data) > 1 else []
    pieces = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    return rng.choice([b"\r\n ", b" ", b"\r\n\t"]).join(word(piece, charset, rng) for piece in pieces)


def word(data: bytes, charset: str, rng: Random) -> bytes:
    if rng.random() < 0.5:
        return f"=?{charset}?{rng.choice('bB')}?{base64.b64encode(data).decode()}?=".encode()
    plain = string.ascii_letters + string.digits + "-/"
    body = "".join(chr(one) if chr(one) in plain else "_" if one == 32 else f"={one:02X}" for one in data)
    return f"=?{charset}?{rng.choice('qQ')}?{body}?=".encode()


# --- The test -------------------------------------------------------------------------------------------------------


def expected(this: Subject, sender: str, known: Books) -> tuple[frozenset[str], str]:
    """The cases that a careful reader would hold, and whether the sender is known for all of them."""
    theirs = frozenset(known.customers.get(sender, ()))
    named = frozenset(
        case
        for number in this.numbers
        for case in known.numbers.get(number.lower(), ())
        if not weak(number) or number in this.beside or case in theirs
    )
    if named <= theirs:
        return named or theirs, MATCHED if theirs else "none"
    return named if named & theirs else named | theirs, UNVERIFIED


def run(seed: int) -> str:
    """Plays the cases of one seed; what went wrong first, "" if nothing did."""
    rng = Random(seed)  # noqa: S311 - the same every time
    known, numbers = books(rng)
    for at in range(A_BOOK):
        this, sender = subject(numbers, known, rng), rng.choice([STRANGER, STRANGER, *CUSTOMERS])
        value = wire(this.text, rng)
        raw = b"From: " + sender.encode() + b"\r\nMessage-ID: <1@x>\r\nSubject: " + value + b"\r\n\r\nBonjour\r\n"
        message = read(raw)
        found = match(message, known, CONTEXT, MailKind.HUMAN)
        if (frozenset(found.cases), found.confidence) != expected(this, sender, known):
            wanted = sorted(expected(this, sender, known)[0])
            return (
                f"seed {seed}, case {at}, from {sender}: {value!r} read as {message.subject!r}, with {this.numbers}"
                f" of {sorted(known.numbers)}: {sorted(found.cases)} ({found.confidence}) instead of {wanted}"
            )
    return ""


@pytest.mark.parametrize("block", range(10))
def test_a_mangled_subject_finds_its_cases_and_never_a_wrong_one(block: int) -> None:
    seeds = range(block * CASES // A_BOOK // 10, (block + 1) * CASES // A_BOOK // 10)

    assert [failure for failure in map(run, seeds) if failure][:3] == []
