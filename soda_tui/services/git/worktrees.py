"""The worktrees of a clone as git lists them."""

from __future__ import annotations

import os
from collections.abc import Mapping

from soda_tui.domain import sentences
from soda_tui.services.git.problems import refused, text
from soda_tui.services.git.process import OUTPUT, Runner

# What git tells of a worktree, by the words that it uses; `worktree` is the path.
Worktree = Mapping[str, str]

_USAGE = 129
_WORDS = frozenset({"worktree", "HEAD", "branch", "detached", "bare", "locked", "prunable"})


async def worktrees(runner: Runner, directory: str, deadline: float) -> list[Worktree]:
    """All worktrees of the directory's clone; raises a Failure where git cannot tell them all."""
    command, end = ("worktree", "list", "--porcelain"), "\0"
    finished = await runner.run(directory, *command, "-z", deadline=deadline)
    if finished.code == _USAGE:
        # Gits before 2.36, which cannot tell a path with a line feed in it.
        finished, end = await runner.run(directory, *command, deadline=deadline), "\n"
    text(finished, directory)
    parts = os.fsdecode(finished.out).split(end * 2)
    found = [dict(line.partition(" ")[::2] for line in part.split(end) if line) for part in parts]
    if len(finished.out) >= OUTPUT or any(entry.keys() - _WORDS for entry in found):
        raise refused(sentences.NOT_INSPECTED(path=directory, words=sentences.WORKTREES_UNTOLD()))
    return [entry for entry in found if "worktree" in entry]


def same_place(one: str, other: str) -> bool:
    """Whether two paths lead to the same place, whatever links there are on the way."""
    return os.path.realpath(one) == os.path.realpath(other)
