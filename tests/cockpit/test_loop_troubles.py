"""What a loop does about troubles of its own: hooks, limits, crashes and time-outs; and when it waits for a person."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import cast

import pytest
from cockpit.test_looping import GOOD, on, only, state_of, through, until
from stations import KEY, OpenStation, Station

from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.configuration.settings import LimitSettings
from soda_tui.domain.configuration.unattended import AutoSettings
from soda_tui.domain.loop.machine import Doing, Mode
from soda_tui.domain.loop.troubles import Answer, Trouble
from soda_tui.domain.runs.endings import Ending
from soda_tui.services.agents import origin, slots
from soda_tui.services.agents.records import Slots

pytestmark = pytest.mark.anyio
FAR = 100_000


def shell(name: str, script: str, **changes: object) -> Profile:
    return Profile(name, command=("sh", "-c", script), **changes)  # type: ignore[arg-type]


def configure(here: Station, *profiles: Profile) -> None:
    """Have these under [profile.NAME] as well."""
    cast("dict[str, Profile]", here.opened.settings.profiles).update({one.name: one for one in profiles})


def at_limit(seconds: int) -> str:
    """The shell command of an agent that says its session's name, and that it is at a limit for so long."""
    said = {"type": "system", "subtype": "init", "session_id": "s-1", "model": "m", "tools": [], "cwd": "/"}
    limit = {"type": "rate_limit_event", "rate_limit_info": {"status": "rejected", "resetsAt": "WHEN"}}
    when = f"""sed "s/.WHEN./$(($(date +%s) + {seconds}))/" """
    return f"cat >/dev/null; echo '{json.dumps(said)}'; echo '{json.dumps(limit)}' | {when}; exit 1"


@pytest.mark.wide
async def test_what_a_hook_does_not_let_pass_goes_back_to_the_agent(station: OpenStation, tmp_path: Path) -> None:
    told = tmp_path / "told"
    mends = "git rm -q broken.txt && git commit -qm Mend"
    breaks = "echo > broken.txt; git add -A; git commit -qm Work"
    script = f'p=$(cat); echo "$p" >> "{told}"; case "$p" in *"git hook"*) {mends};; *) {breaks};; esac'
    async with station(profiles=only(script)) as here:
        hook = Path(here.opened.resolve(KEY).path, ".git", "hooks", "pre-push")
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\necho obey me; test ! -e broken.txt\n")
        hook.chmod(0o755)
        here.opened.engine.wish_for(KEY, on(most=1))
        await until(here, through)
        state = await state_of(here)
        assert state.handed_over[-1].issue is not None and set(state.attempts.values()) >= {2}
        assert "```text\nobey me\n```" in told.read_text()


@pytest.mark.wide
async def test_after_a_crash_and_a_long_limit_the_next_profile_takes_over(station: OpenStation) -> None:
    """The crash counts as an attempt, the limit does not; each profile has its turn once."""
    profiles = (shell("first", "exit 3"), shell("second", at_limit(FAR), format="claude"), shell("third", GOOD))
    async with station(profiles=profiles, auto=AutoSettings(profiles=("nobody", "third", "second"))) as here:
        configure(here, *profiles, Profile("nobody", command=("no-such-program",)))
        first = (await here.view()).queue[0].number
        here.opened.engine.wish_for(KEY, on(most=1))
        await until(here, through)
        state = await state_of(here)
        assert state.handed_over[-1].issue == first and state.attempts[first] == 2
        runs = await here.opened.world.runs.runs(KEY)
        assert [run.profile for run in reversed(runs)] == ["first", "third"]
        decisions = (await here.opened.engine.chronicle(KEY)).decisions
        assert (Trouble.CRASH, Answer.NEXT_PROFILE) in {(one.trouble, one.answer) for one in decisions}
    async with station("two", apart=True, profiles=profiles[1:]) as here:
        configure(here, *profiles)
        here.opened.engine.wish_for(KEY, on(most=1))
        await until(here, through)
        state = await state_of(here)
        assert state.attempts[state.handed_over[-1].issue] == 1
        told = Path((await here.opened.world.runs.runs(KEY))[0].log).parent / "prompt.md"
        assert "came to its usage limit" in told.read_text()


@pytest.mark.wide
async def test_after_its_limit_an_agent_goes_on_with_its_conversation(station: OpenStation) -> None:
    """What it waits for is shown, and known again by the next process."""
    resume = ("sh", "-c", f'cat >/dev/null; test "$0" = s-1 && {GOOD}', "{session}")
    agent = shell("first", at_limit(6), format="claude", resume=resume)
    async with station(profiles=(agent,)) as here:
        here.opened.engine.wish_for(KEY, on(most=1))
        view = await until(here, lambda view: view.loop is not None and view.loop.until is not None)
        assert view.loop is not None and view.loop.doing is Doing.WAITING
        assert view.agent.run is not None and view.loop.until == view.agent.run.resets_at
    async with station(profiles=(agent,)) as here:
        await until(here, through)
        state = await state_of(here)
        assert state.attempts[state.handed_over[-1].issue] == 1
        prompt = Path((await here.opened.world.runs.runs(KEY))[0].log).parent / "prompt.md"
        assert prompt.read_text().startswith("You were interrupted")


@pytest.mark.wide
async def test_a_run_that_took_too_long_is_told_so(station: OpenStation, tmp_path: Path) -> None:
    script = f'p=$(cat); case "$p" in *"took too long"*) {GOOD};; *) sleep 60;; esac'
    async with station(profiles=only(script), limits=LimitSettings(run_minutes=0.02)) as here:
        here.opened.engine.wish_for(KEY, on(most=1))
        view = await until(here, lambda view: view.agent.run is not None and view.agent.run.ending is not None)
        assert view.agent.run is not None and view.agent.run.ending is Ending.TIME_OUT
        await until(here, through)
        assert 2 in (await state_of(here)).attempts.values()


@pytest.mark.wide
async def test_at_a_checkpoint_it_waits_until_a_person_has_looked(station: OpenStation) -> None:
    async with station(profiles=only(GOOD), auto=AutoSettings(checkpoint_issues=1)) as here:
        engine = here.opened.engine
        engine.wish_for(KEY, on())
        view = await until(here, lambda view: view.loop is not None and view.loop.mode is Mode.PAUSED)
        assert view.agent.status is Status.IDLE and engine.awaits_a_look(KEY)
        assert "1 issue popped" in view.needs[0].message
        assert "soda-tui report acme/rocket --since 1h" in view.needs[0].message
    async with station(profiles=only(GOOD), auto=AutoSettings(checkpoint_issues=1)) as here:
        engine = here.opened.engine
        await until(here, lambda view: view.loop is not None and view.loop.person)
        await engine.auto(KEY)
        handed = len((await state_of(here)).handed_over)
        await until(here, lambda view: view.loop is not None and view.loop.mode is Mode.ON)
        await until(here, lambda view: view.loop is not None and view.loop.mode is Mode.PAUSED)
        assert len((await state_of(here)).handed_over) == handed + 1


@pytest.mark.wide
async def test_how_many_agents_may_run_can_be_changed_while_a_loop_waits(station: OpenStation) -> None:
    async with station(profiles=only(GOOD)) as here:
        runs, file = here.opened.world.runs, here.state.parent / "config" / "config.toml"
        file.parent.mkdir(exist_ok=True)
        assert (await runs.room()).limit == 4
        file.write_text("[cockpit]\nmax_agents = 1\n")
        assert (await runs.room()).limit == 1
        file.write_text("[cockpit\n")
        assert (await runs.room()).limit == 1
        folder = next((here.state / "locks").glob("slots-*"), here.state / "locks" / f"slots-{origin.here().host}")
        folder.mkdir(exist_ok=True)
        held = slots.take(Slots(str(folder), 1), "another")
        assert held is not None
        here.opened.engine.wish_for(KEY, on(most=1))
        await until(here, lambda view: view.loop is not None and "slot" in view.loop.why)
        file.write_text("[cockpit]\nmax_agents = 2\n")
        await until(here, through)
        os.close(held)
        assert (await state_of(here)).handed_over
