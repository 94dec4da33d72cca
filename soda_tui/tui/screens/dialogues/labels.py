"""The labels of an issue, ticked in a list of all that the repository has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from soda_tui.domain.label_plan import Label
from soda_tui.domain.labels import has
from soda_tui.tui.actions import bindings, key_hint
from soda_tui.tui.screens.styles import STYLES
from soda_tui.tui.text import Line, Span, make_line, plain, prose
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.row_list import Row, RowList


class LabelList(RowList):
    """`space` ticks the label under the cursor; the names stay as GitHub writes them."""

    BINDINGS = bindings("list.tick")
    CLICKED = "list.tick"

    def __init__(self, labels: Sequence[Label], ticked: Iterable[str] = ()) -> None:
        super().__init__()
        present = tuple(ticked)
        self._labels = tuple(labels)
        self._ticked = {label.name for label in labels if has(present, label.name)}
        self._renew_rows()

    @property
    def ticked(self) -> tuple[str, ...]:
        """The names that are ticked, in the order of the list."""
        return tuple(label.name for label in self._labels if label.name in self._ticked)

    def _renew_rows(self) -> None:
        self.show([Row(label.name, _maker(label, label.name in self._ticked)) for label in self._labels])

    def action_perform(self, name: str) -> None:
        if name == "list.tick":
            self._ticked ^= {str(self.cursor)}
            self._renew_rows()
        else:
            super().action_perform(name)


class LabelPicker(ModalScreen[tuple[str, ...] | None]):
    """`enter` sets the labels as they are ticked, `esc` leaves them."""

    CSS_PATH = STYLES
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "dismiss(None)", "leave", show=False)]

    def __init__(self, heading: str, labels: Sequence[Label], ticked: Iterable[str]) -> None:
        super().__init__()
        self._heading = heading
        self.labels = LabelList(labels, ticked)

    def compose(self) -> ComposeResult:
        with Vertical(classes="card -labels") as card:
            card.border_title = prose(self._heading)
            tick, choose = key_hint(self, "list.tick"), key_hint(self, "list.open")
            card.border_subtitle = prose(f"{tick} tick · {choose} set · esc leave")
            yield self.labels

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        self.dismiss(self.labels.ticked)


def _maker(label: Label, ticked: bool) -> Callable[[int, bool], list[Line]]:
    def make(width: int, marked: bool) -> list[Line]:
        spans = [
            Span("▸" if marked else " ", Tone.KEY),
            Span("[x] " if ticked else "[ ] ", Tone.WORKING if ticked else Tone.QUIET),
            Span(plain(label.name), Tone.STRONG if marked else Tone.TEXT, shrink=True),
            Span(f"  {plain(label.description)}", Tone.FAINT, shrink=True),
        ]
        return [make_line(width, spans, ground=Tone.CURSOR if marked else None)]

    return make
