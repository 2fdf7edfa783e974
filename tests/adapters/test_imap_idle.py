"""ImapMailbox waits for news, and for nothing longer than it must."""

import asyncio
import time

import pytest
from tests.adapters.idling import idles
from tests.adapters.imap_world import between, colleague, login, mailbox_at, without
from tests.contracts.mailbox import message
from tests.servers.fixtures import Accounts
from tests.servers.proxy import Hold, Replace

from relancier.ports import Unavailable


async def test_mail_between_select_and_idle(accounts: Accounts) -> None:
    hold = Hold()
    with colleague(accounts) as other:
        async with between(accounts, lambda event: hold if event.is_command("IDLE") else None) as (mailbox, _):
            waiting = asyncio.create_task(mailbox.changed(30))
            await asyncio.to_thread(hold.reached.wait, 10)
            await asyncio.to_thread(other.append, "INBOX", message())
            hold.release()
            assert await asyncio.wait_for(waiting, 10)


async def test_news_glued_to_the_start_of_idle_inside_tls(accounts: Accounts) -> None:
    glued = Replace(b"+ idling\r\n* 99 EXISTS\r\n")
    async with between(accounts, lambda event: glued if event.is_reply_to("+") else None) as (mailbox, _):
        assert await asyncio.wait_for(mailbox.changed(30), 5)


async def test_each_of_many_messages_ends_a_wait(accounts: Accounts) -> None:
    with colleague(accounts) as other:
        async with mailbox_at(login(accounts)) as mailbox:
            for number in range(10):
                await mailbox.look(["INBOX"])
                waiting = asyncio.create_task(mailbox.changed(30))
                if number % 2:
                    await asyncio.sleep(0.05)
                await asyncio.to_thread(other.append, "INBOX", message(number))
                assert await asyncio.wait_for(waiting, 10)
            await mailbox.look(["INBOX"])
            assert not await mailbox.changed(0.2)


async def test_a_flag_is_no_news(accounts: Accounts) -> None:
    with colleague(accounts) as other:
        other.append("INBOX", message())
        other.select_folder("INBOX")
        async with between(accounts) as (mailbox, proxy):
            await mailbox.look(["INBOX"])
            waiting = asyncio.create_task(mailbox.changed(2))
            await proxy.seen("server", "+")
            await asyncio.to_thread(other.add_flags, [1], ["\\Seen"])
            await proxy.seen("client", "DONE")
            assert not await waiting


async def test_a_server_that_does_not_idle_is_polled(accounts: Accounts) -> None:
    async with between(accounts, without(b"IDLE")) as (mailbox, proxy):
        assert not await mailbox.changed(0.05)
        assert not await mailbox.changed(0.05)
        assert proxy.connections == 1
        assert proxy.count("client", "IDLE") == 0


async def test_a_peer_that_vanished_while_idling_is_noticed(accounts: Accounts) -> None:
    async with between(accounts, seconds=0.5) as (mailbox, proxy):
        mailbox.idle_rest = 0.2
        waiting = asyncio.create_task(mailbox.changed(600))
        await proxy.seen("server", "+", 2)
        proxy.freeze()
        with pytest.raises(Unavailable):
            await asyncio.wait_for(waiting, 5)
        proxy.thaw()
        assert not await mailbox.changed(0.1)


async def test_a_server_that_goes_away_ends_the_wait_at_once(accounts: Accounts) -> None:
    async with between(accounts) as (mailbox, proxy):
        waiting = asyncio.create_task(mailbox.changed(600))
        await idles(mailbox)
        proxy.cut()
        with pytest.raises(Unavailable):
            await asyncio.wait_for(waiting, 5)


async def test_stopping_is_quick_and_clean(accounts: Accounts) -> None:
    async with between(accounts) as (mailbox, proxy):
        waiting = asyncio.create_task(mailbox.changed(600))
        await idles(mailbox)
        began = time.perf_counter()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert time.perf_counter() - began < 5  # of the 600 asked for
        await proxy.seen("client", "DONE")
        assert not await mailbox.changed(0.05)
        assert proxy.connections == 2  # the same two: one to ask what the server can do, one that idles


async def test_stopping_with_a_dead_peer_is_bounded(accounts: Accounts) -> None:
    async with between(accounts) as (mailbox, proxy):
        waiting = asyncio.create_task(mailbox.changed(600))
        await idles(mailbox)
        proxy.freeze()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(waiting, 3)
        proxy.thaw()
