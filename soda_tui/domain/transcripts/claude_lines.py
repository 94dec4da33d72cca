"""The lines of Claude Code's stream, as @anthropic-ai/claude-agent-sdk types them; what is not read is left out."""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct

from soda_tui.domain.runs.events import Tokens
from soda_tui.domain.transcripts.calls import EMPTY
from soda_tui.domain.transcripts.values import count


class Usage(Struct):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None

    @property
    def tokens(self) -> Tokens:
        return Tokens(
            count(self.input_tokens),
            count(self.output_tokens),
            count(self.cache_read_input_tokens),
            count(self.cache_creation_input_tokens),
        )


class Block(Struct):
    type: str = ""
    text: str | None = None
    thinking: str | None = None
    id: str | None = None
    name: str | None = None
    input: Raw = EMPTY
    tool_use_id: str | None = None
    is_error: bool | None = None
    content: Raw = EMPTY


class AnswerError(Struct):
    error_code: str | None = None


class Message(Struct):
    content: str | list[Block] = []
    id: str | None = None
    usage: Usage | None = None

    @property
    def blocks(self) -> list[Block]:
        return [Block("text", self.content)] if isinstance(self.content, str) else self.content


class Compaction(Struct):
    trigger: str | None = None
    pre_tokens: int | float | None = None


class Tagged(Struct, tag_field="type"):
    pass


class System(Tagged, tag="system"):
    subtype: str = ""
    session_id: str | None = None
    cwd: str | None = None
    model: str | None = None
    claude_code_version: str | None = None
    state: str | None = None
    attempt: int | None = None
    max_retries: int | None = None
    retry_delay_ms: int | float | None = None
    error: Raw = EMPTY
    compact_metadata: Compaction | None = None
    tool_name: str | None = None
    message: str | None = None


class Assistant(Tagged, tag="assistant"):
    message: Message
    parent_tool_use_id: str | None = None
    error: str | None = None


class User(Tagged, tag="user"):
    message: Message


class Partial(Tagged, tag="stream_event"):
    pass


class ToolProgress(Tagged, tag="tool_progress"):
    tool_use_id: str | None = None
    elapsed_time_seconds: float | None = None


class LimitInfo(Struct):
    status: str | None = None
    resetsAt: int | float | None = None
    rateLimitType: str | None = None
    utilization: float | None = None


class Limit(Tagged, tag="rate_limit_event"):
    rate_limit_info: LimitInfo


class ModelUsage(Struct):
    inputTokens: int | None = None
    outputTokens: int | None = None
    cacheReadInputTokens: int | None = None
    cacheCreationInputTokens: int | None = None
    contextWindow: int | None = None

    @property
    def tokens(self) -> Tokens:
        return Tokens(
            count(self.inputTokens),
            count(self.outputTokens),
            count(self.cacheReadInputTokens),
            count(self.cacheCreationInputTokens),
        )


class Result(Tagged, tag="result"):
    subtype: str = ""
    session_id: str | None = None
    is_error: bool = False
    num_turns: int | None = None
    duration_ms: int | float | None = None
    result: str | None = None
    errors: list[str] = []
    total_cost_usd: float | None = None
    modelUsage: dict[str, ModelUsage] = {}


class Todo(Struct):
    content: str | None = None
    status: str | None = None


class Todos(Struct):
    todos: list[Todo] = []


class Question(Struct):
    question: str | None = None


class Questions(Struct):
    questions: list[Question] = []


Line = System | Assistant | User | Partial | ToolProgress | Limit | Result
DECODER = msgspec.json.Decoder(Line)
TODOS = msgspec.json.Decoder(Todos)
QUESTIONS = msgspec.json.Decoder(Questions)
ANSWER = msgspec.json.Decoder(str | list[Block] | AnswerError)
