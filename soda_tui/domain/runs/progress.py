"""The progress of a run: all that its events come to, so that a status can be told from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, structs

from soda_tui.domain.runs.events import WAITS, Event, EventKind
from soda_tui.domain.runs.usage import Tally

_MOST_CALLS = 32


class Call(Struct, frozen=True):
    """A tool call that has not ended."""

    id: str
    words: str


class Progress(Struct, frozen=True):
    """Where a run stands by its own words.

    `question` and `limited` hold until it does anything else; `guessed` says that only a pattern of text tells them.
    `resets_at` is when the limit ends. `done` is None while it is not over. `error` is the last one that nothing has
    made up for. `messages`, `calls`, `failed_calls` and `retries` count, `missed` the bytes of its log that were never
    read.
    """

    last: Event | None = None
    question: str = ""
    limited: bool = False
    guessed: bool = False
    resets_at: datetime | None = None
    error: str = ""
    done: bool | None = None
    session: str = ""
    under_way: tuple[Call, ...] = ()
    messages: int = 0
    calls: int = 0
    failed_calls: int = 0
    retries: int = 0
    tally: Tally = Tally()
    missed: int = 0

    @property
    def doing(self) -> str:
        """What it is doing, in a few words; nothing before its first."""
        if self.limited and not self.done:
            return "waits for its limit to end" if self.done is None else "ended at its limit"
        if self.done is not None:
            return "ended well" if self.done else "ended with an error"
        if self.question:
            return "waits for an answer"
        if self.under_way:
            return self.under_way[-1].words
        return _DOING.get(self.last.kind, "") if self.last else ""


_DOING = {
    EventKind.START: "begins",
    EventKind.TEXT: "writes",
    EventKind.THINK: "thinks",
    EventKind.TOOL_START: "thinks",
    EventKind.TOOL_END: "thinks",
    EventKind.FILES: "edits files",
    EventKind.PLAN: "plans",
    EventKind.RETRY: "tries again",
    EventKind.ERROR: "met an error",
}
# Nothing of this is done by an agent that waits.
_ACTIVITY = frozenset(_DOING) - {EventKind.ERROR, EventKind.RETRY}


def progress_of(events: Iterable[Event], before: Progress | None = None) -> Progress:
    """Where a run stands after these events."""
    found = before or Progress()
    for event in events:
        found = after(found, event)
    return found


def after(before: Progress, event: Event) -> Progress:
    """Where a run stands after one more event."""
    match event.kind:
        case EventKind.USAGE:
            return structs.replace(before, tally=before.tally.after(event), session=event.session or before.session)
        case EventKind.TEXT if event.raw:
            return structs.replace(before, last=event)
        case EventKind.TEXT if before.last is not None and before.last.kind is EventKind.TEXT and not before.last.raw:
            # The most frequent by far, after which nothing else can have changed.
            return structs.replace(before, last=event, messages=before.messages + 1)
        case EventKind.QUESTION:
            question = event.text or before.question or WAITS
            return structs.replace(before, last=event, question=question, guessed=event.guessed, done=None)
        case EventKind.LIMIT if event.ok:
            return structs.replace(before, limited=False, resets_at=None)
        case EventKind.LIMIT:
            resets_at = event.resets_at or (before.resets_at if before.limited else None)
            return structs.replace(before, last=event, limited=True, guessed=event.guessed, resets_at=resets_at)
        case EventKind.ERROR:
            return structs.replace(before, last=event, error=event.text)
        case EventKind.RETRY:
            return structs.replace(before, last=event, retries=before.retries + 1)
        case EventKind.DONE:
            error = "" if event.ok else before.error
            session = event.session or before.session
            return structs.replace(before, last=event, done=event.ok, error=error, session=session, under_way=())
    assert event.kind in _ACTIVITY
    ended = event.kind is EventKind.TOOL_END
    return structs.replace(
        before,
        last=event,
        question="",
        limited=False,
        guessed=False,
        resets_at=None,
        done=None,
        session=event.session or before.session,
        under_way=_under_way(before.under_way, event),
        messages=before.messages + (event.kind is EventKind.TEXT),
        calls=before.calls + ended,
        failed_calls=before.failed_calls + (ended and event.ok is False),
    )


def after_gap(before: Progress, size: int) -> Progress:
    """Where a run stands when so many bytes of its log have gone by unread: only what adds up is still known."""
    return Progress(
        session=before.session,
        messages=before.messages,
        calls=before.calls,
        failed_calls=before.failed_calls,
        retries=before.retries,
        tally=before.tally,
        missed=before.missed + size,
    )


def _under_way(calls: tuple[Call, ...], event: Event) -> tuple[Call, ...]:
    if event.kind is EventKind.START:
        return ()
    if event.kind is EventKind.TOOL_START and event.tool_id:
        return (*calls, Call(event.tool_id, f"{event.text} {event.detail}".strip()))[-_MOST_CALLS:]
    if event.kind is EventKind.TOOL_END:
        return tuple(call for call in calls if call.id != event.tool_id)
    return calls
