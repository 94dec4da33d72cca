"""What a person can see now: the one repository that fills the screen, else those whose panes are on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual.screen import Screen

from soda_tui.domain.model import Repository
from soda_tui.tui.screens.overview import Overview


def in_sight(stack: Sequence[Screen[object]]) -> tuple[Collection[str], str | None]:
    """The keys of the repositories that can be seen, and of the one that a person is at.

    A dialogue hides nothing of what is behind it.
    """
    for screen in reversed(stack):
        repository = getattr(screen, "repository", None)
        if isinstance(repository, Repository):
            return (repository.key,), repository.key
        if isinstance(screen, Overview):
            at = screen.grid.active.repository if screen.grid.active is not None else None
            return screen.grid.in_sight, at.key if at is not None else None
    return (), None
