"""Processes of this machine: which is which, who descends from whom, and how to end them; never by name.

Linux tells it in `/proc`; elsewhere `ps` does.
"""

from __future__ import annotations

import calendar
import ctypes
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from soda_tui.services.agents.records import Process
from soda_tui.services.agents.scope import unit

RUN_VARIABLE = "SODA_RUN"
KILL_SECONDS = 2.0
_PAUSE = 0.05
_PS_SECONDS = 5.0
_SET_DUMPABLE = 4
_SET_CHILD_SUBREAPER = 36
_PROC = Path("/proc")
_LINUX = sys.platform == "linux"


@dataclass(frozen=True, slots=True)
class Entry:
    """One process as the system lists it; a zombie has ended and waits to be noticed by its parent.

    `terminal` says that it is on one.
    Where `ps` tells, nothing is known of sessions but that a group is of one.
    """

    pid: int
    parent: int
    group: int
    session: int
    zombie: bool
    terminal: bool
    started: str

    @property
    def process(self) -> Process:
        """Its identity."""
        return Process(self.pid, self.started)


def boot_id() -> str:
    """What names this start of the machine."""
    if _LINUX:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    return _output("sysctl", "-n", "kern.bootsessionuuid").strip()


def look(pid: int) -> Entry | None:
    """The process that has this number now."""
    entries = _from_proc((pid,)) if _LINUX else from_ps("-p", str(pid))
    return entries[0] if entries else None


def is_alive(process: Process) -> bool:
    """Whether exactly this process runs still."""
    entry = look(process.pid)
    return entry is not None and entry.started == process.started and not entry.zombie


def is_younger(process: Process, other: Process) -> bool:
    """Whether it began after the other, or in the same moment."""
    return _moment(process.started) >= _moment(other.started)


def table() -> list[Entry]:
    """Every process of the machine."""
    if _LINUX:
        return _from_proc(int(path.name) for path in _PROC.iterdir() if path.name.isdigit())
    return from_ps("-ax")


def descendants(root: int, group: int) -> list[Entry]:
    """Every process that the root started, directly or through others, zombies that are not reaped yet included.

    A subreaper keeps all of them. Elsewhere those that the system took over are found by their group only.
    """
    entries = table()
    children: dict[int, list[Entry]] = {}
    for entry in entries:
        children.setdefault(entry.parent, []).append(entry)
    found: dict[int, Entry] = {}
    queue = [root]
    while queue:
        for entry in children.get(queue.pop(), ()):
            if entry.pid not in found:
                found[entry.pid] = entry
                queue.append(entry.pid)
    if not _LINUX:
        found.update({entry.pid: entry for entry in entries if entry.group == group and not entry.zombie})
    return list(found.values())


def members(run: str, agent: Process | None) -> Callable[[], list[Entry]]:
    """A finder for the processes of a run that nobody supervises any more.

    They are known by the run's name in their environment or scope (Linux) and by the group of the agent, which counts
    only while its leader is proven to be that agent; and with them their children, and who is in a session of theirs.
    """
    group = agent.pid if agent is not None and is_alive(agent) else None

    def find() -> list[Entry]:
        # Whose session is 0 was put into this container from outside: no agent is, and the number says nothing.
        entries = [entry for entry in table() if entry.session]
        known = {entry.pid for entry in entries if entry.group == group or _bears(entry.pid, run)}
        while more := {entry.pid for entry in _kin(entries, known)} - known:
            known |= more
        return [entry for entry in entries if entry.pid in known and not entry.zombie]

    return find


def end_all(
    find: Callable[[], Sequence[Entry]],
    grace: float,
    pause: Callable[[float], None] = time.sleep,
    *,
    grouped: bool = True,
) -> Sequence[Entry]:
    """TERM to the group of each process found, KILL after `grace` seconds, until none is found; returns who resisted.

    Every group among them must consist of such processes only, which holds where the agent has a session of its own;
    else they are to be ended one by one and not `grouped`.
    `pause` waits for some seconds, in which what they say at last can be heard.
    """
    send = os.killpg if grouped else os.kill
    term_until = time.monotonic() + grace
    kill_until = term_until + KILL_SECONDS
    told: set[int] = set()
    # Asked twice, because a process that changes its parent or its program just then can be missed once.
    while found := find() or find():
        now = time.monotonic()
        if now >= kill_until:
            break
        targets = {entry.group if grouped else entry.pid for entry in found}
        number = signal.SIGTERM if now < term_until else signal.SIGKILL
        for target in targets - told if number is signal.SIGTERM else targets:
            with suppress(ProcessLookupError, PermissionError):
                send(target, number)
        told |= targets
        pause(_PAUSE)
    return found


def give_way(leader: int, nice: int) -> None:
    """Let the group of a session's leader give way to others, at least as far as this process does."""
    nice = max(nice, os.getpriority(os.PRIO_PROCESS, 0))
    with suppress(OSError):
        os.setpriority(os.PRIO_PGRP, leader, nice)
    # Where Linux shares the processor out among sessions first, the nice value counts within one alone.
    with suppress(OSError):
        (_PROC / str(leader) / "autogroup").write_text(str(nice))


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, where the system can do that (Linux)."""
    if _LINUX:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def hide_environment() -> None:
    """Keep the agent, which runs as the same user, from reading this process's environment and memory (Linux)."""
    if _LINUX:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def from_ps(*which: str) -> list[Entry]:
    """The processes that `ps` lists for these options."""
    entries = []
    for line in _output("ps", *which, "-o", "pid=,ppid=,pgid=,tty=,stat=,lstart=").splitlines():
        fields = line.split(None, 5)
        if len(fields) == 6:
            pid, parent, group = map(int, fields[:3])
            terminal, zombie, started = fields[3].strip("?-") != "", fields[4].startswith("Z"), fields[5].split()
            entries.append(Entry(pid, parent, group, group, zombie, terminal, " ".join(started)))
    return entries


def _from_proc(pids: Iterable[int]) -> list[Entry]:
    entries = []
    for pid in pids:
        with suppress(OSError, ValueError, IndexError):
            # The command's name may hold spaces and brackets; what follows the last bracket is in fixed places.
            fields = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()
            parent, group, session = map(int, fields[1:4])
            ended = fields[0] in {b"Z", b"X"}
            entries.append(Entry(pid, parent, group, session, ended, fields[4] != b"0", fields[19].decode("ascii")))
    return entries


def _kin(entries: Sequence[Entry], known: Collection[int]) -> Iterable[Entry]:
    """Children of the known, and who shares a session with one, unless somebody else leads that."""
    leaders = {entry.pid for entry in entries if not entry.zombie} - set(known)
    sessions = {entry.session for entry in entries if entry.pid in known} - leaders
    return (entry for entry in entries if entry.parent in known or entry.session in sessions)


def _bears(pid: int, run: str) -> bool:
    """Whether a process has the run's name in its environment, or is in its scope."""
    for name, mark in (("environ", f"\0{RUN_VARIABLE}={run}\0"), ("cgroup", f"/{unit(run)}\n")):
        with suppress(OSError):
            if mark.encode() in b"\0" + (_PROC / str(pid) / name).read_bytes():
                return True
    return False


def _moment(started: str) -> float:
    """When a process began, in the system's own count: ticks, or seconds where `ps` tells."""
    return float(started) if _LINUX else calendar.timegm(time.strptime(started))


def _output(*command: str) -> str:
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    try:
        return subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PS_SECONDS,
            env=environment,
        ).stdout
    except subprocess.SubprocessError as error:
        raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), command[0]) from error
