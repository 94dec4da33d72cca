"""What the first frame waits for, and what only panes in sight are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs
from tui.frozen import FrozenCockpit
from tui.piloting import opened
from tui.shown import NOW, WORKING, snapshot

from soda_tui.tui.widgets.pane import RepositoryPane
from soda_tui.tui.widgets.pane_grid import PaneGrid

pytestmark = pytest.mark.anyio

MANY = snapshot(*(structs.replace(WORKING, name=f"acme/station-{at + 1:02}") for at in range(50)))


async def test_the_first_frame_has_one_pane_and_the_others_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    complete, mounted = PaneGrid.complete, list[list[RepositoryPane]]()

    def completing(grid: PaneGrid) -> object:
        mounted.append([pane for pane in grid.query(RepositoryPane) if pane.is_mounted])
        return complete(grid)

    monkeypatch.setattr(PaneGrid, "complete", completing)
    async with opened(FrozenCockpit(MANY)) as (app, _):
        assert mounted[0] == [app.overview.grid.active]
        assert len(app.overview.grid.query(RepositoryPane)) == 50


async def test_a_pane_out_of_sight_learns_the_time_when_it_comes_into_sight() -> None:
    async with opened(FrozenCockpit(MANY)) as (app, pilot):
        grid, later = app.overview.grid, NOW + timedelta(minutes=5)
        app.clock = lambda: later
        app.overview.tick(later)
        assert grid.panes[0].now == later
        assert grid.panes[-1].now == NOW
        await pilot.press("shift+tab")
        await pilot.pause()
        assert grid.active is grid.panes[-1] and grid.panes[-1].now == later
        assert all(pane.now == later for pane in grid.panes if pane.repository and pane.repository.key in grid.in_sight)
