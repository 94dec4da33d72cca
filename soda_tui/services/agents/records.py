"""A run's folder: what was asked for, where it stands, and how it ended, as versioned JSON that is replaced whole.

Only the supervisor writes `state.json`; `end.json` is written once. Everything is readable by its owner alone, and
nothing here holds the value of an environment variable.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from soda_tui.domain.failure import Failure
from soda_tui.services import files
from soda_tui.services.setup import SetUp

VERSION = 1
SPEC = "spec.json"
STATE = "state.json"
END = "end.json"
STOP = "stop"
DOUBT = "doubt"
PROMPT = "prompt.md"
LOG = "output.log"
LOSS = "loss.json"
GIT_SETTINGS = "gitconfig"
SUPERVISOR_LOG = "supervisor.log"
PTY = "pty"
NO_MESSAGES = "none"
_LARGEST = 1 << 20
_R = TypeVar("_R")


class Unreadable(Exception):
    """A record exists and cannot be understood: damaged, or of a newer version."""


class Reason(StrEnum):
    """Why a run is over."""

    ENDED = "ended"
    STOPPED = "stopped"
    ASKED = "asked"
    LIMIT = "limit"
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

    `path` is the clone; `token_command` is that of the account that reads it, `api_url` and `certificate` are its
    host's, `interval` the seconds between two looks.
    """

    host: str
    owner: str
    name: str
    path: str
    cockpit: str
    interval: float
    token_command: tuple[str, ...] = ()
    api_url: str | None = None
    certificate: str | None = None


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
    `profile` its name, `terminal` what it writes to, `message` how it can be told something,
    `by_hand` that a person goes on with a conversation there, `head` on which commit it begins.
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
    by_hand: bool = False
    head: str | None = None


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
class Remnant:
    """A process that is left of a run, or may be, and its name."""

    process: Process
    name: str


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended; `exit` is negative for a signal and None where nobody saw it, as `ended_at` is.

    `lost` counts the bytes that there was no room for in the log, `left` is what could not be ended, or was not.
    """

    reason: Reason
    exit: int | None = None
    message: str | None = None
    ended_at: datetime | None = None
    lost: int = 0
    left: tuple[Remnant, ...] = ()


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
    return _read(folder / LOSS, Loss)


def read_spec(folder: Path) -> Spec:
    """What was asked for; raises Unreadable, also when there is nothing."""
    spec = _read(folder / SPEC, Spec)
    if spec is None:
        raise Unreadable(str(folder / SPEC))
    return spec


def read_state(folder: Path) -> State | None:
    """Where the run stands; None before its supervisor said so. Raises Unreadable."""
    return _read(folder / STATE, State)


def read_processes(folder: Path) -> tuple[Process | None, Process | None]:
    """Supervisor and agent as far as they can be made out, whatever the record's version and the rest of it."""
    record: Any = None
    with suppress(Failure, ValueError, RecursionError):
        record = json.loads(files.read(folder / STATE, _LARGEST) or b"null")
    found: list[Process | None] = [None, None]
    for place, name in enumerate(("supervisor", "agent")):
        with suppress(KeyError, TypeError, ValueError):
            found[place] = _made(Process, record[name])
    return found[0], found[1]


def read_end(folder: Path) -> End | None:
    """How the run ended; None while there is no record of it. Raises Unreadable."""
    return _read(folder / END, End)


def ordered(folder: Path) -> Reason:
    """What a run is ended for whose end was ordered: by a person, unless the order says something else."""
    with suppress(Failure, ValueError):
        return Reason((files.read(folder / STOP, _LARGEST) or b"").decode())
    return Reason.STOPPED


def _write(path: Path, record: dict[str, Any]) -> None:
    text = json.dumps({"v": VERSION, **record}, default=datetime.isoformat, indent=1)
    files.replace(path, text.encode() + b"\n")


def _read(path: Path, kind: type[_R]) -> _R | None:
    try:
        content = files.read(path, _LARGEST)
        if content is None:
            return None
        record = json.loads(content)
        if record["v"] != VERSION:
            raise ValueError(record["v"])
        made: _R = _made(kind, record)
    except (Failure, KeyError, TypeError, ValueError, RecursionError) as error:
        raise Unreadable(str(path)) from error
    return made


def _made(kind: Any, value: Any) -> Any:
    """A value of this type from what JSON keeps of it; raises KeyError, TypeError or ValueError."""
    if get_origin(kind) is UnionType:
        return None if value is None else _made(get_args(kind)[0], value)
    if get_origin(kind) is tuple:
        return tuple(_made(get_args(kind)[0], each) for each in _checked(value, list))
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _made(hints[name], value[name]) for name in hints if name in _checked(value, dict)})
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is float:
        return float(_checked(value, (int, float)))
    return kind(value) if issubclass(kind, StrEnum) else _checked(value, kind)


def _checked(value: Any, kind: type | tuple[type, ...]) -> Any:
    if not isinstance(value, kind):
        raise TypeError(value)
    return value


_hints = cache(get_type_hints)
