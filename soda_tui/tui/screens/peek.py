"""One issue to look at, changing nothing."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from soda_tui.domain.outcome import Peek
from soda_tui.tui.looks import PRIORITY
from soda_tui.tui.screens.reader import Reader, closing_with
from soda_tui.tui.text import plain, prose


class PeekScreen(Reader):
    """The title, where the issue stands and why, and its body as plain text."""

    BINDINGS: ClassVar[list[BindingType]] = closing_with("repo.peek")

    def __init__(self, peek: Peek) -> None:
        super().__init__()
        self._peek = peek

    def title_line(self) -> Content:
        return Content(f"{plain(self._peek.repository)} #{self._peek.entry.number}")

    def compose_card(self) -> ComposeResult:
        entry = self._peek.entry
        yield Static(prose(plain(entry.title)), classes="peek-title", markup=False)
        yield Static(self._facts(), classes="peek-facts", markup=False)
        yield Static(prose(self._peek.standing), classes="peek-standing", markup=False)
        body = prose(self._peek.body.strip())
        yield Static(body if body else Content("No description."), classes="peek-body", markup=False)

    def _facts(self) -> Content:
        entry = self._peek.entry
        look = PRIORITY[entry.priority_name]
        facts = [
            f"{look.glyph.strip()} {look.word} priority" if look.word else "no priority",
            f"by {entry.author}" if entry.author else "",
            f"assigned to {', '.join(entry.assignees)}" if entry.assignees else "",
            ", ".join(entry.labels),
        ]
        return Content(plain(" · ".join(filter(None, facts))))
