"""Submodules of other branches: git leaves their folders where they are when it switches to a branch without them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from soda_tui.services.git.gitdir import common_dir, git_dir
from soda_tui.services.git.process import Runner


async def left_behind(runner: Runner, worktree: str, names: Sequence[str], deadline: float) -> tuple[str, ...]:
    """Of a worktree's untracked folders, whose names end with a slash, the submodules of which nothing is at stake."""
    folders = [name for name in names if name.endswith("/")]
    ours = [name for name in folders if await asyncio.to_thread(_is_module, worktree, name)]
    return tuple([name for name in ours if await _is_held(runner, f"{worktree}/{name}", deadline)])


def kept(worktree: str) -> list[Path]:
    """Where git keeps the repositories of submodules for a worktree and its clone; none where it has none."""
    found = git_dir(worktree)
    places = [each / "modules" for each in (found, common_dir(found))] if found else []
    return [place.resolve() for place in places if place.is_dir()]


def _is_module(worktree: str, name: str) -> bool:
    own = git_dir(f"{worktree}/{name}")
    return own is not None and any(own.is_relative_to(place) for place in kept(worktree))


async def _is_held(runner: Runner, folder: str, deadline: float) -> bool:
    """Whether all in a submodule stands in commits that its remote has."""
    status = ("--no-optional-locks", "status", "--porcelain", "--untracked-files=all", "--ignore-submodules=none")
    changes = await runner.run(folder, *status, deadline=deadline)
    holding = await runner.run(
        folder, "for-each-ref", "--count=1", "--contains", "HEAD", "refs/remotes", deadline=deadline
    )
    return (changes.code, changes.out, holding.code) == (0, b"", 0) and bool(holding.out)
