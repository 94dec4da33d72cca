"""What is at stake in the agent's worktree, read before an action is planned that could touch it."""

from __future__ import annotations

from msgspec import structs

from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.model import Repository
from soda_tui.domain.plan import CommitAll, RescueWork
from soda_tui.domain.shellwords import shell_word
from soda_tui.domain.verdict import Refuses, verdict

_CLEARS = frozenset(
    {
        Verb.POP,
        Verb.FEEDBACK,
        Verb.RESET,
        Verb.GIVE_UP,
        Verb.TAKEOVER,
        Verb.CONTINUE,
        Verb.UNDO,
        Verb.REPAIR,
    }
)
_TAKES_IN = frozenset({Verb.BOTTLE, Verb.CONTINUE})


async def look_at_stakes(execution: Execution, verb: Verb, view: Repository) -> None:
    """Put into the facts what an action would keep or take in; raises a Failure where that cannot be said.

    An action that is refused anyway is refused for its own reason.
    """
    local = execution.facts.local
    worktree = local.worktree if local else None
    if local is None or worktree is None or isinstance(verdict(view, verb), Refuses):
        return
    place = Place(execution.enrolment.name, execution.enrolment.path, worktree.path)
    git = execution.world.git
    if verb in _CLEARS:
        local = structs.replace(local, stakes=await git.stakes(place))
    if verb in _TAKES_IN and worktree.changes and not worktree.busy:
        local = structs.replace(local, intake=await git.intake(place))
    execution.facts = structs.replace(execution.facts, local=local)


async def rescue_work(step: RescueWork, execution: Execution) -> None:
    """Keep what stands in no commit, then clear the worktree; what was kept is said however the action ends."""
    place = structs.replace(execution.place(step.issue), worktree=step.worktree)
    rescue = await execution.world.git.rescue(place, step.issue, execution.clock())
    if rescue is None:
        return
    execution.rescues[step.worktree] = rescue
    await execution.world.git.clear(place, rescue)


async def commit_all(step: CommitAll, execution: Execution) -> None:
    """Commit what the question named, and nothing else; what only the index has is kept first."""
    place, git = execution.place(step.issue), execution.world.git
    kept = await git.rescue_staged(place, step.issue, execution.clock())
    if kept is not None:
        execution.kept.append(say.STAGED_KEPT(branch=kept.branch, word=shell_word(place.path)))
    execution.committed = await git.commit_all(place, step.files, step.message, kept)
