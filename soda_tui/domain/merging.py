"""How a repository merges, and what a close look at a pull request shows beyond the poll."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from soda_tui.domain.strategy import Strategy


class Terms(Struct, frozen=True):
    """What a repository allows; `preferred` is the strategy that GitHub offers first to whose token it is."""

    strategies: tuple[Strategy, ...]
    preferred: Strategy
    auto_merge: bool = False


class Look(Struct, frozen=True):
    """One pull request, looked at closely: `approvals` are those of its head by people who may write.

    `blocked` says that the repository's rules still want something, `behind` that they want the base's newest commits
    in it, `has_queue` that the base is reached only through a queue. `queued` is the place there, `waits` that GitHub
    merges it by itself once the rules are met.
    """

    approvals: int
    blocked: bool = False
    behind: bool = False
    has_queue: bool = False
    queued: int | None = None
    waits: bool = False

    @property
    def merges_itself(self) -> bool:
        """Whether GitHub was told to merge it, as soon as its rules are met or its turn has come."""
        return self.waits or self.queued is not None


class Joined(Struct, frozen=True):
    """Branches that were merged into the base one after the other, without any branch or file being touched.

    `oid` is the last merge, `base` the commit that it began at. `heads` are those of the branches that are in it, by
    name; `conflicts` the files in which others conflict with what was merged before them, `gone` those that the remote
    does not have, `old` those of which the base has everything. `untried` says in git's words why it could not be
    tried.
    """

    oid: str
    base: str
    heads: Mapping[str, str] = field(default_factory=dict)
    conflicts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    old: tuple[str, ...] = ()
    untried: str | None = None


class Landing(Struct, frozen=True):
    """What was looked up to land pull requests: the terms, and each one by its number."""

    terms: Terms
    looks: Mapping[int, Look] = field(default_factory=dict)
