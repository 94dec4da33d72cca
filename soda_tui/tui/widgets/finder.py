"""A page with a line to search in it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.notifications import SeverityLevel
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from soda_tui.domain import sentences as say
from soda_tui.tui.actions import key_hint
from soda_tui.tui.folding import searching
from soda_tui.tui.message import Told, words_of
from soda_tui.tui.text import plain
from soda_tui.tui.widgets.page import Page


class Finder(Vertical):
    """`/` opens the line, what is typed is found at once, `enter` goes back to the page, `esc` ends the search."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "end_search", "end the search", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.line = Input(placeholder="search", compact=True, select_on_focus=False)
        self.line.display = False

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
                self.line.action_select_all()
                self.screen.set_focus(self.line)
            case "page.next_match":
                self.step(1)
            case "page.previous_match":
                self.step(-1)

    @on(Input.Changed)
    def look(self, message: Input.Changed) -> None:
        """Find what has been typed so far, from where the page is read."""
        message.stop()
        self.page.search(searching(self.line.value))
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
            self.tell(say.NO_SEARCH(key=key_hint(self, "page.search")), "warning")
        elif not self.page.next_match(step):
            self.beyond(step)

    def beyond(self, step: int) -> None:
        """Search where the page ends: here there is nothing more."""
        self.tell(say.NO_MATCH(text=plain(self.line.value)), "warning")

    def _close(self) -> None:
        self.line.display = False
        self.page.focus()

    def tell(self, text: str, severity: SeverityLevel = "information") -> None:
        """Have something said to the person."""
        self.post_message(Told(text, severity))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What crashed here is said."""
        if event.state is WorkerState.ERROR:
            self.tell(say.CRASHED(error=words_of(event.worker.error)), "error")
