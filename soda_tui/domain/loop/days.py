"""Days: what a loop has done on each of the last few, which neither another zone nor a clock set back begins anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from soda_tui.domain.loop.record import Day
from soda_tui.domain.loop.spans import midnight

_REMEMBERED = 7
# A summer's hour is missing from a day now and then; another zone's midnight must not make two days of one.
_SHORTEST = timedelta(hours=20)


def day_of(days: Sequence[Day], now: datetime) -> Day:
    """The day of a moment, as whichever front looked first on it has begun it; else a new one, up to midnight here."""
    for day in days:
        if day.begins <= now < day.ends:
            return day
    begins, ends = midnight(now), midnight(now, 1)
    before = max((day.ends for day in days if day.ends <= now), default=begins)
    if before > begins:
        begins, ends = before, ends if ends - before >= _SHORTEST else midnight(now, 2)
    return Day(begins, min([ends, *(day.begins for day in days if day.begins > now)]))


def with_day(days: Sequence[Day], day: Day) -> tuple[Day, ...]:
    """The days with one of them as it is now, which is the last."""
    return (*(one for one in days if one.begins != day.begins), day)[-_REMEMBERED:]
