"""Leftovers: what belongs to nobody, as people and scripts see it, and how they name it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from soda_tui.domain.choices import Choice


class LeftoverKind(StrEnum):
    """What is left over."""

    WORK = "work"
    RESCUE = "rescue"
    CLAIM = "claim"
    WORKTREE = "worktree"
    ANCESTOR = "ancestor"


@dataclass(frozen=True, slots=True)
class Leftover:
    """One thing that was left over, as people and scripts see it; `name` is what to call it by, `what` a sentence.

    `oid` is the head that the choices are about. `undo` is the line that brings a rescue's files back.
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


@dataclass(frozen=True, slots=True)
class Found:
    """What was left over in a repository; `problem` says why the remote's part may be old, `cut` that there is more."""

    repository: str
    leftovers: tuple[Leftover, ...]
    problem: str | None = None
    cut: bool = False

    def only(self, wanted: str) -> Found:
        """The same with those of this name or pattern alone."""
        return replace(self, leftovers=matching(self.leftovers, wanted))


def mark_of(leftover: Leftover) -> str:
    """What is remembered of something to be kept: it is told again once it has changed."""
    return leftover.oid or leftover.kind.value


def matching(found: Iterable[Leftover], wanted: str) -> tuple[Leftover, ...]:
    """Those of this name, or else of this pattern."""
    listed = tuple(found)
    return tuple(one for one in listed if one.name == wanted) or tuple(
        one for one in listed if fnmatchcase(one.name, wanted)
    )
