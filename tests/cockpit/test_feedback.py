"""Feedback: a pull request that came back is worked on again, on its branch, in rounds that the ledger counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cockpit.test_landing import ROCKET, act, labels, state, under_review
from cockpit.test_looping import on, only, through, until
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.unattended import AutoFeedback, AutoSettings
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.outcome import Options
from soda_tui.sandbox.demo import Demo

pytestmark = pytest.mark.anyio


async def test_a_round_goes_to_the_same_branch_and_the_same_pull_request(
    station: OpenStation, demo: Demo, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    mends = f'cat > "{told}"; echo mended > work.txt; git commit -qam Mend'
    async with station(profiles=only(mends)) as here:
        issue, request = await under_review(here, green=False)
        head = request.head_oid
        log = "2026-01-01T00:00:00.0Z building\n2026-01-01T00:00:00.1Z E boom\n##[error]exit code 1\nPost job cleanup."
        demo.people.run_check(ROCKET, request.number, "build", log=log, notes=[("work.txt", 1, "ignore all")])
        demo.people.review(ROCKET, request.number, "CHANGES_REQUESTED", "Not so.", by="grace")
        demo.people.comment_on_line(ROCKET, request.number, "work.txt", 1, "Why ```?", by="grace")
        demo.people.comment_on_line(ROCKET, request.number, "work.txt", 2, "Evil words", by="mallory")
        view = await here.view()
        need = next(need for need in view.needs if need.code == "feedback")
        assert f"Pull request {request.number} (issue {issue}) came back: checks fail, a review asks" in need.message
        asked = await act(here, Verb.FEEDBACK, Options())
        assert asked.asks is not None and "round 1 of 3" in asked.asks, asked
        taken = await act(here, Verb.FEEDBACK, Options(yes=True, seen=asked.seen, launching=True))
        assert taken.ok and worktree_of(taken).is_dir(), taken
        held = state(demo)
        assert held.holder is not None and held.holder.review is not None
        assert held.holder.review.rounds == (head,) and held.holder.branch == request.head_ref_name
        assert not (await here.view()).drift
        launched = await act(here, Verb.LAUNCH)
        assert launched.ok, launched
        await until(here, lambda view: view.agent.status is Status.DONE)
        prompt = told.read_text()
        assert "E boom" in prompt and "work.txt:1: ignore all" in prompt and "Post job" not in prompt
        assert "Not so." in prompt and "````text\nWhy ```?" in prompt and "Evil" not in prompt
        done = await act(here, Verb.BOTTLE)
        assert done.ok and (done.pull_request or "").endswith(f"/{request.number}"), done
        assert request.head_oid != head
        assert [one.rounds for one in state(demo).handed_over if one.issue == issue] == [(head,)]
        again = await act(here, Verb.FEEDBACK)
        assert again.problem is not None and again.problem.code is ErrorCode.NOTHING_TO_DO, again


@asynccontextmanager
async def checking(here: Station) -> AsyncIterator[None]:
    """A continuous integration that fails on every head with a file broken.txt, and passes all others."""
    place = here.demo.world.repository(ROCKET)

    async def check() -> None:
        while True:
            for request in tuple(place.pull_requests.values()):
                if not request.closed and request.head_ref_name != "main" and request.head_oid not in place.checks:
                    files = git(place.remote.path, "ls-tree", "--name-only", request.head_oid).split()
                    state = "FAILURE" if "broken.txt" in files else "SUCCESS"
                    here.demo.people.run_check(ROCKET, request.number, "build", state, log="##[error]broken.txt")
                    await here.opened.engine.refresh([KEY])
            await asyncio.sleep(0.1)

    running = asyncio.create_task(check())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


AUTOMATIC = AutoSettings(feedback=AutoFeedback.AUTOMATIC)


@pytest.mark.wide
async def test_a_loop_has_what_fails_mended_before_it_is_through(station: OpenStation, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    breaks = "date +%N >> broken.txt; git add -A; git commit -qm Work"
    mends = "git rm -q broken.txt; git commit -qm Mend"
    script = f'p=$(cat); echo x >> "{seen}"; test "$(wc -l < "{seen}")" -gt 1 && {{ {mends}; }} || {{ {breaks}; }}'
    async with station(profiles=only(script), auto=AUTOMATIC) as here, checking(here):
        issue = (await here.view()).queue[0].number
        here.opened.engine.wish_for(KEY, on(most=1))
        await until(here, through)
        (done,) = (one for one in state(here.demo).handed_over if one.issue == issue)
        assert len(done.rounds) == 1 and done.head not in done.rounds
        requests = here.demo.world.repository(ROCKET).pull_requests.values()
        assert [one.number for one in requests if one.head_ref_name == done.branch] == [done.pull_request]
        assert labels(here.demo, issue) >= {"route:review"} and not labels(here.demo, issue) & {"agent001"}


@pytest.mark.wide
async def test_what_fails_after_three_rounds_is_a_persons(station: OpenStation, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    breaks = f'echo x >> "{seen}"; date +%N >> broken.txt; git add -A; git commit -qm Work'
    async with station(profiles=only(breaks), auto=AUTOMATIC) as here, checking(here):
        issue = (await here.view()).queue[0].number
        here.opened.engine.wish_for(KEY, on(most=1))
        await until(here, through)
        (done,) = (one for one in state(here.demo).handed_over if one.issue == issue)
        assert seen.read_text().count("x") == 4
        assert "route:human-only" in labels(here.demo, issue)
        comments = here.demo.world.repository(ROCKET).issues[issue].comments
        assert ["after 3 rounds of feedback" in one.body for one in comments] == [True]
        given = [one for one in (await here.view()).needs if one.code == "given_up"]
        assert [f"Pull request {done.pull_request} (issue {issue})" in one.message for one in given] == [True]
        desk = await here.opened.engine.desk(KEY)
        await desk.retry(issue)
        found = next(one for one in (await here.view()).needs if one.code == "feedback")
        assert done.rounds == () and "round 1 of 3" in found.message, "it begins anew from this head"
        taken = await act(here, Verb.FEEDBACK, Options(yes=True, unattended=True, pull_request=done.pull_request))
        assert taken.ok and "route:human-only" not in labels(here.demo, issue), taken


@pytest.mark.wide
async def test_who_does_not_mend_it_gives_it_up_and_the_pull_request_waits_as_before(station: OpenStation) -> None:
    """No agent tries that head again, unless the person who was given it takes the label off."""
    script = (
        'p=$(cat); case "$p" in *"came back"*) exit 3;; *) echo > broken.txt; git add -A; git commit -qm Work;; esac'
    )
    async with station(profiles=only(script), auto=AUTOMATIC) as here, checking(here):
        issue = (await here.view()).queue[0].number
        here.opened.engine.wish_for(KEY, on(most=1))
        await until(here, through)
        (done,) = (one for one in state(here.demo).handed_over if one.issue == issue)
        assert state(here.demo).holder is None and done.rounds == ()
        assert {"route:review", "route:human-only"} <= labels(here.demo, issue)
        refused = await act(here, Verb.FEEDBACK, Options(yes=True, pull_request=done.pull_request))
        assert refused.problem is not None and "soda-tui retry acme/rocket" in refused.message, refused
        here.demo.people.unlabel(ROCKET, issue, "route:human-only")
        assert (await act(here, Verb.FEEDBACK, Options(yes=True, pull_request=done.pull_request))).ok


async def test_work_whose_pull_request_a_person_closed_opens_no_other(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        _, request = await under_review(here, green=False)
        demo.people.set_checks(ROCKET, request.number, build="FAILURE")
        taken = await act(here, Verb.FEEDBACK, Options(yes=True, pull_request=request.number))
        git(worktree_of(taken), "commit", "--quiet", "--allow-empty", "--message", "Mend")
        demo.people.close_pull_request(ROCKET, request.number)
        refused = await act(here, Verb.BOTTLE)
        assert refused.problem is not None and "is not open any more" in refused.message, refused
        assert (await act(here, Verb.RESET)).ok
        assert state(demo).holder is None


async def test_who_has_retried_what_no_label_keeps_from_agents_is_told_what_does(
    station: OpenStation, demo: Demo
) -> None:
    async with station() as here:
        issue, request = await under_review(here, green=False)
        demo.people.set_checks(ROCKET, request.number, build="FAILURE")
        assert (await act(here, Verb.FEEDBACK, Options(yes=True, pull_request=request.number))).ok
        assert (await act(here, Verb.RESET)).ok
        await here.view()
        with pytest.raises(Failure, match=f"Feedback on pull request {request.number} .* was taken up already"):
            await (await here.opened.engine.desk(KEY)).retry(issue)
