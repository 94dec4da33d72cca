"""The record of a loop's work: what it decided, what went wrong, and what became of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stations import KEY, OpenStation

from soda_tui.domain.chronicle.figures import overall
from soda_tui.domain.chronicle.past import Chronicle, Course, Mended, Standing
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.loop.machine import Mode
from soda_tui.domain.loop.record import Wish
from soda_tui.domain.loop.troubles import Answer, Trouble

pytestmark = pytest.mark.anyio
PATIENCE = 40


def worked_on(told: Chronicle) -> Course:
    """The one issue that an agent was launched on; others may have been landed meanwhile."""
    (course,) = (one for one in told.issues if one.runs)
    return course


@pytest.mark.wide  # a merge by hand is looked for each half minute
async def test_a_crash_that_the_loop_made_up_for_and_a_merge_are_told(station: OpenStation, tmp_path: Path) -> None:
    once = tmp_path / "once"
    script = f'[ -e "{once}" ] || {{ touch "{once}"; exit 3; }}; touch done.txt; git add -A && git commit -qm Do'
    async with station(profiles=(Profile("script", command=("sh", "-c", script)),)) as here:
        engine = here.opened.engine
        await engine.refresh()
        engine.wish_for(KEY, Wish(Mode.ON, datetime.now(UTC), most=1))
        running = asyncio.create_task(engine.run(loops=True))
        try:
            async with asyncio.timeout(PATIENCE):
                seen = engine.snapshot
                while (loop := engine.loops([KEY])[KEY]) is None or loop.mode is not Mode.OFF:
                    seen = await engine.changed(seen)
                course = worked_on(await engine.chronicle(KEY))
                assert course.standing is Standing.IN_REVIEW
                assert course.pull_request is not None
                here.demo.people.merge("acme/rocket", course.pull_request)
                await engine.refresh()
                while worked_on(told := await engine.chronicle(KEY)).standing is not Standing.MERGED:
                    seen = await engine.changed(seen)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await engine.finish()
        course, found = worked_on(told), overall(told)
        assert (course.attempts, course.touches, len(course.runs)) == (2, 0, 2)
        assert course.title
        assert [(run.how, run.mishap) for run in course.runs] == [("ended well", None), ("ended with exit 3", "crash")]
        (mishap,) = told.mishaps
        assert (mishap.kind, mishap.mended) == (Trouble.CRASH, Mended.BY_ITSELF)
        again = next(one for one in told.decisions if one.run == mishap.run)
        assert (again.event, again.answer, again.issue) == ("launch", Answer.FEED_BACK, course.issue)
        assert "attempt 2" in again.why
        events = [one.event for one in reversed(told.decisions)]
        work = {"pop", "launch", "bottle", "turned_off"}
        assert [one for one in events if one in work] == ["pop", "launch", "launch", "bottle", "turned_off"]
        assert (found.popped, found.handed_over, found.runs, found.runs_well) == (1, 1, 2, 1)
        assert (found.success, found.recovered, found.touches) == (1.0, 1.0, 1), "a person turned it on"
        assert found.to_merge_median is not None and found.to_merge_median < timedelta(minutes=2).total_seconds()
