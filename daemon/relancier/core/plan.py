"""An escalation plan: its steps, and reading one from a parsed TOML table with every problem at once."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from relancier.core.case import Role, Signer


class Channel(StrEnum):
    """By what means a step reaches the customer; all but email are tasks for a colleague today."""

    EMAIL = "email"
    CALL = "call"
    SMS = "sms"
    LETTER = "letter"
    REGISTERED_LETTER = "registered_letter"
    TASK = "task"
    LEGAL = "legal"


class Base(StrEnum):
    """What the days of a step count from."""

    DUE = "due"
    START = "start"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Moment:
    """When a step falls: an offset from the due date, the plan's start, or the previous step."""

    base: Base
    offset: timedelta

    @property
    def days(self) -> int:
        return self.offset.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a plan, as contract.md's keys; `channels` is in order of preference."""

    id: str
    moment: Moment
    channels: tuple[Channel, ...]
    template: str = ""
    signer: Signer = Signer.SUPPLIER
    to: tuple[Role, ...] = ()
    to_all: bool = False
    cc: tuple[Role, ...] = ()
    when: str = ""
    proof: bool = False
    approval: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A named escalation plan, steps in order."""

    name: str
    title: str
    steps: tuple[Step, ...]
    language: str = ""

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)
