"""What no single value shows: secrets in the file, logins without a password, roles twice, mentions the law asks for.

The rules read the raw table, so that they speak even where another key of the same table is wrong.
"""

from collections.abc import Iterator
from typing import Any

from relancier.config.written import is_loopback

Raw = dict[str, Any]

SECRETS = frozenset(
    {"password", "passwd", "pass", "pwd", "mot_de_passe", "secret", "client_secret", "token", "refresh_token"}
    | {"access_token"}
)
LOGINS = ("imap", "smtp")
PASSWORD_KEYS = ("password_credential", "password_file")
TLS_PORTS = {"imap": 993, "smtp": 465}
WHERE_SECRETS_GO = (
    "a secret never stands in this file; put it alone in a file of mode 0600 that password_file names, "
    "or pass it through systemd as password_credential names it, and change it if others could read this file."
)
WHERE_TOKENS_GO = (
    "a secret never stands in this file; put it alone in a file of mode 0600 that {key}_file names, "
    "or pass it through systemd as {key}_credential names it, and change it if others could read this file."
)
NO_TABLE = "this table is missing; add [mailbox.oauth2] and its keys, as config.example.toml shows."
NO_ENDPOINT = (
    'nothing says where tokens come from; write provider = "microsoft" or "google", or the address in token_url.'
)
NO_TENANT = 'nothing names your organisation at Microsoft; add tenant, as in "atelier-lumen.onmicrosoft.com".'
NO_CLIENT = "nothing names the program to the provider; add client_id, which its registration shows."
NO_REFRESH = "Google gives tokens to a person's program only; add refresh_token_credential or refresh_token_file."
CLIENTLESS = "nothing says where the client's secret is; add client_secret_credential or client_secret_file."
UNUSED = 'no login uses this table; write auth = "oauth2" in [mailbox.imap] and [mailbox.smtp], or empty it.'
OAUTH2 = "mailbox.oauth2"
SMS = "sms"
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
            _excuse(raw, path, key)
            yield here, _where_it_goes(key, path)
            continue
        for place, table in _tables(value, here):
            yield from take_secrets(table, place)


def _where_it_goes(key: str, path: str) -> str:
    if path.startswith(SMS):
        return WHERE_TOKENS_GO.format(key="token")
    if path != OAUTH2:
        return WHERE_SECRETS_GO
    return WHERE_TOKENS_GO.format(key=_kind(key))


def _tables(value: object, here: str) -> Iterator[tuple[str, Raw]]:
    """The tables in a value, each with its place: itself, or those of a list."""
    if isinstance(value, dict):
        yield here, value
    elif isinstance(value, list):
        yield from ((f"{here}[{place}]", item) for place, item in enumerate(value, 1) if isinstance(item, dict))


def _excuse(table: Raw, path: str, key: str) -> None:
    """A table whose secret was spoken of already is not told that it lacks one."""
    if path in {f"mailbox.{name}" for name in LOGINS}:
        table.setdefault("password_credential", "")
    if path == OAUTH2 and not _names(table, _kind(key)):
        table[f"{_kind(key)}_credential"] = "told"


def _kind(key: str) -> str:
    return "refresh_token" if "token" in key.lower() else "client_secret"


def of_logins(raw: Raw) -> Iterator[tuple[str, str]]:
    """What a login lacks, and what it must not do."""
    for name in LOGINS:
        login, path = _table(raw, "mailbox", name), f"mailbox.{name}"
        if not login:
            continue
        yield from _of_password(login, path)
        host = login.get("host")
        if login.get("security") == "none" and isinstance(host, str) and not is_loopback(host):
            yield f"{path}.security", CLEAR_SENTENCE
        if login.get("security") == "starttls" and login.get("port") == TLS_PORTS[name]:
            yield f"{path}.port", f'port {TLS_PORTS[name]} speaks TLS from the start; write security = "tls".'


def _of_password(login: Raw, path: str) -> Iterator[tuple[str, str]]:
    if login.get("auth", "password") != "password":
        for key in PASSWORD_KEYS if login["auth"] == "oauth2" else ():
            if login.get(key):
                yield f"{path}.{key}", 'auth = "oauth2" takes a token, not a password; remove one of the two.'
        return
    named = [key for key in PASSWORD_KEYS if login.get(key)]
    if len(named) == 2:
        yield f"{path}.password_file", "password_credential names the password already; keep one of the two."
    if not named and not set(PASSWORD_KEYS) & set(login):
        yield f"{path}.password_file", "nothing says where the password is; add password_credential or password_file."


def of_oauth2(raw: Raw) -> Iterator[tuple[str, str]]:
    """What logins by OAuth2 lack."""
    mailbox = _table(raw, "mailbox")
    if not _wants_tokens(mailbox):
        return
    if not isinstance(mailbox.get("oauth2"), dict):
        yield OAUTH2, NO_TABLE
        return
    table = _table(mailbox, "oauth2")
    yield from _of_endpoint(table)
    if not table.get("client_id"):
        yield f"{OAUTH2}.client_id", NO_CLIENT
    yield from _of_grant(table)


def _wants_tokens(mailbox: Raw) -> bool:
    return any(_table(mailbox, name).get("auth") == "oauth2" for name in LOGINS)


def _of_endpoint(table: Raw) -> Iterator[tuple[str, str]]:
    provider = table.get("provider", "")
    if not provider and not table.get("token_url"):
        yield f"{OAUTH2}.provider", NO_ENDPOINT
    if provider == "microsoft" and not table.get("token_url") and not table.get("tenant"):
        yield f"{OAUTH2}.tenant", NO_TENANT


def _of_grant(table: Raw) -> Iterator[tuple[str, str]]:
    """A refresh token may need no secret of the client's; without one the secret is all there is."""
    for kind in ("client_secret", "refresh_token"):
        if table.get(f"{kind}_credential") and table.get(f"{kind}_file"):
            yield f"{OAUTH2}.{kind}_file", f"{kind}_credential names it already; keep one of the two."
    google, refreshes = table.get("provider") == "google", _names(table, "refresh_token")
    if google and not refreshes:
        yield f"{OAUTH2}.refresh_token_file", NO_REFRESH
    if not _names(table, "client_secret") and (google or not refreshes):
        yield f"{OAUTH2}.client_secret_file", CLIENTLESS


def _names(table: Raw, kind: str) -> bool:
    return bool(table.get(f"{kind}_credential") or table.get(f"{kind}_file"))


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
    mailbox = _table(raw, "mailbox")
    if any(_table(mailbox, "oauth2").values()) and not _wants_tokens(mailbox):
        yield OAUTH2, UNUSED
    if not company.get("iban"):
        yield "company.iban", "the IBAN is missing; add it, or no message can say where to pay."
