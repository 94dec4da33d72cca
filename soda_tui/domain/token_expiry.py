"""Tokens that expire soon, said before nothing can be read or changed any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from soda_tui.domain import sentences as say
from soda_tui.domain.model import Account

SOON = timedelta(days=7)


def expiring(accounts: Iterable[Account], now: datetime) -> tuple[Account, ...]:
    """The accounts whose tokens expire within a week, the first one first."""
    found = ((each.token_expires_at, each) for each in accounts if each.token_expires_at is not None)
    return tuple(each for at, each in sorted(found, key=lambda one: one[0]) if at - now < SOON)


def expiry_words(account: Account) -> str:
    """That an account's token expires, and what to do."""
    day = f"{account.token_expires_at:%Y-%m-%d}"
    if account.name is not None:
        return say.GITHUB_ACCOUNT_EXPIRES(host=account.host, account=account.name, day=day)
    return say.GITHUB_TOKEN_EXPIRES(host=account.host, day=day)
