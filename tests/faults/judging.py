"""What a run leaves behind, without ids and instants, and whether it is what an unkilled run leaves."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.faults.real import colleague, parsed
from tests.servers.mailhost import MailHost

from relancier.core.case import Because, Case, Event, Kind
from relancier.core.outbox import Entry, Status
from relancier.ports import Store

DOUBT = {Kind.UNCERTAIN, Kind.SETTLED}
BOUNCE = "Undelivered Mail Returned to Sender"
BOUNCE_NOTE = "FA-2026-0004 - message non remis - Client 4"
Shape = tuple[object, ...]


@dataclass(frozen=True)
class Left:
    """Where each message is and what the state says. `carried` tells which cases a Message-ID is about."""

    received: Counter[str]
    filed: Counter[str]
    inbox: Counter[Shape]
    cases: dict[str, Shape]
    histories: dict[str, list[Shape]]
    entries: Counter[Shape]
    carried: dict[str, tuple[str, ...]]
    uncertain: dict[str, str]
    asked: Counter[str]
    unfinished: Shape


def look(host: MailHost, shared: str, customers: Iterable[str], store: Store) -> Left:
    entries = store.entries(*Status)
    return Left(
        received=Counter(name for user in customers for name in _ids(host, user)),
        filed=Counter(_ids(host, shared, "Sent")),
        inbox=_inbox(host, shared),
        cases={case.key: _case(case) for case in store.all_cases()},
        histories={key: [_event(event) for event in store.events(key)] for key in sorted(store.case_keys())},
        entries=Counter(_entry(entry) for entry in entries),
        carried={entry.message_id: tuple(one.case for one in entry.carries) for entry in entries},
        uncertain={entry.message_id: entry.id for entry in entries if entry.status is Status.UNCERTAIN},
        asked=Counter(entry.carries[0].step for entry in entries if entry.template == "note-uncertain"),
        unfinished=(*store.orders(), *store.flags_wanted(), *store.copies_wanted()),
    )


def _ids(host: MailHost, user: str, folder: str = "INBOX") -> list[str]:
    return [str(parsed(raw)["Message-ID"]) for raw in host.messages(user, folder)]


def _inbox(host: MailHost, shared: str) -> Counter[Shape]:
    """Subject and flags of every message."""
    with colleague(host, shared) as client:
        client.select("INBOX", readonly=True)
        answers = client.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
    found: Counter[Shape] = Counter()
    for answer in answers:
        if isinstance(answer, tuple):
            told = answer[0].partition(b"FLAGS (")[2].partition(b")")[0].decode().split()
            flags = sorted(flag for flag in told if flag != "\\Recent")
            found[str(parsed(answer[1])["Subject"]), *flags] += 1
    return found


def _case(case: Case) -> Shape:
    done = tuple((done.step, done.how.value, done.on) for done in case.done)
    holds = tuple(sorted(hold.because.value for hold in case.holds))
    flags = (len(case.unseen), len(case.in_flight), case.absent, case.tries, len(case.thread))
    return (case.state.value, done, holds, flags)


def _event(event: Event) -> Shape:
    return (event.kind.value, event.step, event.how.value)


def _entry(entry: Entry) -> Shape:
    return (entry.status.value, entry.copy.value, *(_carried(one.key) for one in entry.carries))


def _carried(key: str) -> str:
    """A step of a case; of a note only its name, for what it is about has ids and instants."""
    return key.partition("|")[0] if key.startswith("note:") else key


# --- judging --------------------------------------------------------------------------------------------------------


def differences(usual: Left, left: Left, doubtful: set[str]) -> list[str]:
    """What is wrong after a kill, in words; `doubtful` were on their way with nothing recorded when it fell."""
    wrong = [f"{name} arrived {count} times" for name, count in left.received.items() if count > 1]
    wrong += [f"{name} was filed {count} times" for name, count in left.filed.items() if count > 1]
    wrong += [f"{name} is uncertain without reason" for name in left.uncertain.keys() - doubtful]
    wrong += [f"unfinished: {one}" for one in left.unfinished]
    for name in left.uncertain:
        wrong += _not_asked(left, name)
    apart = {key for name in left.uncertain for key in left.carried[name]}
    kept, expected = _without(left, apart, set(left.uncertain)), _without(usual, apart, set(left.uncertain))
    for part in expected:
        wrong += [f"{part}: {kept[part]} instead of {expected[part]}"] if kept[part] != expected[part] else []
    return wrong


def _not_asked(left: Left, name: str) -> list[str]:
    """An uncertain message stands on the person's list once, and its cases are held."""
    wrong = [] if left.asked[left.uncertain[name]] == 1 else [f"a person was asked {left.asked} about {name}"]
    for key in left.carried[name]:
        holds = left.cases[key][2]
        done = [event for event in left.histories[key] if event[0] == Kind.STEP_DONE]
        if done or holds != (Because.UNCERTAIN.value,):
            wrong.append(f"{key} is in doubt, yet: {holds}, {done}")
    return wrong


def _without(left: Left, cases: set[str], messages: set[str]) -> dict[str, object]:
    """Everything but these cases, their messages, and what a doubt adds to histories and inbox."""
    bounced = any(key.startswith("FA-2026-0004") for key in cases)
    return {
        "received": {name: count for name, count in left.received.items() if name not in messages},
        "filed": {name: count for name, count in left.filed.items() if name not in messages},
        "inbox": {
            shape: count
            for shape, count in left.inbox.items()
            if not ("vérifier" in str(shape[0]) or (bounced and shape[0] in (BOUNCE, BOUNCE_NOTE)))
        },
        "cases": {key: shape for key, shape in left.cases.items() if key not in cases},
        "histories": {
            key: [event for event in events if event[0] not in DOUBT]
            for key, events in left.histories.items()
            if key not in cases
        },
        "entries": {
            shape: count
            for shape, count in left.entries.items()
            if not any(
                str(part).startswith(("note:uncertain", *(["note:refused"] if bounced else []), *cases))
                for part in shape
            )
        },
    }
