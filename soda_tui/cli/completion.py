"""`completion`: a shell's completion, made of the parser; and the words that it asks for while somebody types."""

from __future__ import annotations

import argparse

from soda_tui import report, wiring
from soda_tui.cli.shells import SCRIPTS
from soda_tui.cli.words import places
from soda_tui.domain.failure import Exit


def completion(arguments: argparse.Namespace) -> Exit:
    """Print the script for a shell, or the words of a kind, one a line."""
    if arguments.words is not None:
        report.say("\n".join(wiring.words(wiring.invocation(arguments), arguments.words)))
        return Exit.OK
    from soda_tui.cli.parser import build_parser

    report.raw(SCRIPTS[arguments.shell](tuple(places(build_parser()))).encode())
    return Exit.OK
