"""All repositories: as panes, as many side by side as the terminal is wide, or as a list with one pane."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from datetime import datetime

from textual import events
from textual.containers import VerticalScroll
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, WidgetPlacement
from textual.layout import Layout as WidgetLayout
from textual.widget import Widget

from soda_tui.domain.arrangement import arranged
from soda_tui.domain.model import Repository
from soda_tui.domain.preferences import Layout, Preferences
from soda_tui.tui.arrange import Box, listed, tiles
from soda_tui.tui.looked import Looked
from soda_tui.tui.sieve import Sieve
from soda_tui.tui.widgets.group_heading import GroupHeading
from soda_tui.tui.widgets.pane import RepositoryPane
from soda_tui.tui.widgets.repository_list import RepositoryList
from soda_tui.tui.widgets.standing import Standing, Stop, key_of


class _Places(WidgetLayout):
    """Places what the grid says; a child without a place is not shown."""

    name = "places"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        assert isinstance(parent, PaneGrid)
        return [
            WidgetPlacement(Region(*box), NULL_OFFSET, NULL_SPACING, child)
            for child, box in parent.places(size)
            if child in children
        ]


_PLACES = _Places()


class PaneGrid(VerticalScroll, can_focus=False):
    """Holds a pane for each repository; a person is at one of them, or at the heading of a folded group."""

    def __init__(self) -> None:
        super().__init__()
        self.list = RepositoryList()
        self.list.can_focus = False
        self.preferences = Preferences()
        self.sieve = Sieve()
        self.marked: frozenset[str] = frozenset()
        self._at: Stop | None = None
        self._repositories: Sequence[Repository] = ()
        self._now: datetime | None = None
        self._standing = Standing()
        self._looked = Looked()
        self._placed: object = None

    @property
    def layout(self) -> WidgetLayout:
        return _PLACES

    @property
    def active(self) -> RepositoryPane | None:
        """The pane that a person is at."""
        return self._at if isinstance(self._at, RepositoryPane) else None

    @property
    def heading(self) -> GroupHeading | None:
        """The heading that a person is at."""
        return self._at if isinstance(self._at, GroupHeading) else None

    @property
    def group(self) -> str | None:
        """The group that a person is in; None where there are no groups."""
        return self._standing.group_at(self._at)

    @property
    def marked_repositories(self) -> tuple[Repository, ...]:
        """What is marked, in the order in which it stands."""
        return tuple(found for found in self._standing.repositories if found.key in self.marked)

    @property
    def panes(self) -> Sequence[RepositoryPane]:
        """The panes as they stand: without those of folded groups, and those that the filter leaves out."""
        return [stop for stop in self._standing.stops() if isinstance(stop, RepositoryPane)]

    @property
    def every_pane(self) -> Collection[RepositoryPane]:
        """All panes, also those that are not shown."""
        return self._standing.panes.values()

    @property
    def is_list(self) -> bool:
        """Whether the list is shown."""
        return self.preferences.layout is Layout.LIST

    @property
    def _shows_list(self) -> bool:
        # An empty list says why there is nothing.
        return self.is_list or not self._standing.groups

    def compose(self) -> Iterator[Widget]:
        yield self.list

    def pane(self, key: str) -> RepositoryPane | None:
        """The pane of a repository, shown or not."""
        return self._standing.panes.get(key)

    def with_visible_log(self) -> Sequence[RepositoryPane]:
        """The panes whose log can be seen now."""
        return [pane for pane in self.panes if pane.tail.size and pane.tail.region.overlaps(self.region)]

    async def show(self, repositories: Sequence[Repository], now: datetime) -> None:
        """One pane for each repository; panes stay with their repository, and equal ones are not repainted."""
        self._now = now
        wanted = {repository.key: None for repository in repositories}
        new = {
            repository.key: RepositoryPane()
            for repository in repositories
            if repository.key not in self._standing.panes
        }
        self._standing.panes.update(new)
        self.marked &= wanted.keys()
        for repository in repositories:
            pane = self._standing.panes[repository.key]
            before, pane.now = pane.repository, now
            pane.repository = repository
            if pane.repository is not before:
                self._look(pane)
        # An equal repository is not taken over, so what stands in the panes is what is shown everywhere.
        self._repositories = [found for key in wanted if (found := self._standing.panes[key].repository) is not None]
        if new:
            await self.mount_all(new.values())
        await self.rearrange()
        gone = [self._standing.panes.pop(key) for key in self._standing.panes.keys() - wanted.keys()]
        if gone:
            await self.remove_children(gone)

    async def rearrange(self) -> None:
        """Put panes and headings where the preferences and the filter want them, and go where there is something."""
        before = self._standing.stops()
        if self.is_list is not self.list.can_focus:
            self._change_layout()
        shown = [repository for repository in self._repositories if self.sieve.leaves(repository)]
        folded = () if self.sieve.words else self.preferences.folded
        self._standing.groups = arranged(shown, self.preferences.order, folded)
        await self._head_groups()
        for number, pane in enumerate(self.panes, 1):
            assert pane.repository is not None
            pane.number = number
            pane.only = self.sieve.rows(pane.repository)
        for key, pane in self._standing.panes.items():
            pane.marked = key in self.marked
        self._stay_somewhere(before)
        self.tell_list()
        placed = (
            self.preferences.layout,
            self._standing.stops(),
            [len(group.repositories) for group in self._standing.groups],
        )
        if placed != self._placed:
            self._placed = placed
            self._lay_out()

    def tell_list(self) -> None:
        """Hand the list what it shows, where it is shown."""
        if self._shows_list and self._now is not None:
            self.list.tell(list(self._standing.entries()), key_of(self._at), self._now)

    def tick(self, now: datetime) -> None:
        """Show the time of now."""
        self._now = now
        for pane in self._standing.panes.values():
            pane.now = now
        self.tell_list()

    def places(self, size: Size) -> Iterator[tuple[Widget, Box]]:
        """Where the list, the headings and the panes stand."""
        if self._shows_list:
            lines = sum(1 for _ in self._standing.entries())
            box, beside = listed(max(lines, 1), size.width, size.height)
            yield self.list, box
            if self.active is not None:
                yield self.active, beside
            return
        headed = self._standing.is_headed
        panes = self.panes
        counts = [0 if group.folded else len(group.repositories) for group in self._standing.groups]
        at = panes.index(self.active) if self.active in panes else 0
        grid = tiles(counts, size.width, size.height, at, headed=headed)
        headings = [self._standing.headings[group.name] for group in self._standing.groups] if headed else []
        yield from zip(headings, grid.headings, strict=True)
        yield from zip(panes, grid.panes, strict=True)

    def go(self, stop: Stop) -> None:
        """Go to a pane, or to the heading of a folded group."""
        in_pane = isinstance(self.screen.focused, RepositoryPane) and isinstance(stop, RepositoryPane)
        self._focus(self.list if self.is_list and not in_pane else stop)
        self._be_at(stop)

    def go_by(self, step: int) -> None:
        """Go to the stop so many further on, around the end."""
        stops = self._standing.stops()
        if stops:
            at = stops.index(self._at) if self._at in stops else -step
            self.go(stops[(at + step) % len(stops)])

    def go_aside(self, step: int) -> None:
        """Go to the pane at the right (1) or at the left (-1); the list is at the left of its pane."""
        if self.is_list:
            target: Widget | None = self.list if step < 0 else self.active
            if target is not None:
                self._focus(target)
            return
        if self._at is None:
            return
        here = self._at.region
        beside = [
            pane
            for pane in self.panes
            if (pane.region.x - here.x) * step > 0 and pane.region.y < here.bottom and pane.region.bottom > here.y
        ]
        if beside:
            self.go(min(beside, key=lambda pane: abs(pane.region.x - here.x)))

    def next_waiting(self) -> str | None:
        """The repository after this one that needs a person; None where there is none."""
        return self._standing.next_waiting(self._at)

    def take_focus(self) -> None:
        """Have the keys again, after something else had them."""
        target = self.list if self.is_list else self._at
        if target is not None:
            self._focus(target)

    def follow_list(self) -> None:
        """Be where the list's cursor is, before its message has come: keys must never act on what was there before."""
        stop = self.stop_of(self.list.cursor) if self.screen.focused is self.list else None
        if stop is not None:
            self._be_at(stop)

    def stop_of(self, key: Hashable) -> Stop | None:
        """The pane of a repository, or the heading of a group, as the list calls them."""
        return next((stop for stop in self._standing.stops() if key_of(stop) == key), None)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget is not self.screen.focused:
            return
        if event.widget in self._standing.stops():
            self._be_at(event.widget)
        elif isinstance(event.widget, RepositoryPane) and self._at is not None:
            # Textual may hand the focus of what was removed to a pane that is not shown.
            self._focus(self._at)

    def on_row_list_moved(self, message: RepositoryList.Moved) -> None:
        message.stop()
        self.follow_list()

    def _focus(self, widget: Widget) -> None:
        # At once, not with Textual's `focus`, which lets keys that are already typed go to what had the focus before.
        self.screen.set_focus(widget, scroll_visible=False)

    def _be_at(self, stop: Stop) -> None:
        if stop is self._at:
            return
        before = list(self.places(self.size))
        if self._at is not None:
            self._at.active = False
        self._at = stop
        stop.active = True
        if isinstance(stop, RepositoryPane):
            self._look(stop)
        else:
            self.post_message(RepositoryPane.Changed(None))
        self.tell_list()
        if list(self.places(self.size)) == before:
            self.scroll_to_widget(stop, animate=False, immediate=True)
        else:
            self._lay_out()
            self.call_after_refresh(self.scroll_to_widget, stop, animate=False)

    def _lay_out(self) -> None:
        # A layout's cached arrangement is forgotten only when a child asks for it.
        self.list.refresh(layout=True)

    def _change_layout(self) -> None:
        """Take the focus along into the list, or out of it: what is not shown must not have it."""
        focused = self.screen.focused
        self.list.can_focus = self.is_list
        if self.is_list and focused in (None, self._at):
            self._focus(self.list)
        elif focused is self.list and self._at is not None:
            self._focus(self._at)

    async def _head_groups(self) -> None:
        wanted = {group.name: group for group in self._standing.groups} if self._standing.is_headed else {}
        gone = [self._standing.headings.pop(name) for name in set(self._standing.headings) - set(wanted)]
        new = {name: GroupHeading() for name in wanted if name not in self._standing.headings}
        self._standing.headings.update(new)
        for name, group in wanted.items():
            self._standing.headings[name].group = group
        if gone:
            await self.remove_children(gone)
        if new:
            await self.mount_all(new.values())

    def _stay_somewhere(self, before: Sequence[Stop]) -> None:
        """Stay where a person was, or go to what took its place, else to what is nearest."""
        stops = self._standing.stops()
        if self._at in stops:
            return
        left, self._at = self._at, None
        if left is not None:
            left.active = False
        if not stops:
            self.post_message(RepositoryPane.Changed(None))
            return
        at = before.index(left) if left in before else 0
        stop = self._standing.heir(left) or stops[min(at, len(stops) - 1)]
        if self.screen.focused in (None, left):
            self.go(stop)
        else:
            self._be_at(stop)

    def _look(self, pane: RepositoryPane) -> None:
        assert pane.repository is not None
        if pane is self._at:
            self._looked.at(pane.repository)
        pane.changed = self._looked.changed(pane.repository)
