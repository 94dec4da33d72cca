"""Planning cleanup: the cockpit's own files and parked worktrees that are older, or more, than they may be."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import Problem
from soda_tui.domain.model import ErrorCode
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.plan import Plan, RemoveRemains, Step
from soda_tui.domain.planning.recover import Here, part_with
from soda_tui.domain.recovery import KeptDirectory, LeftoverKind, Looked, leftovers
from soda_tui.domain.remains import RemainsKind
from soda_tui.domain.stakes import mark, told


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
    about = [one.remains.path for one in steps if isinstance(one, RemoveRemains)]
    for one in () if here.running else parked(looked):
        part = part_with(one.path, branch_issue(one.branch or "") or 0, looked)
        if isinstance(part, Problem):
            continue
        steps += part
        ignored = looked.ignored.get(one.path, ())
        words.append(say.WITH_IGNORED(path=one.path, files=told(len(ignored), ignored)) if ignored else one.path)
        about += [one.path, *ignored]
    if not steps:
        return Problem(ErrorCode.NOTHING_TO_DO, say.NOTHING_TO_CLEAN(repository=here.view.name))
    question = say.ASK_CLEANUP(repository=here.view.name, what="; ".join(words))
    return Plan(Verb.CLEANUP, 0, "", tuple(steps), question, mark(about))


def parked(looked: Looked) -> tuple[KeptDirectory, ...]:
    """The worktrees of ended claims that nobody has used for the days that they are kept."""
    free = {one.name for one in leftovers(looked.work, looked.standing) if one.kind is LeftoverKind.WORKTREE}
    return tuple(
        one
        for one in looked.work.directories
        if one.path in free
        and one.known
        and not (one.gone or one.locked)
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
