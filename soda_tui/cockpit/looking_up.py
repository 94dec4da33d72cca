"""Looking up what only some actions need to be known, before they are planned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from msgspec import structs

from soda_tui.cockpit.conversing import last_conversation
from soda_tui.cockpit.execution import Execution
from soda_tui.domain.choosing import is_limited, wanted
from soda_tui.domain.facts import Issue, PullRequest, find_issue
from soda_tui.domain.ledger import LedgerCondition, decode
from soda_tui.domain.model import DriftKind, Repository
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.outcome import Options
from soda_tui.domain.planning.work_branch import names_for
from soda_tui.domain.profiles import Profile

# Names of branches that are asked for in one request, which costs a point; half of them at most are of branches there.
_NAMES = 10
_LEDGER_LOG = 50


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
    execution.facts = replace(execution.facts, remote=replace(remote, pull_requests=tuple(known.values())))


async def look_up_agents(execution: Execution, view: Repository, options: Options) -> None:
    """Learn which programs of the profiles that are wanted are here, which is at a usage limit, and how much room is.

    Raises Failure where a profile is not known at all.
    """
    number = options.issue or view.agent.issue or next((entry.number for entry in view.queue), None)
    remote = execution.facts.remote
    issue = find_issue(remote, number) if remote is not None and number is not None else None
    known = execution.world.profiles
    if options.profile is not None:
        profiles: tuple[Profile, ...] = (known.named(options.profile),)
    else:
        profiles = wanted(execution.enrolment, issue.labels if issue else ()).profiles
    agents, run = known.find(profiles), execution.facts.run
    if run is not None and is_limited(run, number, execution.clock()):
        agents = tuple(structs.replace(one, limited=one.profile.name == run.profile) for one in agents)
    execution.facts = replace(execution.facts, agents=agents, room=await execution.world.runs.room())


async def look_up_conversation(execution: Execution) -> None:
    """Learn what the claim's agent said last, so that it can be gone on with."""
    remote = execution.facts.remote
    holder = execution.ledger.state.holder if remote is not None else None
    if remote is not None and holder is not None:
        found = await last_conversation(execution.world, execution.enrolment, remote, holder)
        execution.facts = replace(execution.facts, conversation=found)


async def look_up_kept_ledger(execution: Execution, kind: DriftKind | None) -> None:
    """Learn which entry that can be read was the last one; of a ledger that is gone the clone may have it still."""
    place = execution.place(0)
    if kind is DriftKind.LEDGER_UNREADABLE:
        await execution.world.git.fetch(place, ())
    heads = await execution.world.git.ledger_log(place, _LEDGER_LOG)
    kept = next((head for head in heads if decode(head).condition is not LedgerCondition.UNREADABLE), None)
    execution.facts = replace(execution.facts, kept_ledger=kept)
