"""A storm: polls of a GitHub that fails in every way at random, while people work there, and what must hold in it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import httpx
from given import ENROLMENT
from msgspec import structs
from services.github.scene import TOKEN, Clock, Scene, target

from soda_tui.cockpit.board import Board, Part
from soda_tui.cockpit.gathering import with_answer
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.ledger import LedgerState
from soda_tui.domain.model import Error
from soda_tui.domain.naming import RepositoryName
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.people import People
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.sandbox.world import World
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.client import GitHubService, connect

_INTERVAL = 30.0
_RATE, _SKIPPED = 0.25, 0.9
_HELD = 1


@dataclass
class Watched(httpx.AsyncBaseTransport):
    """The sandbox behind a watch: `wrong` is what was sent that must not be."""

    inner: SandboxTransport
    clock: Clock
    wrong: list[str] = field(default_factory=list)
    most: int = 0
    allowed: Callable[[], int] = lambda: 2
    _flying: int = 0
    _until: datetime = datetime.min

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Let a request through, and note what the answer says of waiting."""
        now = self.clock().replace(tzinfo=None)
        if now < self._until:
            self.wrong.append(f"sent at {now}, though there was to be nothing until {self._until}")
        if self._flying >= self.allowed():
            self.wrong.append(f"{self._flying + 1} in flight, where {self.allowed()} may be")
        self._flying += 1
        self.most = max(self.most, self._flying)
        try:
            response = await self.inner.handle_async_request(request)
            await response.aread()
        finally:
            self._flying -= 1
        wait = _wait(response)
        if wait is not None:
            self._until = max(self._until, self.clock().replace(tzinfo=None) + timedelta(seconds=wait(self.clock())))
        return response


def _wait(response: httpx.Response) -> Callable[[datetime], float] | None:
    """For how many seconds an answer forbids all others."""
    if "secondary rate limit" in response.text:
        return lambda _: float(response.headers.get("retry-after", "60"))
    if "API rate limit" in response.text:
        return lambda now: float(response.headers["x-ratelimit-reset"]) - now.timestamp()
    return None


class Storm:
    """A world of so many repositories, one of them claimed, and who polls it; `seed` decides everything."""

    def __init__(self, root: Path, repositories: int, issues: int, seed: int) -> None:
        self.clock, self.random = Clock(), Random(seed)
        self.world = World(root / "world", self.clock)
        self.world.add_token(TOKEN, "me")
        scene = Scene(root, self.clock, self.world)
        self._names = [f"octo/r{number:02}" for number in range(repositories)]
        for name in self._names:
            made = scene.repository(name)
            for number in range(issues):
                scene.issue(made, f"Issue {number}", "route:ready")
        claimed = self.world.repository(self._names[0])
        scene.branch(claimed, "agent001/1-a")
        scene.ledger(claimed, LedgerState(scene.holder(_HELD, "agent001/1-a")))
        self.clock.advance(3600)
        self.people = People(self.world)
        self.wire = Watched(SandboxTransport(self.world, self._slow), self.clock)
        environment = {"GH_TOKEN": TOKEN, "PATH": "/nonexistent"}
        self.service: GitHubService = connect(
            {},
            Tokens(environment, {}),
            root / "cache",
            self.wire,
            self.clock,
            environment=environment,
            sleep=self._slow,
        )
        enrolments = [
            structs.replace(ENROLMENT, name=RepositoryName("github.com", *one.split("/"))) for one in self._names
        ]
        self.board = Board(enrolments, "5b1f0c9e", self.clock, None, lambda: int(self.clock().timestamp() * 1e6))
        self._asked = self.clock()
        self.told: set[ErrorCode] = set()
        self.lost: list[str] = []

    async def _slow(self, seconds: float) -> None:
        self.clock.advance(seconds)

    async def begin(self) -> None:
        """The first poll, in fair weather."""
        await self._poll()
        [connection] = self.service._connections.values()
        self.wire.allowed = lambda: connection.batching.in_flight

    async def rage(self, polls: int) -> None:
        """Poll so often, with a fault before every third poll or so, and people at work."""
        for _ in range(polls):
            self._people()
            if self.random.random() < _RATE:
                self._fault()
            self.clock.advance(_INTERVAL * self.random.uniform(0.9, 1.1))
            self._skip()
            await self._poll()
            self._look()
            if any(found.code is ErrorCode.AUTHENTICATION for found in self._errors()):
                self.service.retry("github.com")

    def _skip(self) -> None:
        """Go now and then to just before the end of a wait, or just to it: the storm is not to be waited out."""
        ends = [found.retry_at for found in self._errors() if found.retry_at is not None]
        if ends and self.random.random() < _SKIPPED:
            left = (max(ends) - self.clock()).total_seconds() - self.random.randrange(2)
            self.clock.advance(max(left, 0.0))

    async def calm(self) -> None:
        """Fair weather again, for as long as any wait may last."""
        self.world.faults.clear()
        for _ in range(3):
            self.clock.advance(3700)
            self.service.retry("github.com")
            await self._poll()

    def stale(self) -> list[str]:
        """The panes that do not show what the last poll read."""
        return [
            key
            for key in self.board.enrolments
            if self.board.view(key).stale or self.board.view(key).fetched_at != self._asked
        ]

    def differing(self) -> list[str]:
        """The panes that do not show what there is."""
        found = []
        for key, enrolment in self.board.enrolments.items():
            there = self.world.repository(enrolment.name.full).issues.values()
            view = self.board.view(key)
            shown = {entry.title for entry in view.queue} | {entry.title for entry in view.excluded}
            if shown != {one.title for one in there if not one.closed}:
                found.append(key)
        return found

    def _people(self) -> None:
        name = self.random.choice(self._names)
        number = self.random.choice(list(self.world.repository(name).issues))
        match self.random.randrange(5):
            case 0:
                self.people.edit(name, number, title=f"Title {self.random.randrange(1000)} of {name} {number}")
            case 1 if number != _HELD and not self.world.repository(name).issues[number].closed:
                self.people.close_issue(name, number)
            case 2 if self.world.repository(name).issues[number].closed:
                self.people.reopen(name, number)
            case 3:
                self.people.comment(name, number, "Hello")

    def _fault(self) -> None:
        fault = self.random.choice(tuple(Fault))
        times = self.random.choice((1, 1, 2, 4, 9))
        if fault in {Fault.RATE_LIMIT, Fault.RATE_LIMITED}:
            times = 1
        self.world.faults.order(
            fault, times=times, skip=self.random.randrange(3), seconds=self.random.choice((5, 20, 90))
        )

    async def _poll(self) -> None:
        ticket, now = self.board.ticket(), self.clock()
        self._asked = now
        reading = await self.service.read([target(name) for name in self._names])
        for key, answer in reading.repositories.items():
            if isinstance(answer, Problem):
                self.told.add(answer.code)
            self.board.put(key, ticket, with_answer(self.board.known(key), answer, now), {Part.REMOTE})
        self.board.publish()

    def _errors(self) -> list[Error]:
        return [view.error for view in map(self.board.view, self.board.enrolments) if view.error is not None]

    def _look(self) -> None:
        """No pane goes blank, and the claim stays: what did not come says nothing."""
        for key in self.board.enrolments:
            view = self.board.view(key)
            if view.id is None or view.counts.open is None:
                self.lost.append(f"{key} is blank")
        claimed = self.board.view(next(iter(self.board.enrolments)))
        if claimed.agent.issue != _HELD or claimed.agent.title is None:
            self.lost.append(f"the claim is gone at {self.clock()}")


def resident() -> int:
    """The bytes that this process holds, without what only waits to be collected."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
