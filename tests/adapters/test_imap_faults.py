"""What goes wrong in a session of ImapMailbox, and what the next call finds."""

import asyncio

import pytest
from tests.adapters.imap_world import FOLDERS, between, colleague, refuse
from tests.contracts.mailbox import AT, message
from tests.servers.fixtures import Accounts
from tests.servers.proxy import Action, Event, Hold, Replace

from relancier.ports import Unavailable


async def test_the_delay_a_server_asks_for_is_told(accounts: Accounts) -> None:
    words = "NO [THROTTLED] Request is throttled. Suggested Backoff Time: 299961 milliseconds"
    async with between(accounts, refuse("EXAMINE", words)) as (mailbox, _):
        with pytest.raises(Unavailable) as caught:
            await mailbox.new("INBOX", 0)
    assert caught.value.delay == pytest.approx(299.961)


async def test_authenticated_but_not_connected(accounts: Accounts) -> None:
    words = "BAD User is authenticated but not connected."
    async with between(accounts, refuse("LIST", words)) as (mailbox, _):
        with pytest.raises(Unavailable, match="permission"):
            await mailbox.look(FOLDERS)


async def test_a_silent_server_is_left_and_the_next_call_connects_anew(accounts: Accounts) -> None:
    async with between(accounts, seconds=2) as (mailbox, proxy):
        await mailbox.look(FOLDERS)
        proxy.freeze()
        with pytest.raises(Unavailable, match="in time"):
            await mailbox.look(FOLDERS)
        proxy.thaw()
        assert len(await mailbox.look(FOLDERS)) == len(FOLDERS)
        assert proxy.connections == 2


async def test_a_cancelled_call_never_leaves_its_answer_to_the_next(accounts: Accounts) -> None:
    hold = Hold()
    with colleague(accounts) as other:
        other.append("Sent", message())
    async with between(
        accounts, lambda event: hold if event.is_reply_to("*") and b"SEARCH" in event.line else None
    ) as (
        mailbox,
        proxy,
    ):
        asking = asyncio.create_task(mailbox.new("Sent", 0))
        await asyncio.to_thread(hold.reached.wait, 10)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        hold.release()
        assert await mailbox.new("INBOX", 0) == []
        assert proxy.connections == 2


async def test_a_connection_that_ended_while_unused_is_replaced_quietly(accounts: Accounts) -> None:
    async with between(accounts) as (mailbox, proxy):
        await mailbox.look(FOLDERS)
        proxy.cut()
        await asyncio.sleep(0.1)
        assert len(await mailbox.look(FOLDERS)) == len(FOLDERS)


async def test_an_answer_that_makes_no_sense(accounts: Accounts) -> None:
    def nonsense(event: Event) -> Action | None:
        broken = Replace(b"* STATUS INBOX (UIDNEXT)\r\n")
        return broken if event.side == "server" and event.line.startswith(b"* STATUS") else None

    async with between(accounts, nonsense) as (mailbox, _):
        with pytest.raises(Unavailable):
            await mailbox.look(FOLDERS)


async def test_a_full_mailbox_is_told_in_its_words(accounts: Accounts) -> None:
    async with between(accounts, refuse("APPEND", "NO [OVERQUOTA] Quota exceeded")) as (mailbox, _):
        with pytest.raises(Unavailable, match="Quota exceeded"):
            await mailbox.append("Sent", message(), seen=True, at=AT)
