"""When nothing is sent to a host: while a limit's wait lasts, after many failures, with a token that was refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from soda_tui.domain import sentences as say
from soda_tui.domain.breaker import Breaker
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.sharing import LIMITS, Limited
from soda_tui.services.github.errors import RequestFailed
from soda_tui.services.github.lanes import Lanes

if TYPE_CHECKING:
    from soda_tui.services.limits import FileLimits

_PAUSE = timedelta(minutes=1)
_MOST_STRIKES = 6
_BETWEEN_LOOKS = timedelta(seconds=25)
_MOST_LOOKS = 3
_UNBOUNDED = 1 << 30
_APP = "[bot]"


class Waits:
    """What one login was told on a host, and how often in a row it was asked to slow down."""

    def __init__(self) -> None:
        self.limited = Limited()
        self.strikes = 0


class HostPauses:
    """What is a host's own, whichever account asks: its breaker, why it broke, and what each login was told.

    Where the host may be well again one request goes alone, in the only one of its `lanes`.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.breaker = Breaker()
        self.cause: Problem | None = None
        self.waits: dict[str, Waits] = {}
        self.lanes = Lanes(lambda: 1 if self.breaker.is_trying(clock()) else _UNBOUNDED)


class Pauses:
    """What one host has said no to, asked as one account, and until when.

    Limits are those of a login, whichever of its tokens asks. An account's is known with its first answer, which
    `belongs` tells; until then its waits are its own. `shared` are those that other processes were told.
    """

    def __init__(
        self,
        account: str,
        clock: Callable[[], datetime],
        host: HostPauses,
        shared: FileLimits | None = None,
    ) -> None:
        self._account = account
        self._host = account.partition("/")[0]
        self._clock = clock
        self._host_wide = host
        self._shared = shared
        self._login: str | None = None
        self._waits = Waits()
        self._untold = False
        self._refused: tuple[str, Problem] | None = None
        self._looked_at: datetime | None = None
        self._looks = 0

    @property
    def pause(self) -> timedelta:
        """How long to wait for a secondary limit that names no time: longer each time."""
        return _PAUSE * (1 << self._waits.strikes)

    @asynccontextmanager
    async def passage(self, token: str, *, rest: bool = False) -> AsyncIterator[None]:
        """Send something meanwhile, to the REST API with `rest`; raises RequestFailed where nothing may be sent.

        What GitHub says of limits is told to all other processes at the end.
        """
        await self._overhear(token)
        async with self._host_wide.lanes.lane():
            # Whoever went alone before may have found the host broken.
            self.heed(token, rest=rest)
            try:
                yield
            finally:
                await self._tell(token)

    def belongs(self, login: str) -> None:
        """The account's token is that login's: it waits as all its accounts do from now on.

        An app has a budget wherever it is installed, and one login for all of them.
        """
        login = self._account if login.endswith(_APP) else login
        if login == self._login:
            return
        own = self._waits if self._login is None else Waits()
        shared = self._host_wide.waits.setdefault(login, own)
        shared.limited = shared.limited.joined(own.limited)
        self._login, self._waits = login, shared

    def looks_anew(self) -> bool:
        """Whether to look for another token than the refused one: less often the longer there is none.

        A command that finds one may ask a person for it.
        """
        now, before = self._clock(), self._looked_at
        if before is not None and timedelta(0) <= now - before < _BETWEEN_LOOKS * (1 << self._looks):
            return False
        self._looks = min(self._looks + 1, _MOST_LOOKS) if before is not None else 0
        self._looked_at = now
        return True

    def heed(self, token: str | None = None, *, rest: bool = False) -> None:
        """Raise RequestFailed where nothing may be sent now, or not with this token."""
        now = self._clock()
        limited = self._waits.limited = self._waits.limited.left(now)
        if (limit := limited.limit or (limited.rest if rest else None)) is not None:
            raise RequestFailed(limit)
        breaker = self._host_wide.breaker
        if breaker.until is not None and (cause := self._host_wide.cause) is not None and breaker.rests(now):
            until = f"{breaker.until:%H:%M:%S} UTC"
            words = say.GITHUB_RESTS(host=self._host, count=breaker.failures, until=until, cause=cause.message)
            raise RequestFailed(Problem(cause.code, words, retry_at=breaker.until))
        if self._refused is not None and token == self._refused[0]:
            raise RequestFailed(self._refused[1])

    def limited(self, problem: Problem, *, rest: bool = False) -> None:
        """Wait as a limit says, one of the REST API's own with `rest`."""
        told = Limited(rest=problem) if rest else Limited(problem)
        self._waits.limited = self._waits.limited.joined(told)
        self._untold = True

    def answered(self) -> None:
        """The host has answered, and allowed what was asked."""
        self._looked_at, self._host_wide.breaker = None, Breaker()
        # An answer to what was under way when the limit was told says nothing of it.
        if self._waits.limited.limit is None:
            self._waits.strikes = 0

    def failed(self, failed: RequestFailed, token: str) -> None:
        """The host has not given an answer that can be used."""
        problem = failed.problem
        if not failed.alive:
            self._host_wide.breaker = self._host_wide.breaker.failed(self._clock())
            self._host_wide.cause = problem
            return
        self._host_wide.breaker = Breaker()
        if problem.code in LIMITS:
            self.limited(problem)
        if problem.code is ErrorCode.SECONDARY_LIMIT:
            self._waits.strikes = min(self._waits.strikes + 1, _MOST_STRIKES)
        if problem.code is ErrorCode.AUTHENTICATION:
            self._refused = token, problem

    def admit(self) -> None:
        """As a person wishes, who has another token looked for: whatever is found is sent, refused before or not."""
        self._refused, self._looked_at, self._looks = None, self._clock(), 0

    def retry(self) -> None:
        """As a person wishes: try again, but for the waits that GitHub asked for."""
        self._host_wide.breaker = self._host_wide.breaker.retried()
        self.admit()

    async def _overhear(self, token: str) -> None:
        if self._shared is not None:
            told = await asyncio.to_thread(self._shared.heard, self._names(token), self._clock())
            self._waits.limited = self._waits.limited.joined(told)

    async def _tell(self, token: str) -> None:
        if self._shared is not None and self._untold:
            self._untold = False
            await asyncio.to_thread(self._shared.tell, self._names(token), self._waits.limited, self._clock())

    def _names(self, token: str) -> list[str]:
        """Whom limits concern: whoever has the token, or another of the login's."""
        login = [f"{self._host} login {self._login}"] if self._login is not None else []
        return [f"{self._host} token {token}", *login]
