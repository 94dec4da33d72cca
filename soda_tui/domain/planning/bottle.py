"""Planning bottle: the hand-over of the work, or the rest of one that was broken off."""

from __future__ import annotations

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.drift.branch import lacks
from soda_tui.domain.facts import WorktreeFacts, find_issue
from soda_tui.domain.failure import Problem
from soda_tui.domain.ledger import Holder, Phase
from soda_tui.domain.plan import (
    CommitAll,
    FreeAgent,
    MoveLabels,
    OpenReview,
    Plan,
    PrepareWorktree,
    PushWork,
    RunCheck,
    Step,
    TakeOffMarks,
    UpdateBranch,
)
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.tidy import taking_back
from soda_tui.domain.planning.workplace import putting_back
from soda_tui.domain.pull_request import commit_message
from soda_tui.domain.stakes import mark, told


def plan_bottle(situation: Situation, holder: Holder) -> Plan | Problem:
    """Push, open the pull request, move the labels, free the agent; what is pushed already is not pushed again."""
    steps: list[Step] = []
    commit: CommitAll | None = None
    before = holder.review.pull_request if holder.review is not None else None
    review = situation.open_pull_request(holder.branch)
    if before is not None and review is None:
        return situation.refusal(say.BOTTLE_CLOSED, number=before, issue=holder.issue)
    if holder.phase is Phase.WORKING:
        worktree = situation.worktree
        half_done = worktree is not None and worktree.half_done
        if worktree and worktree.changes and not half_done:
            found = _commit(situation, holder, worktree)
            if isinstance(found, Problem):
                return found
            commit = found
        push = _push(situation, holder, committing=commit is not None)
        if isinstance(push, Problem):
            return push
        steps += [PrepareWorktree(holder.branch, push.oid)] if half_done else []
        steps += [*([commit] if commit else []), *_readying(situation, holder, push)]
        steps += [*taking_back(situation, review, holder.issue, say.NEW_COMMITS_TO_COME), push]
    worktree = situation.worktree
    issue = find_issue(situation.remote, holder.issue)
    if before is not None and review is not None and issue is not None:
        steps.append(TakeOffMarks(issue, review))
    steps.append(
        OpenReview(
            holder.issue,
            issue.title if issue else f"Work on issue {holder.issue}",
            holder.branch,
            situation.view.base or "",
            worktree.oid if worktree and worktree.branch == holder.branch else None,
            holder.base,
            review.number if review else None,
            review.url if review else None,
        )
    )
    if issue is not None:
        steps.append(MoveLabels(issue))
    # Before the agent is free: where this is broken off, going on does it.
    steps += putting_back(situation, holder)
    steps.append(FreeAgent(holder.issue))
    plan = Plan(Verb.BOTTLE, holder.issue, holder.branch, tuple(steps))
    return plan if commit is None else _asking(situation, plan, commit)


def _readying(situation: Situation, holder: Holder, push: PushWork) -> list[Step]:
    """What the work must stand before it is pushed: that it goes with what is new on its base, and the check."""
    wanted, options, base = situation.enrolment.handover, situation.options, situation.view.base
    steps: list[Step] = []
    if wanted.update == "merge" and base and situation.remote.behind != 0 and not options.as_is:
        steps.append(UpdateBranch(holder.issue, holder.branch, base))
    if wanted.check and not options.unchecked:
        steps.append(RunCheck(holder.issue, holder.branch, push.oid))
    return steps


def _push(situation: Situation, holder: Holder, *, committing: bool) -> PushWork | Problem:
    worktree = situation.worktree
    if worktree is None:
        return situation.refusal(say.NO_WORKTREE)
    refusal = situation.unfit(holder, worktree)
    if refusal is not None:
        return refusal
    if worktree.commits is None or worktree.oid is None:
        return situation.refusal(say.UNKNOWN_COMMITS)
    if not worktree.commits and not committing:
        return situation.refusal(say.NO_COMMITS)
    pushed = situation.branch_head(holder.branch)
    if pushed is not None and lacks(worktree, pushed):
        return situation.refusal(say.BRANCH_NOT_FORWARD, branch=holder.branch)
    return PushWork(holder.issue, holder.branch, worktree.oid, pushed, situation.options.include)


def _commit(situation: Situation, holder: Holder, worktree: WorktreeFacts) -> CommitAll | Problem:
    """The commit of all that is uncommitted; a refusal where that is not wished, or not to be done unseen.

    A yes that was given before any file was named, as a script gives it, is no wish to commit.
    """
    options = situation.options
    refusal = situation.unfit(holder, worktree)
    if refusal is not None:
        return refusal
    files = situation.facts.local.intake if situation.facts.local else ()
    unseen = options.seen is None and (options.yes or options.dry_run)
    if not files or (unseen and not options.commit_all):
        return situation.refusal(say.DIRTY, files=_names(worktree.changes), worktree=worktree.path)
    unknown = next((path for path in options.include if path not in {one.path for one in files}), None)
    if unknown is not None:
        return situation.refusal(say.INCLUDE_UNKNOWN, path=unknown)
    doubtful = tuple(f"{one.shown} ({one.doubt})" for one in files if one.doubt and one.path not in options.include)
    if doubtful:
        return situation.refusal(say.COMMIT_DOUBTFUL, files=_names(doubtful, 10))
    issue = find_issue(situation.remote, holder.issue)
    return CommitAll(holder.issue, commit_message(holder.issue, issue.title if issue else ""), files)


def _asking(situation: Situation, plan: Plan, commit: CommitAll) -> Plan:
    names = [one.shown for one in commit.files]
    question = say.ASK_COMMIT_ALL(
        files=told(len(names), names),
        branch=plan.branch,
        message=commit.message,
        issue=plan.issue,
        repository=situation.view.name,
    )
    return structs.replace(plan, question=question, about=mark([one.path for one in commit.files]))


def _names(files: tuple[str, ...], shown: int = 3) -> str:
    rest = len(files) - shown
    return ", ".join(files[:shown]) + (f" and {rest} more" if rest > 0 else "")
