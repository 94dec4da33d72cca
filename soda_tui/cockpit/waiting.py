"""Waiting: what of the world an answer is awaited from, so that a command can say why it is silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from time import monotonic
from typing import Any, cast

from msgspec import structs

from soda_tui.cockpit.ports.git import Git
from soda_tui.cockpit.ports.github import GitHub
from soda_tui.cockpit.ports.machine import Lock, Locks
from soda_tui.cockpit.ports.place import Place
from soda_tui.cockpit.ports.world import World
from soda_tui.domain import sentences as say
from soda_tui.domain.naming import RepositoryName

_REMOTE = frozenset({"fetch", "ledger_now", "append", "push_rescue"})


class Waits:
    """What is waited for at this moment, in sentences."""

    def __init__(self, ticks: Callable[[], float] = monotonic) -> None:
        self._ticks = ticks
        self._begun: dict[object, tuple[float, str]] = {}

    def longer_than(self, seconds: float) -> str | None:
        """What has been waited for the longest, where that is longer than so; None where nothing is."""
        begun, what = min(self._begun.values(), default=(self._ticks(), ""))
        return what if self._ticks() - begun > seconds else None

    def world(self, world: World) -> World:
        """The same world, whose answers are known to be waited for."""
        github = cast(GitHub, _Awaited(world.github, self, _of_github))
        git = cast(Git, _Awaited(world.git, self, _of_git))
        return structs.replace(world, github=github, git=git, locks=_Locks(world.locks, self))

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        """Wait for this while inside."""
        mark = object()
        self._begun[mark] = (self._ticks(), what)
        try:
            yield
        finally:
            del self._begun[mark]


class _Awaited:
    """A port, each of whose methods is asynchronous; `told` says what a call of one waits for."""

    def __init__(self, port: object, waits: Waits, told: Callable[[str, Any], str]) -> None:
        self._port = port
        self._waits = waits
        self._told = told

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._port, name)

        @wraps(method)
        async def call(*arguments: Any, **named: Any) -> Any:
            with self._waits.on(self._told(name, arguments[0] if arguments else None)):
                return await method(*arguments, **named)

        return call


class _Locks:
    """The port `Locks`."""

    def __init__(self, locks: Locks, waits: Waits) -> None:
        self._locks = locks
        self._waits = waits

    def plan(self, repository_id: str) -> Lock:
        """The lock under which a repository's plans run."""
        return _Lock(self._locks.plan(repository_id), self._waits)


class _Lock:
    """A lock that is waited for."""

    def __init__(self, lock: Lock, waits: Waits) -> None:
        self._lock = lock
        self._waits = waits

    async def __aenter__(self) -> bool:
        """Take the lock; whether somebody else had it."""
        with self._waits.on(say.WAITS_FOR_ANOTHER()):
            return await self._lock.__aenter__()

    async def __aexit__(self, *exc: object) -> None:
        await self._lock.__aexit__(*exc)


def _of_github(_: str, subject: Any) -> str:
    """What a call to GitHub waits for: its first argument is a repository's name, or the targets of a read."""
    names = [subject] if isinstance(subject, RepositoryName) else [target.name for target in subject]
    return say.WAITS_FOR_GITHUB(hosts=", ".join(sorted({name.host for name in names})))


def _of_git(method: str, place: Any) -> str:
    """What git waits for: its first argument is a place, or the path of a checkout."""
    path = place.path if isinstance(place, Place) else place
    return (say.WAITS_FOR_REMOTE if method in _REMOTE else say.WAITS_FOR_GIT)(path=path)
