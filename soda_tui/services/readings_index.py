"""The index of what the fronts of this machine have read of one account on one host."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.domain.failure import Problem
from soda_tui.domain.model import Account
from soda_tui.domain.sharing import MICROSECONDS


class Entry(Struct, frozen=True):
    """A repository in the index; `facts` is their mark, empty where there are none."""

    at: int = 0
    facts: str = ""
    tried: int = 0
    problem: Problem | None = None

    @property
    def moment(self) -> int:
        return max(self.at, self.tried)


class Index(Struct, frozen=True):
    """All that is known, by what was asked for; `polled` was polled at `polled_at`, and is each `every` seconds.

    `own` are the points that all have used together in the hour that the account tells of.
    All of it has been looked at again after `within` seconds, which are more where points are scarce.
    """

    repositories: dict[str, Entry] = {}
    account: Account | None = None
    polled: tuple[str, ...] = ()
    every: float = 0.0
    polled_at: int = 0
    within: float = 0.0
    own: int = 0

    def lives(self, now: int) -> bool:
        """Whether somebody polls."""
        return 0 <= now - self.polled_at < 2 * self.within * MICROSECONDS
