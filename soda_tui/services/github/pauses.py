"""When nothing is sent to a host: while a limit's wait lasts, after many failures, with a token that was refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from soda_tui.domain import sentences as say
from soda_tui.domain.breaker import Breaker
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.sharing import LIMITS
from soda_tui.services.github.errors import RequestFailed

_PAUSE = timedelta(minutes=1)
_MOST_STRIKES = 6
_BETWEEN_LOOKS = timedelta(seconds=25)


@dataclass(slots=True)
class HostBreaker:
    """A host's breaker, whichever account asks, and why it broke."""

    breaker: Breaker = field(default_factory=Breaker)
    code: ErrorCode = ErrorCode.SERVER


class Pauses:
    """What one host has said no to, asked as one account, and until when; its breaker is that of all accounts.

    `told` tells of a limit that another process was told for the account.
    """

    def __init__(
        self,
        account: str,
        clock: Callable[[], datetime],
        told: Callable[[str], Problem | None] = lambda _: None,
        breaker: HostBreaker | None = None,
    ) -> None:
        self._account = account
        self._host = account.partition("/")[0]
        self._clock = clock
        self._told = told
        self._limit: Problem | None = None
        self._strikes = 0
        self._host_wide = breaker or HostBreaker()
        self._refused: tuple[str, Problem] | None = None
        self._looked_at: datetime | None = None

    @property
    def pause(self) -> timedelta:
        """How long to wait for a secondary limit that names no time: longer each time."""
        return _PAUSE * (1 << self._strikes)

    @property
    def tries(self) -> bool:
        """Whether the next request is to find out whether the host is well again."""
        return self._host_wide.breaker.is_trying(self._clock())

    async def overhear(self) -> None:
        """Wait as a limit says that another process of this machine was told."""
        if (problem := await asyncio.to_thread(self._told, self._account)) is not None:
            self.limited(problem)

    def looks_anew(self) -> bool:
        """Whether to look for another token than the refused one: a command that finds one is not asked all along."""
        now, before = self._clock(), self._looked_at
        if before is not None and timedelta(0) <= now - before < _BETWEEN_LOOKS:
            return False
        self._looked_at = now
        return True

    def heed(self, token: str | None = None) -> None:
        """Raise RequestFailed where nothing may be sent now, or not with this token."""
        now = self._clock()
        if self._limit is not None and self._limit.retry_at is not None:
            if now < self._limit.retry_at:
                raise RequestFailed(self._limit)
            self._limit = None
        breaker = self._host_wide.breaker
        if breaker.until is not None and breaker.rests(now):
            words = say.GITHUB_RESTS(host=self._host, count=breaker.failures, until=f"{breaker.until:%H:%M:%S} UTC")
            raise RequestFailed(Problem(self._host_wide.code, words, retry_at=breaker.until))
        if self._refused is not None and token == self._refused[0]:
            raise RequestFailed(self._refused[1])

    def limited(self, problem: Problem) -> None:
        """Wait as a limit says."""
        if self._limit is None or (problem.retry_at or self._clock()) >= (self._limit.retry_at or self._clock()):
            self._limit = problem

    def answered(self) -> None:
        """The host has answered, and allowed what was asked."""
        self._strikes, self._looked_at, self._host_wide.breaker = 0, None, Breaker()

    def failed(self, failed: RequestFailed, token: str) -> None:
        """The host has not given an answer that can be used."""
        problem = failed.problem
        if not failed.alive:
            self._host_wide.breaker = self._host_wide.breaker.failed(self._clock())
            self._host_wide.code = problem.code
            return
        self._host_wide.breaker = Breaker()
        if problem.code in LIMITS:
            self.limited(problem)
        if problem.code is ErrorCode.SECONDARY_LIMIT:
            self._strikes = min(self._strikes + 1, _MOST_STRIKES)
        if problem.code is ErrorCode.AUTHENTICATION:
            self._refused = token, problem

    def retry(self) -> None:
        """As a person wishes: try again, but for the waits that GitHub asked for."""
        self._host_wide.breaker = self._host_wide.breaker.retried()
        self._refused = self._looked_at = None
