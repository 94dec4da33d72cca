"""The port of GitHub."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from soda_tui.domain.changes import Change, Changed
from soda_tui.domain.facts import Issue, IssueDetail, PullRequest, Reading
from soda_tui.domain.label_plan import Label
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.merging import Landing
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.probing import Probing
from soda_tui.domain.remarks import Remarks


class Target(Struct, frozen=True):
    """A repository to read on GitHub, and the label names that count there.

    `extra_labels` are further labels whose node ids are wanted (those that bottle puts on pull requests); `base` is the
    branch that work starts from, None for the default branch.
    """

    name: RepositoryName
    labels: LabelNames
    agent: str
    extra_labels: tuple[str, ...] = ()
    base: str | None = None


class Closely(Struct, frozen=True):
    """Pull requests and issues as they are at one moment, with what tells whether they can be landed."""

    landing: Landing
    pull_requests: tuple[PullRequest, ...]
    issues: tuple[Issue, ...]


class GitHub(Protocol):
    """GitHub, all hosts."""

    async def read(self, targets: Sequence[Target]) -> Reading:
        """Everything that queue, status and drift need of the repositories, in as few requests as possible.

        Facts in which nothing changed are the same object as before.
        Never raises for one repository: its place in the reading then holds the problem.
        """

    async def probe(self, reader: str, targets: Sequence[Target], items: Sequence[str]) -> Probing:
        """Which repositories of an account (by its key) have news, and what moves of pull requests and issues (by id).

        Fifty repositories for a point, and as many as two hundred items with them for nothing. Never raises.
        """

    def retry(self, reader: str) -> None:
        """Ask again as an account that failed so often that it rests, or was refused; the waits of limits stay."""

    async def detail(self, name: RepositoryName, number: int) -> IssueDetail:
        """One issue with its body."""

    async def change(self, name: RepositoryName, changes: Sequence[Change]) -> tuple[Changed, ...]:
        """Make the changes in one request, in order, at most five; each result tells what GitHub says it is now."""

    async def labels(self, name: RepositoryName) -> tuple[str, tuple[Label, ...]]:
        """The repository's node id and all its labels, for `init`."""

    async def pull_requests(self, name: RepositoryName, branches: Sequence[str]) -> tuple[PullRequest, ...]:
        """The pull requests of these head branches in any state, at most ten of each; one request."""

    async def comments(self, name: RepositoryName, pull_requests: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """What was commented on each of these pull requests (node ids) lately, fifty at most of each; one request."""

    async def closely(
        self, name: RepositoryName, repository: str, pull_requests: Sequence[str], issues: Sequence[str]
    ) -> Closely:
        """What landing must know of pull requests and their issues, all by node id; what is gone is left out.

        One request, and a dear one: GitHub tries to merge each of them for the answer.
        """

    async def remarks(self, name: RepositoryName, number: int) -> Remarks:
        """What failing checks and unresolved reviews say of a pull request; two points, and a request for each log."""

    async def close(self) -> None:
        """Close the connections."""
