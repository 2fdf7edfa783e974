"""What a note offers: every line of it is an order that core/orders/dictation understands."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from relancier.core.orders.choices import OFFERED, RELEASE, Asked, choices, mail_link
from relancier.core.orders.dictation import Said, understand
from relancier.core.plan import Channel
from relancier.core.reading.hints import Hint, HintKind

TODAY = date(2026, 11, 22)
FILLED = {
    "JJ/MM/AAAA": "20/11/2026", "DD/MM/YYYY": "20/11/2026", "adresse": "a@dupont.test", "address": "a@dupont.test",
    "numéro de suivi": "1A 234", "tracking number": "1A 234",
}  # fmt: skip


def asked() -> Iterator[Asked]:
    for language in ("fr", "en"):
        for numbers in (["FA-2026-0042"], ["FA-2026-0042", "FA-2026-0043"]):
            for template in OFFERED:
                yield Asked(template=template, language=language, today=TODAY, numbers=numbers)
            for channel in Channel:
                yield Asked(template="task", channel=channel, language=language, today=TODAY, numbers=numbers)
                yield Asked(template="note-recall", channel=channel, language=language, today=TODAY, numbers=numbers)
        yield Asked(template="note-held", command=RELEASE, language=language, today=TODAY)


def named(one: Asked) -> str:
    return f"{one.template}-{one.channel}-{one.language}-{len(one.numbers)}"


def filled(line: str) -> str:
    """The line as a person sends it: what is left blank filled in."""
    for blank, word in FILLED.items():
        line = line.replace(blank, word)
    return line.replace("20/11/2026", "15/12/2026") if "prom" in line else line


@pytest.mark.parametrize("note", list(asked()), ids=named)
def test_every_order_offered_is_understood_for_all_the_invoices(note: Asked) -> None:
    offered = choices(note)
    assert offered
    for choice in offered:
        said = understand(filled(choice.line), TODAY, note.numbers)
        assert isinstance(said, Said), (choice.line, said)
        assert set(said.numbers) == (set(note.numbers) if len(note.numbers) > 1 else set())


@pytest.mark.parametrize(
    "line", ["promesse JJ/MM/AAAA", "promise DD/MM/YYYY", "appelé, promesse JJ/MM/AAAA", "called, promise DD/MM/YYYY"]
)
def test_a_blank_that_nobody_filled_in_is_no_order(line: str) -> None:
    assert not isinstance(understand(line, TODAY), Said)


def test_what_the_customer_seems_to_say_comes_first_and_filled_in() -> None:
    hints = (
        Hint(HintKind.DISPUTE, "il manque deux colis"),
        Hint(HintKind.PROMISE, "virement le 15", on=date(2026, 12, 15)),
        Hint(HintKind.WRONG_CONTACT, "écrivez à b@dupont.test", address="b@dupont.test"),
        Hint(HintKind.PAID, "déjà réglé"),
        Hint(HintKind.INSOLVENCY, "liquidation"),
    )
    note = Asked(template="note-reply", language="fr", today=TODAY, numbers=["FA-2026-0042"], hints=hints)
    lines = [choice.line for choice in choices(note)]
    assert lines[:4] == ["litige", "promesse 15/12/2026", "contact comptable b@dupont.test", "payé"]
    assert lines[4:] == ["insolvable JJ/MM/AAAA", "pause 10j", "reprendre", "stop"]


@pytest.mark.parametrize(
    ("reason", "first"),
    [("iban_changed", "iban confirmé"), ("declare_claim", "fait"), ("missed_instalment", "échéancier")],
)
def test_some_reasons_have_orders_of_their_own(reason: str, first: str) -> None:
    note = Asked(template="note-held", language="fr", today=TODAY, numbers=["FA-1"], reason=reason)
    assert choices(note)[0].line.startswith(first)


@pytest.mark.parametrize(
    ("command", "french", "english"),
    [
        ("relancier open FA-1", "ouvrir", "open"),
        ("relancier open FA-1 --due DATE", "ouvrir échéance JJ/MM/AAAA", "open due DD/MM/YYYY"),
        ("relancier open FA-1 --to ADDRESS", "ouvrir adresse", "open address"),
        (
            "relancier open FA-1 --due DATE --to ADDRESS",
            "ouvrir échéance JJ/MM/AAAA adresse",
            "open due DD/MM/YYYY address",
        ),
    ],
)
def test_an_invoice_that_is_offered_is_taken_up_by_what_it_lacks(command: str, french: str, english: str) -> None:
    for language, line, ignore in (("fr", french, "ignorer"), ("en", english, "ignore")):
        offered = choices(Asked(template="note-offer", language=language, today=TODAY, command=command))
        assert [choice.line for choice in offered] == [line, ignore]
        for choice in offered:
            said = understand(filled(choice.line), TODAY)
            assert isinstance(said, Said)
            assert said.word in {"open", "ignore"}
            assert bool(said.address) is ("adresse" in choice.line or "address" in choice.line)


def test_a_hint_without_its_day_or_address_suggests_nothing() -> None:
    hints = (Hint(HintKind.PROMISE, "bientôt"), Hint(HintKind.WRONG_CONTACT, "pas moi"))
    note = Asked(template="note-reply", language="fr", today=TODAY, numbers=["FA-2026-0042"], hints=hints)
    assert next(choice.line for choice in choices(note)) == "promesse JJ/MM/AAAA"


def test_a_note_about_nothing_that_can_be_ordered_offers_nothing() -> None:
    hints = (Hint(HintKind.PAID, "déjà réglé"),)
    assert choices(Asked(template="note-waiting", language="fr", today=TODAY, numbers=["FA-1"], hints=hints)) == ()
    assert choices(Asked(template="note-missing", language="fr", today=TODAY, hints=hints)) == ()


def test_a_link_opens_a_message_that_carries_order_and_token() -> None:
    link = mail_link("promesse 15/12/2026 & co", "abc.def", "compta+x@lumen.test")
    parts = urlsplit(link)
    assert (parts.scheme, parts.path) == ("mailto", "compta%2Bx@lumen.test")
    assert parse_qs(parts.query) == {
        "subject": ["promesse 15/12/2026 & co [R-abc.def]"],
        "body": ["promesse 15/12/2026 & co"],
    }


def test_an_instalment_plan_is_offered_for_one_invoice_only() -> None:
    numbers = ["FA-2026-0042", "FA-2026-0043"]
    hints = [Hint(HintKind.INSTALMENTS, "en trois fois")]
    one = Asked(template="note-reply", language="fr", today=TODAY, numbers=numbers, hints=hints)
    first, second, *_ = [choice.line for choice in choices(one)]
    assert first == "échéancier JJ/MM/AAAA montant, JJ/MM/AAAA reste FA-2026-0042"
    assert second == "promesse JJ/MM/AAAA FA-2026-0042 FA-2026-0043"


@pytest.mark.parametrize(("language", "paid"), [("fr", "payé"), ("en", "paid")])
def test_a_payment_is_offered_to_one_invoice_at_a_time(language: str, paid: str) -> None:
    lines = ("317,20 € 20/11/2026 FA-2026-0042", "20/11/2026 FA-2026-0043")
    numbers = ["FA-2026-0042", "FA-2026-0043"]
    note = Asked(template="note-money", language=language, today=TODAY, numbers=numbers, payments=lines)
    offered = [choice.line for choice in choices(note)]
    assert offered[:2] == [f"{paid} {line}" for line in lines]
    assert {choice.meaning for choice in choices(note)[:2]} == {"choice_payment"}, "a part of it does not pay it"
    heard = [understand(line, TODAY, numbers) for line in offered[:2]]
    assert [(one.amount, one.numbers) for one in heard if isinstance(one, Said)] == [
        (Decimal("317.20"), ("FA-2026-0042",)),
        (None, ("FA-2026-0043",)),
    ]


def test_a_payment_that_may_be_counted_already_offers_that_first() -> None:
    facts = {"language": "fr", "today": TODAY, "numbers": ["FA-2026-0042"], "payments": ["20/11/2026 FA-2026-0042"]}
    offered = choices(Asked(template="note-money", reason="money_known", **facts))  # type: ignore[arg-type]
    assert [(one.line, one.meaning) for one in offered[:2]] == [
        ("reprendre", "choice_counted"), ("payé 20/11/2026 FA-2026-0042", "choice_payment"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "line"), [("call", "appelé,"), ("letter", "posté numéro de suivi"), ("sms", "fait"), ("legal", "fait")]
)
def test_who_has_done_what_was_called_off_says_so(channel: str, line: str) -> None:
    note = Asked(template="note-recall", language="fr", today=TODAY, numbers=["FA-1"], channel=channel)
    assert [choice.line for choice in choices(note)] == [line]
