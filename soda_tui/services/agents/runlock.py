"""The lock of a repository's runs: whoever holds it supervises one, or is ending one in its supervisor's place."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def take(path: str) -> int | None:
    """The descriptor that holds the lock, which no agent inherits; None where another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def holder(path: str) -> str:
    """The number of the process that holds the lock, as it has noted it."""
    return Path(path).read_text("ascii", "replace")[:20] or "?"
