"""Pacing: what is read when, and that a share of the account's points is enough, whoever else uses it."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import Account, Outlook, RateLimit
from soda_tui.domain.pacing.budget import Budget, carried, observed, outlook, stretch
from soda_tui.domain.pacing.turns import FEW, Interest, Turn, again, period_of, turn, wait, whole
from soda_tui.domain.pacing.words import points_words

NOW = datetime(2026, 1, 1, 8, tzinfo=UTC)
RESET = NOW + timedelta(hours=1)


def rate(remaining: int, reset_at: datetime = RESET) -> RateLimit:
    return RateLimit(5000, remaining, 1, reset_at)


def test_what_others_use_is_what_went_and_was_not_our_own() -> None:
    first = observed(None, rate(4900), 10)
    assert first is not None and (first.own, first.others) == (10, 90)
    second = observed(first, rate(4000, RESET + timedelta(seconds=2)), 40)
    assert second is not None and (second.own, second.others) == (50, 950)
    anew = observed(second, rate(4999, RESET + timedelta(hours=1)), 1)
    assert anew is not None and (anew.own, anew.others) == (1, 0)
    assert observed(None, RateLimit(None, None, 1, None), 5) is None, "a host without limits"
    told = outlook(second, NOW, 0.1, 30.4)
    assert told is not None and (told.own, told.others, told.forecast, told.every) == (50, 950, 360, 30)


@pytest.mark.parametrize("burnt", [0, 1000, 4000, 4990])
@pytest.mark.parametrize("wish", [0.05, 0.4, 4.0])
def test_the_share_is_kept_in_every_hour_and_used_where_it_is_wished_for(burnt: int, wish: float) -> None:
    share, own, cost = 0.3, 0.0, 4.0
    second, paces = 0.0, []
    while second < 3600:
        others = min(burnt, burnt * second / 1200, 5000 - own)
        budget = Budget(5000, max(round(5000 - others - own), 0), RESET, round(own))
        pace = stretch(budget, share, NOW + timedelta(seconds=second), wish)
        paces.append(pace)
        own += cost
        second += cost / wish * pace
    assert own <= share * 5000 + cost
    if burnt <= 4000:
        assert own + burnt < 5000, "nobody comes to the end of the points"
    if burnt == 0:
        assert own >= min(wish * 3600, share * 5000) * 0.95, "what is its own is not left unused"
        assert max(paces[:-9]) / min(paces[:-9]) < 1.1, "evenly"
    if burnt == 4000 and wish == 0.4:
        assert max(later / sooner for sooner, later in pairwise(paces)) < 1.6, "smoothly"


def test_what_was_told_of_an_hour_is_told_on_in_that_hour_and_not_in_the_next() -> None:
    told = Account("github.com", "you", rate(4000), Outlook(10, 990, 100, 30))
    same = carried(told, Account("github.com", "you", rate(3999, RESET + timedelta(seconds=1))))
    assert same.outlook == told.outlook and same.rate_limit == rate(3999, RESET + timedelta(seconds=1))
    assert carried(told, Account("github.com", "you", rate(4990, RESET + timedelta(hours=1)))).outlook is None
    newer = Account("github.com", "you", rate(3000), Outlook(11, 1989, 90, 40))
    assert carried(told, newer) is newer and carried(None, newer) is newer
    assert carried(told, Account("github.com", None, None)).rate_limit == rate(4000), "it was never answered"


def test_it_is_told_whose_the_points_are() -> None:
    told = Account("github.com", "you", rate(4000), Outlook(10, 990, 100, 30))
    assert points_words(told) == (
        "github.com: 4000 of 5000 API points are left until 09:00 UTC. Until then the cockpit needs some 100 "
        "more; it has used 10, and all else that has your token, commands of soda-tui and agents as well, 990. Each "
        "repository is looked at every 30 s."
    )
    alone = Account("github.com", "you", rate(4000))
    assert points_words(alone) == "github.com: 4000 of 5000 API points are left until 09:00 UTC."
    assert points_words(Account("git.example.org", "you", RateLimit(None, None, 1, None))) == ""


def test_nothing_is_left_and_nothing_is_known() -> None:
    assert stretch(Budget(5000, 0, RESET, 100), 0.3, NOW, 0.1) == math.inf
    assert stretch(None, 0.3, NOW, 0.1) == stretch(Budget(5000, 0, NOW, 0), 0.3, NOW, 0.1) == 1.0


@pytest.mark.parametrize("ahead", [timedelta(minutes=61), timedelta(hours=-3)])
def test_a_clock_that_is_wrong_does_not_make_points_many(ahead: timedelta) -> None:
    budget = observed(None, rate(100), 10, NOW + ahead)
    assert budget is not None and budget.seconds(NOW + ahead) == 3600
    assert stretch(budget, 0.3, NOW + ahead, 0.5) > 10


def test_intervals_grow_slower_than_numbers_and_are_never_shorter_than_wished() -> None:
    assert period_of(30, 1) == period_of(30, FEW) == 30
    assert period_of(30, 100) < 55 and period_of(30, 500) < 105
    assert {wait(30, 1.0, uniform) for uniform in (0.0, 0.5, 1.0)} == {28.5, 30.0, 31.5}
    assert wait(30, 200.0, 0.5) == 6000, "the share is kept however long that takes"


def test_few_are_read_and_idle_ones_among_them_every_other_time() -> None:
    lively = {f"l{number}": Interest(30, 30, 5000, lively=True) for number in range(8)}
    idle = {f"i{number}": Interest(30 + number, 30, 5000) for number in range(12)}
    assert turn({**lively, **idle}, 30) == Turn(read=frozenset(lively))
    one = {"l": Interest(30, 30, 0), **idle}
    assert turn(one, 30).read == {"l", *(f"i{number}" for number in range(5, 12))}, "the oldest of them for nothing"
    assert turn(idle, 30) == Turn(), "nobody is due"
    assert turn({"new": Interest()}, 30).read == {"new"}
    forty = {f"i{number}": Interest(36, 600, 5000) for number in range(40)}
    assert turn(forty, period_of(30, 40)).probe == forty.keys(), "twice their period would be more than a minute"
    seldom = {"i": Interest(120, 120, 5000)}
    assert turn(seldom, 120).read == {"i"}, "whoever looks seldom does not look at idle ones more seldom yet"


def test_many_are_probed_and_read_where_something_changed_or_long_ago() -> None:
    known = {f"k{number}": Interest(50, 200, 600) for number in range(40)}
    new = {"new": Interest()}
    assert turn({**known, **new}, 50) == Turn(frozenset({*known, "new"}), frozenset({"new"}))
    assert whole(known, ["k1", "k2"]) == {"k1", "k2"}
    late = {**known, "late": Interest(50, 601, 9000), "soon": Interest(50, 301, 9000)}
    assert whole(late, []) == {"late"}
    assert whole(late, ["k1"]) == {"k1", "late", "soon"}
    many = {f"m{number}": Interest(50, 601 + number) for number in range(20)}
    assert len(whole(many, [], 1.0, 1.9)) == 8 and not whole(many, [], 1.0, 0.9), "as many as points are left for"
    assert whole(late, [], 2.0) == set() and "late" in whole({"late": Interest(50, 1201)}, [], 2.0)


@pytest.mark.parametrize("code", [ErrorCode.NOT_FOUND, ErrorCode.SAML])
def test_what_is_not_there_is_asked_for_seldom(code: ErrorCode) -> None:
    for seen, read in ((30, frozenset()), (570, frozenset()), (595, {"a"})):
        assert turn({"a": Interest(seen, None, 0, problem=code)}, 30).read == read
    assert turn({"a": Interest(30, None, 0, problem=ErrorCode.NETWORK)}, 30).read == {"a"}
    assert again(code, 30) == 600 and again(code, 900) == 900 and again(code, 0.0) == 0.0
    assert again(ErrorCode.NETWORK, 30) == 30
