"""What is painted when: equal values cost nothing, one change costs one pane, and lines are made where they differ."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs
from rich.cells import cell_len
from tui.frozen import FrozenCockpit
from tui.piloting import opened, until
from tui.shown import ATTENTION, LOGS, NOW, STALE, TRIO, WORKING, snapshot

from soda_tui.domain.model import Clone, Repository
from soda_tui.domain.runs.events import Event, EventKind
from soda_tui.domain.runs.readable import plain_line, readable
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines

pytestmark = pytest.mark.anyio


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[Lines]:
    """The widgets of which a line was painted, in order."""
    seen: list[Lines] = []
    paint = Lines.render_line

    def render_line(self: Lines, y: int) -> object:
        seen.append(self)
        return paint(self, y)

    monkeypatch.setattr(Lines, "render_line", render_line)
    return seen


def equal(repository: Repository) -> Repository:
    """The same repository, made anew."""
    return structs.replace(
        repository,
        clone=structs.replace(repository.clone),
        queue=tuple(structs.replace(found) for found in repository.queue),
    )


async def test_an_equal_snapshot_repaints_nothing(painted: list[Lines]) -> None:
    cockpit = FrozenCockpit(TRIO, logs=LOGS)
    async with opened(cockpit) as (app, pilot):
        await until(pilot, lambda: app.overview.grid.panes[1].log_lines is not None)
        await pilot.pause()
        painted.clear()
        again = snapshot(equal(WORKING), equal(ATTENTION), equal(STALE))
        cockpit.put(again)
        await until(pilot, lambda: app.overview.status.snapshot is again or app.overview.status.snapshot == again)
        await pilot.pause()
        assert painted == []


async def test_one_changed_repository_repaints_its_own_pane_only(painted: list[Lines]) -> None:
    cockpit = FrozenCockpit(TRIO, logs=LOGS)
    async with opened(cockpit) as (app, pilot):
        await until(pilot, lambda: app.overview.grid.panes[1].log_lines is not None)
        await pilot.pause()
        painted.clear()
        changed = structs.replace(ATTENTION, clone=Clone("develop", True, 0, 3, None))
        cockpit.put(snapshot(WORKING, changed, STALE))
        await until(pilot, lambda: app.overview.grid.panes[1].repository is changed)
        await pilot.pause()
        assert painted == [app.overview.grid.panes[1]]


async def test_time_repaints_only_lines_that_show_it(painted: list[Lines]) -> None:
    async with opened(FrozenCockpit(TRIO, logs=LOGS)) as (app, pilot):
        await until(pilot, lambda: app.overview.grid.panes[1].log_lines is not None)
        await pilot.pause()
        painted.clear()
        app.overview.tick(NOW + timedelta(seconds=1))
        await pilot.pause()
        first = app.overview.grid.panes[0]
        assert sorted(map(id, painted)) == sorted(map(id, (app.overview.status, first.head, first.tail)))


async def test_new_log_lines_lay_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(FrozenCockpit(TRIO, logs=LOGS)) as (app, pilot):
        pane = app.overview.grid.panes[0]
        await until(pilot, lambda: pane.log_lines is not None)
        await pilot.pause()
        before = pane._layout_updates, app.overview.grid._layout_updates, app.overview._layout_updates
        pane.log_lines = tuple(plain_line(f"line {number}") for number in range(200))
        await pilot.pause()
        assert pane.tail._lines[-1].plain.rstrip() == "  line 199".removeprefix(" ")
        assert (pane._layout_updates, app.overview.grid._layout_updates, app.overview._layout_updates) == before


@pytest.mark.parametrize("theme", ["soda-dark", "soda-light"])
async def test_every_size_is_whole(theme: str) -> None:
    cockpit = FrozenCockpit(TRIO, logs=LOGS)
    async with opened(cockpit) as (app, pilot):
        await until(pilot, lambda: theme in app.available_themes)
        app.theme = theme
        for width, height in ((60, 20), (250, 80), (99, 24), (100, 24), (159, 30), (160, 30), (40, 10), (180, 50)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            rows = ["".join(part.text for part in strip) for strip in app.screen._compositor.render_strips()]
            assert [cell_len(row) for row in rows] == [width] * height
            assert "acme/rocket" in rows[1]


async def test_a_call_keeps_its_outcome_where_there_is_little_room() -> None:
    call = Event(EventKind.TOOL_END, "Bash", "pytest tests/" + "very/" * 40, ok=False, seconds=3.2)
    async with opened(FrozenCockpit(TRIO, logs=LOGS)) as (app, pilot):
        pane = app.overview.grid.panes[0]
        await until(pilot, lambda: pane.log_lines is not None)
        await until(pilot, lambda: len(pane.tail._lines) > 2)
        # Read at once: what the engine tails comes back with the next look at the log.
        pane.log_lines = (plain_line("before"), *readable(call))
        before, shown = pane.tail._lines[1:3]
        assert shown.plain.startswith(" Bash  pytest tests/very") and shown.plain.rstrip().endswith("…  ✕ 3.2s")
        assert [span.tone for span in before.spans if span.text == "before"] == [Tone.QUIET]
