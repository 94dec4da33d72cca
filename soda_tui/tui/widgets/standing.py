"""What stands in the overview, and in which order: the panes of all groups, and the headings of folded ones."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from soda_tui.domain.arrangement import UNGROUPED, Group, is_grouped
from soda_tui.domain.model import Repository
from soda_tui.tui.widgets.group_heading import GroupHeading
from soda_tui.tui.widgets.pane import RepositoryPane
from soda_tui.tui.widgets.repository_list import Listed, heading_key

Stop = RepositoryPane | GroupHeading


def key_of(stop: Stop | None) -> Hashable:
    """What a stop is called in the list."""
    if isinstance(stop, GroupHeading):
        return heading_key(stop.group.name) if stop.group else None
    return stop.repository.key if stop is not None and stop.repository is not None else None


class Standing:
    """The groups of now with their widgets; `panes` and `headings` hold also those that are not shown."""

    def __init__(self) -> None:
        self.groups: tuple[Group, ...] = ()
        self.panes: dict[str, RepositoryPane] = {}
        self.headings: dict[str, GroupHeading] = {}

    @property
    def is_headed(self) -> bool:
        """Whether groups have headings."""
        return is_grouped(self.groups)

    @property
    def repositories(self) -> list[Repository]:
        """All repositories in their order, also those of folded groups."""
        return [repository for group in self.groups for repository in group.repositories]

    def stops(self) -> list[Stop]:
        """Where a person can be, in order."""
        stops: list[Stop] = []
        for group in self.groups:
            if group.folded:
                stops.append(self.headings[group.name])
            else:
                stops += [self.panes[repository.key] for repository in group.repositories]
        return stops

    def entries(self) -> Iterator[Group | Listed]:
        """The lines of the list."""
        for group in self.groups:
            if self.is_headed:
                yield group
            for repository in () if group.folded else group.repositories:
                pane = self.panes[repository.key]
                yield Listed(repository, pane.number, pane.changed, pane.marked, pane.busy)

    def group_at(self, stop: Stop | None) -> str | None:
        """The group of a stop; None where there are no groups."""
        if isinstance(stop, GroupHeading):
            return stop.group.name if stop.group else None
        repository = stop.repository if stop is not None and self.is_headed else None
        return (repository.group or UNGROUPED) if repository else None

    def heir(self, left: Stop | None) -> Stop | None:
        """What took the place of a stop: the heading of a group that was folded, the first of one that was unfolded."""
        for group in self.groups:
            if isinstance(left, GroupHeading) and left.group is not None and group.name == left.group.name:
                return self.panes[group.repositories[0].key]
            if isinstance(left, RepositoryPane) and group.folded and left.repository in group.repositories:
                return self.headings[group.name]
        return None

    def next_waiting(self, stop: Stop | None, first: Sequence[str] = ()) -> str | None:
        """The first of these repositories, else the one after a stop, that needs a person; None where there is none."""
        keys = [repository.key for repository in self.repositories]
        waiting = {repository.key for repository in self.repositories if repository.needs}
        here = key_of(stop)
        at = keys.index(here) + 1 if isinstance(here, str) and here in keys else 0
        return next((key for key in [*first, *keys[at:], *keys[:at]] if key in waiting), None)
