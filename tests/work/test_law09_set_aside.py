"""Law 9: one bad message, invoice or template stops only itself, and a person is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tests.work.play import (
    CUSTOMER,
    KEY,
    arrive,
    case,
    daemon,
    entries,
    late,
    notes,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    written,
)  # fmt: skip
from tests.work.rig import Rig, customer

from relancier.adapters.memory_store import MemoryStore
from relancier.core.case import Because, Case
from relancier.core.outbox import Status
from relancier.core.reading.mail import Draft
from relancier.core.reading.reply import normalise
from relancier.ports import RenderFailed

SECOND = "FA-2026-0002|2026-02-27"


class Torn:
    """A library in which one customer's messages cannot be made."""

    def __init__(self, library: Any, error: Exception) -> None:
        self.library, self.error = library, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self.library, name)

    def render(self, template: str, language: str, fields: Mapping[str, object]) -> Draft:
        if fields.get("customer") == "Dupont":
            raise self.error
        draft: Draft = self.library.render(template, language, fields)
        return draft


def torn(error: Exception) -> Rig:
    rig = daemon(late(), late("FA-2026-0002", customer=customer("Martin")))
    renderer = rig.parts.deliver.renderer
    rig.parts.deliver.renderer = replace(renderer, library=Torn(renderer.library, error))
    return rig


async def test_a_bad_template_stops_only_its_own_message() -> None:
    rig = torn(RenderFailed("The field 'x' is not known."))
    await rig.tick()
    assert (taken(rig), taken(rig, SECOND)) == ([], ["reminder"])
    assert len(notes(rig, "held", "render_failed")) == 1
    await pass_minutes(rig, 130)
    assert len(notes(rig, "held", "render_failed")) == 1


async def test_a_mended_template_leaves_within_the_hour() -> None:
    rig = torn(RenderFailed("The field 'x' is not known."))
    await rig.tick()
    renderer = rig.parts.deliver.renderer
    rig.parts.deliver.renderer = replace(renderer, library=renderer.library.library)  # type: ignore[attr-defined]
    await pass_minutes(rig, 70)
    assert taken(rig) == ["reminder"]


async def test_an_error_nobody_foresaw_while_writing_stops_only_that_message() -> None:
    rig = torn(ZeroDivisionError("a stone"))
    await rig.tick()
    assert (taken(rig), taken(rig, SECOND)) == ([], ["reminder"])
    assert [entry.status for entry in entries(rig)] == [Status.DEFERRED, Status.SENT]
    assert len(notes(rig, "held", "render_failed")) == 1


async def test_a_pdf_that_is_missing_stops_only_its_own_message() -> None:
    rig = daemon(late(pdf="/nowhere/FA.pdf"), late("FA-2026-0002", customer=customer("Martin")))
    await rig.tick()
    assert (taken(rig), taken(rig, SECOND)) == ([], ["reminder"])
    assert len(notes(rig, "held", "render_failed")) == 1


async def test_a_name_with_a_line_break_never_becomes_a_header() -> None:
    rig = daemon(
        late(customer=replace(customer(), name="Dupont\r\nBcc: x@y.test")),
        late("FA-2026-0002", customer=customer("Martin")),
    )
    await rig.tick()
    assert all(b"\r\nBcc:" not in sent.raw for sent in reminders(rig))
    assert taken(rig, SECOND) == ["reminder"]


async def test_a_customer_whose_cases_cannot_be_decided_stops_nobody_else() -> None:
    class Stumbling(MemoryStore):
        def of_customer(self, customer: str) -> list[Case]:
            if customer == "dupont" and not self.mended:
                self.mended = True
                raise ZeroDivisionError("a stone")
            return super().of_customer(customer)

        mended = False

    rig = daemon(late(), late("FA-2026-0002", customer=customer("Martin")), store=Stumbling(normalise))
    await rig.tick()
    assert (taken(rig), taken(rig, SECOND)) == ([], ["reminder"])
    assert len(notes(rig, "held", "render_failed")) == 1
    await pass_minutes(rig, 61)
    assert taken(rig) == ["reminder"]


async def test_a_plan_that_is_gone_waits_and_says_so() -> None:
    rig = daemon(late(plan="nowhere"), late("FA-2026-0002", customer=customer("Martin")))
    await rig.tick()
    assert taken(rig, SECOND) == ["reminder"]
    assert case(rig).waiting == "there is no plan called 'nowhere'"


async def test_an_order_that_cannot_be_carried_out_stops_no_other() -> None:
    rig = daemon(late())
    rig.order("dance")
    rig.order("paid", KEY, amount="beaucoup")
    rig.order("promise", KEY)
    await rig.tick()
    assert rig.store.orders() == []
    assert case(rig).amount_due == late().amount


async def test_rubbish_in_the_inbox_stops_nothing() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, b"\x00\xff\xfe not a message at all")
    arrive(rig, b"Subject: =?nope?B?!!!?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x")
    arrive(rig, b"")
    await pass_days(rig, 8)
    assert taken(rig) == ["reminder", "penalties"]


async def test_earlier_mail_that_cannot_be_asked_holds_its_senders_case_and_stops_nobody_else() -> None:
    class Stumbling(MemoryStore):
        armed = False

        def by_message_id(self, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
            if self.armed and "<stone@nowhere.test>" in (listed := list(ids)):
                raise ZeroDivisionError(listed)
            return super().by_message_id(ids)

    store = Stumbling(normalise)
    rig = daemon(store=store)
    arrive(rig, written(CUSTOMER, "pierre", In_Reply_To="<stone@nowhere.test>"))
    await rig.tick()
    store.armed = True
    rig.source.set(late(), late("FA-2026-0002", customer=customer("Martin")), at=rig.wake.now())
    await rig.tick()
    assert [hold.because for hold in case(rig).holds] == [Because.UNREAD]
    assert (taken(rig), taken(rig, SECOND)) == ([], ["reminder"])


async def test_a_note_that_cannot_be_written_stops_nothing() -> None:
    rig = daemon(late(pdf="/nowhere/FA.pdf"), late("FA-2026-0002", customer=customer("Martin")))
    renderer = rig.parts.deliver.notes.renderer
    rig.parts.deliver.notes.renderer = replace(renderer, library=NoNotes(renderer.library))
    await pass_minutes(rig, 3)
    assert taken(rig, SECOND) == ["reminder"]
    assert [note.status for note in notes(rig)] == [Status.QUEUED]
    rig.parts.deliver.notes.renderer = renderer
    await pass_minutes(rig, 3)
    assert [note.status for note in notes(rig)] == [Status.SENT]


class NoNotes(Torn):
    """A library in which no note can be made."""

    def __init__(self, library: Any) -> None:
        super().__init__(library, ZeroDivisionError("a stone"))

    def render(self, template: str, language: str, fields: Mapping[str, object]) -> Draft:
        if template.startswith("note-"):
            raise self.error
        draft: Draft = self.library.render(template, language, fields)
        return draft
