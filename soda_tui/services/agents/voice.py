"""What is said in a run: by its programs into the log, by the person through the door, and by the supervisor itself."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from soda_tui.domain import sentences
from soda_tui.domain.runs.attachment import unheard
from soda_tui.domain.text import shorten
from soda_tui.services.agents import framing
from soda_tui.services.agents.door import Door
from soda_tui.services.agents.hiding import Hiding
from soda_tui.services.agents.logfile import LogFile
from soda_tui.services.agents.loop import Loop
from soda_tui.services.agents.outlet import Ends, Outlet, Pipes
from soda_tui.services.agents.records import LOG, PTY, Spec
from soda_tui.services.agents.terminal import Terminal

STDIN, STREAM_JSON = "stdin", "stream-json"
_SHOWN = 500
# The last word of a turn; claude would wait for another message then, for as long as it could still come.
_RESULT = re.compile(rb'\n\{\s*"type"\s*:\s*"result"')
_LONGEST_RESULT = 64


class Voice:
    """The log of a run without its `secrets` (names by value), and whatever is connected to it just now."""

    def __init__(self, folder: Path, spec: Spec, loop: Loop, secrets: Mapping[str, str]) -> None:
        self._folder = folder
        self._spec = spec
        self._loop = loop
        self._secrets = secrets
        self._log = LogFile(folder / LOG, spec.log_limit)
        self._outlet: Outlet | None = None
        self._door: Door | None = None
        self._terminal: Terminal | None = None
        self._last = b"\n"

    @property
    def lost(self) -> tuple[int, str]:
        """How many bytes there was no room for in the log, and why."""
        return self._log.lost, self._log.why

    def say(self, words: str) -> None:
        """Put a line of the supervisor's own into the log."""
        hiding = Hiding(self._secrets)
        told = hiding.feed(words.encode(errors="replace")) + hiding.end()
        self._log.say(told.decode(errors="replace"))

    def ends(self, prompt: Path, *, prompted: bool) -> Ends:
        """What the agent reads and writes; `prompted` says that its command has the prompt already."""
        if self._spec.terminal == PTY:
            self._terminal = Terminal()
            return self._terminal
        if self._spec.message in {STDIN, STREAM_JSON}:
            return Pipes(None)
        return Pipes(os.devnull if prompted else str(prompt))

    def begin(self, ends: Ends) -> None:
        """A program has begun at these ends."""
        self._outlet = Outlet(self._loop, ends, self._log, Hiding(self._secrets), self._heard)

    def open(self, prompt: str | None) -> None:
        """The program is the agent, so let people in; tell it its prompt, where it has not been told."""
        self._door = Door(self._folder, self._loop, self._tell, self._message)
        self._door.terminal = self._terminal
        if prompt is not None and self._spec.message in {STDIN, STREAM_JSON}:
            self._tell(self._as_read(prompt))

    def end(self) -> None:
        """The program is over: take what it has left in its pipe, and close all that led to it."""
        with ExitStack() as last_first:
            for part in (self._terminal, self._door, self._outlet):
                if part is not None:
                    last_first.callback(part.close)
        self._terminal = self._door = self._outlet = None

    def step(self) -> None:
        """Do what is due."""
        now = time.monotonic()
        self._log.look()
        if self._door is not None:
            self._door.step(now)
        if self._terminal is not None:
            self._terminal.step(now)

    def close(self) -> None:
        """The run is over."""
        try:
            self.end()
        finally:
            self._log.close()

    def _heard(self, data: bytes) -> None:
        if self._door is not None:
            self._door.heard(data)
        if self._spec.message == STREAM_JSON and self._outlet is not None:
            said = self._last + data
            self._last = said[-_LONGEST_RESULT:]
            if _RESULT.search(said):
                self._outlet.hang_up()

    def _tell(self, data: bytes) -> bool:
        return self._outlet is not None and self._outlet.tell(data)

    def _message(self, text: str) -> str | None:
        """Tell the agent something; the reason where that cannot be."""
        if self._spec.message not in {STDIN, STREAM_JSON}:
            return unheard(attachable=self._terminal is not None)
        if len(text.encode(errors="replace")) > framing.LONGEST_MESSAGE:
            return sentences.MESSAGE_TOO_LONG(limit=framing.LONGEST_MESSAGE >> 10)
        if not self._tell(self._as_read(text)):
            return sentences.MESSAGE_TOO_LATE()
        if self._terminal is None:
            self.say(sentences.MESSAGE_SAID(text=shorten(text, _SHOWN)))
        return None

    def _as_read(self, text: str) -> bytes:
        """A message as the agent reads it."""
        if self._spec.message == STREAM_JSON:
            content = [{"type": "text", "text": text}]
            return json.dumps({"type": "user", "message": {"role": "user", "content": content}}).encode() + b"\n"
        return text.encode(errors="replace") + (b"\r" if self._terminal is not None else b"\n")
