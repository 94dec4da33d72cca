"""Codex: `codex exec --json` (openai/codex codex-rs/exec/src/exec_events.rs)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Raw, Struct

from soda_tui.domain.runs.events import Event, EventKind, Tokens
from soda_tui.domain.transcripts.calls import EMPTY, Calls, Step, plan, subject
from soda_tui.domain.transcripts.jsonlines import JsonLines, remembering
from soda_tui.domain.transcripts.patterns import failed
from soda_tui.domain.transcripts.values import block, count, identity, line

_TOLD_AT_THE_END = frozenset(
    {
        *("agent_message", "reasoning", "plan", "command_execution", "file_change"),
        *("mcp_tool_call", "collab_tool_call", "web_search", "error"),
    }
)
_SIGNS = {"add": "+", "delete": "-", "update": "~"}


class _Words(Struct):
    message: str | None = None


class _Change(Struct):
    path: str | None = None
    kind: str | None = None


class _Todo(Struct):
    text: str | None = None
    completed: bool | None = None


class _Item(Struct):
    id: str | None = None
    type: str = ""
    text: str | None = None
    command: str | None = None
    aggregated_output: str | None = None
    exit_code: int | None = None
    status: str | None = None
    changes: list[_Change] = []
    server: str | None = None
    tool: str | None = None
    arguments: Raw = EMPTY
    query: str | None = None
    items: list[_Todo] = []
    message: str | None = None
    error: _Words | None = None


class _Usage(Struct):
    input_tokens: int | None = None
    cached_input_tokens: int | None = None
    cache_write_input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_output_tokens: int | None = None

    @property
    def tokens(self) -> Tokens:
        cached, written = count(self.cached_input_tokens), count(self.cache_write_input_tokens)
        # The number of all input holds what came from the cache.
        fresh = max(0, count(self.input_tokens) - cached - written)
        return Tokens(fresh, count(self.output_tokens), cached, written, count(self.reasoning_output_tokens))


class _Tagged(Struct, tag_field="type"):
    pass


class _Thread(_Tagged, tag="thread.started"):
    thread_id: str | None = None


class _Turn(_Tagged, tag="turn.started"):
    pass


class _Started(_Tagged, tag="item.started"):
    item: _Item


class _Updated(_Tagged, tag="item.updated"):
    item: _Item


class _Completed(_Tagged, tag="item.completed"):
    item: _Item


class _TurnCompleted(_Tagged, tag="turn.completed"):
    usage: _Usage | None = None


class _TurnFailed(_Tagged, tag="turn.failed"):
    error: _Words | None = None


class _Error(_Tagged, tag="error"):
    message: str | None = None


class _PlanDelta(_Tagged, tag="item.plan.delta"):
    pass


class _Asked(Struct):
    question: str | None = None


class _Request(_Tagged, tag="request_user_input"):
    questions: list[_Asked] = []


_Line = (
    _Thread | _Turn | _Started | _Updated | _Completed | _TurnCompleted | _TurnFailed | _Error | _PlanDelta | _Request
)
_DECODER = msgspec.json.Decoder(_Line)


def codex(state: bytes) -> JsonLines[_Line]:
    """A parser of this stream."""
    return JsonLines(_DECODER, remembering(_Codex, state))


class _Codex(Struct):
    """A turn tells what its whole thread has used, which never gets less: what is less has begun to count anew."""

    _calls: Calls = msgspec.field(default_factory=Calls)
    _thread: str = ""
    _told: Tokens = Tokens()
    _used: Tokens = Tokens()
    _problem: str = ""

    def rest(self) -> Sequence[Event]:
        """Nothing is held back."""
        return ()

    def read(self, message: _Line) -> Sequence[Event] | None:
        """The events of a line."""
        match message:
            case _Thread():
                if self._thread != (thread := identity(message.thread_id)):
                    self._thread, self._told, self._used = thread, Tokens(), Tokens()
                return [Event(EventKind.START, "Codex", session=thread)]
            case _Started(item=item) if item.type in {"command_execution", "mcp_tool_call", "web_search"}:
                return [self._begin(item)]
            case _Started(item=item) | _Updated(item=item) if item.type in _TOLD_AT_THE_END:
                return ()
            case _Started(item=item) | _Updated(item=item) | _Completed(item=item):
                return self._item(item)
            case _TurnCompleted():
                done = Event(EventKind.DONE, ok=True, session=self._thread)
                return [self._usage(message.usage), done] if message.usage else [done]
            case _TurnFailed(error=error):
                words = block(error.message if error else None) or "The turn failed."
                told = [] if words == self._problem else [failed(words)]
                return [*told, Event(EventKind.DONE, ok=False, session=self._thread)]
            case _Error():
                self._problem = block(message.message) or "An error without words."
                return [failed(self._problem)]
            case _Request():
                asked = block(" ".join(one.question or "" for one in message.questions))
                return [Event(EventKind.QUESTION, asked or "It asks.")]
        return ()

    def _usage(self, usage: _Usage) -> Event:
        told = usage.tokens
        self._used += told.beyond(self._told)
        self._told = told
        return Event(EventKind.USAGE, tokens=self._used, cumulative=True, session=self._thread)

    def _begin(self, item: _Item) -> Event:
        if item.type == "mcp_tool_call":
            return self._calls.start(item.id, f"{item.server}.{item.tool}", subject(item.arguments))
        if item.type == "web_search":
            return self._calls.start(item.id, "search", item.query or "")
        return self._calls.start(item.id, "shell", item.command or "")

    def _item(self, item: _Item) -> Sequence[Event] | None:
        match item.type:
            case "agent_message" | "plan":
                text = block(item.text)
                return [Event(EventKind.TEXT, text)] if text else ()
            case "reasoning":
                text = block(item.text)
                return [Event(EventKind.THINK, text)] if text else ()
            case "command_execution" | "mcp_tool_call" | "web_search":
                began = [] if self._calls.knows(item.id) else [self._begin(item)]
                return [*began, self._end(item)]
            case "file_change":
                paths = ", ".join(
                    f"{_SIGNS.get(one.kind or '', '~')}{line(one.path, 200)}" for one in item.changes[:50]
                )
                return [Event(EventKind.FILES, line(paths), ok=item.status != "failed")]
            case "todo_list":
                return [plan(Step(one.text, one.completed is True) for one in item.items)]
            case "error":
                return [failed(block(item.message) or "An error without words.")]
            case "collab_tool_call":
                return ()
        return None

    def _end(self, item: _Item) -> Event:
        ok = item.status not in {"failed", "declined"} and not item.exit_code and item.error is None
        said = item.error.message if item.error else item.aggregated_output
        if item.status == "declined":
            said = "declined"
        if item.exit_code and item.exit_code > 0:
            said = f"exit {item.exit_code}: {line((said or '').strip().rpartition(chr(10))[2], 200)}".rstrip(": ")
        return self._calls.end(item.id, ok, said or "")
