"""What an agent is launched with: one of the profiles, and words of the person's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from soda_tui.domain.configuration.profiles import Candidate, Chosen
from soda_tui.tui.actions import key_hint
from soda_tui.tui.message import Told
from soda_tui.tui.screens.styles import STYLES
from soda_tui.tui.text import Line, Span, make_line, plain, prose
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.row_list import Row, RowList
from soda_tui.tui.widgets.said import Said

_WORDS = 4096
_NAME = 14


class Launching(ModalScreen[Chosen | None]):
    """`enter` launches with the profile under the cursor, in the list and in the line; `esc` leaves."""

    CSS_PATH = STYLES
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "leave", show=False)]

    def __init__(self, heading: str, candidates: Sequence[Candidate]) -> None:
        super().__init__()
        self._heading = heading
        self._candidates = candidates
        self.profiles = RowList()
        self.profiles.show([Row(at, _maker(one)) for at, one in enumerate(candidates)])
        self.words = Input(placeholder="words for the agent besides the issue", max_length=_WORDS, compact=True)

    def compose(self) -> ComposeResult:
        with Vertical(classes="card -labels -launching") as card:
            card.border_title = prose(self._heading)
            card.border_subtitle = prose(f"tab words · {key_hint(self, 'list.open')} launch · esc leave")
            yield self.profiles
            yield self.words
            yield Said()

    def on_row_list_chosen(self) -> None:
        self._launch()

    def on_input_submitted(self) -> None:
        self._launch()

    def _launch(self) -> None:
        at = self.profiles.cursor
        if not isinstance(at, int):
            return
        chosen = self._candidates[at]
        if chosen.fault:
            self.post_message(Told(f"{chosen.fault}.", "warning"))
        else:
            self.dismiss(Chosen(chosen.profile.name or None, self.words.value.strip()))


def _maker(candidate: Candidate) -> Callable[[int, bool], list[Line]]:
    profile, fault = candidate.profile, candidate.fault
    where = fault or candidate.path or ""

    def make(width: int, marked: bool) -> list[Line]:
        spans = [
            Span("▸ " if marked else "  ", Tone.KEY),
            Span(f"{plain(profile.shown):{_NAME}} ", Tone.STRONG if marked else Tone.FAINT if fault else Tone.TEXT),
            Span(plain(where), Tone.FAINT if fault else Tone.QUIET, shrink=True),
        ]
        return [make_line(width, spans, ground=Tone.CURSOR if marked else None)]

    return make
