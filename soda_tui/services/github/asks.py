"""What a document is made of: fields, each with what is done with its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from soda_tui.services.github.connection import Reply
from soda_tui.services.github.queries import Document

if TYPE_CHECKING:
    from soda_tui.services.github.progress import Progress


class Ask(Struct, frozen=True):
    """One field of a document: how it is added, what is done with its answer, and whom a failure concerns.

    `halves` are two that ask for the same, None where it cannot be asked in parts.
    """

    add: Callable[[Document], str]
    take: Callable[[Reply, str], None]
    concerns: tuple[Progress, ...]
    halves: Callable[[], Sequence[Ask]] | None = None


def parts(asks: Sequence[Ask]) -> tuple[Sequence[Ask], ...]:
    """The same in two documents, without what nobody needs; empty where that cannot be."""
    asks = [ask for ask in asks if ask.concerns] or asks
    if len(asks) == 1:
        return tuple((half,) for half in asks[0].halves()) if asks[0].halves is not None else ()
    return asks[: len(asks) // 2], asks[len(asks) // 2 :]
