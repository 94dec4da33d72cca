"""A page with a line to search in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input
from textual.worker import Worker

from soda_tui.domain import sentences as say
from soda_tui.tui.folding import searching
from soda_tui.tui.text import plain
from soda_tui.tui.widgets.page import Page

if TYPE_CHECKING:
    from soda_tui.tui.app import SodaApp


class Finder(Vertical):
    """`/` opens the line, what is typed is found at once, `enter` goes back to the page, `esc` ends the search."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "end_search", "end the search", show=False)]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.page = Page()
        self.line = Input(placeholder="search", compact=True, select_on_focus=False)
        self.line.display = False

    @property
    def host(self) -> SodaApp:
        """The application."""
        return cast("SodaApp", self.app)

    def compose(self) -> ComposeResult:
        yield self.page
        yield self.line

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "end_search":
            return self.line.display or self.page.pattern is not None
        return super().check_action(action, parameters)

    def action_end_search(self) -> None:
        """Forget what was searched for."""
        self._close()
        self.line.value = ""
        self.page.search(None)

    @on(Page.Asked)
    def ask(self, message: Page.Asked) -> None:
        """Do what the page cannot do by itself."""
        message.stop()
        match message.action:
            case "page.search":
                self.line.display = True
                self.line.focus()
            case "page.next_match":
                self.step(1)
            case "page.previous_match":
                self.step(-1)

    @on(Input.Changed)
    def look(self, message: Input.Changed) -> None:
        """Find what has been typed so far, from where the page is read."""
        message.stop()
        self.page.search(searching(message.value))
        self.page.next_match(1, here=True)

    @on(Input.Submitted)
    def submit(self, message: Input.Submitted) -> None:
        """Go back to the page, on the first match."""
        message.stop()
        self._close()
        if self.page.pattern is not None and self.page.match is None:
            self.beyond(1)

    def step(self, step: int) -> None:
        """Go to the next match, or the one before (-1)."""
        if self.page.pattern is None:
            self.host.say(say.NO_SEARCH(), "warning")
        elif not self.page.next_match(step):
            self.beyond(step)

    def beyond(self, step: int) -> None:
        """Search where the page ends: here there is nothing more."""
        self.host.say(say.NO_MATCH(text=plain(self.line.value)), "warning")

    def _close(self) -> None:
        self.line.display = False
        self.page.focus()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What crashed here is said by the application."""
        self.host.on_worker_state_changed(event)
