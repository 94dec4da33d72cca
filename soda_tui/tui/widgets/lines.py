"""A widget that is nothing but lines, and repaints only those that changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

from textual.geometry import NULL_SIZE, Region, Size
from textual.strip import Strip
from textual.widget import Widget

from soda_tui.tui.text import Line, strip
from soda_tui.tui.tones import Tones

_STALE = Size(-1, -1)


class HasTones(Protocol):
    """An application that knows the styles of its theme."""

    @property
    def tones(self) -> Tones:
        """The style of each tone under the theme of now."""


class Lines(Widget):
    """Shows what `make` returns; call `renew` when a value has changed that it depends on."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[Line, ...] = ()
        self._made_for = NULL_SIZE

    def make(self) -> Sequence[Line]:
        """The lines for the size of now, each exactly as wide as the widget."""
        raise NotImplementedError

    def renew(self) -> None:
        """Make the lines anew and repaint those that differ."""
        if not self._made_for:
            return
        if self._made_for != self.size:
            # It may come back at the size of before, and must not show what it said then.
            self._made_for = _STALE
            self.refresh()
            return
        old, new = self._lines, tuple(self.make())
        if old == new:
            return
        self._lines = new
        changed = [
            Region(0, y, self.size.width, 1) for y in range(max(len(old), len(new))) if old[y : y + 1] != new[y : y + 1]
        ]
        self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        if self._made_for != self.size:
            self._lines, self._made_for = tuple(self.make()), self.size
        style = self.visual_style.rich_style
        if y >= len(self._lines):
            return Strip.blank(self.size.width, style)
        return strip(self._lines[y], cast(HasTones, self.app).tones, style)
