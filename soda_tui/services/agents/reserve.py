"""A little room on the disk, held so that how a run ended can be recorded although the disk is full."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_NAME = "reserve"
_SIZE = 16384


def hold(folder: Path) -> None:
    """Take it, where there is any."""
    with suppress(OSError):
        file = os.open(folder / _NAME, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(file, os.urandom(_SIZE))
        finally:
            os.close(file)


def free(folder: Path) -> None:
    """Give it back."""
    with suppress(OSError):
        (folder / _NAME).unlink()
