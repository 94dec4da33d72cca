"""The ancestor's `my-little-soda.toml` of a clone: read as foreign text, and checked as what it would become."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import msgspec

from soda_tui.domain import sentences as say
from soda_tui.domain.ancestor import FILE, Left, Taken, Takeover, flat, new_name, reason_left
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.services.config import document
from soda_tui.services.config.slots import slot_of


def read(clone: Path, said: Collection[str]) -> tuple[Path, Takeover]:
    """The file of a clone, and what would become of it; `said` are keys that the person's own configuration has.

    Raises a Failure where there is no such file, it is a link, or it cannot be read.
    """
    path = clone / FILE
    if path.is_symlink():
        raise Failure(Problem(ErrorCode.REFUSED, say.IMPORT_LINK(path=path)))
    if not path.exists():
        raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.IMPORT_NONE(clone=clone)))
    taken: list[Taken] = []
    left: list[Left] = []
    for old, value in flat(document.read(path).data):
        key = new_name(old)
        if key is None:
            left.append(Left(old, reason_left(old)))
            continue
        slot = slot_of(key, {}, of_repository=True)
        try:
            slot.read(value, strict=True)
        except msgspec.ValidationError:
            left.append(Left(old, say.IMPORT_VALUE(key=key, right=slot.key.right)))
            continue
        if key in said:
            left.append(Left(old, say.IMPORT_STANDS(key=key)))
        else:
            taken.append(Taken(old, key, value))
    return path, Takeover(tuple(taken), tuple(left))
