"""Events as lines that a person can follow: a tool call is one line, what an agent thinks is dimmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from soda_tui.domain.runs.events import WAITS, Event, EventKind
from soda_tui.domain.runs.usage import Spent, usage_words

_LONGEST = 2000
_GAP = "  "
_THOUGHT = "~ "


class Tone(StrEnum):
    """What a part of a line means."""

    TEXT = "text"
    NAME = "name"
    QUIET = "quiet"
    GOOD = "good"
    BAD = "bad"
    NEEDS = "needs"


class Part(Struct, frozen=True, gc=False):
    """A part of a line."""

    text: str
    tone: Tone = Tone.TEXT


class Line(Struct, frozen=True):
    """A line for people; `call` names the tool call that it is about, whose beginning gives way to its end."""

    kind: EventKind
    parts: tuple[Part, ...]
    call: str = ""

    @property
    def text(self) -> str:
        """The line without its tones."""
        return "".join(part.text for part in self.parts)


def plain_line(text: str) -> Line:
    """A line of plain text."""
    return Line(EventKind.TEXT, (Part(text),))


def readable(event: Event) -> tuple[Line, ...]:
    """The lines of an event: one, or for a text as many as it has; none where it says nothing to a person."""
    match event.kind:
        case EventKind.TEXT | EventKind.THINK:
            tone = Tone.QUIET if event.kind is EventKind.THINK or event.raw else Tone.TEXT
            return tuple(_line(event, Part(_cut(text), tone)) for text in event.text.split("\n") if text.strip())
        case EventKind.USAGE:
            words = usage_words(Spent(event.tokens, event.cost)) if event.cumulative and event.tokens else ""
            return (_line(event, Part(f"{words}, as it says itself", Tone.QUIET)),) if words else ()
        case EventKind.LIMIT if not event.text:
            return ()
    return (_line(event, *_parts(event)),)


def told(events: Iterable[Event]) -> Iterator[str]:
    """The lines of events without their tones, what is thought marked, each tool call once, when it has ended."""
    shown = (readable(event) for event in events if event.kind is not EventKind.TOOL_START)
    return (f"{_THOUGHT if line.kind is EventKind.THINK else ''}{line.text}" for lines in shown for line in lines)


def _line(event: Event, *parts: Part) -> Line:
    return Line(event.kind, parts, event.tool_id)


def _parts(event: Event) -> tuple[Part, ...]:
    first = _cut(event.text.partition("\n")[0])
    match event.kind:
        case EventKind.TOOL_START:
            return (*_call(event), Part(f"{_GAP}…", Tone.QUIET))
        case EventKind.TOOL_END:
            return (*_call(event), Part(_GAP), *_outcome(event))
        case EventKind.FILES:
            mark = Part("✕", Tone.BAD) if event.ok is False else Part("✓", Tone.GOOD)
            return (Part("Files", Tone.NAME), Part(f"{_GAP}{first}{_GAP}"), mark)
        case EventKind.PLAN:
            return (Part("Plan", Tone.NAME), Part(f"{_GAP}{first}"))
        case EventKind.QUESTION:
            return (Part(f"? {first or WAITS}", Tone.NEEDS),)
        case EventKind.LIMIT:
            resets = f" It resets at {event.resets_at:%Y-%m-%d %H:%M} UTC." if event.resets_at else ""
            return (Part(f"◔ {first}{resets}", Tone.QUIET if event.ok else Tone.NEEDS),)
        case EventKind.RETRY:
            return (Part(f"⟳ {first}{': ' if event.detail else ''}{event.detail}", Tone.QUIET),)
        case EventKind.ERROR:
            return (Part(f"✕ {first}", Tone.BAD),)
        case EventKind.DONE:
            facts = [event.detail, "" if event.seconds is None else _duration(event.seconds)]
            words = _GAP.join(filter(None, ["ended well" if event.ok else "ended with an error", *facts]))
            return (Part(f"✓ {words}", Tone.GOOD) if event.ok else Part(f"✕ {words}", Tone.BAD),)
    return (Part(_GAP.join(filter(None, ["Begins", first, event.detail])), Tone.QUIET),)


def _call(event: Event) -> tuple[Part, ...]:
    name = Part(event.text, Tone.NAME)
    return (name, Part(f"{_GAP}{event.detail}")) if event.detail else (name,)


def _outcome(event: Event) -> tuple[Part, ...]:
    counted = "" if event.added is None else f"+{event.added} -{event.removed or 0}{_GAP}"
    mark = Part("✕", Tone.BAD) if event.ok is False else Part("✓", Tone.GOOD)
    took = "" if event.seconds is None else f" {_duration(event.seconds)}"
    said = f" {event.said}" if event.said else ""
    parts = (Part(counted, Tone.QUIET), mark, Part(took, Tone.QUIET), Part(said, Tone.BAD))
    return tuple(part for part in parts if part.text)


def _duration(seconds: float) -> str:
    """Seconds with a tenth below a minute, then minutes, then hours."""
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m {rest:02}s" if minutes < 60 else f"{minutes // 60}h {minutes % 60:02}m"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
