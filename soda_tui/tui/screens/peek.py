"""One issue to look at, changing nothing: what it says, what an agent would be told, what pop would do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from soda_tui.domain.failure import Failure
from soda_tui.domain.outcome import Outcome
from soda_tui.tui.actions import bindings, key_hint
from soda_tui.tui.folding import TextLine
from soda_tui.tui.peek_lines import plan_lines, prompt_lines
from soda_tui.tui.screens.reader import closing_with
from soda_tui.tui.screens.styles import STYLES
from soda_tui.tui.text import Span, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.finder import Finder
from soda_tui.tui.widgets.said import Said
from soda_tui.tui.widgets.tab_bar import TabBar

ISSUE, PROMPT, PLAN = range(3)
_TABS = ("Issue", "Prompt", "Plan")


class PeekScreen(ModalScreen[None]):
    """Three tabs; the prompt and the plan are read when they are opened."""

    CSS_PATH = STYLES
    AUTO_FOCUS = "Page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "close", show=False),
        *bindings("tab", action="tab"),
        *closing_with("repo.peek"),
    ]

    def __init__(
        self,
        heading: str,
        issue: list[TextLine],
        prompt: Callable[[], Awaitable[str]],
        plan: Callable[[], Awaitable[Outcome]],
    ) -> None:
        super().__init__()
        self._heading = heading
        self._prompt = prompt
        self._plan = plan
        self._lines = {ISSUE: issue}
        self.bar = TabBar()
        self.bar.set_reactive(TabBar.tabs, _TABS)
        self.view = Finder()

    def compose(self) -> ComposeResult:
        with Vertical(classes="card -tall") as card:
            card.border_title = Content(plain(self._heading))
            keys = [key_hint(self, name) for name in ("tab.previous", "tab.next", "page.search")]
            card.border_subtitle = Content("{} {} tabs · {} search · esc close".format(*keys))
            yield self.bar
            yield self.view
            yield Said()

    def on_mount(self) -> None:
        self.open(ISSUE)

    def on_tab_bar_picked(self, message: TabBar.Picked) -> None:
        self.open(message.tab)

    def action_tab(self, name: str) -> None:
        """Go to the next tab, or to the one before."""
        self.open((self.bar.active + (1 if name == "tab.next" else -1)) % len(_TABS))

    def open(self, tab: int) -> None:
        """Show a tab from its beginning, reading it where that was not done yet."""
        self.bar.active = tab
        if tab in self._lines:
            self._show(self._lines[tab])
        else:
            self._show([TextLine((Span("Reading…", Tone.STARTING),))])
            self._read(tab)

    @work(group="peek", exclusive=True, exit_on_error=False)
    async def _read(self, tab: int) -> None:
        try:
            if tab == PROMPT:
                self._lines[tab] = prompt_lines(await self._prompt())
            else:
                self._lines[tab] = plan_lines(await self._plan())
        except Failure as failure:
            self._show([TextLine((Span(plain(failure.problem.message), Tone.NEEDS),), 0, True)])
        else:
            self._show(self._lines[tab])

    def _show(self, lines: list[TextLine]) -> None:
        self.view.page.show(lines)
        self.view.page.home()
