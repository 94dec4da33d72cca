"""Purses: what became of the hourly points of each person on a host, as far as this front sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from msgspec import structs

from soda_tui.domain.model import Account
from soda_tui.domain.pacing import budget
from soda_tui.domain.pacing.budget import Budget


class Purses:
    """Each reading's account goes through `noted`; `plan` says at which rate this front goes on, where it polls.

    Accounts go by their keys. All tokens of one login have one purse: GitHub counts what they use together.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._purses: dict[str, str] = {}
        self._budgets: dict[str, Budget] = {}
        self._points: dict[str, int] = {}
        self._plans: dict[str, tuple[float, float, float]] = {}
        self._wishes: dict[str, float] = {}
        self._untold: dict[str, int] = {}
        self._shared: dict[str, tuple[datetime, int]] = {}

    def noted(self, accounts: Iterable[Account], points: Mapping[str, int]) -> tuple[Account, ...]:
        """The accounts with what is told of their points; `points` counts those that this front ever used of each."""
        return tuple(self._noted(account, points.get(account.key, 0)) for account in accounts)

    def budget(self, reader: str) -> Budget | None:
        """What is known of an account's points; None where its host tells of no limit."""
        return self._budgets.get(self._of(reader))

    def wish(self, reader: str, wish: float) -> float:
        """What all that share an account's purse wish to use each second, where this is its own wish."""
        self._wishes[reader] = wish
        return sum(each for other, each in self._wishes.items() if self._of(other) == self._of(reader))

    def used(self, reader: str) -> int:
        """The points that this front ever used of an account's."""
        return self._points.get(reader, 0)

    def plan(self, reader: str, rate: float, every: float, slower: float = 1.0) -> None:
        """Go on with so many points each second and so many seconds between two looks, so many times the wish."""
        self._plans[reader] = rate, every, slower

    def _noted(self, account: Account, points: int) -> Account:
        key, purse = account.key, self._note(account)
        spent = points - self._points.get(key, 0)
        before = self._budgets.get(purse)
        found = budget.observed(before, account.rate_limit, spent, self._clock())
        if before is not None and found is not None and not budget.same_hour(before.reset_at, found.reset_at):
            self._untold.pop(key, None)
        self._untold[key] = self._untold.get(key, 0) + spent
        self._points[key] = points
        if found is None:
            return account
        self._budgets[purse] = found
        return self.told(account)

    def tell(self, reader: str) -> int:
        """The points of an account that this front has used since it told the last time."""
        return self._untold.pop(reader, 0)

    def recall(self, account: Account, own: int) -> None:
        """Go on from what the fronts of this machine have used together, whose share of the hour is one."""
        purse, now = self._note(account), self._clock()
        known, found = self._budgets.get(purse), budget.observed(None, account.rate_limit, own, now)
        if found is None or found.reset_at <= now:
            return
        self._shared[account.key] = found.reset_at, own
        if known is None:
            self._budgets[purse] = found
        elif budget.same_hour(found.reset_at, known.reset_at):
            self._budgets[purse] = structs.replace(known, own=max(known.own, self._together(purse, known.reset_at)))

    def _together(self, purse: str, hour: datetime) -> int:
        """What all fronts have used of a purse in the hour that ends then, by all of its accounts."""
        told = {key: own for key, (end, own) in self._shared.items() if budget.same_hour(end, hour)}
        keys = (key for key in {*told, *self._untold} if self._of(key) == purse)
        return sum(told.get(key, 0) + self._untold.get(key, 0) for key in keys)

    def told(self, account: Account) -> Account:
        """The account with what becomes of its points, where this front polls as it."""
        key, purse = account.key, self._of(account.key)
        found = self._budgets.get(purse)
        if found is None or key not in self._plans:
            return account
        rate = sum(each for reader, (each, *_) in self._plans.items() if self._of(reader) == purse)
        return structs.replace(account, outlook=budget.outlook(found, self._clock(), rate, *self._plans[key][1:]))

    def _note(self, account: Account) -> str:
        if account.login is not None:
            self._purses[account.key] = f"{account.host} {account.login.lower()}"
        return self._of(account.key)

    def _of(self, reader: str) -> str:
        return self._purses.get(reader, reader)
