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
    """The same in two documents, without what nobody needs; empty where that cannot be.

    What concerns as many as all else together is halved itself, or the tries would go by before it is small; whatever
    else concerns one of them stays with its half.
    """
    asks = [ask for ask in asks if ask.concerns] or asks
    largest = max(asks, key=lambda ask: len(ask.concerns))
    others = [ask for ask in asks if ask is not largest]
    if largest.halves is not None and len(largest.concerns) >= sum(len(ask.concerns) for ask in others):
        one, two = largest.halves()
        first = [ask for ask in others if set(ask.concerns) <= set(one.concerns)]
        return (one, *first), (two, *(ask for ask in others if ask not in first))
    return (asks[: len(asks) // 2], asks[len(asks) // 2 :]) if others else ()
