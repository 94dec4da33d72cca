"""A stop on the embedded GitHub: real agents end, nothing is launched, and loops go on once it is lifted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cockpit.test_looping import GOOD, on, only, state_of, through, until
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options
from soda_tui.domain.runs.endings import Ending

pytestmark = pytest.mark.anyio


def halted(view: Repository) -> bool:
    """Whether the loop waits for a stop to be lifted, and no agent runs."""
    run = view.agent.run
    return run is not None and run.ending is Ending.HALTED and "STOP" in (view.loop.why if view.loop else "")


def working(view: Repository) -> bool:
    return view.agent.status is Status.WORKING


async def refused(here: Station, *verbs: Verb, options: Options = Options(yes=True)) -> str:
    """The one sentence in which all of these are refused."""
    outcomes = [await here.opened.engine.act(KEY, verb, options) for verb in verbs]
    assert {outcome.problem.code for outcome in outcomes if outcome.problem} == {ErrorCode.REFUSED}
    return outcomes[0].message


@pytest.mark.parametrize("own", [pytest.param(False, marks=pytest.mark.wide), True])
async def test_a_stop_ends_the_run_and_its_lift_lets_the_loop_go_on(
    station: OpenStation, tmp_path: Path, own: bool
) -> None:
    go = tmp_path / "go"
    async with station(profiles=only(f'test -e "{go}" || exec sleep 60; {GOOD}')) as here:
        engine = here.opened.engine
        first = (await here.view()).queue[0].number
        engine.wish_for(KEY, on(most=1))
        seen = await until(here, working)
        if own:
            assert seen.agent.worktree is not None
            stop = Path(seen.agent.worktree.path, ".agent-workspace", "STOP")
            stop.parent.mkdir()
            stop.touch()
        else:
            halt = await engine.stop_all("with the key !")
            stop = Path(halt.stop.path)
            assert [(one.repository, one.issue) for one in halt.agents] == [(KEY, first)] and halt.left == ()
        seen = await until(here, halted)
        assert seen.forbidden == str(stop) and (engine.snapshot.forbidden is None) == own
        assert str(stop) in await refused(here, Verb.LAUNCH)
        assert str(stop) in await engine.auto(KEY), "drained meanwhile, and told why nothing happens"
        go.touch()
        if own:
            assert await engine.resume() is None and stop.exists()
            stop.unlink()
        else:
            assert (await engine.resume()) is not None and not stop.exists()
        await until(here, through)
        state = await state_of(here)
        assert state.handed_over[-1].issue == first and state.attempts[first] == 1, "what was halted was no attempt"
        decisions = (await engine.chronicle(KEY)).decisions
        said = [(one.event, str(stop) in one.why) for one in reversed(decisions) if one.touch]
        acts = [("turned_on", False), ("wait", True), ("changed", False), ("changed", False)]
        assert said == acts, "turned on, stopped, drained, lifted"


async def test_while_stopped_nothing_is_claimed_for_a_launch_and_the_folder_is_no_dirt(station: OpenStation) -> None:
    async with station(profiles=only(GOOD)) as here:
        popped = await here.opened.engine.act(KEY, Verb.POP)
        worktree = worktree_of(popped)
        stop = Path(worktree, ".agent-workspace", "STOP")
        stop.parent.mkdir()
        stop.touch()
        assert str(stop) in await refused(here, Verb.LAUNCH)
        view = await here.view()
        assert view.agent.worktree is not None and view.agent.worktree.dirty is False
        assert not any(one.kind == "dirty_worktree" for one in view.drift)
        Path(worktree, "work").write_text("done\n")
        git(worktree, "add", "work")
        git(worktree, "commit", "-qm", "Work")
        assert (await here.opened.engine.act(KEY, Verb.BOTTLE, Options(yes=True, commit_all=True))).ok, (
            "handing over starts no agent"
        )
        assert stop.exists() and ".agent-workspace" not in git(worktree, "ls-tree", "-r", "--name-only", "HEAD")
        # The next claim has the same worktree, where the stop still stands.
        assert str(stop) in await refused(here, Verb.POP, options=Options(yes=True, launching=True))
        assert (await here.view()).agent.status is Status.IDLE and stop.exists()


async def test_a_stop_is_shown_before_github_has_answered(station: OpenStation) -> None:
    async with station() as here:
        stop = (await here.opened.engine.stop_all("with the key !")).stop
        assert here.opened.engine.snapshot.forbidden == stop.path
        assert stop.since is not None and (datetime.now(UTC) - stop.since).total_seconds() < 60
