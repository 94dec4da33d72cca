"""Preferences: how a person left the screen, remembered for the next time."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Layout(StrEnum):
    """How the overview shows repositories."""

    GRID = "grid"
    LIST = "list"


class Order(StrEnum):
    """How the overview sorts repositories."""

    CONFIGURED = "configured"
    ATTENTION = "attention"
    NAME = "name"


class Preferences(Struct, frozen=True):
    """What the screen remembers; `theme` None means the default, `folded` are names of groups."""

    layout: Layout = Layout.GRID
    order: Order = Order.CONFIGURED
    theme: str | None = None
    folded: tuple[str, ...] = ()
