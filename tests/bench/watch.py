"""A stopwatch around the calls of a port."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from time import perf_counter
from typing import Any

Stage = Callable[[str, Sequence[object]], str]


class Watch:
    """The seconds spent in each stage, and how often it was entered."""

    def __init__(self) -> None:
        self.running = True
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)

    def clear(self) -> None:
        self.seconds.clear()
        self.calls.clear()

    def add(self, stage: str, seconds: float) -> None:
        if not self.running:
            return
        self.seconds[stage] += seconds
        self.calls[stage] += 1

    def over(self, inner: object, stage: Stage, made: Mapping[str, Callable[[Any], object]] | None = None) -> Any:
        """The same object with its calls timed; `made` wraps what a call gives."""
        return _Timed(self, inner, stage, made or {})


class _Timed:
    def __init__(self, watch: Watch, inner: object, stage: Stage, made: Mapping[str, Callable[[Any], object]]) -> None:
        self._watch = watch
        self._inner = inner
        self._stage = stage
        self._made = made

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if inspect.iscoroutinefunction(found):
            found = self._awaited(name, found)
        elif inspect.ismethod(found):
            found = self._called(name, found)
        else:
            return found
        setattr(self, name, found)  # looking it up again costs more than what is timed
        return found

    def _called(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            start = perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self._note(name, arguments, start)

        return timed

    def _awaited(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        async def timed(*arguments: Any, **named: Any) -> Any:
            start = perf_counter()
            try:
                given = await function(*arguments, **named)
            finally:
                self._note(name, arguments, start)
            return self._made[name](given) if name in self._made else given

        return timed

    def _note(self, name: str, arguments: Sequence[object], start: float) -> None:
        if stage := self._stage(name, arguments):
            self._watch.add(stage, perf_counter() - start)
