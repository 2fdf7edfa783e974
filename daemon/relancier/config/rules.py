"""What no single value shows: secrets in the file, logins without a password, roles twice, mentions the law asks for.

The rules read the raw table, so that they speak even where another key of the same table is wrong.
"""

import ipaddress
from collections.abc import Iterator
from typing import Any

Raw = dict[str, Any]

SECRETS = frozenset({"password", "passwd", "pass", "pwd", "mot_de_passe", "secret", "client_secret", "token"})
LOGINS = ("imap", "smtp")
TLS_PORTS = {"imap": 993, "smtp": 465}
WHERE_SECRETS_GO = (
    "a secret never stands in this file; put it alone in a file of mode 0600 that password_file names, "
    "or pass it through systemd as password_credential names it, and change it if others could read this file."
)
OAUTH2_SENTENCE = "OAuth2 logins are not supported yet; use password_credential or password_file with an app password."
CLEAR_SENTENCE = (
    '"none" would send the password in clear, so it is for 127.0.0.1, ::1 and localhost only; '
    'write "tls" or "starttls".'
)
# Commercial code R123-237 and R123-238: what letters and mails of a French company carry.
MENTIONS = {
    "address": "the registered office",
    "legal_form": "the legal form",
    "capital": "the capital",
    "siren": "the SIREN",
    "rcs": "the town of registration (RCS)",
}
WITHOUT_CAPITAL = {"ei", "entrepreneur individuel", "micro-entreprise", "auto-entrepreneur", "association"}


def _table(raw: object, *path: str) -> Raw:
    for part in path:
        raw = raw.get(part) if isinstance(raw, dict) else None
    return raw if isinstance(raw, dict) else {}


def take_secrets(raw: Raw, path: str = "") -> Iterator[tuple[str, str]]:
    """Takes every secret out of the table, so that nothing further can show one; tells where each stood."""
    for key in list(raw):
        here = f"{path}.{key}".lstrip(".")
        value = raw[key]
        if key.lower() in SECRETS:
            del raw[key]
            _excuse_password(raw, path)
            yield here, WHERE_SECRETS_GO
            continue
        for place, table in _tables(value, here):
            yield from take_secrets(table, place)


def _tables(value: object, here: str) -> Iterator[tuple[str, Raw]]:
    """The tables in a value, each with its place: itself, or those of a list."""
    if isinstance(value, dict):
        yield here, value
    elif isinstance(value, list):
        yield from ((f"{here}[{place}]", item) for place, item in enumerate(value, 1) if isinstance(item, dict))


def _excuse_password(login: Raw, path: str) -> None:
    """A login whose password was spoken of already is not told that it lacks one."""
    if path in {f"mailbox.{name}" for name in LOGINS}:
        login.setdefault("password_credential", "")


def take_oauth2(raw: Raw) -> Iterator[tuple[str, str]]:
    """Takes the keys of OAuth2 out of the table, and says that they come later."""
    mailbox = _table(raw, "mailbox")
    tables = [("mailbox", mailbox, "oauth2")]
    tables += [(f"mailbox.{name}", _table(mailbox, name), "auth") for name in LOGINS]
    for path, table, key in tables:
        if key in table:
            del table[key]
            _excuse_password(table, path)
            yield f"{path}.{key}", OAUTH2_SENTENCE


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def of_logins(raw: Raw) -> Iterator[tuple[str, str]]:
    """What a login lacks, and what it must not do."""
    for name in LOGINS:
        login, path = _table(raw, "mailbox", name), f"mailbox.{name}"
        if not login:
            continue
        yield from _of_password(login, path)
        host = login.get("host")
        if login.get("security") == "none" and isinstance(host, str) and not _is_loopback(host):
            yield f"{path}.security", CLEAR_SENTENCE
        if login.get("security") == "starttls" and login.get("port") == TLS_PORTS[name]:
            yield f"{path}.port", f'port {TLS_PORTS[name]} speaks TLS from the start; write security = "tls".'


def _of_password(login: Raw, path: str) -> Iterator[tuple[str, str]]:
    named = [key for key in ("password_credential", "password_file") if login.get(key)]
    if len(named) == 2:
        yield f"{path}.password_file", "password_credential names the password already; keep one of the two."
    if not named and not {"password_credential", "password_file"} & set(login):
        yield f"{path}.password_file", "nothing says where the password is; add password_credential or password_file."


def of_senders(raw: Raw) -> Iterator[tuple[str, str]]:
    """A role that two people sign for."""
    seen: dict[object, int] = {}
    senders = raw.get("sender")
    for place, sender in enumerate(senders if isinstance(senders, list) else [], 1):
        role = sender.get("role") if isinstance(sender, dict) else None
        if isinstance(role, str) and role in seen:
            yield f"sender[{place}].role", f'sender[{seen[role]}] has the role "{role}" already; keep one of the two.'
        elif isinstance(role, str):
            seen[role] = place


def warnings(raw: Raw) -> Iterator[tuple[str, str]]:
    """What may stay as it is, yet should not."""
    company = _table(raw, "company")
    legal_form = str(company.get("legal_form", "")).strip().lower()
    for key, words in MENTIONS.items():
        if not company.get(key) and not (key == "capital" and legal_form in WITHOUT_CAPITAL):
            yield f"company.{key}", f"{words} is missing; letters and mails of a company must carry it, so add it."
    if not company.get("iban"):
        yield "company.iban", "the IBAN is missing; add it, or no message can say where to pay."
