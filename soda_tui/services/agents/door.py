"""The door of a run: a socket through which the person sits down at the agent's terminal, or tells it something.

Whoever came last has the keyboard and decides the window's size; those who came before watch, until it leaves. Nobody
who is slow holds up the agent: for them what was not sent in time is left out.
"""

from __future__ import annotations

import json
import math
import os
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from soda_tui.domain import sentences
from soda_tui.services.agents import framing
from soda_tui.services.agents.framing import DOOR, Frames, Malformed, frame
from soda_tui.services.agents.loop import READ, WRITE, Loop
from soda_tui.services.agents.terminal import SHAKE, Terminal

_MOST = 8
_PIECE = 1 << 16
_UNSENT = 1 << 19
_GREETING_SECONDS = 5.0
_STUCK_SECONDS = 60.0


class Door:
    """Lets clients in; `tell` gives the agent what is typed, `message` a message or the reason why it cannot."""

    def __init__(
        self, folder: Path, loop: Loop, tell: Callable[[bytes], object], message: Callable[[str], str | None]
    ) -> None:
        self._folder = folder
        self._loop = loop
        self._tell = tell
        self._message = message
        self._clients: list[Client] = []
        self.terminal: Terminal | None = None
        self._socket: socket.socket | None = None
        # Not every file system has sockets; a run without a door is a run.
        with suppress(OSError):
            self._socket = _opened(folder)
            loop.watch(self._socket.fileno(), READ, self._enter)

    def heard(self, data: bytes) -> None:
        """Show what the agent has said to all who watch."""
        if self.terminal is not None:
            self.terminal.heard(data)
            for client in self._watching():
                client.show(data)

    def step(self, now: float) -> None:
        """Let those go who said nothing at first, or take nothing any more."""
        for client in list(self._clients):
            if now >= client.deadline:
                client.close()

    def close(self) -> None:
        """Close it for good, and tell those who watch that the agent has ended."""
        if self._socket is None:
            return
        self._loop.forget(self._socket.fileno())
        self._socket.close()
        self._socket = None
        (self._folder / DOOR).unlink(missing_ok=True)
        for client in list(self._clients):
            client.send(frame(framing.END))
            client.close()

    def _watching(self) -> list[Client]:
        return [client for client in self._clients if client.watches]

    def _enter(self, _: int) -> None:
        assert self._socket is not None
        try:
            connection, _address = self._socket.accept()
        except OSError:
            return
        if len(self._clients) >= _MOST:
            with suppress(OSError):
                connection.setblocking(False)
                connection.send(_answer(sentences.DOOR_FULL(count=_MOST)))
            connection.close()
            return
        self._clients.append(Client(connection, self._loop, self._hear, self._left, self._caught_up))

    def _caught_up(self, client: Client) -> None:
        """Have the program draw anew for one who has missed something."""
        if client in self._watching()[-1:]:
            self._fit(client)

    def _fit(self, client: Client) -> None:
        """Have the program draw in the window of this client."""
        if self.terminal is not None:
            self.terminal.resize(*client.size)
            self._loop.hurry(SHAKE)

    def _left(self, client: Client) -> None:
        had_keyboard = client.watches and client in self._watching()[-1:]
        self._clients.remove(client)
        watching = self._watching()
        if had_keyboard and watching:
            self._fit(watching[-1])

    def _hear(self, client: Client, kind: bytes, content: bytes) -> None:
        """Do what a client says; raises Malformed."""
        if not client.greeted:
            if kind != framing.HELLO:
                raise Malformed
            self._greet(client, _hello(content))
        elif client.watches and client is self._watching()[-1]:
            if kind == framing.DATA:
                self._tell(content)
            elif kind == framing.SIZE:
                client.size = framing.size_of(content)
                self._fit(client)

    def _greet(self, client: Client, said: dict[str, Any]) -> None:
        client.greeted = True
        refusal: str | None = None
        if said.get("v") != framing.VERSION:
            refusal = sentences.DOOR_OTHER_VERSION()
        elif said.get("want") == framing.MESSAGE:
            refusal = self._message(str(said.get("text", "")))
        elif self.terminal is None:
            refusal = sentences.NO_AGENT_TERMINAL()
        client.send(_answer(refusal))
        if refusal is not None or self.terminal is None or said.get("want") != framing.ATTACH:
            client.close()
            return
        client.size = (_number(said.get("rows"), 24), _number(said.get("columns"), 80))
        client.watch()
        client.show(self.terminal.shown())
        self._fit(client)


class Client:
    """One who came in; it is told where it has missed something and has caught up."""

    def __init__(
        self,
        connection: socket.socket,
        loop: Loop,
        hear: Callable[[Client, bytes, bytes], None],
        left: Callable[[Client], None],
        caught_up: Callable[[Client], None],
    ) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._loop = loop
        self._hear = hear
        self._left = left
        self._caught_up = caught_up
        self._behind = False
        self._frames = Frames()
        self._sending = b""
        self._unsent: deque[bytes] = deque()
        self._waiting = 0
        self._open = True
        self.greeted = False
        self.watches = False
        self.size = (24, 80)
        self._taken_at = time.monotonic()
        self.deadline = self._taken_at + _GREETING_SECONDS
        loop.watch(connection.fileno(), READ, self._ready)

    def watch(self) -> None:
        """It sees what the agent says from now on."""
        self.watches = True
        self.deadline = math.inf

    def show(self, data: bytes) -> None:
        """Send what the agent has said; the oldest that still waits is left out where that is too much."""
        for one in framing.frames(data):
            self._unsent.append(one)
            self._waiting += len(one)
        while self._waiting > _UNSENT:
            self._waiting -= len(self._unsent.popleft())
            self._behind = True
        self._send()

    def send(self, data: bytes) -> None:
        """Send a frame."""
        self._unsent.append(data)
        self._waiting += len(data)
        self._send()

    def close(self) -> None:
        """Let it go; what it has not taken is left out."""
        if self._open:
            self._open = False
            self._loop.forget(self._connection.fileno())
            self._connection.close()
            self._left(self)

    def _ready(self, events: int) -> None:
        if events & WRITE:
            self._send()
        if events & READ and self._open:
            self._receive()

    def _receive(self) -> None:
        try:
            data = self._connection.recv(_PIECE)
            found = self._frames.feed(data)
            for kind, content in found:
                if self._open:
                    self._hear(self, kind, content)
        except BlockingIOError:
            return
        except (OSError, Malformed, ValueError):
            data = b""
        if not data:
            self.close()

    def _send(self) -> None:
        if not self._open:
            return
        try:
            while self._sending or self._unsent:
                if not self._sending:
                    self._sending = self._unsent.popleft()
                    self._waiting -= len(self._sending)
                self._sending = self._sending[self._connection.send(self._sending) :]
                self._taken_at = time.monotonic()
        except BlockingIOError:
            if self.watches:
                self.deadline = self._taken_at + _STUCK_SECONDS
            self._loop.watch(self._connection.fileno(), READ | WRITE, self._ready)
            return
        except OSError:
            self.close()
            return
        if self.watches:
            self.deadline = math.inf
        self._loop.watch(self._connection.fileno(), READ, self._ready)
        if self._behind:
            self._behind = False
            self._caught_up(self)


def _opened(folder: Path) -> socket.socket:
    """The socket in the folder, by its bare name: what leads there may be longer than a socket's address."""
    made = socket.socket(socket.AF_UNIX)
    made.setblocking(False)
    before = os.umask(0o177)
    try:
        os.chdir(folder)
        Path(DOOR).unlink(missing_ok=True)
        made.bind(DOOR)
        made.listen(_MOST)
    except OSError:
        made.close()
        raise
    finally:
        os.chdir("/")
        os.umask(before)
    return made


def _answer(refusal: str | None) -> bytes:
    return frame(framing.ANSWER, json.dumps({"v": framing.VERSION, "no": refusal}).encode())


def _number(said: Any, usual: int) -> int:
    return said if isinstance(said, int) else usual


def _hello(content: bytes) -> dict[str, Any]:
    """What a client said first; raises Malformed."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(said, dict):
        raise Malformed
    return said
