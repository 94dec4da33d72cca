"""What a worktree holds that could get lost, and where it was put so that it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from msgspec import Struct, structs

from soda_tui.domain.shellwords import shell_word
from soda_tui.domain.text import counted


class Stakes(Struct, frozen=True):
    """What an inspection of a worktree found; the names are cleaned for people.

    `changes` are tracked files that differ from HEAD, on disk or staged. `ignored` counts what git ignores, a whole
    folder as one; `stashes` are the clone's, which all worktrees share; `unpushed` counts commits of HEAD that no
    remote is known to have. `worktrees` are the other directories of the clone, `locks` the lock files of a git that
    works there or was killed there. `submodules` are submodules that changed and repositories inside the worktree that
    git does not know: no commit can hold what is in them. `lone` says that HEAD alone holds its commits. `busy` is what
    git is in the middle of, in words.
    """

    changes: tuple[str, ...]
    untracked: tuple[str, ...]
    ignored: int
    stashes: int
    unpushed: int
    worktrees: tuple[str, ...]
    locks: tuple[str, ...]
    submodules: tuple[str, ...]
    lfs: bool
    busy: str | None
    lone: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        """What no commit holds."""
        return self.changes + self.untracked

    @property
    def work(self) -> str:
        """In words what no branch has, files and commits."""
        commits = counted(self.unpushed or "its", "commit") if self.lone else None
        files = told(len(self.files), self.files) if self.files else None
        return " and ".join(filter(None, (files, commits)))

    @property
    def at_risk(self) -> bool:
        """Whether something stands in no commit."""
        return bool(self.changes or self.untracked or self.submodules)

    @property
    def mark(self) -> str:
        """A short name of just this work: a yes to some files is no yes to others, nor to commits besides."""
        commits = ("", f"{self.unpushed}") if self.lone else ()
        return mark((*self.changes, "", *self.untracked, *commits))

    def without_files(self) -> Stakes:
        """The same where the files are known to be a commit's own."""
        return structs.replace(self, changes=(), untracked=(), locks=())


class Ignored(Struct, frozen=True):
    """What git ignores in a worktree: the names for people, a whole folder as one, and what names all files in them.

    The mark tells of another name, size or time of any file: a yes to some files is no yes to others.
    """

    names: tuple[str, ...] = ()
    mark: str = ""


# Above this many bytes a file is not taken into a commit unless it is named.
LARGEST = 5_000_000
_NAMED = 8


def mark(names: Sequence[str]) -> str:
    """A short name of just these names."""
    return sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def told(count: int, names: Sequence[str] = ()) -> str:
    """A number of files in words, with the names of the first."""
    files = counted(count, "file")
    more = f" and {count - _NAMED} more" if count > _NAMED else ""
    return f"{files} ({', '.join(names[:_NAMED])}{more})" if names else files


class Intake(Struct, frozen=True):
    """A file that a commit of everything would take in; `path` as the system has it, `size` None for a deleted one.

    `doubt` says in words why it is not taken in unless it is named. `new` says that a rescue found it untracked.
    """

    path: str
    shown: str
    size: int | None
    doubt: str | None = None
    new: bool = False


class Rescue(Struct, frozen=True):
    """Work that was put into a commit on a local branch of `clone`: `files` of it stood in no commit before.

    `worktree` is where it was, None where that is not known. `detached` says that HEAD stood on no branch, on commits
    that nothing else held. `verbatim` says that git alone would put some of the files on disk otherwise than they were,
    as with other line ends.
    """

    branch: str
    oid: str
    files: int
    clone: str
    detached: bool = False
    verbatim: bool = False
    worktree: str | None = None

    @property
    def work(self) -> str:
        """In words what was put there."""
        files = told(self.files) if self.files else None
        return " and ".join(filter(None, (files, "the commits of a HEAD on no branch" if self.detached else None)))

    @property
    def folder(self) -> str:
        """The folder beside the clone that the work is brought back to."""
        return f"{self.clone}-{self.branch.replace('/', '-')}"

    @property
    def undo(self) -> str:
        """The command line that brings the work back, in a folder of its own: the worktree has other work by then.

        Git itself refuses it where it would write over something.
        """
        clone, word = shell_word(self.clone), shell_word(self.folder)
        # Forced because git may still know a worktree there, whose folder somebody took away.
        back = f"git -C {clone} worktree add --force --detach {word} {self.branch}^"
        return f"{back} && {self._into(word)}" if self.files else back

    @property
    def back(self) -> str:
        """The command line that brings the work back where it was, once the worktree stands on the same commit."""
        return self.undo if self.detached or self.worktree is None else self._into(shell_word(self.worktree))

    def _into(self, word: str) -> str:
        apply = f"git -C {word} cherry-pick --no-commit -m 1 {self.branch}"
        if not self.verbatim:
            return apply
        names = f"git ls-tree -r -z --name-only {self.branch}^3"
        write = f'git cat-file blob "{self.branch}^3:$0" > "$0"'
        return f"{apply} && (cd {word} && {names} | xargs -0 -n 1 sh -c {shell_word(write)})"
