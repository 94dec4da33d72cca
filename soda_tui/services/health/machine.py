"""This machine: its git, the room on its disks, and the terminal."""

from __future__ import annotations

import locale
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from soda_tui.domain.health.facts import GitFacts, Room, TerminalFacts
from soda_tui.services.github.auth import TOKEN_VARIABLES
from soda_tui.services.programs import ask

_VERSION = re.compile(r"git version (\d+)\.(\d+)(?:\.(\d+))?")


def git_program(environ: Mapping[str, str]) -> GitFacts:
    """The git that would be run."""
    program = environ.get("GIT_PYTHON_GIT_EXECUTABLE") or "git"
    environment = {name: value for name, value in environ.items() if name not in TOKEN_VARIABLES}
    said, _ = ask((program, "--version"), environment)
    match = _VERSION.match(said)
    return GitFacts(tuple(int(part) for part in match.groups("0")) if match else None)


def room(folder: Path) -> Room:
    """The room on the disk of a folder, or of the nearest one above that is there; raises OSError."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    found = os.statvfs(there)
    # Some file systems make room for files as they need it, and say 0.
    files = found.f_favail if found.f_files else None
    return Room(str(folder), found.f_bavail * found.f_frsize, files)


def rooms(folders: Iterable[Path]) -> tuple[Room, ...]:
    """The room on each disk that the folders are on, told of the first one there; raises OSError."""
    found: dict[int, Room] = {}
    for folder in folders:
        there = next(each for each in (folder, *folder.parents) if each.exists())
        found.setdefault(there.stat().st_dev, room(folder))
    return tuple(found.values())


def terminal(environ: Mapping[str, str], *, ascii: bool) -> TerminalFacts | None:
    """The terminal that is written to; None where that is none."""
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
    except (AttributeError, ValueError, OSError):
        return None
    return TerminalFacts(environ.get("TERM", ""), locale.getpreferredencoding(False), size.columns, size.lines, ascii)
