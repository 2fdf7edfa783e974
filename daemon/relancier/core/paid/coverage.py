"""Which days of which accounts the statements hold, and up to which day payments are known by them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from relancier.core.workdays import Calendar

Span = tuple[date, date]
Spans = Mapping[str, tuple[Span, ...]]

_DAY = timedelta(days=1)
_SHORTEST_ACCOUNT = 8  # characters of an account's own number, below which it is not looked for in an IBAN


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days that statements hold, by account.

    `accounts` are those that must all be known; none: those of which a statement has come. `coming`: more statements
    are to come, so that whoever looks ahead may count on them.
    """

    spans: Spans = field(default_factory=dict)
    accounts: tuple[str, ...] = ()
    coming: bool = False

    @property
    def awaited(self) -> tuple[str, ...]:
        """The accounts that count."""
        return self.accounts or tuple(sorted(self.spans))

    def known_until(self, start: date, calendar: Calendar) -> date:
        """The last day up to which every banking day from `start` on is held, for every account; at least `start`."""
        held = [_held_until(start, self.spans.get(one, ()), calendar) for one in self.awaited]
        return max(start, min(held, default=start))

    def lacking(self, start: date, calendar: Calendar) -> tuple[str, date] | None:
        """The account whose statements reach the least far, and the first banking day of it that none holds."""
        held = [(_held_until(start, self.spans.get(one, ()), calendar), one) for one in self.awaited]
        if not held:
            return None
        until, account = min(held)
        return account, _banking_day(until + _DAY, calendar)

    def last_day(self, account: str) -> date | None:
        """The last day of an account that a statement holds."""
        return max((until for _, until in self.spans.get(account, ())), default=None)

    def gap(self, account: str, calendar: Calendar) -> Span | None:
        """The first banking days of an account that no statement holds although later ones are held: first and last."""
        for (_, until), (since, _) in pairwise(self.spans.get(account, ())):
            first = _banking_day(until + _DAY, calendar)
            if first < since:
                return first, since - _DAY
        return None


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans with those that touch made one, oldest first; one that ends before it begins holds nothing."""
    found: list[Span] = []
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        if found and first <= found[-1][1] + _DAY:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)


def read_spans(value: object) -> dict[str, tuple[Span, ...]]:
    """The spans as the state keeps them; nothing of what is no spans."""
    if not isinstance(value, dict):
        return {}
    return {str(one): tuple((_day(first), _day(last)) for first, last in spans) for one, spans in value.items()}


def written_spans(spans: Spans) -> dict[str, list[list[str]]]:
    """The spans as the state keeps them."""
    return {one: [[first.isoformat(), last.isoformat()] for first, last in held] for one, held in spans.items()}


def account_of(written: str, ours: Iterable[str]) -> str:
    """Which of our accounts (IBANs) a statement means, however the bank writes its number; '' for none or several."""
    squeezed, owns = squeeze(written), {squeeze(iban) for iban in ours}
    if squeezed in owns:
        return squeezed
    numbers = [one for one in (squeezed, squeezed.lstrip("0")) if len(one) >= _SHORTEST_ACCOUNT]
    found = [own for own in owns if any(number in own[4:] for number in numbers)]
    return found[0] if len(found) == 1 else ""


def squeeze(account: str) -> str:
    """An account's number without spaces and dashes, in capitals."""
    return "".join(one for one in account if one.isalnum()).upper()


def _day(text: object) -> date:
    return date.fromisoformat(str(text))


def _held_until(start: date, spans: Iterable[Span], calendar: Calendar) -> date:
    """The last day of one account that is held together with all from `start` on, which is wanted whole, too."""
    held = start - _DAY
    for first, last in sorted(spans):
        if first > _banking_day(held + _DAY, calendar):
            break
        held = max(held, last)
    return held


def _banking_day(day: date, calendar: Calendar) -> date:
    while not calendar.is_working(day):
        day += _DAY
    return day
