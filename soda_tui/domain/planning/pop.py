"""Planning pop: a claim of the queue's first issue or of a named one, or the end of a pop that was broken off."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import ExcludedCode, Status, Unseen
from soda_tui.domain.configuration.settings import Workspace
from soda_tui.domain.drift.worktree import gone_on, put_back
from soda_tui.domain.facts import find_issue
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.labels import has
from soda_tui.domain.ledger import Holder
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.plan import (
    ClaimIssue,
    DropBranch,
    FetchWork,
    FurnishWorktree,
    MarkIssue,
    Plan,
    PrepareWorktree,
    Step,
)
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.stranded import keeping_stranded
from soda_tui.domain.planning.work_branch import work_branch
from soda_tui.domain.planning.workplace import furnishing
from soda_tui.domain.verdict import Refuses, fill, verdict

_FINISHABLE = frozenset({Status.CLAIMED, Status.ENDED, Status.FAILED, Status.DONE})
# A pop is not kept waiting for more.
_AT_ONCE = 3


def plan_pop(situation: Situation) -> Plan | Problem:
    """Claim, mark, prepare; where this cockpit holds a claim already, what is left of its pop."""
    view, facts, options = situation.view, situation.facts, situation.options
    acts_here = not (view.archived or view.read_only or (facts.run is not None and facts.run.alive))
    if acts_here and view.agent.status in _FINISHABLE:
        return _finish(situation)
    if acts_here and view.agent.status is Status.IDLE and options.issue is not None:
        left_out = _left_out(situation, options.issue)
        if left_out is not None:
            return left_out
    found = verdict(view, Verb.POP)
    if isinstance(found, Refuses):
        return Problem(found.code, fill(found.reason, view))
    number = options.issue if options.issue is not None else view.queue[0].number
    if any(one.number == number and Unseen.BLOCKERS in one.hidden for one in view.queue):
        if options.unattended:
            return Problem(ErrorCode.REFUSED, say.LOOP_BLOCKERS_HIDDEN(issues=number, repository=view.name))
        return _claim(situation, number, (say.BLOCKERS_HIDDEN(issue=number),))
    return _claim(situation, number)


def _claim(situation: Situation, number: int, notes: tuple[str, ...] = ()) -> Plan | Problem:
    enrolment, remote = situation.enrolment, situation.remote
    issue, base = find_issue(remote, number), situation.view.base
    if issue is None or base is None:
        return situation.refusal(say.EMPTY_REPOSITORY)
    work = work_branch(situation, issue)
    viewer = remote.viewer
    assign = viewer.id is not None and not has(issue.assignees, viewer.login)
    holder = Holder(
        cockpit=situation.cockpit,
        agent=enrolment.agent_id,
        issue=number,
        branch=work.name,
        base="",
        since=situation.now,
        attempt=situation.state.attempts.get(number, 0) + 1,
        assigned=viewer.login if assign else None,
    )
    steps = (
        ClaimIssue(situation.state, holder, base, work.kept, work.local),
        MarkIssue(issue, enrolment.agent_id, assign),
        PrepareWorktree(work.name, work.kept),
        *furnishing(situation, number, needed=False),
        *_leaving(situation, work.name),
    )
    return keeping_stranded(situation, Plan(Verb.POP, number, work.name, steps, notes=notes))


def _leaving(situation: Situation, taken: str) -> list[Step]:
    """Remove the branches of finished work, which could not go while the worktree stood there or were left by a crash.

    The ledger counts the attempts at all work that is not finished. Where the worktree does not stand, only what was
    pushed and is gone from GitHub is known to be over.
    """
    local, state, worktree = situation.facts.local, situation.state, situation.worktree
    if local is None or situation.enrolment.workspace is not Workspace.WORKTREE:
        return []
    kept = {taken, *(done.branch for done in state.handed_over)}
    alive = {issue.number for issue in situation.remote.issues if issue.open} | state.attempts.keys()
    gone = set(local.names) - {branch.name for branch in situation.remote.branches}
    gone |= {worktree.branch} if worktree is not None and worktree.branch is not None else set()
    ours = [one for one in local.branches if one.name.startswith(f"{situation.enrolment.agent_id}/")]
    over = [one for one in ours if one.name in gone - kept and branch_issue(one.name) not in alive]
    return [DropBranch(one.name, one.oid) for one in over[:_AT_ONCE]]


def _finish(situation: Situation) -> Plan | Problem:
    """What an earlier pop of this claim left undone; a refusal where that is nothing."""
    holder, wanted = situation.state.holder, situation.options.issue
    if holder is None or wanted not in {None, holder.issue}:
        return situation.refusal(say.ALREADY_HOLDING)
    steps: list[Step] = []
    issue = find_issue(situation.remote, holder.issue)
    if issue is not None and issue.open and not has(issue.labels, holder.agent):
        assign = holder.assigned is not None and not has(issue.assignees, holder.assigned)
        steps.append(MarkIssue(issue, holder.agent, assign))
    worktree = situation.worktree
    if worktree is None or worktree.branch != holder.branch:
        pushed, local = situation.branch_head(holder.branch), situation.facts.local
        here = local.work_oid if local else None
        if pushed not in {None, holder.base, here}:
            # Others may have pushed since the claim, which the clone has not seen.
            steps.append(FetchWork(holder.branch))
        taken = gone_on(situation.enrolment, worktree) if worktree else None
        start, here = (taken, None) if taken else (pushed or holder.base, here)
        steps.append(PrepareWorktree(holder.branch, start, here))
    last = situation.facts.last
    unfurnished = last is not None and last.issue == holder.issue and last.lacks(FurnishWorktree.__name__)
    if unfurnished or any(isinstance(step, PrepareWorktree) for step in steps):
        steps += furnishing(situation, holder.issue, needed=False)
    if not steps:
        return situation.refusal(say.ALREADY_HOLDING)
    notes = put_back(situation.enrolment, worktree, holder.branch) if worktree else ()
    return keeping_stranded(situation, Plan(Verb.POP, holder.issue, holder.branch, tuple(steps), notes=notes))


def _left_out(situation: Situation, number: int) -> Problem | None:
    view = situation.view
    if any(entry.number == number for entry in view.queue):
        return None
    excluded = next((entry for entry in view.excluded if entry.number == number), None)
    if excluded is None:
        told = situation.facts.told
        issue = find_issue(situation.remote, number) or (told.issue if told is not None else None)
        values = {"issue": number, "repository": view.name, "label": situation.enrolment.labels.ready}
        is_closed = issue is not None and issue.number == number and not issue.open
        return Problem(ErrorCode.REFUSED, (say.POP_CLOSED if is_closed else say.NOT_ROUTED)(**values))
    code = ErrorCode.TAKEN if excluded.code is ExcludedCode.HELD else ErrorCode.REFUSED
    return Problem(code, say.LEFT_OUT(issue=number, repository=view.name, reason=excluded.reason))
