"""ImapMailbox on real Dovecot, with a proxy that misbehaves between the two."""

import asyncio
from datetime import UTC, datetime

import pytest
from tests.adapters.imap_world import FOLDERS, between, colleague, login, mailbox_at, refuse, without
from tests.contracts.mailbox import AT, REPLY, message, read
from tests.servers.fixtures import Accounts
from tests.servers.proxy import Action, Event, Hold, Replace

from relancier.adapters.imap import FolderNames
from relancier.adapters.imap.mailbox import BATCH_BYTES, _batches
from relancier.ports import FolderRole, Unavailable

# --- looking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rounds", "missing"),
    [(200, ()), (100, (b"LIST-STATUS",)), (100, (b"LIST-STATUS", b"UNSELECT"))],
    ids=["as-it-is", "no-list-status", "no-unselect"],
)
async def test_whatever_was_filed_before_a_look_is_seen(
    accounts: Accounts, rounds: int, missing: tuple[bytes, ...]
) -> None:
    """Many rounds, with the folder left open in the looking session every other time."""
    with colleague(accounts) as other:
        async with between(accounts, without(*missing)) as (mailbox, proxy):
            first = (await mailbox.look(FOLDERS))[0].uidnext
            for count in range(1, rounds + 1):
                if count % 2:
                    await mailbox.new("INBOX", first + count - 2)
                await asyncio.to_thread(other.append, "INBOX", message(count))
                assert (await mailbox.look(FOLDERS))[0].uidnext == first + count
            assert proxy.count("client", "STATUS") == ((rounds + 1) * len(FOLDERS) if missing else 0)


async def test_a_look_is_one_round_trip(accounts: Accounts) -> None:
    async with between(accounts) as (mailbox, proxy):
        await mailbox.look(FOLDERS)
        before = len(proxy.events)
        await mailbox.look(FOLDERS)
        assert [event.verb for event in proxy.events[before:] if event.side == "client"] == ["LIST"]


async def test_a_folder_that_cannot_be_looked_at_is_no_folder_gone(accounts: Accounts) -> None:
    async with between(accounts, refuse("STATUS", "NO [NOPERM] Not for you")) as (mailbox, _):
        with pytest.raises(Unavailable, match="Not for you"):
            await mailbox.look(["INBOX"])


async def test_folders_below_folders_and_empty_parents(accounts: Accounts) -> None:
    with colleague(accounts) as other:
        other.create_folder("Clients/Dupont & fils")
    async with mailbox_at(login(accounts), FolderNames(ignore=("Archive",))) as mailbox:
        names = {folder.name for folder in await mailbox.folders()}
    assert "Clients/Dupont & fils" in names
    assert not names & {"Clients", "Archive"}


ODD_NAMES = [
    "Éléments envoyés", "Messages envoyés/2026", "Réglés & payés", 'dit "urgent"', "Clients\\Nord", "fin ", " début",
    "🧾 factures", "日本", "100%", "étoile *", "(a) {5}", "[Gmail]", "NIL", "2026", "a'b", "-&-", "tab ü",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_a_folder_of_any_name_is_listed_read_marked_and_filed_in(accounts: Accounts, name: str) -> None:
    with colleague(accounts) as client:
        client.create_folder(name)
        client.append(name, message())
    async with mailbox_at(login(accounts)) as mailbox:
        listed = [folder.name for folder in await mailbox.folders()]
        assert name in listed
        states = {state.name: state.uidnext for state in await mailbox.look(listed)}
        assert states[name] == 2
        assert await mailbox.new(name, 0) == [1]
        assert [found.uid async for found in mailbox.fetch(name, [1], 10_000)] == [1]
        assert await mailbox.flag(name, 1, ["\\Flagged", "$RelanceReply"]) == {"\\Flagged", "$RelanceReply"}
        await mailbox.unflag(name, 1, ["\\Flagged"])
        assert "$RelanceReply" in (await mailbox.flags(name, [1]))[1]
        assert await mailbox.append(name, message(), seen=True, at=AT) == 2
        with colleague(accounts) as client:
            client.delete_folder(name)
        assert await mailbox.new(name, 0) == []
        assert name not in {state.name for state in await mailbox.look(listed)}


async def test_a_configured_folder_wins(accounts: Accounts) -> None:
    async with mailbox_at(login(accounts), FolderNames(sent="Archive", junk="Nulle part")) as mailbox:
        roles = {folder.name: folder.role for folder in await mailbox.folders()}
    assert (roles["Archive"], roles["Sent"]) == (FolderRole.SENT, FolderRole.OTHER)
    assert FolderRole.JUNK not in roles.values()


# --- reading ----------------------------------------------------------------------------------------------------------


async def test_three_thousand_messages_are_read_in_pieces(accounts: Accounts) -> None:
    with colleague(accounts) as other:
        for start in range(0, 3000, 500):
            other.multiappend("INBOX", [message(start + n) for n in range(500)])
    async with between(accounts) as (mailbox, proxy):
        uids = await mailbox.new("INBOX", 0)
        assert len(uids) == 3000
        assert len(await mailbox.flags("INBOX", uids)) == 3000
        fetches = [event.line for event in proxy.events if event.is_command("UID FETCH")]
    assert [line.count(b",") + 1 for line in fetches] == [500] * 6
    async with mailbox_at(login(accounts)) as mailbox:
        assert [got.uid for got in await read(mailbox, "INBOX", uids, 200)] == uids


async def test_reading_selects_nothing_and_marks_nothing_seen(accounts: Accounts) -> None:
    with colleague(accounts) as other:
        other.append("INBOX", message())
        async with between(accounts) as (mailbox, proxy):
            uids = await mailbox.new("INBOX", 0)
            assert len(await read(mailbox, "INBOX", uids)) == 1
            await mailbox.find("INBOX", "m1@client.test")
            assert await mailbox.changed(0.05) in {True, False}
            assert proxy.count("client", "SELECT") == 0
            bodies = [event.line for event in proxy.events if event.is_command("UID FETCH") and b"BODY" in event.line]
            assert len(bodies) == 1
            assert b"BODY.PEEK[]" in bodies[0]
        other.select_folder("INBOX", readonly=True)
        assert b"\\Seen" not in other.get_flags(uids)[uids[0]]


async def test_a_message_that_comes_as_nil_is_left_out(accounts: Accounts) -> None:
    def nil(event: Event) -> Action | None:
        if event.side == "server" and b"BODY[]" in event.line and b"UID 1 " in event.line:
            return Replace(b"* 1 FETCH (UID 1 FLAGS () BODY[]<0> NIL)\r\n")
        return None

    with colleague(accounts) as other:
        other.multiappend("INBOX", [message(n) for n in range(3)])
    async with between(accounts, nil) as (mailbox, _):
        assert [got.uid for got in await read(mailbox, "INBOX", [1, 2, 3])] == [2, 3]


async def test_an_estimated_size_does_not_make_a_message_look_cut(accounts: Accounts) -> None:
    def estimate(event: Event) -> Action | None:
        if event.side == "server" and b"RFC822.SIZE" in event.line:
            return Replace(b"* 1 FETCH (UID 1 RFC822.SIZE 99999)\r\n")
        return None

    with colleague(accounts) as other:
        other.append("INBOX", message())
    async with between(accounts, estimate) as (mailbox, _):
        (got,) = await read(mailbox, "INBOX", [1], 100_000)
    assert got.complete


def test_batches_are_bounded_by_bytes() -> None:
    sizes = {1: BATCH_BYTES - 10, 2: 10, 3: 1, 4: 3 * BATCH_BYTES, 5: 1}
    assert [list(batch) for batch in _batches(sizes, 10 * BATCH_BYTES)] == [[1, 2], [3], [4], [5]]
    assert [list(batch) for batch in _batches(sizes, 100)] == [[1, 2, 3, 4, 5]]
    assert list(_batches({}, 100)) == []


# --- flags ------------------------------------------------------------------------------------------------------------


async def test_without_keywords_the_flag_alone_is_set(accounts: Accounts) -> None:
    def no_keywords(event: Event) -> Action | None:
        if event.side == "server" and b"PERMANENTFLAGS" in event.line:
            return Replace(b"* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Seen \\Draft)] Limited.\r\n")
        return None

    with colleague(accounts) as other:
        other.append("INBOX", message())
    async with between(accounts, no_keywords) as (mailbox, _):
        assert await mailbox.flag("INBOX", 1, ["\\Flagged", REPLY]) == {"\\Flagged"}
        assert await mailbox.flag("INBOX", 1, [REPLY]) == frozenset()
        assert REPLY not in (await mailbox.flags("INBOX", [1]))[1]


async def test_a_mailbox_that_may_only_be_read_takes_no_flag(accounts: Accounts) -> None:
    def only_reading(event: Event) -> Action | None:
        if event.is_reply_to("SELECT"):
            return Replace(event.line.replace(b"READ-WRITE", b"READ-ONLY"))
        return None

    with colleague(accounts) as other:
        other.append("INBOX", message())
    async with between(accounts, only_reading) as (mailbox, proxy):
        assert await mailbox.flag("INBOX", 1, ["\\Flagged"]) == frozenset()
        assert len(await mailbox.look(FOLDERS)) == len(FOLDERS)
        assert proxy.connections == 1


# --- filing -----------------------------------------------------------------------------------------------------------


async def test_a_look_does_not_wait_for_a_large_copy(accounts: Accounts) -> None:
    hold = Hold()
    async with between(accounts, lambda event: hold if event.is_reply_to("APPEND") else None) as (mailbox, _):
        filing = asyncio.create_task(mailbox.append("Sent", message(), seen=True, at=datetime.now(UTC)))
        await asyncio.to_thread(hold.reached.wait, 10)
        assert len(await asyncio.wait_for(mailbox.look(FOLDERS), 5)) == len(FOLDERS)
        assert not filing.done()
        hold.release()
        await filing


async def test_the_filing_connection_closes_when_unused(accounts: Accounts) -> None:
    async with between(accounts) as (mailbox, proxy):
        mailbox.filing_rest = 0.05
        await mailbox.find("Sent", "x@y")
        await proxy.seen("client", "LOGOUT")
        assert await mailbox.find("Sent", "x@y") == []
