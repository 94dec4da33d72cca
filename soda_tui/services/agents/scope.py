"""A scope of systemd's for each run, so that the end of the login that began it does not end it too.

Where KillUserProcesses is set (logind.conf(5)), logind ends whatever a login leaves behind, whichever session of the
kernel's it is in; a scope of the person's own systemd is no part of the login. That systemd goes with their last login,
though, and every scope of its with it, unless they linger (loginctl(1)). So a scope is taken where something is won by
it, and without it a run is as safe as a daemon of the person's can be.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

SECONDS = 3.0
_CGROUP = Path("/proc/self/cgroup")
_MANAGER = "/org/freedesktop/login1"


def scoped(
    command: Sequence[str], run: str, environment: Mapping[str, str], cgroup: Path = _CGROUP
) -> list[str] | None:
    """The command, made one that runs in the run's own scope; None where nobody makes one, or nothing is won by it."""
    if not Path(environment.get("XDG_RUNTIME_DIR") or "/nowhere", "systemd").is_dir():
        return None
    user = os.getuid()
    within = f"/user@{user}.service/" in _read(cgroup)
    if not (
        within
        or _says(environment, f"{_MANAGER}/user/_{user}", "User", "Linger")
        or _says(environment, _MANAGER, "Manager", "KillUserProcesses")
    ):
        return None
    return ["systemd-run", "--user", "--scope", "--quiet", "--collect", f"--unit={unit(run)}", "--", *command]


def unit(run: str) -> str:
    """The name of a run's scope."""
    return f"soda-run-{run}.scope"


def _says(environment: Mapping[str, str], path: str, interface: str, name: str) -> bool:
    """Whether a property of logind's is true, as far as it answers in time; org.freedesktop.login1(5)."""
    asked = ("busctl", "get-property", "org.freedesktop.login1", path, f"org.freedesktop.login1.{interface}", name)
    try:
        done = subprocess.run(
            asked, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, env=dict(environment)
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.stdout.strip() == b"b true"


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
