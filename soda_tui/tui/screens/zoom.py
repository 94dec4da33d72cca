"""One repository full screen, in tabs."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.failure import Failure
from soda_tui.domain.model import Repository
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.tui import reading
from soda_tui.tui.actions import BY_NAME, NUMBERED, bindings, hindrance, key_hint
from soda_tui.tui.log_window import log_size
from soda_tui.tui.looks import DOING
from soda_tui.tui.screens.log import LogScreen
from soda_tui.tui.screens.repository import READING, SEARCHING, RepositoryScreen
from soda_tui.tui.widgets.finder import Finder
from soda_tui.tui.widgets.log_view import LogView
from soda_tui.tui.widgets.pane_head import PaneHead
from soda_tui.tui.widgets.row_list import RowList
from soda_tui.tui.widgets.status_bar import StatusBar
from soda_tui.tui.widgets.tab_bar import TabBar
from soda_tui.tui.widgets.work_view import WorkView
from soda_tui.tui.widgets.zoom_rows import drift_rows, queue_rows, request_rows, run_rows

QUEUE, WORK, LOG, REQUESTS, DRIFT, HISTORY = range(6)
# What reading.tcss leaves free beside a list.
_BESIDE = 2
_TABS = ("Queue", "Work", "Log", "Pull requests", "Drift", "History")
_ROUND = ("screen.back", "tab.previous", "tab.next")
_ACTING = ("repo.pop", "repo.launch", "repo.bottle", "repo.stop", "repo.reset", "repo.refresh", "app.help")
_FOOTERS = {
    QUEUE: (*_ROUND, "list.open", *_ACTING),
    WORK: (*_ROUND, *SEARCHING, "repo.bottle", "repo.reset", "app.help"),
    LOG: (*_ROUND, *READING, "repo.stop", "app.help"),
    REQUESTS: (*_ROUND, "list.open", "repo.land", "repo.feedback", "repo.browse", "repo.copy_url", *_ACTING),
    DRIFT: (*_ROUND, "list.open", *_ACTING),
    HISTORY: (*_ROUND, "list.open", *_ACTING),
}


class ZoomScreen(RepositoryScreen):
    """A tab is made when it is opened, and reads what it needs then."""

    OWN = "repo.zoom"
    FOOTER = _FOOTERS[QUEUE]
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("tab", action="tab"),
        *bindings("pane.next", "pane.previous", *NUMBERED, action="neighbour"),
    ]

    def __init__(self, repository: Repository, tab: int = QUEUE, issue: int | None = None) -> None:
        """`issue` is the one that a person was at in the queue."""
        super().__init__(repository)
        self.status = StatusBar()
        self.bar = TabBar()
        self.bar.set_reactive(TabBar.name_shown, repository.name)
        self.bar.set_reactive(TabBar.tabs, _TABS)
        self.bar.set_reactive(TabBar.active, tab)
        self.head = PaneHead()
        self.body = Container(id="zoom-body")
        self.queue, self.requests, self.drift, self.history = RowList(), RowList(), RowList(), RowList()
        if issue is not None:
            self.queue.cursor = ("issue", issue)
        self._runs: tuple[RunFacts, ...] = ()
        self._sizes: dict[str, int] = {}

    def compose(self) -> ComposeResult:
        cockpit = self.host.cockpit
        shown = self.host.overview.status
        self.status.set_reactive(StatusBar.demo, shown.demo)
        self.status.set_reactive(StatusBar.message, shown.message)
        self.log_view = LogView(cockpit.log)
        self.work_view = WorkView(lambda: cockpit.work(self.repository.key))
        self.views: tuple[Widget, ...] = (
            self.queue,
            self.work_view,
            self.log_view,
            self.requests,
            self.drift,
            self.history,
        )
        yield self.status
        yield self.bar
        yield self.head
        yield self.body
        yield self.said
        yield self.keys

    async def show(self, before: Repository) -> None:
        repository = self.repository
        self.status.snapshot, self.status.trouble = self.host.cockpit.snapshot, self.host.overview.status.trouble
        self.head.repository = repository
        self.bar.counts = (
            len(repository.queue),
            None,
            None,
            len(repository.pull_requests),
            len(repository.drift),
            len(self._runs) or None,
        )
        self.queue.show(queue_rows(repository))
        self.requests.show(request_rows(repository), say.NO_REQUESTS(repository=repository.name))
        self._show_drift()
        if not self.body.children:
            await self.open(self.bar.active)
        elif _lived(before) != _lived(repository):
            self._fill(self.bar.active)

    def tick(self, now: datetime) -> None:
        self.status.now = self.head.now = now
        self._fit_head()

    def show_busy(self) -> None:
        self.head.busy = self.busy

    def on_resize(self) -> None:
        self._fit_head()
        self._show_drift()

    def _fit_head(self) -> None:
        if self.size:
            self.head.room = self.size.height * 2 // 3
            self.head.styles.height = len(self.head.lines(self.size.width))

    def _show_drift(self) -> None:
        nothing = say.NO_DRIFT(repository=self.repository.name)
        self.drift.show(drift_rows(self.repository, self.size.width - _BESIDE), nothing)

    def on_tab_bar_picked(self, message: TabBar.Picked) -> None:
        self.run_worker(self.open(message.tab), exit_on_error=False)

    async def action_tab(self, name: str) -> None:
        """Go to the next tab, or to the one before."""
        await self.open((self.bar.active + (1 if name == "tab.next" else -1)) % len(_TABS))

    async def action_neighbour(self, name: str) -> None:
        """Zoom another repository of the overview, on the same tab; the overview is then at that one too."""
        other = self.host.overview.grid.neighbour(self.repository.key, name)
        if other is not None and other.key != self.repository.key:
            await self.host.overview.reveal(other.key)
            pane = self.host.overview.grid.pane(other.key)
            self.host.switch_screen(ZoomScreen(other, self.bar.active, pane.queue.cursor if pane else None))

    async def open(self, tab: int) -> None:
        """Show a tab, made where it was not open yet."""
        self.bar.active = tab
        self.keys.names = _FOOTERS[tab]
        view = self.views[tab]
        if not view.is_attached:
            await self.body.mount(view)
        for each in self.views:
            each.display = each is view
        (view.page if isinstance(view, Finder) else view).focus()
        self._fill(tab)
        self.keys.issue = self.next_issue

    def _fill(self, tab: int) -> None:
        """Read what only this tab needs."""
        if tab == WORK:
            self.work_view.load()
        elif tab in (LOG, HISTORY):
            self._read_history()

    @work(group="history", exclusive=True, exit_on_error=False)
    async def _read_history(self) -> None:
        cockpit = self.host.cockpit
        try:
            self._runs = await cockpit.history(self.repository.key)
            newest = self._runs[0] if self._runs else None
            if self.bar.active == LOG and newest and self.log_view.run_id not in (None, newest.id):
                self.tell(say.RUN_BEGAN_SHOWN(where=f"the tab {_TABS[HISTORY]}"))
            self.log_view.show_run(newest)
            self._show_runs()
            for run in self._runs:
                if run.alive or run.id not in self._sizes:
                    self._sizes[run.id] = await log_size(partial(cockpit.log, run))
            self._show_runs()
        except Failure as failure:
            self.tell(failure.problem.message, "error")

    def _show_runs(self) -> None:
        self.history.show(run_rows(self._runs, self._sizes), say.NO_RUNS_YET())
        self.bar.counts = (*self.bar.counts[:HISTORY], len(self._runs) or None)

    @property
    def issue(self) -> int | None:
        kind, number = self._chosen()
        if kind == "issue":
            return number
        if kind == "request":
            return next((each.issue for each in self.repository.pull_requests if each.number == number), None)
        return self.repository.agent.issue

    def _chosen(self) -> tuple[str, int | None]:
        """What the cursor of the open tab is on."""
        view = self.views[self.bar.active]
        key = view.cursor if isinstance(view, RowList) else None
        return (key[0], key[1]) if isinstance(key, tuple) else ("", None)

    def action_attempt(self, name: str) -> None:
        kind, number = self._chosen()
        request = next((each for each in self.repository.pull_requests if each.number == number), None)
        if name == "repo.drift":
            self.run_worker(self.open(DRIFT), exit_on_error=False)
        elif name in {"repo.land", "repo.feedback"} and request is not None and kind == "request":
            self._act_on_request(name, request.number)
        elif kind == "request" and request is not None and name in reading.REACHING:
            reading.reach(self.host, name, self.repository, reading.Subject(request.number, request.url))
        else:
            super().action_attempt(name)

    def on_row_list_moved(self, message: RowList.Moved) -> None:
        message.stop()
        self.keys.issue = self.next_issue

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        message.stop()
        self._open_row(message.key)

    def _open_row(self, key: Hashable) -> None:
        kind, _ = self._chosen()
        if kind == "run" and isinstance(key, tuple):
            self.app.push_screen(LogScreen(self.repository, key[1]))
        elif kind == "drift" and isinstance(key, tuple):
            self._repair(key[1])
        elif self.issue is not None:
            self.want("repo.peek", self.issue)
        else:
            self.tell(say.CLOSES_NOTHING(key=key_hint(self, "repo.browse")), "warning")

    def _act_on_request(self, name: str, number: int) -> None:
        if reason := hindrance(self.repository, self.busy, BY_NAME[name]):
            self.tell(reason, "warning")
        elif name == "repo.land":
            self.host.land(self.repository, number)
        else:
            self.host.take_up(self.repository, number)

    def _repair(self, kind: DriftKind) -> None:
        if self.busy is not None:
            self.tell(say.BUSY_HERE(repository=self.repository.name, verb=DOING[self.busy]), "warning")
        elif any(found.kind is kind and found.repair for found in self.repository.drift):
            self.host.repair(self.repository, kind)
        else:
            self.tell(say.NO_REPAIR(kind=kind, repository=self.repository.name), "warning")


def _lived(repository: Repository) -> tuple[object, ...]:
    """What changes when a tab should read again."""
    agent = repository.agent
    return agent.worktree, agent.issue, agent.run and (agent.run.id, agent.run.exit), repository.fetched_at
