"""Needs: what of a repository waits for a person, each in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from soda_tui.domain import sentences as say
from soda_tui.domain.clone import clone_problem, left_behind
from soda_tui.domain.codes import Checks, DriftKind, ExcludedCode, NeedCode, Severity, Status
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.configuration.unattended import AutoFeedback
from soda_tui.domain.drift import SETTLING
from soda_tui.domain.drift.worktree import astray
from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.failure import Exit
from soda_tui.domain.feedback import MOST_ROUNDS, Standing, feedback
from soda_tui.domain.ledger import decode
from soda_tui.domain.model import Agent, Drift, ExcludedEntry, Need, Unfinished
from soda_tui.domain.queue import closed_issues
from soda_tui.domain.review import given_up, kept_back
from soda_tui.domain.runs.endings import NEXT_STEPS, Ending, exit_words
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.text import shorten
from soda_tui.domain.times import limit_words

_ASKED = 300
_LOSS_TOLD = timedelta(days=1)
_OF_STATUS = {
    Status.NEEDS_INPUT: (NeedCode.AGENT_INPUT, say.NEED_AGENT_INPUT),
    Status.ENDED: (NeedCode.AGENT_ENDED, say.NEED_UNSEEN),
    Status.FAILED: (NeedCode.AGENT_FAILED, say.NEED_AGENT_FAILED),
    Status.STALLED: (NeedCode.AGENT_STALLED, say.NEED_AGENT_STALLED),
    Status.LIMIT: (NeedCode.AGENT_LIMIT, say.NEED_AGENT_LIMIT),
    Status.DONE: (NeedCode.WORK_DONE, say.NEED_WORK_DONE),
    Status.HANDING_OVER: (NeedCode.HANDOVER_UNFINISHED, say.NEED_HANDOVER_UNFINISHED),
}
_TELL_OF_AN_ACT = frozenset({NeedCode.CLAIM_UNFINISHED, NeedCode.HANDOVER_UNFINISHED})


def needs(
    enrolment: Enrolment,
    agent: Agent,
    facts: RepositoryFacts,
    excluded: tuple[ExcludedEntry, ...],
    drift: tuple[Drift, ...],
    now: datetime,
) -> tuple[Need, ...]:
    """All that waits for a person, what stands in the way of everything else first."""
    return (
        *_of_access(facts),
        *_of_clone(enrolment, facts),
        *(Need(NeedCode.CRITICAL_DRIFT, part.message) for part in drift if part.severity is Severity.CRITICAL),
        *_of_agent(enrolment, agent, facts, now),
        *_of_claim(agent, facts, drift),
        *_of_repository(enrolment, facts),
        *_of_pull_requests(enrolment, facts, excluded),
    )


def with_act(
    found: tuple[Need, ...], left: Unfinished | None, agent: Agent, facts: RepositoryFacts, now: datetime
) -> tuple[Need, ...]:
    """The needs of a repository, and before them its last act where that stopped half-way and none of them tells so."""
    stopped = facts.last is not None and facts.last.stopped
    on_its_way = _is_handing_over(agent, facts, now) and not stopped
    if left is None or on_its_way or any(need.code in _TELL_OF_AN_ACT for need in found):
        return found
    values = {"verb": left.verb, "issue": left.issue, "done": left.done, "count": left.steps}
    return (Need(NeedCode.ACT_UNFINISHED, say.NEED_ACT_UNFINISHED(**values)), *found)


def _of_access(facts: RepositoryFacts) -> Iterator[Need]:
    if facts.problem is not None and facts.problem.exit is Exit.AUTHENTICATION:
        yield Need(NeedCode.NOT_ADMITTED, facts.problem.message)


def _of_clone(enrolment: Enrolment, facts: RepositoryFacts) -> Iterator[Need]:
    unusable = clone_problem(enrolment, facts)
    if unusable:
        yield Need(NeedCode.CLONE_PROBLEM, unusable.message)


def _of_agent(enrolment: Enrolment, agent: Agent, facts: RepositoryFacts, now: datetime) -> Iterator[Need]:
    if (lost := _lost_claim(agent, facts, now)) is not None:
        yield Need(NeedCode.CLAIM_LOST, lost.problem or "", lost.id, lost.issue)
    if agent.status not in _OF_STATUS or _is_handing_over(agent, facts, now):
        return
    code, sentence = _OF_STATUS[agent.status]
    if agent.run is not None and agent.run.ending is not None:
        sentence = NEXT_STEPS[agent.run.ending]
    place = _misplaced(enrolment, agent, facts)
    words = _what_became(agent, facts) or (say.NEED_ENDED if place else sentence)(**_gaps(enrolment, agent, facts))
    yield Need(code, " ".join((words, *place, *_had_asked(agent))))


def _of_claim(agent: Agent, facts: RepositoryFacts, drift: tuple[Drift, ...]) -> Iterator[Need]:
    mine = agent.claim is None or agent.claim.mine
    if agent.status is Status.CLAIMED and mine and facts.local and facts.local.worktree is None:
        gone = next((part.message for part in drift if part.kind is DriftKind.WORKTREE_GONE), None)
        yield Need(NeedCode.CLAIM_UNFINISHED, gone or say.NEED_CLAIM_UNFINISHED(issue=agent.issue))


def _of_repository(enrolment: Enrolment, facts: RepositoryFacts) -> Iterator[Need]:
    remote, named = facts.remote, enrolment.name.full
    # That a clone goes by the name that is another's is said of the clone, with what to do.
    if remote and remote.name.key != enrolment.key and left_behind(enrolment, facts) is None:
        renamed = say.NEED_NAME_TAKEN if remote.occupied else say.NEED_RENAMED
        yield Need(NeedCode.RENAMED, renamed(repository=named, name=remote.name.full))
    for problem in remote.degraded[:1] if remote and not any(_of_access(facts)) else ():
        yield Need(NeedCode.DEGRADED, problem.message)
    if facts.runs_problem:
        yield Need(NeedCode.DEGRADED, facts.runs_problem.message)
    if remote and remote.permission in {"READ", "TRIAGE"}:
        yield Need(NeedCode.PERMISSION, say.NO_PUSH(repository=named, permission=remote.permission))
    if remote and remote.archived:
        yield Need(NeedCode.ARCHIVED, say.ARCHIVED(repository=named))


def _of_pull_requests(
    enrolment: Enrolment, facts: RepositoryFacts, excluded: tuple[ExcludedEntry, ...]
) -> Iterator[Need]:
    yield from _came_back(enrolment, facts)
    if facts.remote is not None:
        yield from given_up(excluded, decode(facts.remote.ledger).state)
        yield from kept_back(facts.remote, enrolment)
    requests = facts.remote.pull_requests if facts.remote is not None else ()
    unseen = {issue for one in requests if one.open and one.checks is Checks.HIDDEN for issue in closed_issues(one)}
    marked = [entry.number for entry in excluded if entry.code is ExcludedCode.READY_TO_MERGE]
    to_land = [number for number in marked if number not in unseen]
    if to_land:
        issues = ", ".join(str(number) for number in to_land)
        yield Need(NeedCode.READY_TO_LAND, say.NEED_READY_TO_LAND(issues=issues))


def _came_back(enrolment: Enrolment, facts: RepositoryFacts) -> Iterator[Need]:
    """The pull requests that an agent may mend, or a person must."""
    if facts.remote is None or enrolment.auto.feedback is AutoFeedback.OFF:
        return
    for one in feedback(facts.remote, decode(facts.remote.ledger).state, enrolment):
        values = {"number": one.number, "issue": one.issue, "what": one.what}
        if one.standing is Standing.DUE:
            words = say.NEED_FEEDBACK(repository=enrolment.name.full, round=one.rounds + 1, most=MOST_ROUNDS, **values)
            yield Need(NeedCode.FEEDBACK_ASKS if one.pushed else NeedCode.FEEDBACK, words, issue=one.issue)
        elif one.standing is Standing.USED_UP:
            yield Need(NeedCode.GIVEN_UP, say.NEED_FEEDBACK_USED_UP(count=one.rounds, **values), issue=one.issue)


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
