"""`keys`: the screen's keys, from the registry of actions."""

from __future__ import annotations

import argparse
import json

from soda_tui import report
from soda_tui.domain.actions import ACTIONS, key_words
from soda_tui.domain.failure import Exit


def keys(arguments: argparse.Namespace) -> Exit:
    """Print every action with its keys, its name for rebinding, and what it does."""
    if arguments.json:
        rows = [
            {"name": one.name, "keys": one.keys, "title": one.title, "help": one.help, "command": one.command}
            for one in ACTIONS
        ]
        report.document(json.dumps(rows).encode())
        return Exit.OK
    for one in ACTIONS:
        report.say(f"{key_words(one):14} {one.name:16} {one.help}")
    return Exit.OK
