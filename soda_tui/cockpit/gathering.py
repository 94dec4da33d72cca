"""Gathering: facts of repositories from GitHub, git and the processes, side by side, merged into what was known."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from soda_tui.cockpit.ports import Place, Target, World
from soda_tui.domain import ledger
from soda_tui.domain import sentences as say
from soda_tui.domain.facts import LocalFacts, RemoteFacts, RepositoryFacts, RunFacts
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.ledger import Holder
from soda_tui.domain.model import Account, ErrorCode
from soda_tui.domain.settings import Enrolment


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of the repositories that were asked for, and the accounts that paid for it."""

    facts: Mapping[str, RepositoryFacts]
    accounts: tuple[Account, ...]


def target_of(enrolment: Enrolment, holder: Holder | None) -> Target:
    """What is asked of GitHub for an enrolled repository; a claim may be another agent's than the configured one."""
    extra = enrolment.pull_request.labels
    if holder is not None and holder.agent != enrolment.agent_id:
        extra = (*extra, holder.agent)
    return Target(enrolment.name, enrolment.labels, enrolment.agent_id, extra)


def holder_of(facts: RepositoryFacts) -> Holder | None:
    """The claim as GitHub last showed it."""
    return ledger.decode(facts.remote.ledger).state.holder if facts.remote else None


async def gather(
    world: World, enrolments: Iterable[Enrolment], known: Mapping[str, RepositoryFacts], now: datetime
) -> Gathered:
    """Read everything about the repositories; what GitHub does not answer keeps what was known, with the problem."""
    wanted = tuple(enrolments)
    targets = [target_of(enrolment, holder_of(known.get(enrolment.key, RepositoryFacts()))) for enrolment in wanted]
    reading, runs, local = await asyncio.gather(
        world.github.read(targets),
        current_runs(world, [enrolment.key for enrolment in wanted]),
        look_locally(world, wanted, known),
    )
    facts: dict[str, RepositoryFacts] = {}
    for enrolment in wanted:
        key = enrolment.key
        before = known.get(key, RepositoryFacts())
        found = reading.repositories[key]
        facts[key] = with_run(replace(_with_answer(before, found, now), local=local[key]), key, runs)
    moved = [
        enrolment
        for enrolment in wanted
        if holder_of(facts[enrolment.key]) != holder_of(known.get(enrolment.key, RepositoryFacts()))
    ]
    again = await look_locally(world, moved, facts)
    return Gathered(
        {key: replace(part, local=again.get(key, part.local)) for key, part in facts.items()}, reading.accounts
    )


def _with_answer(before: RepositoryFacts, found: RemoteFacts | Problem, now: datetime) -> RepositoryFacts:
    if isinstance(found, Problem):
        return replace(before, problem=found)
    seen = before.seen_ledger or found.ledger is not None
    return replace(before, remote=found, fetched_at=now, problem=None, seen_ledger=seen)


async def current_runs(world: World, keys: list[str]) -> Mapping[str, RunFacts] | Problem:
    """The newest runs; a problem where their records cannot be read, which is not the same as no run."""
    try:
        return await world.runs.current(keys)
    except Failure as failure:
        return failure.problem
    except OSError as error:
        return Problem(ErrorCode.AGENT, say.RUNS_UNREADABLE(reason=error.strerror or error))


def with_run(facts: RepositoryFacts, key: str, runs: Mapping[str, RunFacts] | Problem) -> RepositoryFacts:
    """The facts with the newest run, or with the reason why that is not known; then the last one known stays."""
    if isinstance(runs, Problem):
        return replace(facts, runs_problem=runs)
    return replace(facts, run=runs.get(key), runs_problem=None)


async def look_locally(
    world: World, enrolments: Iterable[Enrolment], known: Mapping[str, RepositoryFacts]
) -> dict[str, LocalFacts]:
    """What git shows of each clone and of the worktree of its claim."""
    wanted = tuple(enrolments)
    looks = await asyncio.gather(
        *(_look(world, enrolment, holder_of(known.get(enrolment.key, RepositoryFacts()))) for enrolment in wanted)
    )
    return {enrolment.key: look for enrolment, look in zip(wanted, looks, strict=True)}


async def _look(world: World, enrolment: Enrolment, holder: Holder | None) -> LocalFacts:
    worktree = world.store.worktree_path(enrolment, holder.issue if holder else None)
    place = Place(enrolment.name, enrolment.path, worktree)
    return await world.git.inspect(place, holder.branch if holder else None, holder.base if holder else None)
