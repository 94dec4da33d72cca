"""Opening the cockpit: all services and the engine, on the paths and settings of a call."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from soda_tui.domain.configuration.keynames import control
from soda_tui.domain.configuration.settings import Enrolment, Settings
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.model import Snapshot
from soda_tui.domain.recalling import excerpt, instead, recent
from soda_tui.domain.sharing import Trust
from soda_tui.services.paths import Paths
from soda_tui.wiring.calling import Invocation, clock, settings_of, store_of
from soda_tui.wiring.enrolling import chosen
from soda_tui.wiring.rereading import Most

if TYPE_CHECKING:
    import httpx

    from soda_tui.cockpit.engine import Engine
    from soda_tui.cockpit.ports.world import World
    from soda_tui.services.github.auth import Tokens
    from soda_tui.services.store import FileStore


class Begun(Struct, frozen=True):
    """What comes before all services: the program's log is written, the cockpit's own files are at hand."""

    tokens: Tokens
    store: FileStore
    settings: Settings
    remarks: tuple[str, ...]


class Opened(Struct, frozen=True):
    """An opened cockpit, and what commands need besides; `remarks` are sentences about its configuration."""

    engine: Engine
    world: World
    store: FileStore
    settings: Settings
    remarks: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all enrolled repositories, as configured."""
        return tuple(enrolment.key for enrolment in self.settings.repositories)

    def resolve(self, text: str | None) -> Enrolment:
        """The repository that a person means; raises Failure with the choices where that is not clear."""
        return chosen(text, self.settings, self.store)

    async def snapshot(self, keys: Collection[str], max_age: float) -> Snapshot:
        """The repositories as some front of this machine saw them at most `max_age` seconds ago, the others read now.

        Of those that this call has to look at, what another front has read of GitHub may be so old as well.
        """
        if not max_age:
            return excerpt(await self.engine.refresh(keys), keys)
        kept = recent(self.store.snapshot(), keys, clock(), max_age)
        missing = set(keys) - {part.key for part in kept.repositories} if kept else set(keys)
        if kept is not None and not missing:
            return kept
        return instead(excerpt(await self.engine.refresh(missing, trust=Trust(max_age)), keys), kept)

    async def worktree(self, key: str) -> str:
        """The directory where the agent works; raises Failure where there is none yet."""
        view = next((part for part in self.engine.snapshot.repositories if part.key == key), None)
        path = self.store.worktree_path(self.resolve(key), view.agent.issue if view else None)
        if not (Path(path) / ".git").exists():
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, await self.engine.nothing_here(key)))
        return path


@asynccontextmanager
async def cockpit(call: Invocation) -> AsyncIterator[Opened]:
    """The cockpit for this call; on leaving connections are closed and a demo is taken away."""
    if call.demo:
        from soda_tui.wiring.demo import demo

        async with demo(call) as ready:
            yield ready
        return
    async with opened(call.paths, settings_of(call, call.paths), call) as ready:
        yield ready


def begin(paths: Paths, settings: Settings, call: Invocation) -> Begun:
    """Open the program's log, and say where that cannot be."""
    from soda_tui.services import programlog
    from soda_tui.services.github.auth import Tokens

    tokens = Tokens(call.environ, settings.hosts)
    unusable = programlog.start(paths.logs, call.log_level or settings.log_level, tokens.seen)
    return Begun(tokens, store_of(paths), settings, (*settings.warnings, *((unusable,) if unusable else ())))


@asynccontextmanager
async def opened(
    paths: Paths,
    settings: Settings,
    call: Invocation,
    transport: httpx.AsyncBaseTransport | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Opened]:
    """All services and the engine on these paths and settings; `transport` replaces the network to GitHub."""
    async with finished(begin(paths, settings, call), paths, call, transport, sleep) as ready:
        yield ready


def _account(token: str | None, url: str) -> str | None:
    """What stands for an account of a host: all that decides what GitHub shows."""
    return None if token is None else f"{url} {token}"


def load() -> None:
    """Import what `finished` needs, and what its first look at GitHub does: on another thread no key waits for that."""
    import soda_tui.cockpit.engine
    import soda_tui.services.agents.runs
    import soda_tui.services.git.service
    import soda_tui.services.github.client
    import soda_tui.services.github.probing
    import soda_tui.services.github.reading
    import soda_tui.services.locks
    import soda_tui.services.notify
    import soda_tui.services.watch  # noqa: F401


@asynccontextmanager
async def finished(
    begun: Begun,
    paths: Paths,
    call: Invocation,
    transport: httpx.AsyncBaseTransport | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Opened]:
    """The cockpit on what was begun."""
    from soda_tui.cockpit.engine import Engine
    from soda_tui.cockpit.ports.world import World
    from soda_tui.services.agents.checking import CheckService
    from soda_tui.services.agents.runs import RunService
    from soda_tui.services.agents.stops import StopFiles
    from soda_tui.services.git.service import GitService
    from soda_tui.services.github.client import connect
    from soda_tui.services.github.endpoints import endpoint
    from soda_tui.services.journal import FileJournal
    from soda_tui.services.limits import FileLimits
    from soda_tui.services.locks import FileLocks
    from soda_tui.services.loops import FileLoops
    from soda_tui.services.notify import Notifier
    from soda_tui.services.profiles import LocalProfiles
    from soda_tui.services.readings import FileReadings
    from soda_tui.services.retention import FileAttic
    from soda_tui.services.told import ToldFile
    from soda_tui.services.uptime import Uptime
    from soda_tui.services.watch import FileWatch

    tokens, store, settings = begun.tokens, begun.store, begun.settings
    accounts = settings.accounts

    def address(host: str) -> str:
        return endpoint(host, settings.hosts.get(host), call.environ)

    readings = FileReadings(
        paths.cache / "readings",
        paths.state / "locks",
        lambda reader: _account(tokens.token(reader), address(reader.partition("/")[0])),
    )
    github = connect(
        settings.hosts,
        tokens,
        paths.cache,
        environment=call.environ,
        transport=transport,
        sleep=sleep,
        act_as=accounts.act_as,
        limits=FileLimits.below(paths),
    )
    git = GitService(tokens.token, address, accounts=accounts, forget=tokens.forget)
    world = World(
        github=github,
        readings=readings,
        git=git,
        runs=RunService(
            paths.state / "runs",
            locks=paths.state / "locks",
            stop_file=paths.state / "STOP",
            hosts=settings.hosts,
            environ=call.environ,
            home=store.home,
            most=Most(paths, settings, lambda: settings_of(call, paths)),
            leave=control(settings.leave_key),
            seen=tokens.seen,
        ),
        checks=CheckService(paths.state / "checks", store.home, tokens.seen),
        profiles=LocalProfiles(settings.profiles, {**os.environ, **call.environ}),
        store=store,
        locks=FileLocks(paths.state / "locks"),
        journal=FileJournal(paths.state / "journal.db", store.home),
        watch=FileWatch(),
        attic=FileAttic(paths.state, store.home),
        notices=Notifier(
            ToldFile(paths.state / "told.json", paths.state / "locks" / "told.lock"),
            settings.notify,
            call.environ,
            tokens.seen,
        ),
        stops=StopFiles(paths.state / "runs", paths.state / "STOP", clock),
        loops=FileLoops(paths.state / "loops", paths.state / "locks"),
    )
    if call.waits is not None:
        world = call.waits.world(world)
    engine = Engine(
        settings.repositories,
        world,
        store.cockpit_id(),
        clock,
        settings.interval,
        settings.cockpit_name,
        ticks=Uptime(),
        told_of=settings.notify.on,
        pace=settings.pace,
        share=settings.share,
    )
    try:
        yield Opened(engine, world, store, settings, begun.remarks)
    finally:
        await engine.finish()
        await github.close()
        await git.close()
