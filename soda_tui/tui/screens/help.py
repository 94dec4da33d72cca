"""All keys and glyphs, from the registry and the tables that the panes are drawn with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size

from soda_tui.domain.actions import Action, key_words
from soda_tui.tui.actions import bindings, key_hint, registry
from soda_tui.tui.looks import CHANGED, DRIFT, LAND, MARKED, PRIORITY, STALE, STATUS, Look
from soda_tui.tui.screens.reader import Reader, closing_with
from soda_tui.tui.text import Line, Span, make_line, wrap
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.heading import heading
from soda_tui.tui.widgets.lines import Lines

_SECTIONS = (
    ("Repository", "repo"),
    ("All", "all"),
    ("Panes", "pane"),
    ("View", "view"),
    ("Rows", "row"),
    ("Tabs", "tab"),
    ("Lists", "list"),
    ("Reading", "page"),
    ("Program", "app"),
)
_KEYS = 18
_TITLE = 15
_FRAME = "In the frame stands the branch of your clone: * has uncommitted files, ↑ is to push, ↓ is to pull."


class HelpLines(Lines):
    """One row for each action, the numbered panes in one; then what the glyphs mean."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines_at(width))

    def make(self) -> Sequence[Line]:
        return self._lines_at(self.size.width)

    def _lines_at(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for word, scope in _SECTIONS:
            lines.append(heading(word, "", (), width))
            lines += [line for found in _actions(scope, registry(self)) for line in _action(*found, width)]
        lines.append(heading("Glyphs", "", (), width))
        marks = [LAND, STALE, CHANGED, MARKED]
        lines += _glyphs([*STATUS.values(), *PRIORITY.values(), *DRIFT.values(), *marks], width)
        for text in wrap(_FRAME, max(width - 2, 1), 4):
            lines.append(make_line(width, [Span(f" {text}", Tone.QUIET)]))
        return lines


class HelpScreen(Reader):
    """The keys of the screen, and the commands that do the same."""

    BINDINGS: ClassVar[list[BindingType]] = [*closing_with("app.help"), *bindings("tab", action="topics")]

    def title_line(self) -> Content:
        return Content("Keys")

    def hint(self) -> str:
        return f"{key_hint(self, 'tab.next')} topics · {super().hint()}"

    def action_topics(self, _: str) -> None:
        """Read the longer documents."""
        from soda_tui.tui.screens.topics import TopicsScreen

        self.app.push_screen(TopicsScreen())

    def compose_card(self) -> ComposeResult:
        yield HelpLines()


def _actions(scope: str, actions: Sequence[Action]) -> Iterator[tuple[str, Action]]:
    numbered = [found for found in actions if found.name.startswith("pane.") and found.name[5:].isdigit()]
    for found in actions:
        if found.name.split(".")[0] != scope or found in numbered[1:]:
            continue
        yield (f"{key_words(numbered[0])}-{key_words(numbered[-1])}" if found in numbered else key_words(found)), found


def _action(keys: str, found: Action, width: int) -> list[Line]:
    title, sentence = found.title, found.help
    if keys != key_words(found):
        title, sentence = "pane", "Go to the repository with this number."
    command = f" [soda-tui {found.command}]" if found.command else ""
    rows = wrap(sentence + command, max(width - _KEYS - _TITLE - 1, 1), 4)
    return [
        make_line(
            width,
            [
                Span(f" {keys if index == 0 else '':<{_KEYS}}", Tone.KEY),
                Span(f"{title if index == 0 else '':<{_TITLE}}", Tone.STRONG),
                Span(text, Tone.QUIET),
            ],
        )
        for index, text in enumerate(rows)
    ]


def _glyphs(looks: Iterable[Look], width: int) -> Iterator[Line]:
    cell = 18
    shown = [look for look in dict.fromkeys(looks) if look.word]
    columns = max((width - 1) // cell, 1)
    for at in range(0, len(shown), columns):
        spans = [Span(" ")]
        for look in shown[at : at + columns]:
            spans.append(Span(f"{look.glyph:<2} {look.word:<{cell - 3}}", look.tone))
        yield make_line(width, spans)
