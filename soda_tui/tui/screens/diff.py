"""The work on a claim full screen."""

from __future__ import annotations

from textual.app import ComposeResult

from soda_tui.domain.model import Repository
from soda_tui.tui.screens.repository import SEARCHING, RepositoryScreen
from soda_tui.tui.widgets.tab_bar import TabBar
from soda_tui.tui.widgets.work_view import WorkView


class DiffScreen(RepositoryScreen):
    """Commits, files and difference; read anew when the worktree changes."""

    OWN = "repo.work"
    FOOTER = ("screen.back", *SEARCHING, "page.down", "page.up", "repo.bottle", "app.help")
    AUTO_FOCUS = "Page"

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository)
        self.bar = TabBar()
        self.bar.set_reactive(TabBar.name_shown, repository.name)
        self._begun = False

    def compose(self) -> ComposeResult:
        self.view = WorkView(lambda: self.host.cockpit.work(self.repository.key))
        yield self.bar
        yield self.view
        yield self.said
        yield self.keys

    async def show(self, before: Repository) -> None:
        if not self._begun or _worked(before) != _worked(self.repository):
            self._begun = True
            self.view.load()


def _worked(repository: Repository) -> tuple[object, ...]:
    """What changes when the work may have."""
    return repository.agent.worktree, repository.fetched_at
