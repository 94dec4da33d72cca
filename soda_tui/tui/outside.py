"""Outside the screen: a shell, an editor, a browser. No shell ever reads a word that comes from elsewhere."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from textual.app import App, SuspendNotSupported

from soda_tui.domain import sentences as say
from soda_tui.domain import shellwords
from soda_tui.domain.failure import ErrorCode, Failure, Problem

_BROWSERS = ("xdg-open", "wslview")
_LONGEST_URL = 2000


def shell(environ: Mapping[str, str]) -> list[str]:
    """The person's own shell."""
    return [environ.get("SHELL") or "/bin/sh"]


def editor(environ: Mapping[str, str]) -> list[str]:
    """The person's own editor, on the folder that it is started in; raises Failure where it is no command."""
    return [*shellwords.editor(environ), "."]


def browser(environ: Mapping[str, str]) -> list[str] | None:
    """The program that shows a URL in a window; None where there is no such thing, as in a remote shell."""
    if named := environ.get("BROWSER", "").split(os.pathsep)[0]:
        with suppress(ValueError):
            return [word for word in shlex.split(named) if word != "%s"] or None
        return None
    if sys.platform == "darwin":
        return ["open"]
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") or environ.get("WSL_DISTRO_NAME"):
        return next(([found] for name in _BROWSERS if (found := shutil.which(name))), None)
    return None


def own_url(url: str | None, host: str) -> str | None:
    """The URL where it is an https one of the host itself, else None."""
    if url is None or len(url) > _LONGEST_URL or not url.isascii() or any(c <= " " or c in '"\\<>`' for c in url):
        return None
    try:
        parts = urlsplit(url)
        right = parts.scheme == "https" and parts.netloc.lower() == host.lower()
    except ValueError:
        return None
    return url if right else None


async def visit(app: App[Any], words: Sequence[str], folder: str) -> int:
    """Give the terminal to a program in a folder until it ends, while the engine works on; its exit status.

    Raises Failure where the folder is gone, the program does not start, or the terminal cannot be given away.
    """
    if not await asyncio.to_thread(Path(folder).is_dir):
        raise Failure(Problem(ErrorCode.CLONE, say.FOLDER_GONE(folder=folder)))
    try:
        # What would be painted meanwhile waits: the terminal belongs to the program.
        with app.batch_update(), app.suspend(), _terminal_kept(), _interrupts_for_the_program():
            process = await asyncio.create_subprocess_exec(*words, cwd=folder)
            return await process.wait()
    except SuspendNotSupported:
        raise Failure(Problem(ErrorCode.USAGE, say.NO_TERMINAL_TO_GIVE())) from None
    except OSError as error:
        reason = error.strerror or error
        raise Failure(Problem(ErrorCode.USAGE, say.PROGRAM_UNUSABLE(program=words[0], reason=reason))) from None


async def browse(words: Sequence[str], url: str) -> None:
    """Start a browser on a URL and leave it alone; raises Failure where it does not start."""
    quiet = asyncio.subprocess.DEVNULL
    try:
        await asyncio.create_subprocess_exec(
            *words, url, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError as error:
        reason = error.strerror or error
        raise Failure(Problem(ErrorCode.USAGE, say.PROGRAM_UNUSABLE(program=words[0], reason=reason))) from None


@contextmanager
def _terminal_kept() -> Iterator[None]:
    """The terminal's settings are afterwards what they were, also where the program was killed in the middle."""
    terminal = sys.__stdin__.fileno() if sys.__stdin__ is not None else -1
    try:
        before = termios.tcgetattr(terminal)
    except termios.error:
        yield
        return
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSANOW, before)


@contextmanager
def _interrupts_for_the_program() -> Iterator[None]:
    """Ctrl-C means the program that has the terminal; a handler is forgotten by it, an ignored signal would not be."""

    def leave(number: int, frame: FrameType | None) -> None:
        return

    before = signal.signal(signal.SIGINT, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
