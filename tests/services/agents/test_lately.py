"""Lately: what one repository's agent came to is known where another's is chosen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from soda_tui.services.agents.lately import lately

pytestmark = pytest.mark.anyio
OTHER = "github.com/owner/other"


async def test_what_ran_lately_is_known_from_all_repositories(lab: Any) -> None:
    service = lab.service()
    mine = structs.replace(lab.script("echo mine"), agent=structs.replace(lab.script("echo mine").agent, name="one"))
    other = structs.replace(lab.script("echo other"), key=OTHER, repository_id="R_2")
    for launch in (mine, other):
        await service.start(launch)
        while (run := (await service.current([launch.key]))[launch.key]).alive:
            await asyncio.sleep(0.01)
        assert await service.lately(launch.key) == ((), ()) or launch is other
        await service.listen({launch.key: run}, thoroughly=True)
    here, elsewhere = await service.lately(mine.key)
    assert [run.profile for run in here] == ["one"] and len(elsewhere) == 1
    assert [run.progress.last.text for run in (*here, *elsewhere)] == ["mine", "other"]
    assert lately(lab.root / "runs", lab.root / "none", datetime.now(UTC) + timedelta(days=9)) == ((), ())
    assert lately(lab.root / "gone", lab.root / "none", datetime.now(UTC)) == ((), ())
