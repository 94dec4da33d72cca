"""Plain text of any command: a line is an event."""

from __future__ import annotations

from soda_tui.domain.runs.events import Event
from soda_tui.domain.runs.logtext import LineAssembler
from soda_tui.domain.transcripts.patterns import told


class Text:
    """A parser of plain text; empty lines are left out."""

    def __init__(self) -> None:
        self._lines = LineAssembler()

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        return [event for line in self._lines.feed(data) for event in self.read(line.rstrip())]

    def state(self) -> bytes:
        """Nothing, as no line has to do with another."""
        return b"{}"

    def pending(self) -> list[Event]:
        """The line that is not complete yet: a prompt waits at the end of one."""
        return [told(line.rstrip()) for line in self._lines.rest]

    def end(self) -> list[Event]:
        """The events of what is left when nothing more will come."""
        rest, self._lines = self._lines.rest, LineAssembler()
        return [event for line in rest for event in self.read(line.rstrip())]

    def read(self, line: str) -> list[Event]:
        """The events of a line."""
        return [told(line)] if line else []
