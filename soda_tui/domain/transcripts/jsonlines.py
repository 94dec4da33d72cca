"""Streams of one JSON object a line, each format with its own typed messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

import msgspec

from soda_tui.domain.runs.events import Event, EventKind
from soda_tui.domain.transcripts.lines import ByteLines
from soda_tui.domain.transcripts.values import raw_line

UNREAD = Event(EventKind.TEXT, raw=True)
"""Stands for the line itself, of which a part is of a kind that is not known."""

M = TypeVar("M")
R = TypeVar("R")
M_contra = TypeVar("M_contra", contravariant=True)


class Reader(Protocol[M_contra]):
    """What a format makes of its messages, in the order in which they come."""

    def read(self, message: M_contra) -> Sequence[Event] | None:
        """The events of a message, `UNREAD` among them for parts of it; None where its kind is not known."""
        ...

    def rest(self) -> Sequence[Event]:
        """The events of what was held back, when another kind of line or nothing more comes."""
        ...


def remembering(reader: type[R], state: bytes) -> R:
    """A reader that remembers what another one did; raises msgspec.DecodeError where that is not to be read."""
    return msgspec.json.decode(state or b"{}", type=reader)


class JsonLines(Generic[M]):
    """A parser of JSON lines; what is none, or is not known, passes as text."""

    def __init__(self, decoder: msgspec.json.Decoder[M], reader: Reader[M]) -> None:
        self._decoder = decoder
        self._reader = reader
        self._lines = ByteLines()

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        return [event for line in self._lines.feed(data) for event in self._read(line)]

    def state(self) -> bytes:
        """What its reader remembers."""
        return msgspec.json.encode(self._reader)

    def pending(self) -> list[Event]:
        """Half a JSON object says nothing yet."""
        return []

    def end(self) -> list[Event]:
        """The events of what is left when nothing more will come."""
        return [*self._read(self._lines.take()), *self._reader.rest()]

    def _read(self, line: bytes) -> Sequence[Event]:
        message = self._message(line) if line.lstrip()[:1] == b"{" else None
        events = self._reader.read(message) if message is not None else None
        if events is None:
            return [*self._reader.rest(), *_raw(line)]
        if UNREAD in events:
            return [*(event for event in events if event != UNREAD), *_raw(line)]
        return events

    def _message(self, line: bytes) -> M | None:
        try:
            return self._decoder.decode(line)
        except msgspec.ValidationError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._mended(line)

    def _mended(self, line: bytes) -> M | None:
        """A message with bytes that are no UTF-8, or halves of surrogate pairs, as programs leave that cut texts."""
        try:
            value = json.loads(line.decode("utf-8", "replace"), strict=False)
            return self._decoder.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return None


def _raw(line: bytes) -> list[Event]:
    text = raw_line(line)
    return [Event(EventKind.TEXT, text, raw=True)] if text else []
