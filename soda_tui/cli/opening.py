"""Opening the cockpit for a command: what is odd about the configuration, and what is waited for, is said on stderr."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from msgspec import structs

from soda_tui import report, wiring

if TYPE_CHECKING:
    from soda_tui.cockpit.waiting import Waits

_SILENCE = 2.0
_LOOK = 0.25


@asynccontextmanager
async def opening(arguments: argparse.Namespace) -> AsyncIterator[wiring.Opened]:
    """The cockpit for this command line."""
    waits = telling = None
    if report.is_read():
        from soda_tui.cockpit.waiting import Waits

        waits = Waits()
        telling = asyncio.create_task(_tell(waits))
    try:
        async with wiring.cockpit(structs.replace(wiring.invocation(arguments), waits=waits)) as opened:
            for remark in opened.remarks:
                report.warn(remark)
            try:
                yield opened
            finally:
                world = opened.world
                for aside in (world.store.put_aside, world.journal.put_aside, world.readings.put_aside):
                    if aside is not None:
                        report.warn(aside)
    finally:
        if telling:
            telling.cancel()


async def _tell(waits: Waits) -> None:
    """Say once of each thing that it is waited for, where that takes longer than a person expects."""
    told: set[str] = set()
    while True:
        await asyncio.sleep(_LOOK)
        what = waits.longer_than(_SILENCE)
        if what is not None and what not in told:
            told.add(what)
            report.warn(what)
