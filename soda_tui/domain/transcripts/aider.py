"""aider: its plain words (`--no-pretty --no-stream`), and the lines of its `--analytics-log`."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from soda_tui.domain.runs.events import Event, EventKind, Tokens
from soda_tui.domain.transcripts.jsonlines import remembering
from soda_tui.domain.transcripts.text import Text
from soda_tui.domain.transcripts.values import count, line, money

_SENT = re.compile(r"([\d.,]+[kM]?) sent")
_RECEIVED = re.compile(r"([\d.,]+[kM]?) received")
_COST = re.compile(r"Cost: \$[\d.]+ message, \$([\d.]+) session")
_EDIT = re.compile(r"(?:Applied edit to|Creating empty file) (\S.{0,300})\Z")
_START = re.compile(r"Aider v\d[\w.]*\Z")
_TIMES = {"k": 1_000, "M": 1_000_000}


class _Properties(Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    total_cost: float | None = None


class _Logged(Struct):
    event: str
    properties: _Properties = msgspec.field(default_factory=_Properties)


_DECODER = msgspec.json.Decoder(_Logged)


class _Seen(Struct):
    cost: float = 0.0
    logs: bool = False


class Aider(Text):
    """A parser of its words; usage is told per message, its cost also for all messages, which is the more exact."""

    def __init__(self, state: bytes = b"") -> None:
        super().__init__()
        self._seen = remembering(_Seen, state)

    def state(self) -> bytes:
        """What was seen of its usage."""
        return msgspec.json.encode(self._seen)

    def read(self, line: str) -> list[Event]:
        """The events of a line."""
        if line.startswith('{"'):
            try:
                return list(self._logged(_DECODER.decode(line)))
            except (msgspec.DecodeError, UnicodeError, RecursionError):
                return super().read(line)
        if line.startswith("Tokens: "):
            return [*super().read(line), *self._told(line)]
        if _START.match(line):
            return [Event(EventKind.START, line)]
        if found := _EDIT.match(line):
            return [Event(EventKind.FILES, found[1], ok=True)]
        return super().read(line)

    def _told(self, words: str) -> Sequence[Event]:
        sent, received, cost = _SENT.search(words), _RECEIVED.search(words), _COST.search(words)
        if sent is None or received is None or self._seen.logs:
            return ()
        used = Tokens(_number(sent[1]), _number(received[1]))
        return [Event(EventKind.USAGE, tokens=used, cost=self._since(_amount(cost[1])) if cost else None)]

    def _logged(self, found: _Logged) -> Sequence[Event]:
        self._seen.logs = True
        if found.event != "message_send":
            return [Event(EventKind.START, line(found.event))] if found.event == "launched" else ()
        given = found.properties
        tokens = Tokens(count(given.prompt_tokens), count(given.completion_tokens))
        return [Event(EventKind.USAGE, tokens=tokens, cost=self._since(given.total_cost or given.cost))]

    def _since(self, total: float | None) -> float | None:
        """What a message has cost, from what all have."""
        total = money(total)
        if total is None:
            return None
        cost, self._seen.cost = max(0.0, total - self._seen.cost), total
        return cost


def _number(text: str) -> int:
    """A number as it is written for people."""
    amount = _amount(text.rstrip("kM").replace(",", ""))
    return count((amount or 0.0) * _TIMES.get(text[-1], 1))


def _amount(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
