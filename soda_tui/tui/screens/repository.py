"""A screen about one repository: it follows it, and its keys act on it as in the overview."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, cast

from textual import work
from textual.binding import Binding, BindingType
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from soda_tui.domain.actions import Verb
from soda_tui.domain.model import Repository
from soda_tui.tui.actions import BY_NAME, attempts, bindings, hindrance, registry
from soda_tui.tui.message import Told, words_of
from soda_tui.tui.screens.overview import Overview
from soda_tui.tui.screens.styles import STYLES
from soda_tui.tui.widgets.key_bar import BACK, KeyBar
from soda_tui.tui.widgets.said import Said

if TYPE_CHECKING:
    from soda_tui.tui.app import SodaApp

SEARCHING = ("page.search", "page.next_match", "page.previous_match")
READING = (*SEARCHING, "page.follow", "page.kind", "page.raw")


class RepositoryScreen(Screen[None]):
    """Its own action closes it, as `esc` and `q` do."""

    CSS_PATH = STYLES
    OWN: ClassVar[str]
    FOOTER: ClassVar[tuple[str, ...]]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "back", show=False),
        *bindings("all"),
        *attempts(),
    ]

    def __init__(self, repository: Repository) -> None:
        super().__init__()
        self.repository = repository
        self.busy: Verb | None = None
        self.said = Said()
        self.keys = KeyBar()
        self.keys.set_reactive(KeyBar.names, self.FOOTER)

    @property
    def host(self) -> SodaApp:
        """The application."""
        return cast("SodaApp", self.app)

    def on_mount(self) -> None:
        self._follow()
        self.host.busy_changed.subscribe(self, self._hear_of_busy)
        self.set_interval(1, lambda: self.tick(self.host.clock()))

    @work(group="repository", exit_on_error=False)
    async def _follow(self) -> None:
        while True:
            snapshot = self.host.cockpit.snapshot
            found = next((each for each in snapshot.repositories if each.key == self.repository.key), None)
            if found is None:
                self.dismiss()
                return
            await self._take(found)
            await self.host.cockpit.changed(snapshot)

    async def _take(self, repository: Repository) -> None:
        before, self.repository = self.repository, repository
        self.keys.repository = repository
        self.keys.busy = self.busy = self.host.busy(repository.key)
        await self.show(before)
        self.keys.issue = self.next_issue
        self.tick(self.host.clock())

    def _hear_of_busy(self, key: str) -> None:
        if key == self.repository.key:
            self.keys.busy = self.busy = self.host.busy(key)
            self.show_busy()

    async def show(self, before: Repository) -> None:
        """Hand the newest values to the widgets; `before` is what was shown."""

    def show_busy(self) -> None:
        """Show that an action is under way, or has ended."""

    def tick(self, now: datetime) -> None:
        """Show the time of now wherever an age stands."""

    @property
    def issue(self) -> int | None:
        """The issue that keys are about."""
        return self.repository.agent.issue

    @property
    def next_issue(self) -> int | None:
        """The issue that pop would take: the one that keys are about where it is in the queue, else the first."""
        numbers = [entry.number for entry in self.repository.queue]
        return self.issue if self.issue in numbers else next(iter(numbers), None)

    def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        if message.action.startswith("repo."):
            self.action_attempt(message.action)
        elif message.action == BACK.name:
            self.dismiss()
        else:
            # Some belong to what is read, which has the keys.
            self.app.simulate_key(next(found for found in registry(self) if found.name == message.action).keys[0])

    def action_attempt(self, name: str) -> None:
        """Do an action to the repository, or say why it cannot be done."""
        if name == self.OWN:
            self.dismiss()
        elif reason := hindrance(self.repository, self.busy, BY_NAME[name]):
            self.tell(reason, "warning")
        else:
            popping = BY_NAME[name].verb in (Verb.POP, Verb.LAUNCH)
            self.want(name, self.next_issue if popping else self.issue)

    def action_perform(self, name: str) -> None:
        self.post_message(Overview.Wanted(name, self.repository))

    def want(self, name: str, issue: int | None) -> None:
        """Have an action done to the repository."""
        self.post_message(Overview.Wanted(name, self.repository, issue))

    def tell(self, text: str, severity: SeverityLevel = "information") -> None:
        """Have something said to the person."""
        self.post_message(Told(text, severity))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What crashed here is said by the application; what shows the repository is begun again."""
        if event.state is WorkerState.ERROR and event.worker.group == "repository":
            self.host.begin_again(f"The view of {self.repository.name}", words_of(event.worker.error), self._follow)
        else:
            self.host.on_worker_state_changed(event)
