"""The guide where things go otherwise than they should: leaving in the middle, failing, nothing there."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tui.frozen import FrozenCockpit
from tui.piloting import opened
from tui.shown import snapshot
from tui.test_tui_setting_up import NEXT, Home, shows, wait

from soda_tui.cockpit.enrolling import Enrolled
from soda_tui.domain.enrolling import Offer
from soda_tui.tui.screens.guide import GuideScreen
from soda_tui.tui.screens.question import Question
from soda_tui.wiring.calling import Invocation
from soda_tui.wiring.setting_up import LocalSetUp

pytestmark = pytest.mark.anyio


class Slow(LocalSetUp):
    """Enrols only once it is let, and remembers whether it was broken off."""

    def __init__(self, call: Invocation) -> None:
        super().__init__(call)
        self.broken_off = False
        self.let = asyncio.Event()

    async def carry_out(self, chosen: Sequence[Offer], tell: Callable[[Enrolled], None]) -> tuple[Enrolled, ...]:
        try:
            await self.let.wait()
        except asyncio.CancelledError:
            self.broken_off = True
            raise
        return await super().carry_out(chosen, tell)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home, and the program called below it."""
    made = Home(tmp_path / "me")
    monkeypatch.chdir(made.folder)
    return made


def clone(place: Home, name: str) -> None:
    """A clone of a repository of acme."""
    subprocess.run(["git", "init", "-q", str(place.folder / name)], check=True)
    url = f"https://github.com/acme/{name}"
    subprocess.run(["git", "-C", str(place.folder / name), "remote", "add", "origin", url], check=True)


async def test_leaving_breaks_nothing_off_unasked(place: Home) -> None:
    clone(place, "one")
    slow = Slow(Invocation(place.environ))
    async with opened(FrozenCockpit(snapshot()), setup=lambda: slow, size=(120, 40)) as (app, pilot):
        await pilot.press("S")
        await wait(pilot, shows(app, "There is no token"))
        await pilot.press(NEXT)
        await wait(pilot, shows(app, "[x] acme/one"))
        await pilot.press("enter")
        await wait(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("y")
        await wait(pilot, shows(app, "At it"))
        for answer in ("n", "y"):
            await pilot.press("escape")
            await wait(pilot, shows(app, "is broken off"))
            assert not slow.broken_off
            await pilot.press(answer)
            await wait(pilot, lambda: not isinstance(app.screen, Question))
            assert isinstance(app.screen, GuideScreen) is (answer == "n")
        await wait(pilot, lambda: slow.broken_off)


def test_clones_are_looked_for_here_where_the_home_is_one(place: Home) -> None:
    clone(place, "one/inner")
    subprocess.run(["git", "init", "-q", str(place.top)], check=True)
    assert place().folder == str(place.folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place.folder / "one" / "inner")
        assert place().folder == str(place.folder / "one")


async def test_each_step_says_what_can_be_done_about_what_it_lacks(place: Home) -> None:
    agents = place.top / "programs"
    for name in ("claude", "codex"):
        made = agents / name
        made.parent.mkdir(exist_ok=True)
        made.write_text("#!/bin/sh\necho 1.0\n")
        made.chmod(0o755)
    place.environ["PATH"] = str(agents)
    place.file.write_text('[defaults]\nprofile = "codex"\n')
    async with opened(FrozenCockpit(snapshot()), setup=place, size=(80, 24)) as (app, pilot):
        await pilot.press("S")
        token = "https://github.com/settings/personal-access-tokens/new"
        await wait(pilot, shows(app, token, "pull requests to read and write", "Six steps"))
        await pilot.press(NEXT)
        await wait(pilot, shows(app, "There is no clone below", "the account whose repositories are to be cloned"))
        assert not shows(app, "--org ORG")()
        await pilot.press("tab", *"/nowhere", "enter")
        await wait(pilot, shows(app, "no folder that can be read"))
        await pilot.press(NEXT, NEXT)
        await wait(pilot, shows(app, "▸ claude", "codex the usual one"))
        screen = app.screen
        assert isinstance(screen, GuideScreen) and screen.bar.active == 3
        await pilot.press("G", "enter")
        await wait(pilot, lambda: any("cannot be chosen" in message.text for message in app.messages))
        await pilot.press("g", "enter")
        await wait(pilot, shows(app, "Use claude for all repositories"))
        await pilot.press("n", "j", "enter")
        await wait(pilot, lambda: screen.bar.active == 4)
