"""What time brings: closed cases are purged and known again, claims about to be barred are told, bytes are kept."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.work.play import KEY, box, case, daemon, late, notes, reminders, taken, words
from tests.work.rig import NOON, Rig, customer, invoice, mail

from relancier.core.case import Because, Kind, State
from relancier.core.outbox import Entry, Status
from relancier.core.stored import Seen, Setting
from relancier.work.archive.keeping import MOST_PURGED, purged

YEARS = timedelta(days=1828)
EARLY = mail("compta@dupont.test", "FA-2026-0001", "Déjà payée ?", date="Sun, 01 Mar 2026 10:00:00 +0100")


async def chased_and_closed(rig: Rig) -> None:
    """A reminder left, the customer answered, a person closed the case."""
    await rig.tick()
    await rig.tick()
    box(rig).deliver("INBOX", mail("compta@dupont.test", "Re: FA-2026-0001", "Nous contestons."))
    await rig.tick()
    rig.order("close", KEY)
    await rig.tick()


def years_later(rig: Rig, after: timedelta = YEARS) -> None:
    rig.wake._now = rig.wake.now() + after
    rig.source.touch(rig.wake.now())


def left_of(rig: Rig) -> str:
    """Everything that the state holds, as text, without its counters."""
    rows = rig.store._rows  # type: ignore[attr-defined]
    return repr([found for kind, found in rows.items() if kind is not Setting])


async def test_a_closed_case_is_purged_with_all_that_belongs_to_it() -> None:
    rig = daemon(late())
    await chased_and_closed(rig)
    rig.source.set(at=rig.wake.now())
    await rig.tick()
    years_later(rig, YEARS - timedelta(days=3))
    await rig.tick()
    assert rig.store.case(KEY) is not None
    years_later(rig, timedelta(days=4))
    await rig.tick()
    assert rig.store.case(KEY) is None
    assert rig.store.events(KEY) == []
    assert purged(rig.store)["count"] == 1
    assert "dupont" not in left_of(rig)
    assert "contestons" not in left_of(rig)


async def test_an_open_case_is_never_purged() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("dispute", KEY)
    await rig.tick()
    years_later(rig)
    await rig.tick()
    assert case(rig).state is State.DISPUTED


async def test_what_the_books_still_ask_for_is_never_purged() -> None:
    rig = daemon(late())
    await chased_and_closed(rig)
    years_later(rig)
    await rig.tick()
    assert case(rig).state is State.CLOSED


async def test_a_part_is_kept_while_another_part_of_the_invoice_is_open() -> None:
    first, second = late(), late(due=date(2026, 3, 31))
    rig = daemon(first, second)
    await rig.tick()
    rig.source.set(replace(first, paid=first.amount), second, at=rig.wake.now())
    await rig.tick()
    years_later(rig)
    await rig.tick()
    assert case(rig).state is State.PAID


async def test_our_message_of_a_purged_case_met_again_in_sent_holds_nothing() -> None:
    rig = daemon(late())
    await chased_and_closed(rig)
    raw = reminders(rig)[0].raw
    rig.source.set(at=rig.wake.now())
    years_later(rig)
    await rig.tick()
    assert rig.store.case(KEY) is None
    box(rig).deliver("Sent", raw)
    await rig.tick()
    assert rig.store.setting("unknown_sent") is None
    assert notes(rig, "held", "unknown_sent") == []


async def test_a_message_of_a_purged_case_met_again_is_not_heard_anew() -> None:
    rig = daemon(late())
    await chased_and_closed(rig)
    box(rig).deliver("INBOX", mail("compta@dupont.test", "Re: FA-2026-0001", "Une autre fois."))
    await rig.tick()
    (kept, *_) = [one for one in seen(rig) if one.kind == "human"]
    rig.source.set(at=rig.wake.now())
    years_later(rig)
    await rig.tick()
    bare = rig.store.seen(kept.identity)
    assert bare is not None
    assert (bare.sender, bare.subject, bare.message_id, bare.cases, bare.blob) == ("", "", "", (), "")
    box(rig).create("Archives")
    box(rig).deliver("Archives", mail("compta@dupont.test", "Re: FA-2026-0001", "Nous contestons."))
    rig.source.set(late("FA-2031-0001", rig.wake.now().date() - timedelta(days=3)), at=rig.wake.now())
    await rig.tick()
    again = case(rig, f"FA-2031-0001|{(rig.wake.now().date() - timedelta(days=3)).isoformat()}")
    assert again.state is State.OPEN
    assert again.holds == ()


def seen(rig: Rig) -> list[Seen]:
    return list(rig.store._rows[Seen].values())  # type: ignore[attr-defined]


async def test_a_paid_line_that_stays_in_the_books_is_not_opened_again() -> None:
    paid = late(paid=Decimal(1200))
    rig = daemon(paid)
    await rig.tick()
    assert case(rig).state is State.PAID
    years_later(rig)
    await rig.tick()
    assert rig.store.case(KEY) is None
    rig.source.set(paid, late("FA-2026-0002"), at=rig.wake.now())
    await rig.tick()
    assert rig.store.case_keys() == {"FA-2026-0002|2026-02-27"}


async def test_a_purged_invoice_that_the_books_ask_for_again_waits_for_a_person() -> None:
    paid = late(paid=Decimal(1200))
    rig = daemon(paid)
    await rig.tick()
    years_later(rig)
    await rig.tick()
    rig.source.set(late(), at=rig.wake.now())
    await rig.tick()
    assert [hold.because for hold in case(rig).holds] == [Because.OWED_AGAIN]
    assert taken(rig) == []
    assert notes(rig, "held", "owed_again")


async def test_a_message_whose_outcome_is_unknown_keeps_its_case() -> None:
    rig = daemon(late())
    await chased_and_closed(rig)
    (entry,) = [one for one in rig.store.entries(Status.SENT) if one.carries[0].case == KEY]
    rig.store.commit(replace(entry, status=Status.UNCERTAIN, find_after=10**6))
    rig.source.set(at=rig.wake.now())
    years_later(rig)
    await rig.tick()
    assert rig.store.case(KEY) is not None


async def test_a_grouped_message_goes_with_the_last_of_its_cases() -> None:
    first, second = late(), late("FA-2026-0002")
    rig = daemon(first, second)
    await rig.tick()
    await rig.tick()
    (entry,) = [one for one in rig.store.entries(Status.SENT) if len(one.carries) == 2]
    rig.order("close", KEY)
    rig.source.set(second, at=rig.wake.now())
    await rig.tick()
    years_later(rig)
    rig.order("close", "FA-2026-0002|2026-02-27")
    await rig.tick()
    assert rig.store.case(KEY) is None
    assert rig.store.entry(entry.id) is not None
    rig.source.set(at=rig.wake.now())
    years_later(rig)
    await rig.tick()
    assert rig.store.entry(entry.id) is None
    assert rig.store.blob(entry.blob) is None


async def test_many_are_purged_a_few_at_a_time() -> None:
    everything = [late(f"FA-2026-{number:04}", paid=Decimal(1200)) for number in range(1, MOST_PURGED + 4)]
    rig = daemon(*everything)
    await rig.tick()
    years_later(rig)
    await rig.tick()
    assert len(rig.store.case_keys()) == 3
    await rig.tick()
    assert rig.store.case_keys() == set()
    assert purged(rig.store)["count"] == MOST_PURGED + 3


# --- Limitation


async def test_a_claim_about_to_be_barred_is_told_to_a_person_once() -> None:
    rig = daemon(invoice("FA-2026-0001", date(2026, 2, 27), issued=date(2021, 9, 5), customer=customer(never=True)))
    await rig.tick()
    assert notes(rig, "limitation") == []
    years_later(rig, timedelta(days=4))
    await rig.tick()
    await rig.tick()
    (note,) = notes(rig, "limitation")
    assert note.template == "note-limitation"
    text = words(_in_inbox(rig, note))
    assert "expire au plus tôt le 5 septembre 2026" in text
    assert [event.kind for event in rig.store.events(KEY) if event.kind is Kind.LIMITATION] == [Kind.LIMITATION]
    years_later(rig, timedelta(days=40))
    await rig.tick()
    assert len(notes(rig, "limitation")) == 1


def _in_inbox(rig: Rig, note: Entry) -> bytes:
    return next(raw for raw in box(rig).raws("INBOX") if note.message_id.encode() in raw)


# --- Bytes of messages read before their case


async def test_the_bytes_of_a_message_read_before_its_invoice_was_known_are_kept() -> None:
    rig = daemon()
    box(rig).deliver("INBOX", EARLY, at=NOON)
    await rig.tick()
    rig.source.set(late(), at=rig.wake.now())
    await rig.tick()
    await rig.tick()
    (found,) = rig.store.messages_about(KEY)
    raw = rig.store.blob(found.blob)
    assert raw is not None
    assert "Déjà payée ?" in words(raw)


async def test_a_message_that_is_gone_by_then_is_not_asked_for_for_ever() -> None:
    rig = daemon()
    uid = box(rig).deliver("INBOX", EARLY, at=NOON)
    await rig.tick()
    box(rig).delete("INBOX", uid)
    rig.source.set(late(), at=rig.wake.now())
    await rig.tick()
    await rig.tick()
    (found,) = rig.store.messages_about(KEY)
    assert found.blob == ""
    assert rig.store.bytes_wanted() == []


async def test_another_message_under_its_number_is_never_taken_for_it() -> None:
    rig = daemon()
    uid = box(rig).deliver("INBOX", EARLY, at=NOON)
    await rig.tick()
    kept = box(rig).boxes["INBOX"].messages
    kept[uid] = replace(kept[uid], raw=mail("autre@ailleurs.test", "Tout autre chose", "Rien."))
    rig.source.set(late(), at=rig.wake.now())
    await rig.tick()
    await rig.tick()
    (found,) = rig.store.messages_about(KEY)
    assert found.blob == ""


async def test_what_a_colleague_wrote_before_the_invoice_was_known_is_kept_too() -> None:
    rig = daemon()
    sent = mail("compta@lumen.test", "Facture FA-2026-0001", "La voici.", to="compta@dupont.test")
    box(rig).deliver("Sent", sent, at=NOON)
    await rig.tick()
    rig.source.set(late(due=date(2026, 3, 4)), at=rig.wake.now())
    await rig.tick()
    await rig.tick()
    (found,) = rig.store.messages_about("FA-2026-0001|2026-03-04")
    assert rig.store.blob(found.blob) == sent


def test_the_rigs_first_day_is_what_these_tests_count_from() -> None:
    assert datetime(2026, 3, 2, 9, 0, tzinfo=NOON.tzinfo) == NOON
