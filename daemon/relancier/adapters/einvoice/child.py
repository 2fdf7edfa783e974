"""The child process that reads one file: limits first, then the file from standard input, the answer as one JSON."""

import codecs
import dataclasses
import importlib
import json
import resource
import sys
from collections.abc import Callable

from pypdf.errors import PyPdfError

from relancier.adapters.einvoice.pdf import limit_pypdf
from relancier.adapters.einvoice.reading import read_file, read_payees

MEMORY = 200 * 1024 * 1024
SECONDS = 2
LARGEST = 10 * 1024 * 1024
TOO_MUCH_MEMORY = "Reading it takes more than 200 MB of memory."
TOO_NESTED = "It is nested too deeply."
DAMAGED = "It is damaged."
NEEDED_LATER = ("pypdf.filters", "pypdf.xmp", "pypdf._codecs.core_font_metrics", "stringprep", "unicodedata")
CODECS = (
    "utf-8",
    "utf-16",
    "utf-16-be",
    "utf-16-le",
    "latin-1",
    "ascii",
    "cp1252",
    "iso8859-15",
    "charmap",
    "mac-roman",
)


def limit(seconds: int = SECONDS) -> None:
    """From here on: 200 MB, 2 seconds of processor, no file, no socket, no other program."""
    sys.setrecursionlimit(1_000)
    limit_pypdf()
    for which, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.prlimit(0, which, (most, most))  # under the unit, setrlimit is forbidden and prlimit is not


def prepare() -> None:
    """Everything that would otherwise be loaded from a file while reading."""
    for name in NEEDED_LATER:
        importlib.import_module(name)
    for name in CODECS:
        codecs.lookup(name)


def answer(content: bytes) -> str:
    """The invoice, or why there is none, as JSON."""
    return _told(_invoice, content)


def answer_payees(content: bytes) -> str:
    """Whom the file asks to pay, or why that is not known, as JSON."""
    return _told(_payees, content)


def _invoice(content: bytes) -> dict[str, object]:
    found = read_file(content)
    return {"invoice": dataclasses.asdict(found) if found else None}


def _payees(content: bytes) -> dict[str, object]:
    return {"places": read_payees(content)}


def _told(read: Callable[[bytes], dict[str, object]], content: bytes) -> str:
    try:
        found = read(content)
    except MemoryError:
        return json.dumps({"refused": TOO_MUCH_MEMORY})
    except RecursionError:
        return json.dumps({"refused": TOO_NESTED})
    except PyPdfError:
        return json.dumps({"refused": DAMAGED})
    except ValueError as error:
        return json.dumps({"refused": str(error)})
    return json.dumps(found, default=str)


def main(told: Callable[[bytes], str] = answer) -> None:
    prepare()
    limit()
    sys.stdout.write(told(sys.stdin.buffer.read(LARGEST + 1)))


def main_payees() -> None:
    main(answer_payees)
