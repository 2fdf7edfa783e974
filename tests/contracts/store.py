"""What every Store does: a subclass gives the store to try."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from relancier.core.case import (
    IN_STORE,
    Because,
    Case,
    Contact,
    Customer,
    Event,
    Hold,
    How,
    Invoice,
    Kind,
    Role,
    State,
    StepDone,
)
from relancier.core.einvoices.einvoice import EInvoice
from relancier.core.limitation import limitation_on, reference
from relancier.core.outbox import Carried, Copy, Entry, Sort, Status
from relancier.core.paid.statement import Movement
from relancier.core.stored import (
    Applied,
    Blob,
    Change,
    Cursor,
    Fate,
    Gone,
    Offer,
    Order,
    Received,
    Removed,
    Seen,
    Setting,
    Thing,
    fingerprint,
)
from relancier.ports import AlreadyQueued, Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE = date(2026, 1, 31)
MakeStore = Callable[..., Store]


def normalise(number: str) -> str:
    return "".join(letter for letter in number.upper() if letter.isalnum())


def make_case(number: str = "FA-1", customer: str = "C1", *emails: str, **changes: Any) -> Case:
    contacts = tuple(Contact(Role.ACCOUNTING, email) for email in emails)
    invoice = Invoice(
        number=number,
        customer=Customer(id=customer, name=customer, contacts=contacts),
        due=DUE,
        amount=Decimal("10.50"),
    )
    values: dict[str, Any] = {"plan": "standard", "opened_at": NOW, "plan_start": DUE} | changes
    return Case(key=invoice.key, invoice=invoice, **values)


def make_entry(name: str, *carried: tuple[str, str], **changes: Any) -> Entry:
    carries = tuple(Carried(case, step) for case, step in carried)
    values: dict[str, Any] = {
        "sort": Sort.REMINDER,
        "message_id": f"<{name}@x>",
        "token": f"t-{name}",
        "queued_at": NOW,
    } | changes
    return Entry(id=name, carries=carries, **values)


def make_seen(name: str, **changes: Any) -> Seen:
    values: dict[str, Any] = {
        "message_id": f"<{name}@x>",
        "folder": "INBOX",
        "uid": 1,
        "kind": "human",
        "at": NOW,
    } | changes
    return Seen(identity=name, **values)


def make_received(wording: str, on: date = DUE, iban: str = "", **changes: Any) -> Received:
    movement = Movement(account="FR76", on=on, amount=Decimal("10.50"), wording=wording, payer_iban=iban)
    return Received(movement=movement, at=NOW, stem="releve.xml", **changes)


def make_offer(name: str, **changes: Any) -> Offer:
    invoice = EInvoice(number="FA-1", total=Decimal("10.50"))
    values: dict[str, Any] = {"invoice": invoice, "at": NOW, "message": "m1"} | changes
    return Offer(id=name, **values)


def make_blob(content: bytes) -> Blob:
    return Blob(hashlib.sha256(content).hexdigest(), content)


class StoreContract:
    """`make(on_commit=…)` gives an empty store that compares numbers by `normalise`."""

    @pytest.fixture
    def store(self, make: MakeStore) -> Store:
        return make()

    # --- Cases

    def test_a_case_comes_back_as_it_was_put(self, store: Store) -> None:
        case = make_case(
            "FA-1",
            "C1",
            "a@x.example",
            state=State.PROMISED,
            state_on=DUE,
            state_at=NOW,
            done=(StepDone("j2", How.SENT, NOW, DUE, "e1"),),
            holds=(Hold(Because.REPLY, "m1", "A reply came.", NOW),),
            unseen=("m1",),
            thread=("<1@x>", "<2@x>"),
            look_at=NOW,
            applied=("replied:m1",),
        )
        store.commit(case)
        assert store.case(case.key) == case
        assert isinstance(store.case(case.key), Case)

    def test_an_instant_keeps_its_moment_in_any_zone(self, store: Store) -> None:
        there = NOW.astimezone(timezone(timedelta(hours=11, minutes=30))) + timedelta(microseconds=1)
        store.commit(make_case(look_at=there))
        assert store.due(there) == [make_case(look_at=there)]
        assert store.due(there - timedelta(microseconds=1)) == []

    def test_what_is_not_there_is_none(self, store: Store) -> None:
        assert store.case("?") is None
        assert store.entry("?") is None
        assert store.entry_by_token("?") is None
        assert store.live_entry("?") is None
        assert store.cursor("?") is None
        assert store.seen("?") is None
        assert store.blob("?") is None
        assert store.setting("?") is None
        assert store.next_look() is None

    def test_the_last_of_a_case_is_kept(self, store: Store) -> None:
        store.commit(make_case(), make_case(plan="other"))
        store.commit(make_case(plan="third"))
        assert list(store.all_cases()) == [make_case(plan="third")]

    def test_cases_come_in_the_order_asked_and_unknown_ones_are_left_out(self, store: Store) -> None:
        first, second = make_case("1"), make_case("2")
        store.commit(first, second)
        assert store.cases([second.key, "?", first.key]) == [second, first]

    def test_all_cases_and_the_open_ones(self, store: Store) -> None:
        by_state = {state: make_case(state.value, state=state) for state in State}
        store.commit(*by_state.values())
        assert {case.state for case in store.all_cases()} == set(State)
        assert {case.state for case in store.all_cases(open_only=True)} == set(State) - {State.PAID, State.CLOSED}
        assert store.case_keys() == {case.key for case in by_state.values()}

    def test_cases_can_be_written_while_they_are_read(self, store: Store) -> None:
        cases = [make_case(str(number)) for number in range(600)]
        store.commit(*cases)
        read = []
        for case in store.all_cases():
            read.append(case.key)
            store.commit(replace(case, plan="other"))
        assert sorted(read) == sorted(case.key for case in cases)
        assert {case.plan for case in store.all_cases()} == {"other"}

    def test_due_are_those_whose_moment_has_come_earliest_first(self, store: Store) -> None:
        late = make_case("1", look_at=NOW - timedelta(days=1))
        later = make_case("2", look_at=NOW - timedelta(days=2))
        now, next_one, never = make_case("3", look_at=NOW), make_case("4", look_at=NOW + timedelta(1)), make_case("5")
        store.commit(late, later, now, next_one, never)
        assert store.due(NOW) == [later, late, now]
        assert store.next_look() == later.look_at

    def test_a_case_that_was_dealt_with_is_no_longer_due(self, store: Store) -> None:
        store.commit(make_case(look_at=NOW))
        store.commit(make_case(look_at=None))
        assert store.due(NOW) == []
        assert store.next_look() is None

    def test_cases_of_a_customer_ended_or_not(self, store: Store) -> None:
        mine = [make_case("1"), make_case("2", state=State.PAID)]
        store.commit(*mine, make_case("3", "C2"))
        assert store.of_customer("C1") == mine

    def test_cases_are_found_by_normalised_number(self, store: Store) -> None:
        one, other = make_case("FA-2026/1"), make_case("fa 2026 2")
        store.commit(one, other)
        assert store.by_number(["FA20261", "FA20262", "FA2026", ""]) == {"FA20261": (one.key,), "FA20262": (other.key,)}

    def test_a_number_due_in_parts_finds_each_case(self, store: Store) -> None:
        first = make_case("1")
        later = replace(first, key="1|2026-02-28")
        store.commit(first, later)
        assert store.by_number(["1"]) == {"1": (first.key, later.key)}

    def test_cases_are_found_by_address_and_domain_in_lower_case(self, store: Store) -> None:
        one = make_case("1", "C1", "Anne@Client.example", "paul@client.example")
        other = make_case("2", "C2", "zoe@client.example")
        store.commit(one, other)
        assert store.by_address("anne@client.example") == (one.key,)
        assert store.by_domain("client.example") == (one.key, other.key)
        assert store.by_address("client.example") == ()
        assert store.by_domain("example") == ()
        assert store.by_address("") == ()

    def test_an_ended_case_is_found_only_by_its_mail(self, store: Store) -> None:
        open_case = make_case("1", "C1", "anne@client.example", thread=("<1@x>", "<2@x>"))
        store.commit(open_case)
        store.commit(replace(open_case, state=State.CLOSED))
        assert store.by_number(["1"]) == {}
        assert store.by_address("anne@client.example") == ()
        assert store.by_domain("client.example") == ()
        assert store.by_message_id(["<2@x>", "<3@x>"]) == {"<2@x>": (open_case.key,)}

    def test_a_contact_that_left_no_longer_finds_the_case(self, store: Store) -> None:
        store.commit(make_case("1", "C1", "anne@client.example"))
        store.commit(make_case("1", "C1", "paul@client.example"))
        assert store.by_address("anne@client.example") == ()
        assert store.by_address("paul@client.example") == (make_case("1").key,)

    # --- Events

    def test_events_come_oldest_first_and_in_the_order_they_came(self, store: Store) -> None:
        second = Event(case="c", kind=Kind.REPLIED, at=NOW, ref="m1")
        third = Event(case="c", kind=Kind.PAUSED, at=NOW, amount=Decimal("1.10"), invoice=make_case().invoice)
        first = Event(case="c", kind=Kind.OPENED, at=NOW - timedelta(days=1))
        store.commit(second, third, Event(case="other", kind=Kind.OPENED, at=NOW))
        store.commit(first)
        assert store.events("c") == [first, second, third]
        assert str(store.events("c")[2].amount) == "1.10"

    def test_the_same_event_twice_stands_there_twice(self, store: Store) -> None:
        event = Event(case="c", kind=Kind.NOTED, at=NOW)
        store.commit(event, event)
        assert store.events("c") == [event, event]

    # --- The outbox

    def test_an_entry_is_found_by_id_token_and_key(self, store: Store) -> None:
        entry = make_entry("e1", ("c1", "j2"), ("c2", "j2"), to=("a@x.example",), answer="250 ok", sent_on=DUE)
        store.commit(entry)
        assert store.entry("e1") == store.entry_by_token("t-e1") == entry
        assert store.live_entry("c1|j2") == store.live_entry("c2|j2") == entry

    def test_entries_of_some_statuses_oldest_first(self, store: Store) -> None:
        new = make_entry("new", queued_at=NOW)
        twin = make_entry("a-twin", queued_at=NOW, status=Status.DEFERRED)
        old = make_entry("old", queued_at=NOW - timedelta(days=1), status=Status.DEFERRED)
        store.commit(new, twin, old, make_entry("sent", status=Status.SENT))
        assert store.entries(Status.QUEUED, Status.DEFERRED) == [old, new, twin]
        assert store.entries(Status.UNCERTAIN) == store.entries() == []
        store.commit(replace(new, status=Status.CANCELLED))
        assert store.entries(Status.QUEUED) == []

    @pytest.mark.parametrize("status", [status for status in Status if make_entry("e", status=status).live])
    def test_a_second_live_entry_for_a_step_is_refused(self, store: Store, status: Status) -> None:
        store.commit(make_entry("e1", ("c", "j2"), status=status))
        with pytest.raises(AlreadyQueued):
            store.commit(make_entry("e2", ("c", "j2")))
        assert store.entry("e2") is None

    @pytest.mark.parametrize("status", [Status.CANCELLED, Status.REFUSED])
    def test_a_step_may_be_queued_again_after_its_entry_ended(self, store: Store, status: Status) -> None:
        store.commit(make_entry("e1", ("c", "j2")))
        store.commit(make_entry("e1", ("c", "j2"), status=status))
        assert store.live_entry("c|j2") is None
        store.commit(make_entry("e2", ("c", "j2")))
        assert store.live_entry("c|j2") == make_entry("e2", ("c", "j2"))
        with pytest.raises(AlreadyQueued):
            store.commit(make_entry("e1", ("c", "j2")))

    def test_one_of_several_keys_is_enough_to_refuse(self, store: Store) -> None:
        store.commit(make_entry("e1", ("c1", "j2"), ("c2", "j2")))
        with pytest.raises(AlreadyQueued):
            store.commit(make_entry("e2", ("c3", "j2"), ("c2", "j2")))
        store.commit(make_entry("e3", ("c2", "j15"), ("c3", "j2")))

    def test_two_new_entries_for_a_step_in_one_commit_are_refused(self, store: Store) -> None:
        with pytest.raises(AlreadyQueued):
            store.commit(make_entry("e1", ("c", "j2")), make_entry("e2", ("c", "j2")))
        assert store.entries(*Status) == []

    @pytest.mark.parametrize("turn", [1, -1])
    def test_one_commit_may_cancel_an_entry_and_queue_another(self, store: Store, turn: int) -> None:
        store.commit(make_entry("e1", ("c", "j2")))
        changes = (make_entry("e1", ("c", "j2"), status=Status.CANCELLED), make_entry("e2", ("c", "j2")))
        store.commit(*changes[::turn])
        assert store.live_entry("c|j2") == changes[1]

    def test_a_live_entry_may_be_written_again(self, store: Store) -> None:
        for attempts in range(3):
            store.commit(make_entry("e1", ("c", "j2"), attempts=attempts))
        assert store.live_entry("c|j2") == make_entry("e1", ("c", "j2"), attempts=2)

    def test_copies_wanted_are_those_of_sent_entries(self, store: Store) -> None:
        wanted = make_entry("e1", status=Status.SENT, copy=Copy.WANTED)
        store.commit(wanted, make_entry("e2", status=Status.SENT, copy=Copy.FILED), make_entry("e3", copy=Copy.WANTED))
        assert store.copies_wanted() == [wanted]
        store.commit(replace(wanted, copy=Copy.FILED))
        assert store.copies_wanted() == []

    def test_reminders_sent_since_an_instant(self, store: Store) -> None:
        before, after = NOW - timedelta(microseconds=1), NOW + timedelta(hours=1)
        late = make_entry("late", status=Status.SENT, ended_at=after)
        then = make_entry("then", status=Status.SENT, ended_at=NOW)
        store.commit(late, then, make_entry("before", status=Status.SENT, ended_at=before))
        store.commit(make_entry("task", status=Status.SENT, ended_at=NOW, sort=Sort.TASK))
        store.commit(make_entry("refused", status=Status.REFUSED, ended_at=NOW))
        assert store.sent_since(NOW) == [then, late]

    # --- Mail that came

    def test_cursors(self, store: Store) -> None:
        inbox, sent = Cursor("INBOX", 1, 20, {7: 1, 9: 3}), Cursor("Éléments envoyés", 5, 0, {})
        store.commit(Cursor("INBOX", 1, 10, {}), sent)
        store.commit(inbox)
        assert store.cursor("INBOX") == inbox
        assert sorted(store.cursors(), key=lambda cursor: cursor.folder) == [inbox, sent]

    def test_flags_wanted_until_they_are_set_and_to_be_taken_off(self, store: Store) -> None:
        wanted = make_seen("a", flags=("\\Flagged", "$RelanceReply"))
        store.commit(wanted, make_seen("b"))
        assert store.flags_wanted() == [wanted]
        done = replace(wanted, flagged=("$RelanceReply", "\\Flagged"))
        store.commit(done)
        assert store.flags_wanted() == []
        store.commit(replace(done, flags=()))
        assert store.flags_wanted() == [replace(done, flags=())]

    def test_no_flags_are_wanted_on_a_message_that_is_nowhere(self, store: Store) -> None:
        store.commit(make_seen("a", flags=("\\Flagged",)))
        store.commit(make_seen("a", flags=("\\Flagged",), folder=""))
        assert store.flags_wanted() == []

    def test_messages_that_bear_our_flag_or_shall_wherever_they_lie(self, store: Store) -> None:
        flags = ("$RelanceReply", "\\Flagged")
        wanted, nowhere = make_seen("a", flags=flags), make_seen("b", flags=flags, flagged=flags, folder="")
        store.commit(wanted, nowhere, make_seen("c"), make_seen("d", flags=("$RelanceAuto",)))
        assert sorted(seen.identity for seen in store.asked_about()) == ["a", "b"]
        store.commit(replace(wanted, flags=(), flagged=flags))
        assert store.asked_about() == [nowhere]

    def test_unmatched_since_an_instant_oldest_first(self, store: Store) -> None:
        late = make_seen("a", at=NOW + timedelta(hours=1), sender="a@x.example", subject="Re: été")
        then, old = make_seen("b"), make_seen("c", at=NOW - timedelta(1))
        store.commit(late, then, old, make_seen("d", unmatched=False, cases=("c",)))
        assert list(store.unmatched(NOW)) == [then, late]
        store.commit(replace(then, unmatched=False))
        assert list(store.unmatched(NOW)) == [late]

    def test_a_message_is_known_by_its_identity(self, store: Store) -> None:
        store.commit(make_seen("a"), make_seen("a", folder="Archive", uid=9))
        assert store.seen("a") == make_seen("a", folder="Archive", uid=9)

    # --- Orders, blobs, settings

    def test_orders_oldest_first_until_applied(self, store: Store) -> None:
        late = Order(
            id="1", word="pause", at=NOW, cases=("c",), note="Vu avec elle", on=DUE, amount="12.00", seen=("m1",)
        )
        twin = Order(id="0", word="resume", at=NOW)
        old = Order(id="2", word="hold", at=NOW - timedelta(minutes=1))
        store.commit(late, twin)
        store.commit(old)
        assert store.orders() == [old, late, twin]
        store.commit(Applied("1"), Applied("unknown"))
        assert store.orders() == [old, twin]

    def test_an_order_given_and_applied_in_one_commit_is_gone(self, store: Store) -> None:
        store.commit(Order(id="1", word="hold", at=NOW), Applied("1"))
        assert store.orders() == []

    def test_bytes_come_back_as_they_were(self, store: Store) -> None:
        blob = make_blob(bytes(range(256)) * 1000)
        store.commit(blob, make_blob(b""))
        store.commit(blob)
        assert store.blob(blob.sha256) == blob.content
        assert store.blob(make_blob(b"").sha256) == b""

    def test_bytes_under_a_false_name_are_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="SHA-256"):
            store.commit(make_case(), Blob("abc", b"x"))
        assert store.case_keys() == set()

    @pytest.mark.parametrize("value", [True, 0, "", 1.5, "été", [1, "a"], {"a": {"b": [None]}}])
    def test_a_setting_is_a_json_value(self, store: Store, value: object) -> None:
        store.commit(Setting("held", "before"))
        store.commit(Setting("held", value))
        assert store.setting("held") == value

    def test_none_removes_a_setting(self, store: Store) -> None:
        store.commit(Setting("held", "why"), Setting("other", 1))
        store.commit(Setting("held", None), Setting("unknown", None))
        assert store.setting("held") is None
        assert store.setting("other") == 1

    # --- All or nothing, and nothing shared

    def test_a_refused_commit_changes_nothing(self, store: Store) -> None:
        entry, cursor, seen = make_entry("e1", ("c", "j2")), Cursor("INBOX", 1, 1, {}), make_seen("a", flags=("x",))
        order = Order(id="1", word="hold", at=NOW)
        store.commit(make_case(look_at=NOW), entry, cursor, seen, order, Setting("held", 1))
        changes: tuple[Change, ...] = (
            make_case("2", look_at=NOW),
            make_case(),
            Event(case="c", kind=Kind.QUEUED, at=NOW),
            Cursor("INBOX", 1, 2, {}),
            make_seen("a"),
            Applied("1"),
            Setting("held", None),
            make_blob(b"x"),
            make_entry("e2", ("c", "j2")),
            make_entry("e3", ("d", "j2")),
        )
        with pytest.raises(AlreadyQueued):
            store.commit(*changes)
        assert list(store.all_cases()) == store.due(NOW) == [make_case(look_at=NOW)]
        assert store.events("c") == []
        assert store.entries(*Status) == [entry]
        assert store.cursors() == [cursor]
        assert store.flags_wanted() == [seen]
        assert store.orders() == [order]
        assert store.setting("held") == 1
        assert store.blob(make_blob(b"x").sha256) is None
        store.commit(*changes[:-2], changes[-1])
        assert store.live_entry("d|j2") == changes[-1]

    def test_what_is_put_and_read_is_not_shared(self, store: Store) -> None:
        pending = {1: 1}
        value = {"list": [1]}
        store.commit(Cursor("INBOX", 1, 1, pending), Setting("held", value))
        pending[2] = 2
        value["list"].append(2)
        for _ in range(2):
            cursor, held = store.cursor("INBOX"), store.setting("held")
            assert cursor is not None
            assert isinstance(held, dict)
            assert (dict(cursor.pending), held) == ({1: 1}, {"list": [1]})
            held["list"].append(3)
            cursor.pending[3] = 3  # type: ignore[index]
            store.cursors()[0].pending[4] = 4  # type: ignore[index]

    def test_an_empty_commit_is_none(self, store: Store) -> None:
        store.commit()
        assert list(store.all_cases()) == []

    def test_text_that_no_file_can_hold_breaks_nothing(self, store: Store) -> None:
        store.commit(make_seen("a\udc80", subject="half \ud83d", sender="nul\0@x.example", flags=("\udcff",)))
        assert len(store.flags_wanted()) == 1
        assert store.seen("a\udc80") is not None

    def test_a_commit_is_announced_and_may_be_forbidden(self, make: MakeStore) -> None:
        announced: list[tuple[Change, ...]] = []

        def on_commit(changes: tuple[Change, ...]) -> None:
            announced.append(changes)
            if len(announced) == 2:
                raise ConnectionError("cut")

        store = make(on_commit=on_commit)
        store.commit(make_case("1"), make_entry("e1", ("c", "j2")))
        with pytest.raises(ConnectionError, match="cut"):
            store.commit(make_case("2"))
        assert store.case_keys() == {make_case("1").key}
        with pytest.raises(AlreadyQueued):
            store.commit(make_entry("e2", ("c", "j2")))
        assert announced == [(make_case("1"), make_entry("e1", ("c", "j2"))), (make_case("2"),)]
        store.commit(make_case("2"))
        assert len(store.case_keys()) == 2

    def test_a_backup_never_overwrites(self, store: Store, tmp_path: Path) -> None:
        store.commit(make_case())
        store.backup(str(tmp_path / "copy"))
        before = (tmp_path / "copy").read_bytes()
        assert before
        with pytest.raises(FileExistsError):
            store.backup(str(tmp_path / "copy"))
        assert (tmp_path / "copy").read_bytes() == before

    def test_closing_twice_is_no_error(self, store: Store) -> None:
        store.close()
        store.close()

    # --- What is removed

    def test_a_removed_case_takes_its_history_with_it_and_no_other(self, store: Store) -> None:
        first, second = make_case("1"), make_case("2")
        events = [Event(case=one.key, kind=Kind.OPENED, at=NOW) for one in (first, second)]
        store.commit(first, second, *events)
        store.commit(Removed(Thing.CASE, first.key))
        assert store.case(first.key) is None
        assert store.events(first.key) == []
        assert store.case_keys() == {second.key}
        assert store.of_customer("C1") == [second]
        assert store.events(second.key) == [events[1]]
        store.commit(Event(case=second.key, kind=Kind.CHANGED, at=NOW))
        assert len(store.events(second.key)) == 2

    def test_a_removed_entry_frees_its_step_and_is_no_longer_found(self, store: Store) -> None:
        store.commit(make_entry("e1", ("a", "j1")))
        store.commit(Removed(Thing.ENTRY, "e1"), Removed(Thing.ENTRY, "unknown"))
        assert store.entry("e1") is None
        assert store.entry_by_token("t-e1") is None
        store.commit(make_entry("e2", ("a", "j1")))
        assert store.live_entry("a|j1") == make_entry("e2", ("a", "j1"))

    def test_bytes_are_removed_once_nothing_names_them(self, store: Store) -> None:
        kept, shared, own = make_blob(b"kept"), make_blob(b"shared"), make_blob(b"own")
        store.commit(kept, shared, own, make_seen("m1", blob=shared.sha256), make_entry("e1", blob=own.sha256))
        store.commit(make_seen("m2", blob=shared.sha256))
        drops = [Removed(Thing.BLOB, blob.sha256) for blob in (shared, own)]
        store.commit(*drops, Removed(Thing.ENTRY, "e1"), make_seen("m1"))
        assert store.blob(own.sha256) is None
        assert store.blob(shared.sha256) == b"shared"
        assert store.blob(kept.sha256) == b"kept"
        store.commit(make_seen("m2"), *drops)
        assert store.blob(shared.sha256) is None

    def test_what_is_gone_is_known_again_by_its_name_alone(self, store: Store) -> None:
        assert not store.gone("t-1")
        store.commit(Gone(fingerprint("t-1")), Gone(fingerprint("t-1")))
        assert store.gone("t-1")
        assert not store.gone("t-2")

    # --- What belongs to a case

    def test_entries_about_a_case_are_those_that_carry_it_and_the_notes_that_speak_of_it(self, store: Store) -> None:
        later = make_entry("e1", ("a", "j1"), ("b", "j1"), queued_at=NOW + timedelta(days=1))
        note = make_entry("n1", ("note:held", "x"), sort=Sort.NOTE, facts=(("cases", "a\nc"),))
        store.commit(later, note, make_entry("e2", ("c", "j1")))
        assert store.entries_about("a") == [note, later]
        assert store.entries_about("b") == [later]
        assert store.entries_about("d") == []

    def test_messages_about_a_case_are_those_that_were_matched_to_it(self, store: Store) -> None:
        later = make_seen("m1", cases=("a", "b"), unmatched=False, at=NOW + timedelta(days=1))
        first = make_seen("m2", cases=("a",), unmatched=False)
        store.commit(later, first, make_seen("m3"))
        assert store.messages_about("a") == [first, later]
        assert store.messages_about("b") == [later]
        store.commit(replace(later, cases=()))
        assert store.messages_about("b") == []

    def test_bytes_are_wanted_of_what_was_matched_and_still_lies_somewhere(self, store: Store) -> None:
        wanted = make_seen("m1", cases=("a",))
        there = make_seen("m2", cases=("a",), blob="00")
        store.commit(wanted, there, make_seen("m3", cases=("a",), folder=""), make_seen("m4"))
        assert store.bytes_wanted() == [wanted]
        store.commit(replace(wanted, blob="01"))
        assert store.bytes_wanted() == []

    # --- Money that came in, invoices offered

    def test_money_is_known_by_its_movement_and_found_by_what_became_of_it(self, store: Store) -> None:
        later = make_received("b", on=date(2026, 3, 9), fate=Fate.BOOKED, cases=("1|2026-01-01",))
        first = make_received("a", on=date(2026, 3, 2), fate=Fate.ASKED, cases=("1|2026-01-01", "2|2026-01-01"))
        store.commit(later, first, make_received("c", fate=Fate.UNKNOWN, iban="DE1"))
        assert store.received(first.identity) == first
        assert store.received("unknown") is None
        assert store.receipts(Fate.BOOKED, Fate.ASKED) == [first, later]
        assert store.receipts_for("1|2026-01-01") == [first, later]
        assert store.receipts_for("2|2026-01-01") == [first]
        assert [one.movement.wording for one in store.receipts_from("DE1")] == ["c"]
        assert store.receipts_from("") == []
        store.commit(replace(first, fate=Fate.SETTLED))
        assert store.receipts(Fate.ASKED) == []
        store.commit(Removed(Thing.RECEIVED, first.identity))
        assert store.receipts_for("2|2026-01-01") == []

    def test_offers_wait_until_they_are_settled(self, store: Store) -> None:
        later, first = make_offer("o1", at=NOW + timedelta(days=1)), make_offer("o2")
        store.commit(later, first)
        assert store.offers() == [first, later]
        store.commit(replace(first, settled=True))
        assert store.offers() == [later]
        assert store.offer("o2") == replace(first, settled=True)
        store.commit(Removed(Thing.OFFER, "o1"))
        assert store.offer("o1") is None

    def test_attachments_are_wanted_of_what_still_lies_somewhere(self, store: Store) -> None:
        later = make_seen("m1", attached=True, at=NOW + timedelta(days=1))
        first = make_seen("m2", attached=True)
        store.commit(later, first, make_seen("m3", attached=True, folder=""), make_seen("m4"))
        assert store.attachments_wanted() == [first, later]
        store.commit(replace(first, attached=False))
        assert store.attachments_wanted() == [later]

    def test_the_bytes_of_an_invoice_stay_while_its_case_or_an_offer_names_them(self, store: Store) -> None:
        page, other = make_blob(b"%PDF page"), make_blob(b"%PDF other")
        case = make_case("1")
        named = replace(case, invoice=replace(case.invoice, pdf=f"{IN_STORE}{page.sha256}"))
        store.commit(page, other, named, make_offer("o1", blob=other.sha256))
        drops = [Removed(Thing.BLOB, blob.sha256) for blob in (page, other)]
        store.commit(*drops)
        assert [store.blob(blob.sha256) for blob in (page, other)] == [page.content, other.content]
        store.commit(*drops, Removed(Thing.CASE, case.key), Removed(Thing.OFFER, "o1"))
        assert [store.blob(blob.sha256) for blob in (page, other)] == [None, None]

    # --- What time brings

    def test_closed_cases_come_oldest_first_and_only_those_before(self, store: Store) -> None:
        early, late = NOW - timedelta(days=2), NOW - timedelta(days=1)
        second = make_case("2", state=State.PAID, state_at=late)
        first = make_case("1", state=State.CLOSED, state_at=early)
        undated = make_case("3", state=State.PAID)
        store.commit(second, first, undated, make_case("4", state=State.LEGAL, state_at=early), make_case("5"))
        assert list(store.closed_before(NOW)) == [first, second]
        assert list(store.closed_before(late)) == [first]
        assert list(store.closed_before(NOW + timedelta(microseconds=1))) == [first, second, undated]

    def test_limitation_is_told_of_open_cases_once(self, store: Store) -> None:
        one, ended = make_case("1"), make_case("2", state=State.PAID)
        store.commit(one, ended)
        assert limitation_on(one.invoice) == date(2031, 1, 31)
        assert list(store.to_be_limited(date(2030, 7, 30))) == []
        assert list(store.to_be_limited(date(2030, 7, 31))) == [one]
        store.commit(replace(one, applied=(f"limitation:{reference(one.invoice)}",)))
        assert list(store.to_be_limited(date(2031, 12, 31))) == []
