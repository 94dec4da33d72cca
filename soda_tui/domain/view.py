"""The view: facts of one repository reduced to its part of the snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.clone import clone_problem
from soda_tui.domain.codes import DriftKind, ExcludedCode, NeedCode, Severity, Status
from soda_tui.domain.drift import SETTLING, find_drift, ledger_gone
from soda_tui.domain.drift.worktree import astray
from soda_tui.domain.endings import NEXT_STEPS, Ending, exit_words
from soda_tui.domain.facts import (
    LocalFacts,
    RemoteFacts,
    RepositoryFacts,
    RunFacts,
    WorktreeFacts,
    find_issue,
)
from soda_tui.domain.failure import Exit, Problem
from soda_tui.domain.feedback import MOST_ROUNDS, Standing, feedback
from soda_tui.domain.labels import has
from soda_tui.domain.ledger import Ledger, LedgerCondition, decode, tries
from soda_tui.domain.model import (
    SCHEMA_VERSION,
    Account,
    Agent,
    Claim,
    Clone,
    Counts,
    Drift,
    Error,
    Need,
    Repository,
    Run,
    Snapshot,
    Unfinished,
    Worktree,
)
from soda_tui.domain.progress import Progress
from soda_tui.domain.queue import Queue, build_queue
from soda_tui.domain.review import given_up, pull_requests
from soda_tui.domain.settings import AutoFeedback, Enrolment
from soda_tui.domain.spending import run_usage, spending
from soda_tui.domain.status import agent_status, claim_run, ending, open_question
from soda_tui.domain.text import one_line, shorten
from soda_tui.domain.times import limit_words
from soda_tui.domain.unfinished import Inverse, inverse, unfinished
from soda_tui.domain.usage import Sums


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
        needs=_needs(enrolment, agent, facts, queue, drift, now),
        fetched_at=facts.fetched_at,
        stale=problem is not None,
        error=Error(problem.code, problem.message, problem.retry_at) if problem else None,
        ledger=ledger.head if ledger else None,
        spending=spending(facts.sums) if facts.sums else None,
        watched=watched,
        forbidden=facts.forbidden,
    )
    left = unfinished(enrolment, facts, view, cockpit, now)
    stopped = facts.last is not None and facts.last.stopped
    quiet = _is_handing_over(agent, facts, now) and not stopped
    return _with_last_act(view, left, inverse(facts, view), quiet=quiet)


def _with_last_act(view: Repository, left: Unfinished | None, undo: Inverse | None, *, quiet: bool) -> Repository:
    needs = view.needs
    if left is not None and not quiet and not any(need.code in _UNFINISHED for need in needs):
        values = {"verb": left.verb, "issue": left.issue, "done": left.done, "count": left.steps}
        needs = (Need(NeedCode.ACT_UNFINISHED, say.NEED_ACT_UNFINISHED(**values)), *needs)
    return structs.replace(view, needs=needs, unfinished=left, undo=undo.verb if undo else None)


_UNFINISHED = frozenset({NeedCode.CLAIM_UNFINISHED, NeedCode.HANDOVER_UNFINISHED})


def recalled_view(kept: Repository, fresh: Repository) -> Repository:
    """What an earlier snapshot showed, where GitHub has not answered yet: stale, with what this machine knows now."""
    running = fresh.agent.status is not Status.UNKNOWN
    status = fresh.agent.status if running or kept.agent.status.at_work else kept.agent.status
    agent = structs.replace(kept.agent, status=status, run=fresh.agent.run or kept.agent.run)
    needs = [need for need in kept.needs if need.code is not NeedCode.NOT_ADMITTED]
    needs[:0] = [need for need in fresh.needs if need.code is NeedCode.NOT_ADMITTED]
    local = structs.replace(kept, agent=agent, clone=fresh.clone, forbidden=fresh.forbidden)
    return structs.replace(local, needs=tuple(needs), stale=True, error=fresh.error)


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


_DOING, _QUESTION = 200, 1000
_ENDED = frozenset({Status.DONE, Status.ENDED, Status.FAILED, Status.LIMIT})


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


def _needs(
    enrolment: Enrolment, agent: Agent, facts: RepositoryFacts, queue: Queue, drift: tuple[Drift, ...], now: datetime
) -> tuple[Need, ...]:
    found: list[Need] = []
    mine = agent.claim is None or agent.claim.mine
    if facts.problem is not None and facts.problem.exit is Exit.AUTHENTICATION:
        found.append(Need(NeedCode.NOT_ADMITTED, facts.problem.message))
    unusable = clone_problem(enrolment, facts)
    if unusable:
        found.append(Need(NeedCode.CLONE_PROBLEM, unusable.message))
    found += [Need(NeedCode.CRITICAL_DRIFT, part.message) for part in drift if part.severity is Severity.CRITICAL]
    if (lost := _lost_claim(agent, facts, now)) is not None:
        found.append(Need(NeedCode.CLAIM_LOST, lost.problem or "", lost.id, lost.issue))
    status_need = None if _is_handing_over(agent, facts, now) else _STATUS_NEEDS.get(agent.status)
    if status_need is not None:
        code, sentence = status_need
        if agent.run is not None and agent.run.ending is not None:
            sentence = NEXT_STEPS[agent.run.ending]
        gaps, place = _gaps(enrolment, agent, facts), _misplaced(enrolment, agent, facts)
        words = _what_became(agent, facts) or (say.NEED_ENDED if place else sentence)(**gaps)
        found.append(Need(code, " ".join((words, *place, *_had_asked(agent)))))
    if agent.status is Status.CLAIMED and mine and facts.local and facts.local.worktree is None:
        gone = next((part.message for part in drift if part.kind is DriftKind.WORKTREE_GONE), None)
        found.append(Need(NeedCode.CLAIM_UNFINISHED, gone or say.NEED_CLAIM_UNFINISHED(issue=agent.issue)))
    if facts.remote and facts.remote.name.key != enrolment.key:
        renamed = say.NEED_NAME_TAKEN if facts.remote.occupied else say.NEED_RENAMED
        words = renamed(repository=enrolment.name.full, name=facts.remote.name.full)
        found.append(Need(NeedCode.RENAMED, words))
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
    found += _came_back(enrolment, facts)
    if facts.remote is not None:
        found += given_up(queue.excluded, decode(facts.remote.ledger).state)
    to_land = [entry.number for entry in queue.excluded if entry.code is ExcludedCode.READY_TO_MERGE]
    if to_land:
        issues = ", ".join(str(number) for number in to_land)
        found.append(Need(NeedCode.READY_TO_LAND, say.NEED_READY_TO_LAND(issues=issues)))
    return tuple(found)


def _came_back(enrolment: Enrolment, facts: RepositoryFacts) -> Iterable[Need]:
    """The pull requests that an agent may mend, or a person must."""
    if facts.remote is None or enrolment.auto.feedback is AutoFeedback.OFF:
        return
    for one in feedback(facts.remote, decode(facts.remote.ledger).state, enrolment):
        values = {"number": one.number, "issue": one.issue, "what": one.what}
        if one.standing is Standing.DUE:
            words = say.NEED_FEEDBACK(repository=enrolment.name.full, round=one.rounds + 1, most=MOST_ROUNDS, **values)
            yield Need(NeedCode.FEEDBACK_ASKS if one.pushed else NeedCode.FEEDBACK, words, issue=one.issue)
        elif one.standing is Standing.USED_UP:
            yield Need(NeedCode.FEEDBACK, say.NEED_FEEDBACK_USED_UP(count=one.rounds, **values), issue=one.issue)


def _is_handing_over(agent: Agent, facts: RepositoryFacts, now: datetime) -> bool:
    """Whether a hand-over may be on its way: every one passes through this state, only one that stays is broken."""
    head = facts.remote.ledger if facts.remote else None
    begun = head.committed_at if head else None
    return agent.status is Status.HANDING_OVER and begun is not None and now - begun <= SETTLING


def _lost_claim(agent: Agent, facts: RepositoryFacts, now: datetime) -> RunFacts | None:
    """The run whose claim was lost, for a day, or until this cockpit holds a claim here again."""
    run = facts.run
    if run is None or not run.claim_lost or run.ended_at is None or now - run.ended_at > _LOSS_TOLD:
        return None
    return None if agent.claim is not None and agent.claim.mine else run


_ASKED = 300
_LOSS_TOLD = timedelta(days=1)
_STATUS_NEEDS = {
    Status.NEEDS_INPUT: (NeedCode.AGENT_INPUT, say.NEED_AGENT_INPUT),
    Status.ENDED: (NeedCode.AGENT_ENDED, say.NEED_UNSEEN),
    Status.FAILED: (NeedCode.AGENT_FAILED, say.NEED_AGENT_FAILED),
    Status.STALLED: (NeedCode.AGENT_STALLED, say.NEED_AGENT_STALLED),
    Status.LIMIT: (NeedCode.AGENT_LIMIT, say.NEED_AGENT_LIMIT),
    Status.DONE: (NeedCode.WORK_DONE, say.NEED_WORK_DONE),
    Status.HANDING_OVER: (NeedCode.HANDOVER_UNFINISHED, say.NEED_HANDOVER_UNFINISHED),
}


def _what_became(agent: Agent, facts: RepositoryFacts) -> str | None:
    """The sentence that the run itself left where it did not come to its own end."""
    halted = agent.run is not None and agent.run.ending is Ending.HALTED
    return facts.run.problem if (halted or agent.status is Status.FAILED) and facts.run else None


def _misplaced(enrolment: Enrolment, agent: Agent, facts: RepositoryFacts) -> tuple[str, ...]:
    """What keeps anything from being begun where a run has ended: its worktree is not there, or stands elsewhere."""
    local, run = facts.local, agent.run
    if run is None or run.ending is None or local is None or local.clone.problem is not None:
        return ()
    if local.worktree is None:
        return (say.DRIFT_WORKTREE_GONE(issue=agent.issue),)
    if agent.branch is None or local.worktree.branch == agent.branch or local.worktree.busy:
        return ()
    return (astray(enrolment, local.worktree, agent.branch),)


def _had_asked(agent: Agent) -> Iterable[str]:
    """What a run wanted to know that ended in another way than with its question."""
    run = agent.run
    if run is not None and run.question and run.ending not in {None, Ending.ASKED}:
        yield say.HAD_ASKED(question=shorten(run.question, _ASKED))


def _way_to_answer(agent: Agent) -> str:
    """How a person answers the question of an agent that runs."""
    run = agent.run
    if run is not None and run.attachable:
        return say.ANSWER_AT_TERMINAL()
    return say.ANSWER_BY_MESSAGE() if run is not None and run.hears else say.ANSWER_ANEW()


def _gaps(enrolment: Enrolment, agent: Agent, facts: RepositoryFacts) -> dict[str, object]:
    """All that the sentences about a status may name."""
    run = facts.run
    progress = run.progress if run else None
    resets_at = progress.resets_at if progress else None
    exit = run.exit if run else None
    return {
        "issue": agent.issue or "?",
        "outcome": exit_words(exit) if exit is not None else f"was {exit_words(exit)}",
        "silence": limit_words(enrolment.limits.silent_minutes * 60),
        "way": _way_to_answer(agent),
        "question": shorten(progress.question if progress else "", _ASKED) or "see its log.",
        "resets": f"at {resets_at:%Y-%m-%d %H:%M} UTC" if resets_at else "at a time that it does not say",
    }
