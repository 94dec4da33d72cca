"""The screen's tests wait in small steps: Textual's own of 20 ms, two for each key, were most of what they took."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from time import process_time

import pytest
from textual import app, pilot
from textual._context import active_app
from textual._styles_cache import StylesCache
from textual.screen import Screen

STEP = 0.004
_QUIET = STEP / 10
_LONGEST = 1.0
_FRAMES = 3


async def wait_for_idle(min_sleep: float = STEP, max_sleep: float = _LONGEST) -> None:
    """Wait until nothing is ready to run and nothing is to be drawn.

    Textual's own looks at the processor's time alone, which on a busy machine stands still while there is much to do,
    and takes longer than a frame.
    """
    loop, shown = asyncio.get_running_loop(), active_app.get()
    begun, frames = loop.time(), 0
    while loop.time() - begun < max_sleep:
        used = process_time()
        await asyncio.sleep(STEP)
        is_idle = not loop._ready and process_time() - used < _QUIET  # type: ignore[attr-defined]
        if is_idle and frames < _FRAMES and is_to_be_drawn(shown.screen):
            shown.screen._on_timer_update()
            frames += 1
        elif is_idle and loop.time() - begun > min_sleep:
            return


def is_to_be_drawn(screen: Screen[object]) -> bool:
    """Whether the screen waits for its next frame."""
    return bool(screen._layout_required or screen._repaint_required or screen._dirty_widgets or screen._callbacks)


@pytest.fixture(scope="session", autouse=True)
def small_steps() -> Iterator[None]:
    """Keys and pauses wait as long as the screen is at work, and a step more."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (app, pilot):
            patch.setattr(module, "wait_for_idle", wait_for_idle)
        yield


@pytest.fixture(autouse=True)
def nothing_painted_is_kept() -> Iterator[None]:
    """Let go of each test's screens: a cache of Textual's keeps what 1,024 widgets painted for the collector to search.

    That took a quarter of the screen's tests.
    """
    yield
    StylesCache.get_inner_outer.cache_clear()
