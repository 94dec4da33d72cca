"""All repositories, one line for each, under the headings of their groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar, NamedTuple

from textual.binding import BindingType

from soda_tui.domain.actions import Verb
from soda_tui.domain.arrangement import Group
from soda_tui.domain.model import Repository
from soda_tui.tui.actions import bindings
from soda_tui.tui.looks import BUSY, CHANGED, DOING, MARKED, NEED, STALE, STATUS, Look
from soda_tui.tui.run_end import working_since
from soda_tui.tui.text import Line, Span, make_line, plain
from soda_tui.tui.times import age, stopwatch
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.group_heading import heading_line
from soda_tui.tui.widgets.row_list import Row, RowList

_STATUS_CELLS = 13
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

    def tell(self, entries: Sequence[Group | Listed], current: str | Group | None, now: datetime | None) -> None:
        """Show these lines, the cursor on the current one."""
        self.cursor = current.name if isinstance(current, Group) else current
        names = [len(plain(entry.repository.name)) for entry in entries if isinstance(entry, Listed)]
        cells = max(names, default=0)
        self.show([_row(entry, now, cells) for entry in entries])


def _row(entry: Group | Listed, now: datetime | None, cells: int) -> Row:
    if isinstance(entry, Group):
        return Row((entry.name,) if entry.folded else None, partial(_heading, entry))
    return Row(entry.repository.key, partial(_lines, entry, now, cells))
