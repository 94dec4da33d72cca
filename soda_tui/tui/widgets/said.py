"""A line for what was said last, where it has no room elsewhere: it is read whole, and covers nothing."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Size
from textual.timer import Timer

from soda_tui.tui.message import Message
from soda_tui.tui.text import Line, Span, make_line, wrap
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines

_MOST_LINES = 8
_LEAST_SECONDS = 5.0
_LETTERS_A_SECOND = 15


class Said(Lines):
    """What is around it makes room; it goes with the next key, or once there was time to read it."""

    DEFAULT_CSS = """
    Said { height: auto; background: $bar; display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.message: Message | None = None
        self._going: Timer | None = None

    def show(self, message: Message) -> None:
        """Show a message in place of the one before."""
        self.hide()
        self.message = message
        self.display = True
        self.refresh(layout=True)
        self.renew()
        self._going = self.set_timer(_LEAST_SECONDS + len(message.text) / _LETTERS_A_SECOND, self.hide)

    def hide(self) -> None:
        """Give the room back."""
        if self._going is not None:
            self._going.stop()
        self._going, self.display = None, False

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows(width))

    def make(self) -> Sequence[Line]:
        width = self.size.width
        tone = self.message.tone if self.message else Tone.TEXT
        return [make_line(width, [Span(f" {row}", tone)], ground=Tone.GROUND_BAR) for row in self._rows(width)]

    def _rows(self, width: int) -> list[str]:
        return wrap(self.message.text, max(width - 2, 1), _MOST_LINES) if self.message else []
