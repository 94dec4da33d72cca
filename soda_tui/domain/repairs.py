"""Repairs: which plan mends which drift, and in which words; what has none is for a person to decide."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.model import Watched
from soda_tui.domain.sentences import Sentence


class Repair(StrEnum):
    """The plans that mend a drift; each is planned in `planning.repair`."""

    LABEL = "label"
    UNLABEL = "unlabel"
    PUSH = "push"
    TAKE_IN = "take_in"
    WORKTREE = "worktree"
    LAUNCH = "launch"
    STOP = "stop"
    RESET = "reset"
    TIDY = "tidy"
    NOTE = "note"
    WRITE_LEDGER = "write_ledger"


REPAIRS: Mapping[DriftKind, Repair | None] = {
    DriftKind.ISSUE_CLOSED: Repair.RESET,
    DriftKind.ISSUE_GONE: Repair.RESET,
    DriftKind.ISSUE_REASSIGNED: None,
    DriftKind.ISSUE_RELABELLED: None,
    DriftKind.ISSUE_EDITED: None,
    DriftKind.LABEL_WITHOUT_CLAIM: Repair.UNLABEL,
    DriftKind.CLAIM_WITHOUT_LABEL: Repair.LABEL,
    DriftKind.CLAIM_IDLE: None,
    DriftKind.BRANCH_GONE: Repair.PUSH,
    DriftKind.BRANCH_NOT_HERE: Repair.WORKTREE,
    DriftKind.BRANCH_DIVERGED: None,
    DriftKind.BRANCH_BEHIND: None,
    DriftKind.FOREIGN_COMMITS: Repair.TAKE_IN,
    DriftKind.PULL_REQUEST_MERGED: Repair.TIDY,
    DriftKind.PULL_REQUEST_CLOSED: Repair.TIDY,
    DriftKind.PULL_REQUEST_CHANGED: Repair.NOTE,
    DriftKind.PULL_REQUEST_CONFLICTING: None,
    DriftKind.CHECKS_FAILING: None,
    DriftKind.UNEXPECTED_BRANCH: Repair.WORKTREE,
    DriftKind.DIRTY_WORKTREE: None,
    DriftKind.WORKTREE_GONE: Repair.WORKTREE,
    DriftKind.RUN_GONE: Repair.LAUNCH,
    DriftKind.RUN_WITHOUT_CLAIM: Repair.STOP,
    DriftKind.LEDGER_GONE: Repair.WRITE_LEDGER,
    DriftKind.LEDGER_UNREADABLE: Repair.WRITE_LEDGER,
    DriftKind.LEDGER_NEWER: None,
}

WORDS: Mapping[Repair, Sentence] = {
    Repair.LABEL: say.REPAIR_LABEL,
    Repair.UNLABEL: say.REPAIR_UNLABEL,
    Repair.PUSH: say.REPAIR_PUSH,
    Repair.TAKE_IN: say.REPAIR_TAKE_IN,
    Repair.WORKTREE: say.REPAIR_WORKTREE,
    Repair.LAUNCH: say.REPAIR_LAUNCH,
    Repair.STOP: say.REPAIR_STOP,
    Repair.RESET: say.REPAIR_RESET,
    Repair.TIDY: say.REPAIR_TIDY,
    Repair.NOTE: say.REPAIR_NOTE,
    Repair.WRITE_LEDGER: say.REPAIR_WRITE_LEDGER,
}


def repair_words(repair: str | None) -> str:
    """What a repair does, in a few words; that a person decides, where there is none."""
    if repair is None:
        return say.REPAIR_YOURS()
    return say.REPAIR(what=WORDS[Repair(repair)]() if repair in set(Repair) else repair)


def watched_words(watched: Watched) -> str:
    """What is watched, and from when it counts as drift."""
    return say.WATCHED(at=f"{watched.counts_from:%H:%M:%S}", message=watched.message)
