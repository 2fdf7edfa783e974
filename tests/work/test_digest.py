"""The morning's digest: once each working day, in the mailbox and at the addresses that want it."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from tests.work.paying import money, take
from tests.work.play import (
    CUSTOMER,
    answer,
    arrive,
    box,
    case,
    daemon,
    entries,
    late,
    notes,
    parsed,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    unhurried,
    way_out,
    words,
    written,
)
from tests.work.play import again as restarted
from tests.work.rig import MANAGER, OWN, MemorySource, Rig, config, customer, invoice

from relancier.adapters.memory_mailbox import MemoryMailbox
from relancier.adapters.shipped import shipped
from relancier.core.case import Because, State
from relancier.core.einvoices.einvoice import EInvoice
from relancier.core.outbox import Answer, Entry, Sort
from relancier.core.overviews import digest
from relancier.core.overviews.duties import DRAFT
from relancier.core.overviews.figures import AGES
from relancier.core.problem import Problem
from relancier.core.stored import Offer, Setting
from relancier.ports import RenderFailed, Unavailable
from relancier.work.archive.keeping import PURGED
from relancier.work.morning.monthly import Monthly
from relancier.work.records import DIGEST
from relancier.work.sending.gates import WAIT

BEFORE = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # 7:00 in Paris, a Monday
EIGHT_THIRTY = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
BOSS = "direction@lumen.test"


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return BEFORE + timedelta(days=days, hours=hour - 7, minutes=minute)


def early(*invoices: Any, **tables: Any) -> Rig:
    """A daemon that is started at seven in the morning, with the digest on."""
    other = {name: tables.pop(name) for name in ("mailbox_", "channel", "confirmed") if name in tables}
    team = {"digest": True, **tables.pop("team", {})}
    return daemon(*invoices, conf=config(team=team, **tables), now=BEFORE, **other)


def digests(rig: Rig) -> list[Entry]:
    return [entry for entry in entries(rig, Sort.NOTE) if entry.template == DIGEST]


def in_the_mailbox(rig: Rig) -> list[EmailMessage]:
    found = [parsed(raw) for raw in box(rig).raws("INBOX")]
    return [message for message in found if "point du" in str(message["Subject"])]


def said(rig: Rig) -> str:
    """The text of the last digest, on one line."""
    return words(in_the_mailbox(rig)[-1].as_bytes())


async def test_it_comes_at_its_time_and_once_a_day() -> None:
    rig = early(late())
    await rig.go(EIGHT_THIRTY - timedelta(minutes=1))
    assert in_the_mailbox(rig) == []
    await rig.go(EIGHT_THIRTY)
    await pass_minutes(rig, 1)
    (message,) = in_the_mailbox(rig)
    assert message["Subject"] == "Relancier - le point du 2 mars 2026"
    assert (message["To"], message["From"]) == (OWN, f"Relancier <{OWN}>")
    await rig.go(at(23))
    assert len(in_the_mailbox(rig)) == 1
    assert [entry.to for entry in digests(rig)] == [()]
    assert all(OWN not in sent.recipients for sent in way_out(rig).sent)


async def test_the_loop_wakes_for_it() -> None:
    rig = early(late())
    rig.loop.poll = timedelta(days=1)
    await rig.go(EIGHT_THIRTY + timedelta(seconds=1))
    assert len(in_the_mailbox(rig)) == 1


async def test_it_says_what_leaves_and_an_answer_stops_a_line() -> None:
    rig = early(late(), invoice("FA-2026-0009", date(2026, 5, 1)))
    await rig.go(EIGHT_THIRTY + timedelta(minutes=5))
    text = said(rig)
    assert "Part aujourd'hui (1)" in text
    assert "FA-2026-0001, Dupont : " in text
    assert "1 200,00 €, à compta@dupont.test, achats@dupont.test (pause FA-2026-0001)" in text
    assert "FA-2026-0009" not in text
    note = in_the_mailbox(rig)[-1]
    order = written(OWN, f"Re: {note['Subject']}", "pause FA-2026-0001", at=rig.wake.now(),
                    In_Reply_To=str(note["Message-ID"]))  # fmt: skip
    arrive(rig, order, "Sent")
    await rig.go(at(18))
    assert case(rig).state is State.PAUSED
    assert reminders(rig) == []


async def test_an_order_without_a_number_stops_nothing_where_several_leave() -> None:
    rig = early(late(), late("FA-2026-0002", customer=customer("Martin")))
    await rig.go(EIGHT_THIRTY + timedelta(minutes=5))
    note = in_the_mailbox(rig)[-1]
    for line in ("pause", "fait"):
        order = written(OWN, f"Re: {note['Subject']}", line, at=rig.wake.now(), In_Reply_To=str(note["Message-ID"]))
        arrive(rig, order, "Sent")
        await pass_minutes(rig, 2)
    assert case(rig).state is State.OPEN
    assert [dict(note.facts)["reason"] for note in notes(rig, "order")] == ["order_which", "order_which"]


async def test_it_says_why_nothing_is_sent_and_what_would_leave() -> None:
    rig = early(late(), confirmed=False)
    await rig.go(EIGHT_THIRTY + timedelta(minutes=5))
    text = said(rig)
    assert "0 envoyé aujourd'hui. Personne n'a encore donné son accord au premier envoi : relancier confirm." in text
    assert "Partirait aujourd'hui (1)" in text
    rig.confirm()
    rig.order("hold", note="clôture annuelle")
    await rig.go(EIGHT_THIRTY + timedelta(days=1, minutes=5))
    assert "Les envois sont arrêtés sur ordre d'une personne" in said(rig)
    assert "clôture annuelle" in said(rig)
    assert reminders(rig) == []


@pytest.mark.parametrize(
    ("days", "wanted"),
    [(1, "Le fichier des factures contient des erreurs."), (9, "Le fichier des factures est trop ancien.")],
)
async def test_it_says_when_the_books_cannot_be_used(days: int, wanted: str) -> None:
    rig = early(late())
    rig.fresh_books = False
    await rig.tick()
    if days == 1:
        rig.source.touch(rig.wake.now())
        rig.source.problems = (Problem("invoices.csv", "no amount", 3),)
    await rig.go(EIGHT_THIRTY + timedelta(days=days, minutes=5))
    assert wanted in said(rig)


async def test_what_would_leave_but_for_the_books_is_said_with_its_reason() -> None:
    rig = early(late())
    rig.fresh_books = False
    rig.source.as_of = datetime(2026, 2, 27, 18, 0, tzinfo=UTC)  # before a payment in time could be known
    await rig.go(EIGHT_THIRTY + timedelta(minutes=5))
    text = said(rig)
    assert "Rien ne part aujourd'hui." in text
    assert "1 facture, paiements pas encore connus (fichier à mettre à jour) : FA-2026-0001" in text


async def test_nothing_to_do_is_said_aloud() -> None:
    rig = early(invoice("FA-2026-0009", date(2026, 9, 1)))
    await rig.go(EIGHT_THIRTY + timedelta(minutes=5))
    text = said(rig)
    assert text.startswith("Rien à envoyer, rien à faire aujourd'hui.")
    assert "Rien ne part" not in text
    assert "Balance âgée" in text


async def test_money_of_nobody_is_counted_once() -> None:
    rig = early(invoice("FA-2026-0009", date(2026, 9, 1)))
    await rig.tick()
    take(rig, money("88.10", "REMISE CARTES", payer="MONETIQUE"), money("500.00", "PRET", payer="BANQUE"))
    await rig.go(EIGHT_THIRTY + timedelta(minutes=5))
    assert "2 encaissements, 588,10 € : aucune facture n'est suspendue pour cela" in said(rig)
    await rig.go(EIGHT_THIRTY + timedelta(days=1, minutes=5))
    assert len(digests(rig)) == 2
    assert "encaissement" not in said(rig)


async def test_there_is_none_on_a_weekend_or_holiday_and_only_todays_after_a_rest() -> None:
    rig = early(invoice("FA-2026-0009", date(2026, 9, 1)))
    await rig.go(at(7, days=7))
    days = [str(message["Subject"]).rpartition("du ")[2] for message in in_the_mailbox(rig)]
    assert days == [f"{day} mars 2026" for day in (2, 3, 4, 5, 6)]
    later = restarted(rig, now=datetime(2026, 4, 7, 12, 0, tzinfo=UTC))  # the Tuesday after Easter
    later.fresh_books = False
    await later.go(datetime(2026, 4, 7, 20, 0, tzinfo=UTC))
    assert len(in_the_mailbox(later)) == 6
    assert str(in_the_mailbox(later)[-1]["Subject"]).endswith("7 avril 2026")


async def test_a_restart_in_the_morning_makes_no_second_one() -> None:
    rig = early(late())
    await rig.go(EIGHT_THIRTY + timedelta(minutes=5))
    later = restarted(rig)
    await later.go(EIGHT_THIRTY + timedelta(hours=2))
    assert len(in_the_mailbox(later)) == 1
    kept = rig.store.setting(DIGEST)
    assert isinstance(kept, dict)
    assert (kept["on"], datetime.fromisoformat(kept["at"])) == ("2026-03-02", EIGHT_THIRTY)


async def test_it_tells_what_the_law_and_the_keeping_bring() -> None:
    rig = early(late(), late("FA-2021-0001", date(2021, 5, 31), issued=date(2021, 4, 30)))
    rig.store.commit(Setting(PURGED, {"day": "2026-03-02", "month": "2026-03", "count": 3}))
    await rig.go(EIGHT_THIRTY + timedelta(minutes=5))
    assert "Prescription proche - FA-2021-0001, Dupont : 1 200,00 €, au plus tôt le 30 avril 2026" in said(rig)
    assert "Ce mois-ci, 3 dossiers clos ont été effacés" in said(rig)


async def test_it_goes_to_outside_addresses_once_and_the_mailbox_keeps_a_copy() -> None:
    rig = early(late(), team={"digest_to": [OWN, BOSS]})
    await rig.go(EIGHT_THIRTY + timedelta(minutes=30))
    posted = [sent for sent in way_out(rig).sent if BOSS in sent.recipients]
    assert [sent.recipients for sent in posted] == [(BOSS,)]
    assert posted[0].raw == box(rig).raws("INBOX")[-1]
    assert str(parsed(posted[0].raw)["To"]).split() == [f"{OWN},", BOSS]


async def test_a_server_that_says_later_gets_it_again() -> None:
    rig = early(late(), team={"digest_to": [BOSS]})
    await rig.go(EIGHT_THIRTY - timedelta(minutes=1))
    way_out(rig).script[BOSS] = Answer(451, "later", "4.3.0")
    await pass_minutes(rig, 3)
    assert [sent for sent in way_out(rig).sent if BOSS in sent.recipients] == []
    del way_out(rig).script[BOSS]
    await pass_minutes(rig, 25)
    assert [sent.recipients for sent in way_out(rig).sent if BOSS in sent.recipients] == [(BOSS,)]
    assert len(in_the_mailbox(rig)) == 1


async def test_the_account_manager_learns_of_each_firm_step() -> None:
    rig = daemon(late(), conf=config(team={"digest": True}))
    await pass_days(rig, 8.2)
    assert "penalties" in taken(rig)
    to_manager = [sent for sent in way_out(rig).sent if sent.recipients == (MANAGER,)]
    told = [words(sent.raw) for sent in to_manager if "point du" in str(parsed(sent.raw)["Subject"])]
    assert len(told) == 1
    assert "Étapes fermes depuis le dernier point" in told[0]


async def test_a_reply_that_waits_is_listed_with_its_day() -> None:
    rig = daemon(late(), conf=config(team={"digest": True}))
    await pass_minutes(rig, 2)
    arrive(rig, answer(reminders(rig)[0], "Nous avons une question sur cette facture."))
    await pass_days(rig, 1)
    assert "Réponses qui attendent - FA-2026-0001, Dupont, depuis le 2 mars 2026" in said(rig)


@pytest.mark.parametrize("paid_first", [True, False])
async def test_a_reply_about_what_is_paid_is_listed_until_somebody_has_answered(*, paid_first: bool) -> None:
    rig = daemon(late(), conf=config(team={"digest": True}))
    await pass_minutes(rig, 2)
    if paid_first:
        rig.source.set(late(paid=Decimal(1200)), at=rig.wake.now())
        await pass_minutes(rig, 10)
    arrive(rig, answer(reminders(rig)[0], "Deux luminaires ne fonctionnent pas : appelez-nous.", message_id="<q@x>"))
    await pass_minutes(rig, 10)
    rig.source.set(late(paid=Decimal(1200)), at=rig.wake.now())
    await pass_days(rig, 1)
    assert case(rig).state is State.PAID
    assert "Réponses qui attendent - FA-2026-0001, Dupont, depuis le 2 mars 2026" in said(rig)
    reply = written(OWN, "RE: FA-2026-0001", "Nous vous appelons.", at=rig.wake.now(), to=CUSTOMER, In_Reply_To="<q@x>")
    arrive(rig, reply, "Sent")
    await pass_days(rig, 1)
    assert "Réponses qui attendent" not in said(rig)


async def test_an_invoice_that_was_offered_is_listed_until_somebody_answers() -> None:
    rig = early(late())
    paper = EInvoice(number="FA-9", total=Decimal("80.00"), buyer="Moulins Nord")
    offer = Offer(id="o", invoice=paper, at=BEFORE - timedelta(days=3), message="m")
    rig.store.commit(offer, replace(offer, id="p", invoice=replace(paper, number="FA-10"), at=BEFORE))
    await rig.go(EIGHT_THIRTY + timedelta(minutes=5))
    assert "FA-9, Moulins Nord : 80,00 €, proposée depuis le 27 février 2026" in said(rig)
    assert "FA-10" not in said(rig), "the next books may list it"
    rig.store.commit(replace(offer, settled=True))
    await rig.go(EIGHT_THIRTY + timedelta(days=1, minutes=5))
    assert "FA-9" not in said(rig)


async def test_the_balance_is_a_table_and_a_picture_with_words() -> None:
    rig = early(
        late(amount=Decimal(1000)),
        invoice("FA-2026-0007", date(2026, 3, 6), amount=Decimal("250.50")),
        invoice("FA-2026-0008", date(2025, 11, 3), amount=Decimal(99)),
    )
    await rig.go(EIGHT_THIRTY + timedelta(minutes=5))
    text = said(rig)
    assert "- Ancienneté : non échu; Factures : 1; Montant : 250,50 €" in text.replace(" ;", ";")
    assert "total" in text
    assert "1 349,50 €" in text
    assert "sous 7 jours : 1 facture, 250,50 €" in text
    message = in_the_mailbox(rig)[-1]
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    html = message.get_body(("html",))
    assert html is not None
    assert f"cid:{str(picture['Content-ID']).strip('<>')}" in html.get_content()
    assert 'alt="De gauche à droite' in html.get_content()
    assert picture.get_content().startswith(b"\x89PNG")


async def test_no_digest_where_it_is_switched_off() -> None:
    rig = early(late(), team={"digest": False})
    await rig.go(at(18))
    assert in_the_mailbox(rig) == []


class Deaf(MemoryMailbox):
    """A mailbox that does not answer while `broken`."""

    broken = True

    async def look(self, names: Any) -> Any:
        if self.broken:
            raise Unavailable("no route to host")
        return await super().look(names)

    async def folders(self) -> Any:
        if self.broken:
            raise Unavailable("no route to host")
        return await super().folders()


async def test_it_reaches_a_person_while_the_mailbox_is_out_of_reach_and_is_filed_later() -> None:
    deaf = Deaf()
    rig = unhurried(
        Rig(
            MemorySource((late(),)),
            mailbox=deaf,
            conf=config(team={"digest": True, "digest_to": [BOSS]}),
            now=BEFORE,
        )
    )
    rig.confirm()
    await rig.go(EIGHT_THIRTY + timedelta(minutes=20))
    assert [sent for sent in way_out(rig).sent if "point du" in str(parsed(sent.raw)["Subject"])] == []
    await rig.go(EIGHT_THIRTY + timedelta(hours=1))
    (sent,) = [sent for sent in way_out(rig).sent if "point du" in str(parsed(sent.raw)["Subject"])]
    assert sent.recipients == (BOSS,)
    assert "0 envoyé aujourd'hui. La boîte aux lettres (IMAP) ne répond plus" in words(sent.raw)
    deaf.broken = False
    await rig.go(at(12))
    assert len(in_the_mailbox(rig)) == 1
    posted = [sent for sent in way_out(rig).sent if "point du" in str(parsed(sent.raw)["Subject"])]
    assert len(posted) == 1


async def test_a_template_that_fails_is_told_once_and_stops_nothing() -> None:
    rig = early(late())
    broken = rig.parts.morning.library

    class Failing:
        def render(self, template: str, language: str, fields: Any) -> Any:
            if template == DIGEST:
                raise RenderFailed("digest.txt:3: no such thing")
            return broken.render(template, language, fields)

    rig.parts.morning.library = Failing()  # type: ignore[assignment]
    await rig.go(at(18))
    assert in_the_mailbox(rig) == []
    assert len(notes(rig, "held", "render_failed")) == 1
    assert len(reminders(rig)) == 1


async def test_the_first_one_of_a_month_carries_the_report() -> None:
    rig = early(late())
    await rig.go(at(18, days=30))
    found = in_the_mailbox(rig)
    files = {
        str(one["Subject"]).rpartition("du ")[2]: [part.get_filename() for part in one.iter_attachments()]
        for one in found
    }
    carrying = {day: names for day, names in files.items() if any(names)}
    assert carrying == {"1er avril 2026": ["relancier-2026-04.html"]}
    last = next(one for one in found if "avril" in str(one["Subject"]))
    assert "Le rapport du mois est joint : relancier-2026-04.html." in words(last.as_bytes())
    (report,) = last.iter_attachments()
    assert "<svg" in report.get_content()


class Reportless:
    """A library that can make every message, and no report."""

    def __init__(self, library: Any) -> None:
        self.library = library

    def report(self, report: Any, language: str) -> str:
        raise RenderFailed(f"{language}/report.toml lacks a word for {report.on}")


@pytest.mark.parametrize("change", ["too many cases", "its words are broken"])
async def test_a_report_that_cannot_be_made_stops_no_digest(change: str) -> None:
    rig = early(late())
    made = rig.parts.morning.beside
    assert isinstance(made, Monthly)
    broken = {"most": 0} if change == "too many cases" else {"library": Reportless(made.library)}
    rig.parts.morning.beside = replace(made, **broken)
    await rig.go(at(18, days=30))
    (last,) = [one for one in in_the_mailbox(rig) if "avril" in str(one["Subject"])]
    assert [*last.iter_attachments()] == []
    assert "rapport" not in words(last.as_bytes())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_word_that_the_digest_may_say_is_in_the_language(language: str) -> None:
    names = tomllib.loads((shipped("templates") / language / "words.toml").read_text("utf-8"))["names"]
    held = {f"because_{because.value}" for because in Because} - {"because_reply", "because_bounced", "because_address"}
    waits = {f"because_{word}" for word in digest.WAITING.values()}
    stops = {"not_confirmed", "held_by_person", "server_refuses", "unknown_sent", "surge", "smtp_waits"}
    books = {"books_wrong", "books_shrunk", "books_old", "mailbox_unreachable"}
    others = {"because_paused", "because_disputed", "promise_late", "promise_coming", "instalment_missed", DRAFT}
    ages = {f"age_{age}" for age in (*AGES, "all")}
    assert held | waits | stops | books | others | ages <= set(names)


async def test_each_gate_that_is_closed_has_its_word() -> None:
    rig = early(late())
    await rig.tick()
    gatherer = rig.parts.morning.gatherer
    stopped = []
    for setting in (
        Setting(WAIT, {"until": at(23).isoformat(), "since": "", "attempts": 1, "reason": "421 later"}),
        Setting("surge", "2026-03-02"),
        Setting("unknown_sent", ["x"]),
        Setting("held", {"reason": "550 5.7.1", "since": "", "by": "server"}),
    ):
        rig.store.commit(setting)
        gathered = gatherer.gather(rig.wake.now(), rig.wake.now())
        stopped.append((gathered.stopped, gathered.stopped_detail))
    assert [word for word, _ in stopped] == ["smtp_waits", "surge", "unknown_sent", "server_refuses"]
    assert "421 later" in stopped[0][1]
    assert stopped[-1][1] == "550 5.7.1"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_step_of_the_shipped_plans_has_a_name_in_the_digest(language: str) -> None:
    root = Path(__file__).parents[2]
    plans = [tomllib.loads(path.read_text("utf-8")) for path in (root / "plans").glob("*.toml")]
    told = [step.get("template", "one-off") for plan in plans for step in plan["step"] if "title" not in step]
    names = tomllib.loads((root / "templates" / language / "words.toml").read_text("utf-8"))["names"]
    assert {name for one in told for name in ([one] if isinstance(one, str) else one)} <= names.keys()
