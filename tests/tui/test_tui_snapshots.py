"""Pictures of the main states at three sizes, in a dark and a light theme, from frozen values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import pytest
from msgspec import structs
from textual.pilot import Pilot
from tui.frozen import FrozenCockpit
from tui.piloting import until
from tui.shown import ATTENTION, DONE, EMPTY, LOGS, NOW, PEEK, STALE, TRIO, WORKING, agent, repository, snapshot
from tui.sizes import LIGHT_SIZES, SIZES

from soda_tui.domain.codes import Status
from soda_tui.domain.loop.machine import Doing, Mode
from soda_tui.domain.loop.showing import with_loop
from soda_tui.domain.model import Loop, Snapshot
from soda_tui.tui.app import SodaApp

Compare = Callable[..., bool]
KINDS = (WORKING, ATTENTION, STALE, DONE)
TWELVE = snapshot(*(structs.replace(KINDS[at % 4], name=f"acme/station-{at + 1}") for at in range(12)))
STATUSES = snapshot(
    *(repository(f"acme/{status}", agent=agent(status)) for status in Status if status is not Status.IDLE)
)
LOOPS = snapshot(
    structs.replace(WORKING, loop=Loop(Mode.ON, Doing.WORKING, "The agent works on 12.", None, False)),
    with_loop(
        repository("acme/pier", agent=agent(Status.CLAIMED)),
        Loop(Mode.ON, Doing.WAITING, "A person stopped the agent on 12; launch it, bottle or reset.", None, True),
    ),
    repository("acme/quay", loop=Loop(Mode.OFF, Doing.RESTING, "It is through with what was wished.", None, False)),
)


@dataclass(frozen=True)
class Scene:
    """What is shown, and the keys that lead to the picture."""

    snapshot: Snapshot
    keys: Sequence[str] = ()


SCENES = {
    "idle": Scene(snapshot(repository(), EMPTY, repository("acme/pier"))),
    "working": Scene(TRIO),
    "attention": Scene(TRIO, ("2",)),
    "stale": Scene(TRIO, ("3",)),
    "done": Scene(snapshot(DONE, EMPTY)),
    "question": Scene(TRIO, ("2", "X")),
    "help": Scene(TRIO, ("question_mark",)),
    "peek": Scene(TRIO, ("p",)),
    "nothing": Scene(snapshot()),
    "twelve": Scene(TWELVE),
    "statuses": Scene(STATUSES),
    "loops": Scene(LOOPS),
    "busy": Scene(snapshot(repository("acme/pier"), WORKING, STALE), ("P",)),
}


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


def application(scene: Scene, theme: str) -> SodaApp:
    """The screen on the scene's values; what is begun there does not end."""
    cockpit = FrozenCockpit(scene.snapshot, logs=LOGS, peek=PEEK)
    cockpit.may_end.clear()
    return SodaApp(cockpit, clock=lambda: NOW, theme=theme)


def settled(app: SodaApp, scene: Scene) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Press the scene's keys, once everything that is visible has been read."""

    async def run(pilot: Pilot[None]) -> None:
        overview = app.overview
        if scene.snapshot.repositories:
            await until(pilot, lambda: overview.keys.repository is not None)
        for key in scene.keys:
            await pilot.press(key)
        if (scene.keys and len(scene.keys[-1]) > 1) or "X" in scene.keys or "p" in scene.keys:
            await until(pilot, lambda: app.screen is not overview)
        await pilot.pause()
        await until(pilot, lambda: all(pane.log_lines is not None for pane in overview.grid.with_visible_log()))
        await pilot.pause()

    return run
