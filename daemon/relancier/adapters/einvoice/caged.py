"""The invoice reader: each file is read by a process of its own, which may take 2 seconds and 200 MB and no more."""

import importlib.util
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from pydantic import TypeAdapter

import relancier
from relancier.core.einvoices.accounts import sounds
from relancier.core.einvoices.einvoice import EInvoice
from relancier.core.einvoices.invoiced import checked, clean
from relancier.ports import Paper, Payees

LARGEST = 10 * 1024 * 1024
SECONDS = 2.0
LONGEST_ANSWER = 128 * 1024
LONGEST_SENTENCE = 300
START = "import sys; sys.path[:0] = sys.argv[1:]; from relancier.adapters.einvoice.child import main; main()"
START_PAYEES = START.replace("import main; main()", "import main_payees; main_payees()")
DAMAGED = "The file cannot be read: it is damaged, or was made to do harm."


@dataclass(frozen=True, slots=True)
class _Answer:
    invoice: EInvoice | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class _Places:
    places: tuple[tuple[str, ...], ...] = ()
    refused: str = ""


_ANSWERS = TypeAdapter(_Answer)
_PLACES = TypeAdapter(_Places)
MOST_PLACES = 2  # its data and its pages


def places() -> tuple[str, ...]:
    """Where the child finds this package and pypdf: it looks nowhere else but in the standard library."""
    found = importlib.util.find_spec("pypdf")
    others = [str(Path(found.origin).parents[1])] if found and found.origin else []
    return tuple(dict.fromkeys((str(Path(relancier.__file__).parents[1]), *others)))


class CagedReader:
    """Reads PDF and XML files without ever being harmed by one: whatever happens, the answer is a Paper."""

    def __init__(self, *, seconds: float = SECONDS, start: str = START, start_payees: str = START_PAYEES) -> None:
        self._seconds = seconds
        self._start, self._start_payees = start, start_payees
        self._places = places()

    def read(self, name: str, content: bytes) -> Paper:
        """The invoice in the file, or why there is none. Takes a tenth of a second, at most two seconds."""
        del name
        told, refused = self._told(content, self._start)
        return Paper(refused=refused) if refused else _paper(told)

    def payees(self, content: bytes) -> Payees:
        """Whom the file asks to pay, or why that is not known. Takes as long."""
        told, refused = self._told(content, self._start_payees)
        return Payees(refused=refused) if refused else _payees(told)

    def _told(self, content: bytes, start: str) -> tuple[bytes, str]:
        """What the child says of the file, or why it says nothing."""
        if len(content) > LARGEST:
            return b"", f"The file is larger than {LARGEST // 2**20} MB, which no invoice needs."
        try:
            told, ended = self._ask(content, start)
        except (OSError, RuntimeError) as error:
            return b"", f"The file was not read: no process could be started for it ({error})."
        if not ended:
            return b"", f"Reading the file took longer than {self._seconds:g} seconds, so it was given up."
        return told, ""

    def _ask(self, content: bytes, start: str) -> tuple[bytes, bool]:
        """What the child says, and whether it came to an end by itself; in any case it is gone afterwards."""
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        with subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            self._command(start), stdin=pipe, stdout=pipe, stderr=nowhere, env={}, cwd="/"
        ) as child:
            end = _End(child)
            timer = Timer(self._seconds, end.kill)
            timer.daemon = True
            try:
                timer.start()
                told = _exchange(child, content)
            finally:
                timer.cancel()
                child.kill()
        return told, not end.came

    def _command(self, start: str) -> tuple[str, ...]:
        return (sys.executable, "-I", "-S", "-B", "-c", start, *self._places)


@dataclass(slots=True)
class _End:
    """The end of a child that takes too long."""

    child: subprocess.Popen[bytes]
    came: bool = False

    def kill(self) -> None:
        self.came = True
        self.child.kill()


def _exchange(child: subprocess.Popen[bytes], content: bytes) -> bytes:
    """Gives the child the file and takes its answer, up to the longest one that makes sense."""
    if child.stdin is None or child.stdout is None:
        return b""
    with suppress(BrokenPipeError):
        child.stdin.write(content)
    with suppress(BrokenPipeError):
        child.stdin.close()
    return child.stdout.read(LONGEST_ANSWER + 1)


def _paper(told: bytes) -> Paper:
    """The child's answer, if it is one: it is believed no more than the file that it read."""
    if not told or len(told) > LONGEST_ANSWER:
        return Paper(refused=DAMAGED)
    try:
        answer = _ANSWERS.validate_json(told)
        invoice = checked(answer.invoice) if answer.invoice else None
    except ValueError:
        return Paper(refused=DAMAGED)
    if answer.refused:
        return Paper(refused=clean(answer.refused)[:LONGEST_SENTENCE])
    return Paper(invoice)


def _payees(told: bytes) -> Payees:
    """The child's answer, if it is one: only what is an IBAN is taken from it."""
    if not told or len(told) > LONGEST_ANSWER:
        return Payees(refused=DAMAGED)
    try:
        answer = _PLACES.validate_json(told)
    except ValueError:
        return Payees(refused=DAMAGED)
    found = tuple(place for one in answer.places[:MOST_PLACES] if (place := sounds(one)))
    return Payees(found, clean(answer.refused)[:LONGEST_SENTENCE])
