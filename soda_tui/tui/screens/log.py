"""A run's log full screen; the runs before and after it are one key away."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Failure
from soda_tui.domain.model import Repository
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.tui.actions import bindings, key_hint
from soda_tui.tui.screens.repository import READING, RepositoryScreen
from soda_tui.tui.widgets.log_view import LogView
from soda_tui.tui.widgets.tab_bar import TabBar


class LogScreen(RepositoryScreen):
    """Begins with the newest run, or with the one that is named."""

    OWN = "repo.log"
    FOOTER = ("screen.back", *READING, "tab.previous", "tab.next", "repo.stop", "app.help")
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
        yield self.said
        yield self.keys

    async def show(self, before: Repository) -> None:
        if not self._runs or before.agent.run != self.repository.agent.run:
            self._read_history()

    @work(group="history", exclusive=True, exit_on_error=False)
    async def _read_history(self) -> None:
        known = self._runs[0].id if self._runs else None
        try:
            self._runs = await self.host.cockpit.history(self.repository.key)
        except Failure as failure:
            self.tell(failure.problem.message, "error")
            return
        if known is not None and self._runs and self._runs[0].id != known:
            self._tell_new_run(known)
        self._show_run(self._place())

    def _tell_new_run(self, known: str) -> None:
        """Go on to a run that began where the one before was followed, else stay with what is read."""
        read = self.log_view.run_id
        if read == known and self.log_view.following:
            self._wanted = None
            self.tell(say.RUN_BEGAN_SHOWN(where=f"the key {key_hint(self, 'tab.previous')}"))
        else:
            self._wanted = read
            self.tell(say.RUN_BEGAN(key=key_hint(self, "tab.next")))

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
