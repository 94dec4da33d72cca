"""The demo's folder: locked while its program lives, so that the next demo takes away what a killed one left."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

_PREFIX = "soda-demo-"
_ALIVE = "alive.lock"
_MOST = 20


@contextmanager
def demo_folder(stop: str, locks: str) -> Iterator[Path]:
    """A new temporary folder, removed in the end; what earlier demos left is removed first.

    An agent that outlived its demo holds one of the files in the folder `locks`, and ends where there is a file `stop`,
    both below the demo's folder; its folder goes the next time.
    """
    sweep(Path(tempfile.gettempdir()), stop, locks)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        root = Path(name).resolve()
        descriptor = os.open(root / _ALIVE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield root
        finally:
            os.close(descriptor)


def sweep(parent: Path, stop: str, locks: str) -> None:
    """Remove the folders of demos that are dead; one whose agent still runs has that ended first."""
    for folder in islice(sorted(parent.glob(f"{_PREFIX}*")), _MOST):
        if not _is_ours(folder) or not (folder / _ALIVE).exists() or _is_held(folder / _ALIVE):
            continue
        if any(map(_is_held, (folder / locks).glob("*.lock"))):
            with suppress(OSError):
                (folder / stop).touch(0o600)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    """Whether it is a folder of this user's own: others may put what they like where temporary files are."""
    try:
        return folder.lstat().st_uid == os.getuid() and folder.is_dir() and not folder.is_symlink()
    except OSError:
        return False


def _is_held(path: Path) -> bool:
    """Whether a process holds the lock; a file that cannot be opened counts as held."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
