"""What a run's records and the processes that they name add up to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from soda_tui.domain import sentences
from soda_tui.domain.runs.endings import How
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.services.agents import processes
from soda_tui.services.agents.giving_up import finish, record, remaining
from soda_tui.services.agents.origin import is_foreign, is_of_this_machine
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
    read_spec,
    read_state,
)
from soda_tui.services.agents.waking import awake_since

_BEGIN_SECONDS = 10.0
_ENDED_FOR = {Reason.ASKED: How.ASKED, Reason.LIMIT: How.LIMIT}
_boot_id = cache(processes.boot_id)


def classify(folder: Path, finish: Callable[[Path], End | None] = finish) -> RunFacts:
    """The facts of a run; one that lost its supervisor is given up with `finish`, which records that now or later.

    A run whose record cannot be read, or whose processes are out of sight, is unknown and left alone. Unknown is also
    one that is just being given up, and one of which something lives on.
    """
    spec: Spec | None = None
    state: State | None = None
    problem: str | None = None
    with suppress(Unreadable):
        spec = read_spec(folder)
    try:
        end = read_end(folder)
        if end is None:
            if spec is None:
                raise Unreadable(str(folder))
            end, problem = _missing_end(folder, spec, finish)
        if end is None and problem is None:
            state = read_state(folder)
    except (Unreadable, OSError):
        problem = sentences.RUN_UNREADABLE(folder=folder)
    else:
        problem = problem or _lives_on(folder, end)
    if problem is not None:
        return _facts(folder, spec, RunState.UNKNOWN, None, None, problem)
    with suppress(Unreadable):
        state = state or read_state(folder)
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


def _missing_end(folder: Path, spec: Spec, finish: Callable[[Path], End | None]) -> tuple[End | None, str | None]:
    """The end of a run without a record of it, if it has ended; or why that is not known.

    It has not while its supervisor is there or may still come.
    """
    state: State | None = None
    with suppress(Unreadable):
        state = read_state(folder)
    if state is not None and is_of_this_machine(spec) and state.boot != _boot_id():
        return record(folder, Reason.KILLED, sentences.RUN_REBOOTED(issue=spec.issue)), None
    if is_foreign(spec):
        return None, sentences.RUN_FOREIGN(folder=folder)
    state = read_state(folder)
    if state is None:
        is_slow = abs((datetime.now(UTC) - spec.asked_at).total_seconds()) >= _BEGIN_SECONDS
        return finish(folder) if is_slow else None, None
    if processes.is_alive(state.supervisor):
        return None, None
    end, seconds = finish(folder), f"{spec.grace + processes.KILL_SECONDS:g}"
    return end, None if end else sentences.RUN_BEING_ENDED(issue=spec.issue, seconds=seconds)


def _lives_on(folder: Path, end: End | None) -> str | None:
    """What lives on of a run that is over, in a sentence."""
    left = remaining(folder) if end is not None and end.left else []
    if not left:
        return None
    words = ", ".join(f"{one.name} ({one.process.pid})" for one in left)
    return sentences.RUN_REMAINS(processes=words, directory=read_spec(folder).directory)


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
        stopped=end is not None and end.reason is Reason.STOPPED,
        halted=end is not None and end.reason is Reason.STOP_FILE,
        late=end is not None and end.reason is Reason.TIME_LIMIT,
        ended_for=_ENDED_FOR.get(end.reason) if end is not None else None,
        log=str(log),
        problem=problem,
        format=spec.format if spec else "text",
        profile=spec.profile if spec else "",
        attachable=agent is not None and spec is not None and spec.terminal == PTY,
        hears=agent is not None and spec is not None and spec.message != NO_MESSAGES,
        by_hand=spec is not None and spec.by_hand,
        head=spec.head if spec else None,
        awake_since=_whole(awake_since(folder, datetime.now(UTC))) if agent is not None else None,
    )


def _last_output(log: Path) -> datetime | None:
    try:
        status = log.stat()
    except OSError:
        return None
    return _whole(datetime.fromtimestamp(status.st_mtime, UTC)) if status.st_size else None


def _whole(time: datetime | None) -> datetime | None:
    return None if time is None else time.replace(microsecond=0)
