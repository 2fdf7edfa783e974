"""The main job against Dovecot and Postfix: what a customer gets, what a colleague sees, what is left alone."""

import asyncio
from datetime import timedelta
from pathlib import Path

from tests.faults.real import answer_to, colleague, daemon, delivered, flags, parsed, real_invoice, smtp
from tests.servers.fixtures import Accounts
from tests.servers.proxy import CUT, Action, Event, Proxy, Replace
from tests.work.rig import mail

from relancier.core.case import Kind, State
from relancier.core.outbox import Status
from relancier.work.orders.obey import apply_orders

KEY = "FA-2026-0001|2026-02-27"
DAY = timedelta(days=1)


async def test_a_reminder_reaches_the_customer_and_stands_in_sent(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        await rig.go(rig.now + 8 * DAY)
        first, second = [parsed(raw) for raw in await asyncio.to_thread(accounts.host.await_messages, customer, 2)]
        copies = [parsed(raw)["Message-ID"] for raw in accounts.host.messages(accounts.shared, "Sent")]
        assert first["Subject"].startswith("FA-2026-0001")
        assert first["To"] == customer
        assert second["In-Reply-To"] == first["Message-ID"]
        assert first["Message-ID"] in second["References"]
        assert copies == [first["Message-ID"], second["Message-ID"]]


async def test_a_reply_holds_its_case_and_is_flagged(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        await rig.go(rig.now + DAY)
        (reminder,) = await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        await delivered(accounts.host, answer_to(reminder, customer, accounts.shared), accounts.shared, customer)
        await rig.go(rig.now + 60 * DAY)
        case = rig.store.case(KEY)
        assert case is not None
        assert case.state is State.PAUSED
        assert len(accounts.host.messages(customer)) == 1
        marks = flags(accounts.host, accounts.shared, "INBOX", "RE: FA-2026-0001")
        assert "\\Flagged" in marks
        assert "$RelanceReply" in marks
        assert "\\Seen" not in marks


async def test_a_reply_between_decision_and_smtp_cancels_the_send(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        await rig.parts.intake.start_tick()
        await rig.parts.intake.run(rig.now)
        apply_orders(rig.store, rig.parts.setup(), rig.now)
        rig.parts.escalate.run(rig.now)
        assert [entry.status for entry in rig.store.entries(Status.QUEUED)] == [Status.QUEUED]
        late = mail(customer, "Facture FA-2026-0001", "Elle est payée depuis hier.", to=accounts.shared)
        await delivered(accounts.host, late, accounts.shared, customer)
        await rig.parts.deliver.run()
        assert accounts.host.messages(customer) == []
        assert [entry.status for entry in rig.store.entries(Status.CANCELLED)] == [Status.CANCELLED]


async def test_a_reply_that_someone_moved_first_counts_all_the_same(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        await rig.go(rig.now + DAY)
        (reminder,) = await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        await delivered(accounts.host, answer_to(reminder, customer, accounts.shared), accounts.shared, customer)
        with colleague(accounts.host, accounts.shared) as client:
            client.create("Clients/Dupont")
            client.select("INBOX")
            client.store("1:*", "+FLAGS", "\\Seen")
            client.uid("MOVE", "1:*", "Clients/Dupont")
        await rig.go(rig.now + 60 * DAY)
        case = rig.store.case(KEY)
        assert case is not None
        assert case.state is State.PAUSED
        assert len(accounts.host.messages(customer)) == 1
        assert "\\Flagged" in flags(accounts.host, accounts.shared, "Clients/Dupont", "RE: FA-2026-0001")


async def test_mail_about_nothing_of_ours_is_left_alone(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        other = mail("someone@elsewhere.test", "Votre devis", "Bonjour", to=accounts.shared)
        await delivered(accounts.host, other, accounts.shared, "someone@elsewhere.test")
        await rig.go(rig.now + 2 * DAY)
        assert flags(accounts.host, accounts.shared, "INBOX", "Votre devis") <= {"\\Recent"}


async def test_a_cut_after_the_final_dot_is_looked_up_and_never_repeated(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()

    def lose_the_answer(event: Event) -> Action | None:
        return CUT if event.is_reply_to(".") else None

    async with (
        Proxy.before(accounts.host, "smtps", hook=lose_the_answer) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), smtp_port=proxy.port) as rig,
    ):
        rig.confirm()
        await rig.go(rig.now + timedelta(hours=1))
        assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 1)) == 1
        (entry,) = rig.store.entries(Status.UNCERTAIN)
        case = rig.store.case(KEY)
        assert case is not None
        assert case.holds
        notes = [parsed(raw)["Subject"] for raw in accounts.host.messages(accounts.shared)]
        assert any("vérifier" in subject for subject in notes)
        rig.order("sent", KEY)
        await rig.go(rig.wake.now() + timedelta(hours=1))
        assert rig.store.entry(entry.id).status is Status.SENT  # type: ignore[union-attr]
        assert len(accounts.host.messages(customer)) == 1


async def test_a_refusal_about_the_account_holds_the_queue_and_loses_no_step(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer = accounts.customer()

    def refuse(event: Event) -> Action | None:
        return Replace(b"550 5.7.1 account suspended\r\n") if event.is_reply_to("MAIL") else None

    async with (
        Proxy.before(accounts.host, "smtps", hook=refuse) as proxy,
        daemon(accounts, tmp_path, real_invoice(customer), smtp_port=proxy.port) as rig,
    ):
        rig.confirm()
        await rig.go(rig.now + 2 * DAY)
        assert accounts.host.messages(customer) == []
        assert rig.store.setting("held") is not None
        mended = rig.parts.deliver.channel = smtp(accounts.host, accounts.shared)
        rig.order("release")
        await rig.go(rig.wake.now() + DAY)
        await mended.close()
        assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 1)) == 1
        kinds = [event.kind for event in rig.store.events(KEY)]
        assert kinds.count(Kind.STEP_DONE) == 1
