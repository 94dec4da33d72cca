"""Recovering: what was left over is looked for, told, and looked at more closely before something is done about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import structs

from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.looking_up import look_up_requests
from soda_tui.cockpit.ports.place import Place
from soda_tui.cockpit.ports.world import World
from soda_tui.domain import ledger
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.choices import Choice
from soda_tui.domain.clone import clone_problem
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.kept_work import KeptDirectory
from soda_tui.domain.ledger import LedgerCondition, LedgerState
from soda_tui.domain.leftover import Found, LeftoverKind, matching
from soda_tui.domain.model import Repository
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import Plan
from soda_tui.domain.planning.cleanup import parked, plan_cleanup
from soda_tui.domain.planning.recover import GOING_ON, Here, plan_recover
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.recovery import Looked, Standing, leftovers
from soda_tui.domain.shellwords import shell_word
from soda_tui.domain.verdict import Refuses, fill, verdict

RECOVERY = frozenset({Verb.RECOVER, Verb.CLEANUP})
_TOLD = 8


async def find(world: World, enrolment: Enrolment, facts: RepositoryFacts, view: Repository, cockpit: str) -> Found:
    """What was left over; raises Failure where git cannot say."""
    unusable = clone_problem(enrolment, facts)
    if unusable is not None and not (facts.local is not None and facts.local.clone.busy):
        raise Failure(unusable)
    looked = await look(world, enrolment, facts, view, cockpit)
    problem = looked.work.problem or facts.problem
    listed = leftovers(looked.work, looked.standing)
    return Found(view.name, listed, problem.message if problem else None, looked.work.cut)


async def look(world: World, enrolment: Enrolment, facts: RepositoryFacts, view: Repository, cockpit: str) -> Looked:
    """The kept work, and what decides whose it is."""
    place = Place(enrolment.name, enrolment.path, world.store.worktree_path(enrolment, None))
    folders = world.store.folders(enrolment)[1:]
    work = await world.git.leftovers(place, view.base or enrolment.base, folders)
    head = facts.remote.ledger if facts.remote is not None and facts.problem is None else None
    if facts.remote is None or facts.problem is not None:
        head = next(iter(await world.git.ledger_log(place, 1)), None)
    found = ledger.decode(head)
    blind = work.problem is not None or facts.problem is not None or facts.had_ledger
    unsure = found.condition in {LedgerCondition.UNREADABLE, LedgerCondition.NEWER}
    unsure = unsure or (found.condition is LedgerCondition.ABSENT and blind)
    holder = found.state.holder
    reviewed = facts.remote.pull_requests if facts.remote else ()
    standing = Standing(
        found.state,
        holder is not None and holder.cockpit == cockpit,
        {one.branch: one.head_oid for one in reviewed if one.open and one.same_repository},
        world.store.worktree_path(enrolment, holder.issue if holder else None),
        enrolment.path,
        world.store.kept(enrolment.key),
        unsure,
    )
    return Looked(work, standing, folders=folders[1:])


async def plan_recovery(
    execution: Execution, verb: Verb, view: Repository, options: Options, now: datetime
) -> Plan | Problem:
    """The plan for recover or cleanup, from a look that was taken for it."""
    found = verdict(view, verb)
    if isinstance(found, Refuses):
        return Problem(found.code, fill(found.reason, view))
    world, enrolment, facts = execution.world, execution.enrolment, execution.facts
    unusable = clone_problem(enrolment, facts)
    if unusable is not None and not (facts.local is not None and facts.local.clone.busy):
        return unusable
    looked = await look(world, enrolment, facts, view, execution.cockpit)
    here = Here(facts, view, options)
    if verb is Verb.CLEANUP:
        retention = enrolment.retention
        remains = await world.attic.remains(enrolment.key, retention, now)
        before = now - timedelta(days=retention.parked_days)
        spent = await world.git.spent_refs(execution.place(0), before, _spoken_of(looked.standing.state))
        looked = structs.replace(looked, remains=remains, parked_before=before, spent=spent)
        looked = await _look_into(execution, looked, parked(looked))
        return plan_cleanup(here, looked)
    looked = await _look_closer(execution, looked, options)
    remote = execution.facts.remote if execution.facts.problem is None else None
    situation = None
    if remote is not None:
        situation = Situation(enrolment, execution.facts, remote, view, options, execution.cockpit, now)
    return plan_recover(here, looked, situation)


def _spoken_of(state: LedgerState) -> frozenset[str]:
    """The branches that the ledger speaks of."""
    held = (state.holder.branch,) if state.holder is not None else ()
    return frozenset((*held, *(done.branch for done in state.handed_over), *(one.branch for one in state.bundles)))


async def _look_closer(execution: Execution, looked: Looked, options: Options) -> Looked:
    """What only this choice needs to be known."""
    git, place = execution.world.git, execution.place(0)
    if options.push is not None:
        if not any(one.name == options.push for one in looked.work.rescues):
            return looked
        files = await git.rescued(place, options.push)
        return structs.replace(looked, rescued=files, below=await git.unpushed_below(place, options.push))
    wanted = options.wanted or ""
    chosen = matching(leftovers(looked.work, looked.standing), wanted)
    if options.choice is Choice.CLEAN_UP:
        names = {one.name for one in chosen if one.kind is LeftoverKind.WORKTREE and Choice.CLEAN_UP in one.choices}
        return await _look_into(execution, looked, (one for one in looked.work.directories if one.path in names))
    if options.choice in GOING_ON:
        return await _look_up(execution, looked, chosen[0].name if len(chosen) == 1 else wanted)
    return looked


async def _look_up(execution: Execution, looked: Looked, branch: str) -> Looked:
    """The issue of a branch, what became of the names for its work, and what is at stake in the worktree."""
    remote, local, issue = execution.facts.remote, execution.facts.local, branch_issue(branch)
    if remote is None or execution.facts.problem is not None or issue is None or looked.work.branch(branch) is None:
        return looked
    github = execution.world.github
    try:
        detail = (await github.detail(remote.name, issue)).issue
    except Failure as failure:
        if failure.problem.code is not ErrorCode.NOT_FOUND:
            raise
        detail = None
    await look_up_requests(execution, detail, (branch,))
    requests = (one for one in execution.remote.pull_requests if one.branch == branch)
    merged = next((one.number for one in requests if one.merged and one.same_repository), None)
    worktree = local.worktree if local else None
    if local is not None and worktree is not None:
        place = structs.replace(execution.place(issue), worktree=worktree.path)
        stakes = await execution.world.git.stakes(place)
        execution.facts = structs.replace(execution.facts, local=structs.replace(local, stakes=stakes))
    return structs.replace(looked, issue=detail, merged=merged)


async def _look_into(execution: Execution, looked: Looked, directories: Iterable[KeptDirectory]) -> Looked:
    """What would get lost with worktrees, and what git ignores there; one that cannot be looked into stays."""
    git = execution.world.git
    stakes, ignored, stays = dict(looked.stakes), dict(looked.ignored), dict(looked.stays)
    for one in directories:
        if one.gone:
            continue
        place = structs.replace(execution.place(0), worktree=one.path)
        try:
            stakes[one.path] = await git.stakes(place)
            ignored[one.path] = await git.ignored(place)
        except Failure as failure:
            stays[one.path] = failure.problem
    return structs.replace(looked, stakes=stakes, ignored=ignored, stays=stays)


def command_again(planned: Plan, view: Repository, options: Options) -> str:
    """The command that does what is left; what is done already is not done again."""
    if planned.verb is Verb.CLEANUP:
        return say.CLEANUP_COMMAND(repository=view.name)
    if options.push is not None:
        what = f"--push {shell_word(options.push)}"
    else:
        # What is gone on with may have got another name in the first step.
        name = planned.branch if options.choice in GOING_ON else options.wanted or ""
        what = f"{shell_word(name)} --{(options.choice or '').replace('_', '-')}"
    return say.RECOVER_COMMAND(repository=view.name, what=what)


def recovered(done: Sequence[str], url: str | None, view: Repository) -> str:
    """What was done, the first of it by name."""
    what = "; ".join(done[:_TOLD])
    more = len(done) - _TOLD
    message = say.RECOVERED(repository=view.name, what=say.AND_MORE(files=what, more=more) if more > 0 else what)
    return f"{message} {say.RECOVERED_REVIEW(url=url)}" if url else message
