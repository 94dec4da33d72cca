"""Spent refs: the cockpit's own that keep commits in a clone which the remote keeps as well, merged ones among them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import Failure
from soda_tui.domain.kept_work import SpentRef
from soda_tui.services.git.problems import text
from soda_tui.services.git.process import OUTPUT, Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, LEDGER_TRACKED, PARKED, TRACKED
from soda_tui.services.git.state import moment
from soda_tui.services.git.wire import Wire

# So many go at once, the oldest first; the next look finds the rest.
_MOST = 500
# GitHub keeps the head of each pull request, however it was merged, and whatever becomes of its branch.
_PULLS = "refs/pull/*/head"


class Spent:
    """Finds such refs, and takes them away."""

    def __init__(self, runner: Runner, wire: Wire, deadlines: Deadlines) -> None:
        self._runner = runner
        self._wire = wire
        self._deadlines = deadlines

    async def look(self, place: Place, before: datetime, needed: Collection[str]) -> tuple[SpentRef, ...]:
        """Those whose commit was made before then; not those of branches that the remote has or that are needed.

        None where the remote does not answer, or not wholly.
        """
        form = "--format=%(refname) %(objectname) %(committerdate:unix)"
        listed = text(await self._run(place, "for-each-ref", "--sort=committerdate", form, PARKED, TRACKED), place.path)
        rows = [row.split(" ") for row in listed.splitlines()]
        old = [(name, oid) for name, oid, at in rows if (made := moment(at)) is not None and made < before]
        if not old:
            return ()
        try:
            asked = await self._wire.run(place, "ls-remote", "--quiet", "--refs", "origin", f"{HEADS}*", _PULLS)
            answer = text(asked, place.path)
        except Failure:
            return ()
        if len(answer) >= OUTPUT:
            return ()
        there = {name: oid for oid, name in (row.split("\t") for row in answer.splitlines())}
        stay = {LEDGER_TRACKED, *(TRACKED + name for name in needed)}
        stay |= {TRACKED + name.removeprefix(HEADS) for name in there}
        found = [(name, oid) for name, oid in old if name not in stay][:_MOST]
        unheld = await self._unheld(place, [oid for _, oid in found], set(there.values()))
        return tuple(SpentRef(name, oid) for name, oid in found if oid not in unheld)

    async def forget(self, place: Place, refs: Sequence[SpentRef]) -> None:
        """Take them away, all or none: where one has moved, a Failure."""
        orders = "".join(f"delete {ref.name} {ref.oid}\n" for ref in refs)
        text(await self._run(place, "update-ref", "--stdin", feed=orders.encode()), place.path)

    async def _unheld(self, place: Place, heads: Sequence[str], there: Collection[str]) -> frozenset[str]:
        """The heads that none of the remote's contains; all where git cannot say."""
        if not heads:
            return frozenset()
        fed = "".join(f"{oid}\n" for oid in (*heads, *(f"^{oid}" for oid in there))).encode()
        # A replaced commit would show ancestors that it does not hold.
        listed = ("--no-replace-objects", "rev-list", "--ignore-missing", "--stdin")
        finished = await self._run(place, *listed, feed=fed)
        if finished.code != 0 or len(finished.out) >= OUTPUT:
            return frozenset(heads)
        return frozenset(heads) & frozenset(finished.text.splitlines())

    async def _run(self, place: Place, *arguments: str, feed: bytes = b"") -> Finished:
        return await self._runner.run(place.path, *arguments, deadline=self._deadlines.local, feed=feed)
