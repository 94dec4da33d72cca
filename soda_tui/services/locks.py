"""Locks between the processes of this machine: files that the kernel unlocks when their holder ends, however it ends.

Lock files are never removed: a process could then hold a lock on a file that nobody else sees any more.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.sentences import LOCK_UNUSABLE, LOCKED
from soda_tui.services import files

_WAIT = 30.0
_STEP = 0.05
_LONGEST_NOTE = 200
_ACTING = "is acting on this repository"

Sleep = Callable[[float], Awaitable[None]]


class FileLocks:
    """The port `Locks`: one lock file for each repository, found by its node id."""

    def __init__(self, folder: Path, wait: float = _WAIT, sleep: Sleep = asyncio.sleep) -> None:
        self._folder = folder
        self._wait = wait
        self._sleep = sleep

    def plan(self, repository_id: str) -> FileLock:
        """The lock under which a repository's plans run; entering raises a Failure after the wait, in seconds."""
        name = hashlib.sha256(repository_id.encode()).hexdigest()[:32]
        return FileLock(self._folder / f"plan-{name}.lock", _ACTING, self._wait, self._sleep)


class FileLock:
    """A lock file, held from entering to leaving; `what` says in a person's words what its holder does meanwhile."""

    def __init__(self, path: Path, what: str, wait: float, sleep: Sleep) -> None:
        self._path = path
        self._what = what
        self._wait = wait
        self._sleep = sleep
        self._descriptor: int | None = None

    async def __aenter__(self) -> bool:
        """Take the lock; whether it had to be waited for."""
        for tries in range(round(self._wait / _STEP)):
            self._descriptor = take(self._path, self._what)
            if self._descriptor is not None:
                return tries > 0
            await self._sleep(_STEP)
        raise _locked(self._path, self._what, self._wait)

    async def __aexit__(self, *exc: object) -> None:
        if self._descriptor is not None:
            release(self._descriptor)
            self._descriptor = None


@contextmanager
def held(path: Path, what: str, wait: float = _WAIT) -> Iterator[None]:
    """Hold a lock file for a moment's work on files; raises a Failure after the wait, in seconds."""
    for _ in range(round(wait / _STEP)):
        descriptor = take(path, what)
        if descriptor is not None:
            break
        time.sleep(_STEP)
    else:
        raise _locked(path, what, wait)
    try:
        yield
    finally:
        release(descriptor)


def take(path: Path, what: str) -> int | None:
    """The descriptor that holds the lock, close-on-exec so that no agent inherits it; None where another holds it."""
    files.folder(path.parent)
    descriptor = -1
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if descriptor >= 0:
            os.close(descriptor)
        if isinstance(error, BlockingIOError):
            return None
        raise files.failure(error, path, LOCK_UNUSABLE) from error
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {what}\n".encode(), 0)
    return descriptor


def release(descriptor: int) -> None:
    """Give a lock up at once: merely closed, it stays held by each program that is just being started."""
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock; also where that cannot be told. Nobody else who asks is in the way."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        release(descriptor)


def _locked(path: Path, what: str, wait: float) -> Failure:
    note = (files.read(path, _LONGEST_NOTE) or b"").split(b" ")[0]
    pid = note.decode() if note.isdigit() else "unknown"
    return Failure(Problem(ErrorCode.BUSY, LOCKED(pid=pid, what=what, seconds=f"{wait:g}")))
