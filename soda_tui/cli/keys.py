"""`keys`: the screen's keys, from the registry of actions and the configuration."""

from __future__ import annotations

import argparse
import json

from soda_tui import report, wiring
from soda_tui.domain.actions import key_words
from soda_tui.domain.configuration.keys import rebound
from soda_tui.domain.failure import Exit


def keys(arguments: argparse.Namespace) -> Exit:
    """Print every action with its keys in force, its name for rebinding, and what it does."""
    rebinding, warnings = wiring.keys(wiring.invocation(arguments))
    for warning in warnings:
        report.warn(warning)
    actions = rebound(rebinding)
    if arguments.json:
        rows = [
            {"name": one.name, "keys": one.keys, "title": one.title, "help": one.help, "command": one.command}
            for one in actions
        ]
        report.document(json.dumps(rows).encode())
        return Exit.OK
    for one in actions:
        report.say(f"{key_words(one):14} {one.name:16} {one.help}")
    return Exit.OK
