"""The work on a claim so far: its commits, its files, and the difference to where it began."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.domain.sentences import WORK_OF_THIS_CLONE


class Commit(Struct, frozen=True):
    """One commit of the work."""

    oid: str
    subject: str
    body: str


class FileChange(Struct, frozen=True):
    """A file that the work touched; lines are None for a binary file, `untracked` says that no commit will hold it."""

    path: str
    added: int | None
    removed: int | None
    untracked: bool = False


class Difference(Struct, frozen=True):
    """What the worktree holds beyond a commit: files and the lines of the patch; `cut` says that there is more."""

    files: tuple[FileChange, ...]
    lines: tuple[str, ...]
    cut: bool


class Work(Struct, frozen=True):
    """The work of one claim as screens show it; `elsewhere` is who holds the claim, where that is not this cockpit."""

    issue: int
    branch: str
    worktree: str
    commits: tuple[Commit, ...]
    difference: Difference
    elsewhere: str | None = None

    @property
    def remark(self) -> str | None:
        """Whose work it is, where that is not what one would think."""
        if self.elsewhere is None:
            return None
        return WORK_OF_THIS_CLONE(cockpit=self.elsewhere, issue=self.issue, branch=self.branch)
