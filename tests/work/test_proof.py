"""A step with `proof = true` asks the server to report the delivery as well (RFC 3461)."""

from dataclasses import replace

import pytest
from tests.work.play import daemon, late, reminders


@pytest.mark.parametrize("proof", [False, True])
async def test_the_plan_decides_whether_a_delivery_is_reported(*, proof: bool) -> None:
    rig = daemon(late())
    setup = rig.holder.setup
    standard = setup.plans["standard"]
    steps = tuple(replace(step, proof=proof) for step in standard.steps)
    rig.holder.setup = replace(setup, plans={**setup.plans, "standard": replace(standard, steps=steps)})
    await rig.tick()
    assert [sent.wish.success for sent in reminders(rig)] == [proof]
