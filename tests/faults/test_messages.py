"""Faults C1 to C6, P3, P5, A1 to A3: mail that is malformed, huge, hostile or far too much; nights that are odd."""

import asyncio
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.faults.real import colleague, daemon, delivered, flags, lay, notes, parsed, real_customer, real_invoice
from tests.servers.fixtures import Accounts
from tests.servers.proxy import Action, Event, Proxy
from tests.work.play import unhurried
from tests.work.rig import MemorySource, Rig, config, invoice, mail

from relancier.core.case import How, Kind, State
from relancier.core.outbox import Status

KEY = "FA-2026-0001|2026-02-27"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MEGABYTE = 1024 * 1024


def state_of(rig: Rig, key: str = KEY) -> State:
    case = rig.store.case(key)
    assert case is not None
    return case.state


def held(rig: Rig) -> bool:
    case = rig.store.case(KEY)
    return case is not None and bool(case.holds)


def headers(sender: str, to: str, more: str = "") -> bytes:
    told = f"From: {sender}\nTo: {to}\nSubject: Facture FA-2026-0001\nDate: Mon, 2 Mar 2026 09:30:00 +0100\n{more}"
    return told.encode()


def nested(depth: int) -> bytes:
    """A message in a message in a message …, as parts."""
    start = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(depth)
    )
    return start + b"Content-Type: text/plain\n\nNous contestons.\n"


MALFORMED = {
    "nul bytes": b"Content-Type: text/plain\n\nNous \x00 contestons\x00.\n",
    "unknown charset": b"Content-Type: text/plain; charset=klingon-8\n\nNous contest\xffons.\n",
    "cut part": b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/p",
    "bad base64": b"Content-Transfer-Encoding: base64\nContent-Type: text/plain\n\n=====%%%Zm9v\n\xfe",
    "a hundred parts deep": nested(100),
    "a megabyte of headers": b"X-Long: " + b"a " * (MEGABYTE // 4) + b"\n\nNous contestons.\n",
    "endless references": b"References: " + b"<a@b> " * 20_000 + b"\n\nNous contestons.\n",
    "text to slow an expression": b"\n" + b"> " * 100_000 + b"\n" + b"Le " * 50_000 + b" a ecrit :\n",
}


@pytest.mark.parametrize("kind", MALFORMED)
async def test_c1_a3_a_malformed_answer_holds_its_case_and_the_others_go_on(
    accounts: Accounts, tmp_path: Path, kind: str
) -> None:
    customer, other = accounts.customer("un"), accounts.customer("deux")
    second = invoice("FA-2026-0002", real_invoice(other).due, customer=real_customer(other, id="deux", name="Deux"))
    lay(accounts.host, accounts.shared, headers(customer, accounts.shared) + MALFORMED[kind])
    async with daemon(accounts, tmp_path, real_invoice(customer), second) as rig:
        rig.parts.deliver.books.sync(rig.now)
        rig.confirm()
        started = time.monotonic()
        await rig.go(rig.now + HOUR)
        assert time.monotonic() - started < 20
        assert state_of(rig) is State.PAUSED or held(rig)
        assert accounts.host.messages(customer) == []
        assert len(await asyncio.to_thread(accounts.host.await_messages, other, 1)) == 1


@pytest.mark.parametrize("name", ["", "Message-ID: <same@client.test>\n"])
async def test_c2_without_a_message_id_or_with_the_same_one_none_is_lost_or_doubled(
    accounts: Accounts, tmp_path: Path, name: str
) -> None:
    customer = accounts.customer()
    answers = [headers(customer, accounts.shared, name) + f"\nReponse {number}.\n".encode() for number in (1, 2)]
    lay(accounts.host, accounts.shared, *answers)
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.parts.deliver.books.sync(rig.now)
        rig.confirm()
        await rig.go(rig.now + 2 * DAY)
        kinds = [event.kind for event in rig.store.events(KEY)]
        assert kinds.count(Kind.REPLIED) == 2
        with colleague(accounts.host, accounts.shared) as client:
            client.select("INBOX", readonly=True)
            assert len(client.search(None, "FLAGGED")[1][0].split()) == 2


async def test_c4_an_absence_notice_is_no_answer_and_never_answered(accounts: Accounts, tmp_path: Path) -> None:
    """From a robot that does not keep to the mark which asks it to be silent."""
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        await rig.go(rig.now + HOUR)
        (reminder,) = await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        told = f"Auto-Submitted: auto-replied\nIn-Reply-To: {parsed(reminder)['Message-ID']}\n"
        absent = headers(customer, accounts.shared, told) + b"\nAbsent jusqu'au 15.\n"
        for _ in range(3):
            await delivered(accounts.host, absent, accounts.shared, customer)
        await rig.go(rig.wake.now() + 8 * DAY)
        received = await asyncio.to_thread(accounts.host.await_messages, customer, 2)
        assert Kind.AUTOREPLIED in [event.kind for event in rig.store.events(KEY)]
        assert len(received) == 2  # the two steps of these days, nothing in answer
        assert state_of(rig) is State.OPEN


async def test_p5_a_message_of_60_megabytes_is_read_in_part_and_holds_its_case(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer, passed = accounts.customer(), Counter[str]()

    def weigh(event: Event) -> Action | None:
        passed[event.side] += len(event.line)
        return None

    start = headers(customer, accounts.shared, "Content-Type: text/plain\n") + b"\nNous contestons.\n"
    lay(accounts.host, accounts.shared, start + b"x" * 76 * (60 * MEGABYTE // 76) + b"\n")
    async with (
        Proxy.before(accounts.host, "imaps", hook=weigh) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), imap_port=proxy.port) as rig,
    ):
        rig.parts.deliver.books.sync(rig.now)
        rig.confirm()
        await rig.go(rig.now + HOUR)
        assert state_of(rig) is State.PAUSED
        assert accounts.host.messages(customer) == []
        assert "\\Flagged" in flags(accounts.host, accounts.shared, "INBOX", "Facture FA-2026-0001")
        assert passed["server"] < 2 * MEGABYTE


async def test_p5_a3_a_flood_is_read_in_bounded_steps_and_the_answer_in_it_is_found(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer = accounts.customer()
    flood = [mail(f"x{n}@spam.test", f"Offre {n}", "Bonjour " * 50, to=accounts.shared) for n in range(2000)]
    lay(accounts.host, accounts.shared, *flood[:1000], headers(customer, accounts.shared) + b"\nNon.\n", *flood[1000:])
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.parts.deliver.books.sync(rig.now)
        rig.confirm()
        await rig.go(rig.now + HOUR)
        assert state_of(rig) is State.PAUSED
        assert accounts.host.messages(customer) == []
        assert rig.parts.intake.read_count == 2001
        (note,) = notes(accounts.host, accounts.shared)
        assert "réponse reçue" in note
        await rig.go(rig.wake.now() + DAY)
        assert rig.parts.intake.read_count == 2001


FORGED = {
    "paid": ("", "Nous avons payé hier, merci de clore le dossier."),
    "order": ("X-Relancier-Order: paid FA-2026-0001\n", "relancier paid FA-2026-0001"),
    "our own header": ("X-Relancier-Id: r.abcdefghijklmnopqrst.abcdefghijklmnopqrstuvwx\n", "Bonjour"),
    "iban": ("", "Nouvel IBAN : FR14 2004 1010 0505 0001 3M02 606"),
}


@pytest.mark.parametrize("kind", FORGED)
async def test_a2_a_forged_message_pauses_at_most(accounts: Accounts, tmp_path: Path, kind: str) -> None:
    customer = accounts.customer()
    more, words = FORGED[kind]
    raw = headers("directeur@ailleurs.test", accounts.shared, f"{more}Content-Type: text/plain; charset=utf-8\n")
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.parts.deliver.books.sync(rig.now)
        rig.confirm()
        await delivered(accounts.host, raw + f"\n{words}\n".encode(), accounts.shared, "directeur@ailleurs.test")
        await rig.go(rig.now + DAY)
        case = rig.store.case(KEY)
        assert case is not None
        assert case.state is State.PAUSED
        assert case.amount_due == case.invoice.amount
        assert not any(entry.to and "directeur@ailleurs.test" in entry.to for entry in rig.store.entries(*Status))
        for reminder in accounts.host.messages(customer):
            assert b"FR14" not in reminder


async def test_a1_line_breaks_in_what_a_customer_writes_become_no_header_of_ours(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        await rig.go(rig.now + HOUR)
        evil = "Subject: =?utf-8?q?FA-2026-0001=0D=0ABcc:_espion@ailleurs.test?=\n"
        raw = headers(customer, accounts.shared).replace(b"Subject: Facture FA-2026-0001\n", evil.encode())
        await delivered(accounts.host, raw + b"\nNon.\n", accounts.shared, customer)
        await rig.go(rig.wake.now() + HOUR)
        assert state_of(rig) is State.PAUSED
        rig.order("resume", KEY)
        await rig.go(rig.wake.now() + 9 * DAY)
        written = [raw for raw in accounts.host.messages(accounts.shared) if b"\nX-Relancier-Id: " in raw]
        assert any("espion@ailleurs.test" in note for note in notes(accounts.host, accounts.shared))  # as plain words
        assert all(parsed(raw)["Bcc"] is None for raw in written)
        assert accounts.host.messages("espion@ailleurs.test") == []


@pytest.mark.parametrize(
    "odd", [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1)]
)
async def test_p3_each_step_leaves_once_on_its_local_day(odd: date) -> None:
    """The step J+3 falls on a day when the clock changes, on 29 February, on either side of the year's end."""
    conf = config(
        sending={"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "hours": "00:00-23:59", "holidays": ""}
    )
    begin = datetime(odd.year, odd.month, odd.day, tzinfo=UTC) - 5 * DAY
    source = MemorySource([invoice("FA-1", odd - 3 * DAY)])
    source.as_of = begin
    rig = unhurried(Rig(source, conf=conf, now=begin))
    rig.confirm()
    await rig.go(begin + 16 * DAY)
    (case,) = rig.store.all_cases()
    steps = [(step.step, step.on) for step in case.done if step.how is How.SENT]
    assert [day for step, day in steps if step == "reminder"] == [odd]
    assert len({step for step, _ in steps}) == len(steps) >= 3
