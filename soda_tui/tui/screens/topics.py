"""The longer documents of the package, a tab for each; `soda-tui help TOPIC` prints the same."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from soda_tui.help import TOPICS, topic
from soda_tui.tui.actions import bindings, key_hint
from soda_tui.tui.markdown import render
from soda_tui.tui.screens.reader import closing_with
from soda_tui.tui.screens.styles import STYLES
from soda_tui.tui.widgets.finder import Finder
from soda_tui.tui.widgets.said import Said
from soda_tui.tui.widgets.tab_bar import TabBar

_NAMES = tuple(TOPICS)


class TopicsScreen(ModalScreen[None]):
    """Reads them; `esc` comes back to the keys."""

    CSS_PATH = STYLES
    AUTO_FOCUS = "Page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "close", show=False),
        *bindings("tab", action="tab"),
        *closing_with("app.help"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.bar = TabBar()
        self.bar.set_reactive(TabBar.tabs, _NAMES)
        self.view = Finder()

    def compose(self) -> ComposeResult:
        with Vertical(classes="card -tall") as card:
            card.border_title = Content("Topics")
            keys = [key_hint(self, name) for name in ("tab.previous", "tab.next", "page.search")]
            card.border_subtitle = Content("{} {} tabs · {} search · esc close".format(*keys))
            yield self.bar
            yield self.view
            yield Said()

    def on_mount(self) -> None:
        self.open(0)

    def on_tab_bar_picked(self, message: TabBar.Picked) -> None:
        self.open(message.tab)

    def action_tab(self, name: str) -> None:
        """Go to the next topic, or to the one before."""
        self.open((self.bar.active + (1 if name == "tab.next" else -1)) % len(_NAMES))

    def open(self, tab: int) -> None:
        """Show a topic from its beginning."""
        self.bar.active = tab
        self.view.page.show(render(topic(_NAMES[tab]), own=True))
        self.view.page.home()
