"""The end of a run from outside: its supervisor is told to; in the place of one that is gone, what is left is ended."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from time import monotonic

from soda_tui.domain import sentences
from soda_tui.services import files
from soda_tui.services.agents import processes, runlock
from soda_tui.services.agents.losing import loss_told
from soda_tui.services.agents.origin import is_foreign
from soda_tui.services.agents.records import (
    STOP,
    End,
    Process,
    Reason,
    Remnant,
    Spec,
    Unreadable,
    read_end,
    read_processes,
    read_spec,
    read_state,
    write_end,
)
from soda_tui.services.git.inhabitants import names_inside

log = logging.getLogger(__name__)

_GRACE = 5.0


class GivingUp:
    """Gives runs up, each in a thread of its own, so that nobody waits for the most stubborn agent of all.

    A process that ends waits for them: what was begun is brought to its end.
    """

    def __init__(self) -> None:
        self._threads: dict[Path, Thread] = {}
        self._begun: list[Thread] = []

    def __call__(self, folder: Path) -> None:
        """Begin with this one, unless that is being done."""
        self._threads = {each: thread for each, thread in self._threads.items() if thread.is_alive()}
        if folder not in self._threads:
            self._threads[folder] = Thread(target=_finish_quietly, args=(folder,), name=f"end {folder.name}")
            self._threads[folder].start()
            self._begun.append(self._threads[folder])

    def wait(self, seconds: float) -> bool:
        """Wait for those that were begun since the last time, so long in all; whether there were any."""
        begun, self._begun = self._begun, []
        until = monotonic() + seconds
        for thread in begun:
            thread.join(max(0.0, until - monotonic()))
        return bool(begun)


def finish(folder: Path) -> End | None:
    """Give up a run that lost its supervisor; None where a slow one has come up after all."""
    spec, state = read_spec(folder), read_state(folder)
    if state is not None:
        end = read_end(folder)
        if end is None and not processes.is_alive(state.supervisor):
            end = give_up(folder, Reason.KILLED, sentences.RUN_KILLED(issue=spec.issue))
        return end
    lock = runlock.take(spec.lock)
    if lock is None:
        return None
    try:
        if read_state(folder) is not None:
            return None
        return read_end(folder) or give_up(folder, Reason.KILLED, sentences.RUN_NEVER_BEGAN(issue=spec.issue))
    finally:
        os.close(lock)


def order_end(folder: Path, reason: Reason = Reason.STOPPED) -> bool:
    """Tell the supervisor of a run to end it, and what that is to be recorded as; whether it is out of sight from here.

    What a person orders comes before what a loop does, whichever was first.
    """
    foreign = False
    with suppress(Unreadable):
        foreign = is_foreign(read_spec(folder))
    if reason is Reason.STOPPED or not (folder / STOP).exists():
        files.replace(folder / STOP, reason.encode(), durable=False)
    supervisor, _ = read_processes(folder)
    with suppress(OSError):
        if supervisor is not None and not foreign and processes.is_alive(supervisor):
            os.kill(supervisor.pid, signal.SIGTERM)
    return foreign


def give_up(folder: Path, reason: Reason, message: str | None) -> End:
    """End a run in its supervisor's place, and the supervisor where it does not answer; record it as `reason`.

    A claim that was lost is what is recorded before all else. What cannot be read of the run's record is done without:
    its processes bear its name.
    """
    spec: Spec | None = None
    with suppress(Unreadable):
        spec = read_spec(folder)
    supervisor, agent = read_processes(folder)
    if supervisor is not None and processes.is_alive(supervisor):
        with suppress(ProcessLookupError):
            os.kill(supervisor.pid, signal.SIGKILL)
    grace = spec.grace if spec else _GRACE
    left = processes.end_all(processes.members(folder.name, agent), grace)
    return record(folder, reason, message, _remnants(spec, supervisor, left))


def record(folder: Path, reason: Reason, message: str | None, left: tuple[Remnant, ...] = ()) -> End:
    """Record how a run ended that nobody saw end."""
    ended_at = datetime.now(UTC) if reason is Reason.STOPPED else None
    lost = loss_told(folder)
    if lost is not None:
        reason, message = Reason.CLAIM_LOST, lost
    end = End(reason, None, message, ended_at, left=left)
    write_end(folder, end)
    return end


def remaining(folder: Path) -> list[Remnant]:
    """What is left of a run that is over, as far as it still lives and can be seen from here."""
    with suppress(Unreadable):
        end = read_end(folder)
        if end is not None and end.left and not is_foreign(read_spec(folder)):
            return [one for one in end.left if processes.is_alive(one.process)]
    return []


def end_remaining(folder: Path) -> None:
    """End what is left of a run that is over."""

    def found() -> list[processes.Entry]:
        return [entry for one in remaining(folder) if (entry := processes.look(one.process.pid))]

    processes.end_all(found, _GRACE, grouped=False)


def _remnants(spec: Spec | None, supervisor: Process | None, left: Sequence[processes.Entry]) -> tuple[Remnant, ...]:
    """Who resisted; and who began during the run, has no terminal, and works where the agent did.

    A daemon with an empty environment has nothing else that tells where it comes from: it may be a person's own.
    """
    names = names_inside(spec.directory) if spec else {}
    entries = {entry.pid: entry for entry in processes.table()}
    found = {entry.pid: entry.process for entry in left}
    ours, pid = set(), os.getpid()
    while pid in entries and pid not in ours:
        ours.add(pid)
        pid = entries[pid].parent
    for pid in names.keys() & entries.keys() - ours:
        entry = entries[pid]
        if supervisor and not entry.terminal and not entry.zombie and processes.is_younger(entry.process, supervisor):
            found[pid] = entry.process
    return tuple(Remnant(found[pid], names.get(pid, "a process")) for pid in sorted(found))


def _finish_quietly(folder: Path) -> None:
    """Whatever goes wrong is tried again at the next look."""
    try:
        finish(folder)
    except Exception:
        log.exception("giving up %s", folder)
