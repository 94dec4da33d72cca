"""Wiring: the only module that knows all parts, and puts them together for a command, the screen or the demo.

Parts that a call does not need are not imported: each import costs the start of every command.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from soda_tui.cockpit.engine import Engine
from soda_tui.cockpit.ports import World
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.keys import Keys
from soda_tui.domain.model import ErrorCode, Snapshot
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.selection import resolve as select
from soda_tui.domain.settings import AgentSettings, Enrolment, Settings
from soda_tui.services.paths import Paths

if TYPE_CHECKING:
    import httpx

    from soda_tui.sandbox.demo import Demo
    from soda_tui.services.git.service import GitService
    from soda_tui.services.store import FileStore

# The embedded GitHub costs nothing, so the demo looks at it often.
_DEMO_INTERVAL = 5.0


@dataclass(frozen=True, slots=True)
class Invocation:
    """How the program was called, as far as it concerns all commands."""

    environ: Mapping[str, str]
    config: str | None = None
    options: Mapping[str, object] | None = None
    log_level: str | None = None
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
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
        return select(text, self.settings.repositories, _here(), self.store.folders, os.path.realpath, os.path.exists)

    def kept_snapshot(self, keys: Collection[str], max_age: float) -> Snapshot | None:
        """The snapshot on disk, where it has all these repositories fetched at most `max_age` seconds ago."""
        kept = self.store.snapshot()
        if kept is None:
            return None
        now = clock()
        ages = {
            part.key: (now - part.fetched_at).total_seconds()
            for part in kept.repositories
            if part.fetched_at and not part.error
        }
        return kept if all(0 <= ages.get(key, -1) <= max_age for key in keys) else None

    async def worktree(self, key: str) -> str:
        """The directory where the agent works; raises Failure where there is none yet."""
        view = next((part for part in self.engine.snapshot.repositories if part.key == key), None)
        enrolment = self.resolve(key)
        path = self.store.worktree_path(enrolment, view.agent.issue if view else None)
        if not (Path(path) / ".git").exists():
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.NO_WORKTREE_YET(repository=enrolment.name.full)))
        return path


def _here() -> str:
    """The current directory; the root where it was removed under us."""
    try:
        return str(Path.cwd())
    except FileNotFoundError:
        return "/"


def clock() -> datetime:
    """Now, in UTC and whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def invocation(arguments: argparse.Namespace) -> Invocation:
    """What the command line says to all commands; raises Failure for a `--set` that is not SECTION.KEY=VALUE."""
    options: dict[str, object] = {}
    for text in arguments.settings:
        key, equals, value = text.partition("=")
        if not equals or "." not in key:
            raise Failure(Problem(ErrorCode.USAGE, say.SET_MALFORMED(text=text)))
        options[key] = value
    return Invocation(os.environ, arguments.config, options, arguments.log_level, arguments.demo)


@asynccontextmanager
async def cockpit(call: Invocation) -> AsyncIterator[Opened]:
    """The cockpit for this call; on leaving connections are closed and a demo is taken away."""
    if call.demo:
        async with _demo(call) as ready:
            yield ready
        return
    paths = Paths.standard(call.environ, call.config)
    async with opened(paths, _settings(call, paths), call) as ready:
        yield ready


def last_snapshot(call: Invocation) -> Snapshot | None:
    """The last snapshot on disk; neither the configuration nor the network is asked."""
    return _store(Paths.standard(call.environ, call.config)).snapshot()


def show_screen(call: Invocation) -> None:
    """Run the screen until the person leaves it."""
    import gc
    import signal

    gc.disable()  # collecting while hundreds of modules are imported costs a tenth of the first paint (measured)
    from soda_tui.tui.app import SodaApp

    async def show() -> None:
        async with cockpit(call) as ready:
            app = SodaApp(
                ready.engine,
                clock=clock,
                demo=call.demo,
                user_themes=Paths.standard(call.environ, call.config).themes,
                keys=ready.settings.keys,
                ascii_only=ready.settings.ascii,
                remarks=ready.remarks,
            )
            # Both end the screen as q does: the demo is taken away, other agents run on.
            loop, gone = asyncio.get_running_loop(), asyncio.Event()
            loop.add_signal_handler(signal.SIGTERM, app.exit)
            loop.add_signal_handler(signal.SIGHUP, gone.set)
            shown = asyncio.create_task(app.run_async())
            waiting = asyncio.create_task(gone.wait())
            await asyncio.wait({shown, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if shown.done():
                waiting.cancel()
                await shown
        if gone.is_set():
            # Where the terminal has gone, Textual's own end would wait for it for ever.
            os._exit(0)

    asyncio.run(show())


def keys(call: Invocation) -> tuple[Keys, tuple[str, ...]]:
    """The rebound keys of the configuration, and what is odd about it; raises Failure where it is broken."""
    settings = _settings(call, Paths.standard(call.environ, call.config))
    return settings.keys, settings.warnings


def resolve(call: Invocation, text: str | None) -> Enrolment:
    """The enrolled repository that a person means, without opening anything."""
    paths = Paths.standard(call.environ, call.config)
    settings = _settings(call, paths)
    return select(text, settings.repositories, _here(), _store(paths).folders, os.path.realpath, os.path.exists)


def enroll(call: Invocation, name: RepositoryName, path: str) -> str:
    """Write a repository into the configuration, and say what that changed."""
    from soda_tui.services.configfile import Enrolled
    from soda_tui.services.configfile import enroll as write

    said = {
        Enrolled.ADDED: say.ENROLLED,
        Enrolled.MOVED: say.ENROLLED_MOVED,
        Enrolled.UNCHANGED: say.ENROLLED_ALREADY,
    }
    done = write(Paths.standard(call.environ, call.config), name, path)
    return said[done](repository=name.full, path=path)


def unenroll(call: Invocation, key: str) -> None:
    """Take a repository out of the configuration."""
    from soda_tui.services.configfile import unenroll as write

    write(Paths.standard(call.environ, call.config), key)


async def identify(path: str) -> tuple[RepositoryName, str]:
    """The repository that a clone belongs to by its `origin`, and the clone's top folder; raises Failure."""
    from soda_tui.services.enrolment import identify as name_of

    top = await toplevel(path)
    return name_of(await _git().remote_url(top), top), top


async def toplevel(path: str) -> str:
    """The top folder of the clone that a path is in; raises Failure where it is in none."""
    top = await _git().toplevel(path)
    if top is None:
        raise Failure(Problem(ErrorCode.USAGE, say.ENROLL_NO_CLONE(path=Path(_here(), path))))
    return top


def encode(snapshot: Snapshot) -> bytes:
    """The snapshot as its JSON document."""
    from soda_tui.services.document import encode as document

    return document(snapshot)


def encode_result(result: object) -> bytes:
    """An outcome, or whatever else of the domain a command found, as JSON."""
    import msgspec

    return msgspec.json.encode(result)


def _settings(call: Invocation, paths: Paths) -> Settings:
    from soda_tui.services.config import load

    if call.config is not None and not paths.config_file.exists():
        raise Failure(Problem(ErrorCode.CONFIGURATION, say.CONFIG_MISSING(path=paths.config_file)))
    return load(paths, call.environ, call.options or {})


def _store(paths: Paths) -> FileStore:
    from soda_tui.services.store import FileStore

    return FileStore(paths)


def _git() -> GitService:
    """Git for looking at clones only, without any token."""
    from soda_tui.services.git.service import GitService

    return GitService(lambda _: None, lambda _: None)


@asynccontextmanager
async def opened(
    paths: Paths,
    settings: Settings,
    call: Invocation,
    transport: httpx.AsyncBaseTransport | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Opened]:
    """All services and the engine on these paths and settings; `transport` replaces the network to GitHub."""
    from soda_tui.services import programlog
    from soda_tui.services.agents.runs import RunService
    from soda_tui.services.git.service import GitService
    from soda_tui.services.github.auth import Tokens
    from soda_tui.services.github.client import connect
    from soda_tui.services.github.endpoints import endpoint
    from soda_tui.services.locks import FileLocks
    from soda_tui.services.watch import FileWatch

    tokens = Tokens(call.environ, settings.hosts)
    unusable = programlog.start(paths.logs, call.log_level or settings.log_level, tokens.seen)
    store = _store(paths)
    github = connect(settings.hosts, tokens, paths.cache, environment=call.environ, transport=transport, sleep=sleep)
    world = World(
        github=github,
        git=GitService(tokens.token, lambda host: endpoint(host, settings.hosts.get(host), call.environ)),
        runs=RunService(paths.state / "runs", locks=paths.state / "locks", stop_file=paths.state / "STOP"),
        store=store,
        locks=FileLocks(paths.state / "locks"),
        watch=FileWatch(),
    )
    engine = Engine(settings.repositories, world, store.cockpit_id(), clock, settings.interval, settings.cockpit_name)
    try:
        remarks = (*settings.warnings, *((unusable,) if unusable else ()))
        yield Opened(engine, world, store, settings, remarks)
    finally:
        await engine.finish()
        await github.close()


@asynccontextmanager
async def _demo(call: Invocation) -> AsyncIterator[Opened]:
    """The cockpit on an embedded GitHub; on leaving its agents are stopped and its folder is removed."""
    from soda_tui.sandbox.transport import SandboxTransport
    from soda_tui.services.config import load

    with _demo_world() as (root, demo):
        agent = AgentSettings((sys.executable, "-m", "soda_tui.sandbox.scripted_agent"))
        enrolments = tuple(Enrolment(name, str(path), agent=agent) for name, path in demo.places)
        look = load(Paths.below(root), call.environ, call.options or {})
        settings = Settings(enrolments, interval=_DEMO_INTERVAL, keys=look.keys, ascii=look.ascii)
        call = replace(call, environ={"GH_TOKEN": demo.token})
        async with opened(Paths.below(root), settings, call, SandboxTransport(demo.world)) as ready:
            try:
                yield ready
            finally:
                for key in ready.keys:
                    await ready.world.runs.stop(key)


@contextmanager
def _demo_world() -> Iterator[tuple[Path, Demo]]:
    import tempfile

    from soda_tui.sandbox.demo import build_demo

    with tempfile.TemporaryDirectory(prefix="soda-demo-", ignore_cleanup_errors=True) as folder:
        root = Path(folder).resolve()
        yield root, build_demo(root, clock)
