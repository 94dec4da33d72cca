"""The supervisor's loop: everything that it waits for, in one place and without a thread."""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections.abc import Callable
from contextlib import suppress

READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE

Ready = Callable[[int], None]
"""What is called with the events that a descriptor is ready for."""


class Loop:
    """Waits for descriptors and for signals; `asked` once one of those was TERM."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake, wake = os.pipe()
        self._woken = self.asked = False
        self._until = 0.0
        for descriptor in (self._wake, wake):
            os.set_blocking(descriptor, False)
        # Handlers that do nothing, because an ignored signal would stay ignored in the agent.
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self.watch(self._wake, READ, self._wakened)

    def watch(self, descriptor: int, events: int, ready: Ready) -> None:
        """From now on wait for these events of the descriptor, of which there must be some."""
        try:
            self._selector.modify(descriptor, events, ready)
        except KeyError:
            self._selector.register(descriptor, events, ready)

    def forget(self, descriptor: int) -> None:
        """Wait for it no more; it is still open."""
        with suppress(KeyError):
            self._selector.unregister(descriptor)

    def wait(self, seconds: float) -> None:
        """Serve what is ready until a signal arrives, so long at most."""
        self._until = time.monotonic() + seconds
        self._woken = False
        while not self._woken and (left := self._until - time.monotonic()) > 0:
            for key, events in self._selector.select(left):
                key.data(events)

    def hurry(self, seconds: float) -> None:
        """Wait no longer than that from now on: something is due then."""
        self._until = min(self._until, time.monotonic() + seconds)

    def pause(self, seconds: float) -> None:
        """Serve what is ready, so long and no shorter."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.wait(left)

    def _wakened(self, _: int) -> None:
        self._woken = True
        with suppress(BlockingIOError):
            self.asked = self.asked or signal.SIGTERM in os.read(self._wake, 4096)
