"""A channel that keeps messages in a list and answers by a script, for tests and rehearsals of the work."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from relancier.core.outbox import Answer, Stage
from relancier.ports import Lost, Rejected, Wish

OK = Answer(250, "kept in memory", "2.0.0")
UNKNOWN = Answer(550, "no such address", "5.1.1")
TOO_LARGE = Answer(552, "larger than the server takes", "5.3.4")


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection is lost; `accepted` says whether the server had taken the message when it was."""

    text: str = "connection lost"
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was accepted, for these recipients."""

    wish: Wish
    raw: bytes
    recipients: tuple[str, ...]


Step = Callable[[Stage, Wish | None], Awaitable[None] | None]


@dataclass
class MemoryChannel:
    """Implements ports.Channel.

    `script` says how a stage or one recipient (by address) is answered, again and again; what it does not name is
    accepted. `on_step` is called before each stage and may change the script, raise, or wait.
    """

    script: dict[Stage | str, Answer | Cut] = field(default_factory=dict)
    on_step: Step | None = None
    offers: tuple[str, ...] = ("DSN", "SIZE")
    limit: int = 0
    sent: list[Sent] = field(default_factory=list)
    steps: list[Stage] = field(default_factory=list)
    connected: bool = False
    current: "MemoryTransaction | None" = None

    async def open(self, wish: Wish) -> "MemoryTransaction":
        self.current = None
        await self._connect(wish)
        await self.pass_stage(Stage.MAIL, wish)
        if 0 < self.limit < wish.size:
            raise Rejected(Stage.MAIL, TOO_LARGE)
        refused = await self._recipients(wish)
        self.current = MemoryTransaction(self, wish, refused)
        return self.current

    async def probe(self) -> tuple[str, ...]:
        self.connected = False
        await self._connect(None)
        return self.offers

    async def close(self) -> None:
        self.connected, self.current = False, None

    async def pass_stage(self, stage: Stage, wish: Wish | None) -> Answer:
        """The scripted answer of a stage. Raises Rejected or Lost."""
        self.steps.append(stage)
        if self.on_step is not None and inspect.isawaitable(waiting := self.on_step(stage, wish)):
            await waiting
        said = self.script.get(stage, OK)
        if isinstance(said, Cut):
            self.connected, self.current = False, None
            raise Lost(stage, said.text)
        if said.code >= 400:
            raise Rejected(stage, said)
        return said

    async def _connect(self, wish: Wish | None) -> None:
        if self.connected:
            return
        for stage in (Stage.CONNECT, Stage.TLS, Stage.AUTH):
            await self.pass_stage(stage, wish)
        self.connected = True

    async def _recipients(self, wish: Wish) -> dict[str, Answer]:
        await self.pass_stage(Stage.RCPT, wish)
        refused: dict[str, Answer] = {}
        for address in wish.recipients:
            said = self.script.get(address, OK)
            if isinstance(said, Cut):
                raise Lost(Stage.RCPT, said.text)
            if said.code >= 400:
                refused[address] = said
        if len(refused) == len(wish.recipients):
            raise Rejected(Stage.RCPT, next(iter(refused.values()), UNKNOWN))
        return refused


class MemoryTransaction:
    """Implements ports.Transaction."""

    def __init__(self, channel: MemoryChannel, wish: Wish, refused: Mapping[str, Answer]) -> None:
        self._channel = channel
        self._wish = wish
        self.refused = refused

    async def data(self, raw: bytes) -> Answer:
        if self._channel.current is not self:
            raise Lost(Stage.DATA, "this transaction has ended")
        self._channel.current = None
        await self._channel.pass_stage(Stage.DATA, self._wish)
        said = self._channel.script.get(Stage.BODY, OK)
        if not isinstance(said, Cut) or said.accepted:
            self._keep(raw, said)
        return await self._channel.pass_stage(Stage.BODY, self._wish)

    async def abandon(self) -> None:
        if self._channel.current is self:
            self._channel.current = None

    def _keep(self, raw: bytes, said: Answer | Cut) -> None:
        if isinstance(said, Answer) and said.code >= 400:
            return
        taken = tuple(address for address in self._wish.recipients if address not in self.refused)
        self._channel.sent.append(Sent(self._wish, raw, taken))
