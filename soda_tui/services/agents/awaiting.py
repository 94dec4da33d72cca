"""Waiting for what the supervisor of a run records of it; every look at the record is made beside the event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from soda_tui.services.agents.losing import is_keeping
from soda_tui.services.agents.records import End, State, Unreadable, read_end, read_state

START_SECONDS = 5.0
# What a look at the claim may take, and a little more.
_LOOK_SECONDS = 20.0
# What git may take to put work aside whose claim was lost, with the supervisor's own bound on that in it.
_KEEP_SECONDS = 660.0
_POLL = 0.02


async def comes_up(folder: Path) -> bool:
    """Wait until the agent runs or the run is over; false where not even a supervisor has come up in time.

    A set-up that takes longer has limits of its own, so it is not waited for.
    """
    if await until(lambda: _has_ended(folder) or _is_running(folder), START_SECONDS):
        return True
    if await asyncio.to_thread(_state, folder) is None:
        return False
    await until(lambda: _has_ended(folder) or _is_past_look(folder), _LOOK_SECONDS)
    return True


async def comes_to_its_end(folder: Path, seconds: float) -> bool:
    """Wait for the end of a run; where its claim was lost, as long as putting its work aside may take."""
    if await until(lambda: _has_ended(folder), seconds):
        return True
    if not await asyncio.to_thread(is_keeping, folder):
        return False
    await until(lambda: _has_ended(folder) or not is_keeping(folder), _KEEP_SECONDS)
    return await until(lambda: _has_ended(folder), seconds)


def end_of(folder: Path) -> End | None:
    """How a run ended, as far as that can be read."""
    with suppress(Unreadable):
        return read_end(folder)
    return None


def _has_ended(folder: Path) -> bool:
    return end_of(folder) is not None


def _is_running(folder: Path) -> bool:
    state = _state(folder)
    return state is not None and state.started_at is not None


def _is_past_look(folder: Path) -> bool:
    state = _state(folder)
    return state is not None and state.agent is not None


def _state(folder: Path) -> State | None:
    with suppress(Unreadable):
        return read_state(folder)
    return None


async def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until the condition holds; false when it does not within that time."""
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(_POLL)
    return True
