"""Pausing: whether a paused loop waits until a person has looked, and what is said of it."""

from __future__ import annotations

from datetime import datetime

from soda_tui.domain import sentences as say
from soda_tui.domain.loop import checkpoints, strikes
from soda_tui.domain.loop.record import Record


def awaits_a_look(record: Record) -> bool:
    """Whether it paused by itself: at a checkpoint, or after issues that failed for the same reason."""
    return checkpoints.is_reached(record) or bool(strikes.struck(record))


def words(record: Record, repository: str, now: datetime) -> str:
    """Why nothing is begun, and what goes on."""
    if checkpoints.is_reached(record):
        return checkpoints.words(record, repository, now)
    found = strikes.struck(record)
    return strikes.words(found, repository) if found else say.LOOP_PAUSED(repository=repository)
