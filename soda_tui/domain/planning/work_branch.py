"""The branch for a claim: a kept one where there is work on it, else a new name that was never used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from msgspec import Struct

from soda_tui.domain import naming
from soda_tui.domain.facts import Branch, Issue
from soda_tui.domain.planning.situation import Situation


class WorkBranch(Struct, frozen=True):
    """The branch for a claim: its head on the remote and in the clone, where it is kept from earlier."""

    name: str
    kept: str | None = None
    local: str | None = None


def work_branch(situation: Situation, issue: Issue) -> WorkBranch:
    """The branch for a claim of the issue.

    Kept is the newest branch of this agent for it (the highest fresh start), on the remote or only here, unless a
    merged pull request had it. A new one never takes a name that was used before.
    """
    agent, remote, local = situation.enrolment.agent_id, situation.remote, situation.facts.local

    def ours(branches: Iterable[Branch]) -> dict[str, str]:
        return {
            branch.name: branch.oid
            for branch in branches
            if naming.branch_issue(branch.name) == issue.number and naming.branch_agent(branch.name) in {agent, None}
        }

    there, here = ours(remote.branches), ours(local.branches if local else ())
    merged = {found.branch for found in remote.pull_requests if found.merged and found.same_repository}
    kept = (there.keys() | here.keys()) - merged
    if kept and not situation.options.fresh:
        name = max(kept, key=lambda name: (_start_number(agent, issue, name), name))
        return WorkBranch(name, there.get(name), here.get(name))
    return WorkBranch(unused_name(situation, issue))


def unused_name(situation: Situation, issue: Issue) -> str:
    """The first name for a branch of the issue that none has or had: what is told of that one would be told of it."""
    remote, local = situation.remote, situation.facts.local
    taken = {branch.name for branch in (*remote.branches, *(local.branches if local else ()))}
    taken |= {found.branch for found in remote.pull_requests if found.same_repository}
    taken |= set(local.names if local else ())
    return next(name for name in names_for(situation.enrolment.agent_id, issue) if name not in taken)


def names_for(agent: str, issue: Issue) -> Iterator[str]:
    """The names that branches for an issue get, one after the other."""
    return (naming.work_branch(agent, issue.number, issue.title, start) for start in count(1))


def _start_number(agent: str, issue: Issue, name: str) -> int:
    first = naming.work_branch(agent, issue.number, issue.title)
    suffix = name.removeprefix(f"{first}-")
    return int(suffix) if name.startswith(f"{first}-") and suffix.isascii() and suffix.isdecimal() else 1
