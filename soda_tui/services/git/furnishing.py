"""What a worktree needs from the user's clone although git does not carry it: ignored files, copied or linked.

Which they are says the user's own configuration alone. A worktree's git directory notes what was brought, so that it
can be brought anew; whatever else stands there is left as it is.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePath

from msgspec import Struct

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.services import files
from soda_tui.services.git.gitdir import common_dir, git_dir
from soda_tui.services.git.problems import refused, text
from soda_tui.services.git.process import Deadlines, Runner

_BROUGHT = "soda-tui-brought"
_MEGABYTES = 16
_LARGEST = _MEGABYTES << 20
_RECORD = 1 << 20


class Furnishings:
    """Brings files of the clone into its worktrees."""

    def __init__(self, runner: Runner, deadlines: Deadlines) -> None:
        self._runner = runner
        self._deadlines = deadlines

    async def furnish(self, place: Place, copy: Sequence[str], link: Sequence[str]) -> tuple[str, ...]:
        """Copy and link what is not there yet; what was left out, in sentences.

        Raises a Failure, before anything is brought, where a path leads out of clone or worktree, or an agent could
        commit what is brought.
        """
        found = await asyncio.to_thread(git_dir, place.worktree)
        names = tuple(dict.fromkeys((*copy, *link)))
        if found is None or not names:
            return ()
        try:
            there = await asyncio.to_thread(_check, place, copy, names)
            tracked = await self._tracked(place, names)
            await self._refuse_visible(place, found, [name for name in there if name not in tracked])
            bringing = _Bringing(place, found, tracked)
            return await asyncio.to_thread(bringing.bring, copy, link)
        except OSError as error:
            raise refused(sentences.WORKTREE_REFUSED(path=place.worktree, words=error.strerror or error)) from error

    async def _tracked(self, place: Place, names: Sequence[str]) -> frozenset[str]:
        """The names that the repository has itself, as files or as folders with files in them."""
        paths = [f":(top,literal){name}" for name in names]
        deadline = self._deadlines.local
        listed = await self._runner.run(place.worktree, "ls-files", "-z", "--", *paths, deadline=deadline)
        text(listed, place.worktree)
        own = os.fsdecode(listed.out).split("\0")
        return frozenset(name for name in names if any(f"{each}/".startswith(f"{name}/") for each in own))

    async def _refuse_visible(self, place: Place, found: Path, names: Sequence[str]) -> None:
        feed = b"".join(os.fsencode(name) + b"\0" for name in names)
        if not names:
            return
        command = ("check-ignore", "-z", "--stdin")
        asked = await self._runner.run(place.worktree, *command, deadline=self._deadlines.local, feed=feed)
        if asked.code != 1:
            text(asked, place.worktree)
        ignored = set(os.fsdecode(asked.out).split("\0"))
        for name in names:
            if name not in ignored:
                exclude = common_dir(found) / "info" / "exclude"
                raise refused(sentences.FURNISH_NOT_IGNORED(name=name, path=place.worktree, exclude=exclude))


class _Bringing(Struct, frozen=True):
    """One furnishing of a worktree whose git directory is `found`."""

    place: Place
    found: Path
    tracked: frozenset[str]

    def bring(self, copy: Sequence[str], link: Sequence[str]) -> tuple[str, ...]:
        """Bring all; what was left out, in sentences."""
        brought = _read(self.found)
        said = [self._bring(name, brought, linking=False) for name in copy]
        said += [self._bring(name, brought, linking=True) for name in link if name not in copy]
        return tuple(filter(None, said))

    def _bring(self, name: str, brought: dict[str, list[str]], *, linking: bool) -> str | None:
        if name in self.tracked:
            return sentences.FURNISH_TRACKED(name=name)
        source, target = Path(self.place.path, name), Path(self.place.worktree, name)
        if not source.exists():
            return sentences.FURNISH_MISSING(name=name, path=self.place.path)
        content = None if linking else source.read_bytes()
        wanted = _mark(os.fsencode(source), "link") if content is None else _mark(content, "copy")
        known = brought.get(name, [])
        there = _there(target)
        if there == wanted:
            return None
        if there is not None and not _is_ours(there, known, content, target):
            return sentences.FURNISH_FOREIGN(name=name)
        # Noted before it is there, and with what was there before: a kill in between must not make it a stranger.
        brought[name] = [wanted, *([there] if there else [])]
        _write(self.found, brought)
        target.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            target.symlink_to(source)
        else:
            _copy(content, source.stat().st_mode, target)
        brought[name] = [wanted]
        _write(self.found, brought)
        return None


def _check(place: Place, copy: Sequence[str], names: Sequence[str]) -> list[str]:
    """The names that the clone has.

    Refuses what leads out of clone or worktree, through whatever links, and copies that are no files.
    """
    top = Path(place.path).resolve()
    for name in names:
        source = Path(place.path, name)
        parts = PurePath(name).parts
        try:
            real = source.resolve()
        except RuntimeError:  # links that lead to each other
            real = Path("/")
        inside = real.is_relative_to(top) and ".git" not in real.relative_to(top).parts
        if PurePath(name).is_absolute() or ".." in parts or ".git" in parts or not inside:
            raise refused(sentences.FURNISH_OUTSIDE(name=name, path=place.path))
        folder = Path(place.worktree)
        for part in parts[:-1]:
            folder /= part
            if os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir()):
                raise refused(sentences.FURNISH_OUTSIDE(name=name, path=place.worktree))
        if name in copy and source.exists() and not (source.is_file() and source.stat().st_size <= _LARGEST):
            raise refused(sentences.FURNISH_NO_FILE(name=name, path=place.path, size=_MEGABYTES))
    return [name for name in names if Path(place.path, name).exists()]


def _there(target: Path) -> str | None:
    """What tells what stands at a place from all else; None for nothing."""
    try:
        status = target.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(status.st_mode):
        return _mark(os.fsencode(target.readlink()), "link")
    if stat.S_ISREG(status.st_mode) and status.st_size <= _LARGEST:
        return _mark(target.read_bytes(), "copy")
    return "something else"


def _is_ours(there: str, known: Sequence[str], content: bytes | None, target: Path) -> bool:
    """Whether a file was copied here and not changed since, or is the beginning of such a copy that was cut off."""
    if content is None or not known or not there.startswith("copy "):
        return False
    return there in known or content.startswith(target.read_bytes())


def _mark(content: bytes, kind: str) -> str:
    return f"{kind} {hashlib.sha256(content).hexdigest()}"


def _copy(content: bytes, mode: int, target: Path) -> None:
    """Write a file that is not there, or is our own; never through a link."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(target, flags, stat.S_IMODE(mode) & 0o777)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _read(found: Path) -> dict[str, list[str]]:
    """What was brought; nothing where that cannot be read, so that all that is there counts as foreign."""
    content = files.read(found / _BROUGHT, _RECORD) or b"{}"
    with suppress(ValueError, RecursionError, AttributeError, TypeError):
        return {str(name): [str(mark) for mark in marks] for name, marks in json.loads(content).items()}
    return {}


def _write(found: Path, brought: dict[str, list[str]]) -> None:
    files.replace(found / _BROUGHT, json.dumps(brought).encode())
