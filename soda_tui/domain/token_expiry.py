"""Tokens that expire soon, said before nothing can be read or changed any more; and where the next one is put."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from soda_tui.domain import sentences as say
from soda_tui.domain.model import Account
from soda_tui.domain.text import counted
from soda_tui.domain.times import age, limit_words

SOON = timedelta(days=7)
COMMAND = "its token_command"
GH = "gh auth token"
_DAY = timedelta(days=1)
_HOURS = timedelta(hours=2)


def expiring(accounts: Iterable[Account], now: datetime) -> tuple[Account, ...]:
    """The accounts whose tokens expire within a week, the first one first."""
    found = ((each.token_expires_at, each) for each in accounts if each.token_expires_at is not None)
    return tuple(each for at, each in sorted(found, key=lambda one: one[0]) if at - now < SOON)


def expiry_words(account: Account, now: datetime) -> str:
    """That an account's token expires, and what to do; empty for one that does not."""
    if account.token_expires_at is None:
        return ""
    expires = expires_words(account.token_expires_at, now)
    if account.name is not None:
        return say.GITHUB_ACCOUNT_EXPIRES(host=account.host, account=account.name, expires=expires)
    return say.GITHUB_TOKEN_EXPIRES(
        host=account.host, expires=expires, remedy=renewal(account.host, account.token_source)
    )


def expires_words(at: datetime, now: datetime) -> str:
    """When a token expires: on a day, and within the next at a minute."""
    if at <= now:
        return f"expired at {at:%H:%M} UTC on {at:%Y-%m-%d}"
    if not near(at, now):
        return f"expires on {at:%Y-%m-%d}"
    left = at - now
    span = (
        limit_words(max(left.total_seconds() // 60, 1) * 60) if left < _HOURS else counted(left.seconds // 3600, "hour")
    )
    return f"expires at {at:%H:%M} UTC, in {span}"


def end_words(at: datetime | None, now: datetime) -> str:
    """The same in a few characters."""
    if at is None or at <= now:
        return "expired"
    return f"until {at:%H:%M} UTC, {age(now, at)}" if near(at, now) else f"until {at:%d %b}"


def near(at: datetime | None, now: datetime) -> bool:
    """Whether the minute of the end matters by now."""
    return at is not None and at - now < _DAY


def renewal(host: str, source: str | None) -> str:
    """What to do for another token of a host's own, by where the one in use came from."""
    if source == COMMAND:
        return say.TOKEN_FROM_COMMAND(host=host)
    if source == GH:
        return say.TOKEN_FROM_GH(host=host)
    return say.TOKEN_FROM_VARIABLE(variable=source) if source else say.TOKEN_FROM_SOMEWHERE()
