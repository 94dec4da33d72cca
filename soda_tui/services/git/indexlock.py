"""The lock of a worktree's index, taken as git takes it, and given back whatever happens.

The lock is a second name of a file of our own, which stays locked (flock) for as long as the process that took it
lives: so a lock that a kill left behind is told from one that somebody works under.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import BinaryIO

from soda_tui.domain import sentences
from soda_tui.services.git.gitdir import git_dir
from soda_tui.services.git.problems import refused

INDEX_LOCK = "index.lock"
_OURS = "soda-tui-cleared"
_TRIES = 50
_MOMENT = 0.01

Install = Callable[[Path], None]


@contextmanager
def locked_index(worktree: str) -> Iterator[Install]:
    """Hold the lock; what is given is called with the index that is to be the worktree's own from then on.

    Refuses where somebody else holds the lock; raises an OSError where the file system has no such locks.
    """
    found = git_dir(worktree)
    if found is None:
        raise refused(sentences.WORKTREE_GONE(path=worktree))
    ours, lock = found / _OURS, found / INDEX_LOCK
    with _ours(ours, lock) as file:
        if file is None:
            raise refused(sentences.GIT_LOCKED(path=worktree, words=lock))
        try:
            _link(ours, lock, worktree)
            yield lambda index: _install(index, file, lock)
        finally:
            if _has(lock, file):
                lock.unlink()
            ours.unlink(missing_ok=True)


@contextmanager
def _ours(ours: Path, lock: Path) -> Iterator[BinaryIO | None]:
    """Our own file, empty and locked, that nobody else has by this name; None where somebody holds it."""
    for _ in range(_TRIES):
        with ours.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if _has(lock, file):
                    break
                # Somebody looks whether it is stale, which takes no time.
                sleep(_MOMENT)
                continue
            if not _has(ours, file):
                continue
            if _has(lock, file):
                # A kill left it behind.
                lock.unlink()
            if os.fstat(file.fileno()).st_nlink == 1:
                file.truncate(0)
                yield file
                return
            # A kill left it as a second name of the index that is there now.
            ours.unlink()
    yield None


def free_stale(found: Path) -> None:
    """Take away a lock of our own that a kill left behind, where that can be done and its process does not live."""
    with suppress(OSError), (found / _OURS).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if _has(found / INDEX_LOCK, file):
            (found / INDEX_LOCK).unlink()


def _link(ours: Path, lock: Path, worktree: str) -> None:
    try:
        os.link(ours, lock)
    except FileExistsError:
        raise refused(sentences.GIT_LOCKED(path=worktree, words=lock)) from None


def _install(index: Path, file: BinaryIO, lock: Path) -> None:
    file.write(index.read_bytes())
    file.flush()
    lock.replace(lock.with_name("index"))


def _has(name: Path, file: BinaryIO) -> bool:
    """Whether a name is one of this open file."""
    try:
        return os.path.samestat(name.lstat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
