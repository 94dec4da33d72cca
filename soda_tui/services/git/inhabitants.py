"""Processes whose current folder lies in a worktree: with its removal they would lose the ground under their feet.

Linux tells it in `/proc`, for the user's own processes; elsewhere `lsof` does, where there is one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep

from soda_tui.domain.text import shorten

_PROC = Path("/proc")
_SECONDS = 10.0
_NAME = 40
_GIT = "git"
_LOOKS = 20
_MOMENT = 0.1


def inhabitants(path: str) -> list[str]:
    """The names and numbers of processes in a folder or below it, in words; not the gits that this one has started.

    Other gits count when they stay for a while: another cockpit's look at the folder ends in no time.
    """
    return [f"{name} ({pid})" for pid, name in names_inside(path).items()]


def names_inside(path: str) -> dict[int, str]:
    """The names of these processes by their numbers."""
    return {pid: shorten(name, _NAME) for pid, name in _staying(path).items()}


def gits(path: str) -> list[str]:
    """Of these processes the gits."""
    return [f"{name} ({pid})" for pid, name in _staying(path).items() if name == _GIT]


def _staying(path: str) -> dict[int, str]:
    found = _inside(path)
    for _ in range(_LOOKS):
        if set(found.values()) != {_GIT}:
            break
        sleep(_MOMENT)
        found = {pid: name for pid, name in _inside(path).items() if name != _GIT or pid in found}
    return found


def _inside(path: str) -> dict[int, str]:
    root = os.path.realpath(path)
    found = _from_proc() if sys.platform == "linux" else _from_lsof()
    return {
        pid: name
        for pid, parent, name, folder in found
        if (folder == root or folder.startswith(f"{root}/")) and (name, parent) != (_GIT, os.getpid())
    }


def _from_proc() -> Iterator[tuple[int, int, str, str]]:
    for entry in _PROC.iterdir():
        # Ended meanwhile, or another user's.
        with suppress(OSError, ValueError, IndexError):
            pid, folder = int(entry.name), str((entry / "cwd").readlink())
            name, _, fields = (entry / "stat").read_text("utf-8", "replace").rpartition(")")
            yield pid, int(fields.split()[1]), name.partition("(")[2], folder


def _from_lsof() -> Iterator[tuple[int, int, str, str]]:
    command = ("lsof", "-w", "-a", "-d", "cwd", "-u", str(os.getuid()), "-F", "pRcn")
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return
    fields: dict[str, str] = {}
    for line in done.stdout.splitlines():
        fields = {"p": line[1:]} if line[:1] == "p" else {**fields, line[:1]: line[1:]}
        if line[:1] == "n" and {"p", "R"} <= fields.keys():
            yield int(fields["p"]), int(fields["R"]), fields.get("c", ""), line[1:]
