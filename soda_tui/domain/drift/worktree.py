"""Drift of the worktree of this cockpit's claim."""

from __future__ import annotations

from collections.abc import Iterator

from soda_tui.domain import sentences as say
from soda_tui.domain.drift.look import Look
from soda_tui.domain.ledger import Holder
from soda_tui.domain.model import Drift, DriftKind, Severity


def worktree_drift(look: Look, holder: Holder) -> Iterator[Drift]:
    """Whether the worktree is there, stands on the claim's branch, and holds nothing that no commit has."""
    local = look.local
    if not look.mine or local is None or not look.settled(holder.since):
        return
    worktree, free = local.worktree, not look.running
    if worktree is None:
        message = say.DRIFT_WORKTREE_GONE(issue=holder.issue)
        severity = None if free else Severity.CRITICAL
        yield look.drift(DriftKind.WORKTREE_GONE, message, severity=severity, mends=free)
        return
    if worktree.busy:
        return  # an agent that rebases stands on no branch for a while
    clean = free and not worktree.changes
    if worktree.branch != holder.branch and local.work_oid is None:
        begun = look.branch_head(holder.branch) is not None
        message = say.DRIFT_BRANCH_NOT_HERE(branch=holder.branch, path=look.enrolment.path)
        yield look.drift(DriftKind.BRANCH_NOT_HERE, message, mends=clean and begun)
    elif worktree.branch != holder.branch:
        severity = None if free else Severity.CRITICAL
        message = say.DRIFT_UNEXPECTED_BRANCH(branch=worktree.branch or "no branch", expected=holder.branch)
        yield look.drift(DriftKind.UNEXPECTED_BRANCH, message, severity=severity, mends=clean)
    if worktree.changes and free and look.settled(look.facts.run.ended_at if look.facts.run else None):
        files = worktree.changes
        more = f" and {len(files) - 3} more" if len(files) > 3 else ""
        message = say.DRIFT_DIRTY_WORKTREE(files=", ".join(files[:3]) + more, worktree=worktree.path)
        yield look.drift(DriftKind.DIRTY_WORKTREE, message)
