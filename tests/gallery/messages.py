"""Every message to customers and colleagues, as the shipped templates say it with the sample values."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.gallery.pages import Page
from tests.messages.part_paid import part_paid

from relancier.adapters.library import FileLibrary
from relancier.adapters.qr import QrCodes
from relancier.adapters.shipped import shipped
from relancier.core.overviews.digest import Section
from relancier.core.overviews.picture import aged_bar
from relancier.core.reading.mail import Draft
from relancier.core.writing.alone import with_pictures
from relancier.core.writing.samples import euros, minimal, sample
from relancier.work.morning.digest_fields import CHART
from relancier.work.writing.attached import showing, transfer_code, with_code

TEMPLATES = shipped("templates")
DARK = ("reminder-1", "reminder-3", "note-reply", "digest")
BALANCE = tuple(map(Decimal, (41000, 18400, 6200, 0, 3900)))
PART_PAID = ("reminder-1",)
CROWDED = ("reminder-1", "reminder-3")
BY_OTHER_WAYS = frozenset({"sms", "letter", "formal-notice", "formal-notice-announcement"})


def pages() -> Iterator[Page]:
    for language in ("fr", "en"):
        for template in names(language):
            for situation, fields in situations(template, language).items():
                yield Page(
                    name=f"{language}-{template}-{situation}",
                    group="Colleagues" if for_team(template) else "Customers",
                    title=f"{template}, {situation}",
                    language=language,
                    html=alone(written(template, language, fields)),
                    dark=template in DARK and situation in {"one", "several", "calm"},
                )


def names(language: str) -> list[str]:
    """The shipped templates of a language that are sent by mail, those to customers first."""
    found = [path.stem for path in Path(TEMPLATES / language).glob("[!_]*.txt") if path.stem not in BY_OTHER_WAYS]
    return sorted(found, key=lambda name: (for_team(name), name))


def for_team(template: str) -> bool:
    return template.startswith(("task", "note-", "digest", "call"))


def situations(template: str, language: str) -> Mapping[str, Mapping[str, object]]:
    """The fields of each situation in which a message is shown."""
    if template == "digest":
        return mornings(sample(language))
    if for_team(template):
        paid = {"part-paid": part_paid(sample(language))} if template in {"call", "task"} else {}
        off = {"reason": "off_promised", "lines": (), "stopped_on": date(2026, 7, 1)}
        return {"one": sample(language) | (off if template == "note-recall" else {}), **paid}
    return {
        **(part_paid_in(language) if template in PART_PAID else {}),
        "one": sample(language),
        "plain": usual(sample(language)),
        "several": sample(language, several=True),
        "least": minimal(language),
        **({"long": crowded(sample(language, several=True))} if template in CROWDED else {}),
    }


def part_paid_in(language: str) -> Mapping[str, Mapping[str, object]]:
    """One invoice of which a part is paid, and several with such a one among them."""
    several = part_paid(sample(language, several=True))
    return {"part-paid": part_paid(usual(sample(language))), "part-paid-several": several}


def crowded(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Many invoices, every value as long as it may come."""
    rows: Any = fields["invoices"]
    row = {
        **rows[2],
        "number": "FACTURE-2026/ATELIER/000123456",
        "purpose": "Éclairage-des-halles-et-des-bureaux/lot-2/tranche-conditionnelle, pose et réglages compris",
        "amount_due": euros("1234567.89"),
    }
    many = tuple({**row, "number": f"{row['number']}-{number}"} for number in range(12))
    return {
        **fields,
        "invoices": (*rows, *many),
        "numbers": ", ".join(one["number"] for one in (*rows, *many)),
        "customer": "Société des Établissements Lefèbvre et Fils de la Haute-Loire et du Puy-de-Dôme",
        "iban": "MT84MALT011000012345MTLCAST001S",
        "payment_url": f"https://pay.atelier-lumen.example/{'a1b2c3d4' * 20}",
        "reply_to": "service-comptabilite-fournisseurs@atelier-lumen-eclairages.example",
    }


def mornings(fields: Mapping[str, object]) -> Mapping[str, Mapping[str, object]]:
    """A morning on which sending is stopped, one with something of everything, and one with nothing to do."""
    calm = {**fields, "reason": None, "detail": None}
    quiet = {**calm, **dict.fromkeys((section.value for section in Section), ()), "nothing": True}
    return {"stopped": fields, "calm": calm, "quiet": quiet}


def usual(fields: Mapping[str, object]) -> Mapping[str, object]:
    """An invoice as most are: not due in parts, nothing in dispute, nobody wrote or called."""
    without = ("part", "disputed", "elsewhere", "last_reply_on", "called_on", "upcoming", "instalments", "suspension")
    rows = fields["invoices"]
    row = {**rows[0], "part": None, "disputed": None, "amount": rows[0]["amount_due"]}  # type: ignore[index]
    return {**fields, **dict.fromkeys(without), "amount": fields["amount_due"], "invoices": (row,)}


def written(template: str, language: str, fields: Mapping[str, object]) -> Draft:
    """The message with the picture that it shows."""
    told = {**fields, "transfer_qr": None}
    code = None if for_team(template) or not told["iban"] else transfer_code(template, told, QrCodes())
    draft = FileLibrary(TEMPLATES, shipped("plans")).render(template, language, with_code(told, code))
    return showing(draft, code)


def alone(draft: Draft) -> str:
    """A message's HTML with its pictures inside, so that it can be shown by itself."""
    shown = {one.cid: (one.type, one.content) for one in draft.attachments if one.cid}
    return with_pictures(draft.html, {CHART: ("image/png", aged_bar(BALANCE)), **shown})
