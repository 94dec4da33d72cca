"""Checks: the port `Checks` on processes, each under a guard of its own that ends it with whoever waits for it.

A mark in the worktree's git directory says what has passed last on which commit, so that it goes with the worktree.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from soda_tui.cockpit.ports.checks import Check, Checked
from soda_tui.domain import sentences
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.text import clean
from soda_tui.services import files
from soda_tui.services.agents.guard import GRACE
from soda_tui.services.agents.hiding import secrets_of
from soda_tui.services.agents.launching import agent_environment, guarding, without_push
from soda_tui.services.agents.processes import KILL_SECONDS
from soda_tui.services.git.gitdir import git_dir
from soda_tui.services.redaction import redact

LOG = "output.log"
LOG_BYTES = 8 << 20
_MARK = "soda-tui-check"
_RUN = "check"
_TAIL_BYTES = 64 << 10
_TAIL_LINES, _TAIL_CHARACTERS, _LINE_CHARACTERS = 40, 4000, 400
# For the guard to come up, and to end what is left.
_SLACK = GRACE + KILL_SECONDS + 10.0


class CheckService:
    """Runs checks; `root` holds a folder per repository with the log of its last one, `home` tells by which name.

    The tokens that were `seen` by then are kept out of the log.
    """

    def __init__(
        self,
        root: Path,
        home: Callable[[str], str] = str,
        seen: Collection[str] = (),
    ) -> None:
        self._root = root
        self._home = home
        self._seen = seen

    async def has_passed(self, check: Check) -> bool:
        """Whether this command has passed on this commit in this worktree."""
        return await asyncio.to_thread(_marked, check)

    async def note(self, check: Check) -> None:
        """Remember that it has passed."""
        await asyncio.to_thread(_mark, check)

    async def run(self, check: Check) -> Checked:
        """Run it, and end everything that it started; raises a Failure where it cannot be started."""
        given = await asyncio.to_thread(self._given, check)
        try:
            answer = await _guarded(given, check.seconds + _SLACK)
        except (OSError, ValueError) as error:
            raise _not_started(check, error) from error
        try:
            ended = json.loads(answer)
        except ValueError as error:
            raise _not_started(check, sentences.CHECK_GUARD_GONE()) from error
        log = Path(given["log"])
        return Checked(ended["exit"], str(log), await asyncio.to_thread(_tail, log))

    def _given(self, check: Check) -> dict[str, str]:
        folder = files.folder(self._root / quote(self._home(check.key), safe=""))
        log = folder / LOG
        log.unlink(missing_ok=True)
        passed = agent_environment(os.environ, check.environment, _RUN, check.profile)
        environment = without_push(folder, check.directory, passed)
        spec = {
            "command": check.command,
            "directory": check.directory,
            "environment": environment,
            "secrets": secrets_of({}, environment, tuple(self._seen)),
            "seconds": check.seconds,
            "log": str(log),
            "limit": LOG_BYTES,
        }
        return {"log": str(log), "line": json.dumps(spec)}


async def _guarded(given: Mapping[str, str], seconds: float) -> bytes:
    """What the guard says at its end; it is told to end by the end of its standard input, whatever happens here."""
    environment = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    guard = await asyncio.create_subprocess_exec(
        *guarding(), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment, cwd="/", start_new_session=True
    )
    assert guard.stdin is not None
    assert guard.stdout is not None
    try:
        guard.stdin.write(given["line"].encode("ascii") + b"\n")
        await guard.stdin.drain()
        async with asyncio.timeout(seconds):
            return await guard.stdout.read()
    finally:
        guard.stdin.close()
        await _end(guard)


async def _end(guard: Process) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_SLACK):
            await guard.wait()
    if guard.returncode is None:
        guard.kill()


def _not_started(check: Check, reason: object) -> Failure:
    said = reason.strerror if isinstance(reason, OSError) and reason.strerror else reason
    message = sentences.CHECK_NOT_STARTED(command=check.command, reason=said)
    return Failure(Problem(ErrorCode.AGENT, message))


def _tail(log: Path) -> str:
    """The end of the log in whole lines, cleaned, without what looks like a secret."""
    content = b""
    with suppress(OSError), files.opened(log) as file:
        file.seek(max(os.fstat(file.fileno()).st_size - _TAIL_BYTES, 0))
        content = file.read(_TAIL_BYTES)
    lines = clean(redact(content.decode("utf-8", "replace").replace("\r", "\n"))).rstrip().split("\n")
    kept: list[str] = []
    room = _TAIL_CHARACTERS
    for line in reversed(lines[-_TAIL_LINES:]):
        shown = line if len(line) <= _LINE_CHARACTERS else f"{line[:_LINE_CHARACTERS]}…"
        room -= len(shown) + 1
        if room < 0:
            break
        kept.append(shown)
    return "\n".join(reversed(kept)).strip("\n")


def _marked(check: Check) -> bool:
    found = git_dir(check.directory)
    try:
        return found is not None and (found / _MARK).read_text("ascii") == _digest(check)
    except (OSError, ValueError):
        return False


def _mark(check: Check) -> None:
    found = git_dir(check.directory)
    if found is not None:
        files.replace(found / _MARK, _digest(check).encode("ascii"))


def _digest(check: Check) -> str:
    return hashlib.sha256(f"{check.head}\0{check.command}".encode("utf-8", "surrogateescape")).hexdigest()
