"""Whether an entry may still leave: what the last look and the watch over drafts ask, by the same rules as the plan."""

from datetime import date

from relancier.core.outbox import Entry, Sort
from relancier.core.parcel import Parcel
from relancier.core.schedule import free_for, near, obstacle, overtaken, stale
from relancier.work.orders.obey import untouched
from relancier.work.writing.telling import Telling


def out_of_date(entry: Entry, parcel: Parcel | None) -> str:
    """Why an entry no longer stands for what its cases and plans say now, or nothing."""
    if parcel is None:
        return "its plan or its case has changed"
    if entry.sort is not parcel.sort:
        return "its channel has changed"
    if entry.sort is not Sort.REMINDER:
        return ""
    if (entry.to, entry.cc) != (parcel.to, parcel.cc):
        return "the customer's addresses have changed"
    return "a person must read it first" if parcel.approval and not entry.approval else ""


def stopped(entry: Entry, telling: Telling) -> str:
    """Why an entry must not leave any more, or nothing."""
    world = telling.world
    for one in telling.parcel.carries:
        stop = obstacle(one.case, world, near(one.case, telling.siblings), one.step.id)
        if stop is not None:
            return stop.reason if hasattr(stop, "reason") else "it is no longer due"
        if entry.id not in one.case.in_flight or one.case.step_done(one.step.id):
            return "another message took its place"
        if reason := stale(one.step, one.case, world):
            return reason
        if _waits_its_turn(entry) and overtaken(one.step, one.case, one.plan, world):
            return "the plan has come to a later step"
    return ""


def _waits_its_turn(entry: Entry) -> bool:
    """Whether nobody has seen it yet; the plan waits for what was put into Drafts, whose time a colleague decides."""
    was_a_draft = entry.approval and bool(entry.blob)
    return untouched(entry) and not was_a_draft


def free(telling: Telling) -> date:
    """The first day on which the customer may get this message."""
    if telling.parcel.sort is not Sort.REMINDER:
        return telling.today
    beside = [(one, near(one.case, telling.siblings)) for one in telling.parcel.carries]
    days = [free_for(one.step, one.case, one.plan, telling.world, others) for one, others in beside]
    return max(days, default=telling.today)
