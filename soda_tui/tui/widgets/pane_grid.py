"""All repositories: as panes, as many side by side as the terminal is wide, or as a list with one pane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from textual.widget import AwaitMount, Widget

from soda_tui.domain.arrangement import arranged
from soda_tui.domain.model import Repository
from soda_tui.tui.sieve import Sieve
from soda_tui.tui.widgets.group_heading import GroupHeading
from soda_tui.tui.widgets.pane import RepositoryPane
from soda_tui.tui.widgets.standing import Stop
from soda_tui.tui.widgets.walk import Walk


class PaneGrid(Walk, can_focus=False, inherit_bindings=False):
    """Holds a pane for each repository, sorted, in groups, filtered and marked as a person wants it."""

    def __init__(self) -> None:
        super().__init__()
        self.sieve = Sieve()
        self.marked: frozenset[str] = frozenset()
        self._repositories: Sequence[Repository] = ()
        self._placed: object = None

    @property
    def marked_repositories(self) -> tuple[Repository, ...]:
        """What is marked, in the order in which it stands."""
        return tuple(found for found in self._standing.repositories if found.key in self.marked)

    def compose(self) -> Iterator[Widget]:
        yield self.list

    def pane(self, key: str) -> RepositoryPane | None:
        """The pane of a repository, shown or not."""
        return self._standing.panes.get(key)

    @property
    def in_sight(self) -> frozenset[str]:
        """The repositories whose panes can be seen now."""
        seen = (pane for pane in self.panes if pane.region.overlaps(self.region))
        return frozenset(pane.repository.key for pane in seen if pane.repository is not None)

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
        await self._mount_panes()
        self._stay_somewhere(before)
        self.tell_time()
        self.tell_list()
        placed = (
            self.preferences.layout,
            self._standing.stops(),
            [len(group.repositories) for group in self._standing.groups],
        )
        if placed != self._placed:
            self._placed = placed
            self._lay_out()

    def complete(self) -> AwaitMount:
        """Mount the panes that are not yet: at first there is only the one that a person begins at."""
        return self.mount_all([pane for pane in self._standing.panes.values() if pane.parent is None])

    def go(self, stop: Stop) -> None:
        if stop.parent is None:
            self.complete()
        super().go(stop)

    def tick(self, now: datetime) -> None:
        """Show the time of now."""
        self._now = now
        self.tell_time()
        self.tell_list()

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

    async def _mount_panes(self) -> None:
        stops = self._standing.stops()
        if self._at is None and stops and stops[0].parent is None:
            await self.mount(stops[0])
        else:
            await self.complete()
