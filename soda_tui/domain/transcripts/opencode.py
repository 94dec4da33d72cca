"""opencode: `opencode run --format json` (anomalyco/opencode run.ts)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Raw, Struct

from soda_tui.domain.runs.events import Context, Event, EventKind, Tokens
from soda_tui.domain.transcripts.calls import EMPTY, Calls, edited, subject
from soda_tui.domain.transcripts.jsonlines import JsonLines, remembering
from soda_tui.domain.transcripts.patterns import failed
from soda_tui.domain.transcripts.values import block, count, identity, line, money


class _Cache(Struct):
    read: int | None = None
    write: int | None = None


class _Tokens(Struct):
    input: int | None = None
    output: int | None = None
    reasoning: int | None = None
    cache: _Cache | None = None

    @property
    def tokens(self) -> Tokens:
        cache = self.cache or _Cache()
        return Tokens(
            count(self.input), count(self.output), count(cache.read), count(cache.write), count(self.reasoning)
        )


class _State(Struct):
    status: str | None = None
    input: Raw = EMPTY
    error: str | None = None


class _Words(Struct):
    text: str | None = None


class _Call(Struct):
    tool: str | None = None
    callID: str | None = None
    state: _State = msgspec.field(default_factory=_State)


class _Step(Struct):
    cost: float | None = None
    tokens: _Tokens | None = None


class _Tagged(Struct, tag_field="type", kw_only=True):
    sessionID: str | None = None


class _StepStart(_Tagged, tag="step_start", kw_only=True):
    pass


class _Text(_Tagged, tag="text", kw_only=True):
    part: _Words


class _Reasoning(_Tagged, tag="reasoning", kw_only=True):
    part: _Words


class _ToolUse(_Tagged, tag="tool_use", kw_only=True):
    part: _Call


class _StepFinish(_Tagged, tag="step_finish", kw_only=True):
    part: _Step


class _ErrorData(Struct):
    message: str | None = None


class _ErrorValue(Struct):
    name: str | None = None
    message: str | None = None
    data: _ErrorData | None = None


class _Error(_Tagged, tag="error", kw_only=True):
    error: str | _ErrorValue | None = None


class _Done(_Tagged, tag="done", kw_only=True):
    reason: str | None = None
    rejected: list[Raw] = []


_Line = _StepStart | _Text | _Reasoning | _ToolUse | _StepFinish | _Error | _Done
_DECODER = msgspec.json.Decoder(_Line)


def opencode(state: bytes) -> JsonLines[_Line]:
    """A parser of this stream."""
    return JsonLines(_DECODER, remembering(_OpenCode, state))


class _OpenCode(Struct):
    """Parts come when they are finished; each step tells its own usage, so these add up."""

    _calls: Calls = msgspec.field(default_factory=Calls)
    _session: str = ""
    _failed: bool = False

    def rest(self) -> Sequence[Event]:
        """Nothing is held back."""
        return ()

    def read(self, message: _Line) -> Sequence[Event] | None:
        """The events of a line, before them the start of a session that is new."""
        session = identity(message.sessionID)
        if session and session != self._session:
            self._session = session
            return [Event(EventKind.START, "opencode", session=session), *self._events(message)]
        return self._events(message)

    def _events(self, message: _Line) -> Sequence[Event]:
        match message:
            case _Text(part=part):
                return [Event(EventKind.TEXT, text)] if (text := block(part.text)) else ()
            case _Reasoning(part=part):
                return [Event(EventKind.THINK, text)] if (text := block(part.text)) else ()
            case _ToolUse(part=part):
                given = part.state.input
                begun = self._calls.start(part.callID, part.tool, subject(given), edited(part.tool, given))
                return [begun, self._calls.end(part.callID, part.state.status != "error", part.state.error or "")]
            case _StepFinish(part=part):
                tokens = part.tokens.tokens if part.tokens else None
                context = Context(tokens.total) if tokens else None
                return [Event(EventKind.USAGE, tokens=tokens, cost=money(part.cost), context=context)]
            case _Error(error=error):
                self._failed = True
                return [failed(block(_message(error)) or "An error without words.")]
            case _Done():
                rejected = f"{len(message.rejected)} not permitted" if message.rejected else ""
                ok, self._failed = not self._failed, False
                return [Event(EventKind.DONE, detail=line(rejected), ok=ok, session=self._session)]
        return ()


def _message(error: str | _ErrorValue | None) -> str | None:
    if not isinstance(error, _ErrorValue):
        return error
    return (error.data.message if error.data else None) or error.message or error.name
