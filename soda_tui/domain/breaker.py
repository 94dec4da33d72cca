"""The breaker: a host that fails again and again is left alone for a while, and tried with one request then."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

_MOST_FAILURES = 6
_FIRST_REST = timedelta(seconds=30)
_LONGEST_REST = timedelta(minutes=5)


class Breaker(Struct, frozen=True):
    """How often a host has failed in a row, and until when it is left alone; None while it is not."""

    failures: int = 0
    until: datetime | None = None

    def failed(self, now: datetime) -> Breaker:
        """After a request that came to nothing for the host's or the network's sake.

        What was under way when the host began to rest tells nothing new.
        """
        if self.rests(now):
            return self
        failures = self.failures + 1
        if failures < _MOST_FAILURES:
            return Breaker(failures)
        rest = min(_FIRST_REST * 2 ** min(failures - _MOST_FAILURES, 10), _LONGEST_REST)
        return Breaker(failures, (now + rest).replace(microsecond=0))

    def rests(self, now: datetime) -> bool:
        """Whether nothing is to be sent at this moment; what seems to last for longer comes of a clock that was set."""
        return self.until is not None and now < self.until <= now + _LONGEST_REST

    def is_trying(self, now: datetime) -> bool:
        """Whether one request, and no other beside it, is to find out whether the host is well again."""
        return self.until is not None and not self.rests(now)

    def retried(self) -> Breaker:
        """As a person wishes: the next request is a try, whenever it comes."""
        return self if self.until is None else Breaker(self.failures, datetime.min.replace(tzinfo=self.until.tzinfo))
