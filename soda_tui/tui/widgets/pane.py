"""A pane: one repository, read from the top in the order of a person's questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property

from textual.app import ComposeResult
from textual.geometry import Region, Size
from textual.layout import Layout
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from soda_tui.domain.actions import Verb
from soda_tui.domain.model import Repository
from soda_tui.domain.runs import readable
from soda_tui.tui.actions import BY_NAME, bindings, refusal
from soda_tui.tui.arrange import FOLDED_ROWS, NARROW, Wish, share_rows
from soda_tui.tui.run_end import is_live, run_end
from soda_tui.tui.text import Line
from soda_tui.tui.widgets.lines import Lines
from soda_tui.tui.widgets.log_tail import LogTail
from soda_tui.tui.widgets.pane_frame import Marks, frame_lines
from soda_tui.tui.widgets.pane_head import PaneHead
from soda_tui.tui.widgets.placed import PLACED
from soda_tui.tui.widgets.queue_list import QueueList
from soda_tui.tui.widgets.review_list import ReviewList

_ALL = 10_000
_ROUNDS = (
    ("head", _ALL),
    ("queue", 2),
    ("log", 3),
    ("queue", 4),
    ("review", 2),
    ("log", 5),
    ("queue", 6),
    ("review", 4),
    ("log", 9),
    ("queue", 13),
    ("review", _ALL),
    ("log", 14),
    ("queue", _ALL),
    ("log", _ALL),
)
# An agent at work is looked at before the queue behind it.
_ROUNDS_AT_WORK = (("head", _ALL), ("queue", 2), ("log", 5), ("review", 2), ("queue", 4), ("log", 7), *_ROUNDS[5:])


class RepositoryPane(Lines, can_focus=True, can_focus_children=False):
    """Draws the frame; its parts draw themselves. Posts `Wanted` for every action of its keys."""

    BINDINGS = bindings("repo", "row")

    repository: var[Repository | None] = var(None)
    number = var(0)
    busy: var[Verb | None] = var(None)
    now: var[datetime | None] = var(None)
    log_lines: var[tuple[readable.Line, ...] | None] = var(None)
    active = var(False)
    changed = var(False)
    marked = var(False)
    only: var[frozenset[int] | None] = var(None)

    class Wanted(Message):
        """A person wants an action done to this pane's repository; `issue` is what was under the cursor then."""

        def __init__(self, pane: RepositoryPane, action: str, issue: int | None) -> None:
            super().__init__()
            self.pane = pane
            self.action = action
            self.issue = issue

    class Changed(Message):
        """What the keys of this pane can do may have changed; None where a person is at no pane any more."""

        def __init__(self, pane: RepositoryPane | None) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self) -> None:
        super().__init__()
        self._has_parts = False
        self._wishes: tuple[int, ...] = ()

    # Made when they are mounted: the first frame waits only for those of one pane.
    @cached_property
    def head(self) -> PaneHead:
        """Whether it needs a person, and what the agent does."""
        return PaneHead()

    @cached_property
    def queue(self) -> QueueList:
        """What comes next."""
        return QueueList()

    @cached_property
    def review(self) -> ReviewList:
        """What waits for review."""
        return ReviewList()

    @cached_property
    def tail(self) -> LogTail:
        """The end of the log."""
        return LogTail()

    @property
    def layout(self) -> Layout:
        return PLACED

    def compose(self) -> ComposeResult:
        self._has_parts = True
        self._hand_over()
        yield self.head
        yield self.queue
        yield self.review
        yield self.tail

    def _hand_over(self) -> None:
        """Give the parts what they show."""
        if not self._has_parts:
            return
        repository = self.repository
        for part in (self.head, self.queue, self.review):
            part.repository = repository
        self.tail.run_shown = repository.agent.run if repository else None
        self.tail.ended = run_end(repository.agent) if repository else None
        self.tail.log_lines = self.log_lines
        self.head.busy = self.busy
        self.head.now = self.tail.now = self.now
        self.queue.only = self.only
        self.queue.active = self.active

    def watch_repository(self) -> None:
        self._hand_over()
        self._settle()
        self.post_message(self.Changed(self))

    def watch_busy(self) -> None:
        self._hand_over()
        self._settle()
        self.post_message(self.Changed(self))

    def watch_now(self) -> None:
        if self._has_parts:
            self.head.now = self.tail.now = self.now
            self._fit()

    def watch_log_lines(self) -> None:
        self._hand_over()
        self._fit()

    watch_number = watch_changed = watch_marked = Lines.renew

    def watch_only(self) -> None:
        self._hand_over()
        self._settle()
        self.post_message(self.Changed(self))

    def watch_active(self) -> None:
        self._hand_over()
        self.renew()
        self.post_message(self.Changed(self))

    def _settle(self) -> None:
        """Repaint the frame where it changed, and fit the parts into it."""
        self.renew()
        self._fit()

    def _fit(self) -> None:
        """Lay the parts out anew, where one wants another height than it has."""
        if not self._has_parts or not self.size:
            return
        wishes = self._measure(self._inner)
        if wishes != self._wishes:
            self._wishes = wishes
            # A widget's layout forgets its cached arrangement only when a child asks for it.
            self.head.refresh(layout=True)

    @property
    def _framed(self) -> bool:
        return self.screen.size.width >= NARROW

    @property
    def _inner(self) -> Region:
        return self._inside(self.size)

    def _inside(self, size: Size) -> Region:
        if self._framed:
            return Region(2, 1, max(size.width - 4, 0), max(size.height - 2, 0))
        return Region(1, 1, max(size.width - 2, 0), max(size.height - 1, 0))

    def _measure(self, inside: Region) -> tuple[int, ...]:
        head = len(self.head.lines(inside.width))
        return head, self.queue.wanted, self.review.wanted, self.tail.wanted(inside.height)

    def places(self, size: Size) -> Iterator[tuple[Widget, Region]]:
        """Where each part stands; parts without room are not shown."""
        inside = self._inside(size)
        self.head.room = inside.height
        self._wishes = head, queue, review, log = self._measure(inside)
        rows = share_rows(
            inside.height,
            {"head": Wish(1, head), "queue": Wish(2, queue), "review": Wish(2, review), "log": Wish(2, log)},
            self._rounds(size.height),
        )
        self.queue.unseen = 0 if rows["review"] else self.review.count
        y = inside.y
        for name, part in (("head", self.head), ("queue", self.queue), ("review", self.review), ("log", self.tail)):
            if rows[name]:
                yield part, Region(inside.x, y, inside.width, rows[name])
                y += rows[name]

    def _rounds(self, height: int) -> Sequence[tuple[str, int]]:
        if height <= FOLDED_ROWS:
            return _ROUNDS[:1]
        return _ROUNDS_AT_WORK if self.repository is not None and is_live(self.repository.agent) else _ROUNDS

    def make(self) -> Sequence[Line]:
        mark = Marks(self.number, self.active, self.changed, self.marked)
        return frame_lines(self.repository, mark, *self.size, framed=self._framed)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "perform" and isinstance(parameters[0], str):
            return None if refusal(self.repository, self.busy, BY_NAME[parameters[0]]) else True
        return super().check_action(action, parameters)

    def action_perform(self, name: str) -> None:
        match name:
            case "row.down":
                self.queue.move(1)
            case "row.up":
                self.queue.move(-1)
            case "row.first":
                self.queue.move(-_ALL)
            case "row.last":
                self.queue.move(_ALL)
            case _:
                self.post_message(self.Wanted(self, name, self.queue.cursor))

    def on_queue_list_moved(self, message: QueueList.Moved) -> None:
        message.stop()
        self.post_message(self.Changed(self))
