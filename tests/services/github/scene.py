"""A sandbox world with repositories, and the service under test connected to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from soda_tui.cockpit.ports.github import Target
from soda_tui.domain.configuration.accounts import HostSettings
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.labels import LabelNames, definitions
from soda_tui.domain.ledger import Entry, Holder, LedgerState, encode
from soda_tui.domain.naming import RepositoryName
from soda_tui.sandbox import acts
from soda_tui.sandbox.fast_import import Change
from soda_tui.sandbox.model import Issue, Repository
from soda_tui.sandbox.pull_requests import PullRequest
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.sandbox.world import World
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.client import GitHubService, connect

TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
_WHO = "octo <octo@users.noreply.github.com>"


@dataclass
class Clock:
    """The time, moved by hand."""

    now: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Bent(SandboxTransport):
    """The sandbox, its answers changed by `bend` on their way."""

    def __init__(self, world: World, wait: Any, bend: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(world, wait)
        self._bend = bend

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        body = json.loads(await response.aread())
        self._bend(body.get("data") or {})
        kept = {name: value for name, value in response.headers.items() if name not in {"content-length"}}
        return httpx.Response(response.status_code, headers=kept, json=body, request=request)


@dataclass
class Scene:
    """A world and a client of it; `slept` are the pauses that the client took between tries."""

    root: Path
    clock: Clock
    world: World
    slept: list[float] = field(default_factory=list)
    _services: list[GitHubService] = field(default_factory=list)

    def client(self, token: str = TOKEN, cache: Path | None = None) -> GitHubService:
        """A new client, as a new process would have it."""
        return self.client_with({"GH_TOKEN": token, "PATH": "/nonexistent"}, cache)

    def client_with(
        self,
        environment: Mapping[str, str],
        cache: Path | None = None,
        bend: Callable[[dict[str, Any]], None] | None = None,
    ) -> GitHubService:
        """A new client in this environment; `bend` changes the data of each answer on its way."""

        return self.connected(Tokens(environment, {}), {}, cache, bend)

    def connected(
        self,
        tokens: Tokens,
        hosts: Mapping[str, HostSettings] = MappingProxyType({}),
        cache: Path | None = None,
        bend: Callable[[dict[str, Any]], None] | None = None,
    ) -> GitHubService:
        """A new client that finds its tokens there."""

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        async def wait(_: float) -> None: ...

        transport = Bent(self.world, wait, bend) if bend else SandboxTransport(self.world, wait)
        made = connect(hosts, tokens, cache, transport, self.clock, environment={}, sleep=sleep)
        self._services.append(made)
        return made

    async def close(self) -> None:
        """Close every client."""
        for service in self._services:
            await service.close()

    def repository(self, name: str = "octo/soda", empty: bool = False) -> Repository:
        """A repository of ours with all labels."""
        made = self.world.create_repository(name, permissions={"me": "WRITE"}, history=() if empty else None)
        for label in definitions(LabelNames(), "agent001"):
            acts.create_label(self.world, made, label.name, label.color, label.description)
        return made

    def issue(self, repository: Repository, title: str, *labels: str) -> Issue:
        """An open issue with these labels, long enough ago to be settled."""
        author = self.world.user("ada")
        found = [self.world.label(repository, label) for label in labels]
        return acts.open_issue(self.world, repository, author, title, f"Body of {title}", found)

    def branch(self, repository: Repository, name: str) -> str:
        """A branch with one commit of its own, and its head."""
        work = Change("Work", {f"{name}.txt": name}, _WHO, self.clock())

        return repository.remote.append_all({name: [work]}, "main")[name]

    def pull_request(self, repository: Repository, branch: str, body: str = "Fixes #1") -> PullRequest:
        """An open pull request from a new branch."""
        self.branch(repository, branch)
        author = self.world.user("me")
        return acts.open_pull_request(self.world, repository, author, "main", branch, branch, body, draft=False)

    def ledger(self, repository: Repository, state: LedgerState) -> None:
        """Append a ledger entry."""
        entry = Entry("popped", 1, "5b1f0c9e", f"n{self.world.next_id()}", state)
        repository.remote.append("soda/ledger", [Change(encode(entry), {}, _WHO, self.clock())])

    def holder(self, issue: int, branch: str) -> Holder:
        """A claim."""
        return Holder("5b1f0c9e", "agent001", issue, branch, "0" * 40, self.clock())


def target(name: str = "octo/soda", labels: LabelNames | None = None, agent: str = "agent001") -> Target:
    """A repository to be read."""
    owner, _, last = name.partition("/")
    return Target(RepositoryName("github.com", owner, last), labels or LabelNames(), agent)


async def read_one(service: GitHubService, wanted: Target | None = None) -> RemoteFacts:
    """The facts of one repository, which must be readable."""
    result = await read_result(service, wanted)
    assert isinstance(result, RemoteFacts), result
    return result


async def read_result(service: GitHubService, wanted: Target | None = None) -> RemoteFacts | Problem:
    """What reading one repository gives."""
    wanted = wanted or target()
    return (await service.read([wanted])).repositories[wanted.name.key]
