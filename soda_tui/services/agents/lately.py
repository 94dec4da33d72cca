"""Lately: the runs of all repositories that may still tell how an agent fares today."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from soda_tui.domain.runs.facts import RunFacts
from soda_tui.services.agents.classify import classify
from soda_tui.services.agents.heard import read_heard
from soda_tui.services.agents.launching import run_names
from soda_tui.services.agents.listening import with_progress

# The longest limits that agents have are those of a week.
_LATELY = timedelta(days=8)
_MOST = 100


def lately(root: Path, home: Path, now: datetime) -> tuple[tuple[RunFacts, ...], tuple[RunFacts, ...]]:
    """The runs of late that have said something: those in this home of a repository, and all others'."""
    homes: list[Path] = []
    with suppress(OSError):
        homes = [one for one in root.iterdir() if one != home and one.is_dir()]
    return tuple(_said(home, now)), tuple(run for one in homes for run in _said(one, now))


def _said(home: Path, now: datetime) -> Iterator[RunFacts]:
    oldest = f"{now - _LATELY:%Y%m%d}"
    for name in run_names(home)[:_MOST]:
        # A run is called after the moment at which it was asked for.
        if name >= oldest and read_heard(home / name) is not None:
            yield with_progress(classify(home / name))
