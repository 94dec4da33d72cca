"""A run's folder: what was asked for, where it stands, and how it ended, as versioned JSON that is replaced whole.

Only the supervisor writes `state.json`; `end.json` is written once. Everything is readable by its owner alone, and
nothing here holds the value of an environment variable.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

VERSION = 1
SPEC = "spec.json"
STATE = "state.json"
END = "end.json"
STOP = "stop"
PROMPT = "prompt.md"
LOG = "output.log"
SUPERVISOR_LOG = "supervisor.log"
_LARGEST = 1 << 20


class Unreadable(Exception):
    """A record exists and cannot be understood: damaged, or of a newer version."""


class Reason(StrEnum):
    """Why a run is over."""

    ENDED = "ended"
    STOPPED = "stopped"
    TIME_LIMIT = "time_limit"
    STOP_FILE = "stop_file"
    COULD_NOT_START = "could_not_start"
    REFUSED = "refused"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Process:
    """A process that no later one with its number is mistaken for: `started` is the system's own word for when."""

    pid: int
    started: str


@dataclass(frozen=True, slots=True)
class Spec:
    """What was asked for, written by the starter.

    `environment` holds names only, `grace` and `limit` are seconds, `log_limit` bytes.
    """

    run: str
    key: str
    repository_id: str
    issue: int
    branch: str
    attempt: int
    directory: str
    command: tuple[str, ...]
    environment: tuple[str, ...]
    lock: str
    stop_file: str
    grace: float
    limit: float
    log_limit: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class State:
    """Who supervises the run, since which start of the machine, and the agent as soon as there is one."""

    supervisor: Process
    boot: str
    agent: Process | None = None
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended; `exit` is negative for a signal and None where nobody saw it, as `ended_at` is."""

    reason: Reason
    exit: int | None = None
    message: str | None = None
    ended_at: datetime | None = None


def write_file(path: Path, data: bytes) -> None:
    """Replace a file whole, durably, readable by its owner alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)


def write_spec(folder: Path, spec: Spec) -> None:
    """Write what was asked for."""
    _write(folder / SPEC, asdict(spec))


def write_state(folder: Path, state: State) -> None:
    """Write where the run stands."""
    _write(folder / STATE, asdict(state))


def write_end(folder: Path, end: End) -> None:
    """Write how the run ended."""
    _write(folder / END, asdict(end))


def read_spec(folder: Path) -> Spec:
    """What was asked for; raises Unreadable, also when there is nothing."""
    record = _read(folder / SPEC)
    if record is None:
        raise Unreadable(str(folder / SPEC))
    try:
        return Spec(
            run=str(record["run"]),
            key=str(record["key"]),
            repository_id=str(record["repository_id"]),
            issue=int(record["issue"]),
            branch=str(record["branch"]),
            attempt=int(record["attempt"]),
            directory=str(record["directory"]),
            command=tuple(map(str, record["command"])),
            environment=tuple(map(str, record["environment"])),
            lock=str(record["lock"]),
            stop_file=str(record["stop_file"]),
            grace=float(record["grace"]),
            limit=float(record["limit"]),
            log_limit=int(record["log_limit"]),
            asked_at=datetime.fromisoformat(record["asked_at"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(str(folder / SPEC)) from error


def read_state(folder: Path) -> State | None:
    """Where the run stands; None before its supervisor said so. Raises Unreadable."""
    record = _read(folder / STATE)
    if record is None:
        return None
    try:
        agent = record["agent"]
        return State(
            supervisor=_process(record["supervisor"]),
            boot=str(record["boot"]),
            agent=None if agent is None else _process(agent),
            started_at=_time(record["started_at"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(str(folder / STATE)) from error


def read_end(folder: Path) -> End | None:
    """How the run ended; None while there is no record of it. Raises Unreadable."""
    record = _read(folder / END)
    if record is None:
        return None
    try:
        return End(
            reason=Reason(record["reason"]),
            exit=None if record["exit"] is None else int(record["exit"]),
            message=None if record["message"] is None else str(record["message"]),
            ended_at=_time(record["ended_at"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(str(folder / END)) from error


def _write(path: Path, record: dict[str, Any]) -> None:
    text = json.dumps({"v": VERSION, **record}, default=datetime.isoformat, indent=1)
    write_file(path, text.encode() + b"\n")


def _read(path: Path) -> dict[str, Any] | None:
    try:
        with path.open("rb") as file:
            record = json.loads(file.read(_LARGEST))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise Unreadable(str(path)) from error
    if not isinstance(record, dict) or record.get("v") != VERSION:
        raise Unreadable(str(path))
    return record


def _process(record: Any) -> Process:
    return Process(int(record["pid"]), str(record["started"]))


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
