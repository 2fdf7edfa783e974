"""What every bounce reader promises, whatever stands behind it."""

import random
from pathlib import Path

import pytest

from relancier.core.reading.reply import RULES
from relancier.core.reading.second import Failures
from relancier.ports import BounceReader

MAIL = sorted((Path(__file__).parents[1] / "mail").glob("*/*.eml"))
PEOPLE = [path for path in MAIL if path.parent.name == "human"]
MUTATIONS = 1_500


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The message with a few bytes changed, lost, doubled or put elsewhere."""
    for _ in range(chance.randint(1, 6)):
        at, to = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
        to = min(to, at + 200)
        piece = chance.choice((b"", bytes([chance.randrange(256)]), raw[at:to] * 2, b"\n", b": ;=?<>", b"=?x?b?/?="))
        raw = raw[:at] + piece + raw[to:]
    return raw


class BounceReaderContract:
    """Subclasses give the fixture `reader`."""

    @pytest.mark.parametrize("path", PEOPLE, ids=lambda path: path.stem)
    def test_a_persons_message_is_no_bounce(self, reader: BounceReader, path: Path) -> None:
        assert reader.read(path.read_bytes()) == Failures()

    @pytest.mark.parametrize(
        "raw", [b"", b"\n", b"\0" * 1000, b"Content-Type: multipart/report", b"\xff: \xff\n\n\xff"]
    )
    def test_what_is_no_message_is_no_bounce(self, reader: BounceReader, raw: bytes) -> None:
        assert reader.read(raw) == Failures()

    def test_no_message_makes_it_raise_and_what_it_finds_are_addresses(self, reader: BounceReader) -> None:
        chance = random.Random(20261122)  # noqa: S311 - the same mutations each time
        messages = [*(path.read_bytes() for path in MAIL), *(rule.example.encode() for rule in RULES)]
        for _ in range(MUTATIONS):
            found = reader.read(mutated(chance.choice(messages), chance))
            for address in (*found.temporary, *found.permanent):
                assert "@" in address
                assert address == address.lower().strip()
