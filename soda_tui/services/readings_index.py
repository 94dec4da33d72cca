"""The index of what the fronts of this machine have read of one account on one host."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from soda_tui.domain.failure import Problem
from soda_tui.domain.model import Account
from soda_tui.domain.sharing import LIMITS, MICROSECONDS, time_of

# A limit is over within the hour; what seems to last longer comes of a clock that was set.
_LONGEST = timedelta(hours=1, minutes=1)


class Entry(Struct, frozen=True):
    """A repository in the index; `facts` is their mark, empty where there are none."""

    at: int = 0
    facts: str = ""
    tried: int = 0
    problem: Problem | None = None

    @property
    def moment(self) -> int:
        return max(self.at, self.tried)

    def limit(self, now: int) -> Problem | None:
        """The limit that was told, while its wait lasts."""
        problem = self.problem
        if problem is None or problem.code not in LIMITS or problem.retry_at is None or self.tried > now:
            return None
        left = problem.retry_at - time_of(now)
        return problem if timedelta(0) < left <= _LONGEST else None


class Index(Struct, frozen=True):
    """All that is known, by what was asked for; `polled` was polled at `polled_at`, and is each `every` seconds.

    All of it has been looked at again after `within` seconds, which are more where points are scarce.
    """

    repositories: dict[str, Entry] = {}
    account: Account | None = None
    polled: tuple[str, ...] = ()
    every: float = 0.0
    polled_at: int = 0
    within: float = 0.0

    def lives(self, now: int) -> bool:
        """Whether somebody polls."""
        return 0 <= now - self.polled_at < 2 * self.within * MICROSECONDS
