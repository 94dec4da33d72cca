"""Taking over: a claim held elsewhere becomes ours by a compare-and-swap on what the person saw."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode, Status
from soda_tui.domain.configuration.settings import Workspace
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.telling import NoticeKind, standing
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.faults import Fault
from soda_tui.services.agents.runs import RunService
from soda_tui.services.git.service import GitService

pytestmark = pytest.mark.anyio


async def act(station: Station, verb: Verb, options: Options = Options(yes=True)) -> Outcome:
    return await station.opened.engine.act(KEY, verb, options)


async def popped_with_a_commit(station: Station) -> Path:
    done = await act(station, Verb.POP)
    assert done.ok, done
    worktree = worktree_of(done)
    git(worktree, "commit", "--quiet", "--allow-empty", "--message", "Work that nobody else has")
    return worktree


async def test_a_claim_held_elsewhere_is_taken_over_after_its_question(station: OpenStation) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        worktree = await popped_with_a_commit(one)
        asked = await act(two, Verb.TAKEOVER, Options())
        assert asked.asks is not None and asked.seen is not None
        view = await two.view()
        assert view.agent.status is Status.ELSEWHERE and view.agent.claim is not None
        assert view.agent.claim.cockpit in asked.asks and "Nothing of its work is on GitHub" in asked.asks
        taken = await act(two, Verb.TAKEOVER, Options(yes=True, seen=asked.seen))
        assert taken.ok, taken
        assert (await two.view()).agent.status is Status.CLAIMED
        assert (await one.view()).agent.status is Status.ELSEWHERE
        refused = await act(one, Verb.BOTTLE)
        assert refused.problem is not None and refused.problem.code is ErrorCode.TAKEN
        assert "Work that nobody else has" in git(worktree, "log", "--format=%s")


async def test_a_yes_counts_only_for_what_was_asked_about(station: OpenStation) -> None:
    async with station("one") as one, station("two", apart=True) as two, station("three", apart=True) as three:
        await popped_with_a_commit(one)
        asked = await act(two, Verb.TAKEOVER, Options())
        assert (await act(three, Verb.TAKEOVER)).ok
        again = await act(two, Verb.TAKEOVER, Options(yes=True, seen=asked.seen))
        assert again.asks is not None and again.asks != asked.asks and not again.ok
        assert (await three.view()).agent.status is Status.CLAIMED


async def test_there_is_nothing_to_take_over_from_oneself_or_from_nobody(station: OpenStation) -> None:
    async with station("one") as one:
        idle = await act(one, Verb.TAKEOVER)
        assert idle.problem is not None and idle.problem.code is ErrorCode.NOTHING_TO_DO
        await popped_with_a_commit(one)
        mine = await act(one, Verb.TAKEOVER)
        assert mine.problem is not None and mine.problem.code is ErrorCode.NOTHING_TO_DO


async def test_a_yes_to_letting_go_of_one_claim_is_none_to_the_next(station: OpenStation) -> None:
    async with station() as here, station() as again:
        worktree = await popped_with_a_commit(here)
        asked = await act(here, Verb.RESET, Options())
        assert (await act(again, Verb.BOTTLE)).ok and (await act(again, Verb.POP)).ok, worktree
        kept = await act(here, Verb.RESET, Options(yes=True, seen=asked.seen))
        assert kept.asks is not None and kept.asks != asked.asks
        assert (await here.view()).agent.status is Status.CLAIMED


async def worked(station: Station) -> tuple[Path, str]:
    """Pop, and let the agent work to its end; the worktree and the head of its commits, which nobody else has."""
    assert (await act(station, Verb.POP)).ok
    assert (await act(station, Verb.LAUNCH)).ok
    runs = station.opened.world.runs
    async for _ in runs.follow((await runs.current([KEY]))[KEY]):
        pass
    view = await station.view()
    assert view.agent.status is Status.DONE and view.agent.worktree is not None
    return Path(view.agent.worktree.path), git(Path(view.agent.worktree.path), "rev-parse", "HEAD")


def on_github(demo: Demo) -> tuple[dict[str, str], int]:
    """The branches but for the ledger, and how many pull requests there are."""
    found = demo.world.repository("acme/rocket")
    return {ref: oid for ref, oid in found.remote.refs().items() if "soda/" not in ref}, len(found.pull_requests)


@pytest.mark.parametrize("asleep", ["before it looks", "between its look and its push"])
async def test_a_cockpit_that_wakes_up_after_a_take_over_does_nothing_and_loses_nothing(
    station: OpenStation, demo: Demo, asleep: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        worktree, head = await worked(one)
        (worktree / "thought.txt").write_text("not committed\n")
        before = on_github(demo)
        if asleep == "before it looks":
            assert (await act(two, Verb.TAKEOVER)).ok
        else:
            (worktree / "thought.txt").unlink()
            plain = GitService.append

            async def append(self: GitService, place: Any, entry: Any, *rest: Any, **named: Any) -> Any:
                if entry.event == "bottling":
                    assert (await act(two, Verb.TAKEOVER)).ok
                return await plain(self, place, entry, *rest, **named)

            monkeypatch.setattr(GitService, "append", append)
        for verb in (Verb.BOTTLE, Verb.BOTTLE, Verb.LAUNCH, Verb.RESET, Verb.POP):
            refused = await act(one, verb)
            assert refused.problem is not None and refused.problem.code is ErrorCode.TAKEN, refused
            assert (await two.view()).agent.claim is not None
        assert on_github(demo) == before
        assert git(worktree, "rev-parse", "HEAD") == head
        assert (worktree / "thought.txt").exists() == (asleep == "before it looks")
        assert (await one.view()).agent.status is Status.ELSEWHERE
        assert (await two.view()).agent.status is Status.CLAIMED


async def test_the_question_tells_how_old_the_newest_work_on_github_is(station: OpenStation, demo: Demo) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        await popped_with_a_commit(one)
        demo.people.push("acme/rocket", (await one.view()).agent.branch or "", {"more.txt": "more"}, "More")
        asked = await act(two, Verb.TAKEOVER, Options())
        assert "The newest commit that it pushed is" in (asked.asks or "")


async def test_of_two_takers_at_once_one_wins_and_the_other_is_told(station: OpenStation) -> None:
    async with station("one") as one, station("two", apart=True) as two, station("three", apart=True) as three:
        await popped_with_a_commit(one)
        asked = [await act(each, Verb.TAKEOVER, Options()) for each in (two, three)]
        outcomes = await asyncio.gather(
            *(
                act(each, Verb.TAKEOVER, Options(yes=True, seen=question.seen))
                for each, question in zip((two, three), asked, strict=True)
            )
        )
        assert sorted(one.ok for one in outcomes) == [False, True]
        holders = [(await each.view()).agent.claim for each in (one, two, three)]
        assert [claim.mine for claim in holders if claim].count(True) == 1
        winner = next(claim.cockpit for claim in holders if claim and claim.mine)
        loser = next(one for one in outcomes if not one.ok)
        assert winner in loser.message, loser


async def test_a_branch_that_is_gone_is_made_again(station: OpenStation, demo: Demo) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        await popped_with_a_commit(one)
        branch = (await one.view()).agent.branch or ""
        demo.people.delete_branch("acme/rocket", branch)
        asked = await act(two, Verb.TAKEOVER, Options())
        assert asked.asks is not None and "Nothing of its work is on GitHub" in asked.asks
        taken = await act(two, Verb.TAKEOVER, Options(yes=True, seen=asked.seen))
        assert taken.ok and f"refs/heads/{branch}" in on_github(demo)[0]
        assert (await two.view()).drift == ()


async def test_what_stands_in_the_takers_way_is_said_before_anything_is_taken(station: OpenStation) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        await popped_with_a_commit(one)
        branch = (await one.view()).agent.branch or ""
        clone = Path(two.opened.resolve(KEY).path)
        tree = git(clone, "hash-object", "-w", "-t", "tree", "/dev/null")
        git(clone, "branch", branch, git(clone, "commit-tree", "-m", "Unrelated", tree))
        refused = await act(two, Verb.TAKEOVER)
        assert not refused.ok and branch in refused.message
        assert (await one.view()).agent.status is Status.CLAIMED
        git(clone, "branch", "-D", branch)
        assert (await act(two, Verb.TAKEOVER)).ok


async def test_a_takers_worktree_with_work_of_its_own_loses_none_of_it(station: OpenStation) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        worktree = await popped_with_a_commit(two)
        assert (await act(two, Verb.RESET)).ok
        (worktree / "mine.txt").write_text("mine\n")
        assert (await act(one, Verb.POP, Options(issue=(await one.view()).queue[1].number))).ok
        asked = await act(two, Verb.TAKEOVER, Options())
        assert "mine.txt" in (asked.asks or "") and "Take over" in (asked.asks or "")
        (worktree / "more.txt").write_text("more\n")
        again = await act(two, Verb.TAKEOVER, Options(yes=True, seen=asked.seen))
        assert not again.ok and "more.txt" in (again.asks or ""), again
        taken = await act(two, Verb.TAKEOVER, Options(yes=True, seen=again.seen))
        kept = git(worktree, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/soda-rescue/")
        assert taken.ok and kept in taken.message and git(worktree, "show", f"{kept}:mine.txt") == "mine"
        assert (await one.view()).agent.status is Status.ELSEWHERE


async def test_a_hand_over_that_was_broken_off_is_finished_and_not_taken_over(station: OpenStation, demo: Demo) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        _, head = await worked(one)
        demo.world.faults.order(Fault.DROP_BEFORE, times=9, matching="createPullRequest")
        assert not (await act(one, Verb.BOTTLE)).ok
        demo.world.faults.clear()
        refused = await act(two, Verb.TAKEOVER)
        assert refused.problem is not None and refused.problem.code is ErrorCode.REFUSED
        before = on_github(demo)[1]
        finished = await act(two, Verb.BOTTLE)
        assert finished.ok, finished
        heads, requests = on_github(demo)
        assert heads[f"refs/heads/{finished.branch}"] == head and requests == before + 1
        woken = await act(one, Verb.BOTTLE)
        assert woken.problem is not None and woken.problem.code is ErrorCode.NOTHING_TO_DO
        assert on_github(demo) == (heads, requests)


async def test_the_account_that_takes_over_is_assigned_instead(station: OpenStation, demo: Demo) -> None:
    def assignees() -> set[str]:
        return {user.login for user in demo.world.repository("acme/rocket").issues[4].assignees}

    async with station("one") as one, station("two", apart=True, account="mallory") as two:
        popped = await act(one, Verb.POP, Options(issue=4))
        assert popped.ok and assignees() == {"you"}
        taken = await act(two, Verb.TAKEOVER)
        assert taken.ok and assignees() == {"mallory"}, taken
        assert (await act(two, Verb.RESET)).ok and assignees() == set()
        assert (await act(one, Verb.POP, Options(issue=4))).ok


async def test_taken_back_the_work_goes_on_where_it_was(station: OpenStation) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        worktree = await popped_with_a_commit(one)
        assert (await act(two, Verb.TAKEOVER)).ok
        assert (await act(one, Verb.TAKEOVER)).ok
        view = await one.view()
        assert view.agent.status is Status.CLAIMED and view.agent.attempt == 3
        assert view.agent.worktree is not None and view.agent.worktree.commits == 1
        assert "Work that nobody else has" in git(worktree, "log", "--format=%s")
        assert (await act(one, Verb.BOTTLE)).ok
        assert (await two.view()).agent.status is Status.IDLE


async def test_the_loser_is_told_where_its_work_is(station: OpenStation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole take-over while the agent runs: its supervisor notices, stops it, keeps its work, and says so."""
    async with station("one", ("--pace", "60")) as one, station("two", apart=True) as two:
        runs = one.opened.world.runs
        assert isinstance(runs, RunService)
        # Left alone the supervisor looks after minutes: the poll that sees the loss has it look at once.
        monkeypatch.setattr(runs, "_limits", replace(runs._limits, grace=0.3))
        popped = await act(one, Verb.POP)
        worktree = worktree_of(popped)
        (worktree / "thought.txt").write_text("not committed\n")
        assert (await act(one, Verb.LAUNCH)).ok
        assert (await act(two, Verb.TAKEOVER)).ok
        run = (await runs.current([KEY]))[KEY]
        assert (await one.view()).agent.run is not None
        async for _ in runs.follow(run):
            pass
        view = await one.view()
        assert view.agent.status is Status.ELSEWHERE and view.drift == ()
        need = next(need for need in view.needs if need.code is NeedCode.CLAIM_LOST)
        (notice,) = standing(one.opened.engine.snapshot).values()
        assert (notice.kind, notice.run, notice.message) == (NoticeKind.LOST, run.id, need.message)
        kept = git(worktree, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/soda-rescue/")
        claim = (await two.view()).agent.claim
        assert claim is not None and need.message.startswith(claim.cockpit) and kept in need.message
        # Advice is what can be done, and the work that is here is named as that.
        with pytest.raises(Failure, match=f"No agent runs in .* is held by cockpit {claim.cockpit}"):
            await one.opened.engine.message(KEY, "hello")
        work = await one.opened.engine.work(KEY)
        assert work.elsewhere == claim.cockpit and "what this clone has" in (work.remark or "")
        assert git(worktree, "show", f"{kept}:thought.txt") == "not committed"
        assert (worktree / "thought.txt").exists()


async def test_a_machine_that_slept_just_before_the_agent_starts_starts_none(
    station: OpenStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        worktree = worktree_of(await act(one, Verb.POP))
        before = git(worktree, "rev-parse", "HEAD")
        start = RunService.start

        async def late(self: RunService, launch: Any) -> Any:
            assert (await act(two, Verb.TAKEOVER)).ok
            return await start(self, launch)

        monkeypatch.setattr(RunService, "start", late)
        launched = await act(one, Verb.LAUNCH)
        assert launched.problem is not None and launched.problem.code is ErrorCode.TAKEN, launched
        view = await one.view()
        run = (await one.opened.world.runs.current([KEY]))[KEY]
        assert view.agent.status is Status.ELSEWHERE and run.claim_lost and run.started_at is None
        assert NeedCode.CLAIM_LOST in {need.code for need in view.needs}
        assert git(worktree, "rev-parse", "HEAD") == before and git(worktree, "status", "--short") == ""


@pytest.mark.parametrize(
    "meanwhile",
    ["nothing", *(pytest.param(each, marks=pytest.mark.wide) for each in ("a commit", "a commit of its own"))],
)
async def test_the_loser_takes_its_claim_back_with_what_it_had_not_committed(
    station: OpenStation, demo: Demo, meanwhile: str
) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        popped = await act(one, Verb.POP)
        worktree, branch = worktree_of(popped), popped.branch or ""
        (worktree / "thought.txt").write_text("not committed\n")
        assert (await act(two, Verb.TAKEOVER)).ok
        if meanwhile == "a commit":
            demo.people.push("acme/rocket", branch, {"thought.txt": "theirs\n"}, "Theirs")
        elif meanwhile == "a commit of its own":
            git(worktree, "commit", "--quiet", "--allow-empty", "--message", "Work that nobody else has")
        asked = await act(one, Verb.TAKEOVER, Options())
        assert ("thought.txt" in (asked.asks or "")) == (meanwhile == "a commit")
        back = await act(one, Verb.TAKEOVER, Options(yes=True, seen=asked.seen))
        assert back.ok and (await one.view()).agent.status is Status.CLAIMED, back
        assert git(worktree, "branch", "--show-current") == branch
        rescues = git(worktree, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/soda-rescue/")
        if meanwhile == "a commit":
            assert rescues in back.message and (worktree / "thought.txt").read_text() == "theirs\n"
            assert git(worktree, "show", f"{rescues}:thought.txt") == "not committed"
        else:
            assert not rescues and (worktree / "thought.txt").read_text() == "not committed\n"


async def test_a_claim_worked_in_the_own_checkouts_is_taken_over_and_back(
    station: OpenStation, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    own: dict[str, Any] = {"apart": True, "workspace": Workspace.CHECKOUT}
    async with station("one", ("--pace", "60"), **own) as one, station("two", **own) as two:
        runs = one.opened.world.runs
        assert isinstance(runs, RunService)
        monkeypatch.setattr(runs, "_limits", replace(runs._limits, claim=0.1, grace=0.3))
        popped = await act(one, Verb.POP)
        checkout, branch = worktree_of(popped), popped.branch
        assert (await act(one, Verb.LAUNCH)).ok
        (checkout / "thought.txt").write_text("not committed\n")
        taken = await act(two, Verb.TAKEOVER)
        assert (
            taken.ok
            and worktree_of(taken) != checkout
            and git(worktree_of(taken), "branch", "--show-current") == branch
        )
        async for _ in runs.follow((await runs.current([KEY]))[KEY]):
            pass
        view = await one.view()
        need = next(need for need in view.needs if need.code is NeedCode.CLAIM_LOST)
        kept = git(checkout, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/soda-rescue/")
        assert kept in need.message and git(checkout, "show", f"{kept}:thought.txt") == "not committed"
        assert view.agent.status is Status.ELSEWHERE and view.drift == ()
        assert (checkout / "thought.txt").exists() and git(checkout, "branch", "--show-current") == branch
        # The checkout is the person's own: what lies there is theirs to clean, kept or not.
        refused = await act(one, Verb.TAKEOVER)
        assert not refused.ok and "thought.txt" in refused.message and (await two.view()).agent.status is Status.CLAIMED
        git(checkout, "stash", "push", "--quiet", "--include-untracked")
        assert (await act(one, Verb.TAKEOVER)).ok
        let_go = await act(one, Verb.RESET)
        assert let_go.ok and git(checkout, "branch", "--show-current") == "main", let_go
