"""Habits of the large providers, all at once: they file copies, rename messages, take no keywords, tell no UIDs."""

import asyncio
import re
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from tests.faults.real import daemon, delivered, flags, parsed, real_invoice, subjects
from tests.faults.test_network import plain_server
from tests.servers.fixtures import Accounts
from tests.servers.proxy import Action, Event, Proxy, Replace
from tests.work.rig import mail

from relancier.core.case import State

DAY = timedelta(days=1)
STRANGER = "someone@elsewhere.test"
REAL = "<PR0P264MB0001.0123@PR0P264MB0001.FRAP264.PROD.OUTLOOK.COM>"


def without_uids(event: Event) -> Action | None:
    """A server that offers none of the newer things, and tells no UID of what was filed."""
    lesser = plain_server()(event)
    line = lesser.line if isinstance(lesser, Replace) else event.line
    return Replace(re.sub(rb"\[APPENDUID [^\]]*\] ", b"", line)) if event.side == "server" else lesser


def renamed(reminder: bytes) -> bytes:
    """The message as the provider sends it on and files it, without what the way to the customer added."""
    own = reminder[reminder.index(b"From: ") :]
    return re.sub(rb"(?m)^Message-ID: \S+", f"Message-ID: {REAL}".encode(), own)


@pytest.mark.parametrize("filed", [True, False], ids=["files-copies", "files-none"])
async def test_renamed_copied_and_without_keywords_yet_every_answer_is_found(
    accounts: Accounts, tmp_path: Path, *, filed: bool
) -> None:
    customer = accounts.customer()
    async with (
        Proxy.before(accounts.host, "imaps", hook=without_uids) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), imap_port=proxy.port, replies={"ask": False}) as rig,
    ):
        rig.confirm()
        await rig.tick()
        (reminder,) = await asyncio.to_thread(accounts.host.await_messages, customer)
        sent = renamed(reminder)
        if filed:
            await asyncio.to_thread(accounts.host.file, accounts.shared, "Sent", sent, "\\Seen")
        await rig.go(rig.now + DAY)
        assert len(subjects(accounts.host, accounts.shared, "Sent")) == 1
        assert rig.store.copies_wanted() == []
        assert rig.store.setting("unknown_sent") in (None, [])
        # Someone unknown answers: their program knows the provider's name for it, or also the references it had.
        subject = "RE: votre message" if filed else f"RE: {parsed(sent)['Subject']}"
        references = REAL if filed else f"{parsed(sent)['References']} {REAL}"
        date = format_datetime(rig.wake.now())
        words = mail(
            STRANGER, subject, "Non.", to=accounts.shared, In_Reply_To=REAL, References=references, date=date
        )  # fmt: skip
        await delivered(accounts.host, words, accounts.shared, STRANGER)
        await rig.go(rig.wake.now() + 20 * DAY)
        case = rig.store.case("FA-2026-0001|2026-02-27")
        assert case is not None
        assert case.state is State.PAUSED
        assert len(accounts.host.messages(customer)) == 1
        marks = flags(accounts.host, accounts.shared, "INBOX", subject)
        assert marks - {"\\Recent"} == {"\\Flagged"}
