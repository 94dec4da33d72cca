"""The remote of a clone, always `origin`, read into a namespace of the cockpit's own."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from soda_tui.cockpit.ports import Fetched, Place
from soda_tui.domain import sentences
from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import ErrorCode
from soda_tui.services.git.access import Access
from soda_tui.services.git.environment import configuration, ssh
from soda_tui.services.git.problems import problem, text
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, LEDGER_TRACKED, TRACKED, branch_ref

# `origin` once more under another name: a push to `origin` itself would move the user's remote-tracking refs.
PUSH_REMOTE = "soda-tui-origin"

_COMMITTED = re.compile(r"^committer .* (\d{1,11}) [+-]\d{4}$", re.MULTILINE)


class Remote:
    """Fetches from `origin`, and gives the environment in which git may talk to it."""

    def __init__(self, runner: Runner, access: Access, deadlines: Deadlines) -> None:
        self._runner = runner
        self._access = access
        self._deadlines = deadlines

    async def variables(self, place: Place) -> dict[str, str]:
        """The environment for talking to the remote: credentials, an ssh that never asks, and `PUSH_REMOTE`."""
        finished = await self._runner.run(
            place.path,
            *("config", "-z", "--get-regexp", r"^(core\.sshcommand|remote\.origin\.(url|pushurl))$"),
            deadline=self._deadlines.local,
        )
        if finished.code not in {0, 1}:
            raise Failure(problem(finished, place.path))
        found = [entry.partition("\n")[::2] for entry in finished.text.split("\0") if entry]
        if not any(key == "remote.origin.url" for key, _ in found):
            raise Failure(Problem(ErrorCode.CLONE, sentences.CLONE_NO_ORIGIN(path=place.path)))
        commands = [value for key, value in found if key == "core.sshcommand"]
        settings = [
            *((f"remote.{PUSH_REMOTE}.{key.rpartition('.')[2]}", value) for key, value in found if "origin" in key),
            (f"remote.{PUSH_REMOTE}.fetch", f"+{HEADS}*:{TRACKED}*"),
            # May run a program that knows the token.
            *await asyncio.to_thread(self._access.settings, place.name.host),
        ]
        return {**ssh(os.environ, commands[-1] if commands else None), **configuration(os.environ, settings)}

    async def fetch(self, place: Place, branches: Sequence[str]) -> Fetched:
        """One fetch of the ledger and the branches; only a branch that is gone costs a list and a second one."""
        variables = await self.variables(place)
        wanted = [name for name in dict.fromkeys(branches) if branch_ref(name)]
        finished = await self._fetch(place, wanted, variables)
        if finished.code and "couldn't find remote ref" in finished.err:
            wanted = await self._existing(place, wanted, variables)
            finished = await self._fetch(place, wanted, variables)
        text(finished, place.path)
        oids = await self._tracked(place, [LEDGER_TRACKED, *(TRACKED + name for name in wanted)])
        ledger = oids.get(LEDGER_TRACKED)
        return Fetched(
            await self.head(place, ledger) if ledger else None,
            {name: oids[TRACKED + name] for name in wanted if TRACKED + name in oids},
        )

    async def head(self, place: Place, oid: str) -> LedgerHead:
        """A ledger commit that the clone has."""
        finished = await self._runner.run(place.path, "cat-file", "commit", oid, deadline=self._deadlines.local)
        text(finished, place.path)
        header, _, message = finished.out.decode("utf-8", "replace").partition("\n\n")
        committed = _COMMITTED.search(header)
        return LedgerHead(oid, message, datetime.fromtimestamp(int(committed[1]), UTC) if committed else None)

    async def _fetch(self, place: Place, branches: Sequence[str], variables: dict[str, str]) -> Finished:
        return await self._runner.run(
            place.path,
            *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"),
            *("--no-recurse-submodules", "--no-write-commit-graph", "--no-show-forced-updates"),
            # An empty map keeps the user's remote-tracking refs out of it; pruning is bound to the refspecs below.
            *("--refmap=", "--prune", "origin", f"+{HEADS}soda/*:{TRACKED}soda/*"),
            *(f"+{HEADS}{name}:{TRACKED}{name}" for name in branches),
            deadline=self._deadlines.network,
            variables=variables,
            network=True,
        )

    async def _existing(self, place: Place, branches: Sequence[str], variables: dict[str, str]) -> list[str]:
        finished = await self._runner.run(
            place.path,
            *("ls-remote", "--quiet", "--refs", "origin", *(HEADS + name for name in branches)),
            deadline=self._deadlines.network,
            variables=variables,
            network=True,
        )
        there = {line.partition("\t")[2] for line in text(finished, place.path).splitlines()}
        return [name for name in branches if HEADS + name in there]

    async def _tracked(self, place: Place, names: Sequence[str]) -> dict[str, str]:
        finished = await self._runner.run(
            place.path,
            *("for-each-ref", "--format=%(refname) %(objectname)", *names),
            deadline=self._deadlines.local,
        )
        return dict(line.split(" ") for line in text(finished, place.path).splitlines())
