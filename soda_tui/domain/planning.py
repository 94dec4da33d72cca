"""Planning: an action decided from the facts, as a plan or as a refusal in one sentence.

A plan holds only what is still missing, so that planning again after a crash finishes and never repeats.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from soda_tui.domain import ledger, naming
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.drift import find_issue
from soda_tui.domain.facts import Branch, Issue, PullRequest, RemoteFacts, RepositoryFacts, WorktreeFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.labels import has
from soda_tui.domain.ledger import Holder, LedgerState, Phase
from soda_tui.domain.model import ErrorCode, ExcludedCode, Repository, Status
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import (
    ClaimIssue,
    FreeAgent,
    MarkIssue,
    MoveLabels,
    OpenReview,
    Plan,
    PrepareWorktree,
    PushWork,
    ReleaseClaim,
    StartAgent,
    Step,
    StopAgent,
    UnmarkIssue,
)
from soda_tui.domain.settings import Enrolment
from soda_tui.domain.verdict import Asks, Refuses, fill, verdict


def make_plan(
    verb: Verb,
    enrolment: Enrolment,
    facts: RepositoryFacts,
    view: Repository,
    options: Options,
    cockpit: str,
    now: datetime,
) -> Plan | Problem:
    """What the action would do now, or why it is refused."""
    if verb is Verb.STOP:
        return _plan_stop(facts, view)
    remote = facts.remote
    if remote is None or facts.problem is not None:
        return facts.problem or _refusal(say.STATUS_UNKNOWN(repository=view.name))
    if facts.local and facts.local.clone.problem:
        return facts.local.clone.problem
    if facts.runs_problem is not None:
        return facts.runs_problem
    if verb is Verb.POP:
        return _plan_pop(enrolment, facts, remote, view, options, cockpit, now)
    found = verdict(view, verb)
    if isinstance(found, Refuses):
        return Problem(found.code, fill(found.reason, view))
    holder = ledger.decode(remote.ledger).state.holder
    if holder is None:
        return _refusal(say.STATUS_UNKNOWN(repository=view.name))
    held = _Held(enrolment, facts, remote, view, holder)
    question = fill(found.question, view) if isinstance(found, Asks) else None
    planned = {Verb.BOTTLE: _plan_bottle, Verb.RESET: _plan_reset, Verb.LAUNCH: _plan_launch}[verb](held)
    return replace(planned, question=question) if isinstance(planned, Plan) else planned


@dataclass(frozen=True, slots=True)
class _Held:
    """Everything that planning on an existing claim looks at."""

    enrolment: Enrolment
    facts: RepositoryFacts
    remote: RemoteFacts
    view: Repository
    holder: Holder

    @property
    def worktree(self) -> WorktreeFacts | None:
        return self.facts.local.worktree if self.facts.local else None

    def refusal(self, sentence: say.Sentence, **values: object) -> Problem:
        return _refusal(fill(sentence, self.view) if not values else sentence(repository=self.view.name, **values))


def _plan_pop(
    enrolment: Enrolment,
    facts: RepositoryFacts,
    remote: RemoteFacts,
    view: Repository,
    options: Options,
    cockpit: str,
    now: datetime,
) -> Plan | Problem:
    acts_here = not (view.archived or view.read_only or (facts.run is not None and facts.run.alive))
    if acts_here and view.agent.status in _FINISHABLE:
        return _finish_pop(enrolment, facts, remote, view, options)
    if acts_here and view.agent.status is Status.IDLE and options.issue is not None:
        left_out = _left_out(view, options.issue)
        if left_out is not None:
            return left_out
    found = verdict(view, Verb.POP)
    if isinstance(found, Refuses):
        return Problem(found.code, fill(found.reason, view))
    number = options.issue if options.issue is not None else view.queue[0].number
    issue = find_issue(remote, number)
    base = view.base
    if issue is None or base is None:
        return _refusal(say.EMPTY_REPOSITORY(repository=view.name))
    work = _work_branch(enrolment, facts, remote, issue, fresh=options.fresh)
    before = ledger.decode(remote.ledger)
    viewer = remote.viewer
    assign = viewer.id is not None and not has(issue.assignees, viewer.login)
    holder = Holder(
        cockpit=cockpit,
        agent=enrolment.agent_id,
        issue=number,
        branch=work.name,
        base="",
        since=now,
        attempt=before.state.attempts.get(number, 0) + 1,
        assigned=viewer.login if assign else None,
    )
    state = _without_finished(before.state, remote)
    return Plan(
        Verb.POP,
        number,
        work.name,
        (
            ClaimIssue(state, holder, base, work.kept, work.local),
            MarkIssue(issue, enrolment.agent_id, assign),
            PrepareWorktree(work.name, work.kept),
        ),
    )


_FINISHABLE = frozenset({Status.CLAIMED, Status.FAILED, Status.DONE})


@dataclass(frozen=True, slots=True)
class _WorkBranch:
    """The branch for a claim: its head on the remote and in the clone, where it is kept from earlier."""

    name: str
    kept: str | None = None
    local: str | None = None


def _finish_pop(
    enrolment: Enrolment, facts: RepositoryFacts, remote: RemoteFacts, view: Repository, options: Options
) -> Plan | Problem:
    """What an earlier pop of this claim left undone; a refusal where that is nothing."""
    holder = ledger.decode(remote.ledger).state.holder
    if holder is None or (options.issue is not None and options.issue != holder.issue):
        return _refusal(fill(say.ALREADY_HOLDING, view))
    steps: list[Step] = []
    issue = find_issue(remote, holder.issue)
    if issue is not None and issue.open and not has(issue.labels, holder.agent):
        assign = holder.assigned is not None and not has(issue.assignees, holder.assigned)
        steps.append(MarkIssue(issue, holder.agent, assign))
    worktree = facts.local.worktree if facts.local else None
    if worktree is None or worktree.branch != holder.branch:
        head = next((branch.oid for branch in remote.branches if branch.name == holder.branch), None)
        steps.append(PrepareWorktree(holder.branch, head or holder.base))
    if not steps:
        return _refusal(fill(say.ALREADY_HOLDING, view))
    return Plan(Verb.POP, holder.issue, holder.branch, tuple(steps))


def _left_out(view: Repository, number: int) -> Problem | None:
    if any(entry.number == number for entry in view.queue):
        return None
    excluded = next((entry for entry in view.excluded if entry.number == number), None)
    if excluded is None:
        return _refusal(say.NOT_ROUTED(issue=number, repository=view.name))
    code = ErrorCode.TAKEN if excluded.code is ExcludedCode.HELD else ErrorCode.REFUSED
    return Problem(code, say.LEFT_OUT(issue=number, repository=view.name, reason=excluded.reason))


def _work_branch(
    enrolment: Enrolment, facts: RepositoryFacts, remote: RemoteFacts, issue: Issue, *, fresh: bool
) -> _WorkBranch:
    """The branch for a claim of the issue.

    Kept is the newest branch of this agent for it (the highest fresh start), on the remote or only here, unless a
    merged pull request had it. A new one never takes a name that was used before.
    """

    def ours(branches: Iterable[Branch]) -> dict[str, str]:
        return {
            branch.name: branch.oid
            for branch in branches
            if naming.branch_issue(branch.name) == issue.number
            and naming.branch_agent(branch.name) in {enrolment.agent_id, None}
        }

    there, here = ours(remote.branches), ours(facts.local.branches if facts.local else ())
    merged = {found.branch for found in remote.pull_requests if found.merged and found.same_repository}
    kept = (there.keys() | here.keys()) - merged
    if kept and not fresh:
        name = max(kept, key=lambda name: (_start_number(enrolment, issue, name), name))
        return _WorkBranch(name, there.get(name), here.get(name))
    taken = there.keys() | here.keys() | merged
    start = 1
    while (name := naming.work_branch(enrolment.agent_id, issue.number, issue.title, start)) in taken:
        start += 1
    return _WorkBranch(name)


def _start_number(enrolment: Enrolment, issue: Issue, name: str) -> int:
    first = naming.work_branch(enrolment.agent_id, issue.number, issue.title)
    suffix = name.removeprefix(f"{first}-")
    return int(suffix) if name.startswith(f"{first}-") and suffix.isascii() and suffix.isdecimal() else 1


def _without_finished(state: LedgerState, remote: RemoteFacts) -> LedgerState:
    """The state without handed-over work whose pull request was merged and whose issue is no longer open."""
    merged = {found.number for found in remote.pull_requests if found.merged and found.same_repository}
    open_issues = {issue.number for issue in remote.issues if issue.open}
    done = {work.issue for work in state.handed_over if work.pull_request in merged and work.issue not in open_issues}
    return replace(
        state,
        handed_over=tuple(work for work in state.handed_over if work.issue not in done),
        attempts={issue: count for issue, count in state.attempts.items() if issue not in done},
    )


def _plan_bottle(held: _Held) -> Plan | Problem:
    holder, worktree = held.holder, held.worktree
    remote_oid = next((branch.oid for branch in held.remote.branches if branch.name == holder.branch), None)
    steps: list[Step] = []
    if holder.phase is Phase.WORKING:
        if worktree is None:
            return held.refusal(say.NO_WORKTREE)
        refusal = _unfit(held, worktree)
        if refusal is not None:
            return refusal
        if worktree.changes:
            return held.refusal(say.DIRTY, files=_names(worktree.changes), worktree=worktree.path)
        if worktree.commits is None or worktree.oid is None:
            return held.refusal(say.UNKNOWN_COMMITS)
        if not worktree.commits:
            return held.refusal(say.NO_COMMITS)
        steps.append(PushWork(holder.issue, holder.branch, worktree.oid, remote_oid))
    found = next((one for one in held.remote.pull_requests if one.open and is_from(one, holder.branch)), None)
    issue = find_issue(held.remote, holder.issue)
    steps.append(
        OpenReview(
            holder.issue,
            issue.title if issue else f"Work on issue {holder.issue}",
            holder.branch,
            held.view.base or "",
            worktree.oid if worktree and worktree.branch == holder.branch else None,
            holder.base,
            found.number if found else None,
            found.url if found else None,
        )
    )
    if issue is not None:
        steps.append(MoveLabels(issue))
    steps.append(FreeAgent(holder.issue))
    return Plan(Verb.BOTTLE, holder.issue, holder.branch, tuple(steps))


def _plan_reset(held: _Held) -> Plan | Problem:
    holder = held.holder
    issue = find_issue(held.remote, holder.issue)
    steps: list[Step] = []
    if issue is not None:
        labelled = has(issue.labels, holder.agent)
        assigned = holder.assigned is not None and has(issue.assignees, holder.assigned)
        mine = holder.assigned == held.remote.viewer.login
        if labelled or (assigned and mine):
            steps.append(UnmarkIssue(issue, holder.agent, assigned and mine))
    steps.append(ReleaseClaim(holder.issue))
    return Plan(Verb.RESET, holder.issue, holder.branch, tuple(steps))


def _plan_launch(held: _Held) -> Plan | Problem:
    holder, worktree = held.holder, held.worktree
    if not held.enrolment.agent.command:
        return Problem(ErrorCode.CONFIGURATION, say.NO_AGENT_COMMAND(repository=held.view.name))
    issue = find_issue(held.remote, holder.issue)
    if issue is None or not issue.open:
        return held.refusal(say.ISSUE_NOT_OPEN, issue=holder.issue)
    if worktree is None:
        return held.refusal(say.NO_WORKTREE)
    refusal = _unfit(held, worktree)
    if refusal is not None:
        return refusal
    start = StartAgent(holder.issue, holder.branch, worktree.path, held.view.base or "")
    return Plan(Verb.LAUNCH, holder.issue, holder.branch, (start,))


def _plan_stop(facts: RepositoryFacts, view: Repository) -> Plan | Problem:
    run = facts.run
    if run is None or not run.alive:
        return Problem(ErrorCode.NOTHING_TO_DO, fill(say.NO_RUN, view))
    question = say.ASK_STOP(
        issue=run.issue,
        repository=view.name,
        worktree=view.agent.worktree.path if view.agent.worktree else "its worktree",
    )
    return Plan(Verb.STOP, run.issue, run.branch, (StopAgent(run.id),), question)


def _unfit(held: _Held, worktree: WorktreeFacts) -> Problem | None:
    if worktree.busy:
        return held.refusal(say.BUSY_WORKTREE, busy=worktree.busy, worktree=worktree.path)
    if worktree.branch != held.holder.branch:
        return held.refusal(say.WRONG_BRANCH, branch=worktree.branch or "no branch", expected=held.holder.branch)
    return None


def is_from(pull_request: PullRequest, branch: str) -> bool:
    """Whether a pull request is from this branch of the repository itself; a fork may call its branch the same."""
    return pull_request.same_repository and pull_request.branch == branch


def _names(files: tuple[str, ...], shown: int = 3) -> str:
    rest = len(files) - shown
    return ", ".join(files[:shown]) + (f" and {rest} more" if rest > 0 else "")


def _refusal(message: str) -> Problem:
    return Problem(ErrorCode.REFUSED, message)
