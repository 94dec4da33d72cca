"""Leftovers: the work and the places of a repository that may belong to nobody, read with a handful of processes."""

from __future__ import annotations

import asyncio
import fnmatch
import os
import re
from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec import Struct, structs

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.kept_work import ARCHIVE, KeptBranch, KeptRescue, KeptWork
from soda_tui.domain.naming import LEDGER_BRANCH, RESCUE_BRANCHES, branch_issue
from soda_tui.services.git.contents import WITH_VERBATIM
from soda_tui.services.git.directories import Directories
from soda_tui.services.git.lineage import Lineage, Stats, compared, parse_stats
from soda_tui.services.git.problems import text
from soda_tui.services.git.process import OUTPUT, Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, TRACKED
from soda_tui.services.git.state import NOT_WORK, moment
from soda_tui.services.git.wire import Wire

# So many branches, and as many rescues, are looked at in one go: their heads stand on one command line.
MOST = 500
_COMMITS = 50_000
_RESCUES = f"{HEADS}{RESCUE_BRANCHES}/"
_ARCHIVE = f"refs/tags/{ARCHIVE}/"
_REMOTES = "refs/remotes/"
_ORIGIN = f"{_REMOTES}origin/"
# Branches of agents, and those that the ancestor makes for no one issue.
_WORK = ("agent*", "work-*", "bundle/*", "conflict-recovery/*", "my-little-soda-*")
_ANCESTOR_WORK = re.compile(r"(bundle|conflict-recovery)/.+|my-little-soda-.+")
# What the ancestor leaves in a clone.
_ANCESTOR = (
    *(NOT_WORK, ".my-little-soda", "my-little-soda.toml", ".my-little-soda-rc", ".doctor-test"),
    *(".my-little-soda-doctor-test", ".my-little-soda-test-dir", ".my-little-soda-test-state.json", ".readonly-test"),
    *(".my-little-soda-test-work", ".my-little-soda-test-lock", ".doctor-workflow-test.tmp"),
    *(f".disk-space-test-{size}" for size in (1, 10, 100, 1024)),
)


class _Ref(Struct, frozen=True):
    """A ref with its commit, when that was made, and its parents."""

    oid: str
    at: datetime | None
    parents: tuple[str, ...] = ()


class Leftovers:
    """Looks for what was left over."""

    def __init__(self, runner: Runner, wire: Wire, deadlines: Deadlines) -> None:
        self._runner = runner
        self._wire = wire
        self._deadlines = deadlines
        self._directories = Directories(runner, deadlines)

    async def look(self, place: Place, base: str | None, folders: Sequence[str]) -> KeptWork:
        """All that there is; without an answer from the remote, its part as it was fetched last, with the problem.

        `folders` are or hold the cockpit's own worktrees for the repository.
        """
        remote, problem = await self._fetch(place, base)
        refs = await self._refs(place)
        rescues = {name: refs[_RESCUES + name] for name in _below(refs, _RESCUES)}
        directories, standing = await self._directories.look(place, folders)
        there = _on_remote(refs, remote)
        agents = await self._directories.visited(place, directories) - {base}
        branches = await self._branches(place, base, refs, remote, there, standing, agents)
        return KeptWork(
            branches[:MOST],
            await self._rescues(place, refs, there, dict(sorted(rescues.items(), reverse=True)[:MOST])),
            directories,
            await asyncio.to_thread(_ancestor, Path(place.path)),
            problem,
            max(len(branches), len(rescues)) > MOST,
        )

    async def _fetch(self, place: Place, base: str | None) -> tuple[dict[str, str] | None, Problem | None]:
        """The heads of the remote's work branches, all of them here too; None where it cannot be asked."""
        wanted = (*_WORK, f"{RESCUE_BRANCHES}/*", f"{LEDGER_BRANCH.partition('/')[0]}/*", *((base,) if base else ()))
        try:
            names = (HEADS + name for name in wanted)
            listed = await self._wire.run(place, "ls-remote", "--quiet", "--refs", "origin", *names)
            rows = (row.split("\t") for row in text(listed, place.path).splitlines())
            there = {ref: oid for oid, ref in rows if ref.startswith(HEADS)}
            known = await self._refs(place)
            if any(known.get(TRACKED + ref.removeprefix(HEADS), _NONE).oid != oid for ref, oid in there.items()):
                # Nothing is pruned: what the remote has no longer may be all that holds its commits here.
                refspecs = (f"+{ref}:{TRACKED}{ref.removeprefix(HEADS)}" for ref in list(there)[: 2 * MOST])
                text(await self._wire.fetch(place, "--refmap=", "origin", *refspecs), place.path)
        except Failure as failure:
            return None, failure.problem
        return {ref.removeprefix(HEADS): oid for ref, oid in there.items()}, None

    async def _branches(
        self,
        place: Place,
        base: str | None,
        refs: Mapping[str, _Ref],
        remote: dict[str, str] | None,
        elsewhere: Set[str],
        standing: Mapping[str, str],
        agents: Set[str],
    ) -> tuple[KeptBranch, ...]:
        here = {name: refs[HEADS + name] for name in _below(refs, HEADS) if _is_work(name) or name in agents}
        there = {name: refs[TRACKED + name] for name in _below(refs, TRACKED) if _is_work(name)}
        if remote is not None:
            there = {name: ref for name, ref in there.items() if remote.get(name) == ref.oid}
        names = sorted({*here, *there}, key=lambda name: (_newest(here, there, name), name), reverse=True)
        chosen = names[:MOST]
        heads = list(dict.fromkeys(refs[name].oid for name in chosen for refs in (here, there) if name in refs))
        lineage = await self._lineage(place, base, refs, heads)
        unheld = await self._unheld(place, heads, elsewhere)
        archived = {refs[_ARCHIVE + name].oid for name in _below(refs, _ARCHIVE)}
        work: list[KeptBranch] = []
        for name in names:
            mine, theirs = (found[name].oid if name in found else None for found in (here, there))
            at = max((found[name].at for found in (here, there) if name in found), key=_order)
            work.append(KeptBranch(name, mine, theirs, at, directory=standing.get(name)))
        within: Mapping[str, tuple[str, ...]] = {}
        if lineage is not None:
            # Hundreds of branches of thousands of commits take a second.
            work[:MOST], within = await asyncio.to_thread(compared, work[:MOST], lineage)
        stats = await self._stats(place, {one.work: one.base for one in work[:MOST] if one.base})
        found = (_finished(one, stats, within, unheld, archived) for one in work)
        # Whatever an agent made where it worked is its work; branches that people push are theirs.
        return tuple(one for one in found if _is_work(one.name) or not (one.held or one.commits == 0))

    async def _rescues(
        self, place: Place, refs: Mapping[str, _Ref], elsewhere: Set[str], rescues: Mapping[str, _Ref]
    ) -> tuple[KeptRescue, ...]:
        parents = {ref.oid: next(iter(ref.parents), None) for ref in rescues.values()}
        stats, unheld, lone = await asyncio.gather(
            self._stats(place, {oid: parent for oid, parent in parents.items() if parent}),
            self._unheld(place, list(parents), elsewhere),
            self._lone(place, [parent for parent in parents.values() if parent]),
        )
        archived = {refs[_ARCHIVE + name].oid for name in _below(refs, _ARCHIVE)}
        found = []
        for name, ref in rescues.items():
            known = stats.get(ref.oid)
            found.append(
                KeptRescue(
                    f"{RESCUE_BRANCHES}/{name}",
                    ref.oid,
                    ref.at,
                    known.files if known else None,
                    known.new if known else (),
                    parents[ref.oid] in lone,
                    ref.oid not in unheld,
                    ref.oid in archived,
                    len(ref.parents) == WITH_VERBATIM,
                )
            )
        return tuple(found)

    async def _refs(self, place: Place) -> dict[str, _Ref]:
        listed = await self._ask(
            place,
            *("for-each-ref", "--format=%(refname) %(objectname) %(committerdate:unix) %(parent)"),
            *(HEADS, TRACKED, _ARCHIVE, _REMOTES),
        )
        rows = (row.split(" ") for row in listed.splitlines())
        return {name: _Ref(oid, moment(at), tuple(filter(None, parents))) for name, oid, at, *parents in rows}

    async def _lineage(
        self, place: Place, base: str | None, refs: Mapping[str, _Ref], heads: list[str]
    ) -> Lineage | None:
        """How the heads stand to the base; None where there is no base, or too much to look through."""
        names = [found for found in (TRACKED, _ORIGIN) if base and found + base in refs]
        against = [refs[found + (base or "")].oid for found in names] or [
            refs[_ORIGIN + "HEAD"].oid for _ in range(_ORIGIN + "HEAD" in refs)
        ]
        if not against or not heads:
            return None
        finished = await self._run(
            place,
            *("rev-list", "--parents", "--boundary", "--date-order", f"--max-count={_COMMITS}", "--ignore-missing"),
            *(*heads, "--not", *against, "--"),
        )
        whole = finished.code == 0 and len(finished.out) < OUTPUT and finished.out.count(b"\n") < _COMMITS
        return await asyncio.to_thread(Lineage, finished.text, heads) if whole else None

    async def _unheld(self, place: Place, heads: list[str], elsewhere: Set[str]) -> frozenset[str]:
        """The heads that none of those elsewhere contains; all where that cannot be told."""
        if not heads:
            return frozenset()
        fed = "".join(f"{oid}\n" for oid in (*heads, *(f"^{oid}" for oid in elsewhere))).encode()
        finished = await self._run(
            place, "rev-list", f"--max-count={_COMMITS}", "--ignore-missing", "--stdin", feed=fed
        )
        if finished.code != 0 or len(finished.out) >= OUTPUT or finished.out.count(b"\n") >= _COMMITS:
            return frozenset(heads)
        return frozenset(heads) & frozenset(finished.text.splitlines())

    async def _lone(self, place: Place, commits: list[str]) -> frozenset[str]:
        """The commits that nothing holds but a rescue."""
        if not commits:
            return frozenset()
        excluded = f"--exclude={RESCUE_BRANCHES}/*"
        globs = ("--branches", "--tags", "--remotes", f"--glob={TRACKED}*")
        finished = await self._run(
            place, "rev-list", f"--max-count={_COMMITS}", *commits, "--not", excluded, *globs, "--"
        )
        return frozenset(commits) & frozenset(finished.text.splitlines())

    async def _stats(self, place: Place, spans: Mapping[str, str | None]) -> dict[str, Stats]:
        """What each commit changes from another one; nothing of those where git cannot say, which costs only that."""
        if not spans:
            return {}
        fed = "".join(f"{head} {base}\n" for head, base in spans.items()).encode()
        finished = await self._runner.run(
            place.path,
            *("-c", "core.quotePath=false", "diff-tree", "--stdin", "-r", "--raw", "--numstat", "--no-renames"),
            *("--no-ext-diff", "--no-textconv", "--no-color"),
            deadline=self._deadlines.local,
            feed=fed,
        )
        if finished.code != 0 or len(finished.out) >= OUTPUT:
            return {}
        return parse_stats(finished.text, list(spans))

    async def _ask(self, place: Place, *arguments: str) -> str:
        return text(await self._run(place, *arguments), place.path)

    async def _run(self, place: Place, *arguments: str, feed: bytes = b"") -> Finished:
        return await self._runner.run(place.path, *arguments, deadline=self._deadlines.local, feed=feed)


_NONE = _Ref("", None)


def _below(refs: Mapping[str, _Ref], prefix: str) -> list[str]:
    """The names of the refs below a prefix, without it."""
    return [name.removeprefix(prefix) for name in refs if name.startswith(prefix)]


def _on_remote(refs: Mapping[str, _Ref], remote: Mapping[str, str] | None) -> frozenset[str]:
    """The heads that commits are held by outside of this clone; none where the remote cannot be asked.

    Of what it was asked for just now, which is more than the user's own fetch may know; of all else what was fetched.
    """
    if remote is None:
        return frozenset()
    asked = re.compile("|".join(fnmatch.translate(name) for name in (*_WORK, f"{RESCUE_BRANCHES}/*")))
    found = set(remote.values()) & {ref.oid for ref in refs.values()}
    for name, ref in refs.items():
        known = name.removeprefix(_ORIGIN)
        if name.startswith(_REMOTES) and (known == name or not asked.fullmatch(known)):
            found.add(ref.oid)
    return frozenset(found)


def _is_work(name: str) -> bool:
    return branch_issue(name) is not None or _ANCESTOR_WORK.fullmatch(name) is not None


def _order(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def _newest(here: Mapping[str, _Ref], there: Mapping[str, _Ref], name: str) -> float:
    return max(_order(found[name].at) for found in (here, there) if name in found)


def _finished(
    one: KeptBranch,
    stats: Mapping[str, Stats],
    within: Mapping[str, tuple[str, ...]],
    unheld: frozenset[str],
    archived: Set[str],
) -> KeptBranch:
    known = stats.get(one.work)
    return structs.replace(
        one,
        files=known.files if known else None,
        added=known.added if known else None,
        removed=known.removed if known else None,
        held=one.here is not None and one.here not in unheld,
        archived=one.work in archived,
        within=within.get(one.name, ()),
    )


def _ancestor(clone: Path) -> tuple[str, ...]:
    """What the ancestor left in the clone."""
    found = (clone / name for name in _ANCESTOR if os.path.lexists(clone / name))
    return tuple(str(path) for path in found if not (path.name == NOT_WORK and _is_empty(path)))


def _is_empty(folder: Path) -> bool:
    """Whether nothing is there but what a person put there for this cockpit."""
    with suppress(OSError):
        return {path.name for path in folder.iterdir()} <= {"STOP"}
    return False
