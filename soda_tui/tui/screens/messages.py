"""The log of messages: what was said lately, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size

from soda_tui.domain import sentences as say
from soda_tui.tui.message import Message
from soda_tui.tui.screens.reader import Reader, closing_with
from soda_tui.tui.text import Line, Span, make_line, wrap
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines

_LOOKS = {"information": ("·", Tone.TEXT), "warning": ("!", Tone.NEEDS), "error": ("✕", Tone.FAILED)}
_MOST_LINES = 50


class MessageLines(Lines):
    """Each message whole, with its time."""

    def __init__(self, messages: Sequence[Message]) -> None:
        super().__init__()
        self._messages = messages

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines_at(width))

    def make(self) -> Sequence[Line]:
        return self._lines_at(self.size.width)

    def _lines_at(self, width: int) -> list[Line]:
        lines = [line for message in reversed(self._messages) for line in _message(message, width)]
        return lines or [make_line(width, [Span(f" {say.NOTHING_SAID()}", Tone.QUIET, shrink=True)])]


class MessagesScreen(Reader):
    """What stood on the screen for a while, and what was told here alone."""

    CSS = """
    MessageLines { height: auto; margin-right: 1; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = closing_with("view.messages")

    def __init__(self, messages: Sequence[Message]) -> None:
        super().__init__()
        self._messages = messages

    def title_line(self) -> Content:
        return Content("Messages")

    def compose_card(self) -> ComposeResult:
        yield MessageLines(self._messages)


def _message(message: Message, width: int) -> list[Line]:
    glyph, tone = _LOOKS[message.severity]
    begin = f" {message.at:%H:%M:%S} UTC {glyph} "
    texts = wrap(message.text, max(width - len(begin), 1), _MOST_LINES)
    return [
        make_line(width, [Span(begin if at == 0 else " " * len(begin), tone), Span(text, Tone.TEXT)])
        for at, text in enumerate(texts)
    ]
