"""What a person is told of an account's points."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.model import Account
from soda_tui.domain.text import one_line

# A person is told where intervals are so many times the wish, or others have used such a part of all points.
_SLOW, _MUCH = 1.25, 0.25
# From so many seconds on, a span is told in minutes.
_MINUTES = 100


def points_words(account: Account) -> str:
    """How many are left, and whose they will be, in sentences; empty where the host has no limit."""
    limit, told = account.rate_limit, account.outlook
    if limit is None or limit.remaining is None or limit.limit is None or limit.reset_at is None:
        return ""
    until = f"{limit.reset_at:%H:%M} UTC"
    left = say.POINTS_LEFT(host=one_line(account.key), remaining=limit.remaining, limit=limit.limit, until=until)
    if told is None:
        return left
    every = _span(told.every)
    return f"{left} {say.POINTS_OUTLOOK(own=told.own, forecast=told.forecast, others=told.others, every=every)}"


def slow(account: Account) -> bool:
    """Whether an account's repositories are looked at less often than wished, as its points are scarce."""
    return account.outlook is not None and account.outlook.slower >= _SLOW


def concerns(account: Account) -> tuple[str, ...]:
    """What of the points a person should know without asking, each in a few words; mostly nothing."""
    limit, told = account.rate_limit, account.outlook
    if limit is None or not limit.limit or told is None:
        return ()
    words = [f"read every {_span(told.every)}"] if slow(account) else []
    if not words and told.forecast > (limit.remaining or 0):
        words.append("may not last")
    return (*words, f"{told.others:,} used outside the cockpit") if told.others >= _MUCH * limit.limit else tuple(words)


def _span(seconds: float) -> str:
    """A span that comes of reckoning, and is exact to nobody's use."""
    return f"{round(seconds / 60)} min" if seconds >= _MINUTES else f"{round(seconds)} s"
