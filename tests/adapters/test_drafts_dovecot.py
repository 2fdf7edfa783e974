"""Drafts on real Dovecot: put there, edited as two mail programs do, sent, taken away by a whole daemon."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import TypeVar

import pytest
from imapclient import IMAPClient
from tests.adapters.imap_world import between, colleague, login, mailbox_at, without
from tests.servers.fixtures import Accounts
from tests.work.play import KEY, answer, case, daemon, entries, notes, parsed, reminders, taken, words, written
from tests.work.play import late as late_invoice
from tests.work.rig import NOON, Rig

from relancier.core.outbox import Status
from relancier.ports import Mailbox

pytestmark = pytest.mark.servers

T = TypeVar("T")
WEEK = timedelta(days=7)


async def person(accounts: Accounts, work: Callable[[IMAPClient], T]) -> T:
    """What a colleague does in another mail program."""

    def session() -> T:
        with colleague(accounts) as client:
            return work(client)

    return await asyncio.to_thread(session)


async def proposed(accounts: Accounts, mailbox: Mailbox) -> Rig:
    """The customer has answered, a person let the plan go on, and what follows lies in Drafts."""
    rig = daemon(late_invoice(), mailbox=mailbox)
    rig.loop.poll = timedelta(hours=12)
    await rig.tick()
    raw = answer(reminders(rig)[0])
    await person(accounts, lambda client: client.append("INBOX", raw))
    await rig.tick()
    rig.order("resume", KEY)
    await rig.go(NOON + WEEK)
    return rig


async def drafts(accounts: Accounts) -> dict[int, tuple[bytes, frozenset[bytes]]]:
    def look(client: IMAPClient) -> dict[int, tuple[bytes, frozenset[bytes]]]:
        client.select_folder("Drafts", readonly=True)
        found = client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS"])
        return {uid: (data[b"BODY[]"], frozenset(data[b"FLAGS"])) for uid, data in found.items()}

    return await person(accounts, look)


def edited(raw: bytes, rig: Rig, keep: tuple[str, ...]) -> bytes:
    old, new = parsed(raw), EmailMessage()
    for name in ("From", "To", "Subject", *keep):
        new[name] = str(old[name])
    fresh = parsed(written(at=rig.wake.now()))
    new["Message-ID"], new["Date"] = fresh["Message-ID"], fresh["Date"]
    new.set_content(words(raw) + "\n\nBien à vous")
    return new.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


async def save_edited(accounts: Accounts, raw: bytes) -> None:
    def save(client: IMAPClient) -> None:
        client.append("Drafts", raw, ("\\Draft", "\\Seen"))
        client.select_folder("Drafts")
        first = min(client.search())
        client.delete_messages([first])
        client.expunge([first])

    await person(accounts, save)


async def send(accounts: Accounts, raw: bytes) -> None:
    def out(client: IMAPClient) -> None:
        client.append("Sent", raw, ("\\Seen",))
        client.select_folder("Drafts")
        client.delete_messages(client.search())
        client.expunge()

    await person(accounts, out)


async def on(rig: Rig, minutes: float) -> None:
    poll, rig.loop.poll = rig.loop.poll, timedelta(minutes=11)
    await rig.go(rig.wake.now() + timedelta(minutes=minutes))
    rig.loop.poll = poll


@pytest.mark.parametrize("keep", [("In-Reply-To", "References"), ()], ids=["as Thunderbird does", "as Outlook does"])
async def test_a_draft_is_edited_sent_and_recognised(accounts: Accounts, keep: tuple[str, ...]) -> None:
    async with mailbox_at(login(accounts)) as mailbox:
        rig = await proposed(accounts, mailbox)
        ((raw, flags),) = (await drafts(accounts)).values()
        assert b"\\Draft" in flags
        assert b"\\Seen" not in flags
        mine = edited(raw, rig, keep)
        await save_edited(accounts, mine)
        await on(rig, 40)
        assert [entry.status for entry in entries(rig) if entry.approval] == [Status.PROPOSED]
        assert len(await drafts(accounts)) == 1
        await send(accounts, mine)
        await on(rig, 40)
        assert taken(rig) == ["reminder", "penalties"]
        assert str(parsed(mine)["Message-ID"]) in case(rig).thread
        assert not notes(rig, "draft-stale")
        assert not await drafts(accounts)


async def test_an_untouched_draft_is_taken_away_and_nothing_else(accounts: Accounts) -> None:
    async with mailbox_at(login(accounts)) as mailbox:
        rig = await proposed(accounts, mailbox)
        others = [written(subject="Autre chose"), written(subject="A supprimer")]

        def leave(client: IMAPClient) -> None:
            for raw in others:
                client.append("Drafts", raw, ("\\Draft",))
            client.select_folder("Drafts")
            client.delete_messages([max(client.search())])  # marked, and not expunged

        await person(accounts, leave)
        rig.order("pause", KEY)
        await on(rig, 30)
        left = await drafts(accounts)
        assert [parsed(raw)["Subject"] for raw, _ in left.values()] == ["Autre chose", "A supprimer"]
        assert not notes(rig, "draft-stale")


async def test_without_uidplus_it_stays_and_a_note_says_not_to_send_it(accounts: Accounts) -> None:
    async with between(accounts, without(b"UIDPLUS")) as (mailbox, proxy):
        rig = await proposed(accounts, mailbox)
        rig.order("pause", KEY)
        await on(rig, 30)
        assert len(await drafts(accounts)) == 1
        assert len(notes(rig, "draft-stale")) == 1
        assert not [event for event in proxy.events if b"EXPUNGE" in event.line and event.side == "client"]
