"""The IMAP commands that the mailbox is made of; each runs in the connection's thread, with EXAMINE and PEEK."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, IMAPClientReadOnlyError
from imapclient.response_parser import parse_response

from relancier.adapters.imap.errors import is_refusal, is_throttle
from relancier.adapters.imap.folders import Listed, Names, same_name
from relancier.ports import Fetched, FolderState

IDS_A_COMMAND = 500  # Dovecot refuses lines over 64 KB
FOLDERS_A_COMMAND = 50
SEARCHED_AT_ONCE = 50_000  # the library refuses an answer line over 1 MB
UPLOAD_BYTES_A_SECOND = 16 * 1024  # slower than this is taken for dead

_NOWHERE = '"relancier: no such folder"'
_STATE = "(UIDVALIDITY UIDNEXT)"

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
APPENDED = re.compile(rb"\[APPENDUID \d+ (\d+)\]", re.IGNORECASE)


class FolderGone(Exception):  # noqa: N818 - named after the situation
    """The folder does not exist any more."""


def list_folders(client: IMAPClient, names: Names, pattern: str = "*") -> list[Listed]:
    """LIST, every folder with its flags."""
    return [
        Listed(
            names.decoded(name.encode("latin-1") if isinstance(name, str) else name),
            delimiter.decode("ascii") if delimiter else "",
            frozenset(flag.decode("ascii", "replace").lower() for flag in flags),
        )
        for flags, delimiter, name in client.list_folders(pattern=pattern)
    ]


# --- looking at folders ---------------------------------------------------------------------------------------------


def look(client: IMAPClient, names: Names, wanted: Sequence[str]) -> list[FolderState]:
    """The state of each folder as it is now: none is selected meanwhile, for a selected one may be told stale."""
    found: list[FolderState] = []
    for start in range(0, len(wanted), FOLDERS_A_COMMAND):
        found += _states(client, names, wanted[start : start + FOLDERS_A_COMMAND])
    return [state for name in wanted if (state := _pick(found, name) or _single_state(client, names, name))]


def _states(client: IMAPClient, names: Names, wanted: Sequence[str]) -> list[FolderState]:
    """One round trip: either one LIST that gives every STATUS (RFC 5819), or many commands written at once."""
    imap = client._imap  # noqa: SLF001 - imapclient has neither LIST-STATUS nor pipelining
    imap.untagged_responses.clear()
    tags = _away_from_folder(client)
    quoted = [_quoted(names.carried(name)) for name in wanted]
    if len(wanted) > 2 and _lists_states(client, wanted):
        tags.append(("LIST", imap._command("LIST", '""', f"({' '.join(quoted)})", f"RETURN (STATUS {_STATE})")))  # noqa: SLF001
    else:
        tags += [("STATUS", imap._command("STATUS", name, _STATE)) for name in quoted]  # noqa: SLF001
    for command, tag in tags:
        imap._command_complete(command, tag)  # noqa: SLF001
    imap.state = "AUTH"
    answers = parse_response(imap.untagged_responses.pop("STATUS", [None]))
    return [_state(names.decoded(name), items) for name, items in zip(answers[::2], answers[1::2], strict=True)]


def _away_from_folder(client: IMAPClient) -> list[tuple[str, bytes]]:
    """Leaves the selected folder, whose STATUS Dovecot tells as it was, even after NOOP."""
    imap = client._imap  # noqa: SLF001 - imapclient does not show its state
    if imap.state != "SELECTED":
        return []
    if client.has_capability("UNSELECT"):
        return [("UNSELECT", imap._command("UNSELECT"))]  # noqa: SLF001
    return [("EXAMINE", imap._command("EXAMINE", _NOWHERE))]  # noqa: SLF001 - fails, and leaves no folder selected


def _lists_states(client: IMAPClient, wanted: Sequence[str]) -> bool:
    able = {b"LIST-STATUS", b"LIST-EXTENDED"} <= set(client.capabilities())
    return able and not any(set(name) & set("*%") for name in wanted)


def _state(name: str, items: Sequence[object]) -> FolderState:
    values = dict(zip(items[::2], items[1::2], strict=True))
    return FolderState(name, _number(values[b"UIDVALIDITY"]), _number(values[b"UIDNEXT"]))


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise ValueError(f"a number was expected, not {value!r}")  # noqa: TRY004 - it is the server's
    return value


def _pick(found: Iterable[FolderState], name: str) -> FolderState | None:
    states = (state for state in found if same_name(name, state.name))
    return next((FolderState(name, one.uidvalidity, one.uidnext) for one in states), None)


def _single_state(client: IMAPClient, names: Names, name: str) -> FolderState | None:
    """A folder that the quick way did not tell; None when it is gone."""
    try:
        values = client.folder_status(names.carried(name), ("UIDVALIDITY", "UIDNEXT"))
    except IMAPClientError as error:
        if is_refusal(error) and not is_throttle(error) and _is_gone(client, names, name):
            return None
        raise
    return FolderState(name, _number(values[b"UIDVALIDITY"]), _number(values[b"UIDNEXT"]))


def _is_gone(client: IMAPClient, names: Names, name: str) -> bool:
    """Asked instead of reading it from the wording of a refusal."""
    listed = list_folders(client, names, names.carried(name))
    return not any(same_name(name, one.name) and one.selectable for one in listed)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- opening and searching ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder just opened: how many messages, its numbering, the flags that stick."""

    exists: int
    uidvalidity: int
    uidnext: int
    permanent: frozenset[str]


def open_folder(client: IMAPClient, names: Names, folder: str, *, writing: bool = False) -> Opened:
    """EXAMINE, or SELECT for `writing`. Raises FolderGone."""
    try:
        answer = client.select_folder(names.carried(folder), readonly=not writing)
    except IMAPClientReadOnlyError:
        if not writing:
            raise
        return open_folder(client, names, folder)
    except IMAPClientError as error:
        if is_refusal(error) and not is_throttle(error) and _is_gone(client, names, folder):
            raise FolderGone(folder) from error
        raise
    flags = answer.get(b"PERMANENTFLAGS", (b"\\Flagged", b"\\Seen", b"\\Answered", b"\\Draft")) if writing else ()
    return Opened(
        answer.get(b"EXISTS", 0),
        answer.get(b"UIDVALIDITY", 0),
        answer.get(b"UIDNEXT", 0),
        frozenset(flag.decode("ascii", "replace").lower() for flag in flags),
    )


def search_new(client: IMAPClient, names: Names, folder: str, after: int, since: date | None) -> list[int]:
    """UIDs above `after`, in pieces from the end: an expunge meanwhile moves messages towards what is still to come."""
    opened = open_folder(client, names, folder)
    criteria = ["UID", f"{after + 1}:*", *(["SINCE", since] if since else [])]
    if opened.exists <= SEARCHED_AT_ONCE:
        return _above(after, client.search(criteria))
    found: list[int] = []
    for last in range(opened.exists, 0, -SEARCHED_AT_ONCE):
        found += client.search([f"{max(1, last - SEARCHED_AT_ONCE + 1)}:{last}", *criteria])
    return _above(after, found)


def search_token(client: IMAPClient, names: Names, folder: str, token: str, after: int) -> list[int]:
    """UIDs above `after` that hold the token in one of the three headers that may have survived."""
    if not re.fullmatch(r"[\x20-\x7e]+", token):
        return []
    open_folder(client, names, folder)
    quoted = _quoted(token)
    headers = f"OR OR HEADER Message-ID {quoted} HEADER X-Relancier-Id {quoted} HEADER References {quoted}"
    return _above(after, client.search(f"UID {after + 1}:* {headers}"))


def search_subject(client: IMAPClient, names: Names, folder: str, words: str, since: date) -> list[int]:
    """UIDs since a day whose subject holds these words."""
    open_folder(client, names, folder)
    if re.fullmatch(r"[\x20-\x7e]+", words):
        return sorted(
            client.search(f"SINCE {since.day}-{MONTHS[since.month - 1]}-{since.year} SUBJECT {_quoted(words)}")
        )
    return sorted(client.search(["SINCE", since, "SUBJECT", words], charset="UTF-8"))


def _above(after: int, uids: Iterable[int]) -> list[int]:
    """`n:*` gives the last message even when it is below n."""
    return sorted({uid for uid in uids if uid > after})


# --- reading --------------------------------------------------------------------------------------------------------


def fetch_flags(client: IMAPClient, names: Names, folder: str, uids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The flags of at most IDS_A_COMMAND messages."""
    open_folder(client, names, folder)
    return {uid: _flags(data) for uid, data in client.fetch(list(uids), ["FLAGS"]).items() if b"FLAGS" in data}


def fetch_sizes(client: IMAPClient, names: Names, folder: str, uids: Sequence[int]) -> dict[int, int]:
    """The sizes of at most IDS_A_COMMAND messages."""
    open_folder(client, names, folder)
    answers = client.fetch(list(uids), ["RFC822.SIZE"])
    return {uid: _number(data[b"RFC822.SIZE"]) for uid, data in answers.items() if b"RFC822.SIZE" in data}


def fetch_messages(
    client: IMAPClient, names: Names, folder: str, sizes: Mapping[int, int], limit: int
) -> list[Fetched]:
    """The first `limit` bytes of each message, ascending; one without bytes is left out."""
    open_folder(client, names, folder)
    answers = client.fetch(list(sizes), ["FLAGS", f"BODY.PEEK[]<0.{limit}>"])
    return [
        Fetched(uid, _true_size(sizes[uid], raw, limit), raw, _flags(answers[uid]))
        for uid in sorted(answers)
        if (raw := _body(answers[uid])) is not None
    ]


def _body(data: Mapping[bytes, object]) -> bytes | None:
    found = (value for key, value in data.items() if key.startswith(b"BODY[]"))
    return next((value for value in found if isinstance(value, bytes)), None)


def _true_size(told: int, raw: bytes, limit: int) -> int:
    """Some servers only estimate a size; fewer bytes than asked for are the whole message."""
    return len(raw) if len(raw) < limit else max(told, len(raw))


def _flags(data: Mapping[bytes, object]) -> frozenset[str]:
    flags = data.get(b"FLAGS")
    return frozenset(_text(flag) for flag in flags) if isinstance(flags, tuple) else frozenset()


def _text(flag: object) -> str:
    return flag.decode("ascii", "replace") if isinstance(flag, bytes) else str(flag)


# --- writing --------------------------------------------------------------------------------------------------------


def add_flags(
    client: IMAPClient, names: Names, folder: str, uids: Sequence[int], flags: Iterable[str]
) -> dict[int, frozenset[str]]:
    """Those of `flags` that each message has afterwards; one that is gone is left out."""
    permanent = open_folder(client, names, folder, writing=True).permanent
    wanted = {flag.lower(): flag for flag in flags if _sticks(flag, permanent)}
    if wanted:
        _store(client, uids, list(wanted.values()), add=True)
    answers = client.fetch(list(uids), ["FLAGS"])
    return {
        uid: frozenset(wanted[flag.lower()] for flag in _flags(data) if flag.lower() in wanted)
        for uid, data in answers.items()
        if uid in uids
    }


def takes_keywords(client: IMAPClient, names: Names, folder: str) -> bool:
    return "\\*" in open_folder(client, names, folder, writing=True).permanent


def remove_flags(client: IMAPClient, names: Names, folder: str, uid: int, flags: Iterable[str]) -> None:
    open_folder(client, names, folder, writing=True)
    _store(client, [uid], list(flags), add=False)


def _sticks(flag: str, permanent: frozenset[str]) -> bool:
    return flag.lower() in permanent or ("\\*" in permanent and not flag.startswith("\\"))


def _store(client: IMAPClient, uids: Sequence[int], flags: list[str], *, add: bool) -> None:
    """A refusal in words (a mailbox that may only be read) is no error: the flags are asked for afterwards."""
    try:
        (client.add_flags if add else client.remove_flags)(list(uids), flags, silent=True)
    except IMAPClientError as error:
        if not is_refusal(error) or is_throttle(error):
            raise


def append(client: IMAPClient, names: Names, folder: str, raw: bytes, *, flags: Sequence[str], at: datetime) -> int:
    """Files a message; its UID where the server has UIDPLUS (RFC 4315), else 0. Raises FolderGone."""
    waiting = client.socket().gettimeout()
    client.socket().settimeout((waiting or 0) + upload_seconds(raw))
    try:
        answer = client.append(names.carried(folder), raw, flags, at)
    except IMAPClientError as error:
        gone = is_refusal(error) and not is_throttle(error)
        if gone and ("[TRYCREATE]" in str(error) or _is_gone(client, names, folder)):
            raise FolderGone(folder) from error
        raise
    client.socket().settimeout(waiting)
    found = APPENDED.search(answer if isinstance(answer, bytes) else str(answer).encode())
    return int(found[1]) if found else 0


def upload_seconds(raw: bytes) -> float:
    """What a message may take on its way up: the socket's timeout is for the whole of it."""
    return len(raw) / UPLOAD_BYTES_A_SECOND


def discard(client: IMAPClient, names: Names, folder: str, uid: int, raw: bytes) -> bool:
    """Removes this one message if it is byte for byte `raw`: never by an EXPUNGE that could take others with it."""
    if not client.has_capability("UIDPLUS"):
        return False
    open_folder(client, names, folder, writing=True)
    if _body(client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {})) != raw:
        return False
    try:
        client.add_flags([uid], ["\\Deleted"], silent=True)
        client.expunge([uid])
    except IMAPClientError as error:
        if not is_refusal(error) or is_throttle(error):
            raise
        _store(client, [uid], ["\\Deleted"], add=False)
    return uid not in client.fetch([uid], ["FLAGS"])
