"""Planning recover: what was left over is gone on with, handed over, archived, kept, or removed where all is held."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.domain import naming
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.choices import Choice
from soda_tui.domain.codes import ExcludedCode, Status
from soda_tui.domain.facts import Issue, RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.kept_work import KeptBranch
from soda_tui.domain.labels import has
from soda_tui.domain.ledger import Holder, Phase
from soda_tui.domain.leftover import Leftover, LeftoverKind, mark_of, matching
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import (
    ArchiveBranch,
    ClaimIssue,
    DropHeld,
    ForgetWorktree,
    FreeAgent,
    KeepLeftover,
    MarkIssue,
    MoveLabels,
    NameBranch,
    OpenReview,
    Plan,
    PrepareWorktree,
    PushKept,
    PushRescue,
    RemoveWorktree,
    RescueWork,
    Step,
)
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.stranded import keeping_stranded
from soda_tui.domain.planning.work_branch import unused_name
from soda_tui.domain.recovery import Looked, leftovers, rescue_issue
from soda_tui.domain.runs.facts import RunState
from soda_tui.domain.stakes import Ignored, Stakes, mark, told
from soda_tui.domain.verdict import TABLE, Refuses, fill

_NAMED = 8
_OTHERS = frozenset({ExcludedCode.HELD, ExcludedCode.AGENT_LABEL, ExcludedCode.OPEN_PULL_REQUEST})
GOING_ON = frozenset({Choice.ADOPT, Choice.PULL_REQUEST})


class Here(Struct, frozen=True):
    """What is known of a repository whether GitHub has answered or not, and what a person said along."""

    facts: RepositoryFacts
    view: Repository
    options: Options

    @property
    def running(self) -> bool:
        """Whether an agent is at work here, or may be."""
        run = self.facts.run
        unknown = self.facts.runs_problem is not None or (run is not None and run.state is RunState.UNKNOWN)
        return unknown or (run is not None and run.alive)

    @property
    def problem(self) -> Problem:
        """Why nothing can be done on GitHub."""
        unknown = Problem(ErrorCode.REFUSED, say.STATUS_UNKNOWN(repository=self.view.name))
        return self.facts.problem or unknown


def plan_recover(here: Here, looked: Looked, situation: Situation | None) -> Plan | Problem:
    """What is asked for, of the leftovers that it is asked for; without an answer from GitHub what needs none."""
    if here.options.push is not None:
        return _push(here, looked)
    choice, wanted = here.options.choice, here.options.wanted
    assert choice is not None and wanted is not None, "a list is no plan"
    found = matching(leftovers(looked.work, looked.standing), wanted, kept=choice is Choice.UNKEEP)
    if choice in GOING_ON:
        branch = looked.work.branch(found[0].name if len(found) == 1 else wanted)
        if len(found) > 1:
            return _refused(say.ONE_AT_A_TIME(count=len(found), wanted=wanted))
        if found and choice not in found[0].choices:
            return _cannot(found[0], choice)
        if branch is None or not (found or _is_ours(situation, branch)):
            return _nothing(here, wanted)
        if situation is None:
            return here.problem
        return _go_on(situation, looked, branch, choice)
    fit = tuple(one for one in found if choice in one.choices)
    if not fit:
        return _cannot(found[0], choice) if found else _nothing(here, wanted)
    if choice in {Choice.KEEP, Choice.UNKEEP}:
        steps = tuple(KeepLeftover(one.name, mark_of(one) if choice is Choice.KEEP else None) for one in fit)
        return Plan(Verb.RECOVER, fit[0].issue or 0, fit[0].name, steps)
    return _part(here, looked, choice, fit)


def _go_on(situation: Situation, looked: Looked, kept: KeptBranch, choice: Choice) -> Plan | Problem:
    """Claim the branch's issue on it, and have the agent go on, or hand over what is there."""
    view, issue = situation.view, looked.issue
    ours = _is_ours(situation, kept)
    refusal = _at_work(situation) or (None if ours else _not_free(situation, looked, kept))
    if refusal is not None:
        return refusal
    number = naming.branch_issue(kept.name) or 0
    if issue is None or not issue.open:
        return situation.refusal(say.ISSUE_NOT_OPEN, issue=number)
    if view.base is None:
        return situation.refusal(say.EMPTY_REPOSITORY)
    name, steps = _named(situation, kept, issue)
    own = name == kept.name
    holder = _holder(situation, issue, name)
    if not ours:
        local = kept.here if own else kept.work
        steps.append(ClaimIssue(situation.state, holder, view.base, kept.there if own else None, local))
    if choice is Choice.ADOPT:
        if not ours or not has(issue.labels, holder.agent):
            steps.append(MarkIssue(issue, holder.agent, holder.assigned is not None))
        steps.append(PrepareWorktree(name, kept.there if own else None))
        return keeping_stranded(situation, Plan(Verb.RECOVER, number, name, tuple(steps)))
    review = situation.open_pull_request(name)
    at = (review.number, review.url) if review else (None, None)
    since = kept.base or holder.base or view.base
    steps += [
        PushKept(number, name, kept.work, situation.options.include),
        OpenReview(number, issue.title, name, view.base, kept.work, since, *at),
        MoveLabels(issue),
        FreeAgent(number),
    ]
    question = say.ASK_RECOVER_REVIEW(
        branch=kept.name,
        issue=number,
        repository=view.name,
        commits=kept.commits if kept.commits is not None else "its",
    )
    plan = Plan(Verb.RECOVER, number, name, tuple(steps), question, mark((kept.name, kept.work)))
    return keeping_stranded(situation, plan)


def _is_ours(situation: Situation | None, kept: KeptBranch) -> bool:
    """Whether this cockpit holds the claim on the branch already, as when going on with it was broken off."""
    holder = situation.state.holder if situation else None
    if situation is None or holder is None or holder.cockpit != situation.cockpit:
        return False
    return holder.branch == kept.name and holder.phase is Phase.WORKING


def _at_work(situation: Situation) -> Problem | None:
    """That an agent is or may be at work here, whoever holds the claim; None where none is."""
    run = situation.facts.run
    if situation.facts.runs_problem is not None:
        return situation.facts.runs_problem
    alive = run is not None and (run.alive or run.state is RunState.UNKNOWN)
    return situation.refusal(say.AGENT_RUNS) if alive else None


def _not_free(situation: Situation, looked: Looked, kept: KeptBranch) -> Problem | None:
    """Why the branch cannot be claimed now; None where it can."""
    view = situation.view
    found = TABLE[view.agent.status][Verb.POP]
    if view.agent.status is not Status.IDLE:
        reason = found if isinstance(found, Refuses) else Refuses(say.STATUS_UNKNOWN)
        return Problem(reason.code, fill(reason.reason, view))
    if looked.merged is not None:
        return situation.refusal(say.LEFT_MERGED, branch=kept.name, number=looked.merged)
    number = naming.branch_issue(kept.name)
    taken = next((one for one in view.excluded if one.number == number and one.code in _OTHERS), None)
    if taken is not None:
        code = ErrorCode.TAKEN if taken.code is ExcludedCode.HELD else ErrorCode.REFUSED
        return Problem(code, say.LEFT_OUT(issue=number, repository=view.name, reason=taken.reason))
    return None


def _named(situation: Situation, kept: KeptBranch, issue: Issue) -> tuple[str, list[Step]]:
    """The branch's name, or a new one of this agent's: it sees no branches of others, and pushes to none."""
    agent, local = situation.enrolment.agent_id, situation.facts.local
    if naming.branch_agent(kept.name) == agent:
        return kept.name, []
    # Named already, where this was broken off.
    known = next((one for one in local.branches if one.oid == kept.work), None) if local else None
    if (
        known is not None
        and naming.branch_agent(known.name) == agent
        and naming.branch_issue(known.name) == issue.number
    ):
        return known.name, []
    name = unused_name(situation, issue)
    return name, [NameBranch(name, kept.work)]


def _holder(situation: Situation, issue: Issue, branch: str) -> Holder:
    known, viewer = situation.state.holder, situation.remote.viewer
    if known is not None:
        return known
    assign = viewer.id is not None and not has(issue.assignees, viewer.login)
    return Holder(
        cockpit=situation.cockpit,
        agent=situation.enrolment.agent_id,
        issue=issue.number,
        branch=branch,
        base="",
        since=situation.now,
        attempt=situation.state.attempts.get(issue.number, 0) + 1,
        assigned=viewer.login if assign else None,
    )


def _part(here: Here, looked: Looked, choice: Choice, fit: tuple[Leftover, ...]) -> Plan | Problem:
    """Archive, or remove what is held elsewhere; what is in no commit is kept first."""
    steps: list[Step] = []
    told_of: list[str] = []
    for one in fit:
        part = [ArchiveBranch(one.name, one.oid or "")] if choice is Choice.ARCHIVE else _clean_up(here, looked, one)
        if isinstance(part, Problem):
            return part
        steps += part
        told_of.append(with_ignored(one.name, looked))
    about = mark([f"{one.name} {one.oid} {looked.ignored.get(one.name, Ignored()).mark}" for one in fit])
    names = ", ".join(told_of[:_NAMED]) + (f" and {len(fit) - _NAMED} more" if len(fit) > _NAMED else "")
    sentence = say.ASK_ARCHIVE if choice is Choice.ARCHIVE else say.ASK_CLEAN_UP
    question = sentence(names=names, repository=here.view.name)
    return Plan(Verb.RECOVER, fit[0].issue or 0, fit[0].name, tuple(steps), question, about)


def with_ignored(name: str, looked: Looked) -> str:
    """A leftover in words, a worktree with what git ignores there."""
    ignored = looked.ignored.get(name, Ignored()).names
    return say.WITH_IGNORED(path=name, files=told(len(ignored), ignored)) if ignored else name


def _clean_up(here: Here, looked: Looked, one: Leftover) -> list[Step] | Problem:
    if one.kind is not LeftoverKind.WORKTREE:
        return [DropHeld(one.name, one.oid or "")]
    if here.running:
        return _refused(say.RUN_NEAR_WORKTREE(path=one.name, repository=here.view.name))
    directory = next((each for each in looked.work.directories if each.path == one.name), None)
    if directory is not None and directory.gone:
        return [ForgetWorktree(one.name)]
    return part_with(one.name, one.issue or 0, looked)


def part_with(path: str, issue: int, looked: Looked) -> list[Step] | Problem:
    """Remove a worktree, what is in no commit kept first."""
    if path in looked.stays:
        return looked.stays[path]
    stakes = looked.stakes.get(path)
    if stakes is None:
        return _refused(say.NOT_REMOVED(path=path, words=say.NOT_LOOKED_AT()))
    problem = _not_clearable(path, stakes)
    if problem is not None:
        return problem
    keep: list[Step] = [RescueWork(issue, path)] if stakes.at_risk or stakes.lone else []
    return [*keep, RemoveWorktree(path, looked.ignored.get(path, Ignored()))]


def _not_clearable(path: str, stakes: Stakes) -> Problem | None:
    if stakes.submodules:
        return _refused(say.NOT_KEEPABLE(path=path, files=", ".join(stakes.submodules[:3])))
    if stakes.busy:
        return _refused(say.WORKTREE_BUSY(path=path, doing=stakes.busy))
    return _refused(say.GIT_LOCKED(path=path, words=stakes.locks[0])) if stakes.locks else None


def _push(here: Here, looked: Looked) -> Plan | Problem:
    """Push a rescue: the files that were untracked are named, and what should not be pushed unseen must be."""
    branch, include = here.options.push or "", here.options.include
    rescue = next((one for one in looked.work.rescues if one.name == branch), None)
    if rescue is None:
        return _nothing(here, branch)
    files = looked.rescued
    unknown = next((path for path in include if path not in {one.path for one in files}), None)
    if unknown is not None:
        return _refused(say.INCLUDE_NOT_RESCUED(path=unknown, branch=branch))
    doubtful = [f"{one.shown} ({one.doubt})" for one in files if one.doubt and one.path not in include]
    if doubtful:
        return _refused(say.PUSH_DOUBTFUL(branch=branch, files=told(len(doubtful), doubtful)))
    new = [one.shown for one in files if one.new]
    question = say.ASK_PUSH_RESCUE(
        branch=branch,
        repository=here.view.name,
        files=told(len(files)),
        untracked=told(len(new), new),
    )
    if looked.below:
        question = f"{question} {say.WITH_COMMITS(count=looked.below)}"
    about = mark([branch, rescue.oid])
    return Plan(Verb.RECOVER, rescue_issue(branch) or 0, branch, (PushRescue(branch, rescue.oid),), question, about)


def _nothing(here: Here, wanted: str) -> Problem:
    return Problem(ErrorCode.NOTHING_TO_DO, say.NO_SUCH_LEFTOVER(name=wanted, repository=here.view.name))


def _cannot(one: Leftover, choice: Choice) -> Problem:
    can = ", ".join(f"--{each.replace('_', '-')}" for each in one.choices) or say.NOTHING_HERE()
    return _refused(say.LEFTOVER_CANNOT(name=one.name, choice=choice.replace("_", "-"), what=one.what, can=can))


def _refused(sentence: str) -> Problem:
    return Problem(ErrorCode.REFUSED, sentence)
