"""The overview comes to rest at every size: what is laid out once is not laid out again until something changes."""

from __future__ import annotations

import pytest
from textual.screen import Screen
from tui.frozen import FrozenCockpit
from tui.piloting import opened
from tui.shown import repository, snapshot

pytestmark = pytest.mark.anyio
SIZES = ((60, 20), (80, 24), (100, 30), (120, 40), (140, 35), (180, 50), (250, 80))
TURNS = 12


@pytest.mark.parametrize("count", [1, 12, *(pytest.param(count, marks=pytest.mark.wide) for count in (3, 6, 9))])
async def test_it_comes_to_rest(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    layouts: list[object] = []
    lay_out = Screen._refresh_layout

    def counted(screen: Screen[object], size: object = None, scroll: bool = False) -> None:
        layouts.append(screen.size)
        lay_out(screen, size, scroll)  # type: ignore[arg-type]  # whatever it is handed

    monkeypatch.setattr(Screen, "_refresh_layout", counted)
    cockpit = FrozenCockpit(snapshot(*(repository(f"acme/station-{number}") for number in range(count))))
    async with opened(cockpit) as (_, pilot):
        for size in SIZES:
            await pilot.resize_terminal(*size)
            layouts.clear()
            for _ in range(TURNS):
                await pilot.pause()
            assert len(layouts) < TURNS / 2, size
