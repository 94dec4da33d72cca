"""Stops: the port `Stops` on STOP files, and on the folders of all runs of this machine."""

from __future__ import annotations

import asyncio
import logging
import os
import pwd
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from soda_tui.domain import sentences
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.stopfile import lifting, own_stops
from soda_tui.domain.stops import Halt, Stop, Stopped
from soda_tui.domain.text import shorten
from soda_tui.services import files
from soda_tui.services.agents import awaiting, processes
from soda_tui.services.agents.classify import classify, was_refused
from soda_tui.services.agents.giving_up import end_remaining, give_up, order_end
from soda_tui.services.agents.launching import run_names
from soda_tui.services.agents.losing import is_keeping
from soda_tui.services.agents.origin import is_foreign
from soda_tui.services.agents.records import Reason, Spec, Unreadable, read_processes, read_spec
from soda_tui.services.stopfiles import standing

_LARGEST = 4096
_LONGEST = 200
# What a supervisor may take beyond its agent's time between TERM and KILL.
_MORE_SECONDS = processes.KILL_SECONDS + 3.0
_GRACE = 5.0
_TEXT = """\
No agent may run on this machine while this file is here. The work of those that ran is kept.
To lift the stop: soda-tui resume, or the key ! in the cockpit, or remove this file.
since: {since}
by: {by}
"""
log = logging.getLogger(__name__)


class StopFiles:
    """The port `Stops`; `root` holds the folders of all repositories' runs, `stop_file` is the machine's."""

    def __init__(self, root: Path, stop_file: Path, clock: Callable[[], datetime]) -> None:
        self._root = root
        self._stop_file = stop_file
        self._clock = clock

    async def standing(self, folders: Mapping[str, Sequence[str]]) -> tuple[str | None, dict[str, str]]:
        """The file that forbids every run on this machine, and of each key the one that forbids its runs."""

        def look() -> tuple[str | None, dict[str, str]]:
            machine = standing((str(self._stop_file),))
            found = ((key, machine or standing(own_stops(*places))) for key, places in folders.items())
            return machine, {key: path for key, path in found if path is not None}

        return await asyncio.to_thread(look)

    async def machine(self) -> Stop | None:
        """The stop of this machine; an empty file, or whatever else is in its place, is one as well."""
        return await asyncio.to_thread(self._read)

    async def halt(self, how: str) -> Halt:
        """Forbid every run on this machine, and wait, for a bounded time, until no agent is left on it."""
        stop = problem = None
        try:
            stop = await asyncio.to_thread(self._write, how)
        except Failure as failure:
            problem = failure.problem
        met = await asyncio.to_thread(self._running)
        if stop is None:
            for folder in met:
                await asyncio.to_thread(_order, folder)
        stopped = await asyncio.gather(*(self._end(folder, facts) for folder, facts in met.items()))
        halt = Halt(stop or Stop(str(self._stop_file)), tuple(stopped))
        if problem is not None:
            count = len(stopped) - len(halt.left)
            words = sentences.STOP_UNWRITTEN(reason=problem.message, count=count, path=self._stop_file)
            raise Failure(Problem(ErrorCode.CONFIGURATION, words))
        return halt

    async def lift(self) -> Stop | None:
        """Allow runs on this machine again; the stop that stood."""
        stop = await self.machine()
        if stop is None:
            return None
        try:
            await asyncio.to_thread(self._stop_file.unlink, missing_ok=True)
        except OSError as error:
            words = sentences.STOP_NOT_LIFTED(path=self._stop_file, reason=files.reason(error))
            raise Failure(Problem(ErrorCode.CONFIGURATION, words)) from error
        return stop

    def _read(self) -> Stop | None:
        path = str(self._stop_file)
        if standing((path,)) is None:
            return None
        said: dict[str, str] = {}
        with suppress(Failure):
            text = (files.read(self._stop_file, _LARGEST) or b"").decode("utf-8", "replace")
            said = {name: value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}
        since = None
        with suppress(OSError, ValueError):
            since = datetime.fromtimestamp(os.lstat(path).st_mtime, UTC).replace(microsecond=0)
            since = datetime.fromisoformat(said["since"]).astimezone(UTC) if "since" in said else since
        return Stop(path, since, shorten(said.get("by", ""), _LONGEST) or None)

    def _write(self, how: str) -> Stop:
        """Write the file, or leave the one that is there; an empty one stops as well, where there is no more room."""
        stop = self._read()
        if stop is not None:
            return stop
        now, by = self._clock(), f"{_person()} on {socket.gethostname()}, {how}"
        try:
            files.write(self._stop_file, _TEXT.format(since=now.isoformat(), by=by).encode(errors="replace"))
        except Failure:
            try:
                self._stop_file.touch(0o600)
            except OSError as error:
                raise Failure(Problem(ErrorCode.CONFIGURATION, files.reason(error))) from error
        return Stop(str(self._stop_file), now, by)

    def _running(self) -> dict[Path, RunFacts]:
        """The newest run of every repository that has an agent, or may have one, whoever launched it."""
        found: dict[Path, RunFacts] = {}
        with suppress(FileNotFoundError):
            for home in self._root.iterdir():
                with suppress(OSError):
                    runs = (home / name for name in run_names(home))
                    newest = next((folder for folder in runs if not was_refused(folder)), None)
                    facts = classify(newest, lambda _: None) if newest is not None else None
                    if newest is not None and facts is not None and facts.stoppable:
                        found[newest] = facts
        return found

    async def _end(self, folder: Path, facts: RunFacts) -> Stopped:
        spec = await asyncio.to_thread(_spec, folder)
        seconds = (spec.grace if spec else _GRACE) + _MORE_SECONDS
        await awaiting.until(lambda: not _is_supervised(folder, facts, spec), seconds)
        try:
            await asyncio.to_thread(self._make_sure, folder, spec)
        except OSError:
            log.exception("ending %s", folder)
        ended = await asyncio.to_thread(classify, folder, lambda _: None)
        problem = ended.problem or sentences.STOP_TOO_LONG() if ended.stoppable else None
        if problem is not None and await asyncio.to_thread(is_keeping, folder):
            problem = sentences.STOP_KEEPS()
        if spec is None:
            return Stopped(folder.parent.name, facts.issue, str(folder), problem)
        return Stopped(spec.key, spec.issue, spec.directory, problem)

    def _make_sure(self, folder: Path, spec: Spec | None) -> None:
        """End what its supervisor has not, but for one that is out of sight, or that puts lost work aside."""
        foreign = spec is not None and is_foreign(spec)
        if awaiting.end_of(folder) is None and not foreign and not is_keeping(folder):
            path = str(self._stop_file)
            issue = spec.issue if spec else "its issue"
            words = sentences.RUN_STOP_FILE(issue=issue, path=path, lift=lifting(path))
            give_up(folder, Reason.STOP_FILE, words)
        end_remaining(folder)


def _is_supervised(folder: Path, facts: RunFacts, spec: Spec | None) -> bool:
    """Whether the run has not ended, and there may be a supervisor that ends it."""
    if awaiting.end_of(folder) is not None:
        return False
    if spec is not None and is_foreign(spec):
        return True
    supervisor, _ = read_processes(folder)
    return processes.is_alive(supervisor) if supervisor is not None else facts.alive


def _order(folder: Path) -> None:
    """Have a run ended although no STOP file tells its supervisor to."""
    with suppress(OSError):
        order_end(folder)


def _spec(folder: Path) -> Spec | None:
    with suppress(Unreadable):
        return read_spec(folder)
    return None


def _person() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"
