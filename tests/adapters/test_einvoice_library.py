"""Files that the factur-x library writes from bare values, in each profile that it writes, read to the cent."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from facturx.generate_xml import generate_xml
from facturx.parse_xml import parse_ubl_cii_xml
from tests.adapters.papers_made import Given, cii

from relancier.adapters.einvoice.reading import read_file
from relancier.core.einvoices.einvoice import EInvoice, PaperKind, Part

WRITTEN = [("factur-x", "basicwl"), ("factur-x", "en16931"), ("factur-x", "extended"), ("ubl-2.1", "en16931")]
NAMES = {"basicwl": "BASIC WL", "en16931": "EN 16931", "extended": "EXTENDED"}
TIMES = 8


def values(chance: Random) -> dict[str, object]:
    """An invoice as the library takes it: by the numbers of the European standard's terms."""
    total, prepaid = Decimal(chance.randrange(1, 10**9)) / 100, Decimal(chance.randrange(10**4)) / 100
    prepaid = min(prepaid, total)
    issued = date(2026, 1, 1) + timedelta(days=chance.randrange(700))
    known = dict(parse_ubl_cii_xml(cii(Given(), "EXTENDED"), float_as="string", date_as="date"))
    sums = dict.fromkeys(("BT-106", "BT-109", "BT-112"), f"{total:.2f}")
    return {
        **known,
        **sums,
        "BT-1": f"F{chance.randrange(10**6)}/{issued.year}",
        "BT-2": issued,
        "BT-9": issued + timedelta(days=chance.randrange(120)),
        "BT-113": f"{prepaid:.2f}",
        "BT-115": f"{total - prepaid:.2f}",
        "BG-23": [{**known["BG-23"][0], "BT-116": f"{total:.2f}"}],
    }


def told(given: dict[str, object]) -> tuple[object, ...]:
    due, number = given["BT-9"], str(given["BT-1"])
    assert isinstance(due, date)
    part = Part(due, Decimal(str(given["BT-115"])))
    return number, given["BT-2"], Decimal(str(given["BT-112"])), Decimal(str(given["BT-113"])), (part,)


def read(given: dict[str, object], flavor: str, level: str) -> EInvoice:
    written = generate_xml(dict(given), flavor=flavor, level=level, check_xsd=True, check_schematron=False)
    found = read_file(written)
    assert found is not None
    return found


@pytest.mark.parametrize(("flavor", "level"), WRITTEN)
def test_what_the_library_writes_is_read_to_the_cent(flavor: str, level: str) -> None:
    chance = Random(f"{flavor} {level}")  # noqa: S311 - the same invoices each time
    for _ in range(TIMES):
        given = values(chance)
        found = read(given, flavor, level)
        assert (found.number, found.issued, found.total, found.prepaid, found.parts) == told(given)
        assert (found.seller, found.buyer) == ("Atelier Lumen SAS", "Ébénisterie Clément & Fils")
        assert (found.kind, found.means, found.profile) == (PaperKind.INVOICE, "30", NAMES[level])
        assert found.buyer_ids == ("552100554", "55210055400018", "FR83552100554")


@pytest.mark.parametrize(("flavor", "level"), WRITTEN)
def test_a_credit_note_that_the_library_writes_names_its_invoice(flavor: str, level: str) -> None:
    given = {**values(Random(3)), "BT-3": "381", "BG-3": [{"BT-25": "FA-1", "BT-26": date(2026, 1, 2)}]}  # noqa: S311
    found = read(given, flavor, level)
    assert (found.kind, found.credits) == (PaperKind.CREDIT_NOTE, ("FA-1",))
    assert found.total == Decimal(str(given["BT-112"]))
