"""Coming in through the door of a run."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from soda_tui.domain import sentences
from soda_tui.services.agents import framing
from soda_tui.services.agents.framing import Frames, Malformed, address, frame

_SECONDS = 5.0
_PIECE = 1 << 16


class Refused(Exception):
    """The door is not opened; the sentence says why."""


class Visit:
    """A connection that was let in, with the frames that have come already."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._frames = Frames()
        self._found: list[tuple[bytes, bytes]] = []

    def received(self) -> list[tuple[bytes, bytes]] | None:
        """The next frames, which may be none yet; None at the end. Raises BlockingIOError where nothing has come."""
        found, self._found = self._found, []
        if found:
            return found
        try:
            data = self.connection.recv(_PIECE)
            return self._frames.feed(data) if data else None
        except BlockingIOError:
            raise
        except (OSError, Malformed):
            return None

    def greeted(self) -> None:
        """Wait for the answer; raises Refused."""
        while True:
            found = self.received()
            if found is None:
                raise Refused(sentences.DOOR_CLOSED())
            if found:
                break
        (kind, content), self._found = found[0], found[1:]
        if kind != framing.ANSWER:
            raise Refused(sentences.DOOR_OTHER_VERSION())
        refusal = _answer(content)
        if refusal is not None:
            raise Refused(refusal)


def knock(folder: Path, **wanted: Any) -> Visit:
    """Ask to be let in; raises Refused with the reason."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(_SECONDS)
    try:
        with address(folder) as path:
            connection.connect(path)
        connection.sendall(frame(framing.HELLO, json.dumps({"v": framing.VERSION, **wanted}).encode()))
        visit = Visit(connection)
        visit.greeted()
    except BaseException as error:
        with suppress(OSError):
            connection.close()
        if isinstance(error, OSError):
            raise Refused(sentences.DOOR_CLOSED()) from error
        raise
    return visit


def send_message(folder: Path, text: str) -> None:
    """Tell the agent something; raises Refused with the reason."""
    knock(folder, want=framing.MESSAGE, text=text).connection.close()


def _answer(content: bytes) -> str | None:
    try:
        refusal = json.loads(content)["no"]
    except (ValueError, KeyError, TypeError):
        return sentences.DOOR_OTHER_VERSION()
    return None if refusal is None else str(refusal)
