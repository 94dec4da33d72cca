"""Planning cleanup: the cockpit's own files and parked worktrees that are older, or more, than they may be."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.kept_work import KeptDirectory
from soda_tui.domain.leftover import LeftoverKind
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.plan import ForgetRefs, Plan, RemoveRemains, Step
from soda_tui.domain.planning.recover import Here, part_with, with_ignored
from soda_tui.domain.recovery import Looked, leftovers
from soda_tui.domain.remains import RemainsKind
from soda_tui.domain.stakes import Ignored, mark

_NAMED = 8


def plan_cleanup(here: Here, looked: Looked) -> Plan | Problem:
    """Everything that may go, after a question that names each worktree with what git ignores in it."""
    holder = looked.standing.state.holder
    held = holder.issue if holder else None
    # Not known who holds what: a summary may be needed yet.
    sure = not looked.standing.unsure
    old = [
        one
        for one in looked.remains
        if one.kind is not RemainsKind.SUMMARY or (sure and one.issue != held and not here.running)
    ]
    steps: list[Step] = [RemoveRemains(one) for one in old]
    words: list[str] = []
    for kind, sentence in _WORDS.items():
        some = [one for one in old if one.kind is kind]
        if some:
            size = sum(one.size for one in some) / (1 << 20)
            words.append(sentence(count=len(some), size=f"{size:.1f}"))
    if looked.spent:
        steps.append(ForgetRefs(looked.spent))
        words.append(say.CLEAN_REFS(count=len(looked.spent)))
    about = [one.remains.path for one in steps if isinstance(one, RemoveRemains)]
    staying: list[str] = []
    for one in parked(looked):
        part = _part_with(one, here, looked)
        if isinstance(part, Problem):
            staying.append(say.WORKTREE_STAYS(path=one.path, reason=part.message))
            continue
        steps += part
        words.append(with_ignored(one.path, looked))
        about += [one.path, looked.ignored.get(one.path, Ignored()).mark]
    notes = (*staying[:_NAMED], *((say.MORE_STAY(count=len(staying) - _NAMED),) if len(staying) > _NAMED else ()))
    if not steps:
        nothing = say.NOTHING_TO_CLEAN(repository=here.view.name)
        return Problem(ErrorCode.NOTHING_TO_DO, " ".join((nothing, *notes)))
    question = " ".join((*notes, say.ASK_CLEANUP(repository=here.view.name, what="; ".join(words))))
    return Plan(Verb.CLEANUP, 0, "", tuple(steps), question, mark(about), notes)


def _part_with(one: KeptDirectory, here: Here, looked: Looked) -> list[Step] | Problem:
    if one.locked:
        return Problem(ErrorCode.REFUSED, say.STAYS_LOCKED())
    if here.running:
        return Problem(ErrorCode.REFUSED, say.RUN_NEAR_WORKTREE(path=one.path, repository=here.view.name))
    return part_with(one.path, branch_issue(one.branch or "") or 0, looked)


def parked(looked: Looked) -> tuple[KeptDirectory, ...]:
    """The worktrees of ended claims that nobody has used for the days that they are kept."""
    found = leftovers(looked.work, looked.standing)
    free = {one.name for one in found if one.kind is LeftoverKind.WORKTREE and not one.kept}
    return tuple(
        one
        for one in looked.work.directories
        if one.path in free
        and one.known
        and not one.gone
        and any(one.path.startswith(f"{folder}/") for folder in looked.folders)
        and one.used_at is not None
        and looked.parked_before is not None
        and one.used_at < looked.parked_before
    )


_WORDS = {
    RemainsKind.RUN: say.CLEAN_RUNS,
    RemainsKind.SUMMARY: say.CLEAN_SUMMARIES,
    RemainsKind.DAMAGED: say.CLEAN_DAMAGED,
}
