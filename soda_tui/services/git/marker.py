"""The marker of a worktree that is being filled: from which commit to which one, and on which branch it was then."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from soda_tui.services import files
from soda_tui.services.git.gitdir import git_dir
from soda_tui.services.git.indexlock import INDEX_LOCK
from soda_tui.services.git.refs import is_oid

MARKER = "soda-tui-checkout"


class Marker(Struct, frozen=True):
    """The branch (empty for none) and the commit of HEAD when a filling began, and the commit to be filled with."""

    branch: str
    before: str
    after: str


def read_marker(path: Path) -> Marker | None:
    """The marker in a file; None where there is none that can be read."""
    parts = (files.read(path, 4096) or b"").decode("utf-8", "replace").split("\n")
    return Marker(*parts) if len(parts) == 3 and is_oid(parts[1]) and is_oid(parts[2]) else None


def is_half_done(directory: str, branch: str | None, oid: str | None, *, changed: bool) -> bool:
    """Whether a directory at this branch and commit looks as if its filling had been ended half-way."""
    found = git_dir(directory)
    marker = read_marker(found / MARKER) if found is not None else None
    if found is None or marker is None or (marker.branch, marker.before) != (branch or "", oid):
        return False
    return changed or (found / INDEX_LOCK).exists()
