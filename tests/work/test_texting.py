"""An SMS leaves by a gateway where there is one: under the same laws as a message, and never in the way of one."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.work.play import (
    CUSTOMER,
    KEY,
    answer,
    arrive,
    box,
    case,
    daemon,
    entries,
    held,
    late,
    notes,
    parsed,
    pass_days,
    pass_minutes,
    taken,
    way_out,
    words,
)  # fmt: skip
from tests.work.rig import Rig, config, customer, setup

from relancier.adapters.memory_channel import Cut, MemoryChannel, Sent
from relancier.core.case import Because, How, Kind
from relancier.core.outbox import Answer, Entry, Sort, Stage, Status
from relancier.core.plan import Channel
from relancier.core.stored import Setting
from relancier.work.writing.texting import by_url

MOBILE = "06 12 34 56 78"
BY_MAIL = {"gateway": "{phone}@sms.example"}
BY_URL = {"url": "https://sms.example/send"}
TEXT = "silence-sms"


def texting(sms: dict[str, Any] | None = None, *, channel: MemoryChannel | None = None, **other: Any) -> Rig:
    """A daemon whose silent customer has a mobile; `channel` stands for the gateway's web address."""
    who = customer(**{"phone": MOBILE, **other.pop("known", {})})
    conf = config(sms=sms or {}, **other.pop("tables", {}))
    rig = daemon(late(plan="silence", customer=who), conf=conf, **other)
    rig.parts.deliver.sms = channel
    return rig


def texts(rig: Rig) -> list[Entry]:
    return [entry for entry in entries(rig) if entry.channel == Channel.SMS]


def sent_texts(channel: MemoryChannel) -> list[Sent]:
    return [sent for sent in channel.sent if "33612345678" in sent.recipients[0]]


async def test_without_a_gateway_a_colleague_gets_the_words_to_send() -> None:
    rig = texting()
    await pass_days(rig, 8)
    (task,) = [entry for entry in entries(rig, Sort.TASK) if entry.channel == Channel.SMS]
    raw = rig.store.blob(task.blob)
    assert raw is not None
    said = words(raw)
    assert "prêt à copier" in said
    assert "Atelier Lumen : quel jour sera réglée notre facture FA-2026-0001" in said
    assert texts(rig) == []


async def test_a_gateway_by_mail_gets_the_words_alone() -> None:
    rig = texting(BY_MAIL)
    await pass_days(rig, 8)
    (sent,) = sent_texts(way_out(rig))
    message = parsed(sent.raw)
    assert message["To"] == "33612345678@sms.example"
    assert message.get_content_type() == "text/plain"
    text = message.get_content()
    assert text.startswith("Atelier Lumen : quel jour sera réglée notre facture FA-2026-0001")
    assert not set("\u00a0\u202f’«»") & set(text)
    assert sent.raw in box(rig).raws("Sent")


async def test_an_sms_that_left_is_a_message_sent_and_the_history_says_so() -> None:
    rig = texting(BY_MAIL)
    await pass_days(rig, 8)
    done = case(rig).step_done(TEXT)
    assert done is not None
    assert done.how is How.SENT
    (event,) = [one for one in rig.store.events(KEY) if one.kind is Kind.STEP_DONE and one.step == TEXT]
    assert event.detail.startswith(f"{TEXT}: SMS sent to +33612345678 (250")


async def test_a_gateway_by_url_gets_it_instead_of_the_mail_server() -> None:
    gateway = MemoryChannel()
    rig = texting(BY_URL, channel=gateway)
    await pass_days(rig, 8)
    (sent,) = sent_texts(gateway)
    assert sent.recipients == ("33612345678@sms.invalid",)
    assert sent_texts(way_out(rig)) == []
    assert [len(one.sent) for one in (gateway,)] == [1]
    assert sent.raw in box(rig).raws("Sent")


@pytest.mark.parametrize("sms", [BY_MAIL, BY_URL])
async def test_in_a_rehearsal_no_sms_leaves(sms: dict[str, Any]) -> None:
    gateway = MemoryChannel()
    rig = texting(sms, channel=gateway, tables={"sending": {"redirect_to": "essai@lumen.test"}})
    await pass_days(rig, 8)
    assert gateway.sent == []
    assert {to for sent in way_out(rig).sent for to in sent.recipients} <= {"essai@lumen.test", "claire@lumen.test"}


@pytest.mark.parametrize(("redirect_to", "leaves"), [("", True), ("essai@lumen.test", False)])
async def test_in_a_rehearsal_the_gateway_by_url_is_left_alone(redirect_to: str, *, leaves: bool) -> None:
    rig = texting(BY_URL, channel=MemoryChannel())
    await pass_days(rig, 8)
    (entry,) = texts(rig)
    rehearsing = setup(config(sms=BY_URL, sending={"redirect_to": redirect_to}))
    assert by_url(entry, rehearsing) is leaves


@pytest.mark.parametrize("known", [{"phone": "01 23 45 67 89"}, {"phone": ""}])
async def test_a_number_that_takes_no_sms_is_a_task(known: dict[str, Any]) -> None:
    rig = texting(BY_MAIL, known=known)
    await pass_days(rig, 8)
    assert texts(rig) == []
    assert TEXT in taken(rig)


async def test_after_a_customers_answer_no_sms_leaves_by_itself() -> None:
    rig = texting(BY_MAIL)
    await pass_days(rig, 1)
    arrive(rig, answer(way_out(rig).sent[0], sender=CUSTOMER, at=rig.wake.now()))
    await pass_days(rig, 1)
    rig.order("resume", KEY)
    await pass_days(rig, 8)
    assert sent_texts(way_out(rig)) == []


async def test_two_invoices_of_a_customer_are_one_sms() -> None:
    who = customer(phone=MOBILE)
    both = [late(number, plan="silence", customer=who) for number in ("FA-2026-0001", "FA-2026-0002")]
    rig = daemon(*both, conf=config(sms=BY_MAIL))
    await pass_days(rig, 8)
    (sent,) = sent_texts(way_out(rig))
    assert "FA-2026-0001, FA-2026-0002" in words(sent.raw)
    assert len(texts(rig)[0].carries) == 2


async def test_a_loss_after_the_post_began_is_uncertain_and_never_repeated() -> None:
    gateway = MemoryChannel(script={Stage.BODY: Cut("reset", accepted=True)})
    rig = texting(BY_URL, channel=gateway)
    await pass_days(rig, 8)
    assert len(sent_texts(gateway)) == 1
    (entry,) = texts(rig)
    assert entry.status is Status.UNCERTAIN
    assert Because.UNCERTAIN in {hold.because for hold in case(rig).holds}
    assert len(notes(rig, "uncertain")) == 1
    rig.order("sent", KEY)
    await pass_minutes(rig, 2)
    assert case(rig).step_done(TEXT) is not None
    assert len(sent_texts(gateway)) == 1


async def test_a_gateway_that_cannot_be_reached_keeps_no_mail_from_leaving() -> None:
    gateway = MemoryChannel(script={Stage.CONNECT: Cut("no route")})
    rig = texting(BY_URL, channel=gateway)
    rig.source.set(*rig.source.invoices, late("FA-2026-0009", date(2026, 3, 6), customer=customer("Autre")), at=rig.now)
    await pass_days(rig, 7.3)
    (entry,) = texts(rig)
    assert entry.status is Status.DEFERRED
    assert entry.attempts > 1
    assert rig.store.setting("queue_wait") is None
    assert any("compta@autre.test" in sent.recipients for sent in way_out(rig).sent)
    assert len(notes(rig, "held", "delivery_waits")) == 1
    gateway.script.clear()
    await pass_minutes(rig, 61)
    assert len(sent_texts(gateway)) == 1


async def test_a_refusal_about_us_is_told_once_a_day_and_holds_nothing() -> None:
    gateway = MemoryChannel(script={Stage.BODY: Answer(554, "HTTP 401 wrong token", "5.7.0")})
    rig = texting(BY_URL, channel=gateway)
    await pass_days(rig, 7.3)
    (entry,) = texts(rig)
    assert entry.status is Status.DEFERRED
    assert held(rig) == ""
    assert entry.attempts > 1
    (note,) = notes(rig, "held", "sms_gateway")
    assert dict(note.facts)["detail"] == "554 HTTP 401 wrong token"


async def test_a_refusal_of_the_message_holds_its_case_and_nothing_else() -> None:
    gateway = MemoryChannel(script={Stage.BODY: Answer(550, "HTTP 400 bad number", "5.6.0")})
    rig = texting(BY_URL, channel=gateway)
    await pass_days(rig, 8)
    (entry,) = texts(rig)
    assert entry.status is Status.REFUSED
    assert Because.BOUNCED in {hold.because for hold in case(rig).holds}
    assert len(notes(rig, "refused")) == 1
    assert held(rig) == ""


async def test_its_copy_does_not_teach_who_files_the_copies_of_mail() -> None:
    gateway = MemoryChannel()
    rig = texting(BY_URL, channel=gateway)
    await pass_days(rig, 5)
    before = rig.store.setting("sent_copy_by")
    rig.store.commit(Setting("sent_copy_by", "provider"))
    await pass_days(rig, 3)
    assert len(sent_texts(gateway)) == 1
    assert (before, rig.store.setting("sent_copy_by")) == ("us", "provider")


async def test_an_sms_waits_for_the_sending_hours_and_for_the_gap() -> None:
    rig = texting(BY_MAIL)
    await pass_days(rig, 8)
    (entry,) = texts(rig)
    calendar = rig.parts.setup().calendar
    assert entry.ended_at is not None
    assert calendar.next_moment(entry.ended_at) == entry.ended_at
    first = case(rig).step_done("silence-firm-email")
    assert first is not None
    assert entry.ended_at - first.at >= timedelta(days=3)


async def test_an_sms_that_left_says_nothing_of_the_mail_server() -> None:
    rig = texting(BY_URL, channel=MemoryChannel())
    await pass_days(rig, 5)
    rig.store.commit(Setting("refused_in_a_row", ["somebody"]))
    await pass_days(rig, 3)
    assert case(rig).step_done(TEXT) is not None
    assert rig.store.setting("refused_in_a_row") == ["somebody"]


async def test_an_sms_names_only_the_invoice_whose_plan_has_come_to_it() -> None:
    who = customer(phone=MOBILE)
    other = late("FA-2026-0002", date(2026, 3, 4), plan="clients-douteux", customer=who)
    rig = daemon(late(plan="silence", customer=who), other, conf=config(sms=BY_MAIL))
    await pass_days(rig, 12)
    said = [words(sent.raw) for sent in sent_texts(way_out(rig))]
    assert said
    assert not any("FA-2026-0002" in one for one in said)
