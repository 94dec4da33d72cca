"""Looking up what only some actions need to be known, before they are planned."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import islice

from msgspec import structs

from soda_tui.cockpit.conversing import last_conversation, profile_of
from soda_tui.cockpit.execution import Execution
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.bundles import begun, bundle_of, originals
from soda_tui.domain.bundling import choose
from soda_tui.domain.choosing import at_limit, wanted
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.facts import Issue, PullRequest, find_issue
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.landing import candidates, issues_of
from soda_tui.domain.ledger import LedgerCondition, decode
from soda_tui.domain.model import Repository
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.outcome import Options
from soda_tui.domain.planning.work_branch import names_for

# Names of branches that are asked for in one request, which costs a point; half of them at most are of branches there.
_NAMES = 10
_LEDGER_LOG = 50
# GitHub tries to merge each one for the answer.
_LOOKED_AT = 20


async def look_up_earlier_work(execution: Execution, view: Repository, options: Options) -> None:
    """Learn of pull requests of the issue's branches: what was merged is not gone on with, no name is used again."""
    number = options.issue if options.issue is not None else next((entry.number for entry in view.queue), None)
    remote = execution.facts.remote
    issue = find_issue(remote, number) if remote is not None and number is not None else None
    if remote is None or issue is None:
        return
    local = execution.facts.local.branches if execution.facts.local else ()
    kept = [branch.name for branch in (*remote.branches, *local) if branch_issue(branch.name) == number]
    await look_up_requests(execution, issue, kept)


async def look_up_requests(execution: Execution, issue: Issue | None, branches: Iterable[str]) -> None:
    """Learn of pull requests of branches, and of those that would be new ones of an issue."""
    fresh = names_for(execution.enrolment.agent_id, issue) if issue is not None else ()
    names = dict.fromkeys((*islice(branches, _NAMES // 2), *islice(fresh, _NAMES)))
    remote = execution.remote
    known: dict[int, PullRequest] = {one.number: one for one in remote.pull_requests}
    found = await execution.world.github.pull_requests(remote.name, tuple(names)[:_NAMES])
    known.update((one.number, one) for one in found)
    execution.facts = structs.replace(
        execution.facts, remote=structs.replace(remote, pull_requests=tuple(known.values()))
    )


async def look_up_agents(execution: Execution, verb: Verb, view: Repository, options: Options) -> None:
    """Learn which programs of the profiles that are wanted are here, which is at a usage limit, and how much room is.

    Raises Failure where a profile is not known at all.
    """
    number = _number(view, options)
    remote = execution.facts.remote
    issue = find_issue(remote, number) if remote is not None and number is not None else None
    known, stopped = execution.world.profiles, _stopped_profile(execution, verb)
    if options.profile is not None:
        profiles: tuple[Profile, ...] = (known.named(options.profile),)
    elif stopped is not None:
        profiles = (stopped,)
    elif options.going_on and execution.facts.conversation is not None:
        profiles = (execution.facts.conversation.profile,)
    else:
        profiles = wanted(execution.enrolment, issue.labels if issue else ()).profiles
    local = execution.facts.local
    worktrees = (local.worktree.path,) if local is not None and local.worktree is not None else ()
    agents = known.find(profiles, execution.enrolment.path, *worktrees)
    if len(agents) > 1:
        here, elsewhere = await execution.world.runs.lately(execution.enrolment.key)
        limited = at_limit(here, elsewhere, number, execution.clock())
        agents = tuple(structs.replace(one, limited=one.profile.name in limited) for one in agents)
    execution.facts = structs.replace(execution.facts, agents=agents, room=await execution.world.runs.room())


async def look_up_text(execution: Execution, view: Repository, options: Options) -> None:
    """Learn what an agent would be told of the issue now, once; where GitHub does not say, its start sees to it."""
    number, known = _number(view, options), execution.facts.told
    remote = execution.facts.remote
    if known is not None and known.issue.number == number:
        return
    if remote is not None and number is not None and find_issue(remote, number) is not None:
        with suppress(Failure):
            told = await execution.world.github.detail(remote.name, number)
            execution.facts = structs.replace(execution.facts, told=told)


async def look_up_named(execution: Execution, number: int | None) -> None:
    """Learn how an issue stands that a person names and no list has; raises Failure where there is none."""
    remote = execution.facts.remote
    if remote is None or number is None or find_issue(remote, number) is not None:
        return
    try:
        told = await execution.world.github.detail(remote.name, number)
    except Failure as failure:
        if failure.problem.code is not ErrorCode.NOT_FOUND:
            raise
        missing = say.NO_SUCH_ISSUE(repository=remote.name.full, issue=number)
        raise Failure(Problem(ErrorCode.REFUSED, missing)) from failure
    execution.facts = structs.replace(execution.facts, told=told)


def _number(view: Repository, options: Options) -> int | None:
    return options.issue or view.agent.issue or next((entry.number for entry in view.queue), None)


def _stopped_profile(execution: Execution, verb: Verb) -> Profile | None:
    """What was stopped, where that is to be undone and is still configured: no other agent goes on in its place."""
    last, run = execution.facts.last, execution.facts.run
    if verb is not Verb.UNDO or run is None or last is None or last.verb != Verb.STOP:
        return None
    return profile_of(execution.world, execution.enrolment, run)


async def look_up_conversation(execution: Execution) -> None:
    """Learn what the claim's agent said last, so that it can be gone on with."""
    remote = execution.facts.remote
    holder = execution.ledger.state.holder if remote is not None else None
    if remote is not None and holder is not None:
        found = await last_conversation(execution.world, execution.enrolment, remote, holder)
        execution.facts = structs.replace(execution.facts, conversation=found)


async def look_up_landing(execution: Execution, options: Options) -> None:
    """Learn of the pull requests that may be landed what the poll does not show, and all else anew."""
    remote = execution.facts.remote
    if remote is None:
        return
    state = decode(remote.ledger).state
    wanted = candidates(remote, options.pull_request, state)[:_LOOKED_AT]
    parts = (own for one in wanted if (bundle := bundle_of(one, state)) for own in originals(bundle, remote))
    looked = tuple(dict.fromkeys(one.id for one in (*wanted, *parts)))
    issues = {number for one in wanted for number in issues_of(one, state)}
    ids = tuple(one.id for one in remote.issues if one.number in issues)
    seen = await execution.world.github.closely(remote.name, remote.id, looked, ids)
    requests = {one.number: one for one in (*remote.pull_requests, *seen.pull_requests)}
    told = {one.number: one for one in (*remote.issues, *seen.issues)}
    now = structs.replace(remote, pull_requests=tuple(requests.values()), issues=tuple(told.values()))
    execution.facts = structs.replace(execution.facts, remote=now, landing=seen.landing)


async def look_up_bundle(execution: Execution, view: Repository, options: Options) -> None:
    """Learn what comes of merging what waits for review into one; or whether one that was begun is open by now."""
    remote = execution.facts.remote
    if remote is None or view.base is None:
        return
    state, git = decode(remote.ledger).state, execution.world.git
    rest = begun(remote, state)
    if rest is not None:
        found = await execution.world.github.pull_requests(remote.name, (rest.branch,))
        requests = {one.number: one for one in (*remote.pull_requests, *found)}
        now = structs.replace(remote, pull_requests=tuple(requests.values()))
        execution.facts = structs.replace(execution.facts, remote=now)
        if begun(now, state) is not None:
            return
    chosen = choose(execution.remote, state, execution.enrolment, view.base, options.issues)
    if len(chosen.pieces) > 1:
        joined = await git.join(execution.place(0), view.base, [one.request.branch for one in chosen.pieces])
        execution.facts = structs.replace(execution.facts, joined=joined)


async def look_up_kept_ledger(execution: Execution, kind: DriftKind | None) -> None:
    """Learn which entry that can be read was the last one; of a ledger that is gone the clone may have it still."""
    place = execution.place(0)
    if kind is DriftKind.LEDGER_UNREADABLE:
        await execution.world.git.fetch(place, ())
    heads = await execution.world.git.ledger_log(place, _LEDGER_LOG)
    kept = next((head for head in heads if decode(head).condition is not LedgerCondition.UNREADABLE), None)
    execution.facts = structs.replace(execution.facts, kept_ledger=kept)
