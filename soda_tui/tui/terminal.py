"""The terminal as Textual writes to it: one that has gone, or is given away, is never waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import IO, TYPE_CHECKING, Any, cast

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from soda_tui.tui.app import SodaApp


class Forgiving:
    """A file that takes what is written to it also when nothing is behind it any more, which it tells once."""

    def __init__(self, file: IO[str], tell: Callable[[], object]) -> None:
        self._file = file
        self._tell = tell
        self._gone = False

    def write(self, text: str) -> None:
        """Write, as long as there is something to write to."""
        self._try(lambda: self._file.write(text))

    def flush(self) -> None:
        """Write what is held back."""
        self._try(self._file.flush)

    def fileno(self) -> int:
        """The file's number."""
        return self._file.fileno()

    def _try(self, writing: Callable[[], object]) -> None:
        if self._gone:
            return
        try:
            writing()
        except (OSError, ValueError):
            self._gone = True
            self._tell()


class Terminal(LinuxDriver):
    """Textual's writer ends with the first error, and whoever fills its queue then waits for ever: here it goes on."""

    def __init__(self, app: SodaApp, **options: Any) -> None:
        super().__init__(app, **options)
        loop = asyncio.get_running_loop()
        gone = partial(loop.call_soon_threadsafe, app.terminal_gone.set)
        self._file = cast(Any, Forgiving(cast(IO[str], self._file), gone))

    def write(self, data: str) -> None:
        # While another program has the terminal there is no writer, and nothing of ours belongs there.
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().write(data)
