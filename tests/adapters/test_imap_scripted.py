"""ImapMailbox against a server that says exactly what the test wants, at the moment that hurts."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator

import pytest
from tests.adapters.scripted_imap import Reply, Say, ScriptedImap, nothing_special
from tests.servers.waiting import until

from relancier.adapters.imap import FolderNames, ImapLogin, ImapMailbox
from relancier.ports import FolderRole, LoginRefused, Unavailable


@contextlib.asynccontextmanager
async def scripted(
    reply: Reply = nothing_special, greeting: bytes = b"* OK ready\r\n"
) -> AsyncIterator[tuple[ImapMailbox, ScriptedImap]]:
    async with ScriptedImap(reply, greeting=greeting) as server:
        login = ImapLogin(host="127.0.0.1", port=server.port, security="none", user="x", password="y", seconds=5)
        mailbox = ImapMailbox(login, FolderNames())
        yield mailbox, server
        await mailbox.close()


def at_idle(*pieces: bytes, pause: float = 0.0) -> Reply:
    """The server answers IDLE with these pieces, one segment each; an empty one ends the connection."""

    async def reply(verb: str, _words: list[str], say: Say) -> bool:
        if verb != "IDLE":
            return False
        for piece in pieces:
            if not piece:
                raise ConnectionError
            await say(piece)
            await asyncio.sleep(pause)
        return True

    return reply


@pytest.mark.parametrize(
    "pieces",
    [
        (b"+ idling\r\n* 2 EXISTS\r\n",),
        (b"* 2 EXISTS\r\n+ idling\r\n",),
        (b"+ idling\r\n", b"* 2 EXI", b"STS\r\n"),
        (b"+ idl", b"ing\r\n* 2 EX", b"ISTS\r\n"),
        (b"+ idling\r\n* 1 EXPUNGE\r\n",),
    ],
)
async def test_news_is_never_missed(pieces: tuple[bytes, ...]) -> None:
    async with scripted(at_idle(*pieces, pause=0.02)) as (mailbox, server):
        assert await asyncio.wait_for(mailbox.changed(30), 3)
        assert server.spoken.count("DONE") == 1


@pytest.mark.parametrize("talk", [b"* OK Still here\r\n", b"* 1 FETCH (FLAGS (\\Seen))\r\n"])
async def test_talk_is_no_news(talk: bytes) -> None:
    async with scripted(at_idle(b"+ idling\r\n" + talk)) as (mailbox, server):
        waiting = asyncio.create_task(mailbox.changed(30))
        await server.heard("IDLE", 3)
        assert not waiting.done()
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting


async def test_the_last_words_of_a_server_are_told() -> None:
    async with scripted(at_idle(b"+ idling\r\n", b"* BYE Session expired, AccessTokenExpired\r\n", b"")) as (
        mailbox,
        _,
    ):
        with pytest.raises(Unavailable, match="AccessTokenExpired"):
            await asyncio.wait_for(mailbox.changed(30), 3)


@pytest.mark.parametrize("pieces", [(b"+ idling\r\n", b"* BYE Leaving\r\n", b""), (b"+ idling\r\n", b""), (b"",)])
async def test_a_farewell_ends_the_wait_once(pieces: tuple[bytes, ...]) -> None:
    async with scripted(at_idle(*pieces)) as (mailbox, server):
        with pytest.raises(Unavailable):
            await asyncio.wait_for(mailbox.changed(30), 3)
        assert server.spoken.count("IDLE") == 1


async def test_idle_that_is_refused() -> None:
    async def reply(verb: str, words: list[str], say: Say) -> bool:
        if verb == "IDLE":
            await say(f"{words[0]} NO Not now\r\n".encode())
        return verb == "IDLE"

    async with scripted(reply) as (mailbox, _):
        with pytest.raises(Unavailable):
            await asyncio.wait_for(mailbox.changed(30), 3)


async def test_two_ways_of_counting_make_no_busy_loop() -> None:
    """STATUS and EXAMINE that never agree end one wait, not all of them."""

    async def reply(verb: str, words: list[str], say: Say) -> bool:
        if verb == "STATUS":
            await say(f"* STATUS INBOX (UIDVALIDITY 7 UIDNEXT 99)\r\n{words[0]} OK done\r\n".encode())
        return verb == "STATUS"

    async with scripted(reply) as (mailbox, _):
        await mailbox.look(["INBOX"])
        assert await mailbox.changed(0.1)
        await mailbox.look(["INBOX"])
        assert not await mailbox.changed(0.1)


async def test_a_greeting_that_sends_us_away() -> None:
    async with scripted(greeting=b"* BYE Server is shutting down\r\n") as (mailbox, _):
        with pytest.raises(Unavailable) as caught:
            await mailbox.folders()
    assert not isinstance(caught.value, LoginRefused)


async def test_a_server_that_wants_no_password_here() -> None:
    async def reply(verb: str, words: list[str], say: Say) -> bool:
        if verb == "CAPABILITY":
            await say(f"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{words[0]} OK done\r\n".encode())
        return verb == "CAPABILITY"

    async with scripted(reply) as (mailbox, server):
        with pytest.raises(LoginRefused):
            await mailbox.folders()
        assert "LOGIN" not in server.spoken


async def test_a_folder_name_that_is_not_valid_is_still_reached() -> None:
    async def reply(verb: str, words: list[str], say: Say) -> bool:
        if verb == "LIST":
            await say(f'* LIST () "/" "R&D"\r\n* LIST () "/" 2024\r\n{words[0]} OK done\r\n'.encode())
        if verb == "STATUS":
            found = words[2] == '"R&D"'
            told = "* STATUS R&D (UIDVALIDITY 1 UIDNEXT 5)\r\n" if found else ""
            await say(f"{told}{words[0]} {'OK' if found else 'NO'} x\r\n".encode())
        return verb in {"LIST", "STATUS"}

    async with scripted(reply) as (mailbox, _):
        assert [folder.name for folder in await mailbox.folders()] == ["2024", "R&D"]
        (state,) = await mailbox.look(["R&D"])
        assert state.uidnext == 5


async def test_a_server_that_sends_names_in_plain_utf8_unasked() -> None:
    heard: list[str] = []

    async def reply(verb: str, words: list[str], say: Say) -> bool:
        line = " ".join(words)
        heard.append(line)
        if verb == "LIST":
            await say(f'* LIST () "/" INBOX\r\n* LIST () "/" "Éléments envoyés"\r\n{words[0]} OK x\r\n'.encode())
        if verb == "STATUS":
            name = line.partition('"')[2].partition('"')[0]
            await say(f'* STATUS "{name}" (UIDVALIDITY 1 UIDNEXT 5)\r\n{words[0]} OK x\r\n'.encode())
        return verb in {"LIST", "STATUS"}

    async with scripted(reply) as (mailbox, _):
        folders = {folder.role: folder.name for folder in await mailbox.folders()}
        assert folders[FolderRole.SENT] == "Éléments envoyés"
        assert [state.uidnext for state in await mailbox.look(["Éléments envoyés"])] == [5]
        assert await mailbox.new("Éléments envoyés", 4) == []
        assert any('EXAMINE "Éléments envoyés"' in line for line in heard)


async def test_a_very_large_folder_is_searched_from_its_end() -> None:
    asked: list[str] = []

    async def reply(verb: str, words: list[str], say: Say) -> bool:
        if verb == "EXAMINE":
            await say(f"* 120000 EXISTS\r\n{words[0]} OK done\r\n".encode())
        if verb == "UID":
            asked.append(words[3])
            await say(f"* SEARCH {120_001 - len(asked)} 3\r\n{words[0]} OK done\r\n".encode())
        return verb in {"EXAMINE", "UID"}

    async with scripted(reply) as (mailbox, _):
        assert await mailbox.new("INBOX", 5) == [119_998, 119_999, 120_000]
    assert asked == ["70001:120000", "20001:70000", "1:20000"]


async def test_a_token_stands_for_the_password() -> None:
    given: list[bytes] = []

    async def reply(verb: str, words: list[str], say: Say) -> bool:
        if verb == "AUTHENTICATE":
            given.append(f"{words[0]} {words[2]}".encode())
            await say(b"+ \r\n")
        elif len(words) == 1:
            tag, mechanism = given.pop().split()
            given.extend((mechanism, base64.b64decode(words[0])))
            await say(tag + b" OK in\r\n")
        return verb == "AUTHENTICATE" or len(words) == 1

    async def token() -> str:
        return "T0K3N"

    async with ScriptedImap(reply) as server:
        login = ImapLogin(host="127.0.0.1", port=server.port, security="none", user="x", token=token)
        mailbox = ImapMailbox(login, FolderNames())
        await mailbox.capabilities()
        await mailbox.close()
    assert given == [b"XOAUTH2", b"user=x\x01auth=Bearer T0K3N\x01\x01"]


@pytest.mark.parametrize(
    ("offer", "first", "last"),
    [
        ("AUTH=XOAUTH2", b"user=x\x01auth=Bearer T0K3N\x01\x01", b""),
        ("AUTH=OAUTHBEARER", b"n,a=x,\x01host=127.0.0.1\x01port=%d\x01auth=Bearer T0K3N\x01\x01", b"\x01"),
    ],
)
async def test_the_reason_for_a_refused_token_is_heard_to_its_end(offer: str, first: bytes, last: bytes) -> None:
    given: list[bytes] = []
    tags: list[str] = []

    async def reply(verb: str, words: list[str], say: Say) -> bool:
        if verb == "CAPABILITY":
            await say(f"* CAPABILITY IMAP4rev1 {offer}\r\n{words[0]} OK done\r\n".encode())
        elif verb == "AUTHENTICATE":
            tags.append(words[0])
            await say(b"+ \r\n")
        else:
            given.append(base64.b64decode(words[0]) if words else b"")
            reason = b"+ " + base64.b64encode(b'{"status": "401"}') + b"\r\n"
            await say(reason if len(given) == 1 else tags[0].encode() + b" NO not you\r\n")
        return True

    async def token() -> str:
        return "T0K3N"

    async with ScriptedImap(reply) as server:
        login = ImapLogin(host="127.0.0.1", port=server.port, security="none", user="x", token=token)
        mailbox = ImapMailbox(login, FolderNames())
        with pytest.raises(LoginRefused, match="not you"):
            await mailbox.capabilities()
        await mailbox.close()
    assert given == [first.replace(b"%d", b"%d" % server.port), last]


async def test_a_server_that_never_greets_can_be_left_at_once() -> None:
    async with scripted(greeting=b"") as (mailbox, server):
        asking = asyncio.create_task(mailbox.folders())
        await until(lambda: server.connections)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asking, 1)
        server.greeting = b"* OK ready\r\n"
        assert await mailbox.folders() == ()
