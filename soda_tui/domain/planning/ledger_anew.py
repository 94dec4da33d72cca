"""Planning a ledger anew, where it is gone or cannot be read: from the last entry known here, else from what is seen.

History is never rewritten: a state that can be read goes on top of what is there.
"""

from __future__ import annotations

from collections.abc import Iterator

from soda_tui.domain import ledger, naming
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.drift.ledger import agent_labelled
from soda_tui.domain.facts import find_issue
from soda_tui.domain.failure import Problem
from soda_tui.domain.labels import has
from soda_tui.domain.ledger import HandedOver, Holder, LedgerCondition, LedgerState
from soda_tui.domain.plan import Plan, WriteLedger
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.times import age


def write_anew(situation: Situation, told: str) -> Plan | Problem:
    """One entry; the question names all that it takes as true."""
    kept = ledger.decode(situation.facts.kept_ledger)
    if kept.condition is LedgerCondition.NEWER:
        return situation.refusal(say.DRIFT_LEDGER_NEWER)
    readable = kept.condition is LedgerCondition.READABLE
    state = kept.state if readable else _seen(situation)
    claimed = [
        number for number in agent_labelled(situation.facts) if not (state.holder and number == state.holder.issue)
    ]
    if claimed:
        # An agent may be at work on it elsewhere: with a yes to "nobody holds an issue" there would soon be two.
        return situation.refusal(say.HELD_BY_UNKNOWN, issues=", ".join(map(str, claimed)))
    base = situation.view.base
    if base is None:
        return situation.refusal(say.EMPTY_REPOSITORY)
    true = say.TAKEN_AS_TRUE(what="; ".join(_words(situation, state, kept=readable)))
    question = say.ASK_REPAIR(drift=told, repository=situation.view.name, plan=true)
    holder = state.holder
    return Plan(
        Verb.REPAIR,
        holder.issue if holder else 0,
        holder.branch if holder else "",
        (WriteLedger(state, base),),
        question,
    )


def _seen(situation: Situation) -> LedgerState:
    """What pull requests, the worktree and the processes of this machine tell."""
    holder = _holder(situation)
    held = holder.issue if holder else None
    handed_over = tuple(
        HandedOver(number, request.branch, request.number, request.head_oid)
        for request in situation.remote.pull_requests
        if request.open and request.same_repository
        if (number := naming.branch_issue(request.branch)) is not None and number != held
    )
    unique = {done.issue: done for done in handed_over}
    return LedgerState(holder, tuple(unique.values()), {holder.issue: holder.attempt} if holder else {})


def _holder(situation: Situation) -> Holder | None:
    """This cockpit's claim, where its agent runs, or its worktree stands on the branch of an issue with its label."""
    run, worktree, agent = situation.facts.run, situation.worktree, situation.enrolment.agent_id
    running = run is not None and run.alive
    branch = run.branch if run is not None and running else worktree.branch if worktree else None
    number = naming.branch_issue(branch) if branch else None
    issue = find_issue(situation.remote, number) if number is not None else None
    labelled = issue is not None and issue.open and has(issue.labels, agent)
    if branch is None or number is None or not (running or labelled):
        return None
    attempt = run.attempt if run is not None and run.issue == number and run.attempt else 1
    named = naming.branch_agent(branch) or agent
    return Holder(situation.cockpit, named, number, branch, "", situation.now, attempt)


def _words(situation: Situation, state: LedgerState, *, kept: bool) -> Iterator[str]:
    if kept:
        head = situation.facts.kept_ledger
        made = head.committed_at if head else None
        yield say.TRUE_KEPT(age=age(made, situation.now)) if made else say.TRUE_KEPT_UNDATED()
    holder = state.holder
    if holder is None:
        yield say.TRUE_NOBODY()
    elif holder.cockpit == situation.cockpit:
        yield say.TRUE_HELD(issue=holder.issue, branch=holder.branch)
    else:
        yield say.TRUE_HELD_BY(cockpit=holder.shown, issue=holder.issue, branch=holder.branch)
    for done in state.handed_over:
        yield say.TRUE_HANDED_OVER(issue=done.issue, number=done.pull_request or "none")
