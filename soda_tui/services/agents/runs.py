"""Runs: the port `Runs` on folders of records and the processes that they name.

Nothing is kept in memory but how far the logs were heard, which the folders hold too, so any number of cockpits see the
same and each adopts what the others started.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from soda_tui.cockpit.ports import Launch
from soda_tui.domain import sentences
from soda_tui.domain.facts import Room, RunFacts, RunState
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.settings import HostSettings
from soda_tui.domain.usage import Sums
from soda_tui.services import files
from soda_tui.services.agents import launching, processes, slots
from soda_tui.services.agents.classify import classify, give_up, was_refused
from soda_tui.services.agents.framing import LONGEST_MESSAGE
from soda_tui.services.agents.knocking import Refused, send_message
from soda_tui.services.agents.launching import Limits
from soda_tui.services.agents.listening import Listener, with_progress
from soda_tui.services.agents.losing import is_keeping
from soda_tui.services.agents.origin import here, is_foreign
from soda_tui.services.agents.records import (
    END,
    STOP,
    End,
    Reason,
    Slots,
    Unreadable,
    read_end,
    read_processes,
    read_spec,
    read_state,
    write_end,
)

_START_SECONDS = 5.0
_STOP_SECONDS = processes.KILL_SECONDS + 3.0
_POLL = 0.02
_FOLLOW = 0.1
_CHUNK = 65536
_HISTORY = 100
# What git may take to put work aside whose claim was lost, with the supervisor's own bound on that in it.
_KEEP_SECONDS = 660.0
_FAILED = {
    Reason.REFUSED: ErrorCode.REFUSED,
    Reason.COULD_NOT_START: ErrorCode.AGENT,
    Reason.BROKEN: ErrorCode.AGENT,
    Reason.CLAIM_LOST: ErrorCode.TAKEN,
}


class RunService:
    """Agent processes, each under a supervisor of its own; `root` holds a folder per repository, `locks` one lock each.

    While `stop_file` exists no agent is started and every supervisor ends its own. `hosts` and `environ`, which is
    added to the process's own, tell a supervisor how to read the claim again. `home` tells by which name a repository's
    runs are kept. At most `most` agents run on this machine.
    """

    def __init__(
        self,
        root: Path,
        *,
        locks: Path,
        stop_file: Path,
        limits: Limits | None = None,
        hosts: Mapping[str, HostSettings] | None = None,
        environ: Mapping[str, str] | None = None,
        home: Callable[[str], str] = str,
        most: int = 4,
        leave: bytes = b"\x1d",
    ) -> None:
        self._root = root
        self._locks = locks
        self._stop_file = stop_file
        self._limits = limits or Limits()
        self._hosts = hosts or {}
        self._environ = environ or {}
        self._home = home
        self._leave = leave
        # A home may be shared between machines.
        self._listener = Listener()
        self._slots = Slots(str(locks / f"slots-{here().host}"), most)

    async def room(self) -> Room:
        """How many agents may run on this machine, and the repositories of those that do."""
        return Room(self._slots.count, await asyncio.to_thread(slots.holders, self._slots.folder))

    async def start(self, launch: Launch) -> RunFacts:
        """Start an agent and wait until it runs or has ended; raises a Failure where it is refused or cannot start.

        A look at the claim or a set-up that takes longer is left to its supervisor.
        """
        launching.check(launch)
        folder = await asyncio.to_thread(self._spawn, launch)
        if not await _until(lambda: _settled(folder), _START_SECONDS) and not _is_supervised(folder):
            (folder / STOP).touch(0o600)
            message = sentences.RUN_NO_ANSWER(seconds=f"{_START_SECONDS:g}", folder=folder)
            raise Failure(Problem(ErrorCode.AGENT, message))
        with suppress(Unreadable):
            end = read_end(folder)
            if end is not None and end.reason in _FAILED:
                raise Failure(Problem(_FAILED[end.reason], end.message or ""))
        return await asyncio.to_thread(classify, folder)

    async def stop(self, key: str) -> RunFacts | None:
        """End the running agent with everything that it started, and wait for that; None if none runs.

        Of a run that is unknown everything is ended that is found here. Raises a Failure where it is another machine's
        and does not answer.
        """
        run = (await self.current((key,))).get(key)
        if run is None or not run.stoppable:
            return None
        folder = Path(run.log).parent
        (folder / STOP).touch(0o600)
        foreign = _is_foreign(folder)
        supervisor, _ = read_processes(folder)
        with suppress(OSError):
            if supervisor is not None and not foreign and processes.is_alive(supervisor):
                os.kill(supervisor.pid, signal.SIGTERM)
        seconds = self._limits.grace + _STOP_SECONDS
        if not await _comes_to_its_end(folder, seconds):
            if foreign:
                message = sentences.RUN_FOREIGN_SILENT(folder=folder, seconds=f"{seconds:g}")
                raise Failure(Problem(ErrorCode.AGENT, message))
            await asyncio.to_thread(give_up, folder, Reason.STOPPED, None)
        return await asyncio.to_thread(classify, folder)

    async def current(self, keys: Sequence[str]) -> dict[str, RunFacts]:
        """The newest run of each repository that has one."""

        def newest() -> dict[str, RunFacts]:
            found = ((key, self._newest(key, 1)) for key in keys)
            return {key: runs[0] for key, runs in found if runs}

        return await asyncio.to_thread(newest)

    async def runs(self, key: str) -> tuple[RunFacts, ...]:
        """The runs of a repository with what was heard of them, newest first, at most a hundred."""
        return await asyncio.to_thread(lambda: tuple(map(with_progress, self._newest(key, _HISTORY))))

    async def listen(
        self, runs: Mapping[str, RunFacts], *, thoroughly: bool = False
    ) -> dict[str, tuple[RunFacts, Sums]]:
        """Read on in the logs of these newest runs: each with its progress, and what its repository's runs have used.

        So much is read at once that nothing else waits; thoroughly means all that was written until now.
        """
        return await self._listener.listen(runs, thoroughly=thoroughly)

    async def size(self, run: RunFacts) -> int:
        """How many bytes a run's log has."""
        return await asyncio.to_thread(_size, Path(run.log))

    async def message(self, run: RunFacts, text: str) -> None:
        """Tell a running agent something; raises a Failure with the reason where it cannot be told."""
        if not text.strip():
            raise Failure(Problem(ErrorCode.USAGE, sentences.MESSAGE_EMPTY()))
        if len(text.encode(errors="replace")) > LONGEST_MESSAGE:
            message = sentences.MESSAGE_TOO_LONG(limit=LONGEST_MESSAGE >> 10)
            raise Failure(Problem(ErrorCode.USAGE, message))
        if not run.hears:
            raise Failure(Problem(ErrorCode.REFUSED, sentences.NO_MESSAGES()))
        try:
            await asyncio.to_thread(send_message, Path(run.log).parent, text)
        except Refused as refused:
            raise Failure(Problem(ErrorCode.REFUSED, str(refused))) from refused

    def attaching(self, run: RunFacts) -> tuple[str, ...]:
        """The command that gives a person's terminal to the agent's own, until they leave it.

        Its exit status is 0 where the person left. Raises a Failure where the agent has no terminal.
        """
        if not run.attachable:
            raise Failure(Problem(ErrorCode.REFUSED, sentences.NO_AGENT_TERMINAL()))
        return launching.attaching(Path(run.log).parent, self._leave)

    async def tail(self, run: RunFacts, size: int = 16384) -> bytes:
        """The last bytes of a run's log."""
        return await asyncio.to_thread(_read, Path(run.log), -size, size)

    async def read(self, run: RunFacts, offset: int, size: int) -> bytes:
        """At most `size` bytes of a run's log from `offset` on; empty at its present end."""
        return await asyncio.to_thread(_read, Path(run.log), offset, size)

    async def follow(self, run: RunFacts, offset: int = 0) -> AsyncIterator[bytes]:
        """The log from `offset` on as it grows, until the run has ended and the log is read to its end."""
        alive, log = True, Path(run.log)
        file = await asyncio.to_thread(_number, log)
        while alive:
            alive = (await asyncio.to_thread(classify, log.parent)).alive
            before, file = file, await asyncio.to_thread(_number, log)
            if file != before or await asyncio.to_thread(_size, log) < offset:
                offset = 0  # the log was cut: what is left of it begins with a line that says so
            while chunk := await self.read(run, offset, _CHUNK):
                offset += len(chunk)
                yield chunk
            if alive:
                await asyncio.sleep(_FOLLOW)

    def _newest(self, key: str, count: int) -> tuple[RunFacts, ...]:
        home = launching.folder_of(self._root, self._home(key))
        found: list[RunFacts] = []
        for name in launching.run_names(home):
            if len(found) == count:
                break
            if not was_refused(home / name):
                found.append(classify(home / name))
        return tuple(found)

    def _spawn(self, launch: Launch) -> Path:
        if self._stop_file.exists():
            raise Failure(Problem(ErrorCode.REFUSED, sentences.RUN_FORBIDDEN(path=self._stop_file)))
        running = next(iter(self._newest(launch.key, 1)), None)
        if running is not None and running.state is RunState.UNKNOWN:
            raise Failure(Problem(ErrorCode.REFUSED, running.problem or sentences.RUN_UNREADABLE(folder=running.log)))
        if running is not None and running.alive:
            pid = running.pid or "starting"
            raise Failure(Problem(ErrorCode.REFUSED, sentences.RUN_ALIVE(repository=launch.key, pid=pid)))
        lock = self._locks / f"run-{hashlib.sha256(launch.repository_id.encode()).hexdigest()[:32]}.lock"
        files.folder(Path(self._slots.folder))
        host = self._hosts.get(launch.place.name.host.lower()) if launch.place else None
        try:
            folder = launching.create(
                self._root,
                launch,
                lock,
                self._stop_file,
                self._limits,
                datetime.now(UTC),
                host,
                self._home(launch.key),
                self._slots,
            )
        except OSError as error:
            message = sentences.FOLDER_UNUSABLE(path=self._root, reason=files.reason(error))
            raise Failure(Problem(ErrorCode.CONFIGURATION, message)) from error
        agent = launching.agent_environment(os.environ, launch.environment, folder.name, launch.agent)
        try:
            agent = launching.without_push(folder, launch.directory, agent)
            launching.spawn(folder, {**os.environ, **self._environ}, agent)
        except Failure as failure:
            write_end(folder, End(Reason.COULD_NOT_START, None, failure.problem.message, datetime.now(UTC)))
            raise
        return folder


def _is_foreign(folder: Path) -> bool:
    with suppress(Unreadable):
        return is_foreign(read_spec(folder))
    return False


def _has_ended(folder: Path) -> bool:
    with suppress(Unreadable):
        return read_end(folder) is not None
    return False


def _settled(folder: Path) -> bool:
    """Whether the agent runs, or its end is recorded."""
    if (folder / END).exists():
        return True
    with suppress(Unreadable):
        state = read_state(folder)
        return state is not None and state.started_at is not None
    return False


def _is_supervised(folder: Path) -> bool:
    """Whether the supervisor has come up: what it does before the agent starts has limits of its own."""
    with suppress(Unreadable):
        return read_state(folder) is not None
    return False


async def _comes_to_its_end(folder: Path, seconds: float) -> bool:
    """Wait for the end of a run; where its claim was lost, as long as putting its work aside may take."""
    if await _until(lambda: _has_ended(folder), seconds):
        return True
    if not is_keeping(folder):
        return False
    await _until(lambda: _has_ended(folder) or not is_keeping(folder), _KEEP_SECONDS)
    return await _until(lambda: _has_ended(folder), seconds)


async def _until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until the condition holds; false when it does not within that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(_POLL)
    return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _number(path: Path) -> int:
    """What tells a file from the one that takes its place; 0 where there is none yet."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _read(path: Path, offset: int, size: int) -> bytes:
    """At most `size` bytes from `offset` on, a negative one counted from the end; empty where there is no file."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(offset if offset >= 0 else max(end + offset, 0))
            return file.read(size)
    except FileNotFoundError:
        return b""
