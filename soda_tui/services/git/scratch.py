"""Folders that are there for the time of one piece of work; one whose process died in it goes at a later use."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.services.git.problems import refused

_PREFIX = "soda-tui-git-"
# Seconds: what a git that outlived its cockpit may still use it for, or what is not locked yet, takes far less.
_OLD = 3600.0


@contextmanager
def scratch(place: Place) -> Iterator[Path]:
    """A folder for the time of an inspection; refuses where the system gives none."""
    try:
        folder = Throwaway()
    except OSError as error:
        raise refused(sentences.NOT_INSPECTED(path=place.worktree, words=error.strerror or error)) from error
    with folder as path:
        yield path


class Throwaway:
    """A folder that goes when it is left, or after an hour once its process has ended; raises OSError.

    What a git that is just being ended still writes there does not keep it from being left.
    """

    def __init__(self, where: str | None = None, prefix: str = _PREFIX) -> None:
        root = where or tempfile.gettempdir()
        _sweep(root, prefix)
        self._folder = tempfile.TemporaryDirectory(prefix=prefix, dir=root, ignore_cleanup_errors=True)
        # No git inherits it: the lock ends with this process, however that ends.
        self._lock = os.open(self._folder.name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        with suppress(OSError):
            # A file system without locks keeps what is left over: nobody can lock it to remove it either.
            fcntl.flock(self._lock, fcntl.LOCK_SH | fcntl.LOCK_NB)

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self._folder.name)

    def close(self) -> None:
        """Leave it."""
        os.close(self._lock)
        self._folder.cleanup()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *exc: object) -> None:
        self.close()


def _sweep(root: str, prefix: str) -> None:
    """Remove what processes of this user left here that ended in the middle of it."""
    with suppress(OSError), os.scandir(root) as entries:
        for entry in entries:
            if entry.name.startswith(prefix):
                with suppress(OSError):
                    _remove(entry)


def _remove(entry: os.DirEntry[str]) -> None:
    found = entry.stat(follow_symlinks=False)
    if not entry.is_dir(follow_symlinks=False) or found.st_uid != os.geteuid() or time.time() - found.st_mtime < _OLD:
        return
    descriptor = os.open(entry.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(entry.path)
    finally:
        os.close(descriptor)
