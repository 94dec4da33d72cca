"""The stream of logs: what is written to the logs that can be seen, some times each second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from soda_tui.domain.failure import Failure
from soda_tui.tui.run_end import is_live
from soda_tui.tui.widgets.pane import RepositoryPane

if TYPE_CHECKING:
    from soda_tui.cockpit.front import Cockpit

_SECONDS = 0.25


async def stream_logs(cockpit: Cockpit, visible: Callable[[], Sequence[RepositoryPane]]) -> None:
    """Hand visible panes the end of their log until cancelled; that of a run that has ended is read once."""
    read: dict[str, object] = {}
    while True:
        for pane in visible():
            repository = pane.repository
            if repository is None or repository.agent.run is None:
                continue
            key, run = repository.key, repository.agent.run
            if is_live(repository.agent) or read.get(key) not in (run, repository):
                lines = await _tail(cockpit, key)
                pane.log_lines = lines
                # Without a line the engine may not know the run yet, so it is asked again once it knows more.
                read[key] = run if lines else repository
        await asyncio.sleep(_SECONDS)


async def _tail(cockpit: Cockpit, key: str) -> tuple[str, ...]:
    try:
        return await cockpit.tail(key)
    except Failure as failure:
        return (failure.problem.message,)
