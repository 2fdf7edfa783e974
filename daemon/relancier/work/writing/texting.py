"""What is different about a message by SMS: its words, its address, its way out, and what a failed attempt means."""

import logging
from collections.abc import Sequence

from relancier.core.case import Event, Kind
from relancier.core.outbox import ABOUT, Effect, Entry, Sort, Status, deferred, rejected
from relancier.core.parcel import Parcel
from relancier.core.plan import Channel
from relancier.core.reading.mail import Draft
from relancier.core.writing.sms import by_gateway, short
from relancier.ports import Lost, Rejected, RenderFailed
from relancier.work.records import Desk, queue_note
from relancier.work.sending.gates import tell_late
from relancier.work.sending.settle import settle_failed
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

MOST_CHARACTERS = 480  # eight times what one SMS holds, where it holds least


def addressed(parcels: Sequence[Parcel], setup: Setup) -> list[Parcel]:
    """The parcels, where every SMS that a gateway takes is a message to it."""
    sms = setup.config.sms
    return by_gateway(parcels, sms.address, sms.country)


def texted(draft: Draft) -> Draft:
    """The words alone, with the signs that an SMS carries at no cost. Raises RenderFailed for too many."""
    words = short(draft.text)
    if len(words) > MOST_CHARACTERS:
        raise RenderFailed(f"The SMS has {len(words)} characters, more than {MOST_CHARACTERS}.")
    return Draft(subject=draft.subject, text=f"{words}\n", language=draft.language)


def by_url(entry: Entry, setup: Setup) -> bool:
    """Whether an entry leaves by the gateway's web address; in a rehearsal everything is mail."""
    texts = entry.sort is Sort.REMINDER and entry.channel == Channel.SMS
    return texts and bool(setup.config.sms.url) and not setup.config.sending.redirect_to


def text_failed(entry: Entry, error: Rejected | Lost, desk: Desk) -> bool:
    """Records a failed attempt, which never keeps anything else from leaving.

    A refusal that is about us or the gateway's account puts the message off and is told once a day; one that is about
    this message holds its cases.
    """
    answer = str(error.answer) if isinstance(error, Rejected) else str(error)
    effect = Effect.ENTRY_DEFERRED if isinstance(error, Lost) else rejected(error.stage, error.answer)
    log.warning("sms_failed", extra={"entry": entry.id, "stage": error.stage.value, "answer": answer})
    if effect is Effect.ENTRY_REFUSED:
        _refused(entry, answer, desk)
        return True
    later = deferred(entry, desk.now, answer)
    desk.ledger.put(later)
    if effect is Effect.ENTRY_DEFERRED:
        tell_late(later, desk)
    else:
        facts = (("reason", "sms_gateway"), ("detail", answer), ("command", "relancier check"))
        queue_note(desk, "held", f"sms|{desk.today.isoformat()}", facts)
    return True


def _refused(entry: Entry, answer: str, desk: Desk) -> None:
    settle_failed(entry, Status.REFUSED, desk, answer)
    for case in entry.about:
        detail = f"the SMS gateway refused {', '.join(entry.to)}: {answer}"
        desk.ledger.add(Event(case=case, kind=Kind.BOUNCED, at=desk.now, ref=entry.id, detail=detail))
    facts = (("detail", answer), (ABOUT, "\n".join(entry.about)))
    queue_note(desk, "refused", entry.id, facts)
