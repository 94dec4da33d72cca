"""A pane: one repository, read from the top in the order of a person's questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from soda_tui.domain.actions import Verb
from soda_tui.domain.model import Repository
from soda_tui.tui.actions import BY_NAME, bindings, refusal
from soda_tui.tui.arrange import FOLDED_ROWS, NARROW, Wish, share_rows
from soda_tui.tui.looks import CHANGED, MARKED, NEED, STALE, Look
from soda_tui.tui.run_end import is_live, run_end
from soda_tui.tui.text import Line, Span, make_line, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines
from soda_tui.tui.widgets.log_tail import LogTail
from soda_tui.tui.widgets.pane_head import PaneHead
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
_ROUNDS_AT_WORK = (("head", _ALL), ("queue", 2), ("log", 5), ("queue", 4), ("log", 7), *_ROUNDS[4:])


class _Parts(Layout):
    """Places the parts of a pane as the pane says."""

    name = "parts"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        assert isinstance(parent, RepositoryPane)
        return [WidgetPlacement(place, NULL_OFFSET, NULL_SPACING, part) for part, place in parent.places(size)]


_PARTS = _Parts()


class RepositoryPane(Lines, can_focus=True, can_focus_children=False):
    """Draws the frame; its parts draw themselves. Posts `Wanted` for every action of its keys."""

    BINDINGS = bindings("repo", "row")

    repository: var[Repository | None] = var(None)
    number = var(0)
    busy: var[Verb | None] = var(None)
    now: var[datetime | None] = var(None)
    log_lines: var[tuple[str, ...] | None] = var(None)
    active = var(False)
    changed = var(False)
    marked = var(False)
    only: var[frozenset[int] | None] = var(None)

    @dataclass
    class Wanted(Message):
        """A person wants an action done to this pane's repository; `issue` is what was under the cursor then."""

        pane: RepositoryPane
        action: str
        issue: int | None

    @dataclass
    class Changed(Message):
        """What the keys of this pane can do may have changed; None where a person is at no pane any more."""

        pane: RepositoryPane | None

    def __init__(self) -> None:
        super().__init__()
        self.head = PaneHead()
        self.queue = QueueList()
        self.review = ReviewList()
        self.tail = LogTail()
        self._wishes: tuple[int, ...] = ()

    @property
    def layout(self) -> Layout:
        return _PARTS

    def compose(self) -> ComposeResult:
        yield self.head
        yield self.queue
        yield self.review
        yield self.tail

    def watch_repository(self, repository: Repository | None) -> None:
        for part in (self.head, self.queue, self.review):
            part.repository = repository
        self.tail.run_shown = repository.agent.run if repository else None
        self.tail.ended = run_end(repository.agent) if repository else None
        self._settle()
        self.post_message(self.Changed(self))

    def watch_busy(self, busy: Verb | None) -> None:
        self.head.busy = busy
        self._settle()
        self.post_message(self.Changed(self))

    def watch_now(self, now: datetime | None) -> None:
        self.head.now = now
        self.tail.now = now
        self._settle()

    def watch_log_lines(self, lines: tuple[str, ...] | None) -> None:
        self.tail.log_lines = lines

    def watch_number(self) -> None:
        self.renew()

    def watch_changed(self) -> None:
        self.renew()

    def watch_marked(self) -> None:
        self.renew()

    def watch_only(self, only: frozenset[int] | None) -> None:
        self.queue.only = only
        self._settle()
        self.post_message(self.Changed(self))

    def watch_active(self, active: bool) -> None:
        self.queue.active = active
        self.renew()
        self.post_message(self.Changed(self))

    def _settle(self) -> None:
        """Repaint the frame where it changed, and lay the parts out anew only when one wants another height."""
        if not self.size:
            return
        self.renew()
        wishes = self._measure(self._inner.width)
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

    def _measure(self, width: int) -> tuple[int, ...]:
        has_run = self.tail.run_shown is not None
        return (len(self.head.lines(width)), self.queue.wanted, self.review.wanted, _ALL if has_run else 0)

    def places(self, size: Size) -> Iterator[tuple[Widget, Region]]:
        """Where each part stands; parts without room are not shown."""
        inside = self._inside(size)
        self.head.room = inside.height
        self._wishes = head, queue, review, log = self._measure(inside.width)
        rows = share_rows(
            inside.height,
            {"head": Wish(1, head), "queue": Wish(2, queue), "review": Wish(2, review), "log": Wish(2, log)},
            self._rounds(size.height),
        )
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
        width, height = self.size
        tone = self._frame_tone()
        heavy = self.active
        rule = Span("━" if heavy else "─", tone)
        title, marks = self._title(), self._marks()
        if not self._framed:
            ends = [Span(rule.text, tone)] if marks else []
            return [make_line(width, [Span(rule.text, tone), *title], [*marks, *ends], fill=rule)]
        top_left, top_right, low_left, low_right, side = "┏┓┗┛┃" if heavy else "╭╮╰╯│"
        top = make_line(
            width,
            [Span(top_left + rule.text, tone), *title],
            [*marks, Span(rule.text + top_right, tone)],
            fill=rule,
        )
        middle = make_line(width, [Span(side, tone)], [Span(side, tone)])
        bottom = make_line(width, [Span(low_left, tone)], [Span(low_right, tone)], fill=rule)
        return [top, *[middle] * max(height - 2, 0), bottom][:height]

    def _frame_tone(self) -> Tone:
        tones = {NEED[need.code].tone for need in self.repository.needs} if self.repository else set()
        if self.repository is not None and self.repository.error is not None:
            tones.add(STALE.tone)
        if Tone.FAILED in tones:
            return Tone.FAILED
        if Tone.NEEDS in tones:
            return Tone.NEEDS
        return Tone.FOCUS if self.active else Tone.FRAME

    def _title(self) -> list[Span]:
        if self.repository is None:
            return []
        name = self.repository.name
        if self.repository.host != "github.com":
            name = f"{self.repository.host}/{name}"
        tone = Tone.FOCUS if self.active else Tone.STRONG
        number = [Span(f" {self.number}", Tone.KEY)] if self.number <= 9 else []
        marks = [Span(f" {look.glyph}", look.tone) for look in self._looks()]
        return [*number, *marks, Span(f"{'' if self.changed else ' '}{plain(name)} ", tone, shrink=True)]

    def _looks(self) -> list[Look]:
        return [MARKED] * self.marked + [CHANGED] * self.changed

    def _marks(self) -> list[Span]:
        if self.repository is None:
            return []
        clone = self.repository.clone
        spans = []
        if self.repository.archived:
            spans.append(Span(" archived", Tone.NEEDS))
        elif self.repository.read_only:
            spans.append(Span(" read-only", Tone.NEEDS))
        branch = clone.branch or ("" if clone.problem or clone.dirty is None else "detached")
        if branch:
            spans.append(Span(f" {plain(branch)}{'*' if clone.dirty else ''}", Tone.QUIET, shrink=True))
        if clone.ahead:
            spans.append(Span(f" ↑{clone.ahead}", Tone.QUIET, rank=1))
        if clone.behind:
            spans.append(Span(f" ↓{clone.behind}", Tone.QUIET, rank=1))
        return [*spans, Span(" ")] if spans else []

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
