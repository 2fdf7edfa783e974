"""Finding and reading the configuration file: the values, or every problem at once."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from relancier.config import rules, sentences
from relancier.config.feeding import of_invoices
from relancier.config.models import Config
from relancier.config.sms import of_sms
from relancier.core.problem import Problem

SYSTEM = Path("/etc/relancier/config.toml")
LARGEST = 1_000_000


def find(argument: str | None, environ: Mapping[str, str]) -> Path:
    """The configuration file to read: the one named, else $RELANCIER_CONFIG, ./config.toml, the system's."""
    named = argument or environ.get("RELANCIER_CONFIG")
    if named:
        return Path(named)
    here = Path("config.toml")
    return here if here.exists() else SYSTEM


def load(path: Path) -> tuple[Config | None, tuple[Problem, ...]]:
    """The configuration, or None and every problem; warnings come with both. Never raises for what the file holds."""
    raw, problems = _read(path)
    if raw is None:
        return None, problems
    found = [*rules.take_secrets(raw)]
    config: Config | None = None
    try:
        config = Config.model_validate(raw, context={"folder": path.parent.absolute()})
    except ValidationError as error:
        found += sentences.of_values(error, raw)
    found += [
        *rules.of_logins(raw),
        *rules.of_oauth2(raw),
        *rules.of_senders(raw),
        *of_sms(raw),
        *of_invoices(raw),
    ]
    problems = (*_problems(path, found), *_problems(path, rules.warnings(raw), warning=True))
    return (None if found else config), problems


def _problems(path: Path, found: Iterable[tuple[str, str]], *, warning: bool = False) -> Iterator[Problem]:
    for key, text in found:
        yield Problem(f"{path.name}: {key}" if key else path.name, text, warning=warning)


def _read(path: Path) -> tuple[dict[str, object] | None, tuple[Problem, ...]]:
    text, trouble = _text(path)
    if trouble:
        return None, (Problem(str(path), trouble),)
    try:
        return tomllib.loads(text, parse_float=Decimal), ()
    except tomllib.TOMLDecodeError as error:
        line, sentence = sentences.of_syntax(error, text)
        return None, (Problem(path.name, sentence, line),)
    except RecursionError:
        return None, (Problem(path.name, "its lists or tables are nested too deep; write it as config.example.toml."),)


def _text(path: Path) -> tuple[str, str]:
    """The text of the file, or why there is none."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return "", "there is no such file; `relancier init DIR` writes one, and --config FILE names another."
    except IsADirectoryError:
        return "", "this is a folder; name the file in it, as in --config DIR/config.toml."
    except OSError as error:
        return "", f"the file cannot be read ({error.strerror}); give the daemon's account the right to read it."
    if len(content) > LARGEST:
        return "", "the file is far too large for a configuration; name the right one with --config FILE."
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n"), ""
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return "", f"line {line} is not UTF-8; save the file as UTF-8 in the editor."
