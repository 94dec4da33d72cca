"""Purses: whose points they are that an account uses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from soda_tui.cockpit.purses import Purses
from soda_tui.domain.model import Account, RateLimit

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def account(login: str, remaining: int, host: str = "github.com", name: str | None = None) -> Account:
    """An account after a reading."""
    return Account(host, login, RateLimit(5000, remaining, 1, NOW + timedelta(minutes=30)), name=name)


def test_two_tokens_of_one_login_have_one_purse_and_other_logins_their_own() -> None:
    purses = Purses(lambda: NOW)
    for key, rate in (("github.com", 0.1), ("github.com/work", 0.2), ("github.com/other", 0.4)):
        purses.plan(key, rate, 30.0)
    purses.noted([account("ada", 4990)], {"github.com": 10})
    purses.noted([account("Ada", 4960, name="work")], {"github.com": 10, "github.com/work": 20})
    (told,) = purses.noted([account("ada", 4950)], {"github.com": 20, "github.com/work": 20})
    (other,) = purses.noted([account("eve", 4999, name="other")], {"github.com/other": 1})
    own = purses.budget("github.com")
    assert own is not None and own is purses.budget("github.com/work")
    # Ten of the fifty that are gone are somebody else's, and neither of ours counts the other's so.
    assert (own.own, own.others) == (40, 10)
    assert told.outlook is not None and other.outlook is not None
    assert (told.outlook.own, told.outlook.others, other.outlook.own) == (40, 10, 1)
    # Both go on: what both need until the hour ends is told of each.
    assert told.outlook.forecast > purses_alone(0.1)


def purses_alone(rate: float) -> int:
    """What the first would need by itself."""
    purses = Purses(lambda: NOW)
    purses.plan("github.com", rate, 30.0)
    (told,) = purses.noted([account("ada", 4950)], {"github.com": 50})
    assert told.outlook is not None
    return told.outlook.forecast


def test_those_of_one_purse_wish_together() -> None:
    purses = Purses(lambda: NOW)
    purses.noted([account("ada", 4990), account("ada", 4990, name="work"), account("eve", 4990, name="other")], {})
    assert purses.wish("github.com", 0.25) == 0.25 and purses.wish("github.com/other", 1.0) == 1.0
    assert purses.wish("github.com/work", 0.5) == purses.wish("github.com", 0.25) == 0.75
