"""Launching with a choice: the profiles that there are, one of them taken with words, or none."""

from __future__ import annotations

import pytest
from tui.piloting import opened, until
from tui.readable import cockpit
from tui.shown import agent, repository

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.profiles import Candidate, Profile
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.tui.screens.dialogues.launching import Launching
from soda_tui.tui.screens.question import Question

pytestmark = pytest.mark.anyio
CANDIDATES = (
    Candidate(Profile("claude", ("claude",)), "/opt/bin/claude"),
    Candidate(Profile("evil[red]\x1b[2J", ("\x1b]0;x\x07codex",)), None),
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_is_chosen_is_launched_with_what_was_written(size: tuple[int, int]) -> None:
    made = cockpit(repository(agent=agent(Status.CLAIMED)))
    made.candidates = CANDIDATES
    async with opened(made, size=size) as (app, pilot):
        await pilot.press("W")
        await until(pilot, lambda: isinstance(app.screen, Launching))
        screen = app.screen
        assert isinstance(screen, Launching)
        await until(pilot, lambda: screen.profiles.size.height > 0)
        lines = [line.plain for line in screen.profiles.make()]
        assert "claude" in lines[0] and "/opt/bin/claude" in lines[0]
        assert "evil[red]" in lines[1] and "is not on this machine" in lines[1] and "\x1b" not in lines[1]
        await pilot.press("j", "enter")
        await until(pilot, lambda: "not on this machine" in app.messages[-1].text if app.messages else False)
        assert made.acts == []
        await pilot.press("k", "tab", *"be quick", "enter")
        await until(pilot, lambda: bool(made.acts))
        ((_, verb, options),) = made.acts
        assert (verb, options.profile, options.extra, options.launching) == (Verb.LAUNCH, "claude", "be quick", False)


async def test_an_idle_agent_pops_first_for_the_same_choice_and_escape_chooses_nothing() -> None:
    made = cockpit(repository())
    made.candidates = CANDIDATES
    async with opened(made) as (app, pilot):
        await pilot.press("W")
        await until(pilot, lambda: isinstance(app.screen, Launching))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.overview)
        assert made.acts == []
        await pilot.press("W")
        await until(pilot, lambda: isinstance(app.screen, Launching))
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, Launching))
        await pilot.press("y")
        await until(pilot, lambda: len(made.acts) == 2)
        (_, first, pop), (_, second, launch) = made.acts
        assert (first, pop.launching, pop.profile) == (Verb.POP, True, "claude")
        assert (second, launch.launching, launch.profile, launch.issue) == (Verb.LAUNCH, False, "claude", None)


async def test_a_text_that_changed_after_the_pop_is_asked_about_and_nothing_is_popped_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = cockpit(repository())
    first, second = (Outcome(Verb.LAUNCH, "acme/rocket", "…", asks=f"Read {n}?", seen=f"text{n}") for n in (1, 2))
    answers = iter([Outcome(Verb.POP, "acme/rocket", "Popped."), first, second, Outcome(Verb.LAUNCH, "", "Launched.")])
    acts: list[tuple[Verb, Options]] = []

    async def act(_: str, verb: Verb, options: Options) -> Outcome:
        acts.append((verb, options))
        return next(answers)

    monkeypatch.setattr(made, "act", act)
    async with opened(made) as (app, pilot):
        await pilot.press("a")
        for count in (0, 2, 3):
            await until(pilot, lambda count=count: len(acts) == count and isinstance(app.screen, Question))  # type: ignore[misc]
            await pilot.press("y")
            await until(pilot, lambda count=count: len(acts) > count)  # type: ignore[misc]
        await until(pilot, lambda: app.messages[-1].text == "Launched." if app.messages else False)
        assert [(verb, options.seen) for verb, options in acts[1:]][1:] == [
            (Verb.LAUNCH, "text1"),
            (Verb.LAUNCH, "text2"),
        ]
        assert [message.text for message in app.messages] == ["Popped.", "Launched."]
