"""Leftovers: what belongs to nobody, as people and scripts see it, and how they name it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from msgspec import Struct, structs

from soda_tui.domain.choices import Choice


class LeftoverKind(StrEnum):
    """What is left over."""

    WORK = "work"
    RESCUE = "rescue"
    CLAIM = "claim"
    WORKTREE = "worktree"
    ANCESTOR = "ancestor"


class Leftover(Struct, frozen=True):
    """One thing that was left over, as people and scripts see it; `name` is what to call it by, `what` a sentence.

    `oid` is the head that the choices are about. `undo` is the line that brings a rescue's files back. `kept` says that
    a person wanted it left as it is, and that it is as it was then.
    """

    kind: LeftoverKind
    name: str
    what: str
    choices: tuple[Choice, ...]
    issue: int | None = None
    oid: str | None = None
    here: bool = False
    on_remote: bool = False
    commits: int | None = None
    unpushed: int | None = None
    files: int | None = None
    added: int | None = None
    removed: int | None = None
    at: datetime | None = None
    undo: str | None = None
    kept: bool = False


class Found(Struct, frozen=True):
    """What was left over in a repository; `problem` says why the remote's part may be old, `cut` that there is more.

    `kept` counts those that are to be kept and not among the `leftovers`.
    """

    repository: str
    leftovers: tuple[Leftover, ...]
    problem: str | None = None
    cut: bool = False
    kept: int = 0

    def only(self, wanted: str, *, kept: bool) -> Found:
        """The same with those of this name or pattern alone."""
        return structs.replace(self, leftovers=matching(self.leftovers, wanted, kept=kept))

    def without_kept(self) -> Found:
        """The same without those that are to be kept."""
        shown = tuple(one for one in self.leftovers if not one.kept)
        return structs.replace(self, leftovers=shown, kept=self.kept + len(self.leftovers) - len(shown))


def mark_of(leftover: Leftover) -> str:
    """What is remembered of something to be kept: it is told again once it has changed."""
    return leftover.oid or leftover.kind.value


def matching(found: Iterable[Leftover], wanted: str, *, kept: bool = False) -> tuple[Leftover, ...]:
    """Those of this name, or else of this pattern, which means none that is to be kept unless `kept` says so."""
    listed = tuple(found)
    return tuple(one for one in listed if one.name == wanted) or tuple(
        one for one in listed if fnmatchcase(one.name, wanted) and (kept or not one.kept)
    )
