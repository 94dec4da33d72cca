"""The ports of this machine: locks between processes, and changes in folders."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Protocol


class Locks(Protocol):
    """Locks between the processes of this machine."""

    def plan(self, repository_id: str) -> Lock:
        """The lock under which a repository's plans run; raises a Failure when another process keeps it too long."""


class Lock(Protocol):
    """An asynchronous context manager that holds a lock."""

    async def __aenter__(self) -> bool:
        """Take the lock; whether somebody else had it, so that what was read before may be old."""

    async def __aexit__(self, *exc: object) -> None: ...


class Watch(Protocol):
    """Notices of changes in clones and worktrees."""

    def changes(self, folders: Mapping[str, Sequence[str]]) -> AsyncIterator[set[str]]:
        """The keys whose HEAD, refs or index changed, as it happens; `folders` holds those of each key."""

    def edits(self, folders: Mapping[str, Collection[str]]) -> AsyncIterator[set[str]]:
        """The keys in whose folders a file changed, some seconds after it did; nothing below the folders counts."""
