"""Spans: when a run worked, by its own beginning and end, whoever looked at it meanwhile."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from soda_tui.domain.loop.record import Span
from soda_tui.domain.runs.facts import RunFacts


def midnight(now: datetime, days: int = 0) -> datetime:
    """When the local day began, or so many days later."""
    return datetime.combine(now.astimezone().date() + timedelta(days=days), time.min).astimezone()


def span(run: RunFacts, now: datetime) -> Span | None:
    """From when to when a run worked; None where it did not, or where a person worked with it.

    While it is alive, what was before the machine woke up last is not in it: that was counted, or the machine slept.
    """
    if run.by_hand or run.started_at is None:
        return None
    began = max(run.started_at, run.awake_since or run.started_at)
    until = now if run.alive else run.ended_at or run.last_output_at or began
    return Span(run.id, began, until) if until > began else None
