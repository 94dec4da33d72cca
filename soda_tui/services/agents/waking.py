"""Waking: since when the machine has been awake during a run, so that no agent is called silent for a night's sleep.

A file beside the run's log holds the time of day at which the monotonic clock stood at zero: both clocks go on
together, but where the machine sleeps, is halted, or has its time set. When it was written is when the machine woke up.
The supervisor keeps it; who looks before the supervisor has noticed sees that by itself.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from soda_tui.services import files

AWAKE = "awake"
# Clocks are adjusted by less, and agents fall silent for longer.
_STEP = 5.0
_LARGEST = 64


class Waking:
    """Notes it when the machine has slept during a run."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / AWAKE
        self._zero = float("-inf")

    def step(self) -> None:
        """Look at the clocks; raises nothing, for a run goes on without that note."""
        zero = _zero()
        if abs(zero - self._zero) > _STEP:
            self._zero = zero
            with suppress(OSError):
                files.replace(self._file, repr(zero).encode(), durable=False)


def awake_since(folder: Path, now: datetime) -> datetime | None:
    """When the machine woke up last during a run that is alive, or the run began; None where that is not known."""
    try:
        with files.opened(folder / AWAKE) as file:
            zero = float(file.read(_LARGEST))
            written = os.fstat(file.fileno()).st_mtime
    except (OSError, ValueError):
        return None
    if abs(_zero() - zero) > _STEP:
        return now
    return datetime.fromtimestamp(written, UTC)


def _zero() -> float:
    return time.time() - time.monotonic()
