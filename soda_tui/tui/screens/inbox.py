"""The inbox: what waits for a person, over all repositories."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from soda_tui.cockpit.front import Cockpit
from soda_tui.domain import sentences as say
from soda_tui.domain.attention import inbox
from soda_tui.domain.model import Need, Repository
from soda_tui.tui.actions import BY_NAME, key_hint
from soda_tui.tui.looks import NEED
from soda_tui.tui.text import Line, Span, make_line, plain, wrap
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.row_list import Row, RowList

_INDENT = 5
_MOST_LINES = 6


class InboxScreen(ModalScreen[str | None]):
    """One row for each thing that waits; ends with the key of the repository to go to."""

    CSS = """
    InboxScreen .card { height: 80%; }
    InboxScreen RowList { height: 1fr; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "close"),
        Binding(",".join(BY_NAME["view.inbox"].keys), "dismiss", "close", show=False, id="view.inbox"),
    ]

    def __init__(self, cockpit: Cockpit) -> None:
        super().__init__()
        self._cockpit = cockpit
        self._rows = RowList()

    def compose(self) -> ComposeResult:
        with Vertical(classes="card") as card:
            card.border_title = Content("Waits for you")
            keys = [key_hint(self, name) for name in ("row.down", "row.up", "list.open")]
            card.border_subtitle = Content("{}/{} move · {} go there · esc close".format(*keys))
            yield self._rows

    def on_mount(self) -> None:
        self._rows.focus()
        self._follow()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._show)

    @work(group="inbox", exit_on_error=False)
    async def _follow(self) -> None:
        while True:
            snapshot = self._cockpit.snapshot
            self.call_after_refresh(self._show)
            await self._cockpit.changed(snapshot)

    def _show(self) -> None:
        width = self._rows.size.width
        if width:
            rows = [_row(repository, need, width) for repository, need in inbox(self._cockpit.snapshot)]
            self._rows.show(rows, say.NOTHING_WAITS())

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        assert isinstance(message.key, tuple)
        self.dismiss(message.key[0])


def _row(repository: Repository, need: Need, width: int) -> Row:
    texts = wrap(plain(need.message), width - _INDENT, _MOST_LINES)
    return Row((repository.key, need.message), partial(_lines, repository, need, texts), 1 + len(texts))


def _lines(repository: Repository, need: Need, texts: Sequence[str], width: int, marked: bool) -> list[Line]:
    look = NEED[need.code]
    ground = Tone.CURSOR if marked else None
    title = [
        Span("▸" if marked else " ", Tone.KEY),
        Span(f" {look.glyph} ", look.tone),
        Span(plain(repository.name), Tone.STRONG, shrink=True),
    ]
    first = make_line(width, title, [Span(f"  {look.word} ", look.tone)], ground=ground)
    indent = Span(" " * (_INDENT - 1))
    return [first, *(make_line(width, [indent, Span(text, Tone.TEXT)], ground=ground) for text in texts)]
