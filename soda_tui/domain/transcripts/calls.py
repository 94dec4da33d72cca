"""Tool calls: what a call is about in one line, and which end belongs to which beginning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from msgspec import Raw, Struct

from soda_tui.domain.runs.events import Event, EventKind
from soda_tui.domain.transcripts.values import LONGEST_DETAIL, block, first_line, identity, line

_MOST_OPEN = 256
_LONGEST_NAME = 80
EMPTY = Raw(b"{}")
UNKNOWN = "tool"
"""What stands for a tool whose call was not seen to begin."""


class _Edit(Struct):
    old_string: str = ""
    new_string: str = ""


class _Subject(Struct):
    """What the tools of all agents call what they are about, the most telling first."""

    command: str | list[str] | None = None
    cmd: str | list[str] | None = None
    file_path: str | None = None
    filePath: str | None = None
    absolute_path: str | None = None
    notebook_path: str | None = None
    pattern: str | None = None
    path: str | None = None
    query: str | None = None
    url: str | None = None
    description: str | None = None
    prompt: str | None = None


class _Change(Struct):
    """What the tools that edit files call the old and the new text."""

    old_string: str | None = None
    new_string: str | None = None
    oldString: str | None = None
    newString: str | None = None
    content: str | None = None
    edits: list[_Edit] = []


_SUBJECT = msgspec.json.Decoder(_Subject)
_CHANGE = msgspec.json.Decoder(_Change)
_EDITORS = frozenset({"edit", "multiedit", "write", "replace", "write_file", "notebookedit"})


class Step(NamedTuple):
    """A step of a plan, and whether it is done (None where it is under way)."""

    text: str | None
    done: bool | None


class Calls(Struct):
    """The tool calls that have begun and not ended; the oldest are forgotten beyond 256.

    `root` is the directory of the work, which is left out of what a call is about.
    """

    root: str = ""
    _under_way: dict[str, Event] = {}
    _silent: dict[str, None] = {}

    def silence(self, call: str | None) -> None:
        """The end of this call says nothing."""
        self._silent[identity(call)] = None
        if len(self._silent) > _MOST_OPEN:
            del self._silent[next(iter(self._silent))]

    def is_silent(self, call: str | None) -> bool:
        """Whether the end of this call says nothing."""
        return not identity(call) or identity(call) in self._silent

    def start(self, call: str | None, tool: str | None, subject: str, edited: tuple[int, int] | None = None) -> Event:
        """The beginning of a call."""
        added, removed = edited or (None, None)
        event = Event(
            EventKind.TOOL_START,
            line(tool, _LONGEST_NAME),
            line(subject.removeprefix(f"{self.root}/") if self.root else subject),
            tool_id=identity(call),
            added=added,
            removed=removed,
        )
        if event.tool_id:
            if len(self._under_way) >= _MOST_OPEN:
                del self._under_way[next(iter(self._under_way))]
            self._under_way[event.tool_id] = event
        return event

    def knows(self, call: str | None) -> bool:
        """Whether this call is under way."""
        return identity(call) in self._under_way

    def end(self, call: str | None, ok: bool, said: str = "", seconds: float | None = None) -> Event:
        """The end of a call, with what its beginning said; `said` is kept where it failed."""
        unseen = Event(EventKind.TOOL_START, UNKNOWN, tool_id=identity(call))
        begun = self._under_way.pop(identity(call), None) or unseen
        return Event(
            EventKind.TOOL_END,
            begun.text,
            begun.detail,
            "" if ok else first_line(said),
            begun.tool_id,
            ok,
            seconds,
            begun.added if ok else None,
            begun.removed if ok else None,
        )


def subject(given: Raw) -> str:
    """What a call is about, from what its tool was given."""
    try:
        found = _SUBJECT.decode(given)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _as_it_is(given)
    for name in _Subject.__struct_fields__:
        value: str | list[str] | None = getattr(found, name)
        if value:
            return value if isinstance(value, str) else " ".join(value)
    return _as_it_is(given)


def edited(tool: str | None, given: Raw) -> tuple[int, int] | None:
    """How many lines a call adds and removes, where its tool is known to edit files."""
    if (tool or "").lower() not in _EDITORS:
        return None
    try:
        found = _CHANGE.decode(given)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    pairs = [(edit.old_string, edit.new_string) for edit in found.edits]
    old, new = found.old_string or found.oldString, found.new_string or found.newString
    if old or new or found.content:
        pairs.append((old or "", new or found.content or ""))
    counts = [_difference(*pair) for pair in pairs]
    return (sum(added for added, _ in counts), sum(removed for _, removed in counts)) if counts else None


def plan(steps: Iterable[Step]) -> Event:
    """A plan: how far it is and which step comes now, and all of its steps."""
    found = list(steps)[:200]
    done = sum(step.done is True for step in found)
    under_way = [step for step in found if step.done is None] or [step for step in found if not step.done]
    now = f" {line(under_way[0].text, 200)}" if under_way else ""
    marks = {True: "✓", None: "●", False: "○"}
    steps_shown = "\n".join(f"{marks[step.done]} {line(step.text, 200)}" for step in found)
    return Event(EventKind.PLAN, f"{done}/{len(found)}{now}", block(steps_shown))


def _difference(old: str, new: str) -> tuple[int, int]:
    """Lines added and removed between what both begin and end with; exact matching in between is not worth its time."""
    before, after = old.splitlines(), new.splitlines()
    same = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        same += 1
    before, after = before[same:], after[same:]
    while before and after and before[-1] == after[-1]:
        before.pop()
        after.pop()
    return len(after), len(before)


def _as_it_is(given: Raw) -> str:
    text = bytes(given)[: 4 * LONGEST_DETAIL].decode("utf-8", "replace")
    return "" if text in {"{}", "null"} else text
