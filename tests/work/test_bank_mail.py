"""Law 12's exception: a statement mailed by a configured bank counts where our own server's DKIM result proves it."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from email.message import EmailMessage
from typing import Any

import pytest
from tests.work.carrying import sent
from tests.work.play import KEY, arrive, box, case, daemon, late, notes, pass_days, pass_minutes, reminders
from tests.work.rig import NOON, OWN, MemoryStatements, Rig, config
from tests.work.test_payments_known import OURS, SENT_ON, day, paid, statement

from relancier.core.case import Kind, State
from relancier.core.problem import Problem
from relancier.ports import Statements

BANK = "releves@banque.test"
AUTHSERV = "mx.lumen.test"
SIGNED = "v=1; a=rsa-sha256; d=banque.test; s=s1; h=from; bh=x; b=y"
PASS = f"{AUTHSERV}; dkim=pass header.d=banque.test"
FILE = b"<Document>camt.053</Document>"


class FakeStatements:
    """Recognises what begins like a statement, and reads in each the same payment."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        self.account = OURS

    def recognises(self, name: str, content: bytes) -> bool:
        return name.endswith(".xml") and content.startswith(b"<Document>")

    def read(self, name: str, content: bytes) -> Statements:
        assert content == FILE
        if self.problems:
            return Statements(problems=tuple(Problem(name, text) for text in self.problems))
        return Statements((statement(SENT_ON, day(3, 1), paid(day(2, 26)), account=self.account),))


def awaiting(reader: FakeStatements | None = None, authserv_id: str = AUTHSERV, **payments: Any) -> Rig:
    statements = payments.pop("statements", None) or MemoryStatements()
    told = {"senders": [BANK], "accounts": [OURS], "max_age": "60d", **payments}
    rig = daemon(late(), conf=config(payments=told, mailbox={"authserv_id": authserv_id}), statements=statements)
    rig.holder.setup = replace(rig.holder.setup, statements=reader or FakeStatements())
    return rig


def mailed(*results: str, sender: str = BANK, name: str = "releve.xml", signature: str = SIGNED) -> bytes:
    message = EmailMessage()
    for result in results:
        message["Authentication-Results"] = result
    if signature:
        message["DKIM-Signature"] = signature
    message["From"], message["To"], message["Subject"] = f"Ma Banque <{sender}>", OWN, "Votre releve"
    message["Message-ID"] = "<releve-1@banque.test>"
    message["Date"] = "Mon, 02 Mar 2026 06:00:00 +0100"
    message.set_content("Veuillez trouver votre releve.")
    message.add_attachment(FILE, maintype="application", subtype="xml", filename=name)
    return message.as_bytes()


async def heard(rig: Rig, raw: bytes, folder: str = "INBOX") -> None:
    await rig.tick()
    arrive(rig, raw, folder)
    await pass_minutes(rig, 5)


async def test_a_proved_statement_closes_its_case_and_nothing_leaves() -> None:
    rig = awaiting()
    await heard(rig, mailed(PASS))
    await pass_days(rig, 3)
    assert case(rig).state is State.PAID
    assert reminders(rig) == []
    assert rig.store.setting("coverage") == {OURS: [["2026-02-20", "2026-03-01"]]}
    assert notes(rig, "statement") == []


class JustInTime(MemoryStatements):
    """The bank's message arrives between the turn that queues a reminder and its last look."""

    rig: Rig

    def read(self, name: str) -> Statements:
        arrive(self.rig, mailed(PASS))
        return MemoryStatements.read(self, name)


async def test_it_arrives_between_the_turn_and_the_last_look() -> None:
    statements = JustInTime()
    rig = statements.rig = awaiting(statements=statements)
    statements.put("a.xml", statement(SENT_ON, day(3, 1)))
    await pass_minutes(rig, 5)
    assert Kind.QUEUED in {event.kind for event in rig.store.events(KEY)}
    assert case(rig).state is State.PAID
    assert reminders(rig) == []


FORGED = {
    "no word of our server": mailed(),
    "another server": mailed("mx.evil.test; dkim=pass header.d=banque.test"),
    "a failed signature": mailed(f"{AUTHSERV}; dkim=fail header.d=banque.test"),
    "another domain": mailed(f"{AUTHSERV}; dkim=pass header.d=evil.test"),
    "added below ours": mailed(f"{AUTHSERV}; dkim=none", PASS),
    "added below another's": mailed("relay.test; dkim=none", PASS),
    "no signature at all": mailed(PASS, signature=""),
    "spf alone": mailed(f"{AUTHSERV}; spf=pass smtp.mailfrom=banque.test"),
}


@pytest.mark.parametrize("raw", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_one_books_nothing_and_is_told_once(raw: bytes) -> None:
    rig = awaiting()
    await heard(rig, raw)
    arrive(rig, raw, "Archive" if "Archive" in box(rig).boxes else "INBOX")
    await pass_minutes(rig, 5)
    assert case(rig).state is State.OPEN
    assert case(rig).holds == ()
    assert rig.store.setting("coverage") is None
    (note,) = notes(rig, "statement", "statement_unproved")
    assert dict(note.facts)["lines"] == "releve.xml"


async def test_without_the_name_of_our_server_nothing_is_proved() -> None:
    rig = awaiting(authserv_id="")
    await heard(rig, mailed(PASS, "; dkim=pass header.d=banque.test"))
    assert case(rig).state is State.OPEN
    assert len(notes(rig, "statement", "statement_unproved")) == 1


@pytest.mark.parametrize("sender", ["autre@banque.test", "releves@banque.test.evil.test", "compta@dupont.test"])
async def test_who_is_no_configured_bank_books_nothing_however_well_signed(sender: str) -> None:
    domain = sender.partition("@")[2]
    rig = awaiting()
    signature = SIGNED.replace("banque.test", domain)
    signed = mailed(f"{AUTHSERV}; dkim=pass header.d={domain}", sender=sender, signature=signature)
    await heard(rig, signed)
    assert case(rig).paid_by_order == Decimal(0)
    assert case(rig).state is not State.PAID
    assert rig.store.setting("coverage") is None
    assert notes(rig, "statement") == []


async def test_what_lies_in_junk_is_left_there() -> None:
    rig = awaiting()
    await heard(rig, mailed(PASS), "Junk")
    assert case(rig).state is State.OPEN
    assert notes(rig, "statement") == []


async def test_what_is_no_statement_is_left_alone() -> None:
    rig = awaiting()
    await heard(rig, mailed(PASS, name="conditions.pdf"))
    assert case(rig).state is State.OPEN
    assert notes(rig, "statement") == []


async def test_the_message_is_neither_flagged_nor_moved() -> None:
    rig = awaiting()
    await heard(rig, mailed(PASS))
    (lying,) = [one for one in box(rig).boxes["INBOX"].messages.values() if b"releve-1" in one.raw]
    assert not lying.flags


async def test_the_same_message_twice_books_once() -> None:
    rig = awaiting()
    await heard(rig, mailed(PASS))
    before = rig.store.events(KEY)
    arrive(rig, mailed(PASS).replace(b"releve-1", b"releve-2"))
    await pass_minutes(rig, 5)
    assert rig.store.events(KEY) == before


async def test_a_statement_of_a_strange_account_books_nothing_and_is_told() -> None:
    reader = FakeStatements()
    reader.account = "FR7610107001011234567890129"
    rig = awaiting(reader)
    await heard(rig, mailed(PASS))
    assert case(rig).state is State.OPEN
    assert len(notes(rig, "statement", "statement_mailed")) == 1


async def test_a_statement_that_cannot_be_read_books_nothing_and_is_told() -> None:
    rig = awaiting(FakeStatements("the closing balance does not follow; ask the bank for it again."))
    await heard(rig, mailed(PASS))
    assert case(rig).state is State.OPEN
    assert len(notes(rig, "statement", "statement_mailed")) == 1


async def test_a_colleague_sends_one_from_the_shared_mailbox_to_itself() -> None:
    rig = awaiting(authserv_id="")
    await rig.tick()
    arrive(rig, sent(("releve.xml", FILE), to=OWN, at=datetime(2026, 3, 2, 9, 1, tzinfo=NOON.tzinfo)), "Sent")
    await pass_minutes(rig, 5)
    assert case(rig).state is State.PAID
