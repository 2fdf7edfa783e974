"""Mail as people write and read it: what customers and colleagues send, and what a message of ours says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.utils import format_datetime, getaddresses, parseaddr
from functools import cached_property
from io import BytesIO

from pypdf import PdfReader
from tests.year.expected import For, Way

OWN = "compta@atelier-lumen.example"
OURS = "Relancier"
COMES_BACK = "reste à faire"
CALLED_OFF = re.compile(r"ne pas appeler|à ne pas |montant changé|tâche retirée")
NUMBER = re.compile(r"FA-26\d{4}")
AUTOMATIC = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True)
class Mail:
    """A message opened: headers decoded, its text, its files."""

    raw: bytes
    at: datetime

    @property
    def _message(self) -> Message:
        """Opened anew each time: a year's messages would fill the memory."""
        return message_from_bytes(self.raw)

    @cached_property
    def _headers(self) -> dict[str, str]:
        return {name.lower(): str(value) for name, value in BytesHeaderParser().parsebytes(self.raw).items()}

    def header(self, name: str) -> str:
        return " ".join(str(make_header(decode_header(self._headers.get(name.lower(), "")))).split())

    @cached_property
    def id(self) -> str:
        return self.header("Message-ID")

    @cached_property
    def subject(self) -> str:
        return self.header("Subject")

    @cached_property
    def signed(self) -> str:
        """The name that it comes from."""
        return parseaddr(self.header("From"))[0]

    @cached_property
    def sender(self) -> str:
        return parseaddr(self.header("From"))[1]

    def addresses(self, field: str) -> tuple[str, ...]:
        return tuple(address for _, address in getaddresses([self.header(field)]) if address)

    @cached_property
    def text(self) -> str:
        """Its text, every space a plain one."""
        texts = (part for part in self._message.walk() if part.get_content_type() == "text/plain")
        part = next(texts, None)
        return plain(_content(part).decode(part.get_content_charset("utf-8"))) if part else ""

    @cached_property
    def files(self) -> tuple[str, ...]:
        return tuple(name for part in self._message.walk() if (name := part.get_filename()))

    @cached_property
    def papers(self) -> str:
        """What stands on the letters that go with it, but not on invoices."""
        named = ((part.get_filename() or "", part) for part in self._message.walk())
        letters = (_content(part) for name, part in named if name.endswith(".pdf") and not NUMBER.fullmatch(name[:-4]))
        pages = (page for content in letters for page in PdfReader(BytesIO(content)).pages)
        return plain(" ".join(page.extract_text() for page in pages))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The invoices in its subject."""
        return tuple(dict.fromkeys(NUMBER.findall(self.subject)))

    @cached_property
    def named(self) -> frozenset[str]:
        """Every invoice that it names."""
        return frozenset(NUMBER.findall(f"{self.subject}\n{self.text}"))


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


# --- What a message of ours is --------------------------------------------------------------------------------------

_WAYS = (
    (Way.REGISTERED, r"lettre recommandée"),
    (Way.LETTER, r"lettre simple|courrier simple|\blettre\b"),
    (Way.SMS, r"\bSMS\b"),
    (Way.CALL, r"\bappel(?:er)?\b"),
    (Way.LEGAL, r"judiciaire|procédure"),
    (Way.EMAIL, r"\bcourriel\b|à écrire"),
    (Way.TASK, r"\btâche\b|à faire|mise en demeure"),
)


def way(mail: Mail) -> Way | None:
    """What a task asks for, by its subject (number, what to do, customer); None for what is no task."""
    parts = mail.subject.split(" - ")
    if not mail.numbers or len(parts) < 3 or COMES_BACK in mail.subject or CALLED_OFF.search(parts[1]):
        return None
    return next((one for one, words in _WAYS if re.search(words, parts[1], re.IGNORECASE)), None)


AMOUNT = r"(?:\d[\d .,]*[.,]\d\d ?(?:€|EUR)|(?:€|EUR) ?\d[\d.,]*\.\d\d)"
_CHARGES = r"pénalité|indemnité forfaitaire|late[- ]payment (?:interest|charge|fee)|late interest|penalt|recovery c"
_LAST = r"dernière relance|dernier rappel|last reminder"
_AHEAD = r"arriver?a?(?:nt)? (?:prochainement )?à échéance|échéance .{0,60}approche|prévu (?:à|pour)|due|approach"
_FORMAL = r"(?:mise|mett\w+) .{0,30}en demeure|formal(?:ly)? (?:notice|demand|\w+ notice)"
_FORMAL_AHEAD = (
    r"mise en demeure (?:vous|qui|sera|suivra)|une mise en demeure|avant la mise|notice (?:will|from)|before formal"
)
_DEADLINE = r"au plus tard|no later than|at the latest|\bby \d|\bby (?:mon|tue|wed|thu|fri)"


def fits(mail: Mail, purpose: For) -> bool:
    """Whether its own words serve that purpose."""
    text = " ".join(f"{mail.text} {mail.papers}".split())
    last, charges = _found(_LAST, text), _found(_CHARGES, text)
    detailed = charges and _found(rf"{AMOUNT}[^.;]{{0,80}}(?:{_CHARGES})|(?:{_CHARGES})[^.;]{{0,80}}{AMOUNT}", text)
    serves = {
        For.NOTIFICATION: _found(_AHEAD, text) and not charges and not _found("échue|overdue", text),
        For.REMINDER: not charges and not last and not _found("mise en demeure|formal notice", text),
        For.FIRM: _found(_DEADLINE, text) and not last,
        For.PENALTIES: charges and not last,
        For.DETAILED: detailed and not last,
        For.LAST: last,
        For.FINAL: last or detailed,
        For.RECAP: _found("notre appel|our call|échange téléphonique|phone", f"{mail.subject} {text}"),
    }
    return serves[purpose] if purpose in serves else _fits_task(mail, text, purpose)


def _fits_task(mail: Mail, text: str, purpose: For) -> bool:
    paper = " ".join(f"{mail.papers} {text if way(mail) is Way.TASK else ''}".split())
    formal, ahead = _found(_FORMAL, paper), _found(_FORMAL_AHEAD, paper)
    if purpose is For.ANNOUNCEMENT:
        return formal and ahead
    return formal and not ahead if purpose is For.NOTICE else True


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


# --- What people write ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail about to be written; `answers` is what it replies to."""

    sender: str
    text: str
    to: str = OWN
    subject: str = ""
    answers: Mail | None = None
    outside: bool = False
    headers: Mapping[str, str] | None = None


def written(letter: Letter, at: datetime, number: int) -> bytes:
    """Its bytes, as a mail program makes them; from outside, with the line of the server that took it."""
    message = EmailMessage(policy=policy.SMTP)
    if letter.sender != OWN or letter.outside:
        domain = letter.sender.rpartition("@")[2]
        message["Received"] = f"from mx.{domain} by mail.example with ESMTPS; {format_datetime(at)}"
    message["From"], message["To"], message["Date"] = letter.sender, letter.to, format_datetime(at)
    message["Message-ID"] = f"<letter.{number}@{letter.sender.rpartition('@')[2]}>"
    subject = letter.subject
    if letter.answers is not None:
        subject = subject or f"Re: {letter.answers.subject}"
        message["In-Reply-To"] = letter.answers.id
        message["References"] = " ".join(f"{letter.answers.header('References')} {letter.answers.id}".split())
    message["Subject"] = subject
    for name, value in (letter.headers or {}).items():
        message[name] = value
    message.set_content(letter.text)
    return message.as_bytes()
