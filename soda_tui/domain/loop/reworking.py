"""Reworking: which pull request that came back is next, and for whose checks a loop still waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from soda_tui.domain.feedback import Feedback, Standing
from soda_tui.domain.loop.record import Awaited

# GitHub shows no checks at all until the first of them has begun.
_BEGINNING = timedelta(minutes=2)


def awaited(known: Mapping[int, Awaited], found: Iterable[Feedback], now: datetime) -> Mapping[int, Awaited]:
    """Since when the checks of which heads are waited for; another head is waited for anew."""
    waits = {}
    for one in found:
        before = known.get(one.number)
        if one.pending:
            waits[one.number] = before if before is not None and before.head == one.head else Awaited(one.head, now)
    return waits


def until(known: Mapping[int, Awaited], one: Feedback, longest: timedelta, now: datetime) -> datetime | None:
    """Until when its checks are waited for; None where they are through, or have been waited for long enough."""
    if not one.pending or one.standing is Standing.TAKEN:
        return None
    before = known.get(one.number)
    since = before.since if before is not None and before.head == one.head else now
    ends = since + (longest if one.begun else min(longest, _BEGINNING))
    return ends if ends > now else None


def next_up(
    known: Mapping[int, Awaited],
    found: Iterable[Feedback],
    skipped: Iterable[int],
    longest: timedelta,
    now: datetime,
) -> Feedback | None:
    """The first that is to be worked on, or handed to a person: a head has one round, which is told everything.

    Where somebody else has pushed a branch is not taken away from under them.
    """
    left = frozenset(skipped)
    for one in found:
        due = one.standing is Standing.DUE and not one.pushed
        wanted = (due or one.standing is Standing.USED_UP) and one.issue not in left
        if wanted and until(known, one, longest, now) is None:
            return one
    return None
