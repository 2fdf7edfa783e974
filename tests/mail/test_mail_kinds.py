"""Every message under tests/mail/<kind>/ is read as that kind."""

from pathlib import Path

import pytest

from relancier.core.reading.read import read
from relancier.core.reading.reply import Context, MailKind, classify

HERE = Path(__file__).parent
MESSAGES = sorted(HERE.glob("*/*.eml"))
CONTEXT = Context(own_address="compta@atelier-lumen.example", team_domains=frozenset({"atelier-lumen.example"}))


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_folder_names_the_kind(path: Path) -> None:
    verdict = classify(read(path.read_bytes()), CONTEXT)

    assert verdict.kind == path.parent.name, f"{verdict.rule}: {verdict.evidence}"


def test_every_folder_is_a_kind_and_the_main_kinds_have_messages() -> None:
    folders = {path.parent.name for path in MESSAGES}

    assert folders <= set(MailKind)
    assert folders >= set(MailKind) - {MailKind.OWN, MailKind.COLLEAGUE}
