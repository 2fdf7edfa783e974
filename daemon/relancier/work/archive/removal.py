"""Removing cases with all that is known of them; what must be known again when it is met stays as a fingerprint.

A token, lest our own message in Sent hold all sending (house law 13); a message's identity, lest it be heard anew; a
case's key, lest the books open it again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from relancier.core.case import IN_STORE, Case
from relancier.core.outbox import ABOUT, Copy, Entry, Sort, Status
from relancier.core.stored import Change, Gone, Received, Removed, Seen, Thing, fingerprint
from relancier.ports import Store

ON_ITS_WAY = frozenset({Status.QUEUED, Status.SENDING, Status.UNCERTAIN, Status.DEFERRED, Status.PROPOSED})


def on_its_way(case: Case, store: Store) -> bool:
    """Whether a message or task about it may still leave or arrive: then nothing of the case may be removed."""
    return any(entry.sort is not Sort.NOTE and entry.status in ON_ITS_WAY for entry in store.entries_about(case.key))


def removal(cases: Sequence[Case], store: Store) -> list[Change]:
    """Everything that removes these cases; what other cases share stays with those."""
    keys = {case.key for case in cases}
    names = sorted(keys)
    entries = {entry.id: entry for key in names for entry in store.entries_about(key)}
    messages = {seen.identity: seen for key in names for seen in store.messages_about(key)}
    found: list[Change] = [Gone(fingerprint(key)) for key in names]
    found += (change for entry in entries.values() for change in _entry(entry, keys, store))
    found += (change for seen in messages.values() for change in _message(seen, keys))
    money = {receipt.identity: receipt for key in names for receipt in store.receipts_for(key)}
    found += (_receipt(receipt, keys) for receipt in money.values())
    found += (Removed(Thing.CASE, key) for key in names)
    pages = (case.invoice.pdf for case in cases if case.invoice.pdf.startswith(IN_STORE))
    found += (Removed(Thing.BLOB, page.removeprefix(IN_STORE)) for page in dict.fromkeys(pages))
    return found


def _entry(entry: Entry, keys: set[str], store: Store) -> Iterator[Change]:
    """An entry goes with the last of its cases; of a note, its words go with the first."""
    left = [key for key in entry.about if key not in keys and store.case(key)]
    if left and entry.sort is Sort.NOTE and entry.copy is Copy.FILED:
        facts = tuple((name, "\n".join(left) if name == ABOUT else text) for name, text in entry.facts)
        yield replace(entry, facts=facts, blob="")
    if not left:
        yield Gone(fingerprint(entry.token))
        yield Removed(Thing.ENTRY, entry.id)
    if entry.blob:
        yield Removed(Thing.BLOB, entry.blob)


def _receipt(receipt: Received, keys: set[str]) -> Change:
    """A payment goes with the last of the cases that it was for."""
    left = tuple(key for key in receipt.cases if key not in keys)
    return replace(receipt, cases=left) if left else Removed(Thing.RECEIVED, receipt.identity)


def _message(seen: Seen, keys: set[str]) -> Iterator[Change]:
    left = tuple(key for key in seen.cases if key not in keys)
    return iter((replace(seen, cases=left),)) if left else without_words(seen)


def without_words(seen: Seen) -> Iterator[Change]:
    """A message of which is kept only that it was read: its identity, its kind and when."""
    bare = Seen(identity=seen.identity, message_id="", folder="", uid=0, kind=seen.kind, at=seen.at)
    yield replace(bare, unmatched=False, in_sent=seen.in_sent)
    if seen.blob:
        yield Removed(Thing.BLOB, seen.blob)
