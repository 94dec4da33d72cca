"""The work on a claim so far: its commits, its files, and the difference to where it began."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the work."""

    oid: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that the work touched; lines are None for a binary file, `untracked` says that no commit will hold it."""

    path: str
    added: int | None
    removed: int | None
    untracked: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What the worktree holds beyond a commit: files and the lines of the patch; `cut` says that there is more."""

    files: tuple[FileChange, ...]
    lines: tuple[str, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Work:
    """The work of one claim as screens show it."""

    issue: int
    branch: str
    worktree: str
    commits: tuple[Commit, ...]
    difference: Difference
