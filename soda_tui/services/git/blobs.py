"""Blobs: the sizes and bytes of many objects, with a handful of processes however many there are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator

from msgspec import Struct

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.services.git.problems import refused, text
from soda_tui.services.git.process import OUTPUT, Deadlines, Runner

# What git says before and after the bytes of each.
_AROUND = 128


class Blob(Struct, frozen=True):
    """An object's size, and its bytes where it is not too large to be read."""

    oid: str
    size: int
    content: bytes = b""


class Blobs:
    """Reads objects by their ids."""

    def __init__(self, runner: Runner, deadlines: Deadlines) -> None:
        self._runner = runner
        self._deadlines = deadlines

    async def read(self, place: Place, oids: Iterable[str], largest: int) -> AsyncIterator[Blob]:
        """Each object in order, without its bytes where it has more than `largest`; raises a Failure where one lacks.

        `largest` is less than what is kept of a process's output.
        """
        rows = (await self._batch(place, "--batch-check", oids)).decode().splitlines()
        sizes: dict[str, int] = {}
        for row in rows:
            oid, _, size = row.partition(" blob ")
            if not size:
                raise refused(sentences.NOT_INSPECTED(path=place.path, words=row))
            sizes[oid] = int(size)
        for part in _portions(sizes, largest):
            small = [oid for oid in part if sizes[oid] <= largest]
            listed = await self._batch(place, "--batch", small)
            at = 0
            for oid in part:
                content = b""
                if sizes[oid] <= largest:
                    at = listed.index(b"\n", at) + 1
                    content, at = listed[at : at + sizes[oid]], at + sizes[oid] + 1
                yield Blob(oid, sizes[oid], content)

    async def _batch(self, place: Place, how: str, oids: Iterable[str]) -> bytes:
        feed = "".join(f"{oid}\n" for oid in oids).encode()
        if not feed:
            return b""
        finished = await self._runner.run(place.path, "cat-file", how, deadline=self._deadlines.local, feed=feed)
        text(finished, place.path)
        if len(finished.out) >= OUTPUT:
            raise refused(sentences.NOT_INSPECTED(path=place.path, words=sentences.TOO_MANY_FILES()))
        return finished.out


def _portions(sizes: dict[str, int], largest: int) -> Iterator[list[str]]:
    """Objects whose bytes fit together into what is kept of one process's output."""
    part: list[str] = []
    total = 0
    for oid, size in sizes.items():
        takes = (size if size <= largest else 0) + _AROUND
        if part and total + takes >= OUTPUT:
            yield part
            part, total = [], 0
        part.append(oid)
        total += takes
    if part:
        yield part
