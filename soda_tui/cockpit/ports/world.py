"""All ports together."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.cockpit.ports.checks import Checks
from soda_tui.cockpit.ports.git import Git
from soda_tui.cockpit.ports.github import GitHub
from soda_tui.cockpit.ports.keeping import Attic, Journal, Store
from soda_tui.cockpit.ports.loops import Loops
from soda_tui.cockpit.ports.machine import Locks, Watch
from soda_tui.cockpit.ports.notices import Notices
from soda_tui.cockpit.ports.readings import Readings
from soda_tui.cockpit.ports.runs import Profiles, Runs
from soda_tui.cockpit.ports.stops import Stops


class World(Struct, frozen=True):
    """All services together, as wiring hands them to the engine."""

    github: GitHub
    readings: Readings
    git: Git
    runs: Runs
    checks: Checks
    profiles: Profiles
    store: Store
    locks: Locks
    watch: Watch
    journal: Journal
    attic: Attic
    notices: Notices
    loops: Loops
    stops: Stops
