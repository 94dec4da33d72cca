"""Small programs that are asked for one thing, with an end to every wait."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

_DEADLINE = 5.0
_MOST = 1 << 16


class _Unheard(Exception):
    """A program was not heard to its end; the words say why."""


def ask(command: Sequence[str], environment: Mapping[str, str]) -> tuple[str, str | None]:
    """What a command prints, stripped, or why it printed nothing; its whole process group ends with the deadline.

    So it does where it prints more than anybody asked for.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            start_new_session=True,
            bufsize=0,
        )
    except (OSError, ValueError) as error:
        return "", getattr(error, "strerror", None) or "it cannot be started"
    with process:
        try:
            output = _printed(process)
        except _Unheard as unheard:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            return "", str(unheard)
    if process.returncode != 0:
        return "", f"exit status {process.returncode}"
    return output.decode("utf-8", "replace").strip(), None


def _printed(process: subprocess.Popen[bytes]) -> bytes:
    """All that it prints until its end; raises _Unheard."""
    until = time.monotonic() + _DEADLINE
    late = _Unheard(f"no answer within {_DEADLINE:.0f} seconds")
    said = bytearray()
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, until - time.monotonic())):
            piece = os.read(process.stdout.fileno(), _MOST)
            said += piece
            if len(said) > _MOST:
                raise _Unheard(f"it prints more than {_MOST >> 10} KiB")
            if not piece:
                break
        else:
            raise late
    try:
        process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise late from None
    return bytes(said)
