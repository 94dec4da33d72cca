"""The screen, opened from the command line."""

from __future__ import annotations

import argparse
import sys

from soda_tui import wiring
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem


def show(arguments: argparse.Namespace) -> Exit:
    """Open the cockpit in the terminal; refuses where there is none."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Failure(Problem(ErrorCode.USAGE, say.NO_TERMINAL()))
    wiring.show_screen(wiring.invocation(arguments))
    return Exit.OK
