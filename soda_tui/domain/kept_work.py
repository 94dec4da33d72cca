"""Kept work: the branches, rescues and directories of a repository as git shows them, whoever they belong to."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from soda_tui.domain.failure import Problem

ARCHIVE = "soda-archive"


class KeptBranch(Struct, frozen=True):
    """A branch that an agent works on or the ancestor made: its head in the clone, and on the remote as fetched last.

    `base` is the commit where it left the base, `commits` counts those since, of which `unpushed` are not in its head
    on the remote; all three None where that is not known. `diverged` says that each head has commits that the other
    lacks. `held` says that the remote has all commits of its head here, by whatever branch; `within` are other heads,
    here or on the remote, that contain its work. `directory` stands on it.
    """

    name: str
    here: str | None
    there: str | None
    committed_at: datetime | None
    base: str | None = None
    commits: int | None = None
    unpushed: int | None = None
    diverged: bool = False
    files: int | None = None
    added: int | None = None
    removed: int | None = None
    held: bool = False
    archived: bool = False
    within: tuple[str, ...] = ()
    directory: str | None = None

    @property
    def work(self) -> str:
        """The head with the work: the one here, unless the remote's contains it."""
        behind = self.here is not None and self.there is not None and self.unpushed == 0
        return (self.there if behind else self.here) or self.there or ""


class KeptRescue(Struct, frozen=True):
    """A rescue branch: `untracked` are the files that its first parent has not, of `files` in all.

    `lone` says that nothing else holds the commit that the rescued files stood on, `held` that the remote has all of
    it, and `verbatim` that git alone would put some of the files on disk otherwise than they were.
    """

    name: str
    oid: str
    committed_at: datetime | None
    files: int | None
    untracked: tuple[str, ...]
    lone: bool
    held: bool
    archived: bool
    verbatim: bool = False


class SpentRef(Struct, frozen=True):
    """A ref of the cockpit's own, with its commit, that keeps nothing which the remote does not keep as well."""

    name: str
    oid: str


class KeptDirectory(Struct, frozen=True):
    """A directory of the cockpit's own for this repository, or one that git remembers there.

    `gone` says that only git's entry is left, `known` that it belongs to this clone. `held` says that its commits are
    held elsewhere, and that nothing but these is staged where it is gone.
    """

    path: str
    branch: str | None
    oid: str | None
    gone: bool
    known: bool
    locked: bool
    held: bool
    used_at: datetime | None = None


class KeptWork(Struct, frozen=True):
    """All that git shows; `problem` says why the remote's part is what was fetched last, `cut` that there is more."""

    branches: tuple[KeptBranch, ...] = ()
    rescues: tuple[KeptRescue, ...] = ()
    directories: tuple[KeptDirectory, ...] = ()
    ancestor: tuple[str, ...] = ()
    problem: Problem | None = None
    cut: bool = False

    def branch(self, name: str) -> KeptBranch | None:
        """The branch of this name."""
        return next((one for one in self.branches if one.name == name), None)
