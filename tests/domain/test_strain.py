"""How much is asked of a host that struggles, and when it is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from soda_tui.domain.batching import Batching
from soda_tui.domain.breaker import Breaker

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def after(batching: Batching, answers: int) -> Batching:
    """What it is after so many whole answers."""
    for _ in range(answers):
        batching = batching.answered()
    return batching


def test_batches_are_halved_down_to_one_repository_and_grow_again_after_ten_answers_each() -> None:
    small = Batching()
    sizes = []
    for _ in range(6):
        small = small.struggled()
        sizes.append(small.repositories)
    assert sizes == [12, 6, 3, 1, 1, 1]
    assert small.lean
    assert after(small, 9).repositories == 1
    grown = after(small, 10)
    assert (grown.repositories, grown.lean) == (2, False)
    assert [after(small, 10 * n).repositories for n in range(2, 6)] == [4, 8, 16, 24]
    assert after(small, 60) == Batching()


def test_a_failure_between_begins_the_count_anew() -> None:
    assert after(after(Batching().struggled(), 9).struggled(), 9).repositories == 6


def test_who_is_asked_to_slow_down_sends_fewer_at_once_and_then_less_in_each() -> None:
    one = Batching().slowed()
    assert (one.repositories, one.in_flight) == (24, 1)
    assert (one.slowed().repositories, one.slowed().in_flight) == (12, 1)
    assert after(one, 10) == Batching()


def test_a_host_is_left_alone_after_six_failures_and_longer_after_each_try() -> None:
    breaker = Breaker()
    for _ in range(5):
        breaker = breaker.failed(NOW)
    assert breaker.until is None
    rests, now = [], NOW
    for _ in range(6):
        breaker = breaker.failed(now)
        assert breaker.until is not None
        # What was under way when it broke tells nothing new.
        assert breaker.failed(now) == breaker
        rests.append((breaker.until - now).total_seconds())
        assert breaker.rests(breaker.until - timedelta(seconds=1))
        now = breaker.until
        assert (breaker.rests(now), breaker.is_trying(now)) == (False, True)
    assert rests == [30, 60, 120, 240, 300, 300]


def test_a_clock_that_is_put_right_makes_the_next_request_a_try() -> None:
    breaker, ahead = Breaker(), NOW + timedelta(hours=2)
    for _ in range(12):
        breaker = breaker.failed(breaker.until or ahead)
    assert breaker.until is not None
    began = breaker.until - timedelta(minutes=5)
    assert (breaker.rests(began), breaker.is_trying(began)) == (True, False)
    assert (breaker.rests(NOW), breaker.is_trying(NOW)) == (False, True)
    again = breaker.failed(NOW)
    assert again.until == NOW + timedelta(minutes=5)


def test_a_person_makes_the_next_request_a_try() -> None:
    breaker = Breaker()
    assert breaker.retried() == breaker
    for _ in range(6):
        breaker = breaker.failed(NOW)
    asked = breaker.retried()
    assert (asked.rests(NOW), asked.is_trying(NOW)) == (False, True)
    again = asked.failed(NOW)
    assert again.until == NOW + timedelta(seconds=60)
