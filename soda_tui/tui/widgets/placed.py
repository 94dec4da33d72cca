"""A layout for widgets that know themselves where their children stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, cast

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget


class Placing(Protocol):
    """A widget that places its children."""

    def places(self, size: Size) -> Iterable[tuple[Widget, tuple[int, int, int, int]]]:
        """Where children stand: x, y, width and height; one without a place is not shown."""


class Placed(Layout):
    """Places what the widget says."""

    name = "placed"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        return [
            WidgetPlacement(Region(*box), NULL_OFFSET, NULL_SPACING, child)
            for child, box in cast(Placing, parent).places(size)
            if child in children
        ]


PLACED = Placed()
