"""Going on and undoing: the journal tells what was meant, the facts what is left."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.cockpit.recording import last_acts
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode, Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.journal import JournalOutcome
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.faults import Fault

pytestmark = pytest.mark.anyio


async def act(station: Station, verb: Verb, options: Options = Options(yes=True)) -> Outcome:
    return await station.opened.engine.act(KEY, verb, options)


async def stopped_at(demo: Demo, station: Station, verb: Verb, mutation: str) -> Outcome:
    """The outcome of an act that GitHub refuses in the middle."""
    demo.world.faults.order(Fault.VALIDATION_TIMEOUT, matching=mutation)
    outcome = await act(station, verb)
    demo.world.faults.clear()
    return outcome


async def test_a_pop_that_stopped_is_shown_and_gone_on_with(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        stopped = await stopped_at(demo, here, Verb.POP, "addLabelsToLabelable")
        assert stopped.goes_on == "soda-tui continue acme/rocket" and stopped.goes_on in stopped.message
        assert [step.done for step in stopped.steps] == [True, False, False]
    async with station() as again:
        view = await again.view()
        assert view.unfinished is not None
        assert (view.unfinished.verb, view.unfinished.done, view.unfinished.steps) == ("pop", 1, 3)
        assert {NeedCode.ACT_UNFINISHED, NeedCode.CLAIM_UNFINISHED} & {need.code for need in view.needs}
        gone_on = await act(again, Verb.CONTINUE, Options())
        assert gone_on.ok and [step.name for step in gone_on.steps] == ["MarkIssue", "PrepareWorktree"], gone_on
        view = await again.view()
        assert view.unfinished is None and view.agent.status is Status.CLAIMED
        nothing = await act(again, Verb.CONTINUE)
        assert nothing.problem is not None and nothing.problem.code is ErrorCode.NOTHING_TO_DO


async def test_a_reset_that_stopped_goes_on_as_a_reset(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        assert (await act(here, Verb.POP)).ok
        (entry,) = await here.opened.world.journal.entries(KEY)
        assert entry.outcome is JournalOutcome.DONE and all(step.done for step in entry.steps)
        remote = demo.world.repository("acme/rocket").remote.path
        hook = remote / "hooks" / "pre-receive"
        hook.write_text("#!/bin/sh\necho no; exit 1\n")
        hook.chmod(0o755)
        stopped = await act(here, Verb.RESET)
        assert not stopped.ok and [step.done for step in stopped.steps] == [True, False], stopped
        hook.unlink()
    async with station() as again:
        view = await again.view()
        assert view.unfinished is not None and view.unfinished.verb == "reset"
        gone_on = await act(again, Verb.CONTINUE, Options())
        assert gone_on.ok and gone_on.verb is Verb.RESET, gone_on
        assert (await again.view()).agent.status is Status.IDLE


async def test_a_hand_over_that_stopped_goes_on_without_any_journal(
    station: OpenStation, demo: Demo, tmp_path: Path
) -> None:
    async with station() as here:
        popped = await act(here, Verb.POP)
        git(worktree_of(popped), "commit", "--quiet", "--allow-empty", "--message", "Work")
        assert not (await stopped_at(demo, here, Verb.BOTTLE, "createPullRequest")).ok
    (tmp_path / "one" / "state" / "journal.db").unlink()
    async with station() as again:
        gone_on = await act(again, Verb.CONTINUE, Options())
        assert gone_on.ok and gone_on.verb is Verb.BOTTLE and gone_on.pull_request, gone_on


async def test_a_pop_is_undone_by_a_reset_and_that_by_a_pop(station: OpenStation) -> None:
    async with station() as here:
        nothing = await act(here, Verb.UNDO)
        assert nothing.problem is not None and nothing.problem.code is ErrorCode.NOTHING_TO_DO
        popped = await act(here, Verb.POP)
        assert (await here.view()).undo == "reset"
        asked = await act(here, Verb.UNDO, Options())
        assert asked.asks is not None and asked.asks.startswith("Undo the pop of")
        undone = await act(here, Verb.UNDO)
        assert undone.ok and undone.verb is Verb.RESET
        assert (await here.view()).agent.status is Status.IDLE
        redone = await act(here, Verb.UNDO)
        assert redone.ok and (redone.verb, redone.issue, redone.branch) == (Verb.POP, popped.issue, popped.branch)


async def test_what_others_have_seen_is_not_undone(station: OpenStation) -> None:
    async with station() as here:
        popped = await act(here, Verb.POP)
        git(worktree_of(popped), "commit", "--quiet", "--allow-empty", "--message", "Work")
        assert (await act(here, Verb.BOTTLE)).ok
        refused = await act(here, Verb.UNDO)
        assert refused.problem is not None and refused.problem.code is ErrorCode.NOTHING_TO_DO


async def test_a_damaged_journal_is_read_back_from_the_ledger(station: OpenStation, tmp_path: Path) -> None:
    async with station() as here:
        assert (await act(here, Verb.POP)).ok
        assert (await act(here, Verb.RESET)).ok
    for path in (tmp_path / "one" / "state").glob("journal.db*"):
        path.write_bytes(b"damaged " * 4096)
    async with station() as again:
        await again.view()
        entries = await again.opened.world.journal.entries(KEY)
        assert [(entry.verb, entry.rebuilt) for entry in entries] == [("reset", True), ("pop", True)]
        told = await asyncio.wait_for(again.opened.engine.done_by_itself(), 5)
        assert "put aside" in told.message
        assert (await act(again, Verb.POP)).ok


async def test_a_clone_that_is_gone_keeps_no_other_repository_from_its_acts(
    station: OpenStation, demo: Demo, tmp_path: Path
) -> None:
    async with station() as here:
        assert (await act(here, Verb.POP)).ok
    for path in (tmp_path / "one" / "state").glob("journal.db*"):
        path.write_bytes(b"damaged " * 4096)
    for name, path in demo.places:
        if name.key != KEY:
            path.rename(path.with_name(f"{path.name}-elsewhere"))
    async with station() as again:
        gone_first = sorted(again.opened.settings.repositories, key=lambda one: one.key == KEY)
        acts = await last_acts(again.opened.world, gone_first)
        assert set(acts) == {KEY} and acts[KEY].rebuilt
