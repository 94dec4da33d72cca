"""The set-up of a worktree: whether its command is to be run, which is so once, and again when a lock file has changed.

A mark in the worktree's git directory says for what it was done last, so that it goes with the worktree.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from soda_tui.services import files
from soda_tui.services.git.gitdir import git_dir

_MARK = "soda-tui-setup"
_CHUNK = 1 << 20
_LARGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class SetUp:
    """The command for the shell, the files that it is run again for, and the seconds that it may take."""

    command: str
    when: tuple[str, ...]
    seconds: float


def is_due(directory: str, set_up: SetUp) -> bool:
    """Whether the set-up was not done for the directory as it is; so it is where that cannot be told."""
    found = git_dir(directory)
    if found is None:
        return True
    try:
        return (found / _MARK).read_text("ascii") != _digest(directory, set_up)
    except (OSError, ValueError):
        return True


def begin(directory: str) -> None:
    """Note that the set-up is under way: until it is done, nothing that was done before counts."""
    _write(directory, "")


def done(directory: str, set_up: SetUp) -> None:
    """Note that the set-up was done, with the lock files as it left them."""
    _write(directory, _digest(directory, set_up))


def _write(directory: str, content: str) -> None:
    found = git_dir(directory)
    if found is not None:
        files.replace(found / _MARK, content.encode("ascii"))


def _digest(directory: str, set_up: SetUp) -> str:
    whole = hashlib.sha256(set_up.command.encode("utf-8", "surrogateescape"))
    for name in set_up.when:
        whole.update(f"\0{name}\0".encode("utf-8", "surrogateescape"))
        whole.update(_content(Path(directory, name)))
    return whole.hexdigest()


def _content(path: Path) -> bytes:
    """What tells one content of a regular file from another, as far as its first 64 MiB do; nothing for all else."""
    found = hashlib.sha256()
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return b""
            while file.tell() < _LARGEST and (chunk := file.read(_CHUNK)):
                found.update(chunk)
        return found.digest()
    return b""
