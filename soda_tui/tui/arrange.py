"""Where panes stand on the screen, and where the parts of a pane stand in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

NARROW = 100
WIDE = 160
LEAST_ROWS = 10
ROOMY_ROWS = 14
FOLDED_ROWS = 3
LEAST_FOLDED_ROWS = 2
"""Columns from which two and three panes stand side by side; rows that a pane has at least, that are enough for all
its parts, and that it has when it is folded to its title, its need and its agent, or where room is scarce to its title
and the first of these."""

_LIST_SHARE = 0.46
_LIST_COLUMNS = (44, 76)
_LIST_ROWS = 3


class Box(NamedTuple):
    """A place in cells."""

    x: int
    y: int
    width: int
    height: int


class Grid(NamedTuple):
    """The places of the groups' headings, and of the panes in the order of their groups."""

    headings: tuple[Box, ...]
    panes: tuple[Box, ...]


def tiles(
    groups: Sequence[int], width: int, height: int, focused: int, *, headed: bool = False, scroll_bar: int = 0
) -> Grid:
    """The places of the panes of groups with so many each, below one row of heading where they are headed.

    Rows are as even as possible and as wide as the room, together taller than it when they are many. In one column
    where not all panes can be roomy, the focused one takes what the others, folded, leave. The columns of the scroll
    bar, which `width` is without, count where their number is decided: else it would come and go with them for ever.
    """
    across = width + scroll_bar
    most = 3 if across >= WIDE else 2 if across >= NARROW else 1
    rows = [_share(count, -(-count // most)) if count else [] for count in groups]
    room = height - len(groups) * headed
    count = sum(map(len, rows))
    heights = iter(_stacked(count, room, focused) if most == 1 else _share(max(room, count * LEAST_ROWS), count))
    headings: list[Box] = []
    panes: list[Box] = []
    y = 0
    for group in rows:
        if headed:
            headings.append(Box(0, y, width, 1))
            y += 1
        for in_row in group:
            row_height = next(heights)
            x = 0
            for pane_width in _share(width, in_row):
                panes.append(Box(x, y, pane_width, row_height))
                x += pane_width
            y += row_height
    return Grid(tuple(headings), tuple(panes))


def listed(lines: int, width: int, height: int) -> tuple[Box, Box]:
    """The places of a list of so many lines and of the one pane: beside it, or below it where it is narrow."""
    if width >= NARROW:
        least, most = _LIST_COLUMNS
        columns = min(max(int(width * _LIST_SHARE), least), most)
        return Box(0, 0, columns, height), Box(columns, 0, width - columns, height)
    rows = min(lines, max(height - ROOMY_ROWS, _LIST_ROWS))
    return Box(0, 0, width, rows), Box(0, rows, width, max(height - rows, 1))


def _stacked(count: int, height: int, focused: int) -> list[int]:
    if not count:
        return []
    if height // count >= ROOMY_ROWS:
        return _share(height, count)
    folded = FOLDED_ROWS if height - (count - 1) * FOLDED_ROWS >= ROOMY_ROWS else LEAST_FOLDED_ROWS
    heights = [folded] * count
    heights[min(max(focused, 0), count - 1)] = max(height - (count - 1) * folded, LEAST_ROWS)
    return heights


def _share(whole: int, parts: int) -> list[int]:
    if not parts:
        return []
    each, more = divmod(whole, parts)
    return [each + (index < more) for index in range(parts)]


class Wish(NamedTuple):
    """What a part of a pane would like: `all` its rows, and at least `least` or none."""

    least: int
    all: int


def share_rows(height: int, wishes: Mapping[str, Wish], rounds: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Rows for each part: in each round a part grows to so many rows, as far as it wishes and there is room."""
    have = dict.fromkeys(wishes, 0)
    left = height
    for name, upto in rounds:
        wish = wishes[name]
        more = min(min(upto, wish.all) - have[name], left)
        if more <= 0 or have[name] + more < wish.least:
            continue
        have[name] += more
        left -= more
    return have
