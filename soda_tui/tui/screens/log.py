"""A run's log full screen; the runs before and after it are one key away."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType

from soda_tui.domain.facts import RunFacts
from soda_tui.domain.failure import Failure
from soda_tui.domain.model import Repository
from soda_tui.tui.actions import bindings
from soda_tui.tui.screens.repository import RepositoryScreen
from soda_tui.tui.widgets.log_view import LogView
from soda_tui.tui.widgets.tab_bar import TabBar


class LogScreen(RepositoryScreen):
    """Begins with the newest run, or with the one that is named."""

    OWN = "repo.log"
    AUTO_FOCUS = "Page"
    BINDINGS: ClassVar[list[BindingType]] = bindings("tab", action="tab")

    def __init__(self, repository: Repository, run_id: str | None = None) -> None:
        super().__init__(repository)
        self.bar = TabBar()
        self.bar.set_reactive(TabBar.name_shown, repository.name)
        self._wanted = run_id
        self._runs: tuple[RunFacts, ...] = ()

    def compose(self) -> ComposeResult:
        self.log_view = LogView(self.host.cockpit.log)
        yield self.bar
        yield self.log_view
        yield self.keys

    async def show(self, before: Repository) -> None:
        if not self._runs or before.agent.run != self.repository.agent.run:
            self._read_history()

    @work(group="history", exclusive=True, exit_on_error=False)
    async def _read_history(self) -> None:
        try:
            self._runs = await self.host.cockpit.history(self.repository.key)
        except Failure as failure:
            self.host.say(failure.problem.message, "error")
            return
        self._show_run(self._place())

    def _place(self) -> int:
        """Where the wanted run stands among all, else the newest."""
        return next((at for at, run in enumerate(self._runs) if run.id == self._wanted), 0)

    def _show_run(self, at: int) -> None:
        self.log_view.show_run(self._runs[at] if self._runs else None)
        self.bar.tabs = (f"Run {len(self._runs) - at} of {len(self._runs)}",) if self._runs else ("Run",)

    def action_tab(self, name: str) -> None:
        """Go to an earlier or a later run."""
        at = self._place() + (1 if name == "tab.previous" else -1)
        if 0 <= at < len(self._runs):
            self._wanted = self._runs[at].id
            self._show_run(at)
