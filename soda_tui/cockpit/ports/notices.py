"""The port of telling a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from soda_tui.domain.telling import Notice


class Notices(Protocol):
    """Telling a person of what happens, whether they look at a screen or not."""

    def claim(self, notices: Sequence[Notice], recalled: Collection[str]) -> tuple[Notice, ...]:
        """Those that no cockpit of this installation has told yet; from now on they are told.

        `recalled` are the events that stood before this cockpit was opened, and still do.
        """

    async def announce(self, notices: Sequence[Notice], *, shown: bool) -> tuple[str, ...]:
        """Tell them outside the screen, as the person wants it; what went wrong, in sentences.

        `shown` says that the terminal has shown them already.
        """
