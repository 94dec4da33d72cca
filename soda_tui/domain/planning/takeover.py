"""Planning a take-over: the claim of another cockpit becomes this one's, once a person has said yes to its question."""

from __future__ import annotations

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import Issue, Viewer, find_issue
from soda_tui.domain.failure import Problem
from soda_tui.domain.labels import has
from soda_tui.domain.ledger import Holder, Phase
from soda_tui.domain.plan import ClaimIssue, MarkIssue, Plan, PrepareWorktree, Step
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.stranded import keeping_stranded
from soda_tui.domain.planning.workplace import furnishing
from soda_tui.domain.times import age


def plan_takeover(situation: Situation, holder: Holder) -> Plan | Problem:
    """Claim the same issue on the same branch as another attempt, on top of the ledger's head that was asked about."""
    remote, now, base = situation.remote, situation.now, situation.view.base
    issue = find_issue(remote, holder.issue)
    if issue is None or not issue.open:
        return situation.refusal(say.ISSUE_NOT_OPEN, issue=holder.issue)
    if base is None:
        return situation.refusal(say.EMPTY_REPOSITORY)
    local = situation.facts.local
    kept = situation.branch_head(holder.branch)
    viewer = remote.viewer
    # Whom the other cockpit assigned is no longer at work, unless it acts for the same account.
    replaced = _other(holder.assigned, issue, viewer)
    assign = replaced is not None and not has(issue.assignees, viewer.login)
    taken = structs.replace(
        holder,
        cockpit=situation.cockpit,
        since=now,
        attempt=max(holder.attempt, situation.state.attempts.get(holder.issue, 0)) + 1,
        phase=Phase.WORKING,
        assigned=holder.assigned if replaced is None else viewer.login if assign else None,
        name=None,
    )
    steps: list[Step] = [
        ClaimIssue(situation.state, taken, base, kept, local.work_oid if local else None, taken_over=True)
    ]
    if replaced is not None or not has(issue.labels, holder.agent):
        steps.append(MarkIssue(issue, holder.agent, assign, replaced))
    steps.append(PrepareWorktree(holder.branch, kept))
    steps += furnishing(situation, holder.issue, needed=False)
    ours = (branch for branch in remote.branches if branch.name == holder.branch and branch.oid != holder.base)
    pushed = next((branch.committed_at for branch in ours), None)
    question = say.ASK_TAKEOVER(
        issue=holder.issue,
        repository=situation.view.name,
        cockpit=holder.shown,
        since=holder.since.strftime("%Y-%m-%d %H:%M UTC"),
        pushed=say.LAST_PUSHED(age=age(pushed, now)) if pushed else say.NEVER_PUSHED(),
    )
    return keeping_stranded(situation, Plan(Verb.TAKEOVER, holder.issue, holder.branch, tuple(steps), question))


def _other(assigned: str | None, issue: Issue, viewer: Viewer) -> str | None:
    """Whom the other cockpit assigned, where that is another account and can be replaced by this one."""
    if assigned is None or viewer.id is None or assigned.casefold() == viewer.login.casefold():
        return None
    return assigned if has(issue.assignees, assigned) else None
