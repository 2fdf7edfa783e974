import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.messages.part_paid import part_paid
from tests.messages.reading import Rendered
from tests.messages.rules import CUSTOMER, LETTERS, PAYING, REMINDERS, RULES, STOCK, broken

from relancier.adapters.library import FileLibrary
from relancier.core.writing.samples import euros, minimal, sample

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
BEFORE = {"days_late": -2, "consequences": False, "upcoming": (), "next_step": None, "next_on": None}


def without_consequences(fields: Mapping[str, Any]) -> dict[str, Any]:
    bare = {"consequences": False, "interest": None, "charge": None, "penalties": None, "rate": None}
    none = {"consequences": False, "interest": None, "charge": None, "rates": None}
    rows = tuple({**row, **none} for row in fields["invoices"])
    return {**fields, **bare, "claimed": fields["total_due"], "invoices": rows}


def consumer(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {**without_consequences(fields), "consumer": True}


def variants(language: str) -> dict[str, dict[str, Any]]:
    full, several, least = sample(language), sample(language, several=True), minimal(language)
    return {
        "full": full,
        "several": several,
        "minimal": least,
        "partly paid": part_paid(full),
        "several, one partly paid": part_paid(several),
        "partly paid, on an unknown day": part_paid(full, on=()),
        "no consequences": without_consequences(full),
        "several, no consequences": without_consequences(several),
        "consumer": consumer(full),
        "several, consumer": consumer(several),
        "public body": {**full, "public": True},
        "public body, court in the plan": {**full, "public": True, "next_step": "legal"},
        "several, public body": {**several, "public": True},
        "public body, no rate": {
            **full,
            "public": True,
            "interest": None,
            "rate": None,
            "penalties": None,
            "claimed": None,
        },
        "several rates": {
            **full,
            "rate": None,
            "invoices": ({**full_row(full), "rates": (full["rate"], "12.40%" if language == "en" else "12,40 %")},),
        },
        "first message to a new contact": {**full, "earlier": (), "last_reply_on": None},
        "nobody wrote elsewhere": {**full, "elsewhere": ()},
        "wrote elsewhere twice": {**full, "elsewhere": (date(2026, 6, 4), date(2026, 6, 11))},
        "nobody known": {**full, "salutation_name": None, "civility": None},
        "not the last reminder": {**full, "last_reminder": False},
        "no suspension": {**full, "suspension": False},
        "nothing promised": {**full, "promised_on": None},
        "nothing promised, spoke": {**full, "promised_on": None, "unanswered": False},
        "only spoke": {**full, "promised_on": None, "unanswered": False, "last_reply_on": None, "instalment_on": None},
        "only called": {**full, "promised_on": None, "last_reply_on": None, "agreed_on": None},
        "nothing said": {**full, "promised_on": None, "last_reply_on": None, "agreed_on": None, "called_on": None},
        "several, spoke": {
            **several,
            "promised_on": None,
            "unanswered": False,
            "last_reply_on": None,
            "agreed_on": None,
        },
        "a cheque came back": {**full, "rejected": "cheque"},
        "something came back": {**full, "rejected": None, "rejected_on": None},
        "no exchanges": {**full, "exchanges": ()},
        "not part of anything": {**full, "part": None, "invoices": ({**full_row(full), "part": None},)},
        "nobody wrote": {**full, "earlier": (), "last_reply_on": None},
        "one earlier message": {**full, "earlier": (date(2026, 6, 4),), "last_reply_on": None},
        "several, earlier": {**several, "last_reply_on": None},
        "several, nobody wrote": {**several, "earlier": (), "last_reply_on": None},
        "one day late": {**full, "days_late": 1, "invoices": ({**full_row(full), "days_late": 1},)},
        "nothing upcoming": {**full, "upcoming": ()},
        "two upcoming": {
            **full,
            "upcoming": (*rows_of(full, "upcoming"), {**rows_of(full, "upcoming")[0], "number": "FA-9"}),
        },
        "no rate for the half-year": {**full, "interest": None, "rate": None, "penalties": None, "claimed": None},
        "no address of ours": {**full, "company_address": ()},
        "no person": {**full, "signer_name": None, "signer_title": None, "signer_phone": None},
        "no PDF, no instalments": {
            **full,
            "has_pdf": False,
            "invoices": ({**full_row(full), "has_pdf": False},),
            "instalments": False,
        },
        "long names": {**full, "customer": "Société des Établissements Lefèbvre et Fils de la Haute-Loire"},
        "a name full of marks": {**full, "customer": "*Dupont* [x](http://y) <b> & # | `z`"},
        **{
            f"next: {step}": {**full, "next_step": step}
            for step in ("call", "sms", "reminder", "letter", "registered_letter", "legal", "")
        },
        "next without a day": {**full, "next_on": None},
        "unanswered call": {**full, "promised_on": None, "detail": None},
        "call without a promise": {**full, "promised_on": None},
    }


def full_row(fields: Mapping[str, Any]) -> dict[str, Any]:
    return rows_of(fields, "invoices")[0]


def rows_of(fields: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return list(fields[name])


def fitted(template: str, fields: Mapping[str, Any], *, by_post: bool = False) -> dict[str, Any]:
    """A notification comes before the due date, when nothing can be overdue; letters go by post."""
    if template == "notification":
        return without_consequences({**fields, **BEFORE})
    return {**fields, "by_post": by_post or template in LETTERS}


def render(template: str, language: str, fields: Mapping[str, Any], folder: Path = TEMPLATES) -> Rendered:
    return Rendered(template, language, FileLibrary(folder, ROOT / "plans").render(template, language, fields))


@pytest.mark.parametrize("variant", variants("fr"))
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("template", CUSTOMER)
def test_every_message_keeps_every_rule(template: str, language: str, variant: str) -> None:
    fields = fitted(template, variants(language)[variant])
    assert broken(render(template, language, fields), fields) == {}


@pytest.mark.parametrize("variant", variants("fr"))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_last_reminder_is_a_letter_too(language: str, variant: str) -> None:
    fields = fitted("reminder-3", variants(language)[variant], by_post=True)
    sent = render("reminder-3", language, fields)
    assert broken(sent, fields) == {}
    assert not sent.says("ce message", "this message")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("template", ["formal-notice", "formal-notice-announcement"])
def test_a_notice_can_be_a_message_where_a_plan_wants_it(template: str, language: str) -> None:
    fields = {**sample(language), "by_post": False}
    sent = render(template, language, fields)
    assert broken(sent, fields) == {}
    assert not sent.says("cette lettre", "this letter")


def opening(sent: Rendered) -> str:
    paragraph = sent.text.split("\n\n")[1]
    return re.split(r"(?<=[.?]) ", paragraph)[0]


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_two_messages_to_a_customer_open_with_the_same_sentence(language: str, several: bool) -> None:
    wrote = {**sample(language, several=several), "last_reply_on": None}
    first = {**wrote, "earlier": ()}
    openings = [opening(render(name, language, fitted(name, wrote))) for name in CUSTOMER if name != "sms"]
    openings += [opening(render(name, language, fitted(name, first))) for name in ("notification", "reminder-1")]
    if not several:
        today = {**fitted("notification", wrote), "days_late": 0}
        openings.append(opening(render("notification", language, today)))
    assert len(set(openings)) == len(openings), openings


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_same_reminder_sent_again_opens_differently(language: str) -> None:
    sent = [
        opening(render("reminder-1", language, {**sample(language), "last_reply_on": None, "days_late": days}))
        for days in (4, 18, 32)
    ]
    assert len(set(sent)) == 3


REQUIRED = {
    "number": "number", "issued": "issued", "due": "due", "amount_due": "amount due", "purpose": "purpose",
    "iban": "IBAN", "payment_url": "payment link", "signer_name": "person", "signer_phone": "person",
    "reply_to": "person", "known_to": "crossed", "company_legal": "legal mentions", "part": "part",
    "deadline": "one date", "earlier": "earlier messages", "next_on": "next step", "elsewhere": "another address",
    "last_reply_on": "their last message", "notice_deadline": "deadline of the notice",
    "agreed_on": "agreement", "instalment_on": "the instalment", "rejected_on": "rejection",
}  # fmt: skip


def mutations() -> Iterator[tuple[str, str, str, str]]:
    for language in ("fr", "en"):
        for template in PAYING:
            there = {rule.name for rule in RULES if template in rule.templates}
            required = ((field, name) for field, name in REQUIRED.items() if name in there)
            yield from ((language, template, field, name) for field, name in required if not unsaid(template, field))
        yield from ((language, template, "signer_phone", "a time to talk") for template in STOCK)


def unsaid(template: str, field: str) -> bool:
    """What a template of these does not print, or prints twice: the rule does not ask it of this very line."""
    if template in LETTERS and field in {"company_legal", "signer_name"}:
        return True
    if field == "next_on":
        return template not in REMINDERS
    if field == "amount_due":
        return template in {"formal-notice", "instalments"}
    return (field, template) in {
        ("deadline", "notification"),
        ("earlier", "reminder-1"),
        ("instalment_on", "instalment"),
    }


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """The shipped templates of a language without any line that prints a field, made once for each."""

    @cache
    def made(language: str, field: str) -> Path:
        copy = tmp_path_factory.mktemp("templates")
        shutil.copytree(TEMPLATES / language, copy / language)
        shutil.copy(TEMPLATES / "layout.html", copy)
        printed = re.compile(rf"^(?!Subject).*\{{\{{[^}}]*\b{field}s?\b.*\n", re.MULTILINE)
        for path in (copy / language).glob("*.txt"):
            path.write_text(printed.sub("", path.read_text("utf-8")), "utf-8")
        return copy

    return made


@pytest.mark.parametrize(("language", "template", "field", "name"), list(mutations()))
def test_a_message_without_a_required_line_breaks_its_rule(
    language: str, template: str, field: str, name: str, rewritten: Callable[[str, str], Path]
) -> None:
    fields = fitted(template, sample(language))
    sent = render(template, language, fields, rewritten(language, field))
    assert name in broken(sent, fields)


WRONG = [
    ("no ordinal", "Ceci est notre troisième relance.", "This is our third reminder."),
    ("no ordinal", "Nos deux relances n'ont rien donné.", "Our reminders had no effect: two reminders."),
    ("no exclamation", "Merci !", "Thank you!"),
    ("no filler", "Merci de régler dans les meilleurs délais.", "Please pay at your earliest convenience."),
    ("no judgement", "Vous êtes notre débiteur.", "You are our debtor."),
    ("no fee, no threat", "Des frais de relance s'ajoutent.", "A reminder fee is added."),
    ("no inner names", "Plan mauvais-payeurs.", "Plan mauvais-payeurs."),
    ("capitals", "C'est URGENT.", "This is URGENT."),
    ("one reply address", "Écrivez à moi@ailleurs.example.", "Write to me@elsewhere.example."),
    ("crossed", "Si votre règlement a croisé ce message, oubliez-le.", "Forget it if payment has crossed this."),
    ("one date", "Réglez le {{ deadline }}.", "Pay by {{ deadline }}."),
    ("next step", "Nous irons au tribunal : une action en justice suivra.", "We will go to the courts."),
    ("upcoming apart", "Réglez aussi FA-2026-0071.", "Pay FA-2026-0071 too."),
    ("singular and plural", "Réglez ces factures.", "Pay these invoices."),
    ("dates and amounts", "Le 1 juin 2026.", "The 1st June 2026."),
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("name", "french", "english"), WRONG)
def test_a_wrong_sentence_breaks_its_rule(name: str, french: str, english: str, language: str, tmp_path: Path) -> None:
    copy = tmp_path / "templates"
    shutil.copytree(TEMPLATES, copy)
    path = copy / language / "reminder-1.txt"
    wrong = french if language == "fr" else english
    path.write_text(
        path.read_text("utf-8").replace('{% include "_payment', f'{wrong}\n\n{{% include "_payment'), "utf-8"
    )
    fields = sample(language)
    assert name in broken(render("reminder-1", language, fields, copy), fields)


def test_each_rule_is_named_once_for_a_template() -> None:
    for template in CUSTOMER:
        names = [rule.name for rule in RULES if template in rule.templates]
        assert len(set(names)) == len(names)


def test_a_penalty_told_to_a_consumer_breaks_its_rule() -> None:
    told = sample("fr")
    sent = render("reminder-2", "fr", told)
    assert "consequences" in broken(sent, without_consequences(told))


def test_last_reminder_without_a_formal_notice_to_come_breaks_its_rule() -> None:
    told = sample("fr")
    assert "last reminder" in broken(render("reminder-3", "fr", told), {**told, "next_step": "call"})


@pytest.mark.parametrize("language", ["fr", "en"])
def test_amounts_in_parts_add_up_to_what_is_told(language: str) -> None:
    fields = sample(language, several=True)
    total = sum((row["amount_due"].amount for row in rows_of(fields, "invoices")), euros("0").amount)
    assert fields["total_due"] == euros(str(total))
