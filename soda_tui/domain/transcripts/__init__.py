"""Transcripts: what agents write, each format with a parser that makes events of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import msgspec
from msgspec import Struct

from soda_tui.domain.runs.events import Parser


def _claude(state: bytes) -> Parser:
    from soda_tui.domain.transcripts.claude import claude

    return claude(state)


def _codex(state: bytes) -> Parser:
    from soda_tui.domain.transcripts.codex import codex

    return codex(state)


def _gemini(state: bytes) -> Parser:
    from soda_tui.domain.transcripts.gemini import gemini

    return gemini(state)


def _opencode(state: bytes) -> Parser:
    from soda_tui.domain.transcripts.opencode import opencode

    return opencode(state)


def _aider(state: bytes) -> Parser:
    from soda_tui.domain.transcripts.aider import Aider

    return Aider(state)


def _text(_: bytes) -> Parser:
    from soda_tui.domain.transcripts.text import Text

    return Text()


_PARSERS: Mapping[str, Callable[[bytes], Parser]] = {
    "claude": _claude,
    "codex": _codex,
    "gemini": _gemini,
    "opencode": _opencode,
    "aider": _aider,
    "copilot": _text,
    "text": _text,
}
FORMATS: tuple[str, ...] = tuple(_PARSERS)
# What says nothing of tokens.
UNCOUNTED = frozenset(name for name, made in _PARSERS.items() if made is _text)


def parser(format: str, state: bytes = b"") -> Parser:
    """A parser; one with the state of another goes on at the end of the last whole line that this one was fed.

    Raises KeyError where the format is none of `FORMATS`, msgspec.DecodeError where the state is none of its own.
    """
    return _PARSERS[format](state)


class _Line(Struct):
    """What tells the formats apart."""

    type: str = ""
    event: str = ""
    timestamp: str | int | float | None = None
    session_id: str | None = None
    sessionID: str | None = None


_CLAUDE = frozenset({"system", "assistant", "user", "stream_event", "rate_limit_event", "tool_progress"})
_GEMINI = frozenset({"init", "message", "tool_use", "tool_result", "error", "result"})
_CODEX = ("thread.", "turn.", "item.")
_LOOKED_AT = 20


def guess(beginning: bytes) -> str:
    """The format of a stream, from the first of its first lines that tells; plain text where none does."""
    decode = partial(msgspec.json.decode, type=_Line)
    for line in beginning.split(b"\n")[:_LOOKED_AT]:
        if line.startswith(b"Aider v"):
            return "aider"
        if not line.startswith(b"{"):
            continue
        try:
            found = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        if found.type in _CLAUDE or (found.type == "result" and found.timestamp is None and found.session_id):
            return "claude"
        if found.type.startswith(_CODEX):
            return "codex"
        if found.sessionID is not None:
            return "opencode"
        if found.type in _GEMINI and isinstance(found.timestamp, str):
            return "gemini"
        if found.event:
            return "aider"
    return "text"
