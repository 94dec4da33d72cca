"""Folders that are there for the time of one look at a worktree."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from soda_tui.cockpit.ports import Place
from soda_tui.domain import sentences
from soda_tui.services.git.problems import refused


@contextmanager
def scratch(place: Place) -> Iterator[Path]:
    """A folder for the time of an inspection; refuses where the system gives none."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="soda-tui-")
    except OSError as error:
        raise refused(sentences.NOT_INSPECTED(path=place.worktree, words=error.strerror or error)) from error
    with folder as name:
        yield Path(name)
