"""Sight: the repositories that somebody looks at, whose edits are noticed before git knows of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from soda_tui.cockpit.ports.world import World

Folders = dict[str, frozenset[str]]


class Sight:
    """`checkouts` tells where a repository's files are, `look` is asked to look at those in which some changed."""

    def __init__(
        self,
        world: World,
        checkouts: Callable[[str], Sequence[str]],
        look: Callable[[Collection[str]], Awaitable[None]],
    ) -> None:
        self._world = world
        self._checkouts = checkouts
        self._look = look
        self._keys: frozenset[str] = frozenset()
        self._edited: set[str] = set()
        self._turned = asyncio.Event()

    def turn_to(self, keys: Collection[str]) -> None:
        """Look at these repositories from now on."""
        if self._keys != frozenset(keys):
            self._keys = frozenset(keys)
            self._turned.set()

    def glance(self, keys: Collection[str]) -> None:
        """Find out whether other folders of these repositories hold tracked files now."""
        if not self._keys.isdisjoint(keys):
            self._turned.set()

    async def follow(self) -> None:
        """Notice edits until cancelled; what came into sight is looked at once, since nobody did until then."""
        async with asyncio.TaskGroup() as tasks:
            watched: Folders = {}
            watching: asyncio.Task[None] | None = None
            while True:
                folders = {key: await self._folders(key) for key in sorted(self._keys)}
                if folders != watched:
                    if watching is not None:
                        watching.cancel()
                    self._edited |= {key for key in folders if folders[key] != watched.get(key)}
                    watched = folders
                    watching = tasks.create_task(self._watch(folders))
                await self._turned.wait()
                self._turned.clear()

    async def _watch(self, folders: Folders) -> None:
        # What an earlier watch had noticed and was kept from looking at is still to be done.
        await self._look_at_edited()
        async for keys in self._world.watch.edits(folders):
            self._edited |= keys
            await self._look_at_edited()

    async def _look_at_edited(self) -> None:
        keys = self._edited & self._keys
        if keys:
            await self._look(keys)
        self._edited.clear()

    async def _folders(self, key: str) -> frozenset[str]:
        found = [await self._world.git.directories(checkout) for checkout in self._checkouts(key)]
        return frozenset[str]().union(*found)
