"""The view: facts of one repository reduced to its part of the snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.clone import clone_problem
from soda_tui.domain.codes import NeedCode, Status
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.drift import find_drift, ledger_gone
from soda_tui.domain.facts import LocalFacts, RemoteFacts, RepositoryFacts, WorktreeFacts, find_issue
from soda_tui.domain.failure import Problem
from soda_tui.domain.labels import has
from soda_tui.domain.ledger import Ledger, LedgerCondition, decode, tries
from soda_tui.domain.model import (
    SCHEMA_VERSION,
    Account,
    Agent,
    Claim,
    Clone,
    Counts,
    Error,
    Repository,
    Run,
    Snapshot,
    Worktree,
)
from soda_tui.domain.needs import needs, with_act
from soda_tui.domain.queue import Queue, build_queue
from soda_tui.domain.review import pull_requests
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.runs.progress import Progress
from soda_tui.domain.runs.spending import run_usage, spending
from soda_tui.domain.runs.usage import Sums
from soda_tui.domain.status import agent_status, claim_run, ending, open_question
from soda_tui.domain.text import one_line, shorten
from soda_tui.domain.unfinished import inverse, unfinished

_DOING, _QUESTION = 200, 1000
_ENDED = frozenset({Status.DONE, Status.ENDED, Status.FAILED, Status.LIMIT})


def snapshot_of(
    repositories: Iterable[Repository], accounts: Iterable[Account], now: datetime, forbidden: str | None = None
) -> Snapshot:
    """The snapshot of these repositories; complete when none of them has an error."""
    parts = tuple(repositories)
    complete = all(part.error is None and not part.truncated for part in parts)
    return Snapshot(SCHEMA_VERSION, now, complete, tuple(accounts), parts, forbidden)


def repository_view(
    enrolment: Enrolment,
    facts: RepositoryFacts,
    cockpit: str,
    now: datetime,
    *,
    queue: Queue | None = None,
    acting: bool = False,
) -> Repository:
    """One repository as screen and JSON show it; `acting` says that an act is under way here.

    `queue` is that of the facts, where somebody has it already.
    """
    remote = facts.remote
    ledger = decode(remote.ledger) if remote else None
    agent = _agent(enrolment, facts, ledger, cockpit, now)
    if queue is None:
        queue = queue_of(enrolment, remote) if remote else Queue((), ())
    drift, watched = find_drift(facts, ledger, cockpit, enrolment, now, acting=acting) if ledger else ((), ())
    problem = facts.problem
    view = Repository(
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
        clone=_clone(facts.local, clone_problem(enrolment, facts)),
        agent=agent,
        counts=_counts(enrolment, remote, queue),
        truncated=remote.truncated if remote else False,
        queue=queue.entries,
        excluded=queue.excluded,
        pull_requests=pull_requests(remote, enrolment) if remote else (),
        drift=drift,
        needs=needs(enrolment, agent, facts, queue.excluded, drift, now),
        fetched_at=facts.fetched_at,
        stale=problem is not None,
        error=Error(problem.code, problem.message, problem.retry_at) if problem else None,
        ledger=ledger.head if ledger else None,
        spending=spending(facts.sums) if facts.sums else None,
        watched=watched,
        forbidden=facts.forbidden,
    )
    left, undo = unfinished(enrolment, facts, view, cockpit, now), inverse(facts, view)
    waiting = with_act(view.needs, left, agent, facts, now)
    return structs.replace(view, needs=waiting, unfinished=left, undo=undo.verb if undo else None)


def recalled_view(kept: Repository, fresh: Repository) -> Repository:
    """What an earlier snapshot showed, where GitHub has not answered yet: stale, with what this machine knows now."""
    running = fresh.agent.status is not Status.UNKNOWN
    status = fresh.agent.status if running or kept.agent.status.at_work else kept.agent.status
    agent = structs.replace(kept.agent, status=status, run=fresh.agent.run or kept.agent.run)
    refused = [need for need in fresh.needs if need.code is NeedCode.NOT_ADMITTED]
    # Where nothing may be read, what could not be seen before was another token's, or is the least of it.
    outdated = {NeedCode.NOT_ADMITTED, NeedCode.DEGRADED} if refused else {NeedCode.NOT_ADMITTED}
    admitted = [need for need in kept.needs if need.code not in outdated]
    local = structs.replace(kept, agent=agent, clone=fresh.clone, forbidden=fresh.forbidden)
    return structs.replace(local, needs=(*refused, *admitted), stale=True, error=fresh.error)


def _agent(enrolment: Enrolment, facts: RepositoryFacts, ledger: Ledger | None, cockpit: str, now: datetime) -> Agent:
    holder = ledger.state.holder if ledger else None
    worktree = facts.local.worktree if facts.local else None
    gone = ledger is not None and ledger_gone(ledger, facts)
    silence = timedelta(minutes=enrolment.limits.silent_minutes)
    status = agent_status(ledger, cockpit, facts.run, worktree, now, silence=silence, ledger_gone=gone)
    alive = facts.run if facts.run is not None and facts.run.alive else None
    stoppable = facts.run if facts.run is not None and facts.run.stoppable else None
    shown = stoppable or (claim_run(holder, facts.run) if holder else None)
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
        tries=tries(ledger.state, holder) if holder and ledger else None,
        claim=Claim(holder.cockpit, holder.cockpit == cockpit, holder.name) if holder else None,
        worktree=_worktree(worktree) if worktree else None,
        run=_run(shown, worktree, status, facts.sums or Sums()) if shown else None,
    )


def _run(run: RunFacts, worktree: WorktreeFacts | None, status: Status, sums: Sums) -> Run:
    """A run as it is shown; how it ended is told where the status comes from that."""
    ended = None if run.stoppable or run.stopped or status not in _ENDED else ending(run, worktree)
    progress = run.progress or Progress()
    question = progress.question if status is Status.NEEDS_INPUT else open_question(run) if ended else ""
    doing = say.DOING_BY_HAND() if run.by_hand else progress.doing
    return Run(
        id=run.id,
        pid=run.pid,
        started_at=run.started_at,
        last_output_at=run.last_output_at,
        exit=run.exit,
        log=run.log,
        ending=ended,
        resets_at=progress.resets_at if status is Status.LIMIT else None,
        attachable=run.attachable,
        hears=run.hears,
        doing=shorten(doing, _DOING) or None if run.alive else None,
        question=shorten(question, _QUESTION) or None,
        usage=run_usage(sums, progress),
    )


def _worktree(found: WorktreeFacts) -> Worktree:
    return Worktree(found.path, _name(found.branch), bool(found.changes), found.commits, found.ahead, found.behind)


def _name(branch: str | None) -> str | None:
    """A branch as it can be shown: git allows control characters beyond ASCII in its name."""
    return one_line(branch) if branch else branch


def _clone(local: LocalFacts | None, problem: Problem | None) -> Clone:
    if local is None:
        return Clone(None, None, None, None, None)
    clone = local.clone
    return Clone(_name(clone.branch), clone.dirty, clone.ahead, clone.behind, problem.message if problem else None)


def queue_of(enrolment: Enrolment, remote: RemoteFacts) -> Queue:
    """The queue of a repository, which follows from nothing but what GitHub shows of it."""
    holder = decode(remote.ledger).state.holder
    return build_queue(remote.issues, remote.pull_requests, enrolment, holder, remote.viewer.login)


def _counts(enrolment: Enrolment, remote: RemoteFacts | None, queue: Queue) -> Counts:
    if remote is None:
        return Counts(None, None, None)
    in_review = sum(issue.open and has(issue.labels, enrolment.labels.review) for issue in remote.issues)
    return Counts(remote.open_issues, len(queue.entries) + len(queue.excluded), in_review)
