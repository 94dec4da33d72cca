"""A card over the screen that is read, scrolled and closed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from soda_tui.tui.actions import BY_NAME, key_hint


def closing_with(name: str) -> list[BindingType]:
    """The binding with which the key that opened a reader closes it."""
    return [Binding(",".join(BY_NAME[name].keys), "dismiss", "close", show=False, id=name)]


class Reader(ModalScreen[None]):
    """Scrolls with the keys of every list; `esc`, `q` and the key that opened it close it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "close"),
        Binding("j,down", "scroll('down')", "down", show=False, id="row.down"),
        Binding("k,up", "scroll('up')", "up", show=False, id="row.up"),
        Binding("space,pagedown", "scroll('page_down')", "page down", show=False, id="page.down"),
        Binding("pageup", "scroll('page_up')", "page up", show=False, id="page.up"),
        Binding("g,home", "scroll('home')", "first", show=False, id="row.first"),
        Binding("G,end", "scroll('end')", "last", show=False, id="row.last"),
    ]

    def title_line(self) -> Content:
        """What stands in the card's border."""
        raise NotImplementedError

    def hint(self) -> str:
        """Which keys it has, for the card's lower border."""
        return f"{key_hint(self, 'row.down')}/{key_hint(self, 'row.up')} scroll · esc close"

    def compose_card(self) -> ComposeResult:
        """What stands in the card."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="card", can_focus=False) as card:
            card.border_title = self.title_line()
            card.border_subtitle = Content(self.hint())
            yield from self.compose_card()

    def action_scroll(self, where: str) -> None:
        card = self.query_one(VerticalScroll)
        getattr(card, f"scroll_{where}")(animate=False)
