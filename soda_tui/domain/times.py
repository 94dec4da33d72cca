"""Spans of time in few characters."""

from __future__ import annotations

from datetime import datetime

from soda_tui.domain.text import counted

# From so many seconds on, those beside the minutes are not worth a word.
_ODD = 600


def age(since: datetime, now: datetime) -> str:
    """How long ago, in one unit: `12s`, `7m`, `3h`, `5d`."""
    seconds = max(int((now - since).total_seconds()), 0)
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m"
    return f"{seconds // 3600}h" if seconds < 48 * 3600 else f"{seconds // 86400}d"


def limit_words(seconds: float) -> str:
    """A span of time that is set, in whole units of one kind: `90 minutes`, `1 minute`, `45 seconds`."""
    whole = max(round(seconds), 1)
    odd = whole % 60 and whole < _ODD
    return counted(whole, "second") if odd else counted(round(whole / 60), "minute")


def stopwatch(since: datetime, now: datetime) -> str:
    """How long it has run, to the second: `4:07`, `1:02:03`."""
    minutes, seconds = divmod(max(int((now - since).total_seconds()), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
