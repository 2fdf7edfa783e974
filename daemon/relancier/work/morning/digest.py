"""The morning: once each working day, what the team has to know and to do, as a message in the mailbox itself.

Nothing here reaches a customer. It is queued like every note, and goes to `digest_to` too where that is elsewhere.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from relancier.core.case import Signer
from relancier.core.outbox import ABOUT, Carried, Sort
from relancier.core.overviews.digest import Day, Section
from relancier.core.reading.mail import Attachment, Envelope
from relancier.core.stored import Setting
from relancier.core.workdays import Calendar
from relancier.core.writing.compose import Forbidden, compose
from relancier.ports import Library, RenderFailed, Store
from relancier.work.each import apart
from relancier.work.morning.day import Gathered, Gatherer
from relancier.work.morning.digest_fields import CHART, chart, digest_fields
from relancier.work.morning.duties import bring_back
from relancier.work.records import DIGEST, INBOX, Desk, blob, new_entry, queue_note
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

PATIENCE = timedelta(minutes=30)  # how long the mailbox may be out of reach before the digest goes without it
FARTHEST = 30
Beside = Callable[[datetime], tuple[Attachment, ...]]


def no_files(_now: datetime) -> tuple[Attachment, ...]:
    """The digest by itself."""
    return ()


@dataclass(slots=True)
class Morning:
    """Makes the day's digest at its time, and brings back what nobody has done.

    `beside` gives the files that the first digest of a month carries, such as its report.
    """

    store: Store
    library: Library
    gatherer: Gatherer
    setup: Callable[[], Setup]
    beside: Beside = no_files
    _done: date | None = None

    def next_at(self, now: datetime) -> datetime:
        """When the next digest is due; it may be overdue."""
        today = self.setup().today(now)
        days = (today + timedelta(days=ahead) for ahead in range(FARTHEST))
        return next((self._at(day) for day in days if day != self._done and self._works(day)), now + PATIENCE)

    def due(self, now: datetime) -> bool:
        """Whether today's digest is still to be made; what was missed on earlier days never is."""
        today = self.setup().today(now)
        if today == self._done or now < self._at(today) or not self._works(today):
            return False
        if self._last().get("on") == today.isoformat():
            self._done = today
        return today != self._done

    def run(self, now: datetime) -> None:
        """The morning's work, if it is time. Raises StoreFailed."""
        if self.due(now):
            with apart("digest", lambda _error: self._over(now)):
                self._make(now)

    def without_mailbox(self, reason: str, now: datetime) -> bool:
        """The same while the mailbox cannot be read: it goes to people's own addresses; True when it was made."""
        if not self.due(now) or now < self._at(self.setup().today(now)) + PATIENCE:
            return False
        with apart("digest", lambda _error: self._over(now)):
            self._make(now, unreachable=reason)
        return True

    def _at(self, day: date) -> datetime:
        setup = self.setup()
        return datetime.combine(day, setup.config.team.digest_at, setup.calendar.zone)

    def _works(self, day: date) -> bool:
        return works(self.setup().calendar, day)

    def _last(self) -> dict[str, str]:
        found = self.store.setting(DIGEST)
        return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}

    def _since(self, now: datetime) -> datetime:
        """Since when what happened is told: the last digest, but no more than a week."""
        last = self._last().get("at")
        earliest = now - timedelta(days=7)
        return max(datetime.fromisoformat(last), earliest) if last else now - timedelta(days=1)

    def _first_of_the_month(self, today: date) -> bool:
        """Whether the digest before, if there was one, was made in another month."""
        before = self._last().get("on")
        return before is not None and before[:7] != today.isoformat()[:7]

    def _over(self, now: datetime) -> None:
        """Not again today, whatever became of it."""
        self._done = self.setup().today(now)
        self.store.commit(Setting(DIGEST, {"on": self._done.isoformat(), "at": now.isoformat()}))

    def _make(self, now: datetime, unreachable: str = "") -> None:
        desk = Desk.at(self.store, self.setup(), now)
        gathered = self.gatherer.gather(now, self._since(now), unreachable=unreachable)
        bring_back(gathered.duties, desk)
        if desk.setup.config.team.digest:
            self._digest(gathered, desk, unreachable=bool(unreachable))
        desk.ledger.put(Setting(DIGEST, {"on": desk.today.isoformat(), "at": now.isoformat()}))
        desk.ledger.commit()
        self._done = desk.today

    def _digest(self, gathered: Gathered, desk: Desk, *, unreachable: bool) -> None:
        carried = Carried(f"note:{DIGEST}", desk.today.isoformat())
        if self.store.live_entry(carried.key) is not None:
            return
        entry = new_entry(desk.setup, sort=Sort.NOTE, carries=[carried], now=desk.now, template=DIGEST)
        people = tuple(_people(gathered.day, desk.setup, unreachable=unreachable))
        try:
            raw = self._words(gathered, desk, entry.message_id, entry.token, people)
        except (RenderFailed, Forbidden) as error:
            facts = (("reason", "render_failed"), ("detail", str(error)), ("command", "relancier check"))
            queue_note(desk, "held", f"digest|{desk.today.isoformat()}", facts)
            log.error("digest_failed", extra={"reason": str(error)})  # noqa: TRY400 - a sentence
            return
        kept, inbox = blob(raw), self.store.cursor(INBOX)
        about = ((ABOUT, "\n".join(gathered.day.cases)),)
        read_to = inbox.highest if inbox is not None else 0
        desk.ledger.put(kept, replace(entry, to=people, blob=kept.sha256, facts=about, find_after=read_to))
        counts = {section.value: len(gathered.day.lines[section]) for section in Section}
        log.info("digest", extra={"to": list(people), "stopped": gathered.stopped, **counts})

    def _words(self, gathered: Gathered, desk: Desk, message_id: str, token: str, people: tuple[str, ...]) -> bytes:
        """Raises RenderFailed, Forbidden."""
        setup, own = desk.setup, desk.setup.config.mailbox.address
        files = self.beside(desk.now) if self._first_of_the_month(desk.today) else ()
        told = digest_fields(gathered, setup, token) | {"attached": ", ".join(file.name for file in files)}
        language = setup.config.company.language
        draft = self.library.render(DIGEST, language, told)
        picture = chart(gathered.balances)
        pictures = (Attachment("balance.png", picture, "image/png", CHART),) if picture and CHART in draft.html else ()
        draft = replace(draft, language=language, attachments=(*pictures, *files))
        envelope = Envelope(
            message_id=message_id,
            token=token,
            from_name="Relancier",
            from_address=own,
            to=(own, *people),
            date=desk.now.astimezone(setup.calendar.zone),
        )
        return compose(draft, envelope)


def works(calendar: Calendar, day: date) -> bool:
    """Whether the team works on a day, or messages leave on it; never while the company is closed."""
    closed = any(first <= day <= last for first, last in calendar.closed)
    return not closed and (calendar.is_working(day) or calendar.may_send_on(day))


def _people(day: Day, setup: Setup, *, unreachable: bool) -> Iterator[str]:
    """Who gets it beside the mailbox: `digest_to`, and the account manager where a firm step was taken.

    Where the mailbox is out of reach and nobody else is named, every colleague does.
    """
    config = setup.config
    named = [*config.team.digest_to]
    if day.lines[Section.FIRM]:
        named.append(config.signer(Signer.ACCOUNT_MANAGER).email)
    own = config.mailbox.address.lower()
    found = dict.fromkeys(address.lower() for address in named if address.lower() != own)
    if unreachable and not found:
        found = dict.fromkeys(address for address in sorted(config.colleagues) if address != own)
    yield from found
