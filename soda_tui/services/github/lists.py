"""The lists of one repository while they are read page by page: its issues by label, pull requests, branches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from soda_tui.domain.facts import Branch
from soda_tui.services.github import decode, wire

PULLS, BRANCHES = "pullRequests", "refs"
_MAX_PAGES = 10

Row = wire.IssueRow | wire.PullRow | wire.RefRow


@dataclass(slots=True)
class Lists:
    """What came of them so far, items by node id and branches by name; `unfinished` are cursors by list.

    A list of issues goes by its label. `cut` are those that were not read to their end.
    """

    issues: dict[str, wire.IssueRow] = field(default_factory=dict)
    pulls: dict[str, wire.PullRow] = field(default_factory=dict)
    branches: dict[str, Branch] = field(default_factory=dict)
    unfinished: dict[str, str] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    _labels: set[str] = field(default_factory=set)
    _listed: dict[str, set[str]] = field(default_factory=dict)
    _said: dict[tuple[str, ...], set[str]] = field(default_factory=dict)
    _pages: Counter[str] = field(default_factory=Counter)

    def take(
        self, name: str, page: wire.Page[wire.IssueRow] | wire.Page[wire.PullRow] | wire.Page[wire.RefRow]
    ) -> None:
        """The next page of a list."""
        label = name.casefold()
        if name not in {PULLS, BRANCHES}:
            self._labels.add(label)
        for node in page.nodes or ():
            match node:
                case wire.IssueRow(id=id):
                    self.issues[id] = node
                    self._listed.setdefault(id, set()).add(label)
                case wire.PullRow(id=id):
                    self.pulls[id] = node
                case wire.RefRow():
                    self.take_branch(node)
        self._pages[name] += 1
        self.unfinished.pop(name, None)
        if page.page_info.has_next_page:
            if page.page_info.end_cursor and self._pages[name] < _MAX_PAGES:
                self.unfinished[name] = page.page_info.end_cursor
            else:
                self.cut.add(name)

    def take_branch(self, row: wire.RefRow) -> None:
        """A branch of a list, or one that was asked for by name."""
        if branch := decode.branch(row):
            self.branches[branch.name] = branch

    def drop(self, id: str) -> None:
        """Leave out what is gone by now."""
        self.issues.pop(id, None)
        self.pulls.pop(id, None)
        self._listed.pop(id, None)

    def contradict(self, id: str, labels: tuple[str, ...]) -> bool:
        """Whether an issue stands in other lists than these labels of it say; asked once the first pages are there."""
        listed = self._listed.get(id)
        if listed is None:
            return False
        said = self._said.get(labels)
        if said is None:
            said = self._said[labels] = self._labels.intersection(map(str.casefold, labels))
        if said == listed:
            return False
        unsure = {name.casefold() for name in self.cut.union(self.unfinished)}
        return not listed <= said or not said - listed <= unsure
