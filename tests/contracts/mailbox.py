"""What every Mailbox promises (relancier.ports.Mailbox)."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

import pytest

from relancier.ports import Fetched, FolderRole, Mailbox

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REPLY = "$RelanceReply"


def message(number: int = 1, *headers: str, body: str = "Bonjour") -> bytes:
    head = (f"From: achats{number}@client.test", f"Subject: Message {number}", f"Message-ID: <m{number}@client.test>")
    return "\r\n".join((*head, *headers, "", body, "")).encode()


class Colleague(Protocol):
    """Another program on the same mailbox: what people and servers do to it."""

    async def deliver(self, folder: str, raw: bytes) -> int: ...
    async def create(self, folder: str) -> None: ...
    async def remove(self, folder: str) -> None: ...
    async def move(self, uid: int, source: str, target: str) -> None: ...
    async def delete(self, folder: str, uid: int) -> None: ...
    async def mark(self, folder: str, uid: int, flag: str) -> None: ...
    async def raws(self, folder: str) -> list[bytes]: ...


@dataclass
class World:
    """A mailbox and a colleague who works in it."""

    mailbox: Mailbox
    colleague: Colleague


async def read(mailbox: Mailbox, folder: str, uids: list[int], limit: int = 100_000) -> list[Fetched]:
    return [one async for one in mailbox.fetch(folder, uids, limit)]


class MailboxContract:
    """Subclass it and give a fixture `world`."""

    @pytest.fixture
    def world(self) -> object:
        raise NotImplementedError

    async def uidnext(self, world: World, folder: str = "INBOX") -> int:
        (state,) = await world.mailbox.look([folder])
        return state.uidnext

    # --- folders ---

    async def test_inbox_comes_first_and_roles_are_found(self, world: World) -> None:
        folders = await world.mailbox.folders()
        assert (folders[0].name, folders[0].role) == ("INBOX", FolderRole.INBOX)
        roles = {folder.name: folder.role for folder in folders}
        assert [roles[name] for name in ("Sent", "Drafts", "Junk", "Trash")] == [
            FolderRole.SENT,
            FolderRole.DRAFTS,
            FolderRole.JUNK,
            FolderRole.TRASH,
        ]

    @pytest.mark.parametrize("name", ["Réglés & payés", 'Dossier "urgent"', "2024", "été", "a*b", "c%d"])
    async def test_any_folder_name_works(self, world: World, name: str) -> None:
        await world.colleague.create(name)
        uid = await world.colleague.deliver(name, message())
        assert name in {folder.name for folder in await world.mailbox.folders()}
        (state,) = await world.mailbox.look([name])
        assert (state.name, state.uidnext) == (name, uid + 1)
        assert await world.mailbox.new(name, 0) == [uid]
        assert await world.mailbox.find(name, "m1@client.test") == [uid]

    # --- look ---

    async def test_look_tells_each_folder_asked_for(self, world: World) -> None:
        names = ["INBOX", "Sent", "Drafts", "Junk", "Trash"]
        assert [state.name for state in await world.mailbox.look(names)] == names
        assert [state.name for state in await world.mailbox.look(["Sent"])] == ["Sent"]
        assert await world.mailbox.look([]) == ()

    @pytest.mark.parametrize("others", [[], ["Sent", "Drafts", "Junk"]])
    async def test_look_leaves_out_a_folder_that_is_gone(self, world: World, others: list[str]) -> None:
        await world.colleague.create("Passager")
        assert len(await world.mailbox.look(["Passager", *others])) == 1 + len(others)
        await world.colleague.remove("Passager")
        assert [state.name for state in await world.mailbox.look(["Passager", *others])] == others

    @pytest.mark.parametrize("folders", [["INBOX"], ["INBOX", "Sent", "Drafts", "Junk"]])
    async def test_what_was_delivered_before_a_look_is_in_it(self, world: World, folders: list[str]) -> None:
        before = await self.uidnext(world)
        for count in range(1, 6):
            await world.colleague.deliver("INBOX", message(count))
            state = (await world.mailbox.look(folders))[0]
            assert state.uidnext == before + count
            await world.mailbox.new("INBOX", 0)  # leaves the folder open in the session

    # --- new, fetch, flags ---

    async def test_new_gives_what_lies_above(self, world: World) -> None:
        uids = [await world.colleague.deliver("INBOX", message(n)) for n in range(1, 4)]
        assert await world.mailbox.new("INBOX", uids[0] - 1) == uids
        assert await world.mailbox.new("INBOX", uids[1]) == uids[2:]
        assert await world.mailbox.new("INBOX", uids[2]) == []

    async def test_append_tells_the_uid_it_gave(self, world: World) -> None:
        uid = await world.mailbox.append("Sent", message(), seen=True, at=AT)
        assert await world.mailbox.new("Sent", 0) == [uid]

    async def test_new_since_a_day_goes_by_arrival(self, world: World) -> None:
        await world.mailbox.append("Sent", message(), seen=True, at=AT)
        assert len(await world.mailbox.new("Sent", 0, date(2026, 3, 1))) == 1
        assert await world.mailbox.new("Sent", 0, date(2026, 3, 4)) == []

    async def test_fetch_gives_the_bytes_as_they_are(self, world: World) -> None:
        raw = message(body="Prix : 1 234,56 €")
        uid = await world.colleague.deliver("INBOX", raw)
        (got,) = await read(world.mailbox, "INBOX", [uid])
        assert (got.uid, got.raw, got.size, got.complete) == (uid, raw, len(raw), True)

    async def test_fetch_gives_no_more_than_asked_for(self, world: World) -> None:
        raw = message(body="x" * 5000)
        uid = await world.colleague.deliver("INBOX", raw)
        (got,) = await read(world.mailbox, "INBOX", [uid], 1000)
        assert (got.raw, got.size, got.complete) == (raw[:1000], len(raw), False)

    async def test_reading_marks_nothing_read(self, world: World) -> None:
        uid = await world.colleague.deliver("INBOX", message())
        await read(world.mailbox, "INBOX", [uid])
        assert "\\Seen" not in (await world.mailbox.flags("INBOX", [uid]))[uid]

    async def test_a_message_that_vanished_is_left_out(self, world: World) -> None:
        kept, gone = [await world.colleague.deliver("INBOX", message(n)) for n in (1, 2)]
        assert gone in await world.mailbox.new("INBOX", 0)
        await world.colleague.delete("INBOX", gone)
        assert [got.uid for got in await read(world.mailbox, "INBOX", [kept, gone])] == [kept]
        assert set(await world.mailbox.flags("INBOX", [kept, gone])) == {kept}

    async def test_nothing_is_asked_for_nothing(self, world: World) -> None:
        assert await read(world.mailbox, "INBOX", []) == []
        assert await world.mailbox.flags("INBOX", []) == {}

    async def test_a_moved_message_has_a_new_number_elsewhere(self, world: World) -> None:
        await world.colleague.create("Dossiers")
        uid = await world.colleague.deliver("INBOX", message())
        await world.colleague.move(uid, "INBOX", "Dossiers")
        assert await world.mailbox.find("INBOX", "m1@client.test") == []
        assert len(await world.mailbox.find("Dossiers", "m1@client.test")) == 1

    async def test_a_folder_that_is_gone_holds_nothing(self, world: World) -> None:
        assert await world.mailbox.new("Jamais", 0) == []
        assert await read(world.mailbox, "Jamais", [1]) == []
        assert await world.mailbox.flags("Jamais", [1]) == {}
        assert await world.mailbox.find("Jamais", "m1@client.test") == []
        await world.mailbox.unflag("Jamais", 1, [REPLY])

    # --- flags of ours ---

    async def test_flags_are_set_and_taken_off(self, world: World) -> None:
        uid = await world.colleague.deliver("INBOX", message())
        assert await world.mailbox.flag("INBOX", uid, ["\\Flagged", REPLY]) == {"\\Flagged", REPLY}
        assert {"\\Flagged", REPLY} <= (await world.mailbox.flags("INBOX", [uid]))[uid]
        await world.mailbox.unflag("INBOX", uid, [REPLY])
        now = (await world.mailbox.flags("INBOX", [uid]))[uid]
        assert REPLY not in now
        assert "\\Flagged" in now

    async def test_flagging_twice_changes_nothing(self, world: World) -> None:
        uid = await world.colleague.deliver("INBOX", message())
        await world.colleague.mark("INBOX", uid, "\\Flagged")
        assert await world.mailbox.flag("INBOX", uid, ["\\Flagged"]) == {"\\Flagged"}
        assert await world.mailbox.flag("INBOX", uid, ["\\Flagged"]) == {"\\Flagged"}

    async def test_a_gone_message_cannot_be_flagged(self, world: World) -> None:
        uid = await world.colleague.deliver("INBOX", message())
        await world.colleague.delete("INBOX", uid)
        with pytest.raises(KeyError):
            await world.mailbox.flag("INBOX", uid, ["\\Flagged"])
        with pytest.raises(KeyError):
            await world.mailbox.flag("Jamais", uid, ["\\Flagged"])
        await world.mailbox.unflag("INBOX", uid, ["\\Flagged"])

    async def test_several_are_flagged_at_once_and_those_gone_are_left_out(self, world: World) -> None:
        uids = [await world.colleague.deliver("INBOX", message(number)) for number in range(1, 5)]
        await world.colleague.delete("INBOX", uids[1])
        done = await world.mailbox.flag_all("INBOX", uids[:3], ["\\Flagged", REPLY])
        assert done == {uid: {"\\Flagged", REPLY} for uid in (uids[0], uids[2])}
        now = await world.mailbox.flags("INBOX", uids)
        assert [uid for uid in uids if "\\Flagged" in now.get(uid, ())] == [uids[0], uids[2]]
        assert await world.mailbox.flag_all("Jamais", uids, ["\\Flagged"]) == {}

    # --- find, append ---

    async def test_find_searches_the_three_headers(self, world: World) -> None:
        token = "R-7f3a@lumen.test"
        headers = (f"X-Relancier-Id: {token}", f"References: <a@b.test>\r\n <{token}>", "Subject: rien")
        found = [await world.colleague.deliver("INBOX", message(n, header)) for n, header in enumerate(headers)]
        found[2] = await world.colleague.deliver("INBOX", f"Message-ID: <{token}>\r\n\r\nx\r\n".encode())
        assert await world.mailbox.find("INBOX", token) == found
        assert await world.mailbox.find("INBOX", token, found[0]) == found[1:]
        assert await world.mailbox.find("INBOX", token, found[2]) == []
        assert await world.mailbox.find("INBOX", "R-0000@lumen.test") == []

    @pytest.mark.parametrize("token", ['x"y', "a (b", "é", "", "a\r\nb", "{3}", "\\"])
    async def test_find_takes_any_token(self, world: World, token: str) -> None:
        await world.colleague.deliver("INBOX", message())
        assert await world.mailbox.find("INBOX", token) == []

    @pytest.mark.parametrize("seen", [True, False])
    async def test_append_files_exactly_these_bytes(self, world: World, *, seen: bool) -> None:
        raw = message(9, body="Voilà\r\n.\r\nfin")
        before = await self.uidnext(world, "Sent")
        await world.mailbox.append("Sent", raw, seen=seen, at=AT)
        (uid,) = await world.mailbox.find("Sent", "m9@client.test")
        assert uid >= before
        assert await world.colleague.raws("Sent") == [raw]
        assert ("\\Seen" in (await world.mailbox.flags("Sent", [uid]))[uid]) is seen

    async def test_append_to_no_folder(self, world: World) -> None:
        with pytest.raises(KeyError):
            await world.mailbox.append("Jamais", message(), seen=True, at=AT)
        assert [state.name for state in await world.mailbox.look(["Jamais", "INBOX"])] == ["INBOX"]

    # --- drafts ---

    async def test_a_draft_is_filed_as_one_that_can_be_written_on(self, world: World) -> None:
        await world.mailbox.append("Drafts", message(), seen=False, at=AT, draft=True)
        (uid,) = await world.mailbox.find("Drafts", "m1@client.test")
        assert (await world.mailbox.flags("Drafts", [uid]))[uid] & {"\\Draft", "\\Seen"} == {"\\Draft"}

    @pytest.mark.parametrize("words", ["FA-2026-0042", "N° 42", 'dit "urgent"', "back\\slash", "(42)"])
    async def test_a_message_is_found_by_words_of_its_subject(self, world: World, words: str) -> None:
        parts = [f"=?utf-8?q?{''.join(f'={byte:02X}' for byte in text.encode())}?=" for text in ("Réf. ", words)]
        raws = [f"Subject: {subject}\r\n\r\nx\r\n".encode() for subject in (" ".join(parts), "FA-2026-0043")]
        uids = [await world.mailbox.append("Drafts", raw, seen=True, at=AT) for raw in raws]
        assert await world.mailbox.find_subject("Drafts", words, date(2026, 3, 1)) == uids[:1]
        assert await world.mailbox.find_subject("Drafts", words, date(2026, 3, 4)) == []
        assert await world.mailbox.find_subject("Jamais", words, date(2026, 3, 1)) == []

    async def test_exactly_one_message_is_discarded_and_only_if_it_is_as_we_wrote_it(self, world: World) -> None:
        ours, other = message(1), message(2)
        uids = [await world.colleague.deliver("Drafts", raw) for raw in (ours, other, ours)]
        await world.colleague.mark("Drafts", uids[2], "\\Deleted")  # by someone else, who may think again
        assert not await world.mailbox.discard("Drafts", uids[1], ours)
        assert await world.mailbox.discard("Drafts", uids[0], ours)
        assert await world.mailbox.new("Drafts", 0) == uids[1:]
        assert "\\Deleted" not in (await world.mailbox.flags("Drafts", uids))[uids[1]]

    async def test_what_is_gone_cannot_be_discarded(self, world: World) -> None:
        uid = await world.colleague.deliver("Drafts", message())
        await world.colleague.delete("Drafts", uid)
        assert not await world.mailbox.discard("Drafts", uid, message())
        assert not await world.mailbox.discard("Jamais", uid, message())

    # --- waiting ---

    async def test_changed_ends_when_mail_arrives(self, world: World) -> None:
        await world.mailbox.look(["INBOX"])
        assert not await world.mailbox.changed(0.1)
        waiting = asyncio.create_task(world.mailbox.changed(20))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await world.colleague.deliver("INBOX", message())
        assert await asyncio.wait_for(waiting, 10)

    async def test_mail_between_a_look_and_the_wait_ends_it(self, world: World) -> None:
        await world.mailbox.look(["INBOX"])
        await world.colleague.deliver("INBOX", message())
        assert await asyncio.wait_for(world.mailbox.changed(20), 10)

    async def test_changed_can_be_cancelled_and_used_again(self, world: World) -> None:
        for _ in range(3):
            waiting = asyncio.create_task(world.mailbox.changed(20))
            await asyncio.sleep(0.1)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(waiting, 2)
        await world.mailbox.look(["INBOX"])
        await world.colleague.deliver("INBOX", message())
        assert await asyncio.wait_for(world.mailbox.changed(20), 10)

    async def test_capabilities_are_told(self, world: World) -> None:
        assert "IDLE" in await world.mailbox.capabilities()

    async def test_close_can_be_called_twice(self, world: World) -> None:
        await world.mailbox.look(["INBOX"])
        await world.mailbox.close()
        await world.mailbox.close()
