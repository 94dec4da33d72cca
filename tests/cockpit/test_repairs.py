"""Repairs: each drift that has one is planted in git and on GitHub, seen, repaired after its question, and gone."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable

import pytest
from planting import (
    ROCKET,
    Scene,
    close,
    close_under_work,
    delete,
    delete_branch,
    forget_branch,
    label_another,
    later,
    lose_ledger,
    merge_under_work,
    push_from_elsewhere,
    remove_worktree,
    spoil_ledger,
    switch,
    unlabel,
)
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.cockpit.engine import Engine
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.ledger import LedgerCondition, LedgerState, decode
from soda_tui.domain.model import Repository
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.rules import Rule

pytestmark = pytest.mark.anyio
KEPT = "Taken as true: the last entry that this clone has, made 10m ago; this cockpit holds"


async def view(engine: Engine) -> Repository:
    found = next(part for part in (await engine.refresh([KEY])).repositories if part.key == KEY)
    assert found.error is None, found.error
    return found


async def act(station: Station, verb: Verb) -> Outcome:
    done = await station.opened.engine.act(KEY, verb, Options(yes=True))
    assert done.ok, done
    return done


async def working(station: Station) -> Scene:
    """A claim with one commit that is only here."""
    popped = await act(station, Verb.POP)
    scene = Scene(station.demo, popped.issue or 0, popped.branch or "", worktree_of(popped))
    scene.commit("Begin")
    return scene


PLANTS: list[tuple[DriftKind, Callable[[Scene], None], str]] = [
    (DriftKind.ISSUE_CLOSED, close, "let go of"),
    (DriftKind.ISSUE_GONE, delete, "let go of"),
    (DriftKind.LABEL_WITHOUT_CLAIM, label_another, "take agent001 off"),
    (DriftKind.CLAIM_WITHOUT_LABEL, unlabel, "agent001"),
    (DriftKind.BRANCH_GONE, delete_branch, "again from here"),
    (DriftKind.BRANCH_NOT_HERE, forget_branch, "put the worktree on"),
    (DriftKind.FOREIGN_COMMITS, push_from_elsewhere, "fetch"),
    (DriftKind.UNEXPECTED_BRANCH, switch, "put the worktree on"),
    (DriftKind.WORKTREE_GONE, remove_worktree, "put the worktree on"),
    (DriftKind.PULL_REQUEST_MERGED, merge_under_work, "is finished"),
    (DriftKind.PULL_REQUEST_CLOSED, close_under_work, "let go of"),
    (DriftKind.LEDGER_GONE, lose_ledger, KEPT),
    (DriftKind.LEDGER_UNREADABLE, spoil_ledger, KEPT),
]


@pytest.mark.parametrize(
    "kind,plant,words",
    [pytest.param(*each, id=each[0].value, marks=pytest.mark.wide if at % 2 else ()) for at, each in enumerate(PLANTS)],
)
async def test_a_drift_is_seen_repaired_after_its_question_and_gone(
    station: OpenStation, demo: Demo, kind: DriftKind, plant: Callable[[Scene], None], words: str
) -> None:
    async with station() as here:
        scene = await working(here)
        assert not (await view(later(here))).drift
        plant(scene)
        before = commits(scene)
        engine = later(here)
        [drift] = [drift for drift in (await view(engine)).drift if drift.kind is kind]
        assert drift.repair is not None
        dry = await engine.act(KEY, Verb.REPAIR, Options(repair=kind, dry_run=True))
        assert dry.ok and dry.steps and not any(step.done for step in dry.steps), dry
        asked = await engine.act(KEY, Verb.REPAIR, Options(repair=kind))
        assert asked.asks is not None and words in asked.asks, asked.asks
        assert drift.message in asked.asks
        assert kind in {drift.kind for drift in (await view(engine)).drift}
        done = await engine.act(KEY, Verb.REPAIR, Options(repair=kind, yes=True, seen=asked.seen))
        assert done.ok and all(step.done for step in done.steps), done
        for again in (engine, later(here)):
            assert not [drift for drift in (await view(again)).drift if drift.repair], kind
        # What a lost ledger said is in the new one; its own commits hold nothing else.
        assert kind is DriftKind.LEDGER_GONE or before <= commits(scene)
        once_more = await engine.act(KEY, Verb.REPAIR, Options(repair=kind, yes=True))
        assert once_more.problem is not None and once_more.problem.code is ErrorCode.NOTHING_TO_DO


def commits(scene: Scene) -> set[str]:
    """All commits that the clone and the remote know by any ref, or knew lately."""
    places = (scene.clone, scene.demo.world.repository(ROCKET).remote.path)
    return {line for place in places for line in git(place, "rev-list", "--all", "--reflog").splitlines()}


async def test_where_the_worktree_is_gone_and_its_branch_went_apart_pop_makes_it_as_it_was(
    station: OpenStation,
) -> None:
    async with station() as here:
        scene = await working(here)
        push_from_elsewhere(scene)
        scene.commit("Apart")
        head = git(scene.worktree, "rev-parse", "HEAD")
        remove_worktree(scene)
        [gone] = (await view(later(here))).drift
        assert gone.kind is DriftKind.WORKTREE_GONE and "pop makes the worktree again" in gone.message
        assert worktree_of(await act(here, Verb.POP)) == scene.worktree
        assert git(scene.worktree, "rev-parse", "HEAD") == head
        assert [one.kind for one in (await view(later(here))).drift] == [DriftKind.BRANCH_DIVERGED]


@pytest.mark.parametrize("verb", [Verb.REPAIR, pytest.param(Verb.POP, marks=pytest.mark.wide)])
@pytest.mark.parametrize("elsewhere", [("--create", "other"), ("--detach",)])
async def test_what_an_agent_committed_elsewhere_is_taken_along_and_handed_over(
    station: OpenStation, verb: Verb, elsewhere: tuple[str, ...]
) -> None:
    async with station() as here:
        scene = await working(here)
        git(scene.worktree, "switch", "--quiet", *elsewhere)
        scene.commit("Elsewhere")
        head, engine = git(scene.worktree, "rev-parse", "HEAD"), later(here)
        [drift] = (await view(engine)).drift
        assert f"not on {scene.branch}, which lacks 1 commit of it" in drift.message
        refused = await engine.act(KEY, Verb.BOTTLE)
        assert refused.problem is not None and drift.message == refused.message
        back = await engine.act(KEY, verb, Options(yes=True, repair=drift.kind if verb is Verb.REPAIR else None))
        assert back.ok and f"{scene.branch} has what was on " in back.message and "1 commit" in back.message, back
        assert git(scene.worktree, "symbolic-ref", "--short", "HEAD") == scene.branch
        assert git(scene.worktree, "rev-parse", "HEAD") == head and not (await view(engine)).drift
        assert (await act(here, Verb.BOTTLE)).pull_request
        assert git(scene.clone, "ls-remote", "origin", scene.branch).split()[0] == head


async def test_what_went_apart_elsewhere_stays_there_and_is_listed(station: OpenStation) -> None:
    async with station() as here:
        scene = await working(here)
        git(scene.worktree, "switch", "--quiet", "--create", "other", "HEAD^")
        scene.commit("Apart")
        engine = later(here)
        [drift] = (await view(engine)).drift
        assert "1 commit there would not be handed over" in drift.message
        listed = {one.name: one for one in (await engine.leftovers(KEY)).leftovers}
        assert listed["other"].commits == 1 and "stands on it" in listed["other"].what
        back = await engine.act(KEY, Verb.REPAIR, Options(repair=drift.kind, yes=True))
        assert back.ok and f"1 commit that {scene.branch} lacks stayed on other" in back.message, back
        assert (await act(here, Verb.BOTTLE)).ok
        listed = {one.name: one for one in (await engine.leftovers(KEY)).leftovers}
        assert listed["other"].oid == git(scene.clone, "rev-parse", "other") and "main" not in listed


async def test_what_was_taken_in_and_pushed_again_can_be_handed_over(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        scene = await working(here)
        push_from_elsewhere(scene)
        repaired = await here.opened.engine.act(KEY, Verb.REPAIR, Options(repair=DriftKind.FOREIGN_COMMITS, yes=True))
        assert repaired.ok, repaired
        assert (scene.worktree / "theirs.txt").read_text() == "theirs"
        delete_branch(scene)
        again = await here.opened.engine.act(KEY, Verb.REPAIR, Options(repair=DriftKind.BRANCH_GONE, yes=True))
        assert again.ok, again
        assert (await act(here, Verb.BOTTLE)).pull_request


async def test_new_commits_of_a_pull_request_are_taken_note_of(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        scene = await working(here)
        await act(here, Verb.BOTTLE)
        assert not (await view(later(here))).drift
        demo.people.push(ROCKET, scene.branch, {"review.txt": "better"}, by="grace")
        kind = DriftKind.PULL_REQUEST_CHANGED
        assert [drift.kind for drift in (await view(later(here))).drift] == [kind]
        assert (await later(here).act(KEY, Verb.REPAIR, Options(repair=kind, yes=True))).ok
        assert not (await view(later(here))).drift


async def test_a_conflict_and_failing_checks_are_for_a_person(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        scene = await working(here)
        done = await act(here, Verb.BOTTLE)
        number = int((done.pull_request or "").rpartition("/")[2])
        demo.people.set_checks(ROCKET, number, ci="FAILURE")
        demo.people.push(ROCKET, "main", {"note.txt": "something else"}, by="grace")
        kinds = {drift.kind: drift.repair for drift in (await view(later(here))).drift}
        assert kinds == {DriftKind.PULL_REQUEST_CONFLICTING: None, DriftKind.CHECKS_FAILING: None}
        refused = await here.opened.engine.act(KEY, Verb.REPAIR, Options(repair=DriftKind.CHECKS_FAILING, yes=True))
        assert refused.problem is not None and refused.problem.code is ErrorCode.REFUSED
        assert scene.branch == done.branch


async def test_an_agent_that_went_away_is_launched_again(station: OpenStation, demo: Demo) -> None:
    async with station(agent=("--hang",)) as here:
        await working(here)
        await act(here, Verb.LAUNCH)
        run = (await view(later(here))).agent.run
        assert run is not None and run.pid is not None
        parent = subprocess.run(["ps", "-o", "ppid=", "-p", str(run.pid)], capture_output=True, text=True, check=True)
        os.kill(int(parent.stdout), signal.SIGKILL)
        kind = DriftKind.RUN_GONE
        engine = later(here)
        while kind not in {drift.kind for drift in (await view(engine)).drift}:
            assert (await view(engine)).agent.status in {Status.WORKING, Status.STALLED, Status.FAILED}
        done = await engine.act(KEY, Verb.REPAIR, Options(repair=kind, yes=True))
        assert done.ok, done
        assert kind not in {drift.kind for drift in (await view(engine)).drift}
        assert (await act(here, Verb.STOP)).ok


async def test_an_agent_without_a_claim_is_stopped_and_a_closed_issue_stops_its_agent(
    station: OpenStation, demo: Demo
) -> None:
    async with station(agent=("--hang",)) as here:
        scene = await working(here)
        await act(here, Verb.LAUNCH)
        close(scene)
        engine = later(here)
        done = await engine.act(KEY, Verb.REPAIR, Options(repair=DriftKind.ISSUE_CLOSED, yes=True))
        assert done.ok and next(step.name for step in done.steps) == "StopAgent", done
        assert (await view(engine)).agent.status is Status.IDLE
        again = await working(here)
        await act(here, Verb.LAUNCH)
        lose_ledger(again)
        kinds = {drift.kind for drift in (await view(engine)).drift}
        assert kinds == {DriftKind.LEDGER_GONE, DriftKind.RUN_WITHOUT_CLAIM}
        stopped = await engine.act(KEY, Verb.REPAIR, Options(repair=DriftKind.RUN_WITHOUT_CLAIM, yes=True))
        assert stopped.ok, stopped
        assert DriftKind.RUN_WITHOUT_CLAIM not in {drift.kind for drift in (await view(engine)).drift}


async def test_a_ledger_that_no_clone_remembers_is_written_from_what_is_seen(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        first = await working(here)
        await act(here, Verb.BOTTLE)
        scene = await working(here)
        lose_ledger(scene)
        for ref in git(scene.clone, "for-each-ref", "--format=%(refname)").splitlines():
            if ref.endswith(LEDGER_BRANCH):
                git(scene.clone, "update-ref", "-d", ref)
        engine = later(here)
        asked = await engine.act(KEY, Verb.REPAIR, Options(repair=DriftKind.LEDGER_GONE))
        assert asked.asks is not None
        assert f"this cockpit holds {scene.issue} on {scene.branch}" in asked.asks
        assert f"{first.issue} waits for review" in asked.asks
        done = await engine.act(KEY, Verb.REPAIR, Options(repair=DriftKind.LEDGER_GONE, yes=True, seen=asked.seen))
        assert done.ok, done
        shown = await view(engine)
        assert shown.agent.status is Status.CLAIMED and not [drift for drift in shown.drift if drift.repair]
        assert (await act(here, Verb.BOTTLE)).ok


async def test_a_ledger_is_not_written_past_an_agent_that_works_elsewhere(station: OpenStation) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        scene = await working(one)
        await view(later(two))
        lose_ledger(scene)
        refused = await later(two).act(KEY, Verb.REPAIR, Options(repair=DriftKind.LEDGER_GONE, yes=True))
        assert refused.problem is not None and f"stands on {scene.issue} " in refused.message, refused
        done = await later(one).act(KEY, Verb.REPAIR, Options(repair=DriftKind.LEDGER_GONE, yes=True))
        assert done.ok, done
        assert (await two.view()).agent.status is Status.ELSEWHERE


async def test_an_unreadable_entry_stays_in_the_history(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        scene = await working(here)
        spoil_ledger(scene)
        remote = demo.world.repository(ROCKET).remote
        spoilt = git(remote.path, "rev-list", LEDGER_BRANCH).splitlines()
        done = await here.opened.engine.act(KEY, Verb.REPAIR, Options(repair=DriftKind.LEDGER_UNREADABLE, yes=True))
        assert done.ok, done
        assert git(remote.path, "rev-list", LEDGER_BRANCH).splitlines()[1:] == spoilt
        assert state(demo).holder is not None


def state(demo: Demo) -> LedgerState:
    from soda_tui.domain.facts import LedgerHead

    remote = demo.world.repository(ROCKET).remote
    head = LedgerHead("x", git(remote.path, "log", "-1", "--format=%B", LEDGER_BRANCH), None)
    ledger = decode(head)
    assert ledger.condition is LedgerCondition.READABLE
    return ledger.state


async def test_during_each_step_no_drift_is_shown_to_anybody(station: OpenStation, demo: Demo) -> None:
    """Another cockpit looks before and after every request of the one that acts."""
    async with station("one") as one, station("two", apart=True) as two:
        seen: list[object] = []
        engine = two.opened.engine
        change, append = one.opened.world.github.change, one.opened.world.git.append

        async def watched(call: Callable[..., object], *arguments: object, **named: object) -> object:
            for moment in range(2):
                for eyes in (engine, one.opened.engine):
                    seen.extend((moment, drift) for drift in (await view(eyes)).drift)
                if not moment:
                    result = await call(*arguments, **named)  # type: ignore[misc]  # the port's own method
            return result

        one.opened.world.github.change = lambda *a, **k: watched(change, *a, **k)  # type: ignore[method-assign, assignment]
        one.opened.world.git.append = lambda *a, **k: watched(append, *a, **k)  # type: ignore[method-assign, assignment]
        await working(one)
        await act(one, Verb.RESET)
        await working(one)
        await act(one, Verb.BOTTLE)
        await act(two, Verb.POP)
        await act(one, Verb.TAKEOVER)
        assert not seen


async def test_a_repair_that_stopped_half_way_is_finished_by_itself(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        scene = await working(here)
        close(scene)
        demo.people.set_rules(ROCKET, Rule(f"refs/heads/{LEDGER_BRANCH}", update=True))
        options = Options(repair=DriftKind.ISSUE_CLOSED, yes=True)
        stopped = await here.opened.engine.act(KEY, Verb.REPAIR, options)
        assert stopped.goes_on == "soda-tui drift acme/rocket --repair issue_closed", stopped
        demo.people.set_rules(ROCKET)
        again = await here.opened.engine.act(KEY, Verb.REPAIR, options)
        assert again.ok and [step.name for step in again.steps] == ["ReleaseClaim"], again
        assert (await view(later(here))).drift == ()
