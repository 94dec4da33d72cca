"""The overview: all repositories at once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.arrangement import UNGROUPED
from soda_tui.domain.configuration.preferences import Layout, Order, Preferences
from soda_tui.domain.filtering import words_of
from soda_tui.domain.model import Repository, Snapshot
from soda_tui.tui.actions import BY_NAME, attempts, bindings, hindrance, is_typing, key_hint, on_marked
from soda_tui.tui.widgets.group_heading import GroupHeading
from soda_tui.tui.widgets.key_bar import KeyBar
from soda_tui.tui.widgets.pane import RepositoryPane
from soda_tui.tui.widgets.pane_grid import PaneGrid
from soda_tui.tui.widgets.row_list import RowList
from soda_tui.tui.widgets.said import Said
from soda_tui.tui.widgets.status_bar import StatusBar
from soda_tui.tui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from textual.widgets import Input

_WHILE_TYPING = frozenset({"view.clear", "pane.next", "pane.previous"})
_HOW = {Order.CONFIGURED: "as configured", Order.ATTENTION: "by what needs attention", Order.NAME: "by name"}


class Overview(Screen[None]):
    """Status bar, grid of panes, key bar; it shows values and posts what a person wants."""

    AUTO_FOCUS = ""
    # What has the focus and what had it repaint themselves; Textual's own would repaint the whole screen at each step.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("pane", "all", "view"), *attempts()]

    class Wanted(Message):
        """A person wants an action done, to this repository where it is one of a repository, or to all marked ones.

        `issue` is the one under the cursor.
        """

        def __init__(
            self,
            action: str,
            repository: Repository | None,
            issue: int | None = None,
            marked: tuple[Repository, ...] = (),
        ) -> None:
            super().__init__()
            self.action = action
            self.repository = repository
            self.issue = issue
            self.marked = marked

    class Explained(Message):
        """A key cannot act, for this reason; `quiet` where it could, and the status bar alone says what it did."""

        def __init__(self, reason: str, quiet: bool = False) -> None:
            super().__init__()
            self.reason = reason
            self.quiet = quiet

    class Preferred(Message):
        """A person wants the overview to be like this from now on."""

        def __init__(self, preferences: Preferences) -> None:
            super().__init__()
            self.preferences = preferences

    def __init__(self, *, demo: bool, preferences: Preferences) -> None:
        super().__init__()
        self.status = StatusBar()
        self.status.set_reactive(StatusBar.demo, demo)
        self.grid = PaneGrid()
        self.grid.preferences = preferences
        self.welcome = Welcome()
        self.said = Said()
        self.keys = KeyBar()
        self._line: Input | None = None

    def compose(self) -> ComposeResult:
        self.grid.display = self.welcome.display = False
        yield self.status
        yield self.grid
        yield self.welcome
        yield self.said
        yield self.keys

    async def show(self, snapshot: Snapshot, now: datetime) -> None:
        """Hand the newest values to the widgets."""
        self.status.now, self.status.snapshot = now, snapshot
        self.grid.display = bool(snapshot.repositories)
        self.welcome.display = not snapshot.repositories
        await self.grid.show(snapshot.repositories, now)
        self._tell_bars()

    def tick(self, now: datetime) -> None:
        """Show the time of now wherever an age stands."""
        self.status.now = now
        self.grid.tick(now)

    def set_reading(self, reading: bool) -> None:
        """Show that repositories are being read on request, which makes the last message an old one."""
        self.status.reading = reading
        if reading:
            self.status.message = None

    def set_busy(self, key: str, verb: Verb | None) -> None:
        """Show in its pane that an action on a repository is under way, or has ended."""
        pane = self.grid.pane(key)
        if pane is not None:
            pane.busy = verb
            self.grid.tell_list()

    async def reveal(self, key: str) -> None:
        """Go to a repository, whatever hides it."""
        pane = self.grid.pane(key)
        if pane is None or pane.repository is None:
            return
        if not self.grid.sieve.leaves(pane.repository):
            await self._unfilter()
        if self.grid.stop_of(key) is None:
            await self._fold(pane.repository.group or UNGROUPED)
        self.grid.go(pane)

    async def clear_marks(self) -> None:
        """Mark no repository any more."""
        await self._mark(frozenset())

    def on_repository_pane_changed(self, message: RepositoryPane.Changed) -> None:
        if message.pane is self.grid.active:
            self._tell_bars()

    def on_repository_pane_wanted(self, message: RepositoryPane.Wanted) -> None:
        self._want(message.action, message.pane, message.issue)

    async def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        verb = "attempt" if message.action.startswith("repo.") else "perform"
        await self.run_action(f"{verb}({message.action!r})")

    async def on_group_heading_toggled(self, message: GroupHeading.Toggled) -> None:
        await self._fold(message.name)

    async def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        heading = self.grid.heading
        if heading is not None and heading.group is not None:
            await self._fold(heading.group.name)
        else:
            self.action_attempt("repo.zoom")

    async def on_input_changed(self) -> None:
        # What the line holds now: while this waits for its turn, more may have been typed.
        if self._line is not None:
            await self._filter(self._line.value)

    def on_input_submitted(self) -> None:
        self._close_line()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("attempt", "perform") and parameters[0] not in _WHILE_TYPING and is_typing(self.focused):
            return False
        return super().check_action(action, parameters)

    def action_attempt(self, name: str) -> None:
        """Do an action to the active pane's repository, or say why it cannot be done."""
        self.grid.follow_list()
        pane = self.grid.active
        if pane is None and self.status.snapshot is not None and self.status.snapshot.repositories:
            self.post_message(self.Explained(say.NONE_CHOSEN()))
            return
        reason = hindrance(pane.repository if pane else None, pane.busy if pane else None, BY_NAME[name])
        if reason and not (self.grid.marked and on_marked(BY_NAME[name])):
            self.post_message(self.Explained(reason))
        else:
            self._want(name, pane, pane.queue.cursor if pane else None)

    async def action_perform(self, name: str) -> None:
        grid = self.grid
        grid.follow_list()
        match name.split("."):
            case ["pane", "next"]:
                grid.go_by(1)
            case ["pane", "previous"]:
                grid.go_by(-1)
            case ["pane", "left"]:
                grid.go_aside(-1)
            case ["pane", "right"]:
                grid.go_aside(1)
            case ["pane", "waiting"]:
                await self._go_to_waiting()
            case ["pane", "mark"]:
                if grid.active is not None and grid.active.repository is not None:
                    await self._mark(grid.marked ^ {grid.active.repository.key})
            case ["pane", number]:
                if int(number) <= len(grid.panes):
                    grid.go(grid.panes[int(number) - 1])
            case ["view", "filter"] if self.grid.display:
                self._open_line()
            case ["view", "clear"]:
                await self._clear()
            case ["view", "layout"]:
                other = Layout.GRID if grid.is_list else Layout.LIST
                await self._prefer(structs.replace(grid.preferences, layout=other))
            case ["view", "sort"]:
                orders = list(Order)
                order = orders[(orders.index(grid.preferences.order) + 1) % len(orders)]
                await self._prefer(structs.replace(grid.preferences, order=order))
                self.post_message(self.Explained(say.SORTED(how=_HOW[order]), quiet=True))
            case ["view", "fold"]:
                group = grid.group
                if group is None:
                    self.post_message(self.Explained(say.NO_GROUPS()))
                else:
                    await self._fold(group)
            case _:
                self._want(name, grid.active, None)

    async def _go_to_waiting(self) -> None:
        key = self.grid.next_waiting()
        if key is None:
            self.post_message(self.Explained(say.NOTHING_WAITS()))
        else:
            await self.reveal(key)

    async def _mark(self, marked: frozenset[str]) -> None:
        self.grid.marked = marked
        await self.grid.rearrange()
        self._tell_bars()

    async def _fold(self, group: str) -> None:
        folded = self.grid.preferences.folded
        other = tuple(name for name in folded if name != group) if group in folded else (*folded, group)
        await self._prefer(structs.replace(self.grid.preferences, folded=other))

    async def _prefer(self, preferences: Preferences) -> None:
        self.grid.preferences = preferences
        self.post_message(self.Preferred(preferences))
        await self.grid.rearrange()
        self._tell_bars()

    def _open_line(self) -> None:
        from textual.widgets import Input

        if self._line is None:
            hint = say.FILTER_HINT(key=key_hint(self, "view.clear"))
            self._line = Input(placeholder=hint, compact=True, select_on_focus=False, id="filter")
            self.mount(self._line, before=self.said)
        self._line.display = True
        self._line.action_select_all()
        self.set_focus(self._line)
        snapshot = self.status.snapshot
        self.run_worker(
            self.grid.sieve.prepare(snapshot.repositories if snapshot else ()), group="filter", exclusive=True
        )

    def _close_line(self) -> None:
        if self._line is not None and self._line.display:
            self._line.display = False
            self.grid.take_focus()

    async def _clear(self) -> None:
        if self._line is not None and (self._line.display or self.grid.sieve.words):
            self._close_line()
            await self._unfilter()
        elif self.grid.marked:
            await self.clear_marks()

    async def _unfilter(self) -> None:
        if self._line is not None:
            self._line.value = ""
        await self._filter("")

    async def _filter(self, text: str) -> None:
        if words_of(text) == self.grid.sieve.words:
            return
        self.grid.sieve.words = words_of(text)
        await self.grid.rearrange()
        self._tell_bars()

    def _tell_bars(self) -> None:
        pane, grid = self.grid.active, self.grid
        self.keys.repository, self.keys.busy = (pane.repository, pane.busy) if pane else (None, None)
        self.keys.issue = pane.queue.cursor if pane else None
        self.keys.marked = grid.marked_repositories
        self.status.marked = len(grid.marked)
        words = grid.sieve.words
        self.status.filtered = (" ".join(words), len(grid.panes)) if words else None

    def _want(self, action: str, pane: RepositoryPane | None, issue: int | None) -> None:
        marked = self.grid.marked_repositories if on_marked(BY_NAME[action]) else ()
        self.post_message(self.Wanted(action, pane.repository if pane else None, issue, marked))
