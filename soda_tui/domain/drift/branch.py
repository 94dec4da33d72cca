"""Drift of the work branch: on the remote, in the clone, and between the two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import DriftKind, Severity
from soda_tui.domain.drift.look import Look, Seen, claimed_at
from soda_tui.domain.facts import PullRequest, RemoteFacts, WorktreeFacts
from soda_tui.domain.ledger import Holder, Phase
from soda_tui.domain.repairs import Repair


def branch_drift(look: Look, holder: Holder) -> Iterator[Seen]:
    """The claim's branch on the remote, and what became of its pull request under work."""
    handing_over = holder.phase is not Phase.WORKING
    entry = look.remote.ledger
    if handing_over and look.settles(holder.since, entry.committed_at if entry else None):
        return
    ended = None if handing_over else ended_under_work(look.remote, holder, look.now)
    if ended is not None:
        yield _ended(look, holder, ended)
    elif look.branch_head(holder.branch) is None and not look.remote.truncated:
        here = look.mine and look.local is not None and look.local.work_oid is not None
        message = (say.DRIFT_BRANCH_GONE if here else say.DRIFT_BRANCH_GONE_HERE_TOO)(branch=holder.branch)
        yield look.drift(DriftKind.BRANCH_GONE, message, mends=here)
    elif (behind := look.remote.behind) is not None and behind > look.enrolment.drift.behind:
        message = say.DRIFT_BRANCH_BEHIND(branch=holder.branch, count=behind)
        yield look.drift(DriftKind.BRANCH_BEHIND, message)
    if look.mine and not handing_over:
        yield from _apart(look, holder)


def _ended(look: Look, holder: Holder, ended: PullRequest) -> Seen:
    kind = DriftKind.PULL_REQUEST_MERGED if ended.merged else DriftKind.PULL_REQUEST_CLOSED
    values = {"number": ended.number, "issue": holder.issue}
    closed = say.DRIFT_CLOSED_UNDER_WORK(let_go=look.let_go, **values)
    return look.drift(
        kind,
        say.DRIFT_MERGED_UNDER_WORK(**values) if ended.merged else closed,
        ended.closed_at or ended.updated_at,
        severity=Severity.CRITICAL,
        mends=look.mine,
        repair=Repair.TIDY if ended.merged else Repair.RESET,
    )


def ended_under_work(remote: RemoteFacts, holder: Holder, now: datetime) -> PullRequest | None:
    """The newest pull request of the claim's branch, where it ended since the claim and none is open."""
    ours = [found for found in remote.pull_requests if found.branch == holder.branch and found.same_repository]
    newest = max(ours, key=lambda found: found.number, default=None)
    if newest is None or any(found.open for found in ours):
        return None
    return newest if (newest.closed_at or newest.updated_at) >= claimed_at(remote, holder, now) else None


def lacks(worktree: WorktreeFacts, pushed: str) -> bool:
    """Whether the branch on the remote, with this head, has commits that the worktree on it has not."""
    # The clone lacks what it has not fetched, and what this cockpit pushes it has.
    unknown = worktree.behind is None and worktree.oid not in {None, pushed}
    return unknown or bool(worktree.behind)


def _apart(look: Look, holder: Holder) -> Iterator[Seen]:
    """The branch here against the one on the remote, while the worktree stands on it."""
    worktree, pushed = look.local.worktree if look.local else None, look.branch_head(holder.branch)
    if worktree is None or worktree.busy or worktree.branch != holder.branch or pushed is None:
        return
    if not lacks(worktree, pushed):
        return
    if worktree.behind and worktree.ahead:
        message = say.DRIFT_BRANCH_DIVERGED(branch=holder.branch, ahead=worktree.ahead, behind=worktree.behind)
        yield look.drift(DriftKind.BRANCH_DIVERGED, message)
        return
    message = say.DRIFT_FOREIGN_COMMITS(branch=holder.branch, count=worktree.behind or "new")
    free = not look.running and not worktree.changes
    yield look.drift(DriftKind.FOREIGN_COMMITS, message, mends=free)
