"""Profiles: how an agent's program is started, told what to do, read, and sat down with; data, no program's code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.gaps import PATH_GAP, PROMPT_GAP

Format = Literal["claude", "codex", "gemini", "opencode", "aider", "copilot", "text"]

_GAPS = re.compile(r"\{(git|summaries|session)\}")


class Given(StrEnum):
    """How a program gets its prompt: in an argument, in a file that an argument names, or on standard input."""

    ARGUMENT = "argument"
    FILE = "file"
    INPUT = "standard input"


class Terminal(StrEnum):
    """What a program writes to."""

    PIPE = "pipe"
    PTY = "pty"


class Messages(StrEnum):
    """How a program that runs can be told something more: not at all, by lines, or by JSON objects, one a line."""

    NONE = "none"
    STDIN = "stdin"
    STREAM_JSON = "stream-json"


class Profile(Struct, frozen=True):
    """One way of having an agent; `name` is empty for the one under `[agent]`.

    `{prompt}` in the command is replaced by the prompt, `{prompt_path}` by the path of a file that holds it; without
    either it comes on standard input. `{git}` and `{summaries}` are the folders outside its own that an agent has to
    write to, for those that keep to a sandbox. `resume` goes on with an earlier conversation, `{session}`, unattended;
    `interactive` does with a person. `environment` names variables that are passed on besides the usual ones,
    `secrets` those of the cockpit's tokens. `run_minutes` and `log_megabytes` are 0 where the usual limits hold.
    """

    name: str = ""
    command: tuple[str, ...] = ()
    prompt_file: str | None = None
    format: Format = "text"
    terminal: Terminal = Terminal.PIPE
    environment: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    resume: tuple[str, ...] = ()
    interactive: tuple[str, ...] = ()
    message: Messages = Messages.NONE
    version: tuple[str, ...] = ()
    run_minutes: float = 0.0
    log_megabytes: int = 0

    @property
    def program(self) -> str:
        """What is started; empty where nothing is configured."""
        return self.command[0] if self.command else ""

    @property
    def prompt(self) -> Given:
        """How the prompt is given, which the command says."""
        if any(PROMPT_GAP in argument for argument in self.command):
            return Given.ARGUMENT
        return Given.FILE if any(PATH_GAP in argument for argument in self.command) else Given.INPUT

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.name or "[agent]"


class Candidate(Struct, frozen=True):
    """A profile that could be launched, and where its program is on this machine, None where it is not.

    `limited` says that it came to a limit that has not ended, as far as its runs said; `interpreter` is what its
    program names to run it, where that is not on this machine.
    """

    profile: Profile
    path: str | None
    limited: bool = False
    interpreter: str | None = None

    @property
    def fault(self) -> str | None:
        """Why its program cannot be started here, in words; None where nothing is known against it."""
        if self.path is None:
            return say.PROGRAM_NOT_HERE(program=self.profile.program or self.profile.shown)
        return say.INTERPRETER_NOT_HERE(program=self.path, interpreter=self.interpreter) if self.interpreter else None


class Chosen(Struct, frozen=True):
    """What a person chose for one launch: a profile by its name, None for the configured ones, and words besides."""

    profile: str | None = None
    extra: str = ""


def filled(command: Sequence[str], **places: str) -> tuple[str, ...]:
    """The command with those of `{git}`, `{summaries}` and `{session}` that are known."""
    return tuple(_GAPS.sub(lambda gap: places.get(gap[1], gap[0]), argument) for argument in command)
