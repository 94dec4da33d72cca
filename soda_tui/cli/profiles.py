"""`profiles`: the ways of having an agent, and what of them is on this machine."""

from __future__ import annotations

import argparse
import asyncio

from soda_tui import report, wiring
from soda_tui.domain.failure import Exit


def profiles(arguments: argparse.Namespace) -> Exit:
    """Print every profile with its program and version, and the repositories that use it with the reason."""
    found, warnings = asyncio.run(wiring.installed(wiring.invocation(arguments)))
    for warning in warnings:
        report.warn(warning)
    if arguments.json:
        report.document(wiring.encode_result({"profiles": found}))
    else:
        report.profiles(found)
    return Exit.OK
