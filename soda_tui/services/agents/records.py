"""A run's folder: what was asked for, where it stands, and how it ended, as versioned JSON that is replaced whole.

Only the supervisor writes `state.json`; `end.json` is written once. Everything is readable by its owner alone, and
nothing here holds the value of an environment variable.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from soda_tui.services import files
from soda_tui.services.setup import SetUp

VERSION = 1
SPEC = "spec.json"
STATE = "state.json"
END = "end.json"
STOP = "stop"
PROMPT = "prompt.md"
LOG = "output.log"
LOSS = "loss.json"
GIT_SETTINGS = "gitconfig"
SUPERVISOR_LOG = "supervisor.log"
PTY = "pty"
NO_MESSAGES = "none"
_LARGEST = 1 << 20


class Unreadable(Exception):
    """A record exists and cannot be understood: damaged, or of a newer version."""


class Reason(StrEnum):
    """Why a run is over."""

    ENDED = "ended"
    STOPPED = "stopped"
    TIME_LIMIT = "time_limit"
    STOP_FILE = "stop_file"
    CLAIM_LOST = "claim_lost"
    BROKEN = "broken"
    COULD_NOT_START = "could_not_start"
    REFUSED = "refused"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Process:
    """A process that no later one with its number is mistaken for: `started` is the system's own word for when."""

    pid: int
    started: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the number of a process means something: the machine, and the PID namespace on it (empty but on Linux)."""

    host: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Watched:
    """The claim that a run works on, and all that is needed to read it again.

    `path` is the clone; `token_command` and `api_url` are the host's own, `interval` the seconds between two looks.
    """

    host: str
    owner: str
    name: str
    path: str
    cockpit: str
    interval: float
    token_command: tuple[str, ...] = ()
    api_url: str | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """How a claim was lost: what became of it, in a sentence; `kept` is the sentence on what became of the work."""

    how: str
    kept: str | None = None


@dataclass(frozen=True, slots=True)
class Slots:
    """Where the slots of this machine's agents are, and how many of them may be taken."""

    folder: str
    count: int


@dataclass(frozen=True, slots=True)
class Spec:
    """What was asked for, written by the starter.

    `environment` holds names only, `grace` and `limit` are seconds, `log_limit` bytes. `watched` is None for a run
    whose claim is not to be watched, `origin` for one of a version that did not say where it ran, `setup` where none is
    configured, `slots` for a run that is not counted. `format` is that of what the agent writes,
    `profile` its name, `terminal` what it writes to, `message` how it can be told something.
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
    watched: Watched | None = None
    origin: Origin | None = None
    setup: SetUp | None = None
    slots: Slots | None = None
    format: str = "text"
    profile: str = ""
    terminal: str = "pipe"
    message: str = "none"


@dataclass(frozen=True, slots=True)
class State:
    """Who supervises the run, since which start of the machine, and the agent as soon as there is one.

    Without `started_at` the process is not the agent yet, but the set-up that comes before it.
    """

    supervisor: Process
    boot: str
    agent: Process | None = None
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended; `exit` is negative for a signal and None where nobody saw it, as `ended_at` is.

    `lost` counts the bytes that there was no room for in the log.
    """

    reason: Reason
    exit: int | None = None
    message: str | None = None
    ended_at: datetime | None = None
    lost: int = 0


def write_spec(folder: Path, spec: Spec) -> None:
    """Write what was asked for."""
    _write(folder / SPEC, asdict(spec))


def write_state(folder: Path, state: State) -> None:
    """Write where the run stands."""
    _write(folder / STATE, asdict(state))


def write_end(folder: Path, end: End) -> None:
    """Write how the run ended."""
    _write(folder / END, asdict(end))


def write_loss(folder: Path, loss: Loss) -> None:
    """Write how the claim was lost."""
    _write(folder / LOSS, asdict(loss))


def read_loss(folder: Path) -> Loss | None:
    """How the claim was lost; None where that is not known. Raises Unreadable."""
    record = _read(folder / LOSS)
    if record is None:
        return None
    try:
        return Loss(str(record["how"]), None if record["kept"] is None else str(record["kept"]))
    except KeyError as error:
        raise Unreadable(str(folder / LOSS)) from error


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
            watched=_watched(record.get("watched")),
            origin=_origin(record.get("origin")),
            setup=_set_up(record.get("setup")),
            slots=_slots(record.get("slots")),
            format=str(record.get("format", "text")),
            profile=str(record.get("profile", "")),
            terminal=str(record.get("terminal", "pipe")),
            message=str(record.get("message", "none")),
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


def read_processes(folder: Path) -> tuple[Process | None, Process | None]:
    """Supervisor and agent as far as they can be made out, whatever the record's version and the rest of it."""
    found: list[Process | None] = [None, None]
    with suppress(OSError, ValueError, RecursionError, AttributeError):
        record = _load(folder / STATE)
        for place, name in enumerate(("supervisor", "agent")):
            with suppress(KeyError, TypeError, ValueError):
                found[place] = _process(record.get(name))
    return found[0], found[1]


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
            lost=int(record.get("lost", 0)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(str(folder / END)) from error


def _write(path: Path, record: dict[str, Any]) -> None:
    text = json.dumps({"v": VERSION, **record}, default=datetime.isoformat, indent=1)
    files.replace(path, text.encode() + b"\n")


def _read(path: Path) -> dict[str, Any] | None:
    try:
        record = _load(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise Unreadable(str(path)) from error
    if not isinstance(record, dict) or record.get("v") != VERSION:
        raise Unreadable(str(path))
    return record


def _load(path: Path) -> Any:
    with path.open("rb") as file:
        return json.loads(file.read(_LARGEST))


def _origin(record: Any) -> Origin | None:
    return None if record is None else Origin(str(record["host"]), str(record["namespace"]))


def _set_up(record: Any) -> SetUp | None:
    if record is None:
        return None
    return SetUp(str(record["command"]), tuple(map(str, record["when"])), float(record["seconds"]))


def _slots(record: Any) -> Slots | None:
    return None if record is None else Slots(str(record["folder"]), int(record["count"]))


def _watched(record: Any) -> Watched | None:
    if record is None:
        return None
    texts = {name: str(record[name]) for name in ("host", "owner", "name", "path", "cockpit")}
    api_url = None if record["api_url"] is None else str(record["api_url"])
    command = tuple(map(str, record["token_command"]))
    return Watched(**texts, interval=float(record["interval"]), token_command=command, api_url=api_url)


def _process(record: Any) -> Process:
    return Process(int(record["pid"]), str(record["started"]))


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
