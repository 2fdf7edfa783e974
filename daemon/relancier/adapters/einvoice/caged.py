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
from relancier.core.einvoices.einvoice import EInvoice
from relancier.core.einvoices.invoiced import checked, clean
from relancier.ports import Paper

LARGEST = 10 * 1024 * 1024
SECONDS = 2.0
LONGEST_ANSWER = 128 * 1024
LONGEST_SENTENCE = 300
START = "import sys; sys.path[:0] = sys.argv[1:]; from relancier.adapters.einvoice.child import main; main()"
DAMAGED = "The file cannot be read: it is damaged, or was made to do harm."


@dataclass(frozen=True, slots=True)
class _Answer:
    invoice: EInvoice | None = None
    refused: str = ""


_ANSWERS = TypeAdapter(_Answer)


def places() -> tuple[str, ...]:
    """Where the child finds this package and pypdf: it looks nowhere else but in the standard library."""
    found = importlib.util.find_spec("pypdf")
    others = [str(Path(found.origin).parents[1])] if found and found.origin else []
    return tuple(dict.fromkeys((str(Path(relancier.__file__).parents[1]), *others)))


class CagedReader:
    """Reads PDF and XML files without ever being harmed by one: whatever happens, the answer is a Paper."""

    def __init__(self, *, seconds: float = SECONDS, start: str = START) -> None:
        self._seconds = seconds
        self._command = (sys.executable, "-I", "-S", "-B", "-c", start, *places())

    def read(self, name: str, content: bytes) -> Paper:
        """The invoice in the file, or why there is none. Takes a tenth of a second, at most two seconds."""
        del name
        if len(content) > LARGEST:
            return Paper(refused=f"The file is larger than {LARGEST // 2**20} MB, which no invoice needs.")
        try:
            told, ended = self._ask(content)
        except (OSError, RuntimeError) as error:
            return Paper(refused=f"The file was not read: no process could be started for it ({error}).")
        if not ended:
            return Paper(refused=f"Reading the file took longer than {self._seconds:g} seconds, so it was given up.")
        return _paper(told)

    def _ask(self, content: bytes) -> tuple[bytes, bool]:
        """What the child says, and whether it came to an end by itself; in any case it is gone afterwards."""
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        with subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            self._command, stdin=pipe, stdout=pipe, stderr=nowhere, env={}, cwd="/"
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
