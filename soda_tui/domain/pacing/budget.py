"""The hourly points of an account: who used them, and how many of what is left are the cockpit's."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from msgspec import Struct, structs

from soda_tui.domain.model import Account, Outlook, RateLimit

# GitHub tells the end of one and the same hour by the second, and not always by the same one.
_SAME_HOUR = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


class Budget(Struct, frozen=True):
    """An account's points in the hour that ends at `reset_at`; `own` are those that this front has used of them.

    `told_at` is when GitHub told so by this machine's clock, which may be wrong: an hour that has ended by then, or
    ends in more than one, is a whole one.
    """

    limit: int
    remaining: int
    reset_at: datetime
    own: int = 0
    told_at: datetime | None = None

    @property
    def others(self) -> int:
        """What everybody else has used: other programs, people in other tools, other machines."""
        return max(self.limit - self.remaining - self.own, 0)

    def seconds(self, now: datetime) -> float:
        """How long the hour still lasts; at least one second."""
        return max((self.ends_at - now).total_seconds(), 1.0)

    @property
    def ends_at(self) -> datetime:
        """When the hour ends by this machine's clock."""
        told = self.told_at
        if told is None or told < self.reset_at <= told + _HOUR + _SAME_HOUR:
            return self.reset_at
        return told + _HOUR

    def left(self, share: float) -> float:
        """What the cockpit may still use in this hour.

        That is its share of what others leave, half of that of what there still is where it has had the other, and
        never more than its share of all.
        """
        ours = max(share * (self.limit - self.others) - self.own, share / 2 * self.remaining)
        return max(min(ours, share * self.limit - self.own), 0.0)


def observed(before: Budget | None, rate: RateLimit | None, spent: int, now: datetime | None = None) -> Budget | None:
    """The budget as GitHub told of it after this front had used so many points more; None where there is no limit."""
    if rate is None or rate.limit is None or rate.remaining is None or rate.reset_at is None:
        return before
    if before is not None and same_hour(rate.reset_at, before.reset_at):
        spent += before.own
    return Budget(rate.limit, rate.remaining, rate.reset_at, min(spent, rate.limit - rate.remaining), now)


def carried(known: Account | None, account: Account) -> Account:
    """The account with what was told of its points before, where that was in the same hour and it tells nothing.

    Whoever was never answered does not know them at all.
    """
    if known is not None and account.rate_limit is None:
        account = structs.replace(account, rate_limit=known.rate_limit)
    if known is None or account.outlook is not None or not in_one_hour(known, account):
        return account
    return structs.replace(account, outlook=known.outlook)


def exhausted(account: Account, until: datetime) -> Account:
    """The account with nothing left until then, as a refusal tells, which may be newer than what is known."""
    known = account.rate_limit or RateLimit(None, None, None, None)
    return structs.replace(account, rate_limit=structs.replace(known, remaining=0, reset_at=until))


def in_one_hour(known: Account | None, account: Account) -> bool:
    """Whether both tell of points in the same hour."""
    limits = known.rate_limit if known is not None else None, account.rate_limit
    before, now = (limit.reset_at if limit is not None else None for limit in limits)
    return before is not None and now is not None and same_hour(before, now)


def stretch(budget: Budget | None, share: float, now: datetime, wish: float) -> float:
    """How many times longer all intervals are than wished, where reading as wished costs so many points a second.

    Without end where nothing is left that may be used: then the next hour is waited for.
    """
    if budget is None or now >= budget.ends_at:
        return 1.0
    left = budget.left(share)
    return max(wish * budget.seconds(now) / left, 1.0) if left > 0 else math.inf


def outlook(budget: Budget | None, now: datetime, rate: float, every: float, slower: float = 1.0) -> Outlook | None:
    """What is told of the budget, where the cockpit uses `rate` points each second from now on."""
    if budget is None:
        return None
    return Outlook(budget.own, budget.others, round(rate * budget.seconds(now)), round(every), round(slower, 1))


def same_hour(one: datetime, other: datetime) -> bool:
    """Whether two ends that GitHub told are those of one hour."""
    return abs(one - other) < _SAME_HOUR
