"""What a run's records and the processes that they name add up to; and the end of a run that lost its supervisor."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from soda_tui.domain import sentences
from soda_tui.domain.facts import RunFacts, RunState
from soda_tui.services.agents import processes, runlock
from soda_tui.services.agents.losing import loss_told
from soda_tui.services.agents.origin import is_foreign
from soda_tui.services.agents.records import (
    LOG,
    NO_MESSAGES,
    PTY,
    End,
    Reason,
    Spec,
    State,
    Unreadable,
    read_end,
    read_processes,
    read_spec,
    read_state,
    write_end,
)

_BEGIN_SECONDS = 10.0
_GRACE = 5.0
_boot_id = cache(processes.boot_id)


def classify(folder: Path) -> RunFacts:
    """The facts of a run; one that lost its supervisor is ended here, with its agent, and that is recorded.

    A run whose record cannot be read, or whose processes are out of sight, is unknown and left alone.
    """
    spec: Spec | None = None
    state: State | None = None
    with suppress(Unreadable):
        spec = read_spec(folder)
    try:
        end = read_end(folder)
        if end is not None:
            with suppress(Unreadable):
                state = read_state(folder)
        elif spec is None:
            raise Unreadable(str(folder))
        elif is_foreign(spec):
            return _facts(folder, spec, RunState.UNKNOWN, None, None, sentences.RUN_FOREIGN(folder=folder))
        else:
            state = read_state(folder)
            end = _missing_end(folder, spec, state)
    except (Unreadable, OSError):
        problem = sentences.RUN_UNREADABLE(folder=folder)
        return _facts(folder, spec, RunState.UNKNOWN, None, None, problem)
    if end is not None:
        how = RunState.KILLED if end.reason is Reason.KILLED else RunState.ENDED
    else:
        how = RunState.RUNNING if state is not None and state.agent is not None else RunState.STARTING
    return _facts(folder, spec, how, state, end, end.message if end else None)


def was_refused(folder: Path) -> bool:
    """Whether this never became a run, because another one held the repository's lock, or others all slots."""
    with suppress(Unreadable):
        end = read_end(folder)
        return end is not None and end.reason is Reason.REFUSED
    return False


def give_up(folder: Path, reason: Reason, message: str | None) -> End:
    """End a run in its supervisor's place, and the supervisor where it does not answer; record it as `reason`.

    A claim that was lost is what is recorded before all else. What cannot be read of the run's record is done without:
    its processes bear its name.
    """
    grace = _GRACE
    with suppress(Unreadable):
        grace = read_spec(folder).grace
    supervisor, agent = read_processes(folder)
    if supervisor is not None and processes.is_alive(supervisor):
        with suppress(ProcessLookupError):
            os.kill(supervisor.pid, signal.SIGKILL)
    left = processes.end_all(processes.members(folder.name, agent), grace)
    remark = sentences.RUN_LEFT_BEHIND(pids=", ".join(str(entry.pid) for entry in left)) if left else None
    return _record(folder, reason, message, remark)


def _record(folder: Path, reason: Reason, *remarks: str | None) -> End:
    ended_at = datetime.now(UTC) if reason is Reason.STOPPED else None
    lost = loss_told(folder)
    if lost is not None:
        reason, remarks = Reason.CLAIM_LOST, (lost, *remarks[1:])
    end = End(reason, None, " ".join(filter(None, remarks)) or None, ended_at)
    write_end(folder, end)
    return end


def _missing_end(folder: Path, spec: Spec, state: State | None) -> End | None:
    """The end of a run without a record of it; None while its supervisor is there or may still come."""
    if state is None:
        if abs((datetime.now(UTC) - spec.asked_at).total_seconds()) < _BEGIN_SECONDS:
            return None
        return _never_began(folder, spec)
    if state.boot != _boot_id():
        return _record(folder, Reason.KILLED, sentences.RUN_REBOOTED())
    if processes.is_alive(state.supervisor):
        return None
    return read_end(folder) or give_up(folder, Reason.KILLED, sentences.RUN_KILLED())


def _never_began(folder: Path, spec: Spec) -> End | None:
    """Give a run up that nobody supervises; None where a slow supervisor has come up after all."""
    lock = runlock.take(spec.lock)
    if lock is None:
        return None
    try:
        if read_state(folder) is not None:
            return None
        return read_end(folder) or give_up(folder, Reason.KILLED, sentences.RUN_NEVER_BEGAN())
    finally:
        os.close(lock)


def _facts(
    folder: Path, spec: Spec | None, how: RunState, state: State | None, end: End | None, problem: str | None
) -> RunFacts:
    log = folder / LOG
    agent = state.agent if state is not None and end is None else None
    return RunFacts(
        id=folder.name,
        issue=spec.issue if spec else 0,
        branch=spec.branch if spec else "",
        attempt=spec.attempt if spec else None,
        state=how,
        pid=agent.pid if agent else None,
        started_at=_whole(state.started_at) if state else None,
        ended_at=_whole(end.ended_at) if end else None,
        last_output_at=_last_output(log),
        exit=end.exit if end else None,
        claim_lost=end is not None and end.reason is Reason.CLAIM_LOST,
        stopped=end is not None and end.reason in {Reason.STOPPED, Reason.STOP_FILE},
        log=str(log),
        problem=problem,
        format=spec.format if spec else "text",
        profile=spec.profile if spec else "",
        attachable=agent is not None and spec is not None and spec.terminal == PTY,
        hears=agent is not None and spec is not None and spec.message != NO_MESSAGES,
    )


def _last_output(log: Path) -> datetime | None:
    try:
        status = log.stat()
    except OSError:
        return None
    return _whole(datetime.fromtimestamp(status.st_mtime, UTC)) if status.st_size else None


def _whole(time: datetime | None) -> datetime | None:
    return None if time is None else time.replace(microsecond=0)
