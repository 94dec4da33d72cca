"""What a person is told of an account's points."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.model import Account
from soda_tui.domain.text import one_line
from soda_tui.domain.times import limit_words


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
