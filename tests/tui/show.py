"""Shows the screen on frozen values, for people who change its looks: `PYTHONPATH=tests python -m tui.show light`."""

from __future__ import annotations

import sys

from msgspec import structs
from tui.frozen import FrozenCockpit
from tui.shown import ATTENTION, DONE, EMPTY, LOGS, NOW, PEEK, STALE, TRIO, WORKING, snapshot

from soda_tui.tui.app import SodaApp

KINDS = (WORKING, ATTENTION, STALE, EMPTY, DONE)
MANY = snapshot(*(structs.replace(KINDS[at % len(KINDS)], name=f"acme/station-{at + 1}") for at in range(12)))
GROUPS = snapshot(
    *(
        structs.replace(found, group=("backend", "backend", "harbour", None)[at % 4])
        for at, found in enumerate(MANY.repositories[:8])
    )
)
SNAPSHOTS = {"few": TRIO, "many": MANY, "groups": GROUPS, "none": snapshot(), "light": TRIO}

if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else "few"
    cockpit = FrozenCockpit(SNAPSHOTS[what], logs=LOGS, peek=PEEK)
    theme = "soda-light" if what == "light" else "soda-dark"
    SodaApp(cockpit, clock=lambda: NOW, demo=True, theme=theme).run()
