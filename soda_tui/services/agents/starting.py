"""Starting a program for a run: the agent, or what comes before it, in the agent's directory."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path

from soda_tui.domain import sentences
from soda_tui.domain.gaps import PATH_GAP, PROMPT_GAP
from soda_tui.services import interpreter
from soda_tui.services.agents.outlet import Ends
from soda_tui.services.agents.records import PROMPT, Reason, Spec


class NotStarted(Exception):
    """The agent was not started; the sentence, if there is one, says why."""

    def __init__(self, message: str | None, reason: Reason = Reason.COULD_NOT_START) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason


def agent_command(folder: Path, spec: Spec) -> tuple[list[str], bool]:
    """The agent's command, and whether it has the prompt in it."""
    prompt = folder / PROMPT
    prompted = any(gap in argument for argument in spec.command for gap in (PATH_GAP, PROMPT_GAP))
    text = prompt.read_text("utf-8")
    # What the prompt says is put in last: nothing in it is a gap.
    return [said.replace(PATH_GAP, str(prompt)).replace(PROMPT_GAP, text) for said in spec.command], prompted


def spawned(command: list[str], directory: str, ends: Ends, environment: Mapping[str, str]) -> int:
    """The number of a program that was started in the directory, in a group of its own, at these ends.

    Raises NotStarted.
    """
    try:
        os.chdir(directory)
    except OSError as error:
        raise NotStarted(sentences.AGENT_DIRECTORY(directory=directory, reason=error.strerror)) from error
    try:
        return os.posix_spawnp(
            command[0],
            command,
            environment,
            file_actions=ends.actions(),
            setsid=True,
            setsigdef=(signal.SIGPIPE, signal.SIGXFSZ),
        )
    except FileNotFoundError as error:
        raise NotStarted(_not_found(command[0], error)) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise NotStarted(sentences.AGENT_NOT_STARTED(program=command[0], reason=reason)) from error
    finally:
        os.chdir("/")
        ends.begun()


def _not_found(program: str, error: FileNotFoundError) -> str:
    """What a program lacks that could not be started for something that is not there."""
    file = interpreter.found(program, os.environ)
    if file is None:
        return sentences.AGENT_PROGRAM_MISSING(program=program)
    missing = interpreter.missing(file, os.environ)
    reason = sentences.INTERPRETER_MISSING(interpreter=missing) if missing else error.strerror
    return sentences.AGENT_NOT_STARTED(program=file, reason=reason)
