"""The state of the ledger: who holds what, what waits in review, and how often each issue was tried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field


class Phase(StrEnum):
    """How far a claim is."""

    WORKING = "working"
    BOTTLING = "bottling"


class HandedOver(Struct, frozen=True):
    """Work that became a pull request and is not finished yet; `head` is the commit that was handed over.

    `rounds` are the heads of its pull request for which feedback was taken up, each once.
    """

    issue: int
    branch: str
    pull_request: int | None
    head: str | None = None
    rounds: tuple[str, ...] = ()


class Holder(Struct, frozen=True):
    """The one claim of a repository.

    `cockpit` is the installation that holds it, `name` what it calls itself; `base` is the commit that its branch
    began at; `attempt` counts the claims of the issue; `assigned` is whom pop itself assigned on GitHub, so that reset
    takes back just that. `review` is the work that was handed over before, where the claim takes up feedback on it.
    """

    cockpit: str
    agent: str
    issue: int
    branch: str
    base: str
    since: datetime
    attempt: int = 1
    phase: Phase = Phase.WORKING
    assigned: str | None = None
    name: str | None = None
    review: HandedOver | None = None

    @property
    def shown(self) -> str:
        """What people see of the holding cockpit: the name that its owner gave it, else its id."""
        return self.name or self.cockpit


class Bundle(Struct, frozen=True):
    """Several handed-over works as one pull request, whose number is None until all of it is done.

    `works` are the issues, each with the head of its own pull request that was merged into the bundle.
    """

    branch: str
    works: tuple[tuple[int, str], ...]
    pull_request: int | None = None

    @property
    def issues(self) -> tuple[int, ...]:
        """The issues whose work is in it, oldest pull request first."""
        return tuple(issue for issue, _ in self.works)


class LedgerState(Struct, frozen=True):
    """What one ledger commit says.

    `attempts` counts the claims and runs of an issue, `forgiven` those of them before a person was given the issue:
    they count no more once that one puts it back into the queue. `merging` are the heads at which GitHub was told to
    merge pull requests by itself, by their numbers.
    """

    holder: Holder | None = None
    handed_over: tuple[HandedOver, ...] = ()
    attempts: Mapping[int, int] = field(default_factory=dict)
    forgiven: Mapping[int, int] = field(default_factory=dict)
    bundles: tuple[Bundle, ...] = ()
    merging: Mapping[int, str] = field(default_factory=dict)

    def speaks_of(self, pull_request: int, branch: str) -> bool:
        """Whether a pull request with such a number, from such a branch of the repository itself, is of its work."""
        works = (*self.handed_over, *self.bundles, *((self.holder,) if self.holder else ()))
        numbers = {one.pull_request for one in self.handed_over}
        return pull_request in numbers or any(one.branch == branch for one in works)


class LedgerCondition(StrEnum):
    """What a look at the ledger branch found."""

    ABSENT = "absent"
    READABLE = "readable"
    UNREADABLE = "unreadable"
    NEWER = "newer"


class Ledger(Struct, frozen=True):
    """The ledger as read: its head's object id, and the state where that is readable."""

    condition: LedgerCondition
    head: str | None = None
    state: LedgerState = LedgerState()


class Entry(Struct, frozen=True):
    """A ledger commit to be made: the word for people, who makes it, a nonce that makes it unique, and the state."""

    event: str
    issue: int
    cockpit: str
    nonce: str
    state: LedgerState
