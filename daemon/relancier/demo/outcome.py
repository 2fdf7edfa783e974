"""What the script expects in the end, looked up where people would look: mailboxes, flags, states."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from relancier.adapters.embedded import Stored
from relancier.core.case import Because, Case, Event, How, Kind, State
from relancier.demo.cast import Actor, Part
from relancier.demo.letters import opened
from relancier.demo.players import NEWSLETTER, STRANGER
from relancier.demo.stage import Played

FLAG, PROBLEM, REPLY, MACHINE = "\\Flagged", "$RelanceProblem", "$RelanceReply", "$RelanceAuto"
FOLLOWED_TO_THE_END = 8  # steps of the standard plan


def complaints(played: Played) -> list[str]:
    """What did not happen as the script expects; nothing when all is well."""
    if not played.complete:
        return ["the demo was stopped before its end"]
    found = [f"{actor.house.name}, who {actor.part}: {text}" for actor in played.actors for text in _of(actor, played)]
    failed = [f"the daemon said {code} {count} times" for code, count in Counter(played.failures).items()]
    return [*found, *_untouched(played), *failed]


def _of(actor: Actor, played: Played) -> Iterator[str]:
    cases = [played.cases[key] for key in actor.cases if key in played.cases]
    if len(cases) != len(actor.bills):
        yield "an invoice has no case"
        return
    view = View(actor, played, cases)
    for text, holds in EXPECTED[actor.part]:
        if not holds(view):
            yield text


def _untouched(played: Played) -> Iterator[str]:
    for letter in (NEWSLETTER, STRANGER):
        found = [one for one in played.inbox if str(opened(one.raw)["From"]) == letter.sender]
        if len(found) != 1 or found[0].flags:
            yield f"the mail of {letter.sender} was touched"


class View:
    """One customer's end, as seen from outside."""

    def __init__(self, actor: Actor, played: Played, cases: list[Case]) -> None:
        self.actor = actor
        self.cases = cases
        self.played = played

    def states(self, state: State) -> bool:
        return all(case.state is state for case in self.cases)

    @property
    def received(self) -> list[datetime]:
        """When the daemon's messages reached its accounting mailbox."""
        messages = map(opened, (one.raw for one in self.played.boxes[self.actor.accounting]))
        return [parsedate_to_datetime(str(one["Date"])) for one in messages if one["X-Relancier-Id"]]

    @property
    def taken(self) -> list[str]:
        return [done.step for done in self.cases[0].done if done.how is not How.SKIPPED]

    @property
    def letters(self) -> list[Stored]:
        """What it wrote to us."""
        return [one for one in self.played.inbox if self.actor.accounting in str(opened(one.raw)["From"])]

    def flags(self, *wanted: str) -> bool:
        return bool(self.letters) and all(one.flags == {*wanted} for one in self.letters)

    @property
    def reported(self) -> bool:
        """Whether the one delivery report about it is flagged."""
        reports = [one for one in self.played.inbox if opened(one.raw).get_content_type() == "multipart/report"]
        about = [one for one in reports if self.actor.accounting.encode() in one.raw]
        return len(about) == 1 and about[0].flags == {FLAG, PROBLEM}

    def after(self, kind: Kind) -> list[datetime]:
        """Messages that reached it after something was known."""
        known = min((event.at for event in self.events(kind)), default=None)
        return [at for at in self.received if known is None or at > known]

    @property
    def in_thread(self) -> bool:
        """Whether every message of the daemon answers the one that brought the invoice, whose file goes along."""
        messages = [opened(one.raw) for one in self.played.boxes[self.actor.accounting]]
        brought = next((str(one["Message-ID"]) for one in messages if not one["X-Relancier-Id"]), "")
        ours = [one for one in messages if one["X-Relancier-Id"]]
        files = [{part.get_filename() for part in one.walk()} for one in ours]
        wanted = f"{self.actor.bills[0].number}.pdf"
        return (
            bool(ours)
            and all(brought in str(one["References"]) for one in ours)
            and all(wanted in one for one in files)
        )

    def events(self, kind: Kind) -> list[Event]:
        return [event for event in self.played.histories[self.cases[0].key] if event.kind is kind]


Expectation = tuple[str, Callable[[View], bool]]
FLAGGED: Expectation = ("the reply was not flagged", lambda view: view.flags(FLAG, REPLY))
UNFLAGGED: Expectation = ("the flag was not taken off", lambda view: view.flags())
SILENCE: Expectation = ("it was reminded although it had answered", lambda view: not view.after(Kind.REPLIED))
UNPAID: Expectation = ("the invoice does not count as paid", lambda view: view.states(State.PAID))
NO_MORE: Expectation = ("it was reminded although it had paid", lambda view: not view.after(Kind.PAID))
PAUSED: Expectation = ("the case is not paused", lambda view: view.states(State.PAUSED))


EXPECTED: Mapping[Part, tuple[Expectation, ...]] = {
    Part.SILENT: (
        ("the plan was not followed to its end", lambda view: len(view.taken) == FOLLOWED_TO_THE_END),
        ("nobody was told to decide about legal steps", lambda view: view.states(State.LEGAL)),
        ("four messages should have reached it", lambda view: len(view.received) == 4),
    ),
    Part.FOUR: (
        UNPAID,
        NO_MORE,
        ("its four invoices were not sent together", lambda view: len(view.received) == len(view.taken)),
    ),
    Part.ABSENT: (
        ("its automatic answer counted as a person's", lambda view: view.flags(MACHINE)),
        ("the plan did not go on", lambda view: "penalties" in view.taken),
        UNPAID,
        NO_MORE,
    ),
    Part.ANSWERS: (
        FLAGGED,
        PAUSED,
        SILENCE,
        ("the last look did not stop its reminder", lambda view: view.taken == ["notification"]),
    ),
    Part.PAYS: (UNPAID, NO_MORE, ("it was not reminded before", lambda view: "reminder" in view.taken)),
    Part.BOUNCES: (
        ("the case is not held", lambda view: [hold.because for hold in view.cases[0].holds] == [Because.BOUNCED]),
        ("the delivery report was not flagged", lambda view: view.reported),
        ("it was written to again", lambda view: len(view.taken) == 1),
    ),
    Part.DISPUTES: (
        UNFLAGGED,
        SILENCE,
        ("the case is not disputed", lambda view: view.states(State.DISPUTED)),
    ),
    Part.PROMISES: (
        UNFLAGGED,
        (
            "it was reminded before its date had passed",
            lambda view: view.after(Kind.REPLIED) == view.after(Kind.REMINDED_TO_ACT),
        ),
        ("the broken promise was not told", lambda view: bool(view.events(Kind.REMINDED_TO_ACT))),
        ("no draft refers to it", lambda view: bool(view.events(Kind.PROPOSED))),
        ("the plan did not go on", lambda view: bool({"penalties", "call"} & {*view.taken})),
    ),
    Part.MAILED: (
        UNPAID,
        NO_MORE,
        ("it was not reminded before", lambda view: "reminder" in view.taken),
        ("its reminders lack the thread or the file of its invoice", lambda view: view.in_thread),
    ),
    Part.ASKS: (
        UNFLAGGED,
        SILENCE,
        PAUSED,
        ("the colleague's answer was not noticed", lambda view: bool(view.events(Kind.ANSWERED))),
    ),
}
