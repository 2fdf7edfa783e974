"""An example of a morning, with something in every section of the digest."""

from datetime import date
from decimal import Decimal

from relancier.core.money import Money

LINKED = "mailto:compta@atelier-lumen.example?subject=pause&body=pause%20FA-2026-0042"
FRENCH = {"firm": "Relance avec pénalités", "call": "Appel au service comptable", "server": "550 adresse inconnue"}
ENGLISH = {"firm": "Reminder naming penalties", "call": "Call to the accounts department", "server": "550 unknown user"}


def digest_sample(language: str) -> dict[str, object]:
    """Every field of the digest."""
    words = FRENCH if language == "fr" else ENGLISH
    call = _line(on=date(2026, 6, 18), step=words["call"], channel="call", whom="Sophie Bernard", detail="task_back")
    return {
        "today": date(2026, 6, 22),
        "nothing": False,
        "since": date(2026, 6, 18),
        "leaving": (
            _line(step=words["firm"], whom="compta@dupre.example", order="pause FA-2026-0042", link=LINKED),
            {"rest": 3},
        ),
        "duties": (call,),
        "drafts": (_line(on=date(2026, 6, 19), channel="draft", whom="Sophie Bernard"),),
        "offers": (_line(on=date(2026, 6, 19)),),
        "replies": (_line(on=date(2026, 6, 19)),),
        "promises": (_line(on=date(2026, 6, 19), detail="promise_late"),),
        "parts_due": (_line(on=date(2026, 6, 25), detail="instalment_to_come"),),
        "to_mend": (_line(on=date(2026, 6, 19), detail=words["server"]),),
        "not_sent": ({"detail": "because_payments_unknown", "count": 4, "number": "FA-2026-0051, FA-2026-0057 …"},),
        "firm_steps": (_line(on=date(2026, 6, 19), step=words["firm"]),),
        "limits": (_line(on=date(2026, 11, 30)),),
        "purged": 2,
        "attached": "relancier-2026-05.html",
        "unplaced": ({"count": 3, "amount": Money(Decimal("2410.50"))},),
        "falling": tuple(
            {"days": days, "count": count, "amount": Money(Decimal(amount))}
            for days, count, amount in ((7, 1, "980.00"), (15, 3, "4120.50"), (30, 9, "15260.00"))
        ),
        "ages": tuple(
            {"age": f"age_{age}", "count": count, "amount": Money(Decimal(amount))}
            for age, count, amount in (
                ("not_due", 14, "21380.00"),
                ("to_30", 6, "9450.20"),
                ("to_60", 3, "4180.00"),
                ("to_90", 1, "640.00"),
                ("over_90", 2, "3912.75"),
                ("all", 26, "39562.95"),
            )
        ),
        "chart": "cid:balance@relancier",
    }


def _line(**other: object) -> dict[str, object]:
    return {
        "number": "FA-2026-0042",
        "customer": "Moulins Dupré",
        "sum": Money(Decimal("1234.56")),
        **other,
    }
