"""The overview: all repositories at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen

from soda_tui.domain.actions import Verb
from soda_tui.domain.model import Repository, Snapshot
from soda_tui.tui.actions import BY_NAME, attempts, bindings, refusal
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.key_bar import KeyBar
from soda_tui.tui.widgets.pane import RepositoryPane
from soda_tui.tui.widgets.pane_grid import PaneGrid
from soda_tui.tui.widgets.status_bar import StatusBar
from soda_tui.tui.widgets.welcome import Welcome


class Overview(Screen[None]):
    """Status bar, grid of panes, key bar; it shows values and posts what a person wants."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("pane", "all"), *attempts()]

    @dataclass
    class Wanted(Message):
        """A person wants an action done, to this repository where it is one of a repository."""

        action: str
        repository: Repository | None
        issue: int | None = None

    @dataclass
    class Explained(Message):
        """A key cannot act, for this reason."""

        reason: str

    def __init__(self, *, demo: bool) -> None:
        super().__init__()
        self.status = StatusBar()
        self.status.set_reactive(StatusBar.demo, demo)
        self.grid = PaneGrid()
        self.welcome = Welcome()
        self.keys = KeyBar()

    def compose(self) -> ComposeResult:
        self.grid.display = self.welcome.display = False
        yield self.status
        yield self.grid
        yield self.welcome
        yield self.keys

    async def show(self, snapshot: Snapshot, now: datetime) -> None:
        """Hand the newest values to the widgets."""
        self.status.now, self.status.snapshot = now, snapshot
        self.grid.display = bool(snapshot.repositories)
        self.welcome.display = not snapshot.repositories
        await self.grid.show(snapshot.repositories, now)
        if not snapshot.repositories:
            self.keys.repository = None

    def tick(self, now: datetime) -> None:
        """Show the time of now wherever an age stands."""
        self.status.now = now
        for pane in self.grid.panes:
            pane.now = now

    def say(self, message: str, tone: Tone) -> None:
        """Keep a message in the status bar."""
        self.status.message = (message, tone)

    def set_busy(self, key: str, verb: Verb | None) -> None:
        """Show in its pane that an action on a repository is under way, or has ended."""
        pane = self.grid.pane(key)
        if pane is not None:
            pane.busy = verb

    def on_repository_pane_changed(self, message: RepositoryPane.Changed) -> None:
        if message.pane is self.grid.active:
            self.keys.repository, self.keys.busy = message.pane.repository, message.pane.busy

    def on_repository_pane_wanted(self, message: RepositoryPane.Wanted) -> None:
        self._want(message.action, message.pane)

    def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        self.action_attempt(message.action)

    def action_attempt(self, name: str) -> None:
        """Do an action to the active pane's repository, or say why it cannot be done."""
        pane = self.grid.active
        reason = refusal(pane.repository if pane else None, pane.busy if pane else None, BY_NAME[name])
        if reason:
            self.post_message(self.Explained(reason))
        else:
            self._want(name, pane)

    def action_perform(self, name: str) -> None:
        match name.split("."):
            case ["pane", "next"]:
                self.grid.focus_by(1)
            case ["pane", "previous"]:
                self.grid.focus_by(-1)
            case ["pane", number]:
                panes = self.grid.panes
                if int(number) <= len(panes):
                    panes[int(number) - 1].focus()
            case _:
                self._want(name, None)

    def _want(self, action: str, pane: RepositoryPane | None) -> None:
        issue = pane.queue.cursor if pane is not None else None
        self.post_message(self.Wanted(action, pane.repository if pane else None, issue))
