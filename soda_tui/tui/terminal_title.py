"""The terminal's title: how many repositories need a person, and at the end what it was before."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from soda_tui.domain.attention import waiting
from soda_tui.domain.model import Snapshot

_PUSH = "\x1b[22;2t"
_POP = "\x1b[23;2t"
_WITHOUT = frozenset({"", "dumb", "linux"})


def title_of(snapshot: Snapshot) -> str:
    """The title for a snapshot; it holds no foreign text."""
    count = len(waiting(snapshot))
    return f"soda-tui · {count} need{'s' if count == 1 else ''} you" if count else "soda-tui"


class TerminalTitle:
    """Writes the title where it has changed; a terminal without titles is left alone.

    The terminal's own stack keeps the title from before; one that has no such stack gets an empty title at the end.
    """

    def __init__(self, write: Callable[[str], object], environ: Mapping[str, str] = os.environ) -> None:
        self._write = write
        self._able = environ.get("TERM", "") not in _WITHOUT
        self._shown: str | None = None
        self._held: str | None = None
        self._away = False

    def show(self, title: str) -> None:
        """Show a title; while another program has the terminal it is held back."""
        self._held = title
        if self._able and not self._away and title != self._shown:
            self._write((_PUSH if self._shown is None else "") + _osc(title))
            self._shown = title

    def give_away(self) -> None:
        """Leave the title to another program."""
        self.restore()
        self._away = True

    def take_back(self) -> None:
        """Show the newest title again."""
        self._away = False
        if self._held is not None:
            self.show(self._held)

    def restore(self) -> None:
        """Put back what was there before."""
        if self._shown is not None:
            self._write(_osc("") + _POP)
            self._shown = None


def _osc(title: str) -> str:
    return f"\x1b]2;{title}\x1b\\"
