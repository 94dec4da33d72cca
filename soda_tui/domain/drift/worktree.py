"""Drift of the worktree of this cockpit's claim."""

from __future__ import annotations

from collections.abc import Iterator

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import DriftKind, Severity
from soda_tui.domain.configuration.settings import Enrolment, Workspace
from soda_tui.domain.drift.look import Look, Seen
from soda_tui.domain.facts import WorktreeFacts
from soda_tui.domain.ledger import Holder


def gone_on(enrolment: Enrolment, worktree: WorktreeFacts) -> str | None:
    """The commit that the claim's branch would have had, but for the worktree's standing elsewhere meanwhile.

    What a person has on branches of their own checkout is theirs.
    """
    ours = enrolment.workspace is not Workspace.CHECKOUT and worktree.aside
    return worktree.oid if ours and worktree.onward else None


def astray(enrolment: Enrolment, worktree: WorktreeFacts, expected: str) -> str:
    """Where a worktree stands that should stand elsewhere, and what becomes of the commits there."""
    values = {"branch": worktree.branch or say.NO_BRANCH(), "expected": expected}
    if not worktree.aside or enrolment.workspace is Workspace.CHECKOUT:
        return say.DRIFT_UNEXPECTED_BRANCH(**values)
    onward = gone_on(enrolment, worktree) is not None
    return (say.DRIFT_COMMITS_ONWARD if onward else say.DRIFT_COMMITS_ASIDE)(count=worktree.aside, **values)


def put_back(enrolment: Enrolment, worktree: WorktreeFacts, expected: str) -> tuple[str, ...]:
    """What became of the commits of a worktree that was put back from elsewhere."""
    if not worktree.aside or worktree.branch == expected or enrolment.workspace is Workspace.CHECKOUT:
        return ()
    taken = gone_on(enrolment, worktree) is not None
    if worktree.branch is None and not taken:
        return ()  # what no branch has is rescued, and told as that
    sentence = say.TAKEN_ALONG if taken else say.LEFT_ASIDE
    return (sentence(branch=worktree.branch or say.NO_BRANCH(), expected=expected, count=worktree.aside),)


def worktree_drift(look: Look, holder: Holder) -> Iterator[Seen]:
    """Whether the worktree is there, stands on the claim's branch, and holds nothing that no commit has."""
    local = look.local
    if not look.mine or local is None:
        return
    worktree, free, settles = local.worktree, not look.running, look.settles(holder.since)
    if worktree is None:
        message = say.DRIFT_WORKTREE_GONE(issue=holder.issue)
        severity = None if free else Severity.CRITICAL
        yield look.drift(DriftKind.WORKTREE_GONE, message, severity=severity, mends=free, settles=settles)
        return
    if worktree.busy:
        return  # an agent that rebases stands on no branch for a while
    clean = free and not worktree.changes
    if worktree.branch != holder.branch and local.work_oid is None:
        begun = look.branch_head(holder.branch) is not None
        message = say.DRIFT_BRANCH_NOT_HERE(branch=holder.branch, path=look.enrolment.path)
        yield look.drift(DriftKind.BRANCH_NOT_HERE, message, mends=clean and begun, settles=settles)
    elif worktree.branch != holder.branch:
        severity = None if free else Severity.CRITICAL
        message = astray(look.enrolment, worktree, holder.branch)
        yield look.drift(DriftKind.UNEXPECTED_BRANCH, message, severity=severity, mends=clean, settles=settles)
    if worktree.changes and free:
        files = worktree.changes
        more = f" and {len(files) - 3} more" if len(files) > 3 else ""
        message = say.DRIFT_DIRTY_WORKTREE(files=", ".join(files[:3]) + more, worktree=worktree.path)
        settles = look.settles(holder.since, look.facts.run.ended_at if look.facts.run else None)
        yield look.drift(DriftKind.DIRTY_WORKTREE, message, settles=settles)
