"""Telling a person when the mailbox itself cannot be reached: by SMTP, to the colleagues' own addresses (fault N7)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from relancier.core.reading.mail import Draft, Envelope
from relancier.core.reading.token import message_id, new_token
from relancier.core.writing.compose import compose
from relancier.ports import Channel, Library, Lost, Rejected, RenderFailed, Wish
from relancier.work.records import nonce
from relancier.work.setup import Setup
from relancier.work.writing.words import company_fields

log = logging.getLogger("relancier")

LONG = timedelta(hours=1)


@dataclass(slots=True)
class Alarm:
    """One message a failure, never more: it says that nothing is sent, why, and what to do."""

    channel: Channel
    library: Library
    setup: Callable[[], Setup]
    since: datetime | None = None
    raised: bool = False

    def over(self) -> None:
        """The failure has ended."""
        self.since, self.raised = None, False

    async def raise_if_long(self, reason: str, now: datetime, *, at_once: bool) -> None:
        """Writes to the colleagues once the failure has lasted an hour, or at once for a refused login."""
        self.since = self.since or now
        if self.raised or not (at_once or now - self.since >= LONG):
            return
        self.raised = True
        people = self._people()
        if not people:
            return
        try:
            raw = self._message(reason, now, people, login=at_once)
            transaction = await self.channel.open(Wish(self._own, people, len(raw)))
            await transaction.data(raw)
        except (Rejected, Lost, RenderFailed) as error:
            self.raised = False
            log.warning("alarm_failed", extra={"reason": str(error)})
        else:
            log.warning("alarm", extra={"reason": reason, "to": list(people)})

    @property
    def _own(self) -> str:
        return self.setup().config.mailbox.address

    def _people(self) -> tuple[str, ...]:
        config = self.setup().config
        known = {*config.team.addresses, *(sender.email for sender in config.sender), *config.team.digest_to}
        return tuple(sorted(address for address in known if address.lower() != self._own.lower()))

    def _message(self, reason: str, now: datetime, people: tuple[str, ...], *, login: bool) -> bytes:
        setup = self.setup()
        code = "mailbox_login" if login else "mailbox_unreachable"
        facts = {"reason": code, "detail": reason, "command": "relancier check"}
        draft: Draft = self.library.render(
            "note-held", setup.config.company.language, {**company_fields(setup), **facts}
        )
        token = new_token(setup.key, nonce(setup.key, "alarm", reason, now.isoformat()))
        return compose(
            draft,
            Envelope(
                message_id=message_id(token, setup.domain),
                token=token,
                from_name="Relancier",
                from_address=self._own,
                to=people,
                date=now.astimezone(setup.calendar.zone),
            ),
        )
