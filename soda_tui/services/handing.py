"""Handing a secret to a process that is started: through a socket that it inherits.

The environment of a process, its files and its pipes are open in `/proc` to every process of the same user, and so to
an agent. A socket is not: it cannot be opened there, and is gone with the one who holds it. (What a credential helper
reads from it goes on to git through a pipe, for that moment.)
"""

from __future__ import annotations

from contextlib import suppress
from socket import socket, socketpair


def handed(content: bytes) -> socket:
    """The end from which the content can be read, and then its end; a few KiB at most, or it is cut off."""
    ours, theirs = socketpair()
    # Never to be waited for: whoever is to read it may have ended.
    ours.setblocking(False)
    with ours, suppress(BlockingIOError):
        ours.sendall(content)
    return theirs
