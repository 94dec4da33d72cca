"""The kinds of drift: how grave each is, and what it means in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from soda_tui.domain.codes import DriftKind, Severity

_MINOR, _MODERATE, _CRITICAL = Severity.MINOR, Severity.MODERATE, Severity.CRITICAL


class Kind(NamedTuple):
    """How grave a drift of this kind is as a rule, and what has happened."""

    severity: Severity
    what: str


KINDS: Mapping[DriftKind, Kind] = {
    DriftKind.LEDGER_GONE: Kind(_CRITICAL, "The ledger branch is gone although an agent was, or may be, at work."),
    DriftKind.LEDGER_UNREADABLE: Kind(_CRITICAL, "The newest entry of the ledger cannot be read."),
    DriftKind.LEDGER_NEWER: Kind(_CRITICAL, "A newer soda-tui wrote the ledger; this one only watches."),
    DriftKind.ISSUE_CLOSED: Kind(_CRITICAL, "The held issue was closed."),
    DriftKind.ISSUE_GONE: Kind(_CRITICAL, "The held issue was deleted or moved to another repository."),
    DriftKind.ISSUE_REASSIGNED: Kind(_MODERATE, "The held issue was assigned to somebody else."),
    DriftKind.ISSUE_RELABELLED: Kind(_MODERATE, "The labels of the held issue say that agents should not work on it."),
    DriftKind.ISSUE_EDITED: Kind(_MODERATE, "Somebody else changed the held issue's text since it was labelled."),
    DriftKind.LABEL_WITHOUT_CLAIM: Kind(_MODERATE, "An issue carries the agent's label, but no claim holds it."),
    DriftKind.CLAIM_WITHOUT_LABEL: Kind(_MODERATE, "The held issue does not carry the agent's label."),
    DriftKind.CLAIM_IDLE: Kind(_MODERATE, "The claim has had no commit for longer than `drift.idle_hours`."),
    DriftKind.BRANCH_GONE: Kind(_CRITICAL, "The work branch is gone from the remote."),
    DriftKind.BRANCH_NOT_HERE: Kind(_MODERATE, "The work branch is not in the clone."),
    DriftKind.BRANCH_DIVERGED: Kind(_MODERATE, "The work branch here and the one on the remote went apart."),
    DriftKind.BRANCH_BEHIND: Kind(_MINOR, "The work branch lacks more commits of its base than `drift.behind`."),
    DriftKind.FOREIGN_COMMITS: Kind(_MODERATE, "Somebody else pushed commits to the work branch."),
    DriftKind.UNEXPECTED_BRANCH: Kind(_MODERATE, "The worktree stands on another branch."),
    DriftKind.DIRTY_WORKTREE: Kind(_MINOR, "Files in the worktree are in no commit, and no agent runs."),
    DriftKind.WORKTREE_GONE: Kind(_MODERATE, "The worktree of the claim is not there."),
    DriftKind.RUN_GONE: Kind(_MODERATE, "The agent's process went away in the middle of its work."),
    DriftKind.RUN_WITHOUT_CLAIM: Kind(_CRITICAL, "An agent works here without holding the claim."),
    DriftKind.PULL_REQUEST_MERGED: Kind(_MINOR, "A pull request was merged and could not be tidied up after."),
    DriftKind.PULL_REQUEST_CLOSED: Kind(_MINOR, "A pull request was closed and could not be tidied up after."),
    DriftKind.PULL_REQUEST_CHANGED: Kind(_MINOR, "Commits were pushed to a pull request since it was handed over."),
    DriftKind.PULL_REQUEST_CONFLICTING: Kind(_MODERATE, "A pull request conflicts with its base."),
    DriftKind.CHECKS_FAILING: Kind(_MODERATE, "The checks of a pull request fail."),
}
