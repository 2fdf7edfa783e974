"""Folder names and roles: what the server says, what the configuration says, what they are usually called."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from imapclient.imap_utf7 import decode, encode

from relancier.ports import Folder, FolderRole


@dataclass(frozen=True, slots=True)
class FolderNames:
    """Folders that the configuration names; an empty name is looked for. `ignore` covers what lies below, too."""

    sent: str = ""
    drafts: str = ""
    junk: str = ""
    trash: str = ""
    ignore: tuple[str, ...] = ()

    def of(self, role: FolderRole) -> str:
        """The name configured for a role."""
        return {
            FolderRole.SENT: self.sent,
            FolderRole.DRAFTS: self.drafts,
            FolderRole.JUNK: self.junk,
            FolderRole.TRASH: self.trash,
        }[role]


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of LIST: decoded name, delimiter, flags in lower case."""

    name: str
    delimiter: str
    flags: frozenset[str]

    @property
    def selectable(self) -> bool:
        return not self.flags & {"\\noselect", "\\nonexistent"}


SPECIAL_USE = {
    FolderRole.SENT: "\\sent",
    FolderRole.DRAFTS: "\\drafts",
    FolderRole.JUNK: "\\junk",
    FolderRole.TRASH: "\\trash",
}
# Searches that show messages of other folders a second time (Gmail's Starred and Important).
VIEWS = {"\\flagged", "\\important"}
WELL_KNOWN = {
    FolderRole.SENT: (
        "Sent", "Sent Items", "Sent Messages", "Sent Mail", "Éléments envoyés", "Messages envoyés", "Envoyés",
        "Objets envoyés", "Courrier envoyé", "Gesendet", "Gesendete Elemente", "Gesendete Objekte",
    ),
    FolderRole.DRAFTS: ("Drafts", "Draft", "Brouillons", "Brouillon", "Entwürfe", "Entwurf"),
    FolderRole.JUNK: (
        "Junk", "Spam", "Junk E-mail", "Junk Email", "Junk Mail", "Bulk Mail", "Courrier indésirable", "Indésirables",
        "Indésirable", "Pourriel", "Pourriels", "Unerwünscht", "Unerwünschte Werbung", "Junk-E-Mail",
    ),
    FolderRole.TRASH: (
        "Trash", "Deleted Items", "Deleted Messages", "Deleted", "Bin", "Corbeille", "Éléments supprimés",
        "Messages supprimés", "Objets supprimés", "Papierkorb", "Gelöschte Elemente", "Gelöschte Objekte", "Gelöscht",
    ),
}  # fmt: skip


class Names:
    """Between names as people write them and as IMAP carries them (modified UTF-7), even where they are not valid."""

    def __init__(self) -> None:
        self._odd: dict[str, str] = {}

    def decoded(self, raw: bytes | int | None) -> str:
        """The name in an answer; the library makes a number of `2024` and None of `NIL`."""
        text = "NIL" if raw is None else raw.decode("latin-1") if isinstance(raw, bytes) else str(raw)
        name = _read(text.encode("latin-1"))
        if encode(name) != text.encode("latin-1"):
            self._odd[name] = text
        return name

    def carried(self, name: str) -> str:
        """The name for a command, still to be quoted."""
        return self._odd.get(name) or encode(name).decode("ascii")


def _read(raw: bytes) -> str:
    """Modified UTF-7; plain UTF-8 where a server sends that unasked; else whatever it is."""
    try:
        return str(decode(raw)) if raw.isascii() else raw.decode("utf-8")
    except ValueError:
        return raw.decode("latin-1")


def with_roles(listed: Sequence[Listed], names: FolderNames) -> tuple[Folder, ...]:
    """The selectable folders, INBOX first, at most one for each role."""
    kept = [one for one in listed if one.selectable and not one.flags & VIEWS and not _ignored(one, names.ignore)]
    roles = {_find(kept, role, names.of(role)): role for role in SPECIAL_USE}
    folders = [Folder(one.name, _role(one, roles)) for one in kept]
    return tuple(sorted(folders, key=lambda folder: (folder.role != FolderRole.INBOX, folder.name)))


def same_name(one: str, other: str) -> bool:
    """Whether two names are one folder: INBOX in any case, the rest as composed letters."""
    if one.upper() == "INBOX":
        return other.upper() == "INBOX"
    return _composed(one) == _composed(other)


def _role(one: Listed, roles: dict[str | None, FolderRole]) -> FolderRole:
    return FolderRole.INBOX if same_name("INBOX", one.name) else roles.get(one.name, FolderRole.OTHER)


def _find(listed: Sequence[Listed], role: FolderRole, configured: str) -> str | None:
    """A configured name counts alone: where it does not exist, nothing else takes its place."""
    if configured:
        return next((one.name for one in listed if same_name(configured, one.name)), None)
    marked = (one.name for one in listed if SPECIAL_USE[role] in one.flags)
    return next(marked, None) or next(_usual(listed, WELL_KNOWN[role]), None)


def _usual(listed: Sequence[Listed], known: Iterable[str]) -> Iterator[str]:
    """Folders with a usual name: at the top, below INBOX or [Gmail], and last below any one folder."""
    order = {_folded(name): place for place, name in enumerate(known)}
    found = [(_depth(one), order[_last(one)], one.name) for one in listed if _last(one) in order]
    return (name for depth, _, name in sorted(found) if depth <= 2)


def _depth(one: Listed) -> int:
    *above, _ = _parts(one)
    if not above:
        return 0
    below_root = len(above) == 1 and _folded(above[0]) in {"inbox", "[gmail]", "[google mail]"}
    return 1 if below_root else 1 + len(above)


def _last(one: Listed) -> str:
    return _folded(_parts(one)[-1])


def _parts(one: Listed) -> list[str]:
    return one.name.split(one.delimiter) if one.delimiter else [one.name]


def _ignored(one: Listed, ignore: Iterable[str]) -> bool:
    return any(
        same_name(name, one.name) or (one.delimiter and one.name.startswith(name + one.delimiter)) for name in ignore
    )


def _folded(name: str) -> str:
    return _composed(name).casefold()


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)
