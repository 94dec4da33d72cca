"""Pictures of what the overview's own keys lead to, at three sizes, in a dark and a light theme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from msgspec import structs
from textual.pilot import Pilot
from tui.frozen import FrozenCockpit
from tui.piloting import until
from tui.shown import ATTENTION, DONE, IDLE, LOGS, NOW, STALE, TRIO, WORKING, agent, repository, snapshot
from tui.sizes import LIGHT_SIZES, SIZES

from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.preferences import Layout, Order, Preferences
from soda_tui.domain.model import Counts, Snapshot
from soda_tui.tui.app import SodaApp

Compare = Callable[..., bool]
GROUPS = ("backend", "harbour", "backend", None)
KINDS = (WORKING, ATTENTION, STALE, DONE, repository(), structs.replace(WORKING, agent=agent(Status.CLAIMED)))
MANY = snapshot(
    *(structs.replace(found, name=f"acme/station-{at + 1}", group=GROUPS[at % 4]) for at, found in enumerate(KINDS))
)
UNREAD = repository(
    "acme/unread",
    agent=structs.replace(IDLE, status=Status.UNKNOWN),
    queue=(),
    counts=Counts(None, None, None),
    fetched_at=None,
    stale=True,
)
AS_NEW = Preferences()
LIST = Preferences(layout=Layout.LIST)


@dataclass(frozen=True)
class Scene:
    """What is shown, how it was left the last time, and the keys that lead to the picture; then `later`."""

    snapshot: Snapshot
    preferences: Preferences = AS_NEW
    keys: Sequence[str] = ()
    later: Snapshot | None = None


SCENES = {
    "list": Scene(TRIO, LIST),
    "list-groups": Scene(MANY, structs.replace(LIST, order=Order.ATTENTION), ("j",)),
    "list-pane": Scene(TRIO, LIST, ("right", "j")),
    "groups": Scene(MANY),
    "folded": Scene(MANY, Preferences(folded=("backend",)), ("shift+tab", "shift+tab")),
    "list-folded": Scene(MANY, structs.replace(LIST, folded=("harbour",)), ("j", "j", "j")),
    "filter": Scene(MANY, AS_NEW, ("slash", *"lamp")),
    "filter-nothing": Scene(MANY, LIST, ("slash", *"zz")),
    "inbox": Scene(snapshot(WORKING, ATTENTION, STALE, structs.replace(DONE, name="acme/quay")), AS_NEW, ("i", "j")),
    "inbox-empty": Scene(snapshot(WORKING), AS_NEW, ("i",)),
    "messages": Scene(TRIO, AS_NEW, ("P", "2", "P", "e")),
    "marked": Scene(snapshot(repository(), DONE, repository("acme/pier")), AS_NEW, ("space", "3", "space")),
    "marked-question": Scene(
        snapshot(repository("acme/quay"), WORKING, DONE, repository("acme/pier")),
        AS_NEW,
        ("space", "2", "space", "4", "space", "P"),
    ),
    "pop-ahead": Scene(snapshot(repository()), AS_NEW, ("j", "P")),
    "pop-and-launch": Scene(snapshot(repository()), AS_NEW, ("a",)),
    "changed": Scene(
        snapshot(WORKING, repository("acme/pier"), repository("acme/quay")),
        AS_NEW,
        (),
        snapshot(WORKING, repository("acme/pier", agent=agent(Status.CLAIMED)), repository("acme/quay")),
    ),
    "unread": Scene(snapshot(UNREAD, STALE)),
}


def application(scene: Scene, theme: str) -> SodaApp:
    """The screen on the scene's values."""
    cockpit = FrozenCockpit(scene.snapshot, logs=LOGS)
    cockpit.remembered = scene.preferences
    return SodaApp(cockpit, clock=lambda: NOW, theme=theme)


def settled(app: SodaApp, scene: Scene) -> Callable[[Pilot[None]], object]:
    """Press the scene's keys, once everything that is visible has been read."""

    async def run(pilot: Pilot[None]) -> None:
        grid = app.overview.grid
        await until(pilot, lambda: grid.active is not None or grid.heading is not None)
        for key in scene.keys:
            await pilot.press(key)
            await pilot.pause()
        if scene.later is not None:
            assert isinstance(app.cockpit, FrozenCockpit)
            app.cockpit.put(scene.later)
            await until(pilot, lambda: app.overview.status.snapshot is scene.later)
        await pilot.pause()
        await until(pilot, lambda: all(pane.log_lines is not None for pane in grid.with_visible_log()))
        await pilot.pause()

    return run


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCENES)
def test_scene(name: str, size: tuple[int, int], snap_compare: Compare) -> None:
    app = application(SCENES[name], "soda-dark")
    assert snap_compare(app, terminal_size=size, run_before=settled(app, SCENES[name]))


@pytest.mark.parametrize("size", LIGHT_SIZES)
@pytest.mark.parametrize("name", SCENES)
def test_scene_in_a_light_theme(name: str, size: tuple[int, int], snap_compare: Compare) -> None:
    app = application(SCENES[name], "soda-light")
    assert snap_compare(app, terminal_size=size, run_before=settled(app, SCENES[name]))


@pytest.mark.parametrize("name", ["list", "groups", "inbox", "marked-question", "filter"])
def test_scene_in_a_small_terminal(name: str, snap_compare: Compare) -> None:
    app = application(SCENES[name], "soda-dark")
    assert snap_compare(app, terminal_size=(60, 20), run_before=settled(app, SCENES[name]))
