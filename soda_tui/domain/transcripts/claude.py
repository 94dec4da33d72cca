"""Claude Code: `claude -p --output-format stream-json --verbose` (types of @anthropic-ai/claude-agent-sdk)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Raw, Struct

from soda_tui.domain.runs.events import Context, Event, EventKind, Tokens
from soda_tui.domain.text import counted
from soda_tui.domain.transcripts.calls import Calls, Step, edited, plan, subject
from soda_tui.domain.transcripts.claude_lines import (
    ANSWER,
    DECODER,
    QUESTIONS,
    TODOS,
    AnswerError,
    Assistant,
    Block,
    Compaction,
    Limit,
    LimitInfo,
    Line,
    Message,
    Result,
    System,
    ToolProgress,
    User,
)
from soda_tui.domain.transcripts.jsonlines import UNREAD, JsonLines, remembering
from soda_tui.domain.transcripts.patterns import failed, reset
from soda_tui.domain.transcripts.values import block, count, identity, lasted, line, moment, money

# What says nothing that a person looks for: beginnings of what is told when it has ended, and the agent's own states.
_QUIET = frozenset({"status", "task_started", "task_progress", "task_notification", "task_updated", "files_persisted"})
_MOST_TIMED = 256
_LIMIT_ERROR = "rate_limit"
# Tools of the model's own side are called and answered in its message.
_CALLS = frozenset({"tool_use", "server_tool_use", "mcp_tool_use"})
_ANSWERS = "tool_result"
_SILENT = frozenset({"text", "thinking", "redacted_thinking"})
_REACHED = "The usage limit is reached"


def claude(state: bytes) -> JsonLines[Line]:
    """A parser of this stream."""
    return JsonLines(DECODER, remembering(_Claude, state))


class _Claude(Struct):
    """Usage is told per message, the latest of each counting, until a result tells all of it."""

    _calls: Calls = msgspec.field(default_factory=Calls)
    _elapsed: dict[str, float] = {}
    _used: int = 0
    _problem: str = ""

    def rest(self) -> Sequence[Event]:
        """Nothing is held back."""
        return ()

    def read(self, message: Line) -> Sequence[Event] | None:
        """The events of a line."""
        match message:
            case Assistant():
                return list(self._assistant(message))
            case User():
                return list(self._answers(message.message))
            case System():
                return self._system(message)
            case ToolProgress():
                if message.elapsed_time_seconds is not None and self._calls.knows(message.tool_use_id):
                    self._elapsed[identity(message.tool_use_id)] = message.elapsed_time_seconds
                    while len(self._elapsed) > _MOST_TIMED:
                        del self._elapsed[next(iter(self._elapsed))]
            case Limit():
                return [_limit(message.rate_limit_info)]
            case Result():
                return list(self._result(message))
        return ()

    def _system(self, message: System) -> Sequence[Event] | None:
        match message.subtype:
            case "init":
                self._calls.root = message.cwd or ""
                version = f"Claude Code {message.claude_code_version}" if message.claude_code_version else "Claude Code"
                return [
                    Event(EventKind.START, line(message.model), line(version), session=identity(message.session_id))
                ]
            case "api_retry":
                of = f" of {message.max_retries}" if message.max_retries is not None else ""
                wait = f" in {count(message.retry_delay_ms) / 1000:.0f} s" if message.retry_delay_ms is not None else ""
                return [Event(EventKind.RETRY, f"try {count(message.attempt)}{of}{wait}", line(_words(message.error)))]
            case "compact_boundary":
                found = message.compact_metadata or Compaction()
                return [Event(EventKind.TEXT, f"The context was compacted at {count(found.pre_tokens)} tokens.")]
            case "permission_denied":
                return [Event(EventKind.TEXT, line(f"{message.tool_name} was not permitted: {message.message or ''}"))]
            case "session_state_changed":
                asks = message.state == "requires_action"
                return [Event(EventKind.QUESTION)] if asks else ()
            case subtype:
                return () if subtype in _QUIET or subtype.startswith("hook_") else None

    def _assistant(self, message: Assistant) -> Iterator[Event]:
        if message.error and not any(part.type == "text" for part in message.message.blocks):
            yield self._failed(message.error, "")
        for part in message.message.blocks:
            if message.error and part.type == "text":
                yield self._failed(message.error, block(part.text))
            elif part.type == "text" and (text := block(part.text)):
                yield Event(EventKind.TEXT, text)
            elif part.type == "thinking" and (text := block(part.thinking)):
                yield Event(EventKind.THINK, text)
            elif part.type in _CALLS:
                yield self._call(part)
            elif part.type.endswith(_ANSWERS):
                yield from self._answer(part)
            elif part.type not in _SILENT:
                yield UNREAD
        used = message.message.usage
        if used is None or not used.tokens.total:
            return  # what the program itself says in the model's place has used nothing
        tokens, context = used.tokens, None
        if message.parent_tool_use_id is None:
            self._used = tokens.total
            context = Context(self._used)
        yield Event(EventKind.USAGE, tokens=tokens, counter=identity(message.message.id), context=context)

    def _failed(self, error: str, text: str) -> Event:
        """What an error is, in words of its own or by its kind."""
        limit = error == _LIMIT_ERROR
        self._problem = text = text or (f"{_REACHED}." if limit else line(error.replace("_", " ")))
        return Event(EventKind.LIMIT, text, ok=False, resets_at=reset(text)) if limit else failed(text)

    def _call(self, part: Block) -> Event:
        try:
            if part.name == "TodoWrite":
                done = {"completed": True, "in_progress": None}
                todos = TODOS.decode(part.input).todos
                self._calls.silence(part.id)
                return plan(Step(one.content, done.get(one.status or "", False)) for one in todos)
            if part.name == "AskUserQuestion":
                asked = " ".join(one.question or "" for one in QUESTIONS.decode(part.input).questions)
                self._calls.silence(part.id)
                return Event(EventKind.QUESTION, block(asked) or "It asks.", tool_id=identity(part.id))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass  # a tool that was only named so
        return self._calls.start(part.id, part.name, subject(part.input), edited(part.name, part.input))

    def _answers(self, message: Message) -> Iterator[Event]:
        for part in message.blocks:
            if part.type.endswith(_ANSWERS):
                yield from self._answer(part)

    def _answer(self, part: Block) -> Iterator[Event]:
        if not self._calls.is_silent(part.tool_use_id):
            seconds = self._elapsed.pop(identity(part.tool_use_id), None)
            said, broken = _answer(part.content)
            ok = not (part.is_error or broken)
            yield self._calls.end(part.tool_use_id, ok, "" if ok else said, seconds)

    def _result(self, message: Result) -> Iterator[Event]:
        tokens: Tokens | None = None
        for model in message.modelUsage.values():
            tokens = (tokens or Tokens()) + model.tokens
        windows = [count(model.contextWindow) for model in message.modelUsage.values() if model.contextWindow]
        session = identity(message.session_id)
        yield Event(
            EventKind.USAGE,
            tokens=tokens,
            cost=money(message.total_cost_usd),
            cumulative=True,
            context=Context(self._used, max(windows)) if windows and self._used else None,
            session=session,
        )
        failure = message.is_error or message.subtype.startswith("error")
        if failure:
            words = block("; ".join(message.errors) or message.result or message.subtype.replace("_", " "))
            if words != self._problem:
                yield failed(words)
        turns = "" if message.num_turns is None else counted(message.num_turns, "turn")
        seconds = lasted(message.duration_ms)
        yield Event(EventKind.DONE, detail=line(turns), ok=not failure, seconds=seconds, session=session)


def _limit(found: LimitInfo) -> Event:
    kind = line((found.rateLimitType or "").replace("_", " "))
    resets = moment(found.resetsAt)
    if found.status == "rejected":
        words = f"{_REACHED} ({kind})." if kind else f"{_REACHED}."
        return Event(EventKind.LIMIT, words, ok=False, resets_at=resets)
    warns = found.status == "allowed_warning"
    share = f" {found.utilization:.0%}" if warns and found.utilization is not None and found.utilization <= 1 else ""
    words = f"The usage limit is near:{share} ({kind or 'limit'})." if warns else ""
    return Event(EventKind.LIMIT, words, ok=True, resets_at=resets if warns else None)


def _words(value: Raw) -> str:
    """An error as a text, or as the JSON that it is."""
    text = bytes(value)[:1000].decode("utf-8", "replace")
    return "" if text in {"{}", "null"} else text.strip('"')


def _answer(content: Raw) -> tuple[str, bool]:
    """The text of a tool's answer, and whether it is an error in an answer's place."""
    try:
        found = ANSWER.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "", False
    if isinstance(found, AnswerError):
        return (found.error_code or "").replace("_", " "), found.error_code is not None
    return found if isinstance(found, str) else "\n".join(part.text or "" for part in found), False
