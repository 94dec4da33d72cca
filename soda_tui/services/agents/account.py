"""The account that a supervisor gives of its run while it goes on, and in the end, whatever others do to the record."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from soda_tui.domain.failure import Failure
from soda_tui.services import files
from soda_tui.services.agents import reserve
from soda_tui.services.agents.records import (
    END,
    GIT_SETTINGS,
    PROMPT,
    SPEC,
    End,
    Process,
    Reason,
    State,
    read_spec,
    write_end,
    write_state,
)

_PAUSE = 0.5
# How often the end is tried to be recorded on a full disk: for half a minute.
_TRIES = 60


class Account:
    """The record in a run's folder; where it is taken away under a living run, or ended by another, it is put right."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.spec = read_spec(folder)
        self._given: dict[str, bytes] = {}
        for name in (SPEC, PROMPT, GIT_SETTINGS):
            with suppress(FileNotFoundError):
                self._given[name] = (folder / name).read_bytes()
        self._state: State | None = None
        self._due = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the run was given up before it began."""
        return (self._folder / END).exists()

    def refuse(self, message: str) -> None:
        """Record that this never became a run."""
        write_end(self._folder, End(Reason.REFUSED, None, message, datetime.now(UTC)))

    def begin(self, supervisor: Process, boot: str) -> None:
        """Record who supervises the run."""
        reserve.hold(self._folder)
        self._write(State(supervisor, boot))

    def goes_on(self, process: Process, started_at: datetime | None = None) -> None:
        """Record what was started: the agent, with when that was, or what comes before it."""
        assert self._state is not None
        self._write(State(self._state.supervisor, self._state.boot, process, started_at))

    def keep(self) -> None:
        """See that the record is there, from time to time."""
        if time.monotonic() < self._due or self._state is None:
            return
        self._due = time.monotonic() + _PAUSE
        with suppress(OSError, Failure):
            if not self._folder.is_dir():
                files.folder(self._folder)
                for name, content in self._given.items():
                    files.replace(self._folder / name, content)
                self._write(self._state)
            (self._folder / END).unlink(missing_ok=True)

    def end(self, end: End, pause: Callable[[float], None]) -> None:
        """Record the end, also where the disk is full; raises OSError where that does not change."""
        self._due = 0.0
        self.keep()
        reserve.free(self._folder)
        for tried in range(_TRIES):
            try:
                write_end(self._folder, end)
            except OSError as error:
                if error.errno not in {errno.ENOSPC, errno.EDQUOT} or tried == _TRIES - 1:
                    raise
                pause(_PAUSE)
            else:
                return

    def _write(self, state: State) -> None:
        self._state = state
        write_state(self._folder, state)
