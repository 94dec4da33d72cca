"""Landing from the screen: what is under the cursor of the pull requests, elsewhere what is ready, after a question."""

from __future__ import annotations

import pytest
from tui.piloting import opened, until
from tui.readable import cockpit
from tui.shown import WORKING, repository

from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.outcome import Outcome
from soda_tui.tui.screens.question import Question
from soda_tui.tui.screens.zoom import REQUESTS, ZoomScreen

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("key", "verbs"), [("L", [Verb.LAND]), ("F", [Verb.FEEDBACK, Verb.LAUNCH])])
async def test_the_one_under_the_cursor_is_landed_or_mended(key: str, verbs: list[Verb]) -> None:
    shown = repository(pull_requests=WORKING.pull_requests)
    made = cockpit(shown)
    async with opened(made) as (app, pilot):
        await pilot.press("z", *["right_square_bracket"] * REQUESTS)
        screen = app.screen
        assert isinstance(screen, ZoomScreen)
        await until(pilot, lambda: screen.bar.active == REQUESTS and screen.requests.cursor is not None)
        await pilot.press(key)
        await until(pilot, lambda: len(made.acts) == len(verbs))
        assert [verb for _, verb, _ in made.acts] == verbs
        options = made.acts[0][2]
        assert (options.pull_request, options.yes) == (WORKING.pull_requests[0].number, False)


async def test_what_the_plan_asks_is_asked_and_the_answer_is_about_just_that() -> None:
    shown = repository()
    made = cockpit(shown)
    why = Problem(ErrorCode.REFUSED, "Merge 11?")
    made.answers[shown.key] = Outcome(Verb.LAND, shown.name, "", problem=why, asks="Merge 11?", seen="heads")
    async with opened(made) as (app, pilot):
        await pilot.press("L")
        await until(pilot, lambda: isinstance(app.screen, Question))
        assert [(verb, options.pull_request) for _, verb, options in made.acts] == [(Verb.LAND, None)]
        made.answers.clear()
        await pilot.press("y")
        await until(pilot, lambda: len(made.acts) == 2)
        options = made.acts[-1][2]
        assert options.yes and options.seen == "heads"
