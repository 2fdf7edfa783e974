"""What the memory mailbox offers beside the port: faults, and a look at what the daemon did."""

import pytest
from tests.contracts.mailbox import message, read

from relancier.adapters.memory_mailbox import MemoryMailbox
from relancier.ports import FolderRole, FolderState, Unavailable


async def test_a_named_call_can_fail() -> None:
    mailbox = MemoryMailbox()

    def no_reading(name: str) -> None:
        if name == "fetch":
            raise Unavailable("gone")

    mailbox.fail = no_reading
    uid = mailbox.deliver("INBOX", message())
    assert await mailbox.new("INBOX", 0) == [uid]
    with pytest.raises(Unavailable):
        await read(mailbox, "INBOX", [uid])
    assert mailbox.calls == ["new", "fetch"]


async def test_flags_of_ours_are_told_from_a_colleagues() -> None:
    mailbox = MemoryMailbox()
    uid = mailbox.deliver("INBOX", message())
    mailbox.mark("INBOX", uid, "\\Seen")
    await mailbox.flag("INBOX", uid, ["\\Flagged", "$RelanceReply"])
    await mailbox.unflag("INBOX", uid, ["\\Flagged"])
    assert mailbox.set_by_us == {("INBOX", uid): {"$RelanceReply"}}
    assert mailbox.flags_of("INBOX", uid) == {"\\Seen", "$RelanceReply"}


async def test_without_keywords() -> None:
    mailbox = MemoryMailbox()
    mailbox.keywords = False
    uid = mailbox.deliver("INBOX", message())
    assert await mailbox.flag("INBOX", uid, ["\\Flagged", "$RelanceReply"]) == {"\\Flagged"}


async def test_renumbering_changes_every_number() -> None:
    mailbox = MemoryMailbox()
    first, second = mailbox.deliver("INBOX", message(1)), mailbox.deliver("INBOX", message(2))
    mailbox.delete("INBOX", first)
    mailbox.renumber("INBOX")
    assert await mailbox.look(["INBOX"]) == (FolderState("INBOX", 2, 2),)
    assert second not in await mailbox.flags("INBOX", [second])
    assert mailbox.raws("INBOX") == [message(2)]


async def test_roles_can_be_given() -> None:
    mailbox = MemoryMailbox(["INBOX"])
    mailbox.create("Envoyés", FolderRole.SENT)
    assert [folder.role for folder in await mailbox.folders()] == [FolderRole.INBOX, FolderRole.SENT]
