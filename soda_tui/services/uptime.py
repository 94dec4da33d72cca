"""The seconds that pass, those of a machine asleep included."""

from __future__ import annotations

import time
from collections.abc import Callable

# Linux has a clock of its own that goes on while the machine sleeps; that of macOS does so by itself, clock_gettime(3).
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def _since_boot() -> float:
    return time.clock_gettime(_CLOCK)


class Uptime:
    """Seconds since it was made; nobody can set them back.

    Where a virtual machine is halted (a snapshot, WSL 2) even that clock stands still, and only the time of day tells
    afterwards: between two readings as much has passed as either says. Setting the time forward makes seconds that
    never were, which costs a look too early; setting it back takes none away.
    """

    def __init__(self, clocks: tuple[Callable[[], float], ...] = (_since_boot, time.time)) -> None:
        self._clocks = clocks
        self._read = [clock() for clock in clocks]
        self._passed = 0.0

    def __call__(self) -> float:
        """The seconds until now."""
        before, self._read = self._read, [clock() for clock in self._clocks]
        self._passed += max(0.0, *(now - then for now, then in zip(self._read, before, strict=True)))
        return self._passed
