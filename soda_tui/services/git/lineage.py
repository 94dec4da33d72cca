"""Lineage: which heads reach which commits, from one list of commits for all heads together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, structs

from soda_tui.domain.kept_work import KeptBranch


class Descent(Struct, frozen=True):
    """What one head has: the number of its commits, and the newest commit of the base that they stand on."""

    commits: int
    base: str | None


class Lineage:
    """The commits of many heads that their base has not, as `git rev-list --parents --boundary` lists them in order.

    Every commit gets a set of bits, one for each head that reaches it, handed down from children to parents.
    """

    def __init__(self, listed: str, heads: Iterable[str]) -> None:
        self._bits = {oid: 1 << number for number, oid in enumerate(dict.fromkeys(heads))}
        self._reached: dict[str, int] = {}
        self._boundary: list[str] = []
        own: set[str] = set()
        for line in listed.splitlines():
            oid, *parents = line.split(" ")
            if oid.startswith("-"):
                self._boundary.append(oid[1:])
                continue
            own.add(oid)
            reached = self._reached.get(oid, 0) | self._bits.get(oid, 0)
            self._reached[oid] = reached
            for parent in parents:
                self._reached[parent] = self._reached.get(parent, 0) | reached
        self._own = {oid: self._reached[oid] for oid in own}
        # Equal sets, of which there are few, are counted at once.
        self._sets = Counter(self._own.values())
        self._counts = _counts(self._sets)

    def descent(self, head: str) -> Descent:
        """What the head has beyond the base."""
        bit = self._bits[head]
        base = next((oid for oid in self._boundary if self._reached.get(oid, 0) & bit), None)
        # A head that is itself in the base stands on nothing but itself.
        return Descent(self._counts.get(bit.bit_length() - 1, 0), base)

    def reaches(self, head: str, oid: str) -> bool:
        """Whether the head contains a commit that the base has not."""
        return bool(self._own.get(oid, 0) & self._bits[head])

    def beyond(self, head: str, other: str | None) -> int:
        """How many of a head's commits another head lacks."""
        mine, theirs = self._bits[head], self._bits[other] if other else 0
        return sum(times for reached, times in self._sets.items() if reached & mine and not reached & theirs)


def _counts(sets: Mapping[int, int]) -> dict[int, int]:
    """For each bit the number of sets that have it."""
    counts: dict[int, int] = {}
    for bits, times in sets.items():
        while bits:
            lowest = (bits & -bits).bit_length() - 1
            counts[lowest] = counts.get(lowest, 0) + times
            bits &= bits - 1
    return counts


def compared(work: Sequence[KeptBranch], lineage: Lineage) -> tuple[list[KeptBranch], Mapping[str, tuple[str, ...]]]:
    """The branches with their commits counted, and for each the other heads that contain its work."""
    measured = [_measured(one, lineage) for one in work]
    return measured, _within(measured, lineage)


def _measured(one: KeptBranch, lineage: Lineage) -> KeptBranch:
    """The branch with its commits counted."""
    here, there = one.here, one.there
    unpushed = 0 if here is None else lineage.beyond(here, there)
    missing = 0 if there is None or here is None else lineage.beyond(there, here)
    one = structs.replace(one, unpushed=unpushed, diverged=bool(unpushed and missing))
    descent = lineage.descent(one.work)
    return structs.replace(one, commits=descent.commits, base=descent.base)


def _within(work: Sequence[KeptBranch], lineage: Lineage) -> Mapping[str, tuple[str, ...]]:
    heads = {head for one in work for head in (one.here, one.there) if head}
    return {
        one.name: tuple(head for head in heads if head != one.work and lineage.reaches(head, one.work)) for one in work
    }


class Stats(Struct, frozen=True):
    """What a commit changes from another one: files, lines, and the names of the files that are new."""

    files: int = 0
    added: int = 0
    removed: int = 0
    new: tuple[str, ...] = ()


def parse_stats(listed: str, heads: Sequence[str]) -> dict[str, Stats]:
    """What `git diff-tree --stdin --raw --numstat` says of each head; one that changes nothing is not listed by git."""
    files: dict[str, list[tuple[str, bool]]] = {head: [] for head in heads}
    lines: dict[str, list[int]] = {head: [0, 0] for head in heads}
    head = ""
    for line in listed.splitlines():
        if line in files:
            head = line
        elif line.startswith(":"):
            status, _, name = line.partition("\t")
            files[head].append((name, status.endswith(" A")))
        elif line.count("\t") >= 2:
            # A binary file has hyphens for numbers.
            for side, count in enumerate(line.split("\t", 2)[:2]):
                lines[head][side] += int(count) if count.isdecimal() else 0
    return {
        head: Stats(len(files[head]), lines[head][0], lines[head][1], tuple(name for name, new in files[head] if new))
        for head in heads
    }
