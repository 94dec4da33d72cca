"""The remote of a clone, read into a namespace of the cockpit's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from soda_tui.cockpit.ports.git import Fetched
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.facts import LedgerHead
from soda_tui.services.git.problems import text
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, LEDGER, LEDGER_SEEN, LEDGER_TRACKED, SEEN, TRACKED, branch_ref
from soda_tui.services.git.state import moment
from soda_tui.services.git.wire import Wire

_COMMITTED = re.compile(r"^committer .* (-?\d+) [+-]\d{4}$", re.MULTILINE)


class Remote:
    """Fetches from `origin`, and reads what was fetched."""

    def __init__(self, runner: Runner, wire: Wire, deadlines: Deadlines) -> None:
        self._runner = runner
        self._wire = wire
        self._deadlines = deadlines

    async def fetch(self, place: Place, branches: Sequence[str]) -> Fetched:
        """One fetch of the ledger and the branches; only a branch that is gone costs a list and a second one."""
        wanted = [name for name in dict.fromkeys(branches) if branch_ref(name)]
        finished = await self._fetch(place, wanted)
        if finished.code and "couldn't find remote ref" in finished.err:
            wanted = await self._existing(place, wanted)
            finished = await self._fetch(place, wanted)
        text(finished, place.path)
        oids = await self._tracked(place, [LEDGER_SEEN, *(TRACKED + name for name in wanted)])
        ledger = oids.get(LEDGER_SEEN)
        return Fetched(
            await self.head(place, ledger) if ledger else None,
            {name: oids[TRACKED + name] for name in wanted if TRACKED + name in oids},
        )

    async def ledger_now(self, place: Place) -> LedgerHead | None:
        """The ledger's head as the remote has it at this moment; only a commit that is not here yet is fetched."""
        finished = await self._list(place, [LEDGER])
        oid = finished.get(LEDGER)
        if oid is None:
            return None
        known = await self._runner.run(place.path, "cat-file", "-e", oid, deadline=self._deadlines.local)
        return await self.head(place, oid) if known.code == 0 else (await self.fetch(place, ())).ledger

    async def head(self, place: Place, oid: str) -> LedgerHead:
        """A ledger commit that the clone has."""
        finished = await self._runner.run(place.path, "cat-file", "commit", oid, deadline=self._deadlines.local)
        text(finished, place.path)
        header, _, message = finished.out.decode("utf-8", "replace").partition("\n\n")
        committed = _COMMITTED.search(header)
        return LedgerHead(oid, message, moment(committed[1]) if committed else None)

    async def log(self, place: Place, limit: int) -> tuple[LedgerHead, ...]:
        """The newest commits of the ledger as it was seen last, newest first; none where it never was."""
        if LEDGER_TRACKED not in await self._tracked(place, [LEDGER_TRACKED]):
            return ()
        finished = await self._runner.run(
            place.path,
            *("log", "-z", "--no-show-signature", "--no-color", "--encoding=UTF-8", "--no-patch"),
            *(f"--max-count={limit}", "--format=%H%x00%ct%x00%B", LEDGER_TRACKED, "--"),
            deadline=self._deadlines.local,
        )
        fields = text(finished, place.path).split("\0")
        return tuple(
            LedgerHead(oid, message, moment(seconds))
            for oid, seconds, message in zip(fields[::3], fields[1::3], fields[2::3], strict=False)
        )

    async def _fetch(self, place: Place, branches: Sequence[str]) -> Finished:
        return await self._wire.fetch(
            place,
            # A map of one keeps the user's remote-tracking refs out of it. Pruning is bound to the refspecs after it: a
            # ledger that is gone there is seen to be gone, and its last entry stays here.
            *(f"--refmap=+{LEDGER}:{LEDGER_TRACKED}", "--prune", "origin", f"+{HEADS}soda/*:{SEEN}soda/*"),
            *(f"+{HEADS}{name}:{TRACKED}{name}" for name in branches),
        )

    async def _existing(self, place: Place, branches: Sequence[str]) -> list[str]:
        there = await self._list(place, [HEADS + name for name in branches])
        return [name for name in branches if HEADS + name in there]

    async def _list(self, place: Place, refs: Sequence[str]) -> dict[str, str]:
        """Those of the refs that the remote has, with their object ids."""
        finished = await self._wire.run(place, "ls-remote", "--quiet", "--refs", "origin", *refs)
        found = (line.partition("\t")[::2] for line in text(finished, place.path).splitlines())
        # git takes a ref for the end of a longer one as well.
        return {ref: oid for oid, ref in found if ref in refs}

    async def _tracked(self, place: Place, names: Sequence[str]) -> dict[str, str]:
        finished = await self._runner.run(
            place.path,
            *("for-each-ref", "--format=%(refname) %(objectname)", *names),
            deadline=self._deadlines.local,
        )
        return dict(line.split(" ") for line in text(finished, place.path).splitlines())
