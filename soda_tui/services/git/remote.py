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
from soda_tui.domain.shellwords import shell_word
from soda_tui.services.enrolment import same_repository, without_login
from soda_tui.services.git.access import Access
from soda_tui.services.git.environment import configuration, ssh
from soda_tui.services.git.problems import problem, text
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, LEDGER, LEDGER_TRACKED, TRACKED, branch_ref

# `origin` once more under another name: a push to `origin` itself would move the user's remote-tracking refs.
PUSH_REMOTE = "soda-tui-origin"

# Two fetches into one clone at the same moment can each miss what the other has not put in its place yet.
_CROSSED = "did not send all necessary objects"
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

    async def push_url(self, place: Place) -> str:
        """The URL that a push goes to; refuses one of another repository, of which nothing that is read here tells."""
        fetched, pushed = await asyncio.gather(self._urls(place), self._urls(place, "--push"))
        if not fetched or not pushed:
            raise Failure(Problem(ErrorCode.CLONE, sentences.CLONE_NO_ORIGIN(path=place.path)))
        for url in pushed:
            if not same_repository(fetched[0], url, place.path):
                values = {"path": place.path, "word": shell_word(place.path)}
                message = sentences.CLONE_PUSHES_ELSEWHERE(url=without_login(url), **values)
                raise Failure(Problem(ErrorCode.CLONE, message))
        return pushed[0]

    async def _urls(self, place: Place, *options: str) -> list[str]:
        """What git makes of the remote's URLs; the first alone counts for fetching."""
        finished = await self._runner.run(
            place.path, "remote", "get-url", "--all", *options, "origin", deadline=self._deadlines.local
        )
        if finished.code is None:
            raise Failure(problem(finished, place.path))
        return finished.text.splitlines() if finished.code == 0 else []

    async def fetch(self, place: Place, branches: Sequence[str]) -> Fetched:
        """One fetch of the ledger and the branches; only a branch that is gone costs a list and a second one."""
        variables = await self.variables(place)
        wanted = [name for name in dict.fromkeys(branches) if branch_ref(name)]
        finished = await self._fetch(place, wanted, variables)
        if finished.code and _CROSSED in finished.err:
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

    async def ledger_now(self, place: Place) -> LedgerHead | None:
        """The ledger's head as the remote has it at this moment; only a commit that is not here yet is fetched."""
        variables = await self.variables(place)
        finished = await self._list(place, [LEDGER], variables)
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
        return LedgerHead(oid, message, datetime.fromtimestamp(int(committed[1]), UTC) if committed else None)

    async def log(self, place: Place, limit: int) -> tuple[LedgerHead, ...]:
        """The newest commits of the ledger as it was fetched last; none where there is none."""
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
            LedgerHead(oid, message, datetime.fromtimestamp(int(seconds), UTC))
            for oid, seconds, message in zip(fields[::3], fields[1::3], fields[2::3], strict=False)
        )

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
        there = await self._list(place, [HEADS + name for name in branches], variables)
        return [name for name in branches if HEADS + name in there]

    async def _list(self, place: Place, refs: Sequence[str], variables: dict[str, str]) -> dict[str, str]:
        """Those of the refs that the remote has, with their object ids."""
        finished = await self._runner.run(
            place.path,
            *("ls-remote", "--quiet", "--refs", "origin", *refs),
            deadline=self._deadlines.network,
            variables=variables,
            network=True,
        )
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
