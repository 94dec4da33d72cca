"""Events: what an agent says and does, in one model for the streams of all agents."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct


class EventKind(StrEnum):
    """What kind of thing an agent said or did."""

    START = "start"
    TEXT = "text"
    THINK = "think"
    TOOL_START = "tool_start"
    TOOL_END = "tool_end"
    FILES = "files"
    PLAN = "plan"
    QUESTION = "question"
    LIMIT = "limit"
    RETRY = "retry"
    USAGE = "usage"
    ERROR = "error"
    DONE = "done"


# A question that has no words.
WAITS = "It waits for a person."


class Tokens(Struct, frozen=True, omit_defaults=True, gc=False):
    """Numbers of tokens: `input` without what came from the cache, `output` with the reasoning where agents say so."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
            self.reasoning + other.reasoning,
        )

    def beyond(self, other: Tokens) -> Tokens:
        """What these are more than others, each number at least 0."""
        return Tokens(
            max(0, self.input - other.input),
            max(0, self.output - other.output),
            max(0, self.cache_read - other.cache_read),
            max(0, self.cache_write - other.cache_write),
            max(0, self.reasoning - other.reasoning),
        )

    @property
    def total(self) -> int:
        """All that a model read or wrote."""
        return self.input + self.output + self.cache_read + self.cache_write


class Context(Struct, frozen=True, omit_defaults=True, gc=False):
    """Tokens that a model's context holds, and how many it can hold, where that is known."""

    used: int
    window: int | None = None


class Event(Struct, frozen=True, omit_defaults=True):
    """One thing that an agent said or did; every text in it is cleaned and bounded, and may have line feeds in `text`.

    A tool call has its tool in `text`, what it was called with in `detail`, and `added` and `removed` lines where it
    edits; its end has `ok`, its `seconds`, and in `said` the first line of its answer where it failed.
    A question may have no words of its own. A limit with `ok` set is none any more.
    `guessed` is what only a pattern of text tells; `raw` a text that was passed on as it stands, being no known event.
    Usage adds up; with a `counter` the latest of each counter does; where it is `cumulative` the latest of a session
    stands for all that was told of it before. All of it, tokens and `cost` (USD), is the agent's own claim.
    `session` is what the agent itself calls the conversation, to go on with it.
    """

    kind: EventKind
    text: str = ""
    detail: str = ""
    said: str = ""
    tool_id: str = ""
    ok: bool | None = None
    seconds: float | None = None
    added: int | None = None
    removed: int | None = None
    tokens: Tokens | None = None
    cost: float | None = None
    cumulative: bool = False
    counter: str = ""
    context: Context | None = None
    session: str = ""
    resets_at: datetime | None = None
    guessed: bool = False
    raw: bool = False


class Parser(Protocol):
    """Bytes in, events out: the same events however the bytes are cut, whatever they are."""

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        ...

    def state(self) -> bytes:
        """What it remembers besides the line that is not complete yet, as JSON."""
        ...

    def pending(self) -> list[Event]:
        """What the line that is not complete yet looks like now: a prompt waits at the end of one. Changes nothing."""
        ...

    def end(self) -> list[Event]:
        """The events of what is left when nothing more will come."""
        ...
