"""The desk: what a person edits of an issue goes to GitHub as one request."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from stations import KEY, OpenStation

from soda_tui.domain.changes import Change, Changed
from soda_tui.domain.failure import Failure
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.relabelling import Relabelling
from soda_tui.sandbox.demo import Demo

pytestmark = pytest.mark.anyio
ISSUE = 4


async def test_labels_are_put_on_and_taken_off_together(
    station: OpenStation, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station() as here:
        github, asked = here.opened.world.github, list[int]()
        plain = github.change

        async def change(name: RepositoryName, changes: Sequence[Change]) -> tuple[Changed, ...]:
            asked.append(len(changes))
            return await plain(name, changes)

        monkeypatch.setattr(github, "change", change)
        await here.opened.engine.refresh([KEY])
        desk = await here.opened.engine.desk(KEY)
        issue = demo.world.repository("acme/rocket").issues[ISSUE]
        await desk.relabel(ISSUE, Relabelling(("route:blocked",), ("route:unblocker",)))
        assert asked == [2] and {label.name for label in issue.labels} == {"route:blocked"}
        demo.people.delete_label("acme/rocket", "route:ready")
        with pytest.raises(Failure):
            await desk.relabel(ISSUE, Relabelling(("route:ready",), ("route:blocked",)))
