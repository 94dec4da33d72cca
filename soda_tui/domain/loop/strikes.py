"""Strikes: issues that came to nothing one after another for the same reason, which pauses a loop."""

from __future__ import annotations

from collections.abc import Sequence

from soda_tui.domain import sentences as say
from soda_tui.domain.loop.record import Record, Strike

# The same failure in so many issues running is no accident.
SAME_FAILURES = 3


def struck(record: Record) -> Sequence[Strike]:
    """The issues of late that all failed for the same reason; none where that may be chance."""
    last = record.strikes[-SAME_FAILURES:]
    return last if len(last) == SAME_FAILURES and len({one.trouble for one in last}) == 1 else ()


def words(strikes: Sequence[Strike], repository: str) -> str:
    """What is said of them, with the command that shows what the last one came to."""
    issues = ", ".join(str(one.issue) for one in strikes)
    return say.LOOP_SAME_FAILURE(issues=issues, trouble=strikes[-1].trouble.replace("_", " "), repository=repository)
