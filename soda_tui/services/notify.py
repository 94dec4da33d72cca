"""Telling a person outside the screen: through the desktop's notifications, and through a command of their own.

No shell reads a word of it, and what the programs are handed holds no token.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from html import escape
from shutil import which

import msgspec

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.notifying import DesktopNotice, NotifySettings
from soda_tui.domain.runs.endings import exit_words
from soda_tui.domain.telling import Notice, headlines
from soda_tui.services.files import expand, reason
from soda_tui.services.git.environment import is_for_git
from soda_tui.services.github.auth import TOKEN_VARIABLES
from soda_tui.services.told import ToldFile

VERSION = 1
_AT_ONCE = 4
_DEADLINE = 10.0
_REAPING = 1.0
_APPLE = ("on run argv", "display notification (item 2 of argv) with title (item 1 of argv)", "end run")


class Notifier:
    """The port `Notices`; `secrets` are the tokens seen so far, a collection that grows."""

    def __init__(
        self,
        told: ToldFile,
        settings: NotifySettings,
        environ: Mapping[str, str],
        secrets: Collection[str] = (),
        deadline: float = _DEADLINE,
    ) -> None:
        self._told = told
        self._settings = settings
        self._environ = environ
        self._secrets = secrets
        self._deadline = deadline
        self._turn = asyncio.Semaphore(_AT_ONCE)

    def claim(self, notices: Sequence[Notice], recalled: Collection[str]) -> tuple[Notice, ...]:
        """Those that nobody has told yet, which from now on are told; raises a Failure where that cannot be kept."""
        return self._told.claim(notices, recalled)

    async def announce(self, notices: Sequence[Notice], *, shown: bool) -> tuple[str, ...]:
        """Tell the desktop, and hand each event to the person's command; what went wrong, in sentences.

        `shown` says that the terminal has shown them already. Each program has ten seconds and is ended then.
        """
        wanted = self._settings.desktop
        tasks = []
        if wanted is DesktopNotice.ON or (wanted is DesktopNotice.AUTO and not shown):
            for title, body in headlines(notices):
                if (command := desktop(title, body, self._environ)) is not None:
                    tasks.append(self._run(command))
        if self._settings.command:
            program, *words = self._settings.command
            tasks += [self._run((str(expand(program)), *words), document(notice)) for notice in notices]
        faults = await asyncio.gather(*tasks)
        return tuple(dict.fromkeys(fault for fault in faults if fault is not None))

    async def _run(self, command: Sequence[str], feed: bytes = b"") -> str | None:
        """Run a program whose output nobody reads; why it failed, None where it did not."""
        quiet = asyncio.subprocess.DEVNULL
        async with self._turn:
            try:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=quiet,
                    stderr=quiet,
                    env=self._without_secrets(),
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                words = reason(error) if isinstance(error, OSError) else str(error)
                return say.NOTIFY_NOT_STARTED(program=command[0], reason=words)
            try:
                async with asyncio.timeout(self._deadline):
                    with suppress(ConnectionError):
                        await process.communicate(feed)
            except TimeoutError:
                return say.NOTIFY_TOO_LONG(program=command[0], seconds=f"{self._deadline:g}")
            finally:
                if process.returncode is None:
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(process.wait(), _REAPING)
        if not process.returncode:
            return None
        return say.NOTIFY_FAILED(program=command[0], outcome=exit_words(process.returncode))

    def _without_secrets(self) -> dict[str, str]:
        secrets = tuple(self._secrets)
        return {
            name: value
            for name, value in self._environ.items()
            if name not in TOKEN_VARIABLES and not is_for_git(name) and not any(each in value for each in secrets)
        }


def desktop(title: str, body: str, environ: Mapping[str, str], platform: str = sys.platform) -> tuple[str, ...] | None:
    """The command that shows a notification on the desktop; None where there is no desktop, as in a remote shell.

    A title begins with a letter or a digit, so none is taken for an option; texts are arguments, not parts of a script.
    """
    path = environ.get("PATH")
    if platform == "darwin":
        if (found := which("terminal-notifier", path=path)) is not None:
            return (found, "-title", "soda-tui", "-message", f"{title}. {body}")
        script = tuple(word for line in _APPLE for word in ("-e", line))
        return ("osascript", *script, title, body)
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return None
    if (found := which("notify-send", path=path)) is None:
        return None
    # It reads backslashes in the text as escapes (g_strcompress), and desktops read markup there.
    return (found, "--app-name=soda-tui", "--", title, escape(body, quote=False).replace("\\", "\\\\"))


def document(notice: Notice) -> bytes:
    """The facts of an event as one JSON document on one line; times are RFC 3339 in UTC and whole seconds."""
    tree = {"version": VERSION, **msgspec.to_builtins(notice, builtin_types=(datetime,))}
    return json.dumps(tree, default=_time).encode("ascii") + b"\n"


def _time(value: object) -> str:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
