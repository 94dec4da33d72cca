"""Landing: what is ready is merged on GitHub's sandbox with real git, and tidied up; what is not says why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.cockpit import acting, steps
from soda_tui.cockpit.engine import Engine
from soda_tui.cockpit.execution import Execution
from soda_tui.domain.actions import Verb
from soda_tui.domain.changes import Change, Changed, Merge
from soda_tui.domain.configuration.unattended import LandSettings
from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.ledger import LedgerState, decode
from soda_tui.domain.naming import LEDGER_BRANCH, RepositoryName
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.plan import LandPullRequest, Step
from soda_tui.domain.strategy import Strategy
from soda_tui.sandbox import merging
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.pull_requests import PullRequest

pytestmark = pytest.mark.anyio
ROCKET = "acme/rocket"
YES = Options(yes=True)
# One that waits there from the beginning, and is ready.
THERE = 11


async def act(station: Station, verb: Verb, options: Options = YES) -> Outcome:
    return await station.opened.engine.act(KEY, verb, options)


async def under_review(station: Station, file: str = "work.txt", *, green: bool = True) -> tuple[int, PullRequest]:
    """An issue whose work was handed over, and its pull request."""
    popped = await act(station, Verb.POP)
    worktree = worktree_of(popped)
    (worktree / file).write_text(f"{popped.branch}\n")
    git(worktree, "add", file)
    git(worktree, "commit", "--quiet", "--message", "Work")
    done = await act(station, Verb.BOTTLE)
    assert done.ok and done.issue is not None, done
    number = int((done.pull_request or "").rpartition("/")[2])
    if green:
        station.demo.people.set_checks(ROCKET, number, build="SUCCESS")
    return done.issue, station.demo.world.repository(ROCKET).pull_requests[number]


def state(demo: Demo) -> LedgerState:
    message = git(demo.world.repository(ROCKET).remote.path, "log", "-1", "--format=%B", LEDGER_BRANCH)
    return decode(LedgerHead("x", message, None)).state


def labels(demo: Demo, number: int) -> set[str]:
    return {label.name for label in demo.world.repository(ROCKET).issues[number].labels}


def closed(demo: Demo, number: int) -> bool:
    return demo.world.repository(ROCKET).issues[number].closed


@pytest.mark.parametrize(("strategy", "parents"), [(Strategy.MERGE, 2), (Strategy.SQUASH, 1), (Strategy.REBASE, 1)])
async def test_what_is_ready_is_merged_and_tidied_up(
    station: OpenStation, demo: Demo, strategy: Strategy, parents: int
) -> None:
    async with station() as here:
        demo.people.allow_merges(ROCKET, delete_branch=True)
        issue, request = await under_review(here)
        await act(here, Verb.POP)
        asked = await act(here, Verb.LAND, Options(strategy=strategy))
        assert asked.asks is not None and strategy in asked.asks and f"issue {issue}" in asked.asks
        assert request.merged_at is None
        done = await act(here, Verb.LAND, Options(yes=True, seen=asked.seen, strategy=strategy))
        assert done.ok and f"pull request {request.number}, issue {issue}" in done.message, done
        remote = demo.world.repository(ROCKET).remote
        assert request.merged_at is not None and closed(demo, issue)
        assert len(git(remote.path, "log", "-1", "--format=%p", "main").split()) == parents
        assert not labels(demo, issue) & {"route:review", "agent001"} and not state(demo).handed_over
        assert issue not in state(demo).attempts
        assert remote.ref(f"refs/heads/{request.head_ref_name}") is None
        assert not git(Path(here.opened.resolve(KEY).path), "branch", "--list", request.head_ref_name)
        again = await act(here, Verb.LAND, Options(yes=True, pull_request=request.number))
        assert again.problem is not None and again.problem.code is ErrorCode.NOTHING_TO_DO, again


async def test_all_that_are_ready_are_landed_and_the_others_say_why(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        demo.people.close_pull_request(ROCKET, THERE)
        _, red = await under_review(here, "red.txt", green=False)
        demo.people.set_checks(ROCKET, red.number, build="FAILURE")
        none = await act(here, Verb.LAND)
        assert none.problem is not None and none.problem.code is ErrorCode.NOTHING_TO_DO
        assert f"Checks of pull request {red.number} have failed" in none.message
        _, one = await under_review(here, "one.txt")
        _, two = await under_review(here, "two.txt")
        demo.people.label(ROCKET, two.number, *_label(demo, "security:review-required"))
        done = await act(here, Verb.LAND)
        assert done.ok and one.merged_at is not None and red.merged_at is None and two.merged_at is None, done
        assert "have failed" in done.message and "security:review-required" in done.message
        named = await act(here, Verb.LAND, Options(yes=True, pull_request=two.number))
        assert named.problem is not None and named.problem.code is ErrorCode.REFUSED


def _label(demo: Demo, name: str) -> tuple[str, ...]:
    if demo.world.repository(ROCKET).label(name) is None:
        demo.people.create_label(ROCKET, name)
    return (name,)


async def test_what_a_person_says_while_the_poll_is_old_counts(station: OpenStation, demo: Demo) -> None:
    async with station(land=LandSettings(require_reviews=1)) as here:
        issue, request = await under_review(here)
        demo.people.review(ROCKET, request.number, "APPROVED", by="ada")
        await here.opened.engine.refresh([KEY])
        demo.people.label(ROCKET, issue, *_label(demo, "security:review-required"))
        refused = await act(here, Verb.LAND)
        assert "security:review-required" in refused.message and request.merged_at is None, refused
        demo.people.unlabel(ROCKET, issue, "security:review-required")
        demo.people.review(ROCKET, request.number, "CHANGES_REQUESTED", by="ada")
        assert "asks for changes" in (await act(here, Verb.LAND)).message
        demo.people.review(ROCKET, request.number, "APPROVED", by="ada")
        assert (await act(here, Verb.LAND)).ok and request.merged_at is not None


async def test_unattended_what_a_person_takes_back_while_the_poll_is_old_is_not_landed(
    station: OpenStation, demo: Demo
) -> None:
    async with station() as here:
        issue, request = await under_review(here)
        demo.people.label(ROCKET, issue, "route:ready_to_merge")
        await here.view()
        demo.people.unlabel(ROCKET, issue, "route:ready_to_merge")
        options = Options(yes=True, pull_request=request.number, unattended=True)
        refused = await act(here, Verb.LAND, options)
        assert refused.problem is not None and refused.problem.code is ErrorCode.REFUSED
        assert "neither it nor its issue is labelled route:ready_to_merge" in refused.message, refused
        assert request.merged_at is None
        demo.people.label(ROCKET, issue, "route:ready_to_merge")
        assert (await act(here, Verb.LAND, options)).ok and request.merged_at is not None


async def more_work(here: Station, number: int) -> str:
    """A round of feedback on a pull request, handed over; what the hand-over says."""
    taken = await act(here, Verb.FEEDBACK, Options(yes=True, pull_request=number))
    assert taken.ok, taken
    worktree = worktree_of(taken)
    (worktree / "later.txt").write_text("later\n")
    git(worktree, "add", "later.txt")
    git(worktree, "commit", "--quiet", "--message", "Later")
    done = await act(here, Verb.BOTTLE)
    assert done.ok, done
    return taken.message


async def test_what_was_said_of_some_commits_is_not_said_of_later_ones(station: OpenStation, demo: Demo) -> None:
    """Neither the mark that a person gave, nor an approval: nobody has seen what a round of feedback brings."""
    async with station(land=LandSettings(require_reviews=1)) as here:
        demo.people.close_pull_request(ROCKET, THERE)
        issue, request = await under_review(here)
        demo.people.review(ROCKET, request.number, "APPROVED")
        for number in (issue, request.number):
            demo.people.label(ROCKET, number, "route:ready_to_merge")
        demo.people.set_checks(ROCKET, request.number, build="FAILURE")
        await here.view()
        await more_work(here, request.number)
        assert "route:ready_to_merge" not in labels(demo, issue) | {one.name for one in request.labels}
        assert ["mark it again" in one.body and request.head_oid in one.body for one in request.comments] == [True]
        demo.people.set_checks(ROCKET, request.number, build="SUCCESS")
        demo.people.label(ROCKET, issue, "route:ready_to_merge")
        refused = await act(here, Verb.LAND, Options(yes=True, unattended=True, pull_request=request.number))
        assert "has 0 approvals and needs 1" in refused.message and request.merged_at is None, refused
        demo.people.review(ROCKET, request.number, "APPROVED")
        assert (await act(here, Verb.LAND, Options(yes=True, unattended=True))).ok and request.merged_at is not None


async def test_what_github_was_told_to_merge_is_taken_back(station: OpenStation, demo: Demo) -> None:
    """Once more commits are to come, once a person forbids it, and once others have pushed; not what people told it."""
    async with station() as here:
        demo.people.close_pull_request(ROCKET, THERE)
        demo.people.allow_merges(ROCKET, auto=True)
        demo.people.require(ROCKET, checks=("build", "deploy"))
        issue, request = await under_review(here)

        async def told() -> None:
            demo.people.set_checks(ROCKET, request.number, build="SUCCESS")
            assert (await act(here, Verb.LAND)).ok and request.auto_merge is not None
            assert state(demo).merging == {request.number: request.head_oid}

        async def taken_back(words: str) -> None:
            demo.people.set_checks(ROCKET, request.number, build="PENDING")
            await here.view()
            done = await act(here, Verb.TIDY)
            assert done.ok and request.auto_merge is None and not state(demo).merging, done
            assert f"no longer merges pull request {request.number}" in done.message and words in done.message

        await told()
        demo.people.set_checks(ROCKET, request.number, build="FAILURE")
        await here.view()
        assert "no longer merges" in await more_work(here, request.number)
        assert request.auto_merge is None and not state(demo).merging
        await told()
        demo.people.label(ROCKET, issue, *_label(demo, "security:review-required"))
        await taken_back("security:review-required")
        demo.people.unlabel(ROCKET, issue, "security:review-required")
        await told()
        demo.people.push(ROCKET, request.head_ref_name, {"unseen.txt": "unseen\n"})
        await taken_back("other commits")
        assert request.merged_at is None


async def test_what_is_in_the_merge_queue_is_taken_out_of_it(station: OpenStation, demo: Demo) -> None:
    """Once a person forbids it, and once more commits are to come; an answer that gets lost is read again."""
    async with station() as here:
        demo.people.close_pull_request(ROCKET, THERE)
        demo.people.allow_merges(ROCKET, queue=True, queue_held=True)
        issue, request = await under_review(here)

        def queued() -> bool:
            return merging.queue_entry(request) is not None

        assert (await act(here, Verb.LAND)).ok and queued()
        assert state(demo).merging == {request.number: request.head_oid}
        demo.people.label(ROCKET, issue, *_label(demo, "security:review-required"))
        await here.view()
        demo.world.faults.order(Fault.DROP_BEFORE, matching="dequeuePullRequest")
        demo.world.faults.order(Fault.DROP_AFTER, matching="dequeuePullRequest")
        done = await act(here, Verb.TIDY)
        assert done.ok and not queued() and not state(demo).merging, done
        assert f"no longer merges pull request {request.number}" in done.message
        demo.people.unlabel(ROCKET, issue, "security:review-required")
        assert (await act(here, Verb.LAND)).ok and queued()
        demo.people.set_checks(ROCKET, request.number, build="FAILURE")
        await here.view()
        assert "no longer merges" in await more_work(here, request.number)
        demo.people.allow_merges(ROCKET, queue=True)
        await here.opened.engine.refresh([KEY])
        assert request.merged_at is None and not state(demo).merging


@pytest.mark.wide
async def test_a_claim_that_is_let_go_of_is_merged_by_nobody(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        demo.people.close_pull_request(ROCKET, THERE)
        demo.people.allow_merges(ROCKET, queue=True, queue_held=True)
        _, request = await under_review(here)
        demo.people.set_checks(ROCKET, request.number, build="FAILURE")
        await here.view()
        assert (await act(here, Verb.FEEDBACK, Options(yes=True, pull_request=request.number))).ok
        demo.people.set_checks(ROCKET, request.number, build="SUCCESS")
        merging.enqueue(demo.world, request, demo.world.user("maintainer"), None, jump=False)
        await here.view()
        done = await act(here, Verb.RESET)
        assert done.ok and merging.queue_entry(request) is None, done
        assert "let go of" in done.message


async def test_a_conflict_is_told_and_nothing_is_merged(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        _, request = await under_review(here)
        demo.people.push(ROCKET, "main", {"work.txt": "another way\n"})
        refused = await act(here, Verb.LAND, Options(yes=True, pull_request=request.number))
        assert refused.problem is not None and refused.problem.code is ErrorCode.REFUSED
        assert "conflicts with main" in refused.message and request.merged_at is None


async def test_a_head_that_moved_is_not_merged(
    station: OpenStation, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither between the question and the answer, nor between the look at it and the merge."""
    async with station() as here:
        _, request = await under_review(here)
        asked = await act(here, Verb.LAND, Options())
        demo.people.push(ROCKET, request.head_ref_name, {"more.txt": "more\n"})
        demo.people.set_checks(ROCKET, request.number, build="SUCCESS")
        moved = await act(here, Verb.LAND, Options(yes=True, seen=asked.seen))
        assert moved.asks is not None and request.merged_at is None
        github = here.opened.world.github
        plain = github.change

        async def change(name: RepositoryName, changes: Sequence[Change]) -> tuple[Changed, ...]:
            if any(isinstance(one, Merge) for one in changes):
                demo.people.push(ROCKET, request.head_ref_name, {"most.txt": "most\n"})
                demo.people.set_checks(ROCKET, request.number, build="SUCCESS")
            return await plain(name, changes)

        monkeypatch.setattr(github, "change", change)
        refused = await act(here, Verb.LAND, Options(yes=True, seen=moved.seen))
        assert refused.problem is not None and "new commits since it was looked at" in refused.message, refused
        assert request.merged_at is None and state(demo).handed_over


async def test_a_base_that_moved_on_is_no_reason_not_to_merge(
    station: OpenStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station() as here:
        _, request = await under_review(here)
        github = here.opened.world.github
        plain, tries = github.change, list[Merge]()

        async def change(name: RepositoryName, changes: Sequence[Change]) -> tuple[Changed, ...]:
            tries.extend(one for one in changes if isinstance(one, Merge))
            if len(tries) == 1:
                return (Changed(problem=Problem(ErrorCode.REFUSED, "Base branch was modified. Review and try again.")),)
            return await plain(name, changes)

        monkeypatch.setattr(github, "change", change)
        done = await act(here, Verb.LAND, Options(yes=True, pull_request=request.number))
        assert done.ok and request.merged_at is not None and len(tries) == 2, done


async def test_an_answer_that_got_lost_is_read_again(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        issue, request = await under_review(here)
        demo.world.faults.order(Fault.DROP_AFTER, matching="mergePullRequest")
        done = await act(here, Verb.LAND)
        assert done.ok and request.merged_at is not None and closed(demo, issue), done
        _, other = await under_review(here, "other.txt")
        demo.world.faults.order(Fault.DROP_BEFORE, matching="mergePullRequest")
        broken = await act(here, Verb.LAND)
        assert broken.problem is not None and other.merged_at is None and other.number > request.number
        assert (await act(here, Verb.LAND)).ok and other.merged_at is not None


async def test_where_there_is_a_queue_it_is_put_there_and_tidied_up_once_it_is_through(
    station: OpenStation, demo: Demo
) -> None:
    async with station() as here:
        demo.people.close_pull_request(ROCKET, THERE)
        demo.people.allow_merges(ROCKET, queue=True, queue_held=True)
        issue, request = await under_review(here)
        done = await act(here, Verb.LAND)
        assert done.ok and "is in the merge queue" in done.message and request.merged_at is None, done
        again = await act(here, Verb.LAND, Options(yes=True, pull_request=request.number))
        assert again.problem is not None and again.problem.code is ErrorCode.NOTHING_TO_DO
        assert "number 1 in the merge queue" in again.message and state(demo).handed_over
        demo.people.allow_merges(ROCKET, queue=True)
        await here.opened.engine.refresh([KEY])
        assert request.merged_at is not None and closed(demo, issue)
        assert (await act(here, Verb.TIDY)).ok and not state(demo).handed_over


async def test_what_the_rules_still_want_is_left_to_github_where_it_merges_by_itself(
    station: OpenStation, demo: Demo
) -> None:
    async with station() as here:
        demo.people.close_pull_request(ROCKET, THERE)
        issue, request = await under_review(here)
        demo.people.require(ROCKET, checks=("build", "deploy"))
        refused = await act(here, Verb.LAND, Options(yes=True, pull_request=request.number))
        assert refused.problem is not None and "want something more" in refused.message, refused
        demo.people.allow_merges(ROCKET, auto=True)
        done = await act(here, Verb.LAND)
        assert done.ok and "merged by GitHub once" in done.message and request.merged_at is None, done
        waits = await act(here, Verb.LAND, Options(yes=True, pull_request=request.number))
        assert waits.problem is not None and waits.problem.code is ErrorCode.NOTHING_TO_DO
        demo.people.set_checks(ROCKET, request.number, build="SUCCESS", deploy="SUCCESS")
        await here.opened.engine.refresh([KEY])
        assert request.merged_at is not None and closed(demo, issue)
        finished = await act(here, Verb.LAND)
        assert finished.ok and not state(demo).handed_over, finished


async def test_the_issue_is_closed_where_github_closes_none(station: OpenStation, demo: Demo) -> None:
    async with station(base="develop") as here:
        clone = Path(here.opened.resolve(KEY).path)
        git(clone, "push", "--quiet", "origin", "origin/main:refs/heads/develop")
        landed, request = await under_review(here)
        done = await act(here, Verb.LAND)
        assert done.ok and request.base_ref_name == "develop" and closed(demo, landed), done
        merged, other = await under_review(here, "other.txt")
        demo.people.merge(ROCKET, other.number)
        assert not closed(demo, merged)
        await here.opened.engine.refresh([KEY])
        assert (await act(here, Verb.TIDY)).ok and closed(demo, merged)


async def test_nothing_is_merged_whose_issue_another_cockpit_took_up_meanwhile(
    station: OpenStation, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station("one") as one, station("two", apart=True, called="laptop") as other:
        issue, request = await under_review(one)
        seconds = [0.0]
        opened = one.opened
        world, cockpit = opened.world, opened.store.cockpit_id()
        engine = Engine([opened.resolve(KEY)], world, cockpit, lambda: datetime.now(UTC), ticks=lambda: seconds[0])

        async def perform(step: Step, execution: Execution) -> None:
            if isinstance(step, LandPullRequest) and not seconds[0]:
                seconds[0] = 8 * 3600.0
                demo.people.label(ROCKET, issue, "route:ready")
                demo.people.unlabel(ROCKET, issue, "route:review")
                demo.people.edit(ROCKET, request.number, body="No more.")
                claimed = await act(other, Verb.POP, Options(issue=issue, fresh=True, yes=True))
                assert claimed.ok, claimed
            await steps.perform(step, execution)

        monkeypatch.setattr(acting, "perform", perform)
        refused = await engine.act(KEY, Verb.LAND, YES)
        assert refused.problem is not None and request.merged_at is None, refused
