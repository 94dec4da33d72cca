"""The stream of logs: what is written to the logs that can be seen, some times each second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from soda_tui.domain.failure import Failure
from soda_tui.domain.runs.readable import Line, plain_line
from soda_tui.tui.run_end import is_live
from soda_tui.tui.widgets.pane import RepositoryPane

if TYPE_CHECKING:
    from soda_tui.cockpit.front import Cockpit

_SECONDS = 0.25
# Panes that change in one frame: all at once would hold up a key for as long as they take to paint.
_AT_ONCE = 3


async def stream_logs(cockpit: Cockpit, visible: Callable[[], Sequence[RepositoryPane]]) -> None:
    """Hand visible panes the end of their log until cancelled, a few at a time; of a run that has ended only once."""
    read: dict[str, object] = {}
    while True:
        panes = visible()
        groups = [panes[at : at + _AT_ONCE] for at in range(0, len(panes), _AT_ONCE)] or [()]
        for group in groups:
            for pane in group:
                await _show(cockpit, pane, read)
            await asyncio.sleep(_SECONDS / len(groups))


async def _show(cockpit: Cockpit, pane: RepositoryPane, read: dict[str, object]) -> None:
    repository = pane.repository
    if repository is None or repository.agent.run is None:
        return
    key, run = repository.key, repository.agent.run
    if is_live(repository.agent) or read.get(key) not in (run, repository):
        lines = await _tail(cockpit, key)
        pane.log_lines = lines
        # Without a line the engine may not know the run yet, so it is asked again once it knows more.
        read[key] = run if lines else repository


async def _tail(cockpit: Cockpit, key: str) -> tuple[Line, ...]:
    try:
        return await cockpit.tail(key)
    except Failure as failure:
        return (plain_line(failure.problem.message),)
