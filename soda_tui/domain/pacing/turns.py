"""Turns: each time that GitHub is asked, which repositories are read whole, and of which only whether they changed."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from itertools import islice

from msgspec import Struct

from soda_tui.domain.failure import ErrorCode

# Above so many, a probe finds out who has changed: a fiftieth of a point each, where reading costs a sixth.
FEW = 25
# Twenty times as many repositories are looked at three times as seldom: all of a hundred within a minute for some
# four hundred points an hour, all of five hundred within two for eleven hundred.
_GROWTH = 0.38
_IDLE = 2.0
_IDLE_AFTER = 600.0
_IDLE_WITHIN = 60.0
_GONE = 20.0
_GONE_WITHIN = 600.0
_WHOLE_WITHIN = 600.0
# A request costs a point at least, for which so many repositories are read: what is next comes along for nothing.
_TOGETHER = 8
# What is nearly due is read with what is due: two requests cost more than one.
_NEARLY = 0.25
_JITTER = 0.1
_GONE_CODES = frozenset({ErrorCode.NOT_FOUND, ErrorCode.SAML, ErrorCode.FORBIDDEN})
CHECKS_WITHIN = 60.0


class Interest(Struct, frozen=True):
    """What tells how soon a repository is looked at again; all in seconds, None for never.

    `seen` is how long ago GitHub was asked for news of it, `whole` how long ago all of it was read, `changed` since
    when nothing has changed. `lively` says that something goes on: an agent works, checks run, a person looks at it.
    """

    seen: float | None = None
    whole: float | None = None
    changed: float = 0.0
    lively: bool = False
    problem: ErrorCode | None = None

    def times(self, period: float) -> float:
        """How many times the period passes from one look to the next."""
        if self.problem in _GONE_CODES:
            return _times(period, _GONE_WITHIN, _GONE)
        idle = not self.lively and self.changed >= _IDLE_AFTER
        return _times(period, _IDLE_WITHIN, _IDLE) if idle else 1.0


class Turn(Struct, frozen=True):
    """Whom to probe, and whom to read whole whatever the probe says."""

    probe: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()


def _times(period: float, within: float, most: float) -> float:
    """How many whole periods pass within so many seconds, at least one and so many at most."""
    return max(min(within // max(period, 1.0), most), 1.0)


def period_of(interval: float, count: int) -> float:
    """The seconds between two looks at so many repositories of an account, where nothing stretches them."""
    return interval * math.pow(max(count / FEW, 1.0), _GROWTH)


def wait(period: float, stretch: float, uniform: float) -> float:
    """The seconds until the next turn; `uniform`, a random number from 0 to 1, keeps machines from falling in step."""
    return period * stretch * (1 + _JITTER * (uniform - 0.5))


def turn(interests: Mapping[str, Interest], period: float, stretch: float = 1.0) -> Turn:
    """What is due when a period has passed."""
    due = frozenset(key for key, one in interests.items() if _is_due(one, period, stretch))
    if len(interests) <= FEW:
        others = {key: one.seen or 0.0 for key, one in interests.items() if key not in due and not one.problem}
        return Turn(read=due.union(_oldest(others)[: _room(due)]))
    return Turn(probe=due, read=frozenset(key for key in due if interests[key].whole is None))


def _is_due(one: Interest, period: float, stretch: float) -> bool:
    if one.seen is None:
        return True
    # Idle ones wait no longer than others where everything is stretched.
    stretched = period * stretch
    return one.seen >= (one.times(stretched) - _NEARLY) * stretched


def whole(
    interests: Mapping[str, Interest], changed: Collection[str], stretch: float = 1.0, points: float = math.inf
) -> frozenset[str]:
    """Whom to read whole after a probe: who has changed, and of the others those that were not read for long.

    Of these no more than so many points are enough for.

    A probe does not see everything: an issue may wait for another one by now, which moves neither; labels may have got
    other names, and rights may have gone.
    """
    ages = {key: one.whole or 0.0 for key, one in interests.items() if key not in changed and not one.problem}
    room, within = _room(changed), _WHOLE_WITHIN * stretch
    late = (key for at, key in enumerate(_oldest(ages)) if ages[key] >= within / (2 if at < room else 1))
    most = room + _TOGETHER * int(min(points, len(ages)))
    return frozenset(changed).union(islice(late, most))


def _room(wanted: Collection[str]) -> int:
    """How many may be read with these for nothing."""
    return -len(wanted) % _TOGETHER


def _oldest(ages: Mapping[str, float]) -> list[str]:
    return sorted(ages, key=lambda key: -ages[key])


def again(code: ErrorCode, seconds: float) -> float:
    """In how many seconds a repository is tried again that gave such a problem, where turns come each so many."""
    return seconds * Interest(0.0, problem=code).times(seconds)
