"""Where runs are at home: a process's number means nothing on another machine or in another container.

Homes are shared between machines and with containers, and so are the records of runs in them.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

from soda_tui.services.agents.records import Origin, Spec
from soda_tui.services.machine import machine_number

_NAMESPACE = Path("/proc/self/ns/pid")


@cache
def here() -> Origin:
    """Where this process is; a machine without a number of its own is known by its name."""
    host = machine_number() or os.uname().nodename.encode(errors="surrogateescape")
    namespace = ""
    with suppress(OSError):
        namespace = str(_NAMESPACE.readlink())
    return Origin(hashlib.sha256(b"soda-tui run\0" + host).hexdigest()[:32], namespace)


def is_foreign(spec: Spec) -> bool:
    """Whether the processes of the run are out of sight from here, the ended as well as the living."""
    return spec.origin is not None and spec.origin != here()


def is_of_this_machine(spec: Spec) -> bool:
    """Whether the run is of this machine, in whichever container: with a restart of it, it was over."""
    return spec.origin is None or spec.origin.host == here().host
