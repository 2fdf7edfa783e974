"""What `check` says of the ways that are not mail: letters that cannot be printed, an SMS that nobody can answer."""

from collections.abc import Iterator

from relancier.core.plan import Channel, Plan
from relancier.core.problem import Problem
from relancier.work.setup import Setup
from relancier.work.writing.letters import BY_POST

INSTALL = 'pip install "relancier[letters]"'
MOST_NAMED = 5


def ways(setup: Setup, *, prints: bool) -> Iterator[Problem]:
    """Letters that nothing here can print, and a telephone number for each SMS to name."""
    posting = [plan.name for plan in setup.plans.values() if _by(plan, BY_POST)]
    if posting and not prints:
        text = f"letters cannot be printed here, so the tasks of {_some(posting)} hold their words: {INSTALL}."
        yield Problem("letters", text, warning=True)
    company = setup.config.company
    if setup.config.sms.address and not company.phone:
        text = "an SMS names this number, for nobody here reads an answer to it; add it."
        yield Problem("config.toml: company.phone", text, warning=True)


def _by(plan: Plan, channels: frozenset[Channel]) -> bool:
    return any(channels & set(step.channels) for step in plan.steps)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(sorted(names)[:MOST_NAMED])}{more}"
