"""The grid of panes: as many side by side as the terminal is wide, scrolling where they are more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual import events
from textual.containers import VerticalScroll
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from soda_tui.domain.model import Repository
from soda_tui.tui.arrange import tiles
from soda_tui.tui.widgets.pane import RepositoryPane


class _Tiles(Layout):
    name = "tiles"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        active = next(
            (at for at, child in enumerate(children) if isinstance(child, RepositoryPane) and child.active), 0
        )
        boxes = tiles(len(children), size.width, size.height, active)
        return [
            WidgetPlacement(Region(*box), NULL_OFFSET, NULL_SPACING, child)
            for box, child in zip(boxes, children, strict=True)
        ]


_TILES = _Tiles()


class PaneGrid(VerticalScroll, can_focus=False):
    """Holds a pane for each repository, in the snapshot's order; one of them is the active one."""

    def __init__(self) -> None:
        super().__init__()
        self.active: RepositoryPane | None = None

    @property
    def layout(self) -> Layout:
        return _TILES

    @property
    def panes(self) -> Sequence[RepositoryPane]:
        """The panes as they stand."""
        return list(self.query_children(RepositoryPane))

    def pane(self, key: str) -> RepositoryPane | None:
        """The pane of a repository."""
        return next((pane for pane in self.panes if pane.repository and pane.repository.key == key), None)

    def with_visible_log(self) -> Sequence[RepositoryPane]:
        """The panes whose log can be seen now."""
        return [pane for pane in self.panes if pane.tail.size and pane.tail.region.overlaps(self.region)]

    async def show(self, repositories: Sequence[Repository], now: datetime) -> None:
        """One pane for each repository; panes stay with their repository, and equal ones are not repainted."""
        standing = {pane.repository.key: pane for pane in self.panes if pane.repository}
        wanted = [repository.key for repository in repositories]
        gone = [pane for key, pane in standing.items() if key not in wanted]
        if gone:
            await self.remove_children(gone)
            self.active = self.active if self.active not in gone else None
        new: list[RepositoryPane] = []
        for number, repository in enumerate(repositories, 1):
            pane = standing.get(repository.key) or RepositoryPane()
            if repository.key not in standing:
                new.append(pane)
            pane.number, pane.now, pane.repository = number, now, repository
        if new:
            await self.mount_all(new)
        if list(self.children) != sorted(self.children, key=_number):
            self.sort_children(key=_number)
        if self.panes and self.active is None:
            self.panes[0].focus()

    def focus_by(self, step: int) -> None:
        """Focus the pane so many further on, around the end."""
        panes = self.panes
        if panes:
            at = panes.index(self.active) if self.active in panes else -step
            panes[(at + step) % len(panes)].focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if not isinstance(event.widget, RepositoryPane) or event.widget is self.active:
            return
        if self.active is not None:
            self.active.active = False
        self.active = event.widget
        self.active.active = True
        self.active.refresh(layout=True)
        self.call_after_refresh(self.scroll_to_widget, self.active, animate=False)


def _number(pane: Widget) -> int:
    return pane.number if isinstance(pane, RepositoryPane) else 0
