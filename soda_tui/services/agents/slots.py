"""How many agents may run on this machine: a slot is a lock file, held by a supervisor for as long as its run lasts.

So agents count whoever launched them, and one whose supervisor was killed does no longer.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from soda_tui.services.agents import runlock
from soda_tui.services.agents.records import Slots

_NAME = "slot-"
_LONGEST = 300
# Whoever looks at a slot holds it for a moment.
_TRIES, _PAUSE = 5, 0.05


def take(slots: Slots, who: str) -> int | None:
    """The descriptor that holds a slot for `who`, which no agent inherits; None where as many are taken as may be."""
    for _ in range(_TRIES):
        for number in range(slots.count):
            descriptor = runlock.take(str(Path(slots.folder, f"{_NAME}{number}")))
            if descriptor is None:
                continue
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.write(descriptor, who.encode(errors="replace")[:_LONGEST])
            # Some may be held beyond the count, since it was larger when they were taken.
            if len(holders(slots.folder)) <= slots.count:
                return descriptor
            os.close(descriptor)
            break
        time.sleep(_PAUSE)
    return None


def holders(folder: str) -> tuple[str, ...]:
    """For whom the slots are held that are taken."""
    try:
        paths = sorted(path for path in Path(folder).iterdir() if path.name.startswith(_NAME))
    except FileNotFoundError:
        return ()
    return tuple(found for path in paths if (found := _holder(path)) is not None)


def _holder(path: Path) -> str | None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        # Shared, so that those who look never see each other.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(descriptor, _LONGEST).decode(errors="replace") or "?"
    finally:
        os.close(descriptor)
    return None
