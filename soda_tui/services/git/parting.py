"""Parting from branches that were left over: archived under a tag, named anew, or pushed as they are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from soda_tui.cockpit.ports.git import RefUpdate
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.kept_work import ARCHIVE
from soda_tui.domain.naming import RESCUE_BRANCHES
from soda_tui.domain.stakes import LARGEST, Intake
from soda_tui.services.git.blobs import Blob, Blobs
from soda_tui.services.git.contents import Change, Contents
from soda_tui.services.git.doubts import doubt_of
from soda_tui.services.git.environment import DURABLY
from soda_tui.services.git.hooks import Hooks
from soda_tui.services.git.inspection import Inspections, shown
from soda_tui.services.git.problems import problem, refused, text, words
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, PARKED, TRACKED, branch_ref
from soda_tui.services.git.wire import PUSH_REMOTE, Wire

_NAMES = 100


class Partings:
    """Archives, names and pushes branches."""

    def __init__(self, runner: Runner, wire: Wire, inspections: Inspections, deadlines: Deadlines) -> None:
        self._runner = runner
        self._wire = wire
        self._inspections = inspections
        self._contents = Contents(inspections)
        self._blobs = Blobs(runner, deadlines)
        self._deadlines = deadlines
        self._hooks = Hooks(runner, deadlines)

    async def archive(self, place: Place, branch: str, oid: str) -> str:
        """Put a tag on the commit, and read it back; the tag's name, which says `-2` where another one has it."""
        if branch_ref(branch) is None:
            raise refused(sentences.BRANCH_NAME_REFUSED(branch=branch))
        for number in range(1, _NAMES):
            tag = f"{ARCHIVE}/{branch}{'' if number == 1 else f'-{number}'}"
            there = await self._head(place, f"refs/tags/{tag}")
            if there is None:
                made = await self._run(place, *DURABLY, "update-ref", "-m", "soda-tui", f"refs/tags/{tag}", oid, "")
                there = await self._head(place, f"refs/tags/{tag}")
                if there != oid:
                    said = words(made.err)
                    raise refused(sentences.NOT_ARCHIVED(branch=branch, tag=tag, words=said))
            if there == oid:
                text(await self._run(place, *DURABLY, "update-ref", "-m", "soda-tui", PARKED + oid, oid), place.path)
                return tag
        raise refused(sentences.NOT_ARCHIVED(branch=branch, tag=ARCHIVE, words=sentences.NAMES_TAKEN()))

    async def name(self, place: Place, branch: str, oid: str) -> None:
        """Make a branch at the commit; done already is fine."""
        ref = branch_ref(branch)
        if ref is None:
            raise refused(sentences.BRANCH_NAME_REFUSED(branch=branch))
        if await self._head(place, ref) != oid:
            text(await self._run(place, *DURABLY, "update-ref", "-m", "soda-tui", ref, oid, ""), place.path)

    async def contents(self, place: Place, rescue: str) -> tuple[Intake, ...]:
        """The files that a rescue holds and its first parent has not, or has otherwise; the staged ones as well."""
        oid = await self._head(place, HEADS + rescue)
        if oid is None or not rescue.startswith(f"{RESCUE_BRANCHES}/"):
            raise refused(sentences.NO_SUCH_RESCUE(branch=rescue, path=place.path))
        parents = (await self._ask(place, "rev-list", "--parents", "--max-count=1", oid)).split(" ")[1:]
        changes: list[tuple[str, Change]] = []
        for tree in (oid, *parents[1:]):
            changes += (await self._contents.changed(_inside(place), parents[0], tree)).items()
        named_by: dict[str, list[tuple[str, bool]]] = {}
        for name, change in changes:
            if change.blob is not None:
                named_by.setdefault(change.blob, []).append((name, change.before is None))
        read: dict[tuple[str, str | None], Intake] = {}
        async for blob in self._blobs.read(place, named_by, LARGEST):
            part = await asyncio.to_thread(_intakes, blob, named_by[blob.oid])
            read |= {(one.path, blob.oid): one for one in part}
        found: dict[str, Intake] = {}
        for name, change in changes:
            one = read.get((name, change.blob)) or Intake(name, shown(name), None)
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
        url = await self._wire.push_url(place)
        refusal = await self._hooks.pre_push(place, url, RefUpdate(rescue, oid, None))
        if refusal is not None:
            raise refused(sentences.RESCUE_NOT_PUSHED(branch=rescue, words=refusal))
        done = await self._wire.run(
            place,
            *("push", "--porcelain", "--no-verify", "--no-progress", "--no-follow-tags", "--no-recurse-submodules"),
            *(f"--force-with-lease={ref}:", PUSH_REMOTE, f"{oid}:{ref}"),
            push=True,
        )
        listed = await self._wire.run(place, "ls-remote", "--quiet", "--refs", "origin", ref)
        if text(listed, place.path).partition("\t")[0] != oid:
            said = words(f"{done.err}\n{done.text}") if done.code is not None else problem(done, place.path).message
            raise refused(sentences.RESCUE_NOT_PUSHED(branch=rescue, words=said))
        text(await self._run(place, "update-ref", "-m", "soda-tui", TRACKED + rescue, oid), place.path)

    async def _head(self, place: Place, ref: str) -> str | None:
        return await self._ask(place, "for-each-ref", "--format=%(objectname)", ref) or None

    async def _ask(self, place: Place, *arguments: str) -> str:
        return text(await self._run(place, *arguments), place.path)

    async def _run(self, place: Place, *arguments: str, deadline: float | None = None) -> Finished:
        return await self._runner.run(place.path, *arguments, deadline=deadline or self._deadlines.local)


def _inside(place: Place) -> Place:
    return Place(place.name, place.path, place.path)


def _intakes(blob: Blob, names: Sequence[tuple[str, bool]]) -> list[Intake]:
    """The files that have these bytes; each says whether it is new."""
    return [Intake(name, shown(name), blob.size, doubt_of(name, blob.size, blob.content), new) for name, new in names]
