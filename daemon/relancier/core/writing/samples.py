"""Example values for every template variable: `check`, `preview` of a template and the tests render with them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from relancier.core.money import Money
from relancier.core.writing.digest_samples import digest_sample
from relancier.core.writing.fields import FIELDS

FRENCH: Mapping[str, object] = {
    "purpose": "Éclairage de l'atelier, lot 2",
    "salutation_name": "Madame Martin",
    "civility": "Madame",
    "contact_name": "Claire Martin",
    "signer_name": "Sophie Bernard",
    "signer_title": "Chargée de compte",
    "rate": "12,15 %",
    "step_title": "Appel au service comptable",
    "detail": "Le virement est prévu avec la prochaine échéance fournisseurs.",
    "lines": ("FA-2026-0042, Moulins Dupré", "FA-2026-0057, Verrerie Nord"),
    "purposes": ("Pose de luminaires", "Étude d'éclairage"),
    "quote": (
        "Bonjour,",
        "Nous vous verserons 300\N{NO-BREAK SPACE}€ le 1er juillet. Voyez la suite avec p.girard@dupre.example.",
    ),
    "promise": "Nous vous verserons 300\N{NO-BREAK SPACE}€ le 1er juillet.",
    "contact": "Voyez la suite avec p.girard@dupre.example.",
    "order": "promesse 01/07/2026",
}
ENGLISH: Mapping[str, object] = {
    "purpose": "Workshop lighting, lot 2",
    "salutation_name": "Ms Martin",
    "civility": "Ms",
    "contact_name": "Claire Martin",
    "signer_name": "Sophie Bernard",
    "signer_title": "Account manager",
    "rate": "12.15%",
    "step_title": "Call to the accounts department",
    "detail": "The transfer is planned with the next supplier payment run.",
    "lines": ("FA-2026-0042, Moulins Dupré", "FA-2026-0057, Verrerie Nord"),
    "purposes": ("Fitting of luminaires", "Lighting study"),
    "quote": ("Hello,", "We will pay you €300 on 1 July. Please see p.girard@dupre.example about the rest."),
    "promise": "We will pay you €300 on 1 July.",
    "contact": "Please see p.girard@dupre.example about the rest.",
    "order": "promise 01/07/2026",
}


YES_NO = (
    "consequences",
    "has_pdf",
    "instalments",
    "several",
    "by_post",
    "consumer",
    "public",
    "suspension",
    "last_reminder",
)


TRANSFER_QR = "cid:virement@atelier-lumen.example"


TAKEN_OFF = ("deposit", "credited", "retained", "paid", "paid_on")


def euros(amount: str) -> Money:
    return Money(Decimal(amount))


def sample(language: str, *, several: bool = False) -> dict[str, object]:
    """A message with every variable set; `several`: about three overdue invoices instead of one."""
    words = FRENCH if language == "fr" else ENGLISH
    fields = _invoice(words) | _company(words) | _course() | _consequences(words) | _team(words)
    fields |= digest_sample(language)
    return fields | _several(words) if several else fields


def minimal(language: str) -> dict[str, object]:
    """A message with nothing but what is always known; every other variable is None or no."""
    full = sample(language)
    kept = {field.name for field in FIELDS if field.always}
    bare = {field.name: full[field.name] if field.name in kept else None for field in FIELDS}
    rows = ({column: _bare(column, row[column]) for column in row} for row in [_row(FRENCH)])
    return bare | {"invoices": tuple(rows), **dict.fromkeys(YES_NO, False)}


def _bare(column: str, value: object) -> object:
    kept = {"number", "due", "amount", "amount_due", "days_late"}
    return value if column in kept else False if column == "consequences" else None


def _row(words: Mapping[str, object], **other: object) -> dict[str, object]:
    return {
        "number": "FA-2026-0042",
        "part": None,
        "issued": date(2026, 5, 1),
        "due": date(2026, 6, 1),
        "amount": euros("1434.56"),
        "amount_due": euros("1234.56"),
        "disputed": euros("200.00"),
        "deposit": None,
        "credited": None,
        "retained": None,
        "paid": None,
        "paid_on": (),
        "discount": None,
        "discount_until": None,
        "sort": None,
        "purpose": words["purpose"],
        "days_late": 21,
        "consequences": True,
        "interest": euros("8.63"),
        "rates": (words["rate"],),
        "charge": euros("40"),
        "has_pdf": True,
    } | other


def _invoice(words: Mapping[str, object]) -> dict[str, object]:
    row = _row(words)
    names = ("number", "issued", "due", "amount", "amount_due", "disputed", "purpose", "days_late", *TAKEN_OFF, "sort")
    shared = {name: row[name] for name in names}
    return shared | {
        "part": "2/3",
        "numbers": "FA-2026-0042",
        "several": False,
        "invoices": (row | {"part": "2/3"},),
        "upcoming": (_upcoming(words),),
        "total_due": euros("1234.56"),
        "received": euros("1434.56"),
        "unused_credit": None,
        "payment_url": "https://pay.atelier-lumen.example/FA-2026-0042?key=a1b2&lang=fr",
        "transfer_qr": TRANSFER_QR,
        "has_pdf": True,
        "customer": "Moulins Dupré",
        "contact_name": words["contact_name"],
        "salutation_name": words["salutation_name"],
        "civility": words["civility"],
        "consumer": False,
        "public": False,
        "contact_phone": "+33 4 78 00 00 10",
    }


def _upcoming(words: Mapping[str, object]) -> dict[str, object]:
    return _row(
        words,
        number="FA-2026-0071",
        issued=date(2026, 6, 2),
        due=date(2026, 7, 2),
        amount=euros("980.00"),
        amount_due=euros("980.00"),
        disputed=None,
        days_late=-10,
        consequences=False,
        interest=None,
        rates=None,
        charge=None,
    )


def _company(words: Mapping[str, object]) -> dict[str, object]:
    return {
        "company": "Atelier Lumen SAS",
        "company_address": ("12 rue des Forges", "69003 Lyon"),
        "company_legal": "SAS au capital de 50 000 €, SIREN 552 100 554, RCS Lyon",
        "company_phone": "+33 4 72 00 00 00",
        "iban": "FR7630006000011234567890189",
        "bic": "AGRIFRPP",
        "same_iban": True,
        "factor": None,
        "signer_name": words["signer_name"],
        "signer_title": words["signer_title"],
        "signer_phone": "+33 4 72 00 00 01",
        "reply_to": "compta@atelier-lumen.example",
    }


def _course() -> dict[str, object]:
    return {
        "deadline": date(2026, 6, 29),
        "notice_deadline": date(2026, 6, 30),
        "by_post": False,
        "known_to": date(2026, 6, 19),
        "earlier": (date(2026, 6, 4), date(2026, 6, 11)),
        "elsewhere": (date(2026, 6, 4),),
        "exchanges": (
            {"day": date(2026, 6, 4), "what": "our_message"},
            {"day": date(2026, 6, 11), "what": "our_message"},
            {"day": date(2026, 6, 15), "what": "your_message"},
            {"day": date(2026, 6, 18), "what": "our_call"},
        ),
        "last_reply_on": date(2026, 6, 15),
        "called_on": date(2026, 6, 18),
        "unanswered": True,
        "promised_on": date(2026, 7, 1),
        "agreed": (
            {"day": date(2026, 6, 12), "amount": euros("434.56"), "state": "instalment_paid"},
            {"day": date(2026, 7, 13), "amount": euros("400.00"), "state": "instalment_to_come"},
            {"day": date(2026, 8, 31), "amount": euros("400.00"), "state": "instalment_to_come"},
        ),
        "agreed_on": date(2026, 6, 8),
        "instalment_on": date(2026, 7, 13),
        "instalment_due": euros("400.00"),
        "rejected_on": date(2026, 6, 16),
        "rejected": "direct_debit",
        "next_step": "formal_notice",
        "next_on": date(2026, 7, 6),
        "instalments": True,
        "last_reminder": True,
        "suspension": True,
    }


def _consequences(words: Mapping[str, object]) -> dict[str, object]:
    return {
        "consequences": True,
        "interest": euros("8.63"),
        "charge": euros("40"),
        "rate": words["rate"],
        "penalties": euros("48.63"),
        "claimed": euros("1283.19"),
    }


HISTORY = (
    {
        "at": datetime(2026, 6, 4, 9, 12, tzinfo=UTC),
        "event": "step_done",
        "step": "reminder-1",
        "detail": "compta@dupre.example",
    },
    {
        "at": datetime(2026, 6, 11, 10, 0, tzinfo=UTC),
        "event": "promised",
        "on": date(2026, 6, 14),
        "sum": euros("300"),
    },
    {"at": datetime(2026, 6, 15, 14, 3, tzinfo=UTC), "event": "replied", "detail": "c.martin@dupre.example"},
)
CONTACTS = (
    {"role": "accounting", "name": "Claire Martin", "email": "compta@dupre.example"},
    {"role": "sales", "name": "Paul Girard", "email": "p.girard@dupre.example"},
)


def _hints(words: Mapping[str, object]) -> tuple[dict[str, object], ...]:
    bare: dict[str, object] = {"on": None, "sum": None, "address": None}
    promise = {"hint": "hint_promise", "words": words["promise"], "on": date(2026, 7, 1), "sum": euros("300")}
    contact = {"hint": "hint_wrong_contact", "words": words["contact"], "address": "p.girard@dupre.example"}
    return {**bare, **promise}, {**bare, **contact}


def _team(words: Mapping[str, object]) -> dict[str, object]:
    return {
        "channel": "call",
        "step_title": words["step_title"],
        "attached": "FA-2026-0042-courrier.pdf",
        "unprinted": "no_address",
        "words": words["quote"],
        "contacts": CONTACTS,
        "history": HISTORY,
        "reason": "books_old",
        "detail": words["detail"],
        "lines": words["lines"],
        "count": 2,
        "command": "relancier confirm",
        "until": date(2026, 7, 22),
        "writer": "Claire Martin <c.martin@dupre.example>",
        "stopped_on": date(2026, 6, 18),
        "before": euros("1434.56"),
        "written": datetime(2026, 6, 15, 14, 3, tzinfo=UTC),
        "about": "RE: FA-2026-0042",
        "checks": "SPF pass (dupre.example), DKIM pass (dupre.example)",
        "quote": words["quote"],
        "unverified": True,
        "payment": euros("600.00"),
        "payment_on": date(2026, 6, 18),
        "payer": "DUPRE SARL",
        "wording": "VIR SEPA DUPRE SARL FACT 0051",
        "file": "releve-2026-06.xml",
        "hints": _hints(words),
        "choices": (
            {
                "line": words["order"],
                "meaning": "choice_promise",
                "link": "mailto:compta@atelier-lumen.example?subject=promesse&body=promesse%2001%2F07%2F2026",
            },
            {
                "line": "stop",
                "meaning": "choice_close",
                "link": "mailto:compta@atelier-lumen.example?subject=stop&body=stop",
            },
        ),
    }


def _several(words: Mapping[str, object]) -> dict[str, object]:
    second, third = words["purposes"] if isinstance(words["purposes"], tuple) else ("", "")
    rows = (
        _row(words),
        _row(
            words,
            number="FA-2026-0051",
            issued=date(2026, 5, 4),
            due=date(2026, 6, 3),
            amount=euros("600.00"),
            amount_due=euros("600.00"),
            disputed=None,
            purpose=second,
            days_late=19,
            interest=euros("3.79"),
        ),
        _row(
            words,
            number="FA-2026-0057",
            part="2/3",
            issued=date(2026, 5, 18),
            due=date(2026, 6, 17),
            amount=euros("12450.00"),
            amount_due=euros("12450.00"),
            disputed=None,
            purpose=third,
            days_late=5,
            consequences=False,
            interest=None,
            rates=None,
            charge=None,
        ),
    )
    return {
        "several": True,
        "numbers": "FA-2026-0042, FA-2026-0051, FA-2026-0057",
        "invoices": rows,
        "part": None,
        "payment_url": None,
        "total_due": euros("14284.56"),
        "interest": euros("12.42"),
        "charge": euros("80"),
        "penalties": euros("92.42"),
        "claimed": euros("14376.98"),
    }
