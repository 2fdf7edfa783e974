"""Roles of folders: by what the server says, by what is configured, by what they are usually called."""

import pytest

from relancier.adapters.imap.folders import FolderNames, Listed, Names, with_roles
from relancier.ports import FolderRole


def listed(name: str, *flags: str, delimiter: str = "/") -> Listed:
    return Listed(name, delimiter, frozenset(flag.lower() for flag in flags))


def role_of(role: FolderRole, *lines: Listed, names: FolderNames | None = None) -> str | None:
    found = [folder.name for folder in with_roles(lines, names or FolderNames()) if folder.role == role]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("role", "name", "delimiter"),
    [
        (FolderRole.SENT, "Sent Items", "/"),
        (FolderRole.SENT, "Éléments envoyés", "/"),
        (FolderRole.SENT, "E\u0301le\u0301ments envoye\u0301s", "/"),
        (FolderRole.SENT, "Messages envoyés", "/"),
        (FolderRole.SENT, "Objets envoyés", "/"),
        (FolderRole.SENT, "INBOX.Sent", "."),
        (FolderRole.SENT, "INBOX/Gesendete Elemente", "/"),
        (FolderRole.SENT, "[Gmail]/Sent Mail", "/"),
        (FolderRole.SENT, "[Gmail]/Messages envoyés", "/"),
        (FolderRole.SENT, "Courrier/Sent", "/"),
        (FolderRole.DRAFTS, "Brouillons", "/"),
        (FolderRole.DRAFTS, "INBOX.Drafts", "."),
        (FolderRole.DRAFTS, "Entwürfe", "/"),
        (FolderRole.JUNK, "Courrier indésirable", "/"),
        (FolderRole.JUNK, "[Gmail]/Spam", "/"),
        (FolderRole.JUNK, "JUNK", "/"),
        (FolderRole.TRASH, "Corbeille", "/"),
        (FolderRole.TRASH, "Éléments supprimés", "/"),
        (FolderRole.TRASH, "Gelöschte Objekte", "/"),
    ],
)
def test_usual_names(role: FolderRole, name: str, delimiter: str) -> None:
    lines = [listed("INBOX", delimiter=delimiter), listed(name, delimiter=delimiter)]
    assert role_of(role, *lines) == name


def test_special_use_wins_over_a_usual_name() -> None:
    assert role_of(FolderRole.SENT, listed("Sent"), listed("Départ", "\\Sent")) == "Départ"


def test_the_folder_nearest_to_the_top_wins() -> None:
    lines = [listed("Dupont/Sent"), listed("INBOX/Sent"), listed("A/B/Sent")]
    assert role_of(FolderRole.SENT, *lines) == "INBOX/Sent"
    assert role_of(FolderRole.SENT, lines[0]) == "Dupont/Sent"
    assert role_of(FolderRole.SENT, lines[2]) is None


def test_a_configured_name_that_is_missing_is_not_replaced() -> None:
    assert role_of(FolderRole.SENT, listed("Sent"), names=FolderNames(sent="Envois")) is None


def test_what_cannot_be_opened_or_only_shows_others_is_left_out() -> None:
    lines = [
        listed("INBOX"),
        listed("[Gmail]", "\\Noselect"),
        listed("Parti", "\\NonExistent"),
        listed("[Gmail]/Starred", "\\Flagged"),
        listed("[Gmail]/All Mail", "\\All"),
    ]
    assert [folder.name for folder in with_roles(lines, FolderNames())] == ["INBOX", "[Gmail]/All Mail"]


def test_ignored_folders_take_those_below_along() -> None:
    lines = [listed("inbox"), listed("Vieux"), listed("Vieux/2019"), listed("Vieuxbourg")]
    kept = with_roles(lines, FolderNames(ignore=("Vieux",)))
    assert [(folder.name, folder.role) for folder in kept] == [
        ("inbox", FolderRole.INBOX),
        ("Vieuxbourg", FolderRole.OTHER),
    ]


@pytest.mark.parametrize(
    "name", ["été", "a&b", "Réglés & payés", "2024", "NIL", "日本", "🧾", "a\\b", 'a"b', " a ", "~&-"]
)
def test_names_survive_the_way_there_and_back(name: str) -> None:
    names = Names()
    assert names.decoded(names.carried(name).encode()) == name


def test_a_name_in_plain_utf8_reads_as_it_is_meant_and_is_carried_as_it_came() -> None:
    names = Names()
    name = names.decoded("Éléments envoyés".encode())
    assert name == "Éléments envoyés"
    assert names.carried(name).encode("latin-1") == "Éléments envoyés".encode()


@pytest.mark.parametrize("raw", [b"\xe9t\xe9", b"R&D", b"&", b"&AOk", b"\xc3\xa9t\xc3\xa9"])
def test_names_that_are_not_valid_are_carried_as_they_came(raw: bytes) -> None:
    names = Names()
    assert names.carried(names.decoded(raw)).encode("latin-1") == raw
