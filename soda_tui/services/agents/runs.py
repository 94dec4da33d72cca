"""Runs: the port `Runs` on folders of records and the processes that they name.

Nothing is kept in memory but how far the logs were heard, which the folders hold too, so any number of cockpits see the
same and each adopts what the others started.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from soda_tui.cockpit.ports.runs import Launch
from soda_tui.domain import sentences
from soda_tui.domain.configuration.accounts import Accounts, HostSettings
from soda_tui.domain.failure import NO_ROOM, ErrorCode, Failure, Problem
from soda_tui.domain.runs.attachment import unheard
from soda_tui.domain.runs.endings import How, exit_words
from soda_tui.domain.runs.facts import Room, RunFacts, RunState
from soda_tui.domain.runs.usage import Sums
from soda_tui.domain.stopfile import forbidding, own_stops
from soda_tui.services import files
from soda_tui.services.agents import awaiting, launching, processes, reading, slots
from soda_tui.services.agents.classify import classify, was_refused
from soda_tui.services.agents.framing import LONGEST_MESSAGE
from soda_tui.services.agents.giving_up import GivingUp, end_remaining, finish, give_up, order_end
from soda_tui.services.agents.knocking import Refused, send_message
from soda_tui.services.agents.lately import lately
from soda_tui.services.agents.launching import Limits
from soda_tui.services.agents.listening import Listener, with_progress
from soda_tui.services.agents.origin import here
from soda_tui.services.agents.records import DOUBT, STOP, End, Reason, Slots, write_end
from soda_tui.services.stopfiles import standing

_STOP_SECONDS = processes.KILL_SECONDS + 3.0
# How long a look at the runs waits for those that are given up then.
_GIVE_UP_SECONDS = 2.0
_HISTORY = 100
# How long a program may take to find that it has nothing to run, and how it ends then: POSIX, XCU 2.8.2.
_FIRST_SECONDS = 1.0
_NO_PROGRAM = {126, 127}
_ORDERED = {None: Reason.STOPPED, How.ASKED: Reason.ASKED, How.LIMIT: Reason.LIMIT}
_FAILED = {
    Reason.REFUSED: ErrorCode.REFUSED,
    Reason.COULD_NOT_START: ErrorCode.AGENT,
    Reason.BROKEN: ErrorCode.AGENT,
    Reason.CLAIM_LOST: ErrorCode.TAKEN,
    Reason.STOP_FILE: ErrorCode.REFUSED,
}


class RunService:
    """Agent processes, each under a supervisor of its own; `root` holds a folder per repository, `locks` one lock each.

    While `stop_file` exists no agent is started and every supervisor ends its own. `hosts` and `environ`, which is
    added to the process's own, tell a supervisor how to read the claim again. `home` tells by which name a repository's
    runs are kept. At most `most()` agents run on this machine. The tokens that were `seen` by the time of a
    start are kept out of its log.
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
        most: Callable[[], int] = lambda: 4,
        leave: bytes = b"\x1d",
        seen: Collection[str] = (),
    ) -> None:
        self._root = root
        self._locks = locks
        self._stop_file = stop_file
        self._limits = limits or Limits()
        self._accounts = Accounts(hosts or {})
        self._environ = environ or {}
        self._home = home
        self._leave = leave
        self._seen = seen
        # A home may be shared between machines.
        self._listener = Listener()
        self._give_up = GivingUp()
        self._most = most
        self._slot_folder = str(locks / f"slots-{here().host}")

    async def room(self) -> Room:
        """How many agents may run on this machine, and the repositories of those that do."""
        return Room(self._slots.count, await asyncio.to_thread(slots.holders, self._slots.folder))

    async def start(self, launch: Launch) -> RunFacts:
        """Start an agent and wait until it runs or has ended; raises a Failure where it is refused or cannot start.

        A look at the claim or a set-up that takes longer is left to its supervisor.
        """
        launching.check(launch)
        folder = await asyncio.to_thread(self._spawn, launch)
        if not await awaiting.comes_up(folder):
            await asyncio.to_thread((folder / STOP).touch, 0o600)
            message = sentences.RUN_NO_ANSWER(seconds=f"{awaiting.START_SECONDS:g}", folder=folder)
            raise Failure(Problem(ErrorCode.AGENT, message))
        if launch.or_else:
            await awaiting.comes_to_its_end(folder, _FIRST_SECONDS)
        end = await asyncio.to_thread(awaiting.end_of, folder)
        if end is not None and end.reason in _FAILED:
            full = any(os.strerror(number) in (end.message or "") for number in NO_ROOM)
            raise Failure(Problem(ErrorCode.DISK_FULL if full else _FAILED[end.reason], end.message or ""))
        if end is not None and launch.or_else and end.exit in _NO_PROGRAM:
            values = {"program": launch.agent.program, "reason": exit_words(end.exit)}
            raise Failure(Problem(ErrorCode.AGENT, sentences.AGENT_NOT_STARTED(**values)))
        return await asyncio.to_thread(classify, folder)

    async def stop(self, key: str, ended_for: How | None = None) -> RunFacts | None:
        """End the running agent with everything that it started, and wait for that; None if none runs.

        `ended_for` is what its end is put down to where no person wants it. Of a run that is unknown everything is
        ended that is found here. Raises a Failure where it is another machine's and does not answer.
        """
        run = (await self.current((key,))).get(key)
        if run is None or not run.stoppable:
            return None
        folder = Path(run.log).parent
        reason = _ORDERED[ended_for]
        foreign = await asyncio.to_thread(order_end, folder, reason)
        seconds = self._limits.grace + _STOP_SECONDS
        if not await awaiting.comes_to_its_end(folder, seconds):
            if foreign:
                message = sentences.RUN_FOREIGN_SILENT(folder=folder, seconds=f"{seconds:g}")
                raise Failure(Problem(ErrorCode.AGENT, message))
            await asyncio.to_thread(give_up, folder, reason, None)
        await asyncio.to_thread(end_remaining, folder)
        return await asyncio.to_thread(classify, folder)

    async def doubt(self, run: RunFacts) -> None:
        """Have the supervisor of a run look at its claim at once, which may be lost."""
        with suppress(OSError):
            await asyncio.to_thread((Path(run.log).parent / DOUBT).touch, 0o600)

    async def current(self, keys: Sequence[str]) -> dict[str, RunFacts]:
        """The newest run of each repository that has one."""

        def newest() -> dict[str, RunFacts]:
            found = ((key, self._newest(key, 1, self._give_up)) for key in keys)
            return {key: runs[0] for key, runs in found if runs}

        def settled() -> dict[str, RunFacts]:
            found = newest()
            return newest() if self._give_up.wait(_GIVE_UP_SECONDS) else found

        return await asyncio.to_thread(settled)

    async def runs(self, key: str) -> tuple[RunFacts, ...]:
        """The runs of a repository with what was heard of them, newest first, at most a hundred."""
        return await asyncio.to_thread(lambda: tuple(map(with_progress, self._newest(key, _HISTORY, self._give_up))))

    async def lately(self, key: str) -> tuple[tuple[RunFacts, ...], tuple[RunFacts, ...]]:
        """What was heard of the runs of the last days: the repository's own, and all others on this machine."""
        home = launching.folder_of(self._root, self._home(key))
        return await asyncio.to_thread(lately, self._root, home, datetime.now(UTC))

    async def listen(
        self, runs: Mapping[str, RunFacts], *, thoroughly: bool = False
    ) -> dict[str, tuple[RunFacts, Sums]]:
        """Read on in the logs of these newest runs: each with its progress, and what its repository's runs have used.

        So much is read at once that nothing else waits; thoroughly means all that was written until now.
        """
        return await self._listener.listen(runs, thoroughly=thoroughly)

    async def size(self, run: RunFacts) -> int:
        """How many bytes a run's log has."""
        return await asyncio.to_thread(reading.size, Path(run.log))

    async def message(self, run: RunFacts, text: str) -> None:
        """Tell a running agent something; raises a Failure with the reason where it cannot be told."""
        if not text.strip():
            raise Failure(Problem(ErrorCode.USAGE, sentences.MESSAGE_EMPTY()))
        if len(text.encode(errors="replace")) > LONGEST_MESSAGE:
            message = sentences.MESSAGE_TOO_LONG(limit=LONGEST_MESSAGE >> 10)
            raise Failure(Problem(ErrorCode.USAGE, message))
        if not run.hears:
            raise Failure(Problem(ErrorCode.REFUSED, unheard(attachable=run.attachable)))
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
        return await asyncio.to_thread(reading.part, Path(run.log), -size, size)

    async def read(self, run: RunFacts, offset: int, size: int) -> bytes:
        """At most `size` bytes of a run's log from `offset` on; empty at its present end."""
        return await asyncio.to_thread(reading.part, Path(run.log), offset, size)

    def follow(self, run: RunFacts, offset: int = 0) -> AsyncIterator[bytes]:
        """The log from `offset` on as it grows, until the run has ended and the log is read to its end."""
        log = Path(run.log)
        return reading.follow(log, offset, lambda: classify(log.parent).alive)

    @property
    def _slots(self) -> Slots:
        return Slots(self._slot_folder, self._most())

    def _newest(self, key: str, count: int, finish: Callable[[Path], End | None] = finish) -> tuple[RunFacts, ...]:
        home = launching.folder_of(self._root, self._home(key))
        found: list[RunFacts] = []
        for name in launching.run_names(home):
            if len(found) == count:
                break
            if not was_refused(home / name):
                found.append(classify(home / name, finish))
        return tuple(found)

    def _spawn(self, launch: Launch) -> Path:
        clone = launch.place.path if launch.place else None
        forbids = standing((str(self._stop_file), *own_stops(clone, launch.directory)))
        if forbids is not None:
            raise Failure(Problem(ErrorCode.REFUSED, forbidding(forbids)))
        running = next(iter(self._newest(launch.key, 1)), None)
        if running is not None and running.state is RunState.UNKNOWN:
            raise Failure(Problem(ErrorCode.REFUSED, running.problem or sentences.RUN_UNREADABLE(folder=running.log)))
        if running is not None and running.alive:
            pid = running.pid or "starting"
            raise Failure(Problem(ErrorCode.REFUSED, sentences.RUN_ALIVE(repository=launch.key, pid=pid)))
        lock = self._locks / f"run-{hashlib.sha256(launch.repository_id.encode()).hexdigest()[:32]}.lock"
        files.folder(Path(self._slots.folder))
        host = self._accounts.settings(self._accounts.reading(launch.place.name)) if launch.place else None
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
            raise files.failure(error, self._root, sentences.FOLDER_UNUSABLE) from error
        agent = launching.agent_environment(os.environ, launch.environment, folder.name, launch.agent)
        try:
            agent = launching.without_push(folder, launch.directory, agent)
            launching.spawn(folder, {**os.environ, **self._environ}, agent, self._seen)
        except Failure as failure:
            write_end(folder, End(Reason.COULD_NOT_START, None, failure.problem.message, datetime.now(UTC)))
            raise
        return folder
