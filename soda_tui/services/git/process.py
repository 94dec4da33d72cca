"""Git processes: without a person, with a deadline, with bounded output, a few at a time."""

from __future__ import annotations

import asyncio
import fcntl
import os
import selectors
import signal
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from tempfile import TemporaryFile
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

from soda_tui.domain import sentences
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.services.git.environment import CONFIGURATION, HANDED, NO_HOOKS, NOBODY, unwanted
from soda_tui.services.handing import handed

if TYPE_CHECKING:
    from git.cmd import Git

    from soda_tui.services.git.apart import Apart

OLDEST = (2, 31)  # the first that takes configuration from GIT_CONFIG_COUNT
OUTPUT = 8 * 1024 * 1024
_HANDED = 4096
# What GitPython sets, so that git's words can be read; empty, it is as if it were not there.
_LOCALE = ("LANGUAGE", "LC_ALL")
_TICK = 0.05
_GRACE = 2.0


class Deadlines(Struct, frozen=True):
    """Seconds that git may take: to read or write a clone, to fill a worktree, on the network, in the user's hooks.

    A `transfer` may take longer than the network's, for as long as it is never silent for that.
    """

    local: float = 30.0
    checkout: float = 600.0
    network: float = 120.0
    hooks: float = 900.0
    transfer: float = 3600.0


class Finished(Struct, frozen=True):
    """How a git process ended; `code` is None when its deadline passed, output beyond 8 MiB was dropped.

    `account` is the named one whose token it was given.
    """

    code: int | None
    out: bytes
    err: str
    account: str = ""

    @property
    def text(self) -> str:
        """Standard output as text without its last line feed."""
        return self.out.decode("utf-8", "replace").removesuffix("\n")


@dataclass(slots=True)
class _Limits:
    """When a process has to end: at a moment, after so many seconds of silence, or as nobody wants it any more."""

    end: float
    silence: float
    cancelled: threading.Event
    heard: float = field(default_factory=monotonic)

    def left(self) -> float:
        """The seconds that it has, by what is known now."""
        return 0.0 if self.cancelled.is_set() else max(min(self.end, self.heard + self.silence) - monotonic(), 0.0)


class Runner:
    """Runs git, four processes at once in clones and four on the network, so that a slow remote delays no reading."""

    def __init__(self, at_once: int = 4) -> None:
        self._local = ThreadPoolExecutor(at_once, "git")
        self._network = ThreadPoolExecutor(at_once, "git-network")
        self._git: Git | None = None
        self._running: set[threading.Event] = set()

    async def close(self) -> None:
        """End the processes that still run; nothing is run afterwards."""
        for cancelled in self._running:
            cancelled.set()
        for threads in (self._local, self._network):
            await asyncio.to_thread(threads.shutdown)

    async def run(
        self,
        directory: str,
        *arguments: str,
        deadline: float,
        variables: Mapping[str, str] | None = None,
        hooks: bool = False,
        network: bool = False,
        upwards: bool = False,
        holding: Path | None = None,
        apart: Apart | None = None,
        silence: float | None = None,
        feed: bytes = b"",
        rows: bytes = b"",
    ) -> Finished:
        """Run git in a directory; a failing git is a value, only a missing one raises a Failure.

        `variables` are added to the environment (what is `HANDED` there comes over a socket), `hooks` lets the user's
        hooks run, with the user's locale, and `upwards` lets git look for a repository above the directory. `holding`
        is a file that stays locked (flock) until git and all that it started have ended, `feed` is its standard input.
        Of an output in rows that end with NUL only those that begin with `rows` are kept. `apart` is the git directory
        that git works in instead of the directory's own. The whole process group ends at the deadline, after so many
        seconds of `silence`, and when this is cancelled.
        """
        options = [*CONFIGURATION, *(() if hooks else NO_HOOKS)]
        added = {**NOBODY, **(variables or {})}
        if hooks:
            added |= {name: os.environ.get(name, "") for name in _LOCALE}
        cancelled = threading.Event()
        self._running.add(cancelled)

        def run() -> Finished:
            limits = _Limits(monotonic() + deadline, silence or deadline, cancelled)
            above = {} if upwards else {"GIT_CEILING_DIRECTORIES": str(Path(directory).resolve().parent)}
            with ExitStack() as until_ended:
                there = until_ended.enter_context(apart.made()) if apart else {}
                everything = {**added, **above, **there}
                return self._run(["-C", directory, *options, *arguments], everything, limits, holding, feed, rows)

        try:
            pool = self._network if network else self._local
            return await asyncio.get_running_loop().run_in_executor(pool, run)
        finally:
            cancelled.set()
            self._running.discard(cancelled)

    def _run(
        self,
        arguments: list[str],
        variables: Mapping[str, str],
        limits: _Limits,
        holding: Path | None,
        feed: bytes,
        rows: bytes,
    ) -> Finished:
        try:
            # Not from its submodules: only the package's own import waits until another thread has finished it.
            from git import GitCommandNotFound
        except ImportError as error:
            # GitPython asks for git's version when it is imported.
            raise Failure(Problem(ErrorCode.NO_GIT, sentences.NO_GIT())) from error
        # GitPython adds to the inherited environment and cannot take away from it; env(1) can.
        dropped = [part for name in unwanted(os.environ) if name not in variables for part in ("-u", name)]
        try:
            git = self._program()
            command = [*(("env", *dropped) if dropped else ()), git.GIT_PYTHON_GIT_EXECUTABLE or "git", *arguments]
            with _locked(holding) as lock, _fed(feed) as source, _handed(variables) as (shown, sockets):
                handle = git.execute(
                    command,
                    istream=source,
                    as_process=True,
                    env=shown,
                    start_new_session=True,
                    pass_fds=(*lock, *sockets),
                )
        except GitCommandNotFound as error:
            raise Failure(Problem(ErrorCode.NO_GIT, sentences.NO_GIT())) from error
        except OSError as error:
            raise Failure(Problem(ErrorCode.GIT, sentences.GIT_NOT_STARTED(words=error.strerror))) from error
        process = handle.proc
        assert process is not None
        with process:
            return _collect(process, limits, rows)

    def _program(self) -> Git:
        if self._git is None:
            from git import Git

            git = Git()
            if git.version_info < OLDEST:
                version = ".".join(map(str, git.version_info))
                raise Failure(Problem(ErrorCode.NO_GIT, sentences.GIT_TOO_OLD(version=version)))
            self._git = git
        return self._git


@contextmanager
def _locked(path: Path | None) -> Iterator[tuple[int, ...]]:
    """A locked file for a process to inherit; our own descriptor is closed as soon as it runs."""
    if path is None:
        yield ()
        return
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield (descriptor,)
    finally:
        os.close(descriptor)


@contextmanager
def _handed(variables: Mapping[str, str]) -> Iterator[tuple[Mapping[str, str], tuple[int, ...]]]:
    """The variables as a process may show them, and the socket with what it may not, for it to inherit."""
    secret = variables.get(HANDED)
    if secret is None:
        yield variables, ()
        return
    content = secret.encode()
    # As often as a socket of any system takes it: a git that fetches what a partial clone lacks asks each time.
    with handed(content * max(_HANDED // len(content), 1)) as source:
        yield {**variables, HANDED: f"{source.fileno()} {len(content)}"}, (source.fileno(),)


@contextmanager
def _fed(content: bytes) -> Iterator[BinaryIO | None]:
    """A file to read the content from; through a pipe, a git that reads late would wait for a writer that reads it."""
    if not content:
        yield None
        return
    with TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield file


def _collect(process: Popen[bytes], limits: _Limits, rows: bytes) -> Finished:
    assert process.stdout is not None
    assert process.stderr is not None
    kept = {process.stdout.fileno(): bytearray(), process.stderr.fileno(): bytearray()}
    out, err = kept.values()
    late, begun = False, b""
    with selectors.DefaultSelector() as selector:
        for descriptor in kept:
            os.set_blocking(descriptor, False)
            selector.register(descriptor, selectors.EVENT_READ)
        while selector.get_map() and not late:
            ended = process.poll() is not None
            ready = selector.select(0 if ended else _TICK)
            if ended and not ready:
                break  # something that git left running, as an ssh master does, still holds the pipe
            for key, _ in ready:
                chunk = os.read(key.fd, 65536)
                if not chunk:
                    selector.unregister(key.fd)
                if rows and kept[key.fd] is out:
                    begun += chunk
                    *whole, begun = begun.split(b"\0")
                    chunk = b"".join(row + b"\0" for row in whole if row.startswith(rows))
                kept[key.fd] += chunk[: OUTPUT - len(kept[key.fd])]
            if ready:
                limits.heard = monotonic()
            late = not limits.left()
    if not late:
        try:
            process.wait(limits.left())
        except TimeoutExpired:
            late = True
    if late:
        _end(process)
    return Finished(None if late else process.returncode, bytes(out), err.decode("utf-8", "replace"))


def _end(process: Popen[bytes]) -> None:
    """End the process group: politely first, since git then takes its lock files away."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with suppress(TimeoutExpired):
            process.wait(_GRACE)
