"""How states look: a glyph, a word and a tone for each, so that none is told by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from soda_tui.domain.actions import Verb
from soda_tui.domain.model import Checks, ExcludedCode, NeedCode, PriorityName, Review, Severity, Status
from soda_tui.tui.tones import Tone


class Look(NamedTuple):
    """A glyph of one cell (priorities have two), the word beside it, and the tone of both."""

    glyph: str
    word: str
    tone: Tone


STATUS: Mapping[Status, Look] = {
    Status.IDLE: Look("○", "idle", Tone.IDLE),
    Status.CLAIMED: Look("◎", "claimed", Tone.STARTING),
    Status.STARTING: Look("⟳", "starting", Tone.STARTING),
    Status.WORKING: Look("●", "working", Tone.WORKING),
    Status.NEEDS_INPUT: Look("◐", "needs input", Tone.NEEDS),
    Status.LIMIT: Look("◔", "at its limit", Tone.NEEDS),
    Status.STALLED: Look("◌", "silent", Tone.NEEDS),
    Status.FAILED: Look("✕", "failed", Tone.FAILED),
    Status.DONE: Look("✓", "done", Tone.DONE),
    Status.HANDING_OVER: Look("↑", "handing over", Tone.STARTING),
    Status.ELSEWHERE: Look("◇", "elsewhere", Tone.ELSEWHERE),
    Status.UNKNOWN: Look("?", "unknown", Tone.IDLE),
}

PRIORITY: Mapping[PriorityName, Look] = {
    PriorityName.UNBLOCKER: Look("!!", "unblocker", Tone.FAILED),
    PriorityName.VERY_HIGH: Look("▲▲", "very high", Tone.NEEDS),
    PriorityName.HIGH: Look("▲ ", "high", Tone.NEEDS),
    PriorityName.MEDIUM: Look("△ ", "medium", Tone.QUIET),
    PriorityName.LOW: Look("▽ ", "low", Tone.FAINT),
    PriorityName.NONE: Look("  ", "", Tone.FAINT),
}

CHECKS: Mapping[Checks, Look] = {
    Checks.NONE: Look("·", "no checks", Tone.FAINT),
    Checks.PENDING: Look("◌", "checks run", Tone.QUIET),
    Checks.SUCCESS: Look("✓", "passed", Tone.WORKING),
    Checks.FAILURE: Look("✕", "checks failed", Tone.FAILED),
}

REVIEW: Mapping[Review, Look] = {
    Review.NONE: Look("", "", Tone.FAINT),
    Review.REQUIRED: Look("○", "unreviewed", Tone.QUIET),
    Review.APPROVED: Look("✓", "approved", Tone.WORKING),
    Review.CHANGES_REQUESTED: Look("✕", "changes asked", Tone.NEEDS),
}

DRIFT: Mapping[Severity, Look] = {
    Severity.MINOR: Look("~", "minor drift", Tone.QUIET),
    Severity.MODERATE: Look("≠", "drift", Tone.NEEDS),
    Severity.CRITICAL: Look("≠", "critical drift", Tone.FAILED),
}

LAND = Look("✓", "ready to land", Tone.DONE)
STALE = Look("◷", "stale", Tone.NEEDS)
CHANGED = Look("•", "changed", Tone.KEY)
MARKED = Look("◆", "marked", Tone.KEY)
BUSY = Look("⟳", "", Tone.STARTING)

NEED: Mapping[NeedCode, Look] = {
    NeedCode.AGENT_INPUT: STATUS[Status.NEEDS_INPUT],
    NeedCode.AGENT_FAILED: STATUS[Status.FAILED],
    NeedCode.AGENT_STALLED: STATUS[Status.STALLED],
    NeedCode.AGENT_LIMIT: STATUS[Status.LIMIT],
    NeedCode.WORK_DONE: STATUS[Status.DONE],
    NeedCode.HANDOVER_UNFINISHED: Look("↑", "unfinished", Tone.NEEDS),
    NeedCode.CLAIM_UNFINISHED: Look("◎", "unfinished", Tone.NEEDS),
    NeedCode.READY_TO_LAND: LAND,
    NeedCode.CRITICAL_DRIFT: DRIFT[Severity.CRITICAL],
    NeedCode.CLONE_PROBLEM: Look("✕", "clone", Tone.FAILED),
    NeedCode.RENAMED: Look("≠", "renamed", Tone.NEEDS),
    NeedCode.ARCHIVED: Look("!", "archived", Tone.NEEDS),
    NeedCode.DEGRADED: Look("!", "partly unknown", Tone.NEEDS),
    NeedCode.PERMISSION: Look("!", "may not write", Tone.NEEDS),
}

GROUND: Mapping[Tone, Tone] = {
    Tone.NEEDS: Tone.GROUND_NEEDS,
    Tone.FAILED: Tone.GROUND_FAILED,
    Tone.DONE: Tone.GROUND_DONE,
}

LEFT_OUT: Mapping[ExcludedCode, str] = {
    ExcludedCode.HUMAN_ONLY: "human only",
    ExcludedCode.BLOCKED: "blocked",
    ExcludedCode.REVIEW: "in review",
    ExcludedCode.READY_TO_MERGE: "ready to land",
    ExcludedCode.HELD: "held",
    ExcludedCode.AGENT_LABEL: "agent label",
    ExcludedCode.ASSIGNED: "assigned",
    ExcludedCode.OPEN_PULL_REQUEST: "has a pull request",
    ExcludedCode.FILTERED: "filtered",
}

DOING: Mapping[Verb, str] = {
    Verb.PEEK: "peeking",
    Verb.POP: "popping",
    Verb.BOTTLE: "bottling",
    Verb.RESET: "resetting",
    Verb.LAUNCH: "launching",
    Verb.STOP: "stopping",
}
