"""Rate limits as GitHub keeps them: points per hour for each user, and the secondary limits by the minute."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """Points per hour and per minute (there a query is 1, a mutation 5), and created content per minute and hour."""

    primary: int = 5000
    per_minute: int = 2000
    contents_per_minute: int = 80
    contents_per_hour: int = 500


@dataclass(slots=True)
class Bucket:
    """What one user has left until `reset_at`."""

    limit: int
    reset_at: datetime
    used: int = 0
    recent: deque[tuple[datetime, int]] = field(default_factory=deque)
    contents: deque[datetime] = field(default_factory=deque)

    @property
    def remaining(self) -> int:
        """The points left."""
        return self.limit - self.used


class Limiter:
    """The buckets of all users: every token of a user draws from the same one."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._buckets: dict[str, Bucket] = {}

    def bucket(self, login: str, now: datetime) -> Bucket:
        """The user's bucket, made anew when its hour is over."""
        bucket = self._buckets.get(login)
        if bucket is None:
            bucket = self._buckets[login] = Bucket(self.limits.primary, now + HOUR)
        if now >= bucket.reset_at:
            bucket.used, bucket.reset_at = 0, now + HOUR
        return bucket

    def exhaust(self, login: str, now: datetime, remaining: int = 0) -> None:
        """Leave the user that many points until the hour is over."""
        bucket = self.bucket(login, now)
        bucket.used = bucket.limit - remaining

    def secondary(self, bucket: Bucket, now: datetime, points: int, contents: int) -> bool:
        """Count a request; true where it goes over a secondary limit."""
        while bucket.recent and bucket.recent[0][0] <= now - MINUTE:
            bucket.recent.popleft()
        while bucket.contents and bucket.contents[0] <= now - HOUR:
            bucket.contents.popleft()
        minute = sum(when > now - MINUTE for when in bucket.contents)
        over = sum(cost for _, cost in bucket.recent) + points > self.limits.per_minute or (
            contents > 0
            and (
                minute + contents > self.limits.contents_per_minute
                or len(bucket.contents) + contents > self.limits.contents_per_hour
            )
        )
        if not over:
            bucket.recent.append((now, points))
            bucket.contents.extend([now] * contents)
        return over
