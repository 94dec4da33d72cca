"""Acting on the embedded GitHub: whatever fails on the way, the same action again ends as an undisturbed one does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from stations import Calm, OpenStation, Station, git, worktree_of

from soda_tui.cockpit import watching as module
from soda_tui.domain.actions import Verb
from soda_tui.domain.chronicle.past import Standing
from soda_tui.domain.codes import DriftKind, Status
from soda_tui.domain.configuration.settings import PullRequestSettings, Workspace
from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.ledger import decode
from soda_tui.domain.model import Repository
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.rules import Rule

pytestmark = pytest.mark.anyio
KEY = "github.com/acme/rocket"
YES = Options(yes=True)


async def act(station: Station, verb: Verb, options: Options = YES) -> Outcome:
    return await station.opened.engine.act(KEY, verb, options)


async def done(station: Station, verb: Verb, options: Options = YES) -> Outcome:
    outcome = await act(station, verb, options)
    assert outcome.ok, outcome
    return outcome


async def work(station: Station) -> Path:
    """Pop, and do some work by hand."""
    popped = await done(station, Verb.POP)
    worktree = worktree_of(popped)
    commit(worktree, "work.txt")
    return worktree


def commit(worktree: Path, name: str) -> None:
    (worktree / name).write_text(f"{name}\n")
    git(worktree, "add", name)
    git(worktree, "commit", "--quiet", "--message", f"Add {name}")


def essence(view: Repository) -> Mapping[str, Any]:
    """What must be the same after an action however often it was disturbed."""
    return {
        "status": view.agent.status,
        "issue": view.agent.issue,
        "branch": view.agent.branch,
        "attempt": view.agent.attempt,
        "queue": view.queue,
        "excluded": view.excluded,
        "pull_requests": tuple(structs.replace(one, updated_at=None) for one in view.pull_requests),
        "drift": view.drift,
        "worktree": view.agent.worktree and (view.agent.worktree.branch, view.agent.worktree.commits),
    }


def ledger_length(demo: Demo) -> int:
    return int(git(demo.world.repository("acme/rocket").remote.path, "rev-list", "--count", LEDGER_BRANCH))


FAULTS = [Fault.BAD_GATEWAY, Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.TRUNCATED, Fault.NOT_JSON]


async def prepared(station: Station, verb: Verb) -> None:
    """Everything up to the action."""
    if verb is not Verb.POP:
        await work(station)


@pytest.mark.parametrize("skip", [0, pytest.param(1, marks=pytest.mark.wide)])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "verb", [Verb.POP, *(pytest.param(verb, marks=pytest.mark.wide) for verb in (Verb.BOTTLE, Verb.RESET))]
)
async def test_a_disturbed_action_ends_as_an_undisturbed_one(
    station: OpenStation, demo: Demo, calm: Calm, verb: Verb, fault: Fault, skip: int
) -> None:
    async with calm() as (undisturbed, calm_demo):
        await prepared(undisturbed, verb)
        await done(undisturbed, verb)
        wanted, length = essence(await undisturbed.view()), ledger_length(calm_demo)
    async with station() as here:
        await prepared(here, verb)
        demo.world.faults.order(fault, matching="mutation", skip=skip)
        first = await act(here, verb)
        demo.world.faults.clear()
        if not first.ok:
            assert first.message.endswith(".") and first.problem is not None
            again = await act(here, verb)
            assert again.ok or "already holding" in again.message, again
        assert essence(await here.view()) == wanted
        assert ledger_length(demo) == length


@pytest.mark.parametrize("lacks", [frozenset[str](), frozenset({"requestReviewsByLogin"})])
async def test_a_server_that_asks_nobody_for_reviews_by_login_takes_all_else(
    station: OpenStation, demo: Demo, lacks: frozenset[str]
) -> None:
    demo.world.lacks = lacks
    async with station(pull_request=PullRequestSettings(labels=("route:priority-low",), reviewers=("grace",))) as here:
        await work(here)
        bottled = await done(here, Verb.BOTTLE)
    opened = max(demo.world.repository("acme/rocket").pull_requests.values(), key=lambda one: one.number)
    assert "route:priority-low" in {label.name for label in opened.labels}
    assert bool(opened.requested) is not bool(lacks)
    assert ("refused an extra" in bottled.message) is bool(lacks)


async def test_a_pull_request_opened_by_a_lost_answer_is_found(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        await work(here)
        demo.world.faults.order(Fault.DROP_AFTER, matching="createPullRequest")
        bottled = await done(here, Verb.BOTTLE)
        view = await here.view()
    assert bottled.pull_request in [one.url for one in view.pull_requests]
    assert len([one for one in view.pull_requests if one.issue == 4]) == 1


async def test_pop_again_after_a_reset_goes_on_with_the_work(station: OpenStation) -> None:
    async with station() as here:
        worktree = await work(here)
        await done(here, Verb.RESET)
        popped = await done(here, Verb.POP)
        view = await here.view()
        assert (worktree / "work.txt").exists()
        assert view.agent.attempt == 2
        assert view.agent.worktree is not None and view.agent.worktree.commits == 1
        await done(here, Verb.RESET)
        fresh = await done(here, Verb.POP, Options(fresh=True, issue=popped.issue))
    assert fresh.branch == f"{popped.branch}-2"
    assert not (worktree / "work.txt").exists()
    assert git(worktree, "show", f"{popped.branch}:work.txt") == "work.txt"


async def test_a_merged_branch_is_not_gone_on_with(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        await work(here)
        await done(here, Verb.BOTTLE)
        number = next(one.number for one in (await here.view()).pull_requests if one.issue == 4)
        demo.people.merge("acme/rocket", number, "SQUASH")
        assert (await here.view()).drift == ()
        demo.people.reopen("acme/rocket", 4)
        demo.people.unlabel("acme/rocket", 4, "route:review")
        popped = await done(here, Verb.POP, Options(issue=4))
        assert popped.branch is not None and popped.branch.endswith("-2")
        assert (await here.view()).drift == ()


async def test_the_name_of_a_branch_that_is_gone_with_its_pull_request_is_not_used_again(
    station: OpenStation, demo: Demo
) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        await work(one)
        bottled = await done(one, Verb.BOTTLE)
        demo.people.close_pull_request("acme/rocket", int((bottled.pull_request or "").rpartition("/")[2]))
        demo.people.delete_branch("acme/rocket", bottled.branch or "")
        await done(one, Verb.TIDY)
        demo.people.label("acme/rocket", bottled.issue or 0, "route:ready")
        popped = await done(two, Verb.POP, Options(issue=bottled.issue))
        assert popped.branch == f"{bottled.branch}-2"
        assert (await two.view()).drift == ()


async def test_attempts_at_what_was_closed_count_no_more_and_that_is_heard_of(station: OpenStation, demo: Demo) -> None:
    remote = demo.world.repository("acme/rocket").remote.path
    async with station() as here:
        popped = await done(here, Verb.POP)
        await done(here, Verb.RESET)
        demo.people.close_issue("acme/rocket", popped.issue or 0)
        following = await done(here, Verb.POP)
        head = LedgerHead("x", git(remote, "log", "-1", "--format=%B", LEDGER_BRANCH), None)
        assert decode(head).state.attempts == {following.issue: 1}
        entries = await here.opened.world.journal.entries(KEY)
        assert [one.issue for entry in entries for one in entry.finished] == [popped.issue]


async def test_another_cockpit_is_told_who_was_faster(station: OpenStation) -> None:
    async with station("one") as here, station("two") as there:
        await there.view()
        popped = await done(here, Verb.POP)
        taken = await act(there, Verb.POP)
        assert taken.problem is not None and taken.problem.code is ErrorCode.TAKEN
        assert str(popped.issue) in taken.message
        bottle = await act(there, Verb.BOTTLE)
        assert bottle.problem is not None and bottle.problem.code is ErrorCode.TAKEN


async def test_dirty_files_are_named_and_nothing_is_pushed(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        worktree = await work(here)
        (worktree / "left.txt").write_text("left\n")
        before = ledger_length(demo)
        refused = await act(here, Verb.BOTTLE)
        assert "left.txt" in refused.message and ledger_length(demo) == before
        (worktree / "left.txt").unlink()
        assert (await act(here, Verb.BOTTLE)).ok


async def test_a_rule_that_forbids_the_ledger_refuses_in_its_own_words(station: OpenStation, demo: Demo) -> None:
    demo.people.set_rules("acme/rocket", Rule("refs/heads/soda/*", creation=True, update=True))
    async with station() as here:
        refused = await act(here, Verb.POP)
        assert refused.problem is not None and refused.problem.code is ErrorCode.PUSH_REJECTED
        assert "creations being restricted" in refused.message
        view = await here.view()
        assert view.agent.status is Status.IDLE and view.drift == ()


async def test_work_that_was_closed_under_us_is_drift_and_reset_lets_go(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        await work(here)
        demo.people.close_issue("acme/rocket", 4)
        assert [one.kind for one in (await here.view()).drift] == [DriftKind.ISSUE_CLOSED]
        await done(here, Verb.RESET)
        assert (await here.view()).agent.status is Status.IDLE
        (course,) = (await here.opened.engine.chronicle(KEY)).issues
        assert (course.issue, course.standing) == (4, Standing.DROPPED)


async def test_a_deleted_branch_is_drift_and_bottle_pushes_it_again(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        await work(here)
        branch = (await here.view()).agent.branch or ""
        demo.people.delete_branch("acme/rocket", branch)
        assert [one.kind for one in (await here.view()).drift] == [DriftKind.BRANCH_GONE]
        assert (await act(here, Verb.BOTTLE)).ok


async def test_a_ledger_that_vanishes_is_critical_and_never_idle(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        await work(here)
        demo.people.delete_branch("acme/rocket", LEDGER_BRANCH)
        view = await here.view()
        assert view.agent.status is Status.UNKNOWN
        assert [one.kind for one in view.drift] == [DriftKind.LEDGER_GONE]
        assert not (await act(here, Verb.POP)).ok
    async with station() as again:
        assert (await again.view()).agent.status is Status.UNKNOWN


@pytest.mark.parametrize("remembered", ["by the snapshot", "by the clone"])
async def test_a_ledger_without_a_claim_that_vanished_while_no_cockpit_ran_is_missed(
    station: OpenStation, demo: Demo, remembered: str
) -> None:
    clone = next(path for name, path in demo.places if name.key == KEY)
    async with station() as here:
        await work(here)
        await done(here, Verb.RESET)
    demo.people.delete_branch("acme/rocket", LEDGER_BRANCH)
    if remembered == "by the snapshot":
        git(clone, "update-ref", "-d", f"refs/soda/remote/{LEDGER_BRANCH}")
    async with station("one" if remembered == "by the snapshot" else "anew") as again:
        assert [one.kind for one in (await again.view()).drift] == [DriftKind.LEDGER_GONE]
        assert not (await act(again, Verb.POP)).ok
        await done(again, Verb.REPAIR, Options(repair=DriftKind.LEDGER_GONE, yes=True))
        remote = demo.world.repository("acme/rocket").remote.path
        head = LedgerHead("x", git(remote, "log", "-1", "--format=%B", LEDGER_BRANCH), None)
        assert bool(decode(head).state.attempts) == (remembered == "by the clone")


async def test_one_person_one_claim_at_once(station: OpenStation) -> None:
    async with station() as here:
        both = await asyncio.gather(act(here, Verb.POP), act(here, Verb.POP))
        assert sorted(one.ok for one in both) == [False, True]


async def test_launch_runs_the_agent_to_its_end(station: OpenStation) -> None:
    async with station() as here:
        await done(here, Verb.POP)
        launched = await done(here, Verb.LAUNCH)
        assert "process" in launched.message
        runs = here.opened.world.runs
        run = (await runs.current([KEY]))[KEY]
        async for _ in runs.follow(run):
            pass
        view = await here.view()
        assert view.agent.status is Status.DONE
        assert await here.opened.engine.tail(KEY)
        assert view.needs[0].code == "work_done"
        bottled = await done(here, Verb.BOTTLE)
        assert bottled.pull_request


async def test_the_ledger_says_what_the_screen_says(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        await done(here, Verb.POP)
        view = await here.view()
        message = git(demo.world.repository("acme/rocket").remote.path, "log", "-1", "--format=%B", LEDGER_BRANCH)
        holder = decode(LedgerHead("x", message, None)).state.holder
        assert holder is not None and (holder.issue, holder.branch) == (view.agent.issue, view.agent.branch)
        assert holder.assigned == "you"


@pytest.mark.parametrize("workspace", ["fresh", "checkout"])
async def test_other_workspaces(station: OpenStation, demo: Demo, workspace: str) -> None:
    async with station(workspace=Workspace(workspace)) as here:
        worktree = await work(here)
        clone = next(path for name, path in demo.places if name.key == KEY)
        assert (worktree == clone) == (workspace == "checkout")
        assert (await act(here, Verb.BOTTLE)).ok


async def test_what_has_begun_is_finished_though_nobody_waits(station: OpenStation) -> None:
    async with station() as here:
        await here.view()
        waiting = asyncio.create_task(act(here, Verb.POP))
        while not here.opened.engine.busy:
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with station() as again:
        view = await again.view()
        assert view.agent.status is Status.CLAIMED and view.drift == () and view.agent.worktree is not None


async def test_one_odd_thing_does_not_stop_the_loops(station: OpenStation, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station() as here:
        runs, calls = here.opened.world.runs, 0
        current = type(runs).current

        async def odd(self: object, keys: list[str]) -> object:
            nonlocal calls
            calls += 1
            if calls < 3:
                raise OSError("odd")
            return await current(runs, keys)

        monkeypatch.setattr(type(runs), "current", odd)
        monkeypatch.setattr(module, "_REST", 0.0)
        seen = here.opened.engine.snapshot
        running = asyncio.create_task(here.opened.engine.run())
        async with asyncio.timeout(20):
            while any(part.fetched_at is None for part in seen.repositories):
                seen = await here.opened.engine.changed(seen)
        running.cancel()
