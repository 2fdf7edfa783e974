"""Secrets: passwords and the key that signs our tokens. They are read when needed and stand in no configuration."""

import base64
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from relancier.config.feeding import Invoices
from relancier.config.models import Config, Login, Mailbox, OAuth2
from relancier.config.sms import Sms
from relancier.core.problem import Problem

WIDEST = 0o640
LARGEST = 16_384
KEY_BYTES = 32


class SecretRefused(Exception):  # noqa: N818 - named after the situation
    """A secret cannot be used; the text is a sentence that says why and what to do, and never the secret."""


WRITE_IT = "write the secret into it, alone, with mode 0600."


def secret(path: Path, *, any_mode: bool = False, if_absent: str = WRITE_IT) -> str:
    """The text of a file that holds a secret, without the newline at its end. Raises SecretRefused.

    A file that others than its owner and group may read is refused, except where systemd guards the folder.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            _refuse_mode(path, status.st_mode, any_mode=any_mode)
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise SecretRefused(f"there is no such file; {if_absent}") from None
    except OSError as error:
        raise SecretRefused(f"the file cannot be read ({error.strerror}); give it to the daemon's account.") from None
    return _one_line(content)


def _refuse_mode(path: Path, mode: int, *, any_mode: bool) -> None:
    if not stat.S_ISREG(mode):
        raise SecretRefused("this is not a file; name the file that holds the secret.")
    wide = stat.S_IMODE(mode)
    if wide & ~WIDEST and not any_mode:
        raise SecretRefused(f"others may read or change it (mode {wide:04o}); run `chmod 600 {path}`.")


def _one_line(content: bytes) -> str:
    try:
        text = content.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretRefused("the file is not text in UTF-8; write the secret into it, alone.") from None
    if not text:
        raise SecretRefused("the file is empty; write the secret into it, alone.")
    if len(content) > LARGEST or not text.isprintable():
        raise SecretRefused("the file holds more than one line of text; leave the secret alone in it.")
    return text


@dataclass(frozen=True, slots=True)
class Lender:
    """Where one secret of a table comes from: `name` begins its two keys, `words` is what a person calls it."""

    name: str
    words: str
    credential: str
    path: Path | None


def read_secret(login: Login, environ: Mapping[str, str]) -> tuple[str, Problem | None]:
    """The password of a login, or the problem that keeps it from being read; nothing for a login by token."""
    if login.auth == "oauth2":
        return "", None
    return _lent(Lender("password", "password", login.password_credential, login.password_file), environ)


def read_oauth2(oauth2: OAuth2, environ: Mapping[str, str]) -> tuple[str, str, tuple[Problem, ...]]:
    """The client's secret and the refresh token, empty where none is named; and what keeps them from being read."""
    client = Lender("client_secret", "client's secret", oauth2.client_secret_credential, oauth2.client_secret_file)
    consent = Lender("refresh_token", "refresh token", oauth2.refresh_token_credential, oauth2.refresh_token_file)
    read = [_lent(one, environ) if one.credential or one.path else ("", None) for one in (client, consent)]
    return read[0][0], read[1][0], tuple(problem for _, problem in read if problem is not None)


def read_sms_token(sms: Sms, environ: Mapping[str, str]) -> tuple[str, Problem | None]:
    """The token of an SMS gateway, empty where none is named; or the problem that keeps it from being read."""
    if not sms.token_credential and sms.token_file is None:
        return "", None
    return _lent(Lender("token", "gateway's token", sms.token_credential, sms.token_file), environ)


def read_database(invoices: Invoices, environ: Mapping[str, str]) -> tuple[str, Problem | None]:
    """The password of the invoices' database, empty where none is named; or the problem why it cannot be read."""
    if not invoices.password_credential and invoices.password_file is None:
        return "", None
    return _lent(Lender("password", "password", invoices.password_credential, invoices.password_file), environ)


def _lent(lender: Lender, environ: Mapping[str, str]) -> tuple[str, Problem | None]:
    if not lender.credential:
        return _read(lender.path or Path(), f"{lender.name}_file")
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        text = (
            f'the {lender.words} comes from systemd as "{lender.credential}", and systemd did not start this; '
            f"name a {lender.name}_file instead, or set $CREDENTIALS_DIRECTORY to a folder that holds it."
        )
        return "", Problem(f"{lender.name}_credential", text)
    return _read(Path(folder) / lender.credential, f"{lender.name}_credential", any_mode=True)


def _read(path: Path, key: str, *, any_mode: bool = False) -> tuple[str, Problem | None]:
    try:
        return secret(path, any_mode=any_mode), None
    except SecretRefused as refusal:
        return "", Problem(f"{key} {path}", str(refusal))


def make_key(path: Path) -> None:
    """Writes a new key: 32 random bytes in base64, mode 0600. Raises FileExistsError rather than overwrite one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_key(path: Path) -> bytes:
    """The key that signs our tokens. Raises SecretRefused."""
    text = secret(path, if_absent="put back the key kept with the configuration, or let `relancier init` make one.")
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SecretRefused("this is no key of Relancier; restore it from a backup, or move it away to make a new one.")
    return key


def secrets_trouble(config: Config, environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """What keeps the key or a password from being read, for `check`; nothing of them is shown."""
    found = []
    for name, login in (("imap", config.mailbox.imap), ("smtp", config.mailbox.smtp)):
        _, problem = read_secret(login, environ)
        if problem:
            found.append(Problem(f"mailbox.{name}.{problem.where}", problem.text))
        found += _authority_trouble(f"mailbox.{name}", login.ca_file)
    found += _oauth2_trouble(config.mailbox, environ)
    found += _sms_trouble(config.sms, environ)
    _, problem = read_database(config.invoices, environ)
    if problem:
        found.append(Problem(f"invoices.{problem.where}", problem.text))
    try:
        read_key(config.mailbox.key_file)
    except SecretRefused as refusal:
        found.append(Problem(f"mailbox.key_file {config.mailbox.key_file}", str(refusal)))
    return tuple(found)


def _oauth2_trouble(mailbox: Mailbox, environ: Mapping[str, str]) -> Iterator[Problem]:
    if not mailbox.wants_tokens:
        return
    for problem in read_oauth2(mailbox.oauth2, environ)[2]:
        yield Problem(f"mailbox.oauth2.{problem.where}", problem.text)
    yield from _authority_trouble("mailbox.oauth2", mailbox.oauth2.ca_file)


def _sms_trouble(sms: Sms, environ: Mapping[str, str]) -> Iterator[Problem]:
    _, problem = read_sms_token(sms, environ)
    if problem:
        yield Problem(f"sms.{problem.where}", problem.text)
    yield from _authority_trouble("sms", sms.ca_file)


def _authority_trouble(table: str, ca_file: Path | None) -> Iterator[Problem]:
    if ca_file and not ca_file.is_file():
        yield Problem(f"{table}.ca_file {ca_file}", "there is no such file; correct its path.")
