"""All repositories, one line for each, under the headings of their groups."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.arrangement import Group
from soda_tui.domain.model import Repository
from soda_tui.tui.actions import bindings, key_hint
from soda_tui.tui.looks import BUSY, CHANGED, DOING, MARKED, NEED, STALE, STATUS, Look
from soda_tui.tui.text import Line, Span, fit, make_line, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.group_heading import GroupHeading, heading_line
from soda_tui.tui.widgets.pane_head import elapsed
from soda_tui.tui.widgets.row_list import Row, RowList

_STATUS_CELLS = 12
_NAME_SHARE = 0.45


class Listed(NamedTuple):
    """A repository as its line shows it; `number` is the key that goes to it, as far as it is a digit."""

    repository: Repository
    number: int
    changed: bool
    marked: bool
    busy: Verb | None


class RepositoryList(RowList, inherit_bindings=False):
    """The key of a row is the repository's, that of a heading its group."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("row", "list.open")

    def __init__(self) -> None:
        super().__init__()
        self._entries: Sequence[Group | Listed] = ()

    def on_click(self, event: events.Click) -> None:
        at = self._row_at(event.y)
        entry = self._entries[at] if at is not None else None
        if isinstance(entry, Group):
            event.stop()
            event.prevent_default()
            self.post_message(GroupHeading.Toggled(entry.name))

    def tell(self, entries: Sequence[Group | Listed], current: Hashable, now: datetime) -> None:
        """Show these lines, with the cursor on the current one."""
        self._entries = entries
        self.cursor = current
        names = (plain(entry.repository.name) for entry in entries if isinstance(entry, Listed))
        cells = max(map(cell_len, names), default=0)
        empty = say.NONE_MATCHES(key=key_hint(self, "view.clear"))
        self.show([_row(entry, now, cells) for entry in entries], empty)


def heading_key(group: str) -> Hashable:
    """What a folded group is called among the keys of repositories."""
    return (group,)


def _row(entry: Group | Listed, now: datetime, cells: int) -> Row:
    if isinstance(entry, Group):
        key = heading_key(entry.name) if entry.folded else None
        return Row(key, lambda width, marked: (heading_line(entry, width, active=marked),))
    return Row(entry.repository.key, partial(_lines, entry, now, cells))


def _lines(entry: Listed, now: datetime, cells: int, width: int, marked: bool) -> tuple[Line]:
    repository = entry.repository
    agent = repository.agent
    look = STATUS[agent.status]
    word = look.word if entry.busy is None else f"{DOING[entry.busy]}…"
    glyph, tone = (look.glyph, look.tone) if entry.busy is None else (BUSY.glyph, BUSY.tone)
    name = fit(plain(repository.name), min(cells, int(width * _NAME_SHARE)))
    left = [
        Span("▸" if marked else " ", Tone.KEY),
        Span(f"{entry.number} " if entry.number <= 9 else "  ", Tone.KEY),
        _glyph(MARKED if entry.marked else None),
        _glyph(CHANGED if entry.changed else None),
        _glyph(NEED[repository.needs[0].code] if repository.needs else STALE if repository.stale else None),
        Span(f" {name}{' ' * (cells - cell_len(name))}", Tone.STRONG if marked else Tone.TEXT),
        Span(f"  {glyph} {word:<{_STATUS_CELLS}}", tone),
        Span(f"{elapsed(agent, now) or '':>7}", Tone.QUIET, rank=1),
    ]
    if agent.issue is not None:
        title = Span(f" {plain(agent.title or '')}", Tone.TEXT, shrink=True, rank=2)
        left += [Span(f" #{agent.issue}", Tone.STRONG), title]
    right = [Span(f"  {len(repository.queue)} queued ", Tone.FAINT, rank=3)] if repository.queue else []
    return (make_line(width, left, right, ground=Tone.CURSOR if marked else None),)


def _glyph(look: Look | None) -> Span:
    return Span(look.glyph, look.tone) if look else Span(" ")
