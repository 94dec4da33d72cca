"""Planning repairs: the steps that bring a drift back into line, one small function for each repair."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.drift.branch import ended_under_work
from soda_tui.domain.drift.worktree import gone_on, put_back
from soda_tui.domain.facts import find_issue
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.finished import finished_work, pull_request_of
from soda_tui.domain.labels import has
from soda_tui.domain.ledger import Holder, Phase
from soda_tui.domain.plan import (
    FetchWork,
    ForgetFinished,
    MarkIssue,
    NoteHeads,
    Plan,
    PrepareWorktree,
    RescueWork,
    RestoreBranch,
    Step,
    StopAgent,
    UnmarkIssue,
)
from soda_tui.domain.planning.agent import plan_launch
from soda_tui.domain.planning.ledger_anew import write_anew
from soda_tui.domain.planning.reset import plan_reset
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.stranded import stranded
from soda_tui.domain.planning.tidy import contained, end_of_work
from soda_tui.domain.planning.workplace import putting_back
from soda_tui.domain.repairs import Repair

Steps = list[Step] | Problem


def plan_repair(situation: Situation) -> Plan | Problem:
    """Everything that mends the drift of one kind, after its question."""
    kind, view = situation.options.repair, situation.view
    found = [part for part in view.drift if part.kind is kind]
    if kind is None or not found:
        missing = say.NO_SUCH_DRIFT(kind=kind or "any", repository=view.name)
        return Problem(ErrorCode.NOTHING_TO_DO, missing)
    repairs = dict.fromkeys(Repair(part.repair) for part in found if part.repair in set(Repair))
    if not repairs:
        return Problem(ErrorCode.REFUSED, say.NO_REPAIR(kind=kind, repository=view.name))
    told = " ".join(part.message for part in found if part.repair)
    if Repair.WRITE_LEDGER in repairs:
        return write_anew(situation, told)
    steps: list[Step] = []
    for repair in repairs:
        part = (
            _ON_A_CLAIM[repair](situation, _holder(situation)) if repair in _ON_A_CLAIM else _BESIDE[repair](situation)
        )
        if isinstance(part, Problem):
            return part
        steps += part
    held = situation.state.holder
    question = say.ASK_REPAIR(drift=told, repository=view.name, plan="")
    rescues = any(isinstance(step, RescueWork) for step in steps)
    about = situation.stakes.mark if rescues and situation.stakes else None
    worktree = situation.worktree if kind is DriftKind.UNEXPECTED_BRANCH else None
    return Plan(
        Verb.REPAIR,
        held.issue if held else 0,
        held.branch if held else "",
        tuple(steps),
        question.strip(),
        about,
        notes=put_back(situation.enrolment, worktree, held.branch) if worktree and held else (),
    )


def _holder(situation: Situation) -> Holder:
    holder = situation.state.holder
    assert holder is not None, "only a claim has such a drift"
    return holder


def _label(situation: Situation, holder: Holder) -> Steps:
    issue = find_issue(situation.remote, holder.issue)
    return [] if issue is None else [MarkIssue(issue, holder.agent, assign=False)]


def _unlabel(situation: Situation) -> Steps:
    agent, holder = situation.enrolment.agent_id, situation.state.holder
    held = holder.issue if holder else None
    stray = (one for one in situation.remote.issues if one.open and one.number != held and has(one.labels, agent))
    return [UnmarkIssue(issue, agent, unassign=False) for issue in stray]


def _push(situation: Situation, holder: Holder) -> Steps:
    local = situation.facts.local
    head = local.work_oid if local else None
    if head is None:
        return situation.refusal(say.NO_WORKTREE)
    return [RestoreBranch(holder.issue, holder.branch, head, situation.options.include)]


def _worktree(situation: Situation, holder: Holder) -> Steps:
    """The branch as it is here, if it is, with the commits that went on from it elsewhere.

    What others have pushed to it is a drift of its own.
    """
    local, worktree = situation.facts.local, situation.worktree
    here, pushed = local.work_oid if local else None, situation.branch_head(holder.branch)
    taken = gone_on(situation.enrolment, worktree) if worktree else None
    fetch: list[Step] = [FetchWork(holder.branch)] if pushed and here is None else []
    rescue = stranded(situation, holder.branch, holder.issue, taken)
    if isinstance(rescue, Problem):
        return rescue
    return [*rescue, *fetch, PrepareWorktree(holder.branch, taken or here or pushed or holder.base)]


def _take_in(situation: Situation, holder: Holder) -> Steps:
    pushed = situation.branch_head(holder.branch)
    return [] if pushed is None else [FetchWork(holder.branch), PrepareWorktree(holder.branch, pushed)]


def _launch(situation: Situation, holder: Holder) -> Steps:
    planned = plan_launch(situation, holder)
    return planned if isinstance(planned, Problem) else list(planned.steps)


def _stop(situation: Situation) -> Steps:
    run = situation.facts.run
    return [StopAgent(run.id)] if run is not None and run.alive else []


def _reset(situation: Situation, holder: Holder) -> Steps:
    planned = plan_reset(situation, holder)
    return planned if isinstance(planned, Problem) else [*_stopped(situation), *planned.steps]


def _tidy(situation: Situation) -> Steps:
    """What was handed over and has ended, and the claim whose pull request was merged under it."""
    holder, steps = situation.state.holder, list[Step]()
    finished = finished_work(situation.remote, situation.state)
    ended = [(done.issue, done.branch) for done, _ in finished]
    for done, by in finished:
        steps += contained(situation, done, by)
    if holder is not None and holder.cockpit == situation.cockpit and holder.phase is Phase.WORKING:
        request = ended_under_work(situation.remote, holder, situation.now)
        if request is not None and request.merged and situation.options.repair is DriftKind.PULL_REQUEST_MERGED:
            ended.append((holder.issue, holder.branch))
            steps += [*_stopped(situation), *putting_back(situation, holder)]
    for issue, branch in ended:
        steps += end_of_work(situation, issue, branch)
    return [*steps, ForgetFinished(tuple(issue for issue, _ in ended))] if ended else steps


def _note(situation: Situation) -> Steps:
    heads = []
    for done in situation.state.handed_over:
        request = pull_request_of(situation.remote, done)
        if request is not None and request.open and done.head not in {None, request.head_oid}:
            heads.append((done.issue, request.head_oid))
    return [NoteHeads(tuple(heads))] if heads else []


def _stopped(situation: Situation) -> list[Step]:
    run = situation.facts.run
    return [StopAgent(run.id)] if run is not None and run.alive else []


_ON_A_CLAIM: Mapping[Repair, Callable[[Situation, Holder], Steps]] = {
    Repair.LABEL: _label,
    Repair.PUSH: _push,
    Repair.TAKE_IN: _take_in,
    Repair.WORKTREE: _worktree,
    Repair.LAUNCH: _launch,
    Repair.RESET: _reset,
}
_BESIDE: Mapping[Repair, Callable[[Situation], Steps]] = {
    Repair.UNLABEL: _unlabel,
    Repair.STOP: _stop,
    Repair.TIDY: _tidy,
    Repair.NOTE: _note,
}
