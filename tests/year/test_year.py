"""A year in a minute: two hundred customers, eight plans, fourteen months of the real daemon on a real mailbox.

The daemon reads and sends through the embedded IMAP and SMTP servers while the clock jumps from one due instant to the
next. What must happen is typed in `expected` from the guidance on which the plans rest; no plan file is read here.
"""

from collections import Counter

import pytest
from tests.year.cast import Part
from tests.year.expected import PLANS
from tests.year.judging import CONTROLS, differences
from tests.year.laws import LAWS
from tests.year.year import Seen

# The year takes about two minutes of one core, whichever of these tests comes first.
pytestmark = pytest.mark.timeout(600)


def test_fourteen_months_went_by_and_nothing_stumbled(seen: Seen) -> None:
    print(seen.figures())  # noqa: T201 - for who reads along with -s
    assert seen.stumbles == []
    assert seen.odd == []
    assert len(seen.customers) == 200
    assert Counter(customer.plan for customer in seen.customers).keys() == PLANS.keys()


@pytest.mark.parametrize("plan", PLANS)
def test_each_step_happens_on_its_day_by_its_way_from_and_to_whom_the_table_says(seen: Seen, plan: str) -> None:
    silent = [one for one in seen.customers if one.plan == plan and one.part in CONTROLS]
    assert len([one for one in silent if one.part is Part.SILENT]) >= 5
    found = ((one, fault) for one in silent for fault in differences(one, seen.came[one.code]))
    wrong = [f"{one.name} ({one.part}, due {one.bills[0].due:%a %Y-%m-%d}): {fault}" for one, fault in found]
    assert wrong == []


@pytest.mark.parametrize("law", LAWS)
def test_the_law_holds_at_every_step(seen: Seen, law: str) -> None:
    assert seen.laws.checked[law] >= 20
    assert [one for one in seen.laws.broken if one.startswith(f"{law}: ")] == []
