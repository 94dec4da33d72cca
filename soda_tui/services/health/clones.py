"""Clones, looked at with git: nothing is fetched, written or locked there, and no hook is run."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import structs

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.health.facts import CloneLook
from soda_tui.domain.naming import LEDGER_BRANCH, RESCUE_BRANCHES
from soda_tui.services import files
from soda_tui.services.enrolment import without_login
from soda_tui.services.git.access import Access
from soda_tui.services.git.environment import NOBODY, ssh, unwanted
from soda_tui.services.git.gitdir import git_dir
from soda_tui.services.git.history import History
from soda_tui.services.git.indexlock import INDEX_LOCK
from soda_tui.services.git.problems import problem
from soda_tui.services.git.process import Deadlines, Runner
from soda_tui.services.git.refs import HEADS
from soda_tui.services.git.state import States
from soda_tui.services.git.wire import PUSH_REMOTE, Wire
from soda_tui.services.git.workspace import occupied
from soda_tui.services.health.aside import aside
from soda_tui.services.health.filling import refilling
from soda_tui.services.health.pushing import mending

_DEADLINES = Deadlines(local=10.0, network=20.0, hooks=1.0, transfer=20.0)
_SECONDS = 60.0
_PATIENCE = 2.0
_TRY = "soda/try"
_BUILDER = "vercel.json"
_LONGEST = 1 << 16
_GREETING = re.compile(r"^Hi (\S+?)[!,]", re.MULTILINE)


class Clones:
    """Looks at clones; with this access to what they are clones of."""

    def __init__(self, access: Access) -> None:
        self._runner = Runner()
        self._wire = Wire(self._runner, access, _DEADLINES)
        self._greetings: dict[tuple[str, ...], asyncio.Task[str]] = {}
        self._dirs: dict[str, asyncio.Task[Path | None]] = {}
        self._states = States(self._runner, History(self._runner, _DEADLINES), _DEADLINES)

    async def close(self) -> None:
        """End the processes that still run."""
        await self._runner.close()

    async def look(
        self, enrolment: Enrolment, kept: Sequence[str], others: Sequence[Enrolment], worktree: str | None = None
    ) -> CloneLook:
        """A clone as it is here; `kept` are the leftovers that a person wants left, `others` are enrolled as well.

        `worktree` is the agent's place, where that is always the same.
        """
        path = enrolment.path
        place = Place(enrolment.name, path, path)
        # Before git is asked, which nobody could end on a disk that hangs.
        own = await self._found(path)
        facts = (await self._states.inspect(place, None, None)).clone
        same = await self._same_as(own, others)
        if facts.problem is not None and not facts.busy:
            return CloneLook(path, facts, same_as=same)
        url, name, email, listed, worktrees = await asyncio.gather(
            self._said(path, "config", "--get", "remote.origin.url"),
            self._said(path, "config", "--get", "user.name"),
            self._said(path, "config", "--get", "user.email"),
            self._said(path, "for-each-ref", "--format=%(refname)", f"{HEADS}{RESCUE_BRANCHES}/"),
            self._said(path, "worktree", "list", "--porcelain"),
        )
        rescues = (line.removeprefix(HEADS) for line in listed.splitlines())
        elsewhere = await self._elsewhere(place)
        return CloneLook(
            path,
            facts,
            url=without_login(url),
            secret=_has_secret(url),
            elsewhere=elsewhere,
            unpushing=await mending(self._runner, path, _DEADLINES) if elsewhere is not None else "",
            refilling=await refilling(self._runner, path, _DEADLINES),
            name=name or os.environ.get("GIT_AUTHOR_NAME", ""),
            email=email or os.environ.get("GIT_AUTHOR_EMAIL", ""),
            lock=await aside(lambda: _lock(path)),
            missing=await aside(lambda: _missing(enrolment)),
            rescues=tuple(name for name in rescues if name not in kept),
            gone=_gone(worktrees),
            workflows=await aside(Path(path, ".github", "workflows").is_dir),
            builder=await aside(lambda: _builder(path)),
            same_as=same,
            occupied=await self._occupied(structs.replace(place, worktree=worktree)) if worktree else None,
        )

    async def _occupied(self, place: Place) -> str | None:
        """The agent's place, where pop would refuse it."""
        there = await aside(lambda: occupied(Path(place.worktree)))
        return place.worktree if there and await self._states.worktree(place, None) is None else None

    async def pushes(self, enrolment: Enrolment) -> Problem | None:
        """Why git may not push to the remote, None where it may; the remote is asked, and nothing is sent to it."""
        place = Place(enrolment.name, enrolment.path, enrolment.path)
        head = await self._said(enrolment.path, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        if not head:
            return None
        target = f"{head}:{HEADS}{_TRY}"
        try:
            tried = await self._wire.run(place, "push", "--dry-run", "--no-verify", PUSH_REMOTE, target, push=True)
        except Failure as failure:
            return failure.problem
        return None if tried.code == 0 else problem(tried, enrolment.path)

    async def account(self, url: str, path: str) -> str | None:
        """Whom the ssh of a remote's URL is known as on GitHub; None where it is no ssh, or nobody says so."""
        target = _ssh_target(url)
        if target is None:
            return None
        configured = await self._said(path, "config", "--get", "core.sshCommand")
        command = ssh(os.environ, configured or None).get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
        asked = (*shlex.split(command), "-T", *target)
        if asked not in self._greetings:
            # GitHub greets whoever it knows by name, and then ends: it opens no shell. Once for all clones.
            self._greetings[asked] = asyncio.create_task(_heard(asked))
        match = _GREETING.search(await asyncio.shield(self._greetings[asked]))
        return match[1] if match else None

    async def _found(self, path: str) -> Path | None:
        """The git directory of a clone, looked for once; it is waited for as long as its disk hangs."""
        if path not in self._dirs:
            self._dirs[path] = asyncio.create_task(aside(lambda: git_dir(path)))
        return await asyncio.shield(self._dirs[path])

    async def _same_as(self, own: Path | None, others: Sequence[Enrolment]) -> str | None:
        """The other enrolled repository whose clone this is, by whatever path; one on a disk that hangs is not."""
        if own is None or not others:
            return None
        found = [asyncio.ensure_future(self._found(one.path)) for one in others]
        await asyncio.wait(found, timeout=_PATIENCE)
        for looking in found:
            looking.cancel()
        pairs = zip(others, found, strict=True)
        return next(
            (one.name.full for one, at in pairs if at.done() and not at.cancelled() and at.result() == own), None
        )

    async def _said(self, path: str, *arguments: str) -> str:
        """What git prints; nothing where it fails."""
        finished = await self._runner.run(path, *arguments, deadline=_DEADLINES.local)
        return finished.text if finished.code == 0 else ""

    async def _elsewhere(self, place: Place) -> str | None:
        try:
            await self._wire.push_url(place)
        except Failure as failure:
            return failure.problem.message
        return None


async def _heard(command: Sequence[str]) -> str:
    """What a program says on standard error until it ends; nothing where it takes too long."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if name not in unwanted(os.environ)} | NOBODY,
        )
    except OSError:
        return ""
    try:
        async with asyncio.timeout(_DEADLINES.local):
            assert process.stderr is not None
            return (await process.stderr.read(_LONGEST)).decode(errors="replace")
    except TimeoutError:
        return ""
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _has_secret(url: str) -> bool:
    """Whether a password, or a token in the place of a user, stands in a URL."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"https", "http"} and bool(parts.password or parts.username)
    except ValueError:
        return False


def _ssh_target(url: str) -> tuple[str, ...] | None:
    """What ssh is called with for a remote's URL."""
    if url.startswith("ssh://"):
        parts = urlsplit(url)
        port = ("-p", str(parts.port)) if parts.port else ()
        return (*port, f"git@{parts.hostname}") if parts.hostname and parts.hostname[0].isalnum() else None
    host, colon, _ = url.rpartition("@")[2].partition(":")
    return (f"git@{host}",) if colon and "/" not in host and host[:1].isalnum() and "://" not in url else None


def _lock(path: str) -> tuple[str, float] | None:
    """The lock that keeps git from the clone's index for longer than any command takes, and for how many seconds."""
    found = git_dir(path)
    if found is None:
        return None
    try:
        seconds = time.time() - (found / INDEX_LOCK).lstat().st_mtime
    except OSError:
        return None
    return (str(found / INDEX_LOCK), seconds) if seconds >= _SECONDS else None


def _missing(enrolment: Enrolment) -> tuple[str, ...]:
    names = (*enrolment.setup.copy, *enrolment.setup.link)
    return tuple(name for name in names if not os.path.lexists(Path(enrolment.path, name)))


def _builder(path: str) -> str | None:
    """The file of Vercel, which alone of the known ones heeds no `[skip ci]`, where it says nothing of the ledger."""
    try:
        content = files.read(Path(path, _BUILDER), _LONGEST)
    except Failure:
        return None
    return _BUILDER if content is not None and LEDGER_BRANCH.encode() not in content else None


def _gone(listed: str) -> tuple[str, ...]:
    """The worktrees whose folders are no longer there, of what `git worktree list --porcelain` prints."""
    parts = [part.splitlines() for part in listed.split("\n\n")]
    return tuple(
        part[0].removeprefix("worktree ")
        for part in parts
        if part and any(line.split(" ")[0] == "prunable" for line in part)
    )
