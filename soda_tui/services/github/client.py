"""GitHub, all hosts: the port's implementation, one connection to each host."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from soda_tui.cockpit.ports.github import Closely, Target
from soda_tui.domain.changes import Change, Changed
from soda_tui.domain.facts import IssueDetail, PullRequest, Reading, RemoteFacts
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.label_plan import Label
from soda_tui.domain.model import Account
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.remarks import Remarks
from soda_tui.domain.settings import HostSettings
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.endpoints import endpoint

if TYPE_CHECKING:
    import httpx

    from soda_tui.domain.health.facts import HostFacts, StandingFacts
    from soda_tui.domain.health.finding import Answer
    from soda_tui.services.github.cache import Cache
    from soda_tui.services.github.connection import Connection


def connect(
    hosts: Mapping[str, HostSettings],
    tokens: Tokens,
    cache: Path | None,
    transport: httpx.AsyncBaseTransport | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    environment: Mapping[str, str] = os.environ,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    deadline: float = 15.0,
) -> GitHubService:
    """GitHub as these settings and this environment say; nothing is connected or imported before it is asked.

    `cache` is the folder for what need not be asked again (None keeps it in memory), `transport` replaces the network,
    `sleep` passes the time between tries, `deadline` is seconds for one request.
    """
    return GitHubService(hosts, tokens, cache, transport, clock, environment, sleep, deadline)


class GitHubService:
    """The port `GitHub`; a repository's host decides which connection it uses."""

    def __init__(
        self,
        hosts: Mapping[str, HostSettings],
        tokens: Tokens,
        cache: Path | None,
        transport: httpx.AsyncBaseTransport | None,
        clock: Callable[[], datetime],
        environment: Mapping[str, str],
        sleep: Callable[[float], Awaitable[None]],
        deadline: float,
    ) -> None:
        self._hosts = hosts
        self._tokens = tokens
        self._folder = cache
        self._transport = transport
        self._clock = clock
        self._environment = environment
        self._sleep = sleep
        self._deadline = deadline
        self._http: httpx.AsyncClient | None = None
        self._connections: dict[str, Connection] = {}
        self._caches: dict[str, Cache] = {}
        self._opening = asyncio.Lock()

    @property
    def requests(self) -> int:
        """Requests sent so far, tries included."""
        return sum(connection.requests for connection in self._connections.values())

    @property
    def points(self) -> int:
        """What GitHub took for them, a change counted as one."""
        return sum(connection.points for connection in self._connections.values())

    async def read(self, targets: Sequence[Target]) -> Reading:
        """Facts or a problem for each repository by its key; see the port."""
        hosts: dict[str, list[Target]] = defaultdict(list)
        for target in {target.name.key: target for target in targets}.values():
            hosts[target.name.host.lower()].append(target)
        readings = await asyncio.gather(*(self._read(host, wanted) for host, wanted in hosts.items()))
        repositories = {key: result for results, _ in readings for key, result in results.items()}
        return Reading(repositories, tuple(account for _, account in readings))

    async def detail(self, name: RepositoryName, number: int) -> IssueDetail:
        """One issue with its body."""
        from soda_tui.services.github import asking

        return await asking.detail(await self._connection(name.host), name, number)

    async def change(self, name: RepositoryName, changes: Sequence[Change]) -> tuple[Changed, ...]:
        """Make the changes in one request; see the port."""
        from soda_tui.services.github import asking

        return await asking.change(await self._connection(name.host), name, changes)

    async def labels(self, name: RepositoryName) -> tuple[str, tuple[Label, ...]]:
        """The repository's node id and all its labels."""
        from soda_tui.services.github import asking

        return await asking.labels(await self._connection(name.host), name)

    async def pull_requests(self, name: RepositoryName, branches: Sequence[str]) -> tuple[PullRequest, ...]:
        """The pull requests of these head branches in any state, at most ten of each; see the port."""
        from soda_tui.services.github import asking

        return await asking.pull_requests(await self._connection(name.host), name, branches)

    async def comments(self, name: RepositoryName, pull_requests: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The newest comments of pull requests, by node id; see the port."""
        from soda_tui.services.github import asking

        return await asking.comments(await self._connection(name.host), name, pull_requests)

    async def closely(
        self, name: RepositoryName, repository: str, pull_requests: Sequence[str], issues: Sequence[str]
    ) -> Closely:
        """What landing must know of pull requests and their issues; see the port."""
        from soda_tui.services.github import asking

        return await asking.closely(await self._connection(name.host), name, repository, pull_requests, issues)

    async def remarks(self, name: RepositoryName, number: int) -> Remarks:
        """What failing checks and unresolved reviews say of a pull request; see the port."""
        from soda_tui.services.github import remarks

        return await remarks.read(await self._connection(name.host), name, number)

    async def reach(self, host: str) -> HostFacts:
        """How a host answers, and what it says of the token; never raises a Failure."""
        from soda_tui.domain.health.facts import HostFacts
        from soda_tui.services.github import standing

        try:
            connection = await self._connection(host)
        except Failure as failure:
            return HostFacts(host, failure.problem)
        return await standing.host(connection, self._clock())

    async def standing(self, name: RepositoryName, agent: str, base: str | None) -> StandingFacts:
        """What forbids or hinders the branches of a repository's agent; raises a Failure where it cannot be read."""
        from soda_tui.services.github import standing

        return await standing.repository(await self._connection(name.host), name, agent, base)

    async def answers(self, name: RepositoryName, labels: tuple[str, str]) -> tuple[Answer, ...]:
        """What a repository tells of questions that GitHub's documents leave open; raises a Failure."""
        from soda_tui.services.github import standing

        return await standing.answers(await self._connection(name.host), name, labels)

    async def close(self) -> None:
        """Close the connections; what is asked afterwards opens new ones."""
        connections, self._connections = self._connections, {}
        http, self._http = self._http, None
        self._caches.clear()
        for connection in connections.values():
            await connection.close()
        if http is not None:
            await http.aclose()

    async def _read(self, host: str, targets: Sequence[Target]) -> tuple[dict[str, RemoteFacts | Problem], Account]:
        from soda_tui.services.github.reading import Reader

        try:
            connection = await self._connection(host)
        except Failure as failure:
            return {target.name.key: failure.problem for target in targets}, Account(host, None, None)
        reader = Reader(connection, await self._cache(host), targets)
        results = await reader.read()
        limit = connection.rate_limit and structs.replace(connection.rate_limit, cost=reader.cost)
        return results, Account(host, connection.viewer.login if connection.viewer else None, limit)

    async def _cache(self, host: str) -> Cache:
        """What is kept of a host, read on a thread: it may be megabytes."""
        from soda_tui.services.github.cache import Cache, cache_file

        async with self._opening:
            if host not in self._caches:
                self._caches[host] = await asyncio.to_thread(Cache, cache_file(self._folder, host))
            return self._caches[host]

    async def _connection(self, host: str) -> Connection:
        """The host's connection; raises a Failure where its address cannot be used."""
        from soda_tui.services.github.connection import Connection
        from soda_tui.services.github.transport import http_client

        host = host.lower()
        async with self._opening:
            if host not in self._connections:
                url = endpoint(host, self._hosts.get(host), self._environment)
                if self._http is None:
                    # On a thread: reading the system's certificates takes a tenth of a second.
                    self._http = await asyncio.to_thread(http_client, self._transport, self._deadline)
                made = Connection(self._http, host, url, self._tokens, self._clock, self._sleep, self._deadline)
                self._connections[host] = made
            return self._connections[host]
