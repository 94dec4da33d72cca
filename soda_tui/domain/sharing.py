"""Sharing: how old what another front of this machine has read of GitHub may be, for a front that would read it too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.model import Account
from soda_tui.domain.pacing.turns import again

MICROSECONDS = 1_000_000
LIMITS = frozenset({ErrorCode.RATE_LIMIT, ErrorCode.SECONDARY_LIMIT})
# What GitHub itself says of an account or a repository. That it was not reached may lie in one front's surroundings,
# and for a token that is refused each has to look for another.
TOLD_BY_GITHUB = frozenset({ErrorCode.FORBIDDEN, ErrorCode.SAML, ErrorCode.NOT_FOUND, *LIMITS})
_AS_OFTEN = 1.1
_LONGEST = timedelta(hours=1, minutes=1)


class Limited(Struct, frozen=True):
    """What keeps a login from sending: `limit` anything at all, `rest` anything to the REST API."""

    limit: Problem | None = None
    rest: Problem | None = None

    def joined(self, other: Limited) -> Limited:
        """Both, of each kind the one that lasts longer."""
        return Limited(_longer(self.limit, other.limit), _longer(self.rest, other.rest))

    def left(self, now: datetime) -> Limited:
        """What of it is not over; what seems to last for longer than any limit comes of a clock that was set."""
        return Limited(*(one if one and now < _end(one) <= now + _LONGEST else None for one in (self.limit, self.rest)))


def _longer(known: Problem | None, told: Problem | None) -> Problem | None:
    if known is None or told is None:
        return told or known
    return told if _end(told) >= _end(known) else known


def _end(limit: Problem) -> datetime:
    return limit.retry_at or datetime.min.replace(tzinfo=UTC)


class Shared(Struct, frozen=True):
    """What the fronts of this machine have learnt of one repository on GitHub.

    `facts` were asked for at `at`, in microseconds of the time of day; `problem` is why none came at `tried`, where
    that was later. `every` is the number of seconds in which the host's reader would poll it, None where it does not;
    `within` is the number in which it does, since the account's points are not its own alone.
    """

    facts: RemoteFacts | None
    at: int
    problem: Problem | None = None
    tried: int = 0
    every: float | None = None
    within: float = 0.0

    @property
    def moment(self) -> int:
        """When GitHub was asked the last time."""
        return max(self.at, self.tried)


class Told(Struct, frozen=True):
    """What the fronts of this machine have learnt of one host: repositories by key, and what is left of the account.

    `own` are the points that they have used of it together, in the hour that it tells of.
    """

    repositories: dict[str, Shared]
    account: Account | None = None
    own: int = 0


class Trust(Struct, frozen=True):
    """The seconds that a reading may be old to be taken instead of one's own.

    What somebody polls at least each `every` seconds may be older: two of the spans in which that one really does.
    """

    seconds: float
    every: float = 0.0

    def suffices(self, shared: Shared, now: int) -> bool:
        """Whether this one does; one from the future tells of a clock that was set, and of nothing else."""
        followed = shared.every is not None and shared.every <= self.every * _AS_OFTEN
        allowed = max(self.seconds, shared.within * 2) if followed else self.seconds
        if followed and shared.problem is not None:
            allowed = again(shared.problem.code, allowed)
        return 0 <= now - shared.moment < allowed * MICROSECONDS


def while_polled(interval: float) -> Trust:
    """The trust of a front that would read each interval."""
    return Trust(interval * 0.9, interval)


def time_of(moment: int) -> datetime:
    """A moment as it is shown, in whole seconds."""
    return datetime.fromtimestamp(moment // MICROSECONDS, UTC)
