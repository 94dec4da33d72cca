"""Small programs that are asked for one thing, with an end to every wait."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress

_DEADLINE = 5.0


def ask(command: Sequence[str], environment: Mapping[str, str]) -> tuple[str, str | None]:
    """What a command prints, stripped, or why it printed nothing; its whole process group ends with the deadline."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return "", getattr(error, "strerror", None) or "it cannot be started"
    with process:
        try:
            output, _ = process.communicate(timeout=_DEADLINE)
        except subprocess.TimeoutExpired:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=1)
            return "", f"no answer within {_DEADLINE:.0f} seconds"
    if process.returncode != 0:
        return "", f"exit status {process.returncode}"
    return output.decode("utf-8", "replace").strip(), None
