"""What the application tells a person: on the screen until it is old, and in its log of messages."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

from textual.app import App
from textual.notifications import SeverityLevel

from soda_tui.domain import sentences as say
from soda_tui.tui.message import Message, Told
from soda_tui.tui.text import plain
from soda_tui.tui.widgets.said import Said
from soda_tui.tui.widgets.status_bar import StatusBar

_MESSAGES = 500
_AGAIN = 2.0


class Saying(App[None]):
    """The part of the application that speaks; `clock` tells the time in UTC."""

    def __init__(self, clock: Callable[[], datetime], ansi_color: bool | None) -> None:
        super().__init__(ansi_color=ansi_color)
        self.clock = clock
        self.messages: deque[Message] = deque(maxlen=_MESSAGES)
        self._line: Said | None = None

    def say(
        self,
        message: str,
        severity: SeverityLevel = "information",
        *,
        quiet: bool = False,
        unread: frozenset[str] = frozenset(),
    ) -> None:
        """Tell a person something: on the screen until it is old, and in the log of messages.

        What is `quiet` stands in the log of messages alone; what says that repositories are `unread` goes with that.
        """
        said = Message(self.clock(), plain(message), severity, quiet, unread)
        self.messages.append(said)
        if not quiet:
            self.tell(said)

    def on_told(self, message: Told) -> None:
        self.say(message.text, message.severity)

    def tell(self, message: Message) -> None:
        """Show a message in every status bar, and in a line of its own where it would be cut there."""
        for screen in self.screen_stack:
            for bar in screen.query(StatusBar):
                bar.message = message
        for screen in reversed(self.screen_stack):
            for line in screen.query(Said):
                self.hide_line()
                if not any(bar.holds(message.text) for bar in screen.query(StatusBar)):
                    line.show(message)
                    self._line = line
                return

    def hide_line(self) -> None:
        """Take the line away that says what the status bar would cut."""
        if self._line is not None:
            self._line.hide()
            self._line = None

    def begin_again(self, what: str, words: str, begin: Callable[[], object]) -> None:
        """Begin something anew that broke off, and say so, though not at each turn of what breaks off for ever."""
        text = plain(say.BROKE_OFF(what=what, error=words))
        if not any(message.text == text for message in self.messages):
            self.say(text, "error")
        self.set_timer(_AGAIN, begin)
