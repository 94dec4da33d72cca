"""Estates: so many repositories on an embedded GitHub in simulated time, and the fronts that poll them.

Clients, and the loops that poll, are real. Only clones and processes are left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
from simulated import SimulatedLoop

from soda_tui.cockpit.board import Board
from soda_tui.cockpit.gathering import Gatherer
from soda_tui.cockpit.ports.world import World as Ports
from soda_tui.cockpit.probing import Prober
from soda_tui.cockpit.tempo import Tempo
from soda_tui.cockpit.watching import Poll
from soda_tui.domain.codes import Checks
from soda_tui.domain.facts import RemoteFacts, find_issue
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.settings import Enrolment
from soda_tui.sandbox.estate import Size, build
from soda_tui.sandbox.limits import Bucket
from soda_tui.sandbox.people import People
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.sandbox.world import World
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.client import connect
from soda_tui.services.paths import Paths
from soda_tui.services.readings import FileReadings
from soda_tui.services.store import FileStore

HOST = "github.com"
_BEGIN = datetime(2026, 1, 1, 8, tzinfo=UTC)
_LATENCY = 0.4
_VIEWER, _TOKEN = "you", "gho_hour"


class _Wire(SandboxTransport):
    """Answers take a while; when they were asked for is noted, and how many were under way."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.most_at_once = self._open = 0
        self.sent: list[float] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(asyncio.get_running_loop().time())
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        try:
            await asyncio.sleep(_LATENCY)
            return await super().handle_async_request(request)
        finally:
            self._open -= 1


class _Afar(Gatherer):
    """Reads GitHub alone."""

    async def _here(self, enrolments: Collection[Enrolment], *, thoroughly: bool) -> None:
        del enrolments, thoroughly


class Estate:
    """So many repositories on the embedded GitHub, in simulated time, below a folder of the machine."""

    def __init__(self, repositories: int, issues: int, folder: Path, loop: SimulatedLoop) -> None:
        self.loop, self.folder = loop, folder
        self.set_by = timedelta()
        self.world = World(folder / "github", self.now)
        self.world.add_token(_TOKEN, _VIEWER)
        self.people = People(self.world)
        names = build(self.world, Size(repositories, issues, 2 * issues, 5), _VIEWER)
        self.names = {f"{HOST}/{name}": name for name in names}

    @property
    def bucket(self) -> Bucket:
        """The points of the account."""
        return self.world.limiter.bucket(_VIEWER, self.now())

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
    """What polls in a cockpit, with a client of its own; fronts of one estate are on one machine."""

    def __init__(
        self, estate: Estate, interval: float, share: float = 0.3, seed: str = "", keys: Collection[str] | None = None
    ) -> None:
        self.wire = _Wire(estate.world)
        self.github = connect({}, Tokens({"GH_TOKEN": _TOKEN}, {}), None, self.wire, estate.here, environment={})
        folder = estate.folder
        readings = FileReadings(folder / "readings", folder / "locks", lambda _: "me", estate.moment)
        store = FileStore(Paths.below(folder))
        ports = Ports(self.github, readings, *([None] * 4), store, *([None] * 7))  # type: ignore[arg-type, call-arg]
        watched = {key: name for key, name in estate.names.items() if keys is None or key in keys}
        names = {key: RepositoryName(HOST, *name.split("/")) for key, name in watched.items()}
        parts = [Enrolment(name, str(folder / name.name)) for name in names.values()]
        self.board = Board(parts, "0" * 8, estate.here, None, estate.moment, estate.loop.time)
        self._gatherer = _Afar(ports, self.board, estate.here)
        uniform, purses = Random(f"{interval} {seed}").random, self._gatherer.purses
        self.tempo = Tempo(HOST, list(names), self.board, purses, estate.here, uniform, interval, share)
        prober = Prober(HOST, ports, self.board, self._gatherer, estate.here)
        self.poll = Poll(HOST, ports, self.board, self._gatherer, prober, self.tempo, self._refresh, lambda _: None)

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

    async def _refresh(self, keys: Collection[str], again: float, *, remote: Collection[str] | None = None) -> None:
        wanted = [self.board.enrolments[key] for key in keys]
        await self._gatherer.gather(wanted, again, None, remote)


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
