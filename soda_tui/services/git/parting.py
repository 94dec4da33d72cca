"""Parting from what was left over: archived under a tag, pushed as it is, or removed once it is held elsewhere."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from soda_tui.cockpit.ports import Place, RefUpdate
from soda_tui.domain import sentences
from soda_tui.domain.naming import RESCUE_BRANCHES
from soda_tui.domain.recovery import ARCHIVE
from soda_tui.domain.stakes import LARGEST, Intake, mark
from soda_tui.services.git.contents import Change, Contents
from soda_tui.services.git.directories import Directories
from soda_tui.services.git.hooks import Hooks
from soda_tui.services.git.inspection import Inspections, shown
from soda_tui.services.git.intake import doubt_of
from soda_tui.services.git.problems import named, problem, refused, text, words
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, PARKED, TRACKED, branch_ref
from soda_tui.services.git.remote import PUSH_REMOTE, Remote

_NAMES = 100
_DURABLY = ("-c", "core.fsync=all", "-c", "core.fsyncMethod=fsync")


class Partings:
    """Archives, names and pushes branches, and removes directories that hold nothing of their own."""

    def __init__(self, runner: Runner, remote: Remote, inspections: Inspections, deadlines: Deadlines) -> None:
        self._runner = runner
        self._remote = remote
        self._inspections = inspections
        self._contents = Contents(inspections)
        self._deadlines = deadlines
        self._directories = Directories(runner, deadlines)
        self._hooks = Hooks(runner, deadlines)

    async def archive(self, place: Place, branch: str, oid: str) -> str:
        """Put a tag on the commit, and read it back; the tag's name, which says `-2` where another one has it."""
        if branch_ref(branch) is None:
            raise refused(sentences.BRANCH_NAME_REFUSED(branch=branch))
        for number in range(1, _NAMES):
            tag = f"{ARCHIVE}/{branch}{'' if number == 1 else f'-{number}'}"
            there = await self._head(place, f"refs/tags/{tag}")
            if there is None:
                made = await self._run(place, *_DURABLY, "update-ref", "-m", "soda-tui", f"refs/tags/{tag}", oid, "")
                there = await self._head(place, f"refs/tags/{tag}")
                if there != oid:
                    said = words(made.err)
                    raise refused(sentences.NOT_ARCHIVED(branch=branch, tag=tag, words=said))
            if there == oid:
                text(await self._run(place, *_DURABLY, "update-ref", "-m", "soda-tui", PARKED + oid, oid), place.path)
                return tag
        raise refused(sentences.NOT_ARCHIVED(branch=branch, tag=ARCHIVE, words=sentences.NAMES_TAKEN()))

    async def name(self, place: Place, branch: str, oid: str) -> None:
        """Make a branch at the commit; done already is fine."""
        ref = branch_ref(branch)
        if ref is None:
            raise refused(sentences.BRANCH_NAME_REFUSED(branch=branch))
        if await self._head(place, ref) != oid:
            text(await self._run(place, *_DURABLY, "update-ref", "-m", "soda-tui", ref, oid, ""), place.path)

    async def ignored(self, place: Place) -> tuple[str, ...]:
        """What git ignores in a worktree, a whole folder as one; the names are cleaned for people."""
        listed = await self._inspections.ask(
            place, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"
        )
        return tuple(shown(name) for name in listed.split("\0") if name)

    async def remove_worktree(self, place: Place, ignored: str) -> None:
        """Remove a worktree in which nothing is at stake; with it go the ignored files of just this mark.

        Git itself refuses where a file is there that no commit holds, and where somebody has locked the worktree.
        """
        path = place.worktree
        if await asyncio.to_thread(_same, path, place.path):
            raise refused(sentences.NOT_REMOVED(path=path, words=sentences.IT_IS_THE_CLONE()))
        async with self._inspections.open(place) as found:
            stakes = found.stakes
            if stakes.at_risk or stakes.lone:
                files = named([*stakes.files, *stakes.submodules]) or (found.head or "")[:12]
                raise refused(sentences.NOT_REMOVED(path=path, words=sentences.STILL_AT_STAKE(files=files)))
            if stakes.busy:
                raise refused(sentences.WORKTREE_BUSY(path=path, doing=stakes.busy))
            if stakes.locks:
                raise refused(sentences.GIT_LOCKED(path=path, words=named(stakes.locks)))
            if mark(await self.ignored(place)) != ignored:
                raise refused(sentences.NOT_REMOVED(path=path, words=sentences.IGNORED_CHANGED()))
            if inner := await asyncio.to_thread(_repositories, Path(path)):
                words = sentences.REPOSITORIES_INSIDE(files=named(inner))
                raise refused(sentences.NOT_REMOVED(path=path, words=words))
            # Whatever the person has git leave out of its status, here it counts.
            counting = ("-c", "status.showUntrackedFiles=all")
            done = await self._run(
                place, *counting, "worktree", "remove", "--", path, deadline=self._deadlines.checkout
            )
        await self._see_removed(place, done)

    async def forget_worktree(self, place: Place) -> None:
        """Let git forget a worktree whose directory is gone, and which held nothing of its own."""
        path = place.worktree
        if await asyncio.to_thread(os.path.lexists, path) or not await self._directories.is_held(place, path):
            raise refused(sentences.NOT_REMOVED(path=path, words=sentences.NOT_HELD_ELSEWHERE()))
        await self._see_removed(place, await self._run(place, "worktree", "remove", "--", path))

    async def contents(self, place: Place, rescue: str) -> tuple[Intake, ...]:
        """The files that a rescue holds and its first parent has not, or has otherwise; the staged ones as well."""
        oid = await self._head(place, HEADS + rescue)
        if oid is None or not rescue.startswith(f"{RESCUE_BRANCHES}/"):
            raise refused(sentences.NO_SUCH_RESCUE(branch=rescue, path=place.path))
        parents = (await self._ask(place, "rev-list", "--parents", "--max-count=1", oid)).split(" ")[1:]
        found: dict[str, Intake] = {}
        for tree in (oid, *parents[1:]):
            changed = await self._contents.changed(_inside(place), parents[0], tree)
            for name, change in changed.items():
                one = await self._intake(place, name, change)
                if name not in found or one.doubt:
                    found[name] = one
        return tuple(found.values())

    async def unpushed(self, place: Place, rescue: str) -> int:
        """How many commits below a rescue no remote is known to have: they are pushed along with it."""
        span = (f"{HEADS}{rescue}^1", "--not", "--remotes", f"--glob={TRACKED}*")
        return int(await self._ask(place, "rev-list", "--count", *span))

    async def push(self, place: Place, rescue: str, oid: str) -> None:
        """Push a rescue branch under its own name, which the remote must not have yet, and read it back there."""
        ref = HEADS + rescue
        url = await self._remote.push_url(place)
        refusal = await self._hooks.pre_push(place, url, RefUpdate(rescue, oid, None))
        if refusal is not None:
            raise refused(sentences.RESCUE_NOT_PUSHED(branch=rescue, words=refusal))
        done = await self._runner.run(
            place.path,
            *("push", "--porcelain", "--no-verify", "--no-progress", "--no-follow-tags", "--no-recurse-submodules"),
            *(f"--force-with-lease={ref}:", PUSH_REMOTE, f"{oid}:{ref}"),
            deadline=self._deadlines.network,
            variables=await self._remote.variables(place),
            network=True,
        )
        listed = await self._runner.run(
            place.path,
            *("ls-remote", "--quiet", "--refs", "origin", ref),
            deadline=self._deadlines.network,
            variables=await self._remote.variables(place),
            network=True,
        )
        if text(listed, place.path).partition("\t")[0] != oid:
            said = words(f"{done.err}\n{done.text}") if done.code is not None else problem(done, place.path).message
            raise refused(sentences.RESCUE_NOT_PUSHED(branch=rescue, words=said))
        text(await self._run(place, "update-ref", "-m", "soda-tui", TRACKED + rescue, oid), place.path)

    async def _intake(self, place: Place, name: str, change: Change) -> Intake:
        if change.after is None or change.submodule:
            return Intake(name, shown(name), None)
        blob = change.after[1]
        size = int(await self._ask(place, "cat-file", "-s", blob))
        content = b""
        if size <= LARGEST:
            read = await self._run(place, "cat-file", "blob", blob)
            text(read, place.path)
            content = read.out
        return Intake(name, shown(name), size, doubt_of(name, size, content), change.before is None)

    async def _see_removed(self, place: Place, done: Finished) -> None:
        listed = (await self._ask(place, "worktree", "list", "--porcelain")).splitlines()
        paths = [line.partition(" ")[2] for line in listed if line.startswith("worktree ")]
        if await asyncio.to_thread(_is_there, place.worktree, paths):
            raise refused(sentences.NOT_REMOVED(path=place.worktree, words=words(done.err)))

    async def _head(self, place: Place, ref: str) -> str | None:
        return await self._ask(place, "for-each-ref", "--format=%(objectname)", ref) or None

    async def _ask(self, place: Place, *arguments: str) -> str:
        return text(await self._run(place, *arguments), place.path)

    async def _run(self, place: Place, *arguments: str, deadline: float | None = None) -> Finished:
        return await self._runner.run(place.path, *arguments, deadline=deadline or self._deadlines.local)


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _is_there(path: str, listed: Sequence[str]) -> bool:
    return os.path.lexists(path) or any(_same(path, each) for each in listed)


def _inside(place: Place) -> Place:
    return Place(place.name, place.path, place.path)


def _repositories(root: Path) -> list[str]:
    """Repositories of their own inside a worktree, also in what it ignores: nobody has looked at their work."""
    found = []
    for folder, folders, files in os.walk(root):
        if Path(folder) != root and ".git" in (*folders, *files):
            found.append(shown(os.path.relpath(folder, root)))
            folders.clear()
    return found
