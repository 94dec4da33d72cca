"""Estates: so many repositories on an embedded GitHub in simulated time, and the fronts that poll them.

Clients, and the loops that poll, are real. Only clones and processes are left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
from msgspec import structs
from simulated import SimulatedLoop

from soda_tui.cockpit.board import Board
from soda_tui.cockpit.engine import Engine
from soda_tui.cockpit.gathering import Gatherer
from soda_tui.cockpit.ports.world import World as Ports
from soda_tui.cockpit.probing import Prober
from soda_tui.cockpit.tempo import Tempo
from soda_tui.cockpit.watching import Poll
from soda_tui.domain.codes import Checks
from soda_tui.domain.configuration.settings import Enrolment, Settings
from soda_tui.domain.facts import CloneFacts, LocalFacts, RemoteFacts, RepositoryFacts, find_issue
from soda_tui.domain.naming import RepositoryName
from soda_tui.sandbox.estate import Size, build
from soda_tui.sandbox.limits import Bucket
from soda_tui.sandbox.people import People
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.sandbox.world import World
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.client import connect
from soda_tui.services.limits import FileLimits
from soda_tui.services.paths import Paths
from soda_tui.services.readings import FileReadings
from soda_tui.services.store import FileStore
from soda_tui.wiring import Invocation
from soda_tui.wiring.opening import Begun, finished

HOST = "github.com"
_BEGIN = datetime(2026, 1, 1, 8, tzinfo=UTC)
_LATENCY = 0.4
VIEWER, TOKEN = "you", "gho_hour"


class Wire(SandboxTransport):
    """Answers take a while; noted is when they were asked for, and how many reads and changes are under way."""

    def __init__(self, estate: Estate) -> None:
        super().__init__(estate.world)
        self.sent: list[float] = []
        self.reads = self.changes = self.most_reads = 0
        self._latency = estate.latency

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(asyncio.get_running_loop().time())
        changing = b'"query":"mutation' in request.content[:40].replace(b" ", b"")
        self._count(changing, 1)
        try:
            await asyncio.sleep(self._latency())
            return await super().handle_async_request(request)
        finally:
            self._count(changing, -1)

    def _count(self, changing: bool, by: int) -> None:
        self.changes += by if changing else 0
        self.reads += 0 if changing else by
        self.most_reads = max(self.most_reads, self.reads)


class _Afar(Gatherer):
    """Reads GitHub alone."""

    async def _here(self, enrolments: Collection[Enrolment], *, thoroughly: bool) -> None:
        del enrolments, thoroughly

    async def local(self, enrolment: Enrolment, facts: RepositoryFacts) -> LocalFacts:
        del enrolment, facts
        return LocalFacts(CloneFacts("main", None, False, 0, 0), None)


class Estate:
    """So many repositories on the embedded GitHub, in simulated time, below a folder of the machine.

    `latency` are the seconds until a request is answered, `requests` the open pull requests of one at most.
    """

    def __init__(
        self,
        repositories: int,
        issues: int,
        folder: Path,
        loop: SimulatedLoop,
        latency: Callable[[], float] = lambda: _LATENCY,
        requests: int = 0,
    ) -> None:
        self.loop, self.folder, self.latency = loop, folder, latency
        self.set_by = timedelta()
        self.world = World(folder / "github", self.now)
        self.world.add_token(TOKEN, VIEWER)
        self.people = People(self.world)
        names = build(self.world, Size(repositories, issues, 2 * issues, 5, requests), VIEWER)
        self.names = {f"{HOST}/{name}": name for name in names}

    @property
    def bucket(self) -> Bucket:
        """The points of the account."""
        return self.world.limiter.bucket(VIEWER, self.now())

    def now(self) -> datetime:
        """The time of day."""
        return _BEGIN + timedelta(seconds=self.loop.time())

    def edit(self, key: str, title: str) -> int:
        """Somebody gives the first open issue another title; its number."""
        found = self.world.repository(self.names[key]).issues.values()
        number = next(issue.number for issue in found if not issue.closed)
        self.people.edit(self.names[key], number, title)
        return number

    def here(self) -> datetime:
        """The time of day as this machine's clock has it, which somebody may have set."""
        return self.now() + self.set_by

    def moment(self) -> int:
        """The same in microseconds."""
        return int(self.here().timestamp() * 1_000_000)


class Front:
    """What polls in a cockpit, with a client of its own; fronts of one estate are on one machine.

    `cached` lets it begin with what fronts before it have kept, and `polled` is told of each of its polls.
    """

    def __init__(
        self,
        estate: Estate,
        interval: float,
        share: float = 0.3,
        seed: str = "",
        keys: Collection[str] | None = None,
        *,
        wire: Wire | None = None,
        cached: bool = False,
        polled: Callable[[Collection[str]], None] = lambda _: None,
    ) -> None:
        self.wire = wire or Wire(estate)
        folder = estate.folder
        self.readings = FileReadings(folder / "readings", folder / "locks", lambda _: "me", estate.moment)
        self.github = connect(
            {},
            Tokens({"GH_TOKEN": TOKEN}, {}),
            folder / "cache" if cached else None,
            self.wire,
            estate.here,
            environment={},
            limits=FileLimits(folder / "limits.json", folder / "locks" / "limits.lock"),
        )
        self.store = FileStore(Paths.below(folder))
        ports = Ports(self.github, self.readings, *([None] * 4), self.store, *([None] * 7))  # type: ignore[arg-type, call-arg]
        watched = {key: name for key, name in estate.names.items() if keys is None or key in keys}
        names = {key: RepositoryName(HOST, *name.split("/")) for key, name in watched.items()}
        parts = [Enrolment(name, str(folder / name.name)) for name in names.values()]
        kept = self.store.snapshot() if cached else None
        self.board = Board(parts, "0" * 8, estate.here, kept, estate.moment, estate.loop.time)
        self._gatherer = _Afar(ports, self.board, estate.here)
        uniform, purses = Random(f"{interval} {seed}").random, self._gatherer.purses
        self.tempo = Tempo(HOST, list(names), self.board, purses, estate.here, uniform, interval, share)
        prober = Prober(HOST, ports, self.board, self._gatherer, estate.here)
        self.poll = Poll(HOST, ports, self.board, self._gatherer, prober, self.tempo, self.refresh, polled)

    def title(self, key: str, number: int) -> str | None:
        """How an issue is called on the board."""
        issue = find_issue(self.remote(key), number)
        return issue.title if issue is not None else None

    def checks(self, key: str, number: int) -> Checks:
        """The checks of a pull request on the board."""
        return next(one.checks for one in self.remote(key).pull_requests if one.number == number)

    def remote(self, key: str) -> RemoteFacts:
        """What GitHub showed of a repository that was read."""
        found = self.board.known(key).remote
        assert found is not None
        return found

    async def refresh(self, keys: Collection[str], again: float, *, remote: Collection[str] | None = None) -> None:
        """Read these."""
        wanted = [self.board.enrolments[key] for key in keys]
        await self._gatherer.gather(wanted, again, None, remote)


@asynccontextmanager
async def at_work(estate: Estate, front: Front, key: str) -> AsyncIterator[Engine]:
    """A cockpit that acts in one repository, in a clone of its own and with the client of a front; it polls nothing."""
    paths = Paths.below(estate.folder / "work")
    clone = estate.folder / "work" / "clone"
    remote = estate.world.repository(estate.names[key]).remote
    remote.git("clone", "--quiet", str(remote.path), str(clone))
    settings = Settings((Enrolment(RepositoryName(HOST, *estate.names[key].split("/")), str(clone)),))
    begun = Begun(Tokens({"GH_TOKEN": TOKEN}, {}), FileStore(paths), settings, ())
    async with finished(begun, paths, Invocation({"GH_TOKEN": TOKEN})) as opened:
        world = structs.replace(opened.world, github=front.github)
        engine = Engine(settings.repositories, world, opened.store.cockpit_id(), estate.here)
        yield engine
        await engine.finish()


@asynccontextmanager
async def polling(*fronts: Front) -> AsyncIterator[None]:
    """Let these poll, the first of them first."""
    tasks = []
    for front in fronts:
        tasks.append(asyncio.create_task(front.poll.run()))
        await asyncio.sleep(5)
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for front in fronts:
        await front.github.close()
