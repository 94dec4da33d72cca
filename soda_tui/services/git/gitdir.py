"""The git directories of clones and worktrees: where HEAD and index are, and what git is in the middle of."""

from __future__ import annotations

import os
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


def is_unfilled(directory: Path) -> bool:
    """Whether a worktree has no index and no file yet, as when making it ended before its filling began."""
    found = git_dir(directory)
    return (
        found is not None and not (found / "index").exists() and [each.name for each in directory.iterdir()] == [".git"]
    )


def common_dir(found: Path) -> Path:
    """What a worktree shares with its clone."""
    try:
        return (found / (found / "commondir").read_text("utf-8", "surrogateescape").strip()).resolve()
    except OSError:
        return found
