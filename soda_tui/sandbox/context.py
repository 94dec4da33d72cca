"""What a resolver is given besides its source: the world, who asks, and what the document costs."""

from __future__ import annotations

from dataclasses import dataclass

from soda_tui.sandbox.limits import Bucket
from soda_tui.sandbox.model import Repository, User
from soda_tui.sandbox.objects import CommitObject
from soda_tui.sandbox.pricing import Price
from soda_tui.sandbox.world import Token, World


@dataclass(frozen=True, slots=True)
class Context:
    """One request."""

    world: World
    token: Token
    price: Price
    bucket: Bucket

    @property
    def user(self) -> User:
        """Who asks."""
        return self.token.user


@dataclass(frozen=True, slots=True)
class RefNode:
    """A ref as it was when the request looked; `name` is what stands after `prefix`."""

    repository: Repository
    prefix: str
    name: str
    oid: str

    @property
    def full_name(self) -> str:
        """The whole name, `refs/…`."""
        return self.prefix + self.name


@dataclass(frozen=True, slots=True)
class CommitNode:
    """A commit of a repository."""

    repository: Repository
    commit: CommitObject

    @property
    def oid(self) -> str:
        """The object id."""
        return self.commit.oid


def commit_node(repository: Repository, oid: str) -> CommitNode | None:
    """The commit of that object id, if the repository has it."""
    commit = repository.remote.commit(oid)
    return CommitNode(repository, commit) if commit else None
