"""A glyph of one cell and a word for each status, the same on the screen, in the table and for the filter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from soda_tui.domain.codes import Checks, Review, Status


class Sign(NamedTuple):
    """A glyph, and the word beside it."""

    glyph: str
    word: str


STATUS_SIGNS: Mapping[Status, Sign] = {
    Status.IDLE: Sign("○", "idle"),
    Status.CLAIMED: Sign("◎", "claimed"),
    Status.STARTING: Sign("⟳", "starting"),
    Status.WORKING: Sign("●", "working"),
    Status.NEEDS_INPUT: Sign("◐", "needs input"),
    Status.LIMIT: Sign("◔", "at its limit"),
    Status.STALLED: Sign("◌", "silent"),
    Status.ENDED: Sign("◑", "ended"),
    Status.FAILED: Sign("✕", "failed"),
    Status.DONE: Sign("✓", "done"),
    Status.HANDING_OVER: Sign("↑", "handing over"),
    Status.ELSEWHERE: Sign("◇", "elsewhere"),
    Status.UNKNOWN: Sign("?", "unknown"),
}

CHECKS_SIGNS: Mapping[Checks, Sign] = {
    Checks.NONE: Sign("·", "no checks"),
    Checks.HIDDEN: Sign("?", "checks not visible"),
    Checks.PENDING: Sign("◌", "checks run"),
    Checks.SUCCESS: Sign("✓", "passed"),
    Checks.FAILURE: Sign("✕", "checks failed"),
}

REVIEW_SIGNS: Mapping[Review, Sign] = {
    Review.NONE: Sign("", ""),
    Review.REQUIRED: Sign("○", "unreviewed"),
    Review.APPROVED: Sign("✓", "approved"),
    Review.CHANGES_REQUESTED: Sign("✕", "changes asked"),
}
