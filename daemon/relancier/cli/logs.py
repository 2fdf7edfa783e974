"""The log: one line an event on standard error, a stable code and key=value pairs, and never a secret."""

import base64
import json
import logging
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime

from relancier.cli.ending import plain

REDACTED = "[redacted]"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_BARE = re.compile(r"[^\s\"'=\\\[\]{}]+")
# What journald reads off the front of a line (sd-daemon(3)).
_PRIORITY = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}


class Lines(logging.Formatter):
    """A record as one line; journald gives the time itself."""

    def __init__(self, *, journald: bool = False) -> None:
        super().__init__()
        self._journald = journald
        self.secrets: tuple[str, ...] = ()
        self._learned: tuple[str, ...] = ()

    def learn(self, secrets: Iterable[str]) -> None:
        """Secrets that come and go, as access tokens do: these take the place of the former ones."""
        self._learned = forms(*secrets)

    def format(self, record: logging.LogRecord) -> str:
        pairs = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            pairs["traceback"] = self.formatException(record.exc_info)
        words = [record.getMessage(), *(f"{name}={_value(value)}" for name, value in pairs.items())]
        if record.name != "relancier":
            words.insert(0, f"{record.name}:")
        return f"{self._front(record)} {redacted(plain(' '.join(words)), (*self.secrets, *self._learned))}"

    def _front(self, record: logging.LogRecord) -> str:
        if self._journald:
            return f"<{_PRIORITY.get(record.levelno, 6)}>"
        at = datetime.fromtimestamp(record.created).astimezone()
        return f"{at.isoformat(timespec='milliseconds')} {record.levelname.lower()}"


def _value(value: object) -> str:
    """A value without spaces or quotation marks as it is, any other as JSON; a list with commas."""
    if isinstance(value, list | tuple | set | frozenset):
        text = ",".join(str(item) for item in value)
    else:
        text = value if isinstance(value, str) else _json(value)
    return text if _BARE.fullmatch(text) else _json(text)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text without any secret."""
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    return text


def forms(*secrets: str | bytes, user: str = "") -> tuple[str, ...]:
    """Every form in which a secret may turn up in a line, longest first: bare, escaped, in base64, in AUTH PLAIN."""
    found: set[str] = set()
    for secret in secrets:
        raw = secret.encode() if isinstance(secret, str) else secret
        bare = raw.decode("utf-8", "replace")
        found |= {bare, _escaped(bare), _escaped(_escaped(bare)), repr(bare)[1:-1], repr(raw)[2:-1], raw.hex()}
        found |= {base64.b64encode(one).decode() for one in (raw, b"\0%b\0%b" % (user.encode(), raw))}
    return tuple(sorted((form for form in found if form), key=len, reverse=True))


def _escaped(text: str) -> str:
    return _json(text)[1:-1]


def hide() -> None:
    """Nothing of the log is shown: a command speaks to a person in sentences."""
    _replace(logging.NullHandler(), logging.WARNING)


def show(level: int, environ: Mapping[str, str]) -> Lines:
    """Shows the log on standard error from `level` on; gives the formatter, which is told the secrets."""
    lines = Lines(journald="JOURNAL_STREAM" in environ)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(lines)
    _replace(handler, level)
    return lines


def _replace(handler: logging.Handler, level: int) -> None:
    """Our handler at the root takes the place of an earlier one of ours; libraries speak from warnings on."""
    root = logging.getLogger()
    for old in [one for one in root.handlers if getattr(one, "relancier", False)]:
        root.removeHandler(old)
    handler.relancier = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    logging.getLogger("relancier").setLevel(level)
