"""Where panes stand on the screen, and where the parts of a pane stand in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

NARROW = 100
WIDE = 160
LEAST_ROWS = 10
ROOMY_ROWS = 14
FOLDED_ROWS = 3
"""Columns from which two and three panes stand side by side; rows that a pane has at least, that are enough for all
its parts, and that it has when it is folded to its title, its need and its agent."""


class Box(NamedTuple):
    """A place in cells."""

    x: int
    y: int
    width: int
    height: int


def tiles(count: int, width: int, height: int, focused: int) -> list[Box]:
    """The places of so many panes: rows as even as possible and as wide as the room, taller than it when they are many.

    In one column where not all can be roomy, the focused pane takes what the others, folded, leave.
    """
    if not count:
        return []
    most = 3 if width >= WIDE else 2 if width >= NARROW else 1
    if most == 1:
        return _stack(count, width, height, focused)
    rows = -(-count // most)
    heights = _share(max(height, rows * LEAST_ROWS), rows)
    boxes: list[Box] = []
    y = 0
    for in_row, row_height in zip(_share(count, rows), heights, strict=True):
        x = 0
        for pane_width in _share(width, in_row):
            boxes.append(Box(x, y, pane_width, row_height))
            x += pane_width
        y += row_height
    return boxes


def _stack(count: int, width: int, height: int, focused: int) -> list[Box]:
    if height // count >= ROOMY_ROWS:
        heights = _share(height, count)
    else:
        heights = [FOLDED_ROWS] * count
        heights[min(max(focused, 0), count - 1)] = max(height - (count - 1) * FOLDED_ROWS, LEAST_ROWS)
    boxes: list[Box] = []
    y = 0
    for pane_height in heights:
        boxes.append(Box(0, y, width, pane_height))
        y += pane_height
    return boxes


def _share(whole: int, parts: int) -> list[int]:
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
