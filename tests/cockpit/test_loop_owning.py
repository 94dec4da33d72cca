"""Who owns a loop and what is noted of it: over its end, over faults, and over a person who works beside it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from cockpit.test_looping import GOOD, on, only, state_of, until
from machineworld import Machine
from stations import KEY, OpenStation

from soda_tui.cockpit import steps
from soda_tui.cockpit.execution import Execution
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode, Status
from soda_tui.domain.configuration.unattended import AutoSettings
from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.loop.machine import Doing
from soda_tui.domain.loop.record import Record
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.plan import PrepareWorktree

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("kind,other", [("loop", b'"v":2'), ("wish", b'"v":2'), ("loop", b"{")])
async def test_what_another_version_noted_is_neither_obeyed_nor_overwritten_and_a_person_is_told(
    station: OpenStation, kind: str, other: bytes
) -> None:
    async with station("one") as one, station("one") as two:
        loops = one.opened.world.loops
        one.opened.engine.wish_for(KEY, on())
        loops.keep(KEY, Record(why="noted"))
        (file,) = Path(one.state, "loops").glob(f"*.{kind}.json")
        before = file.read_bytes().replace(b'"v":1', other)
        file.write_bytes(before)
        view = await until(two, lambda view: view.loop is not None and view.loop.person)
        assert view.loop is not None and str(file) in view.loop.why
        assert NeedCode.LOOP in {need.code for need in view.needs}
        assert (await state_of(one)).holder is None
        assert file.read_bytes() == before
        if kind == "wish":
            with pytest.raises(Failure, match="left alone"):
                one.opened.engine.wish_for(KEY, on())
        assert file.read_bytes() == before


async def test_nobody_takes_a_loop_up_before_what_it_began_has_ended(
    station: OpenStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station("one", profiles=only("sleep 60")) as one, station("one") as two:
        engine, begun, goes_on = one.opened.engine, asyncio.Event(), asyncio.Event()
        acts = engine._looping._act

        async def slowly(key: str, verb: Verb, options: Options) -> Outcome:
            begun.set()
            await goes_on.wait()
            return await acts(key, verb, options)

        monkeypatch.setattr(engine._looping, "_act", slowly)
        await one.view()
        engine.wish_for(KEY, on())
        running = asyncio.create_task(engine.run(loops=True))
        await asyncio.wait_for(begun.wait(), 20)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert not two.opened.world.loops.own(KEY)
        goes_on.set()
        await engine.finish()
        assert two.opened.world.loops.own(KEY)
        assert two.opened.world.loops.record(KEY).issues == 1, "what it came to was noted before"
        two.opened.world.loops.disown(KEY)


@pytest.mark.wide
async def test_a_hiccup_after_the_claim_takes_no_issue_out_of_the_days_cap(
    station: OpenStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = steps.prepare  # type: ignore[attr-defined]  # the point of it
    failed: list[object] = []

    async def hiccups(step: PrepareWorktree, execution: Execution) -> None:
        if not failed:
            failed.append(step)
            raise Failure(Problem(ErrorCode.TAKEN, "A hiccup after the claim."))
        await prepare(step, execution)

    monkeypatch.setattr(steps, "prepare", hiccups)
    monkeypatch.setattr("soda_tui.domain.loop.advancing.wait", lambda *_: timedelta())
    async with station(profiles=only(GOOD), auto=AutoSettings(issues_per_day=1)) as here:
        before = len((await state_of(here)).handed_over)
        here.opened.engine.wish_for(KEY, on())
        await until(here, lambda view: view.loop is not None and "the cap" in view.loop.why)
        assert failed and here.opened.world.loops.record(KEY).issues == 1
        assert len((await state_of(here)).handed_over) == before + 1


async def test_what_a_person_pops_beside_a_loop_gets_no_agent_until_they_launch_one(station: OpenStation) -> None:
    async with station(profiles=only("sleep 60")) as here:
        await here.view()
        popped = await here.opened.engine.act(KEY, Verb.POP, Options(yes=True))
        assert popped.worktree is not None
        (Path(popped.worktree) / "mine.txt").write_text("a person is editing\n")
        here.opened.engine.wish_for(KEY, on())
        view = await until(here, lambda view: view.loop is not None and "A person holds" in view.loop.why)
        assert view.agent.status is Status.CLAIMED
        assert view.loop is not None and view.loop.person


async def test_what_nobody_foresaw_in_one_repository_is_said_there_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine = Machine(Random(0), ("a/a", "b/b"))
    process, looks = machine.processes[0], []

    def known(key: str) -> RepositoryFacts:
        if key == "a/a":
            looks.append(key)
            raise ValueError("nobody foresaw this")
        return RepositoryFacts()

    monkeypatch.setattr(process, "known", known)
    for _ in range(20):
        await process.looping.turn()
        await asyncio.sleep(0)
    shown = process.shown["a/a"]
    assert shown is not None and shown.person and shown.until is not None
    assert "nobody foresaw this" in shown.why
    assert len(looks) == 1, "it is not looked at again each second"
    assert machine.done["pop"] and machine.views["b/b"].agent.issue is not None


async def test_what_cannot_be_noted_is_not_begun_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(Random(0), ("a/a",))
    process = machine.processes[0]

    def full(key: str, record: Record) -> None:
        raise Failure(Problem(ErrorCode.DISK_FULL, "The disk is full."))

    monkeypatch.setattr(process, "keep", full)
    await process.looping.turn()
    shown = process.shown["a/a"]
    assert shown is not None and (shown.doing, shown.why) == (Doing.WAITING, "The disk is full.")
    assert not machine.done
