"""Orders to end a run: who may give them, and what is said of a run that was ended by one."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path

from soda_tui.domain import sentences
from soda_tui.domain.stopfile import lifting, own_stops
from soda_tui.domain.times import limit_words
from soda_tui.services import stopfiles
from soda_tui.services.agents.loop import Loop
from soda_tui.services.agents.losing import loss_told
from soda_tui.services.agents.processes import Entry
from soda_tui.services.agents.records import STOP, Reason, Spec, ordered
from soda_tui.services.agents.watching import ClaimWatch


class Orders:
    """The orders for one run: by a signal, a file in its folder, a STOP file, its claim, and the time.

    A STOP file counts that was there once: whoever lifts it at once has stopped the agents all the same.
    """

    def __init__(self, folder: Path, spec: Spec, loop: Loop, claim: ClaimWatch) -> None:
        self._folder = folder
        self._spec = spec
        self._loop = loop
        self._claim = claim
        clone = spec.watched.path if spec.watched else None
        self._stops = (spec.stop_file, *own_stops(clone, spec.directory))
        self._stop: str | None = None

    def given(self, limit: float = math.inf) -> Reason | None:
        """The order to end the run, if there is one; `limit` is a monotonic time."""
        if self._loop.asked or (self._folder / STOP).exists():
            return ordered(self._folder)
        self._stop = stopfiles.standing(self._stops) or self._stop
        if self._stop is not None:
            return Reason.STOP_FILE
        if self._claim.lost:
            return Reason.CLAIM_LOST
        return Reason.TIME_LIMIT if time.monotonic() >= limit else None

    def told(self, reason: Reason | None, left: Sequence[Entry] = ()) -> str | None:
        """What is said of a run that was ended so, and of processes that are left of it."""
        remarks, issue = [], self._spec.issue
        if reason is Reason.TIME_LIMIT:
            remarks.append(sentences.RUN_TIME_LIMIT(issue=issue, limit=limit_words(self._spec.limit)))
        if reason is Reason.STOP_FILE:
            path = self._stop or self._spec.stop_file
            remarks.append(sentences.RUN_STOP_FILE(issue=issue, path=path, lift=lifting(path)))
        if reason is Reason.CLAIM_LOST:
            let_go = sentences.CLAIM_LET_GO(issue=issue, repository=self._spec.key)
            remarks.append(loss_told(self._folder) or let_go)
        if left:
            remarks.append(sentences.RUN_LEFT_BEHIND(pids=", ".join(str(entry.pid) for entry in left)))
        return " ".join(remarks) or None
