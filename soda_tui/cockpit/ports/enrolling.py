"""The ports of enrolling: clones on this machine, owners on GitHub, and the list of what is enrolled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from soda_tui.domain.enrolling import Owned, Owner, Scan
from soda_tui.domain.naming import RepositoryName


class Clones(Protocol):
    """Clones on this machine, without any token but for cloning."""

    async def scan(self, folder: str) -> Scan:
        """The clones below a folder; raises a Failure where that cannot be read."""

    async def names(self, folder: str) -> frozenset[str]:
        """What stands in a folder; nothing where there is none."""

    async def clone(self, name: RepositoryName, path: str) -> str | None:
        """Clone a repository to a path that is free; raises a Failure, and leaves nothing behind.

        Why its files could not be written, where only that failed.
        """


class Owners(Protocol):
    """Accounts on GitHub."""

    async def owner(self, host: str, login: str) -> Owner:
        """An account with its repositories that the token can see; raises a Failure."""

    async def owned(self, host: str, login: str, names: Sequence[str]) -> tuple[Owned, ...]:
        """Those of an account's repositories with these names that the token can see; raises a Failure."""


class Book(Protocol):
    """The configuration, as far as enrolling reads and writes it."""

    def enrolled(self) -> Mapping[str, str | None]:
        """The clone of each enrolled repository by its key, None where it is gone; raises a Failure."""

    def enroll(self, name: RepositoryName, path: str) -> str:
        """Write a repository with its clone, and say what that changed; raises a Failure."""
