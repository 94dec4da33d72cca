"""Where panes and their parts stand, at every size."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from soda_tui.tui.arrange import (
    FOLDED_ROWS,
    LEAST_FOLDED_ROWS,
    LEAST_ROWS,
    NARROW,
    ROOMY_ROWS,
    Box,
    Wish,
    listed,
    share_rows,
    tiles,
)


def rows_of(boxes: Sequence[Box]) -> list[int]:
    """How many panes stand in each row."""
    return [sum(box.y == y for box in boxes) for y in sorted({box.y for box in boxes})]


@pytest.mark.parametrize(
    ("width", "arrangements"),
    [
        (160, {1: [1], 2: [2], 3: [3], 4: [2, 2], 5: [3, 2], 7: [3, 2, 2], 10: [3, 3, 2, 2], 12: [3, 3, 3, 3]}),
        (120, {1: [1], 2: [2], 3: [2, 1], 4: [2, 2], 12: [2] * 6}),
        (99, {1: [1], 2: [1, 1], 12: [1] * 12}),
    ],
)
def test_how_many_stand_side_by_side(width: int, arrangements: dict[int, list[int]]) -> None:
    for count, expected in arrangements.items():
        assert rows_of(tiles([count], width, 48, 0).panes) == expected


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 250])
def test_panes_fill_the_width_and_never_overlap(width: int) -> None:
    assert tiles([0], width, 21, 0).panes == ()
    for count in range(1, 13):
        for height in (17, 21, 48, 77):
            boxes = tiles([count], width, height, count // 2).panes
            taken = [
                (x, y)
                for box in boxes
                for x in range(box.x, box.x + box.width)
                for y in range(box.y, box.y + box.height)
            ]
            bottom = max(box.y + box.height for box in boxes)
            assert len(boxes) == count
            assert bottom >= height
            assert len(taken) == len(set(taken)) == width * bottom


def test_groups_stand_below_their_headings_and_fill_the_room() -> None:
    for width in (60, 120, 180):
        found = tiles([3, 0, 2], width, 48, 0, headed=True)
        assert [box.height for box in found.headings] == [1, 1, 1]
        taken = {
            (x, y)
            for box in (*found.headings, *found.panes)
            for x in range(box.x, box.x + box.width)
            for y in range(box.y, box.y + box.height)
        }
        assert len(taken) == width * 48
        assert found.headings[1].y == max(box.y + box.height for box in found.panes[:3])
        assert found.headings[2].y == found.headings[1].y + 1 == found.panes[3].y - 1


def heights(count: int, width: int, height: int, focused: int) -> list[int]:
    """The heights of so many panes without groups."""
    return [box.height for box in tiles([count], width, height, focused).panes]


def test_in_a_low_narrow_terminal_the_focused_pane_takes_what_the_others_leave() -> None:
    assert heights(3, 80, 22, 1) == [FOLDED_ROWS, 22 - 2 * FOLDED_ROWS, FOLDED_ROWS]
    assert heights(3, 60, 18, 0) == [18 - 2 * LEAST_FOLDED_ROWS, LEAST_FOLDED_ROWS, LEAST_FOLDED_ROWS]
    assert heights(3, 80, 60, 1) == [20, 20, 20]
    assert heights(12, 60, 18, 11)[11] == LEAST_ROWS


@pytest.mark.parametrize("width", [60, 80, 99, 100, 160, 250])
@pytest.mark.parametrize("lines", [1, 3, 12, 60])
def test_a_list_leaves_its_pane_enough(width: int, lines: int) -> None:
    for height in (18, 22, 48, 78):
        rows, pane = listed(lines, width, height)
        assert rows.width * rows.height + pane.width * pane.height == width * height
        if width < NARROW:
            assert pane.y == rows.height
            assert pane.height >= ROOMY_ROWS
        else:
            assert pane.x == rows.width
            assert pane.width >= max(54, rows.width)


def test_rows_are_shared_in_rounds_and_a_part_gets_its_least_or_nothing() -> None:
    wishes = {"head": Wish(1, 3), "queue": Wish(2, 40), "log": Wish(2, 0)}
    rounds = (("head", 99), ("queue", 2), ("log", 3), ("queue", 10), ("queue", 99))
    assert share_rows(30, wishes, rounds) == {"head": 3, "queue": 27, "log": 0}
    assert share_rows(4, wishes, rounds) == {"head": 3, "queue": 0, "log": 0}
    assert share_rows(2, wishes, rounds) == {"head": 2, "queue": 0, "log": 0}
    assert share_rows(9, {**wishes, "log": Wish(2, 99)}, rounds) == {"head": 3, "queue": 3, "log": 3}
