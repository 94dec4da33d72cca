"""Gemini CLI: `gemini -p … --output-format stream-json` (packages/core/src/output/types.ts)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from soda_tui.domain.runs.events import Event, EventKind, Tokens
from soda_tui.domain.transcripts.calls import EMPTY, Calls, edited, subject
from soda_tui.domain.transcripts.jsonlines import JsonLines, remembering
from soda_tui.domain.transcripts.patterns import failed
from soda_tui.domain.transcripts.values import LONGEST_TEXT, block, count, identity, iso_time, lasted, line


class _Error(Struct):
    message: str | None = None


class _Stats(Struct):
    total_tokens: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached: int | None = None
    input: int | None = None
    duration_ms: int | float | None = None
    tool_calls: int | None = None

    @property
    def tokens(self) -> Tokens:
        cached = count(self.cached)
        fresh = max(0, count(self.input_tokens) - cached) if self.input is None else count(self.input)
        return Tokens(fresh, count(self.output_tokens), cached)


class _Tagged(Struct, tag_field="type"):
    timestamp: str | None = None


class _Init(_Tagged, tag="init"):
    session_id: str | None = None
    model: str | None = None


class _Message(_Tagged, tag="message"):
    role: str | None = None
    content: str | None = None
    delta: bool | None = None


class _ToolUse(_Tagged, tag="tool_use"):
    tool_name: str | None = None
    tool_id: str | None = None
    parameters: Raw = EMPTY


class _ToolResult(_Tagged, tag="tool_result"):
    tool_id: str | None = None
    status: str | None = None
    output: str | None = None
    error: _Error | None = None


class _Problem(_Tagged, tag="error"):
    severity: str | None = None
    message: str | None = None


class _Result(_Tagged, tag="result"):
    status: str | None = None
    error: _Error | None = None
    stats: _Stats | None = None


_Line = _Init | _Message | _ToolUse | _ToolResult | _Problem | _Result
_DECODER = msgspec.json.Decoder(_Line)


def gemini(state: bytes) -> JsonLines[_Line]:
    """A parser of this stream."""
    return JsonLines(_DECODER, remembering(_Gemini, state))


class _Gemini(Struct):
    """Words come in pieces, which are held back until their line is whole or something else comes."""

    _calls: Calls = msgspec.field(default_factory=Calls)
    _begun: dict[str, datetime] = {}
    _session: str = ""
    _words: str = ""
    _problem: str = ""

    def rest(self) -> Sequence[Event]:
        """The words that were held back."""
        text, self._words = block(self._words), ""
        return [Event(EventKind.TEXT, text)] if text else []

    def read(self, message: _Line) -> Sequence[Event] | None:
        """The events of a line."""
        if isinstance(message, _Message):
            if message.role != "assistant":
                return self.rest()
            return self._piece(message.content or "") if message.delta else self._whole(message.content)
        return [*self.rest(), *self._other(message)]

    def _whole(self, content: str | None) -> Sequence[Event]:
        self._words += content or ""
        return self.rest()

    def _piece(self, content: str) -> Sequence[Event]:
        text = self._words + content
        cut = text.rfind("\n") + 1 or (len(text) if len(text) > LONGEST_TEXT else 0)
        self._words = text[:cut]
        events = self.rest()
        self._words = text[cut:]
        return events

    def _other(self, message: _Line) -> Sequence[Event]:
        match message:
            case _Init():
                self._session = identity(message.session_id)
                return [Event(EventKind.START, line(message.model), "Gemini CLI", session=self._session)]
            case _ToolUse():
                counted = edited(message.tool_name, message.parameters)
                begun = self._calls.start(message.tool_id, message.tool_name, subject(message.parameters), counted)
                if begun.tool_id and (at := iso_time(message.timestamp)) and len(self._begun) < 256:
                    self._begun[begun.tool_id] = at
                return [begun]
            case _ToolResult():
                return [self._end(message)]
            case _Problem():
                words = block(message.message) or "An error without words."
                if message.severity == "warning":
                    return [Event(EventKind.TEXT, words)]
                self._problem = words
                return [failed(words)]
            case _Result():
                return self._result(message)
        return ()

    def _end(self, message: _ToolResult) -> Event:
        at, begun = iso_time(message.timestamp), self._begun.pop(identity(message.tool_id), None)
        seconds = (at - begun).total_seconds() if at and begun and at >= begun else None
        said = (message.error.message if message.error else None) or message.output or ""
        return self._calls.end(message.tool_id, message.status != "error" and message.error is None, said, seconds)

    def _result(self, message: _Result) -> Sequence[Event]:
        ok = message.status == "success" and message.error is None
        stats = message.stats
        events = []
        if stats is not None:
            events.append(Event(EventKind.USAGE, tokens=stats.tokens, cumulative=True, session=self._session))
        if not ok:
            words = block(message.error.message if message.error else None) or "The run failed."
            events += [] if words == self._problem else [failed(words)]
        seconds = lasted(stats.duration_ms) if stats else None
        return [*events, Event(EventKind.DONE, ok=ok, seconds=seconds, session=self._session)]
