"""The git directories of clones and worktrees: where HEAD and index are, and what git is in the middle of."""

from __future__ import annotations

import os
import re
from pathlib import Path

from soda_tui.services.git.refs import HEADS

REBASE = "a rebase"
_BUSY = {
    "rebase-merge": REBASE,
    "rebase-apply": REBASE,
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisect",
}
_SWITCHED = re.compile(r"\tcheckout: moving from \S+ to (\S+)$")
_REMEMBERED = 1 << 20
# Where git notes the branch that HEAD will be on again; it lets no other worktree have that branch meanwhile.
_LEFT = ("rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START")


def git_dir(directory: str | Path) -> Path | None:
    """Where a directory's HEAD and index are: `.git`, or the place that a file of that name points to."""
    mark = Path(directory, ".git")
    try:
        if mark.is_file():
            mark = Path(directory, mark.read_text("utf-8", "surrogateescape").removeprefix("gitdir:").strip())
        return mark.resolve() if mark.is_dir() else None
    except OSError:
        return None


def same_clone(one: str, other: str) -> bool:
    """Whether two directories are worktrees of one clone, or the clone itself."""
    first, second = git_dir(one), git_dir(other)
    return first is not None and second is not None and common_dir(first) == common_dir(second)


def busy(directory: str) -> str | None:
    """What git is in the middle of in a directory, in words."""
    found = git_dir(directory)
    return next((name for mark, name in _BUSY.items() if found and os.path.lexists(found / mark)), None)


def left_branch(directory: str) -> str | None:
    """The branch whose rebase or bisect keeps a directory's HEAD detached; None where there is none."""
    found = git_dir(directory)
    for name in _LEFT if found else ():
        try:
            content = Path(found or "", name).read_text("utf-8", "replace").strip()
        except OSError:
            continue
        branch = content.removeprefix(HEADS)
        if name == "BISECT_START" or branch != content:
            return branch
    return None


def visited(own: Path) -> frozenset[str]:
    """The names that HEAD of a worktree with this git directory was switched to, as far as git remembers that."""
    try:
        with Path(own, "logs", "HEAD").open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - _REMEMBERED, 0))
            said = file.read().decode("utf-8", "surrogateescape")
    except OSError:
        return frozenset()
    return frozenset(name for line in said.splitlines() for name in _SWITCHED.findall(line))


def is_unfilled(directory: Path) -> bool:
    """Whether a worktree has no index and no file yet, as when making it ended before its filling began."""
    found = git_dir(directory)
    return (
        found is not None and not (found / "index").exists() and [each.name for each in directory.iterdir()] == [".git"]
    )


def clone_of(directory: str | Path) -> str | None:
    """The clone of the worktree that a directory is the top of: itself, where it is one; None where it is neither.

    The first worktree of a clone that has none of its own (`--bare`) stands for it.
    """
    found = git_dir(directory)
    if found is None:
        return None
    shared = common_dir(found)
    return str(shared.parent) if shared.name == ".git" and git_dir(shared.parent) == shared else str(directory)


def checkout_around(path: str) -> str | None:
    """The top of the clone or worktree that a path is in; None where it is in none."""
    place = Path(path).resolve()
    return next((str(each) for each in (place, *place.parents) if git_dir(each) is not None), None)


def common_dir(found: Path) -> Path:
    """What a worktree shares with its clone."""
    try:
        return (found / (found / "commondir").read_text("utf-8", "surrogateescape").strip()).resolve()
    except OSError:
        return found
