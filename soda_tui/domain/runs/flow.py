"""The flow of what an agent says, in lines as it goes on: a tool call stands where it ended, what is not over last."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import structs

from soda_tui.domain.runs.events import Event, EventKind
from soda_tui.domain.runs.readable import Line, readable
from soda_tui.domain.transcripts import FORMATS, parser
from soda_tui.domain.transcripts.calls import UNKNOWN

TEXT_FORMAT = "text"
_MOST_OPEN = 256
_CALLS = frozenset({EventKind.TOOL_START, EventKind.TOOL_END})


class Only(StrEnum):
    """What is shown of a flow."""

    ALL = "everything"
    SAID = "what it says"
    TOOLS = "tools"
    FILES = "files"
    PROBLEMS = "problems"


_SAID = frozenset({EventKind.TEXT, EventKind.THINK, EventKind.PLAN, EventKind.QUESTION})
_PROBLEMS = frozenset({EventKind.QUESTION, EventKind.ERROR, EventKind.RETRY})


def is_shown(event: Event, only: Only) -> bool:
    """Whether an event is of this kind; what is no event of the format may well be a problem."""
    match only:
        case Only.SAID:
            return event.kind in _SAID
        case Only.TOOLS:
            return event.kind in _CALLS or event.kind is EventKind.FILES
        case Only.FILES:
            return event.kind is EventKind.FILES or event.added is not None
        case Only.PROBLEMS:
            return event.kind in _PROBLEMS or event.ok is False or event.raw
    return True


def with_beginning(end: Line, beginning: Line) -> Line:
    """The end of a call with what its beginning said, for one that a flow did not see."""
    return structs.replace(end, parts=(*beginning.parts[:-1], *end.parts[1:]))


class Flow:
    """Bytes of a log in, lines out; `unseen` are calls that ended though their beginning was not seen."""

    def __init__(self, format: str, only: Only = Only.ALL) -> None:
        self._format = format if format in FORMATS else TEXT_FORMAT
        self._only = only
        self._parser = parser(self._format)
        self._under_way: dict[str, Line | None] = {}
        self.unseen: set[str] = set()

    @property
    def under_way(self) -> tuple[Line, ...]:
        """The calls that have begun and not ended."""
        return tuple(line for line in self._under_way.values() if line is not None)

    def feed(self, data: bytes) -> list[Line]:
        """The lines of what these bytes complete."""
        return self._lines(self._parser.feed(data))

    def end(self) -> list[Line]:
        """The lines of what was held back because more of it could come."""
        return self._lines(self._parser.end())

    def pending(self) -> list[Line]:
        """What the line looks like that has begun."""
        return [line for event in self._parser.pending() if is_shown(event, self._only) for line in readable(event)]

    def rest(self, data: bytes) -> list[Line]:
        """What a line looks like that has only begun, which is not taken in."""
        beginning = Flow(self._format, self._only)
        beginning.feed(data)
        return beginning.pending()

    def begin_after(self, head: bytes) -> None:
        """Take in what stands before a gap; what had begun there is not known to be under way."""
        self.feed(head)
        self.end()
        self._under_way.clear()
        self.unseen.clear()

    def _lines(self, events: Iterable[Event]) -> list[Line]:
        lines: list[Line] = []
        for event in events:
            if event.kind in {EventKind.START, EventKind.DONE}:
                self._under_way.clear()
            shown = is_shown(event, self._only)
            if event.kind is EventKind.TOOL_START and event.tool_id:
                self._under_way[event.tool_id] = readable(event)[0] if shown else None
                if len(self._under_way) > _MOST_OPEN:
                    del self._under_way[next(iter(self._under_way))]
                continue
            if event.kind is EventKind.TOOL_END:
                if event.text == UNKNOWN and not event.detail and event.tool_id not in self._under_way:
                    self.unseen.add(event.tool_id)
                self._under_way.pop(event.tool_id, None)
            if shown:
                lines += readable(event)
        return lines
