"""GitHub, all hosts: the port's implementation, one connection for each account."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from soda_tui.cockpit.ports.github import Closely, Target
from soda_tui.domain.changes import Change, Changed, OpenPullRequest
from soda_tui.domain.configuration.accounts import Accounts, HostSettings, account_key
from soda_tui.domain.facts import IssueDetail, PullRequest, Reading, RemoteFacts
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.label_plan import Label
from soda_tui.domain.model import Account
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.remarks import Remarks
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.endpoints import endpoint

if TYPE_CHECKING:
    import httpx

    from soda_tui.domain.enrolling import Owned, Owner
    from soda_tui.domain.health.facts import HostFacts, StandingFacts
    from soda_tui.domain.health.finding import Answer
    from soda_tui.domain.probing import Probing
    from soda_tui.services.github.cache import Cache
    from soda_tui.services.github.connection import Connection
    from soda_tui.services.github.features import Features
    from soda_tui.services.github.pauses import HostPauses
    from soda_tui.services.limits import FileLimits


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
    act_as: Mapping[str, str] | None = None,
    limits: FileLimits | None = None,
    keep: bool = True,
) -> GitHubService:
    """GitHub as these settings and this environment say; nothing is connected or imported before it is asked.

    `cache` is the folder for what need not be asked again (None keeps it in memory), which without `keep` is only read;
    `transport` replaces the network, `sleep` passes the time between tries, `deadline` is seconds for one request.
    `act_as` is that of `Accounts`; `limits` were told to any process of this machine, else each is told by itself.
    """
    accounts = Accounts(hosts, act_as or {})
    return GitHubService(accounts, tokens, cache, transport, clock, environment, sleep, deadline, limits, keep)


class GitHubService:
    """The port `GitHub`; a repository's account decides which connection it uses, each has one of its own."""

    def __init__(
        self,
        accounts: Accounts,
        tokens: Tokens,
        cache: Path | None,
        transport: httpx.AsyncBaseTransport | None,
        clock: Callable[[], datetime],
        environment: Mapping[str, str],
        sleep: Callable[[float], Awaitable[None]],
        deadline: float,
        limits: FileLimits | None,
        keep: bool,
    ) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self._folder = cache
        self._transport = transport
        self._clock = clock
        self._environment = environment
        self._sleep = sleep
        self._deadline = deadline
        self._limits = limits
        self._keep = keep
        self._hosts: dict[str, HostPauses] = {}
        self._http: dict[str | None, httpx.AsyncClient] = {}
        self._connections: dict[str, Connection] = {}
        self._caches: dict[str, Cache] = {}
        self._schemas: dict[str, Features] = {}
        self._opening = asyncio.Lock()
        self._making = asyncio.Lock()

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
        readers: dict[str, list[Target]] = defaultdict(list)
        for target in {target.name.key: target for target in targets}.values():
            readers[self._accounts.reading(target.name)].append(target)
        readings = await asyncio.gather(*(self._read(account, wanted) for account, wanted in readers.items()))
        repositories = {key: result for results, _ in readings for key, result in results.items()}
        return Reading(repositories, tuple(account for _, account in readings), self._points())

    async def probe(self, reader: str, targets: Sequence[Target], items: Sequence[str]) -> Probing:
        """Which of an account's repositories have news, and what moves of some items unseen; see the port."""
        from soda_tui.domain.probing import Probing
        from soda_tui.services.github.probing import Prober

        try:
            connection = await self._connection(reader)
        except Failure as failure:
            return Probing({target.name.key: failure.problem for target in targets}, {})
        prober = Prober(connection, await self._cache(reader))
        await prober.probe(targets, items)
        account = _account(connection, prober.cost)
        return Probing(prober.marks, prober.checked, (account,), self._points(), prober.waiting)

    def retry(self, reader: str) -> None:
        """Ask again as an account that was left alone, with a newer token where there is one; see the port."""
        host = reader.partition("/")[0]
        for account in (reader, *(account_key(host, name) for name in set(self._accounts.act_as.values()))):
            self._tokens.renew(account)
        for account, connection in self._connections.items():
            if account == reader:
                connection.retry()
            elif connection.host == host and connection.name in self._accounts.act_as.values():
                connection.admit()

    async def detail(self, name: RepositoryName, number: int) -> IssueDetail:
        """One issue with its body."""
        from soda_tui.services.github import asking

        return await asking.detail(await self._reading(name), name, number)

    async def change(self, name: RepositoryName, changes: Sequence[Change]) -> tuple[Changed, ...]:
        """Make the changes in one request; see the port."""
        from soda_tui.services.github import asking

        opens = any(isinstance(change, OpenPullRequest) for change in changes)
        account = self._accounts.acting(name) if opens else self._accounts.reading(name)
        return await asking.change(await self._connection(account), name, changes)

    async def labels(self, name: RepositoryName) -> tuple[str, tuple[Label, ...]]:
        """The repository's node id and all its labels; raises a Failure, where another one has its name by now too."""
        from soda_tui.services.github import asking

        known = (await self._cache(self._accounts.reading(name))).repository(name.key)
        return await asking.labels(await self._reading(name), name, known.id if known is not None else None)

    async def pull_requests(self, name: RepositoryName, branches: Sequence[str]) -> tuple[PullRequest, ...]:
        """The pull requests of these head branches in any state, at most ten of each; see the port."""
        from soda_tui.services.github import asking

        return await asking.pull_requests(await self._reading(name), name, branches)

    async def comments(self, name: RepositoryName, pull_requests: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The newest comments of pull requests, by node id; see the port."""
        from soda_tui.services.github import asking

        return await asking.comments(await self._reading(name), name, pull_requests)

    async def closely(
        self, name: RepositoryName, repository: str, pull_requests: Sequence[str], issues: Sequence[str]
    ) -> Closely:
        """What landing must know of pull requests and their issues; see the port."""
        from soda_tui.services.github import asking

        return await asking.closely(await self._reading(name), name, repository, pull_requests, issues)

    async def remarks(self, name: RepositoryName, number: int) -> Remarks:
        """What failing checks and unresolved reviews say of a pull request; see the port."""
        from soda_tui.services.github import remarks

        return await remarks.read(await self._reading(name), name, number)

    async def owner(self, host: str, login: str) -> Owner:
        """An account with its repositories that the token can see, the newest pushed first; raises a Failure."""
        from soda_tui.services.github import owning

        return await owning.owner(await self._connection(self._accounts.of_owner(host, login)), login)

    async def owned(self, host: str, login: str, names: Sequence[str]) -> tuple[Owned, ...]:
        """Those of an account's repositories with these names that the token can see; raises a Failure."""
        from soda_tui.services.github import owning

        return await owning.owned(await self._connection(self._accounts.of_owner(host, login)), login, names)

    async def reach(self, account: str) -> HostFacts:
        """How a host answers to an account, and what it says of the token; never raises a Failure."""
        from soda_tui.domain.health.facts import HostFacts
        from soda_tui.services.github import standing

        try:
            connection = await self._connection(account)
        except Failure as failure:
            host, _, name = account.partition("/")
            return HostFacts(host, failure.problem, account=name)
        return await standing.host(connection, self._clock())

    async def standing(self, name: RepositoryName, agent: str, base: str | None) -> StandingFacts:
        """What forbids or hinders the branches of a repository's agent; raises a Failure where it cannot be read."""
        from soda_tui.services.github import standing

        return await standing.repository(await self._reading(name), name, agent, base)

    async def answers(self, name: RepositoryName, labels: tuple[str, str]) -> tuple[Answer, ...]:
        """What a repository tells of questions that GitHub's documents leave open; raises a Failure."""
        from soda_tui.services.github import standing

        return await standing.answers(await self._reading(name), name, labels)

    async def close(self) -> None:
        """Close the connections; what is asked afterwards opens new ones."""
        connections, self._connections = self._connections, {}
        http, self._http = self._http, {}
        self._caches.clear()
        for connection in connections.values():
            await connection.close()
        for client in http.values():
            await client.aclose()

    async def _read(self, account: str, targets: Sequence[Target]) -> tuple[dict[str, RemoteFacts | Problem], Account]:
        from soda_tui.services.github.reading import Reader

        try:
            connection = await self._connection(account)
        except Failure as failure:
            host, _, name = account.partition("/")
            unknown = Account(host, None, None, name=name or None)
            return {target.name.key: failure.problem for target in targets}, unknown
        reader = Reader(connection, await self._cache(account), targets)
        results = await reader.read()
        return results, _account(connection, reader.cost)

    def _points(self) -> dict[str, int]:
        return {account: connection.points for account, connection in self._connections.items()}

    async def _cache(self, account: str) -> Cache:
        """What is kept of what an account has read, read on a thread: it may be megabytes."""
        from soda_tui.services.github.cache import Cache, cache_file

        async with self._opening:
            if account not in self._caches:
                self._caches[account] = await asyncio.to_thread(Cache, cache_file(self._folder, account), self._keep)
            return self._caches[account]

    async def _reading(self, name: RepositoryName) -> Connection:
        """That of the account that reads a repository."""
        return await self._connection(self._accounts.reading(name))

    async def _connection(self, account: str) -> Connection:
        """The account's connection; raises a Failure where its host's address or certificate cannot be used."""
        from soda_tui.services.github.connection import Connection
        from soda_tui.services.github.pauses import HostPauses, Pauses

        host, settings = account.partition("/")[0], self._accounts.settings(account)
        async with self._opening:
            if account not in self._connections:
                url = endpoint(host, settings, self._environment)
                self._connections[account] = Connection(
                    await self._trusting(settings.certificate),
                    account,
                    url,
                    self._tokens,
                    self._clock,
                    self._sleep,
                    self._deadline,
                    await self._features(host),
                    Pauses(
                        account,
                        self._clock,
                        self._hosts.setdefault(host, HostPauses(self._clock)),
                        self._limits,
                    ),
                    partial(self._trusting, None),
                )
            return self._connections[account]

    async def _trusting(self, certificate: str | None) -> httpx.AsyncClient:
        """The HTTP client of all that trust the same; raises a Failure where that cannot be used."""
        from soda_tui.services.github.transport import http_client

        async with self._making:
            if certificate not in self._http:
                # On a thread: reading the system's certificates takes a tenth of a second.
                made = await asyncio.to_thread(http_client, self._transport, self._deadline, certificate)
                self._http[certificate] = made
            return self._http[certificate]

    async def _features(self, host: str) -> Features:
        """What is known of the host's schema, whichever account asks."""
        from soda_tui.services.github.features import Features, features_file

        if host not in self._schemas:
            file = features_file(self._folder, host)
            self._schemas[host] = await asyncio.to_thread(Features, host, file, self._clock)
        return self._schemas[host]


def _account(connection: Connection, cost: int) -> Account:
    """Whose token a connection uses, and what is left of its points after what was just asked."""
    limit = connection.rate_limit and structs.replace(connection.rate_limit, cost=cost)
    login = connection.viewer.login if connection.viewer else None
    name = connection.account.partition("/")[2] or None
    return Account(connection.host, login, limit, None, connection.expires, name, connection.source)
