"""How states look: a glyph, a word and a tone for each, so that none is told by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Checks, ExcludedCode, NeedCode, PriorityName, Review, Severity, Status
from soda_tui.domain.glyphs import CHECKS_SIGNS, REVIEW_SIGNS, STATUS_SIGNS
from soda_tui.tui.tones import Tone


class Look(NamedTuple):
    """A glyph of one cell (priorities have two), the word beside it, and the tone of both."""

    glyph: str
    word: str
    tone: Tone


_TONES = {
    Status.IDLE: Tone.IDLE,
    Status.CLAIMED: Tone.STARTING,
    Status.STARTING: Tone.STARTING,
    Status.WORKING: Tone.WORKING,
    Status.NEEDS_INPUT: Tone.NEEDS,
    Status.LIMIT: Tone.NEEDS,
    Status.STALLED: Tone.NEEDS,
    Status.ENDED: Tone.NEEDS,
    Status.FAILED: Tone.FAILED,
    Status.DONE: Tone.DONE,
    Status.HANDING_OVER: Tone.STARTING,
    Status.ELSEWHERE: Tone.ELSEWHERE,
    Status.UNKNOWN: Tone.IDLE,
}
STATUS: Mapping[Status, Look] = {status: Look(*sign, _TONES[status]) for status, sign in STATUS_SIGNS.items()}

PRIORITY: Mapping[PriorityName, Look] = {
    PriorityName.UNBLOCKER: Look("!!", "unblocker", Tone.FAILED),
    PriorityName.VERY_HIGH: Look("▲▲", "very high", Tone.NEEDS),
    PriorityName.HIGH: Look("▲ ", "high", Tone.NEEDS),
    PriorityName.MEDIUM: Look("△ ", "medium", Tone.QUIET),
    PriorityName.LOW: Look("▽ ", "low", Tone.FAINT),
    PriorityName.NONE: Look("  ", "", Tone.FAINT),
}

_CHECKS_TONES = {
    Checks.NONE: Tone.FAINT,
    Checks.HIDDEN: Tone.NEEDS,
    Checks.PENDING: Tone.QUIET,
    Checks.SUCCESS: Tone.WORKING,
    Checks.FAILURE: Tone.FAILED,
}
CHECKS: Mapping[Checks, Look] = {found: Look(*sign, _CHECKS_TONES[found]) for found, sign in CHECKS_SIGNS.items()}

_REVIEW_TONES = {
    Review.NONE: Tone.FAINT,
    Review.REQUIRED: Tone.QUIET,
    Review.APPROVED: Tone.WORKING,
    Review.CHANGES_REQUESTED: Tone.NEEDS,
}
REVIEW: Mapping[Review, Look] = {found: Look(*sign, _REVIEW_TONES[found]) for found, sign in REVIEW_SIGNS.items()}

DRIFT: Mapping[Severity, Look] = {
    Severity.MINOR: Look("~", "minor drift", Tone.QUIET),
    Severity.MODERATE: Look("≠", "drift", Tone.NEEDS),
    Severity.CRITICAL: Look("≢", "critical drift", Tone.FAILED),
}

LAND = Look("✓", "ready to land", Tone.DONE)
STALE = Look("◷", "stale", Tone.NEEDS)
CHANGED = Look("•", "changed", Tone.KEY)
MARKED = Look("◆", "marked", Tone.KEY)
LOOP = Look("↻", "auto", Tone.WORKING)
BUSY = Look("⟳", "", Tone.STARTING)

NEED: Mapping[NeedCode, Look] = {
    NeedCode.AGENT_INPUT: STATUS[Status.NEEDS_INPUT],
    NeedCode.AGENT_ENDED: STATUS[Status.ENDED],
    NeedCode.AGENT_FAILED: STATUS[Status.FAILED],
    NeedCode.AGENT_STALLED: STATUS[Status.STALLED],
    NeedCode.AGENT_LIMIT: STATUS[Status.LIMIT],
    NeedCode.WORK_DONE: STATUS[Status.DONE],
    NeedCode.HANDOVER_UNFINISHED: Look("↑", "unfinished", Tone.NEEDS),
    NeedCode.CLAIM_UNFINISHED: Look("◎", "unfinished", Tone.NEEDS),
    NeedCode.ACT_UNFINISHED: Look("…", "unfinished", Tone.NEEDS),
    NeedCode.CLAIM_LOST: Look("◇", "claim lost", Tone.NEEDS),
    NeedCode.READY_TO_LAND: LAND,
    NeedCode.NOT_RELEASED: Look("✓", "left to you", Tone.NEEDS),
    NeedCode.FEEDBACK: Look("↺", "came back", Tone.NEEDS),
    NeedCode.FEEDBACK_ASKS: Look("↺", "came back", Tone.NEEDS),
    NeedCode.GIVEN_UP: Look("⚑", "given up", Tone.NEEDS),
    NeedCode.REVIEW: Look("☐", "in review", Tone.QUIET),
    NeedCode.CRITICAL_DRIFT: DRIFT[Severity.CRITICAL],
    NeedCode.CLONE_PROBLEM: Look("✕", "clone", Tone.FAILED),
    NeedCode.RENAMED: Look("≠", "renamed", Tone.NEEDS),
    NeedCode.ARCHIVED: Look("!", "archived", Tone.NEEDS),
    NeedCode.DEGRADED: Look("!", "partly unknown", Tone.NEEDS),
    NeedCode.PERMISSION: Look("!", "may not write", Tone.NEEDS),
    NeedCode.NOT_ADMITTED: Look("!", "not admitted", Tone.NEEDS),
    NeedCode.LOOP: Look("↻", "waits for you", Tone.NEEDS),
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
    Verb.GIVE_UP: "handing to a person",
    Verb.LAND: "landing",
    Verb.BUNDLE: "bundling",
    Verb.FEEDBACK: "taking up feedback",
    Verb.LAUNCH: "launching",
    Verb.SIT: "sitting down",
    Verb.STOP: "stopping",
    Verb.TAKEOVER: "taking over",
    Verb.CONTINUE: "going on",
    Verb.UNDO: "undoing",
    Verb.REPAIR: "repairing",
    Verb.TIDY: "tidying up",
    Verb.RECOVER: "recovering",
    Verb.CLEANUP: "cleaning up",
}
