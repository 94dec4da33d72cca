"""The bar at the bottom: the keys that matter now, those that cannot act dimmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.reactive import var

from soda_tui.domain.actions import Action, Verb, key_name
from soda_tui.domain.model import Repository
from soda_tui.tui.actions import in_footer, refusal
from soda_tui.tui.text import ELLIPSIS, Line, Span, make_line
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines

_GAP = 2


class KeyBar(Lines):
    """One line; where it is narrow, keys that cannot act make room first, and a mark says that there are more."""

    repository: var[Repository | None] = var(None)
    busy: var[Verb | None] = var(None)

    @dataclass
    class Pressed(Message):
        """A key of the bar was clicked."""

        action: str

    def watch_repository(self) -> None:
        self.renew()

    def watch_busy(self) -> None:
        self.renew()

    def make(self) -> Sequence[Line]:
        spans = [Span(" ")]
        shown, whole = self._shown()
        for found, able in shown:
            key = key_name(found.keys[0])
            spans.append(Span(f"{key} ", Tone.KEY if able else Tone.FAINT))
            spans.append(Span(f"{found.title}{' ' * _GAP}", Tone.TEXT if able else Tone.FAINT))
        if not whole:
            spans.append(Span(ELLIPSIS, Tone.FAINT))
        return [make_line(self.size.width, spans, ground=Tone.GROUND_BAR)]

    def on_click(self, event: events.Click) -> None:
        end = 1
        for found, _ in self._shown()[0]:
            end += _cells(found)
            if event.x < end:
                self.post_message(self.Pressed(found.name))
                return

    def _shown(self) -> tuple[list[tuple[Action, bool]], bool]:
        keys = [(found, refusal(self.repository, self.busy, found) is None) for found in in_footer(self)]
        shown = list(keys)
        removable = [key for key in reversed(keys) if not key[1]] + [key for key in reversed(keys) if key[1]]
        removable = [key for key in removable if not key[0].name.startswith("app.")]
        while removable and _needed(shown) + (len(shown) < len(keys)) * _GAP > self.size.width:
            shown.remove(removable.pop(0))
        return shown, len(shown) == len(keys)


def _cells(found: Action) -> int:
    return cell_len(f"{key_name(found.keys[0])} {found.title}") + _GAP


def _needed(shown: Sequence[tuple[Action, bool]]) -> int:
    return 2 + sum(_cells(found) for found, _ in shown) - _GAP
