"""Days: what a loop has done on each of the last few, which neither another zone nor a clock set back begins anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import structs

from soda_tui.domain.loop.record import Day, Span
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


def with_work(days: Sequence[Day], span: Span, counted: Span | None) -> tuple[tuple[Day, ...], Span]:
    """The days with what a run has worked on each beyond what is counted already, and what is counted then."""
    since = max(span.since, span.until - _REMEMBERED * timedelta(days=1))
    if counted is not None and counted.run == span.run:
        # A clock that was set back does not make what is counted undone.
        since, span = max(since, counted.until), structs.replace(span, until=max(span.until, counted.until))
    while since < span.until:
        day = day_of(days, since)
        until = min(day.ends, span.until)
        days = with_day(days, structs.replace(day, worked=day.worked + (until - since).total_seconds()))
        since = until
    return tuple(days), span
