"""Rereading: what of the configuration holds at once, also for cockpits that are open, as soon as it is changed."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from soda_tui.domain.configuration.settings import Settings
from soda_tui.domain.failure import Failure
from soda_tui.services.paths import Paths

log = logging.getLogger(__name__)


class Most:
    """How many agents may run on this machine; where the file is no configuration now, as many as before."""

    def __init__(self, paths: Paths, settings: Settings, again: Callable[[], Settings]) -> None:
        self._file = paths.config_file
        self._again = again
        self._most = settings.max_agents
        self._seen = self._stamp()

    def __call__(self) -> int:
        """The number as the configuration has it now."""
        stamp = self._stamp()
        if stamp is not None and stamp != self._seen:
            self._seen = stamp
            try:
                self._most = self._again().max_agents
            except Failure as failure:
                log.warning("max_agents stays %d: %s", self._most, failure)
        return self._most

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = os.stat(self._file)  # noqa: PTH116 - each second
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
