"""The steps of landing a pull request, and of tidying up after it."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.domain.facts import Issue
from soda_tui.domain.strategy import Strategy, Way


class LandPullRequest(Struct, frozen=True):
    """Merge the pull request at exactly this commit, have GitHub merge it, or put it into the queue.

    `closes` says that GitHub closes the issue with it, `also` are the other issues of a bundle.
    """

    issue: int
    id: str
    number: int
    head: str
    base: str
    way: Way
    strategy: Strategy
    closes: bool
    also: tuple[int, ...] = ()

    @property
    def issues(self) -> tuple[int, ...]:
        """All whose work is merged."""
        return (self.issue, *self.also)


class NoteMerging(Struct, frozen=True):
    """Append `merging`: GitHub is to merge the pull request by itself, as it is at this commit."""

    issue: int
    number: int
    head: str


class TakeBackMerge(Struct, frozen=True):
    """Have GitHub no longer merge the pull request by itself; `why` is said with the outcome."""

    issue: int
    id: str
    number: int
    why: str


class CloseContained(Struct, frozen=True):
    """Close a pull request whose work was merged with a bundle, where GitHub does not see that by itself."""

    issue: int
    id: str
    number: int
    bundle: int


class CloseIssue(Struct, frozen=True):
    """Close an issue whose work was merged without GitHub's doing so."""

    issue: Issue


class TakeOffLabels(Struct, frozen=True):
    """Take labels off an issue whose work has ended; what GitHub refuses of it is said and keeps nothing else."""

    issue: Issue
    labels: tuple[str, ...]


class ForgetFinished(Struct, frozen=True):
    """Append `finished`: the work on these issues has ended, so the ledger speaks of it no more."""

    issues: tuple[int, ...]


class DropBranch(Struct, frozen=True):
    """Remove the local branch at exactly this commit, where something else holds its commits; else it stays."""

    branch: str
    oid: str
