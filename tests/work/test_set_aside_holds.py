"""Law 9: a message that cannot be handled holds the cases it may be about, whoever of the customer's people wrote."""

from collections.abc import Iterable, Mapping

import pytest
from tests.work.play import (
    CUSTOMER,
    answer,
    arrive,
    case,
    daemon,
    late,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    written,
)

from relancier.adapters.memory_store import MemoryStore
from relancier.core.case import Because
from relancier.core.reading.read import read
from relancier.core.reading.reply import normalise
from relancier.core.stored import Seen


class Stumbling(MemoryStore):
    """A store with stones: identities and Message-IDs that cannot be looked up."""

    def __init__(self) -> None:
        super().__init__(normalise)
        self.stones: set[str] = set()

    def seen(self, identity: str) -> Seen | None:
        if identity in self.stones:
            raise ZeroDivisionError(identity)
        return super().seen(identity)

    def by_message_id(self, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        if self.stones & set(listed := list(ids)):
            raise ZeroDivisionError(listed)
        return super().by_message_id(listed)


async def test_a_colleague_of_the_contact_in_our_thread_holds_the_case() -> None:
    store = Stumbling()
    rig = daemon(late(), store=store)
    await rig.tick()
    raw = answer(reminders(rig)[0], sender="directeur@dupont.test")
    store.stones.add(read(raw).identity)
    arrive(rig, raw)
    await pass_minutes(rig, 5)
    assert [hold.because for hold in case(rig).holds] == [Because.UNREAD]
    await pass_days(rig, 20)
    assert taken(rig) == ["reminder"]


@pytest.mark.parametrize("sender", [CUSTOMER, "directeur@dupont.test"])
async def test_where_it_cannot_even_be_matched_the_domain_holds(sender: str) -> None:
    store = Stumbling()
    rig = daemon(late(), store=store)
    await rig.tick()
    store.stones.add("<stone@dupont.test>")
    arrive(rig, written(sender, "Bonjour", In_Reply_To="<stone@dupont.test>"))
    await pass_minutes(rig, 5)
    assert [hold.because for hold in case(rig).holds] == [Because.UNREAD]


@pytest.mark.parametrize("sender", ["Pierre <pierre@gmail.com>", "someone@nowhere.test", ""])
async def test_someone_unknown_holds_nothing(sender: str) -> None:
    store = Stumbling()
    rig = daemon(late(), store=store)
    await rig.tick()
    store.stones.add("<stone@dupont.test>")
    arrive(rig, written(sender, "Bonjour", In_Reply_To="<stone@dupont.test>"))
    await pass_minutes(rig, 5)
    assert case(rig).holds == ()
