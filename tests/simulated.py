"""Simulated time: an event loop in which an hour passes as fast as the machine can work it off."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


class _Inline(ThreadPoolExecutor):
    """Does at once what would be done on a thread: while that runs, no time passes."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:
            done.set_exception(error)
        return done


class _Ahead(selectors.DefaultSelector):
    """Where there is nothing to do, the time comes at which there is."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> Any:
        found = super().select(0)
        if not found and timeout:
            self.passed += timeout
        return found


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Its time begins at 0, in seconds, and passes only where all wait."""

    def __init__(self) -> None:
        self._ahead = _Ahead()
        super().__init__(self._ahead)
        self._inline = _Inline()

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        """Whatever has threads of its own, as git has, does without them."""
        return super().run_in_executor(self._inline, func, *args)

    def time(self) -> float:
        return self._ahead.passed


def simulate(main: Callable[[SimulatedLoop], Coroutine[Any, Any, T]]) -> T:
    """Run to its end in simulated time."""
    loop = SimulatedLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main(loop))
