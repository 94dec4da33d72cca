"""What a step of the guide is: a page that is seen, rows that are ticked, a question, and what is done after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from soda_tui.cockpit.setting_up import SetUp

Tell = Callable[[str, bool], None]
"""Says a sentence, and whether all is well."""


class Item(Struct, frozen=True):
    """A row of a step: `box` is whether it is ticked, None where it has no box; one that is not `open` only informs.

    Of one that is `done` there is nothing left to do, so enter goes on.
    """

    title: str
    words: str = ""
    box: bool | None = None
    open: bool = True
    done: bool = False


class Page(Struct, frozen=True):
    """What a step shows: sentences, rows, the command that does the same, and in a word what enter does.

    Of one that is `done` there is nothing left to do, so enter goes on.
    """

    says: tuple[str, ...]
    items: tuple[Item, ...] = ()
    command: str = ""
    does: str = ""
    done: bool = False


class Step(Protocol):
    """One step; all but `page` and `tick` may take long, and raise a Failure."""

    title: str

    async def look(self) -> None:
        """Look at how things are."""

    def page(self) -> Page:
        """What is seen of it now."""

    def tick(self, at: int) -> None:
        """Tick a row, or take the tick away."""

    def question(self, at: int | None) -> str | None:
        """What is asked before `do`; None where there is nothing to do."""

    async def do(self, at: int | None, tell: Tell) -> bool:
        """Do it for what is ticked, or for the row of the cursor; whether what the cockpit is opened with changed."""


class Plain:
    """What most steps have in common."""

    title = ""

    def __init__(self, setup: SetUp) -> None:
        self._setup = setup

    def tick(self, at: int) -> None:
        """There is nothing to tick."""

    def question(self, at: int | None) -> str | None:
        """There is nothing to do but to look again."""
        return None

    async def do(self, at: int | None, tell: Tell) -> bool:
        """There is nothing to do."""
        return False
