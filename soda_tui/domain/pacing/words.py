"""What a person is told of an account's points."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.model import Account
from soda_tui.domain.text import one_line
from soda_tui.domain.times import limit_words

# A person is told where intervals are so many times the wish, or others have used such a part of all points.
_SLOW, _MUCH = 1.25, 0.25


def points_words(account: Account) -> str:
    """How many are left, and whose they will be, in sentences; empty where the host has no limit."""
    limit, told = account.rate_limit, account.outlook
    if limit is None or limit.remaining is None or limit.limit is None or limit.reset_at is None:
        return ""
    until = f"{limit.reset_at:%H:%M} UTC"
    left = say.POINTS_LEFT(host=one_line(account.key), remaining=limit.remaining, limit=limit.limit, until=until)
    if told is None:
        return left
    every = limit_words(told.every)
    return f"{left} {say.POINTS_OUTLOOK(own=told.own, forecast=told.forecast, others=told.others, every=every)}"


def slow(account: Account) -> bool:
    """Whether an account's repositories are looked at less often than wished, as its points are scarce."""
    return account.outlook is not None and account.outlook.slower >= _SLOW


def concerns(account: Account) -> tuple[str, ...]:
    """What of the points a person should know without asking, each in a few words; mostly nothing."""
    limit, told = account.rate_limit, account.outlook
    if limit is None or not limit.limit or told is None:
        return ()
    words = [f"read every {limit_words(told.every)}"] if slow(account) else []
    if not words and told.forecast > (limit.remaining or 0):
        words.append("may not last")
    return (*words, f"{told.others:,} used elsewhere") if told.others >= _MUCH * limit.limit else tuple(words)
