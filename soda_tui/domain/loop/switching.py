"""Switching: which profile takes over where another one met a trouble."""

from __future__ import annotations

from collections.abc import Sequence

from soda_tui.domain.loop.record import Record, Switch
from soda_tui.domain.loop.troubles import TABLE, Answer, Trouble


def switch_on(record: Record, issue: int | None) -> Switch | None:
    """The change of profile that holds for an issue."""
    return record.switch if record.switch is not None and record.switch.issue == issue else None


def following(
    before: Switch | None, issue: int | None, trouble: Trouble, used: Sequence[str], profiles: Sequence[str]
) -> Switch | None:
    """The change to the first profile that has not had its turn for the trouble on this issue; None where each has.

    `used` are those that have met it now.
    """
    if issue is None or TABLE[trouble].first is not Answer.NEXT_PROFILE:
        return None
    known = before.met if before is not None else {}
    met = tuple(dict.fromkeys((*known.get(trouble, ()), *used)))
    found = next((name for name in profiles if name not in met), None)
    return Switch(issue, found, {**known, trouble: (*met, found)}) if found is not None else None
