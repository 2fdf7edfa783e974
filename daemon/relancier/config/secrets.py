"""Secrets: passwords and the key that signs our tokens. They are read when needed and stand in no configuration."""

import base64
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from relancier.config.models import Config, Login
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


def read_secret(login: Login, environ: Mapping[str, str]) -> tuple[str, Problem | None]:
    """The password of a login, or the problem that keeps it from being read."""
    if not login.password_credential:
        return _read(login.password_file or Path(), "password_file")
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        text = (
            f'the password comes from systemd as "{login.password_credential}", and systemd did not start this; '
            "name a password_file instead, or set $CREDENTIALS_DIRECTORY to a folder that holds it."
        )
        return "", Problem("password_credential", text)
    return _read(Path(folder) / login.password_credential, "password_credential", any_mode=True)


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
        if login.ca_file and not login.ca_file.is_file():
            found.append(Problem(f"mailbox.{name}.ca_file {login.ca_file}", "there is no such file; correct its path."))
    try:
        read_key(config.mailbox.key_file)
    except SecretRefused as refusal:
        found.append(Problem(f"mailbox.key_file {config.mailbox.key_file}", str(refusal)))
    return tuple(found)
