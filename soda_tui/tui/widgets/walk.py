"""Where a person is among the panes and headings of the overview, and how they get from one to another."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from textual import events
from textual.containers import VerticalScroll
from textual.geometry import Region, Size
from textual.layout import Layout as WidgetLayout
from textual.widget import Widget

from soda_tui.domain.configuration.preferences import Layout, Preferences
from soda_tui.domain.model import Repository
from soda_tui.tui.arrange import Box, listed, tiles
from soda_tui.tui.looked import Looked
from soda_tui.tui.widgets.group_heading import GroupHeading
from soda_tui.tui.widgets.pane import RepositoryPane
from soda_tui.tui.widgets.placed import PLACED
from soda_tui.tui.widgets.repository_list import RepositoryList
from soda_tui.tui.widgets.standing import Standing, Stop, key_of

# How late an age may be where nobody works; telling all each second is a sixth of what an idle screen costs (measured).
_LATE = timedelta(seconds=5)


class Walk(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The list, headings and panes at their places; a person is at a pane, or at the heading of a folded group."""

    def __init__(self) -> None:
        super().__init__()
        self.list = RepositoryList()
        self.list.can_focus = False
        self.preferences = Preferences()
        self._at: Stop | None = None
        self._now: datetime | None = None
        self._standing = Standing()
        self._looked = Looked()
        self._heard: tuple[str, ...] = ()

    @property
    def layout(self) -> WidgetLayout:
        return PLACED

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
    def panes(self) -> Sequence[RepositoryPane]:
        """The panes as they stand: without those of folded groups, and those that the filter leaves out."""
        return [stop for stop in self._standing.stops() if isinstance(stop, RepositoryPane)]

    @property
    def is_list(self) -> bool:
        """Whether the list is shown."""
        return self.preferences.layout is Layout.LIST

    @property
    def _shows_list(self) -> bool:
        # An empty list says why there is nothing.
        return self.is_list or not self._standing.groups

    def tell_time(self) -> None:
        """Tell the panes that can be seen what time it is; all of fifty would take longer than a key may."""
        seen = Region(*self.scroll_offset, *self.size)
        for stop, box in self.places(self.size):
            if isinstance(stop, RepositoryPane) and Region(*box).overlaps(seen) and _is_late(stop, self._now):
                stop.now = self._now

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.tell_time()

    def on_resize(self) -> None:
        self.tell_time()

    def tell_list(self) -> None:
        """Hand the list what it shows, where it is shown."""
        if self._shows_list and self._now is not None:
            self.list.tell(list(self._standing.entries()), key_of(self._at), self._now)

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
        scroll_bar = self.scrollbar_size_vertical if self.show_vertical_scrollbar else 0
        grid = tiles(counts, size.width, size.height, at, headed=headed, scroll_bar=scroll_bar)
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
        # Not where they were painted last: what is typed at once finds them where they will be.
        boxes = {stop: Region(*box) for stop, box in self.places(self.size)}
        here = boxes.get(self._at) if self._at is not None else None
        if here is None:
            return
        beside = [
            pane
            for pane in self.panes
            if (boxes[pane].x - here.x) * step > 0 and boxes[pane].y < here.bottom and boxes[pane].bottom > here.y
        ]
        if beside:
            self.go(min(beside, key=lambda pane: abs(boxes[pane].x - here.x)))

    def heed(self, keys: Iterable[str]) -> None:
        """A person was told of these repositories, which come before others that wait."""
        here = key_of(self._at)
        self._heard = tuple(dict.fromkeys((*(key for key in keys if key != here), *self._heard)))

    def next_waiting(self) -> str | None:
        """The repository that a person was told of, else the one after this, that needs them; None where none does."""
        return self._standing.next_waiting(self._at, self._heard)

    def neighbour(self, key: str, name: str) -> Repository | None:
        """Where an action that goes to another pane leads from a repository; None where there is no such pane."""
        shown = [pane.repository for pane in self.panes if pane.repository is not None]
        number = name.removeprefix("pane.")
        if number.isdigit():
            return shown[int(number) - 1] if int(number) <= len(shown) else None
        step = 1 if number == "next" else -1
        at = next((at for at, found in enumerate(shown) if found.key == key), -step)
        return shown[(at + step) % len(shown)] if shown else None

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
            self._heard = tuple(key for key in self._heard if key != key_of(stop))
        else:
            self.post_message(RepositoryPane.Changed(None))
        self.tell_time()
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


def _is_late(pane: RepositoryPane, now: datetime | None) -> bool:
    """Whether a pane shows an older time than it may: what runs is shown to the second."""
    at_work = pane.repository is not None and pane.repository.agent.status.at_work
    return at_work or pane.now is None or now is None or not timedelta() <= now - pane.now < _LATE
