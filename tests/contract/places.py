"""Where the contract is held: the sandbox always, and a scratch repository on GitHub where one is named."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

import httpx

from soda_tui.cockpit.ports.github import Target
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.naming import RepositoryName
from soda_tui.sandbox.fast_import import Change
from soda_tui.sandbox.model import Repository
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.sandbox.world import World
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.client import GitHubService
from soda_tui.services.github.endpoints import endpoint

# Taken before the tests empty the environment: only the live place may use the real token.
ENVIRONMENT = dict(os.environ)
LIVE_REPOSITORY = ENVIRONMENT.get("SODA_LIVE_REPO", "")
_HEAD = "query($o:String!,$n:String!){repository(owner:$o,name:$n){defaultBranchRef{name target{oid}}}}"
_CREATE_REF = "mutation($i:CreateRefInput!){createRef(input:$i){ref{name}}}"
_COMMIT = "mutation($i:CreateCommitOnBranchInput!){createCommitOnBranch(input:$i){commit{oid}}}"


@dataclass
class Asker:
    """GraphQL without the service under test."""

    http: httpx.AsyncClient
    url: str
    token: str

    async def __call__(self, text: str, variables: Mapping[str, object]) -> dict[str, Any]:
        """The whole answer, `data` and `errors`."""
        headers = {"Authorization": f"bearer {self.token}"}
        body = {"query": text, "variables": dict(variables)}
        answer: dict[str, Any] = (await self.http.post(self.url, json=body, headers=headers)).json()
        return answer


class Place(Protocol):
    """A repository to try things in."""

    name: RepositoryName
    service: GitHubService
    ask: Asker

    async def commit(self, branch: str, message: str) -> None:
        """Put a commit on a branch, which is made from the default one where it does not exist."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass
class SandboxPlace:
    """A repository of the sandbox."""

    name: RepositoryName
    service: GitHubService
    ask: Asker
    world: World
    repository: Repository

    async def commit(self, branch: str, message: str) -> None:
        """Commit to the bare remote."""
        change = Change(message, {f"{uuid4().hex}.txt": ""}, "me <me@example.org>", self.world.now())
        self.repository.remote.append_all({branch: [change]}, self.repository.remote.default_branch)

    async def close(self) -> None:
        """Close both clients."""
        await self.service.close()
        await self.ask.http.aclose()


@dataclass
class LivePlace:
    """A scratch repository on GitHub, where we may write."""

    name: RepositoryName
    service: GitHubService
    ask: Asker

    async def commit(self, branch: str, message: str) -> None:
        """Commit through the API."""
        headline, _, body = message.partition("\n\n")
        head = await head_of(self, branch)
        await self.ask(
            _COMMIT,
            {
                "i": {
                    "branch": {"repositoryNameWithOwner": self.name.full, "branchName": branch},
                    "expectedHeadOid": head,
                    "message": {"headline": headline, "body": body},
                    "fileChanges": {"additions": [{"path": f"scratch/{uuid4().hex}", "contents": base64_of("x\n")}]},
                }
            },
        )

    async def close(self) -> None:
        """Close both clients."""
        await self.service.close()
        await self.ask.http.aclose()


async def head_of(place: Place, branch: str) -> str:
    """A branch's head; the branch is made where it does not exist."""
    id, _ = await place.service.labels(place.name)
    found = await place.ask(_HEAD, {"o": place.name.owner, "n": place.name.name})
    oid: str = found["data"]["repository"]["defaultBranchRef"]["target"]["oid"]
    made = await place.ask(_CREATE_REF, {"i": {"repositoryId": id, "name": f"refs/heads/{branch}", "oid": oid}})
    if made["data"]["createRef"]:
        return oid
    text = "query($id:ID!,$r:String!){node(id:$id){... on Repository{ref(qualifiedName:$r){target{oid}}}}}"
    there = await place.ask(text, {"id": id, "r": f"refs/heads/{branch}"})
    head: str = there["data"]["node"]["ref"]["target"]["oid"]
    return head


def target(place: Place) -> Target:
    """The place's repository, to be read."""
    return Target(place.name, LabelNames(), "agent001")


def sandbox_asker(world: World, token: str) -> Asker:
    """GraphQL to the sandbox."""
    return Asker(httpx.AsyncClient(transport=SandboxTransport(world)), "https://api.github.com/graphql", token)


def live_asker(name: RepositoryName) -> Asker:
    """GraphQL to GitHub with the tester's own token."""
    token = Tokens(ENVIRONMENT, {}).token(name.host)
    return Asker(httpx.AsyncClient(timeout=15), endpoint(name.host, None, ENVIRONMENT), token or "")


def base64_of(text: str) -> str:
    """GraphQL's Base64String."""
    return base64.b64encode(text.encode()).decode()
