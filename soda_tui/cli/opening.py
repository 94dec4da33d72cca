"""Opening the cockpit for a command, with what is odd about the configuration said on standard error."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from soda_tui import report, wiring


@asynccontextmanager
async def opening(arguments: argparse.Namespace) -> AsyncIterator[wiring.Opened]:
    """The cockpit for this command line."""
    async with wiring.cockpit(wiring.invocation(arguments)) as opened:
        for remark in opened.remarks:
            report.warn(remark)
        yield opened
