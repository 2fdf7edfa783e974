"""ImapMailbox against real Dovecot, with a proxy that misbehaves between the two."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from imapclient import IMAPClient
from tests.adapters.idling import idles
from tests.contracts.mailbox import AT, REPLY, message, read
from tests.servers.fixtures import Accounts
from tests.servers.proxy import CUT, Action, Answer, Event, Hold, Hook, Proxy, Replace, strip_starttls

from relancier.adapters.imap import FolderNames, ImapLogin, ImapMailbox
from relancier.adapters.imap.login import Security
from relancier.adapters.imap.mailbox import BATCH_BYTES, _batches
from relancier.ports import FolderRole, LoginRefused, Unavailable

FOLDERS = ["INBOX", "Sent", "Drafts", "Junk", "Trash", "Archive"]


@contextlib.contextmanager
def colleague(accounts: Accounts) -> Iterator[IMAPClient]:
    """Another mail program on the same mailbox."""
    host = accounts.host
    with IMAPClient(host.host, host.imaps_port, ssl_context=host.context(), timeout=20) as client:
        client.login(accounts.shared, host.password(accounts.shared))
        yield client


def login(accounts: Accounts, *, port: int = 0, security: Security = "tls", seconds: float = 20) -> ImapLogin:
    host = accounts.host
    return ImapLogin(
        host=host.host,
        port=port or host.imaps_port,
        security=security,
        user=accounts.shared,
        password=host.password(accounts.shared),
        ca_file=str(host.ca_file),
        seconds=seconds,
    )


@contextlib.asynccontextmanager
async def mailbox_at(how: ImapLogin, names: FolderNames | None = None) -> AsyncIterator[ImapMailbox]:
    mailbox = ImapMailbox(how, names or FolderNames())
    try:
        yield mailbox
    finally:
        await mailbox.close()


@contextlib.asynccontextmanager
async def between(
    accounts: Accounts, hook: Hook | None = None, *, seconds: float = 20
) -> AsyncIterator[tuple[ImapMailbox, Proxy]]:
    """A mailbox that reaches Dovecot through a proxy."""
    async with (
        Proxy.before(accounts.host, "imaps", hook=hook) as proxy,
        mailbox_at(login(accounts, port=proxy.port, seconds=seconds)) as mailbox,
    ):
        yield mailbox, proxy


def without(*words: bytes) -> Hook:
    """A hook: the server does not offer these."""

    def hook(event: Event) -> Action | None:
        if event.side == "client" or b"CAPABILITY" not in event.line:
            return None
        line = event.line
        for word in words:
            line = line.replace(b" " + word + b" ", b" ").replace(b" " + word + b"]", b"]")
        return Replace(line)

    return hook


def refuse(verb: str, words: str) -> Hook:
    """A hook: the server refuses a command in these words."""

    def hook(event: Event) -> Action | None:
        return Answer(event.line.split()[0] + f" {words}\r\n".encode()) if event.is_command(verb) else None

    return hook


# --- looking --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", [(), (b"LIST-STATUS",), (b"LIST-STATUS", b"UNSELECT")], ids=len)
async def test_whatever_was_filed_before_a_look_is_seen(accounts: Accounts, missing: tuple[bytes, ...]) -> None:
    """200 rounds, with the folder left open in the looking session every other time."""
    with colleague(accounts) as other:
        async with between(accounts, without(*missing)) as (mailbox, proxy):
            first = (await mailbox.look(FOLDERS))[0].uidnext
            for count in range(1, 201):
                if count % 2:
                    await mailbox.new("INBOX", first + count - 2)
                await asyncio.to_thread(other.append, "INBOX", message(count))
                assert (await mailbox.look(FOLDERS))[0].uidnext == first + count
            assert proxy.count("client", "STATUS") == (201 * len(FOLDERS) if missing else 0)


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


async def test_a_configured_folder_wins(accounts: Accounts) -> None:
    async with mailbox_at(login(accounts), FolderNames(sent="Archive", junk="Nulle part")) as mailbox:
        roles = {folder.name: folder.role for folder in await mailbox.folders()}
    assert (roles["Archive"], roles["Sent"]) == (FolderRole.SENT, FolderRole.OTHER)
    assert FolderRole.JUNK not in roles.values()


# --- reading --------------------------------------------------------------------------------------------------------


async def test_three_thousand_messages_are_read_in_pieces(accounts: Accounts) -> None:
    with colleague(accounts) as other:
        for start in range(0, 3000, 500):
            other.multiappend("INBOX", [message(start + n) for n in range(500)])
    async with between(accounts) as (mailbox, proxy):
        uids = await mailbox.new("INBOX", 0)
        assert len(uids) == 3000
        assert len(await mailbox.flags("INBOX", uids)) == 3000
        assert [got.uid for got in await read(mailbox, "INBOX", uids, 200)] == uids
        fetches = [event.line for event in proxy.events if event.is_command("UID FETCH")]
    assert max(line.count(b",") for line in fetches) < 500
    assert len(fetches) == 18


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


# --- flags ----------------------------------------------------------------------------------------------------------


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


# --- idle -----------------------------------------------------------------------------------------------------------


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
        assert time.perf_counter() - began < 0.5
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


# --- login ----------------------------------------------------------------------------------------------------------


async def refused(how: ImapLogin) -> str:
    async with mailbox_at(how) as mailbox:
        with pytest.raises(LoginRefused) as caught:
            await mailbox.folders()
    return str(caught.value)


async def test_a_wrong_password(accounts: Accounts) -> None:
    good = login(accounts)
    wrong = ImapLogin(
        host=good.host, port=good.port, security="tls", user=good.user, password="tort", ca_file=good.ca_file
    )
    said = await refused(wrong)
    assert "AUTHENTICATIONFAILED" in said
    assert "tort" not in said


async def test_a_password_beyond_ascii_is_sent_as_plain(accounts: Accounts) -> None:
    good = login(accounts)
    wrong = ImapLogin(
        host=good.host, port=good.port, security="tls", user=good.user, password="gâteau", ca_file=good.ca_file
    )
    assert "AUTHENTICATIONFAILED" in await refused(wrong)


async def test_starttls_works_where_it_is_offered(accounts: Accounts) -> None:
    async with mailbox_at(login(accounts, port=accounts.host.imap_port, security="starttls")) as mailbox:
        assert (await mailbox.folders())[0].name == "INBOX"


async def test_starttls_that_was_stripped(accounts: Accounts) -> None:
    async with Proxy.before(accounts.host, "imap", hook=strip_starttls) as proxy:
        said = await refused(login(accounts, port=proxy.port, security="starttls"))
        assert "STARTTLS" in said
        assert proxy.count("client", "LOGIN") == proxy.count("client", "AUTHENTICATE") == 0


async def test_an_unknown_authority(accounts: Accounts) -> None:
    good = login(accounts)
    how = ImapLogin(host=good.host, port=good.port, security="tls", user=good.user, password=good.password)
    assert "certificate" in await refused(how)


@pytest.mark.parametrize("kind", ["expired", "wrong_name"])
async def test_a_certificate_that_must_be_refused(accounts: Accounts, kind: str) -> None:
    shown = getattr(accounts.host.authority, kind)()
    async with Proxy.before(accounts.host, "imaps", certificate=shown) as proxy:
        assert "certificate" in await refused(login(accounts, port=proxy.port))
        assert proxy.count("client", "LOGIN") == 0


async def test_tls_on_the_port_for_plain(accounts: Accounts) -> None:
    assert "TLS" in await refused(login(accounts, port=accounts.host.imap_port))


async def test_an_authority_file_that_is_not_there(accounts: Accounts) -> None:
    good = login(accounts)
    how = ImapLogin(host=good.host, port=good.port, security="tls", user=good.user, ca_file="/nowhere/ca.pem")
    assert "/nowhere/ca.pem" in await refused(how)


@pytest.mark.parametrize(
    "words",
    [
        "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded",
        "NO [LIMIT] Too many logins",
        "NO Too many simultaneous connections. (Failure)",
    ],
)
async def test_a_busy_server_is_no_wrong_password(accounts: Accounts, words: str) -> None:
    async with between(accounts, refuse("LOGIN", words)) as (mailbox, _):
        with pytest.raises(Unavailable) as caught:
            await mailbox.folders()
    assert not isinstance(caught.value, LoginRefused)


async def test_a_connection_that_dies_at_login_is_no_wrong_password(accounts: Accounts) -> None:
    async with between(accounts, lambda event: CUT if event.is_command("LOGIN") else None) as (mailbox, _):
        with pytest.raises(Unavailable) as caught:
            await mailbox.folders()
    assert not isinstance(caught.value, LoginRefused)


async def test_nobody_listens() -> None:
    async with mailbox_at(ImapLogin(host="127.0.0.1", port=9, security="none", user="x")) as mailbox:
        with pytest.raises(Unavailable) as caught:
            await mailbox.folders()
    assert not isinstance(caught.value, LoginRefused)


def test_no_plain_text_beyond_this_machine() -> None:
    with pytest.raises(ValueError, match="loopback"):
        ImapLogin(host="imap.example", port=143, security="none", user="x")


def test_the_password_is_in_no_representation() -> None:
    assert "geheim" not in repr(ImapLogin(host="h", port=993, security="tls", user="x", password="geheim"))


# --- faults in a session --------------------------------------------------------------------------------------------


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
    async with between(accounts, seconds=0.3) as (mailbox, proxy):
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


# --- filing ---------------------------------------------------------------------------------------------------------


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
