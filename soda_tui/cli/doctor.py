"""`doctor`: what is wrong, and what mends it; everything is only read."""

from __future__ import annotations

import argparse
import asyncio

from soda_tui import report, wiring
from soda_tui.domain.failure import Exit


def doctor(arguments: argparse.Namespace) -> Exit:
    """Print what was found, the worst first, or one line; `FOUND` where something stops work."""
    call = wiring.invocation(arguments)
    found = asyncio.run(wiring.examine(call, arguments.repositories, quick=arguments.quick, probe=arguments.probe))
    if arguments.json:
        report.document(wiring.encode_result(found))
    else:
        report.examination(found)
    return Exit.FOUND if found.stops_work else Exit.OK
