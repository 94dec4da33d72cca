"""Where a repository is on this machine."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.domain.naming import RepositoryName


class Place(Struct, frozen=True):
    """Where a repository's clone is, and where its agent works; the remote is always `origin`."""

    name: RepositoryName
    path: str
    worktree: str

    @property
    def own_checkout(self) -> bool:
        """Whether the agent works in the user's own checkout."""
        return self.path == self.worktree
