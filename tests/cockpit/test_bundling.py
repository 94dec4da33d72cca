"""Bundling: several works that wait for review become one pull request, and what conflicts is left out and named."""

from __future__ import annotations

from pathlib import Path

import pytest
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.chronicle.past import Standing
from soda_tui.domain.configuration.settings import HandoverSettings
from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.ledger import LedgerState, decode
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.strategy import Strategy
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.pull_requests import PullRequest

pytestmark = pytest.mark.anyio
ROCKET = "acme/rocket"
YES = Options(yes=True)
# It waits there from the beginning.
THERE = 11


async def act(station: Station, verb: Verb, options: Options = YES) -> Outcome:
    return await station.opened.engine.act(KEY, verb, options)


async def under_review(station: Station, files: dict[str, str]) -> tuple[int, PullRequest]:
    """An issue whose work was handed over, and its pull request."""
    worktree = worktree_of(await act(station, Verb.POP))
    for name, content in files.items():
        (worktree / name).write_text(content)
    git(worktree, "add", ".")
    git(worktree, "commit", "--quiet", "--message", "Work")
    done = await act(station, Verb.BOTTLE)
    assert done.ok and done.issue is not None, done
    return done.issue, requests(station.demo)[int((done.pull_request or "").rpartition("/")[2])]


def requests(demo: Demo) -> dict[int, PullRequest]:
    return demo.world.repository(ROCKET).pull_requests


def state(demo: Demo) -> LedgerState:
    message = git(demo.world.repository(ROCKET).remote.path, "log", "-1", "--format=%B", LEDGER_BRANCH)
    return decode(LedgerHead("x", message, None)).state


def bundles(demo: Demo) -> list[PullRequest]:
    return [one for one in requests(demo).values() if one.head_ref_name.startswith("bundle/")]


def place(station: Station) -> Path:
    return Path(station.opened.world.store.bundle_path(station.opened.resolve(KEY)))


async def test_what_waits_becomes_one_pull_request_without_what_conflicts(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        demo.people.close_pull_request(ROCKET, THERE)
        one, first = await under_review(here, {"one.txt": "one\n", "both.txt": "one\n"})
        two, second = await under_review(here, {"two.txt": "two\n"})
        three, third = await under_review(here, {"both.txt": "three\n"})
        await act(here, Verb.POP)
        before = state(demo)
        asked = await act(here, Verb.BUNDLE, Options())
        assert asked.asks is not None and "both.txt" in asked.asks and f"{second.number} (" in asked.asks, asked
        done = await act(here, Verb.BUNDLE, Options(yes=True, seen=asked.seen))
        assert done.ok and "both.txt" in done.message and f"issue {three}" in done.message, done
        (bundle,) = bundles(demo)
        assert (done.pull_request or "").endswith(f"/pull/{bundle.number}")
        assert bundle.body.rstrip().endswith(f"Fixes #{one}\nFixes #{two}") and f"#{three}\n" not in bundle.body
        assert f"#{first.number}" in bundle.body and f"#{third.number} conflicts in both.txt" in bundle.body
        remote = demo.world.repository(ROCKET).remote.path
        assert git(remote, "show", f"{bundle.head_ref_name}:both.txt") == "one"
        assert git(remote, "show", f"{bundle.head_ref_name}:two.txt") == "two"
        told = [[comment.body for comment in each.comments] for each in (first, second, third)]
        assert [len(bodies) for bodies in told] == [1, 1, 0] and f"#{bundle.number}" in told[0][0]
        after = state(demo)
        assert (after.holder, after.handed_over) == (before.holder, before.handed_over)
        assert after.bundles[0].issues == (one, two) and after.bundles[0].pull_request == bundle.number
        assert not place(here).exists() and not git(Path(here.opened.resolve(KEY).path), "branch", "--list", "bundle/*")
        await here.opened.engine.refresh([KEY])
        assert not here.opened.engine.snapshot.repositories[0].drift
        again = await act(here, Verb.BUNDLE)
        assert again.problem is not None and again.problem.code is ErrorCode.NOTHING_TO_DO, again
        assert f"pull request {bundle.number} already" in again.message


async def bundled(here: Station, demo: Demo, count: int = 2) -> tuple[list[int], list[PullRequest], PullRequest]:
    """Issues whose work is bundled, their own pull requests, and the bundle's."""
    if not requests(demo)[THERE].closed:
        demo.people.close_pull_request(ROCKET, THERE)
    works = [await under_review(here, {f"{number}.txt": f"{number}\n"}) for number in range(count)]
    done = await act(here, Verb.BUNDLE)
    assert done.ok, done
    bundle = bundles(demo)[-1]
    demo.people.set_checks(ROCKET, bundle.number, build="SUCCESS")
    return [issue for issue, _ in works], [request for _, request in works], bundle


@pytest.mark.parametrize("strategy", [pytest.param(Strategy.MERGE, marks=pytest.mark.wide), Strategy.SQUASH])
async def test_landing_a_bundle_ends_all_that_is_in_it(station: OpenStation, demo: Demo, strategy: Strategy) -> None:
    async with station() as here:
        issues, originals, bundle = await bundled(here, demo)
        demo.people.set_checks(ROCKET, originals[0].number, build="SUCCESS")
        asked = await act(here, Verb.LAND, Options(strategy=strategy))
        assert asked.asks is not None and f"issues {issues[0]}, {issues[1]}" in asked.asks, asked
        done = await act(here, Verb.LAND, Options(yes=True, seen=asked.seen, strategy=strategy))
        assert done.ok and f"pull request {bundle.number}, issues {issues[0]}, {issues[1]}" in done.message, done
        assert f"in the bundle of pull request {bundle.number}" not in done.message
        world = demo.world.repository(ROCKET)
        assert bundle.merged_at and all(world.issues[number].closed for number in issues)
        assert all(one.closed and (strategy is Strategy.SQUASH or one.merged_at) for one in originals)
        assert not state(demo).handed_over and not state(demo).bundles
        assert not [label for number in issues for label in world.issues[number].labels if "review" in label.name]
        told = await here.opened.engine.chronicle(KEY)
        merged = {one.issue: one.pull_request for one in told.issues if one.standing is Standing.MERGED}
        assert merged == dict.fromkeys(issues, bundle.number)


@pytest.mark.wide
async def test_a_person_who_squashes_a_bundle_leaves_nothing_open(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        issues, originals, bundle = await bundled(here, demo)
        demo.people.merge(ROCKET, bundle.number, method="SQUASH")
        await here.opened.engine.refresh([KEY])
        tidied = await act(here, Verb.TIDY)
        assert tidied.ok and f"{bundle.number}" in tidied.message, tidied
        assert all(one.closed and not one.merged_at for one in originals)
        assert not state(demo).handed_over and not state(demo).bundles
        told = await here.opened.engine.chronicle(KEY)
        assert {one.issue for one in told.issues if one.standing is Standing.MERGED} == set(issues)


@pytest.mark.wide
async def test_what_goes_on_outside_of_a_bundle_keeps_it_from_being_landed(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        issues, originals, bundle = await bundled(here, demo, 3)
        demo.people.push(ROCKET, originals[0].head_ref_name, {"more.txt": "more\n"})
        refused = await act(here, Verb.LAND, Options(yes=True, pull_request=bundle.number))
        assert refused.problem is not None and f"issue {issues[0]} as it was before" in refused.message, refused
        demo.people.close_pull_request(ROCKET, bundle.number)
        again = await act(here, Verb.BUNDLE, Options(yes=True, issues=tuple(issues[1:])))
        assert again.ok, again
        assert [one.issues for one in state(demo).bundles] == [tuple(issues[1:])]
        assert all(not one.closed for one in originals)
        unknown = await act(here, Verb.BUNDLE, Options(yes=True, issues=(999,)))
        assert unknown.problem is not None and unknown.problem.code is ErrorCode.REFUSED


@pytest.mark.wide
async def test_a_bundle_that_fails_the_check_is_not_pushed(station: OpenStation, demo: Demo) -> None:
    """Each passes alone; what the check left behind goes to a rescue branch when the next one takes its place."""
    check = HandoverSettings("test ! -e 0.txt -o ! -e 1.txt || { echo left > left.txt; false; }")
    async with station(handover=check) as here:
        demo.people.close_pull_request(ROCKET, THERE)
        for number in range(2):
            await under_review(here, {f"{number}.txt": "work\n"})
        failed = await act(here, Verb.BUNDLE)
        assert failed.problem is not None and failed.problem.code is ErrorCode.CHECK_FAILED, failed
        assert str(place(here)) in failed.message and not bundles(demo) and not state(demo).bundles
        done = await act(here, Verb.BUNDLE, Options(yes=True, unchecked=True))
        assert done.ok and "soda-rescue/" in done.message and len(bundles(demo)) == 1, done
        assert not place(here).exists()
