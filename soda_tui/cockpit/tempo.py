"""Tempo: what the repositories of one account are asked for at each turn, and how long it is until the next one.

The rules are those of `domain/pacing`; here is what they need to know, taken from the board.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from math import inf

from soda_tui.cockpit.board import Board
from soda_tui.cockpit.purses import Purses
from soda_tui.domain import sentences as say
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.pacing import turns
from soda_tui.domain.pacing.budget import stretch
from soda_tui.domain.pacing.turns import CHECKS_WITHIN, FEW, Interest, Turn
from soda_tui.domain.probing import checking, followed, under_check
from soda_tui.domain.sharing import LIMITS, MICROSECONDS, Limited

_AFTER_LIMIT = 5.0
# What somebody begins to look at is read anew where it is older than this, in seconds.
_FRESH = 15.0
# Whoever asks for it gets what was read in this part of the time by which scarce points keep two looks apart.
_LATELY = 0.125
# How much the newest turn counts in what a turn costs; what is guessed first are points for each repository.
_WEIGHT = 0.3
_READING, _PROBING = 0.2, 0.04
# However scarce points are, a person is told where something was not looked at for twice so many seconds.
_UNSAID = 900.0


class Tempo:
    """Follows what was read and what it cost; `uniform` gives random numbers from 0 to 1, `share` is a part of 1.

    `planned` are the seconds in which all is looked at by the newest turn's plan.
    """

    def __init__(
        self,
        reader: str,
        keys: Collection[str],
        board: Board,
        purses: Purses,
        clock: Callable[[], datetime],
        uniform: Callable[[], float],
        interval: float,
        share: float,
    ) -> None:
        self.interval = interval
        self.period = turns.period_of(interval, len(keys))
        self._reader = reader
        self._keys = tuple(keys)
        self._board = board
        self._purses = purses
        self._clock = clock
        self._uniform = uniform
        self._share = share
        self._cost = max(len(keys) * (_READING if self.few else _PROBING), 1.0)
        self._used: int | None = None
        self._marks: dict[str, str] = {}
        self._whole: dict[str, int] = {}
        self._seen: dict[str, tuple[RemoteFacts | None, int]] = {}
        self._checked = 0
        self._focus: str | None = None
        self._rested = False
        self.planned = self.within

    @property
    def few(self) -> bool:
        """Whether all are read at each turn, and none is probed."""
        return len(self._keys) <= FEW

    @property
    def stretch(self) -> float:
        """How many times longer intervals are than wished, since others use the account as well."""
        wish = self._purses.wish(self._reader, self._cost / self.period)
        return stretch(self._purses.budget(self._reader), self._share, self._clock(), wish)

    @property
    def within(self) -> float:
        """The seconds in which every repository is looked at, but those that are not there."""
        return self._every(1.0) * _times(self._every(0.5))

    @property
    def unsaid(self) -> float:
        """The seconds in which a person takes it for granted that every repository is looked at."""
        return max(turns.wait(self.period, 1.0, 1.0) * _times(self.period), min(self.planned, _UNSAID))

    def why_late(self) -> str:
        """Why a repository was not looked at for longer than that."""
        budget = self._purses.budget(self._reader)
        if budget is None or self.stretch == 1.0:
            return say.LATE()
        return say.LATE_SCARCE(host=self._reader, until=f"{budget.ends_at:%H:%M} UTC")

    def turn(self, keys: Iterable[str]) -> Turn:
        """What to do now for these."""
        return turns.turn(self._interests(keys), self.period, self.stretch)

    def mark(self, key: str) -> str | None:
        """The mark that a repository had when it was read the last time, as far as that is known.

        No mark tells who has the name of one that is called otherwise by now.
        """
        remote = self._board.known(key).remote
        return self._marks.get(key) if remote is not None and remote.name.key == key else None

    def whole(self, keys: Iterable[str], changed: Collection[str]) -> frozenset[str]:
        """Whom of some to read after a probe, of which these have changed."""
        budget = self._purses.budget(self._reader)
        points = budget.left(self._share) if budget is not None else inf
        return turns.whole(self._interests(keys), changed, self.stretch, points)

    def took(self, read: Iterable[str], marks: dict[str, str]) -> None:
        """A turn has ended, in which these were read after they had such marks."""
        now = self._checked = self._board.ticket()
        for key in read:
            if self._board.known(key).problem is None:
                self._whole[key] = now
                self._marks[key] = marks.get(key, "")
        used = self._purses.used(self._reader)
        if self._used is not None:
            self._cost += _WEIGHT * (used - self._used - self._cost)
        self._used = used
        every = self._every(0.5)
        self.planned = self.within
        self._purses.plan(self._reader, max(self._cost, 0.0) / every, every, every / self.period)

    def wait(self) -> float:
        """The seconds until the next turn."""
        limited = self.limited
        if limited > 0:
            return limited + _AFTER_LIMIT * self._uniform()
        return self._every(self._uniform())

    def _every(self, uniform: float) -> float:
        """The seconds from one look to the next, which is when there are points again at the latest."""
        budget, wished = self._purses.budget(self._reader), turns.wait(self.period, 1.0, uniform)
        if budget is None:
            return wished
        ended = budget.seconds(self._clock()) + _AFTER_LIMIT * uniform
        return max(min(wished * self.stretch, ended), wished)

    def checks_due(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The pull requests of these repositories with running checks, where it is time to look between two turns."""
        age = (self._board.ticket() - self._checked) / MICROSECONDS
        if age < turns.wait(max(CHECKS_WITHIN, self.period / 2), self.stretch, 0.5) or self.limited > 0:
            return ()
        self._checked = self._board.ticket()
        return checking(self._remotes(keys))

    def followed(self, keys: Iterable[str]) -> tuple[str, ...]:
        """What of these repositories is looked up with a probe, as no mark tells that it has moved."""
        known = ((self._board.known(key).remote, self._board.view(key).queue) for key in keys)
        return followed([(remote, queue) for remote, queue in known if remote is not None])

    def _remotes(self, keys: Iterable[str]) -> Iterator[RemoteFacts]:
        return (remote for key in keys if (remote := self._board.known(key).remote) is not None)

    def fresh(self, key: str) -> bool:
        """Whether even who asks for it has to be content with what is known, since points are scarce."""
        age = self._age(key)
        apart = self._every(0.5) - max(self.period, _FRESH)
        return age is not None and self._board.known(key).problem is None and age < _LATELY * apart

    def look_at(self, key: str | None) -> str | None:
        """Tell at each tick what a person looks at; it is due once they rest there and it is not fresh."""
        if key != self._focus:
            self._focus, self._rested = key, False
            return None
        if key is None or self._rested or key not in self._keys:
            return None
        self._rested = True
        age = self._age(key)
        return key if age is None or age >= min(_FRESH, self.period) * self.stretch else None

    @property
    def limited(self) -> float:
        """The seconds that a limit's wait still lasts."""
        now = self._clock()
        problems = (self._board.known(key).problem for key in self._keys)
        told = (Limited(one).left(now).limit for one in problems if one is not None and one.code in LIMITS)
        ends = (one.retry_at for one in told if one is not None and one.retry_at is not None)
        return (max(ends, default=now) - now) / timedelta(seconds=1)

    def _interests(self, keys: Iterable[str]) -> dict[str, Interest]:
        return {key: self._interest(key) for key in keys}

    def _interest(self, key: str) -> Interest:
        now, facts = self._board.ticket(), self._board.known(key)
        remote, since = self._seen.get(key, (None, now))
        if facts.remote is not remote:
            self._seen[key] = facts.remote, now
            since = now
        claim = self._board.view(key).agent.claim
        running = facts.remote is not None and bool(under_check(facts.remote))
        return Interest(
            seen=self._age(key),
            whole=(now - self._whole[key]) / MICROSECONDS if key in self._whole else None,
            changed=(now - since) / MICROSECONDS,
            lively=running or key == self._focus or (claim is not None and claim.mine),
            problem=facts.problem.code if facts.problem is not None else None,
        )

    def _age(self, key: str) -> float | None:
        moment = self._board.moment(key)
        age = (self._board.ticket() - moment) / MICROSECONDS
        return age if moment else None


def _times(period: float) -> float:
    """How many times the period passes between two looks where nothing goes on."""
    return Interest(0.0, changed=inf).times(period)
