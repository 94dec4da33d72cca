"""Files that git does not know and that stand where a checkout would write."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable
from pathlib import Path


def obstacles(root: Path, wanted: Iterable[str], leaving: Collection[str]) -> list[str]:
    """What stands in a folder where the wanted files come to be, unless it is one of those that leave.

    Case is ignored among those that leave: on some file systems a file in another case is the same one.
    """
    gone = {path.casefold() for path in leaving}
    folders: dict[str, bool] = {}
    found: dict[str, None] = {}
    for path in wanted:
        parts = path.split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts))]
        blocked = next((folder for folder in above if not _passable(root, folder, gone, folders)), None)
        if blocked is None and _in_place(root, path, gone):
            blocked = path
        if blocked is not None:
            found[blocked] = None
    return list(found)


def _passable(root: Path, folder: str, gone: Collection[str], known: dict[str, bool]) -> bool:
    if folder not in known:
        mode = _mode(root / folder)
        known[folder] = mode is None or stat.S_ISDIR(mode) or folder.casefold() in gone
    return known[folder]


def _in_place(root: Path, path: str, gone: Collection[str]) -> bool:
    mode = _mode(root / path)
    if mode is None or path.casefold() in gone:
        return False
    if not stat.S_ISDIR(mode):
        return True
    return any(
        os.path.relpath(Path(folder, name), root).casefold() not in gone
        for folder, _, names in os.walk(root / path)
        for name in names
    )


def _mode(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
