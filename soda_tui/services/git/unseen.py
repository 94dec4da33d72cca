"""Commits that nobody has seen yet: marked before they are made, looked through before they are pushed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Sequence

from soda_tui.cockpit.ports.git import RefUpdate
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.stakes import LARGEST
from soda_tui.services.git.blobs import Blobs
from soda_tui.services.git.doubts import doubt_of
from soda_tui.services.git.inspection import shown
from soda_tui.services.git.problems import named, refused, text
from soda_tui.services.git.process import OUTPUT, Deadlines, Runner
from soda_tui.services.git.refs import HEADS, SUBMODULE, TRACKED, UNSEEN

_GONE = "0" * 6


class Unseen:
    """Marks on branches that a commit of the cockpit's own is made on: a ref at the commit before it.

    It stays, whatever dies, until what came after it was looked through: a hook may have put in what nobody named.
    """

    def __init__(self, runner: Runner, deadlines: Deadlines) -> None:
        self._runner = runner
        self._blobs = Blobs(runner, deadlines)
        self._deadlines = deadlines

    async def mark(self, place: Place, branch: str, before: str) -> None:
        """What comes on the branch after a commit is to be looked through; an older mark stays."""
        if await self._marked(place, branch) is None:
            await self._ask(place, "update-ref", "-m", "soda-tui", _ref(branch), before)

    async def unmark(self, place: Place, branch: str, before: str | None = None) -> None:
        """What came after the commit was looked through; without one, all that is on the branch."""
        marked = await self._marked(place, branch)
        if marked is not None and before in {None, marked}:
            await self._ask(place, "update-ref", "-d", _ref(branch), marked)

    async def check(self, place: Place, update: RefUpdate) -> bool:
        """Whether there is a mark; refuses where something that came after it is to be doubted and was not named."""
        since = await self._marked(place, update.branch) if update.oid else None
        if since is None or update.oid is None:
            return False
        found = await self._doubtful(place, since, update.oid, update.included)
        if found:
            raise refused(sentences.PUSH_UNSEEN(branch=update.branch, files=named(found), since=since[:12]))
        return True

    async def _doubtful(self, place: Place, since: str, head: str, included: Collection[str]) -> Sequence[str]:
        """The files of each commit after one that no remote is known to have: what is taken out again is pushed too."""
        span = ("rev-list", head, "--not", since, "--remotes", f"--glob={TRACKED}*")
        commits = await self._ask(place, *span)
        told = ("diff-tree", "--stdin", "-r", "-c", "-z", "--root", "--no-commit-id", "--no-renames")
        fields = (await self._ask(place, *told, feed=commits + "\n")).split("\0") if commits else []
        names: dict[str, set[str]] = {}
        for row, name in zip(fields[::2], fields[1::2], strict=False):
            # One colon, mode and object for each parent, then those of the commit itself.
            parts, parents = row.lstrip(":").split(" "), row.count(":")
            mode, blob = parts[parents], parts[2 * parents + 1]
            if mode not in {_GONE, SUBMODULE} and name not in included:
                names.setdefault(blob, set()).add(name)
        found: dict[str, str] = {}
        async for one in self._blobs.read(place, names, LARGEST):
            for name in names[one.oid]:
                doubt = await asyncio.to_thread(doubt_of, name, one.size, one.content)
                if doubt is not None:
                    found[name] = f"{shown(name)} ({doubt})"
        return [found[name] for name in sorted(found)]

    async def _marked(self, place: Place, branch: str) -> str | None:
        return await self._ask(place, "for-each-ref", "--format=%(objectname)", _ref(branch)) or None

    async def _ask(self, place: Place, *arguments: str, feed: str = "") -> str:
        finished = await self._runner.run(place.path, *arguments, deadline=self._deadlines.local, feed=feed.encode())
        text(finished, place.path)
        if len(finished.out) >= OUTPUT:
            raise refused(sentences.NOT_INSPECTED(path=place.path, words=sentences.TOO_MANY_FILES()))
        return os.fsdecode(finished.out).removesuffix("\n")


def _ref(branch: str) -> str:
    return UNSEEN + branch.removeprefix(HEADS)
