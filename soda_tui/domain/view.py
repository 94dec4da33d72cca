"""The view: facts of one repository reduced to its part of the snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from soda_tui.domain import sentences as say
from soda_tui.domain.drift import find_drift, find_issue, ledger_gone
from soda_tui.domain.facts import LocalFacts, PullRequest, RemoteFacts, RepositoryFacts
from soda_tui.domain.labels import has
from soda_tui.domain.ledger import Holder, Ledger, LedgerCondition, decode
from soda_tui.domain.model import (
    SCHEMA_VERSION,
    Account,
    Agent,
    Claim,
    Clone,
    Counts,
    Drift,
    Error,
    ExcludedCode,
    Need,
    NeedCode,
    PullRequestEntry,
    Repository,
    Run,
    Severity,
    Snapshot,
    Status,
    Worktree,
)
from soda_tui.domain.queue import Queue, build_queue, closed_issues
from soda_tui.domain.settings import Enrolment
from soda_tui.domain.status import agent_status, claim_run


def snapshot_of(repositories: Iterable[Repository], accounts: Iterable[Account], now: datetime) -> Snapshot:
    """The snapshot of these repositories; complete when none of them has an error."""
    parts = tuple(repositories)
    complete = all(part.error is None and not part.truncated for part in parts)
    return Snapshot(SCHEMA_VERSION, now, complete, tuple(accounts), parts)


def repository_view(enrolment: Enrolment, facts: RepositoryFacts, cockpit: str, now: datetime) -> Repository:
    """One repository as screen and JSON show it."""
    remote = facts.remote
    ledger = decode(remote.ledger) if remote else None
    holder = ledger.state.holder if ledger else None
    agent = _agent(enrolment, facts, ledger, cockpit, now)
    queue = _queue(enrolment, remote, holder)
    drift = find_drift(facts, ledger, cockpit, enrolment, now) if ledger else ()
    problem = facts.problem
    return Repository(
        id=remote.id if remote else None,
        name=enrolment.name.full,
        host=enrolment.name.host,
        url=remote.url if remote else None,
        path=enrolment.path,
        group=enrolment.group,
        default_branch=remote.default_branch if remote else None,
        base=enrolment.base or (remote.default_branch if remote else None),
        archived=remote.archived if remote else None,
        viewer_permission=remote.permission if remote else None,
        read_only=enrolment.read_only or (ledger is not None and ledger.condition is LedgerCondition.NEWER),
        clone=_clone(facts.local),
        agent=agent,
        counts=_counts(enrolment, remote, queue),
        truncated=remote.truncated if remote else False,
        queue=queue.entries,
        excluded=queue.excluded,
        pull_requests=_pull_requests(remote.pull_requests) if remote else (),
        drift=drift,
        needs=_needs(enrolment, agent, facts, queue, drift),
        fetched_at=facts.fetched_at,
        stale=problem is not None,
        error=Error(problem.code, problem.message, problem.retry_at) if problem else None,
    )


def recalled_view(kept: Repository, fresh: Repository) -> Repository:
    """What an earlier snapshot showed, where GitHub has not answered yet: stale, with what this machine knows now."""
    running = fresh.agent.status is not Status.UNKNOWN
    status = fresh.agent.status if running or kept.agent.status in _RUNNING else kept.agent.status
    agent = replace(kept.agent, status=status, run=fresh.agent.run or kept.agent.run)
    return replace(kept, agent=agent, clone=fresh.clone, stale=True, error=fresh.error)


_RUNNING = frozenset({Status.STARTING, Status.WORKING, Status.NEEDS_INPUT, Status.STALLED})


def _agent(enrolment: Enrolment, facts: RepositoryFacts, ledger: Ledger | None, cockpit: str, now: datetime) -> Agent:
    holder = ledger.state.holder if ledger else None
    worktree = facts.local.worktree if facts.local else None
    gone = ledger is not None and ledger_gone(ledger, facts)
    status = agent_status(ledger, cockpit, facts.run, worktree, now, ledger_gone=gone)
    alive = facts.run if facts.run is not None and facts.run.alive else None
    shown = alive or (claim_run(holder, facts.run) if holder else None)
    number = holder.issue if holder else alive.issue if alive else None
    issue = find_issue(facts.remote, number) if number is not None and facts.remote else None
    return Agent(
        id=holder.agent if holder else enrolment.agent_id,
        status=status,
        issue=number,
        title=issue.title if issue else None,
        branch=holder.branch if holder else alive.branch if alive else None,
        since=holder.since if holder else None,
        attempt=holder.attempt if holder else None,
        claim=Claim(holder.cockpit, holder.cockpit == cockpit, holder.name) if holder else None,
        worktree=Worktree(worktree.path, worktree.branch, bool(worktree.changes), worktree.commits)
        if worktree
        else None,
        run=Run(shown.id, shown.pid, shown.started_at, shown.last_output_at, shown.exit, shown.log) if shown else None,
    )


def _clone(local: LocalFacts | None) -> Clone:
    if local is None:
        return Clone(None, None, None, None, None)
    clone = local.clone
    return Clone(clone.branch, clone.dirty, clone.ahead, clone.behind, clone.problem.message if clone.problem else None)


def _queue(enrolment: Enrolment, remote: RemoteFacts | None, holder: Holder | None) -> Queue:
    if remote is None:
        return Queue((), ())
    return build_queue(remote.issues, remote.pull_requests, enrolment, holder, remote.viewer.login)


def _counts(enrolment: Enrolment, remote: RemoteFacts | None, queue: Queue) -> Counts:
    if remote is None:
        return Counts(None, None, None)
    in_review = sum(issue.open and has(issue.labels, enrolment.labels.review) for issue in remote.issues)
    return Counts(remote.open_issues, len(queue.entries) + len(queue.excluded), in_review)


def _pull_requests(pull_requests: Iterable[PullRequest]) -> tuple[PullRequestEntry, ...]:
    return tuple(
        PullRequestEntry(
            found.number,
            found.title,
            found.branch,
            next(iter(closed_issues(found)), None),
            found.checks,
            found.review,
            found.draft,
            found.url,
        )
        for found in sorted(pull_requests, key=lambda found: found.number)
        if found.open
    )


def _needs(
    enrolment: Enrolment, agent: Agent, facts: RepositoryFacts, queue: Queue, drift: tuple[Drift, ...]
) -> tuple[Need, ...]:
    found: list[Need] = []
    mine = agent.claim is None or agent.claim.mine
    if facts.local and facts.local.clone.problem:
        found.append(Need(NeedCode.CLONE_PROBLEM, facts.local.clone.problem.message))
    found += [Need(NeedCode.CRITICAL_DRIFT, part.message) for part in drift if part.severity is Severity.CRITICAL]
    status_need = _STATUS_NEEDS.get(agent.status)
    if status_need is not None:
        code, sentence = status_need
        said = facts.run.problem if agent.status is Status.FAILED and facts.run else None
        found.append(Need(code, said or sentence(issue=agent.issue or "?", outcome=_run_end(facts))))
    if agent.status is Status.CLAIMED and mine and facts.local and facts.local.worktree is None:
        found.append(Need(NeedCode.CLAIM_UNFINISHED, say.NEED_CLAIM_UNFINISHED(issue=agent.issue)))
    if facts.remote and facts.remote.name.key != enrolment.key:
        renamed = say.NEED_RENAMED(repository=enrolment.name.full, name=facts.remote.name.full)
        found.append(Need(NeedCode.RENAMED, renamed))
    for problem in facts.remote.degraded[:1] if facts.remote else ():
        found.append(Need(NeedCode.DEGRADED, problem.message))
    if facts.runs_problem:
        found.append(Need(NeedCode.DEGRADED, facts.runs_problem.message))
    if facts.remote and facts.remote.permission in {"READ", "TRIAGE"}:
        found.append(
            Need(
                NeedCode.PERMISSION,
                say.NO_PUSH(repository=enrolment.name.full, permission=facts.remote.permission),
            )
        )
    if facts.remote and facts.remote.archived:
        found.append(Need(NeedCode.ARCHIVED, say.ARCHIVED(repository=enrolment.name.full)))
    to_land = [entry.number for entry in queue.excluded if entry.code is ExcludedCode.READY_TO_MERGE]
    if to_land:
        issues = ", ".join(str(number) for number in to_land)
        found.append(Need(NeedCode.READY_TO_LAND, say.NEED_READY_TO_LAND(issues=issues)))
    return tuple(found)


_STATUS_NEEDS = {
    Status.NEEDS_INPUT: (NeedCode.AGENT_INPUT, say.NEED_AGENT_INPUT),
    Status.FAILED: (NeedCode.AGENT_FAILED, say.NEED_AGENT_FAILED),
    Status.STALLED: (NeedCode.AGENT_STALLED, say.NEED_AGENT_STALLED),
    Status.LIMIT: (NeedCode.AGENT_LIMIT, say.NEED_AGENT_LIMIT),
    Status.DONE: (NeedCode.WORK_DONE, say.NEED_WORK_DONE),
    Status.HANDING_OVER: (NeedCode.HANDOVER_UNFINISHED, say.NEED_HANDOVER_UNFINISHED),
}


def _run_end(facts: RepositoryFacts) -> str:
    """How the newest run ended, in a few words for the middle of a sentence."""
    run = facts.run
    if run is None:
        return "ended"
    if run.exit is None:
        return "was killed or lost"
    if run.exit < 0:
        return f"ended by signal {-run.exit}"
    if run.exit > 0:
        return f"ended with exit status {run.exit}"
    worktree = facts.local.worktree if facts.local else None
    if worktree is not None and worktree.changes:
        return "ended well but left files uncommitted"
    return "ended well but made no commit"
