"""What comes before work is handed over: the branch is brought up to date, and the repository's check passes."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.configuration.settings import HandoverSettings
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.outcome import Options, Outcome

pytestmark = pytest.mark.anyio


async def worked(station: Station, name: str = "work.txt", text: str = "work\n") -> Path:
    """A claim with one commit of work; its worktree."""
    worktree = worktree_of(await station.opened.engine.act(KEY, Verb.POP, Options()))
    put(worktree, name, text)
    return worktree


def put(worktree: Path, name: str, text: str) -> None:
    (worktree / name).write_text(text)
    git(worktree, "add", name)
    git(worktree, "commit", "--quiet", "--message", f"Write {name}")


def land(station: Station, name: str, text: str) -> str:
    """Somebody puts a file on the base; its commit."""
    return station.demo.people.push("acme/rocket", "main", {name: text}, by="ada")


async def bottle(station: Station, **options: object) -> Outcome:
    return await station.opened.engine.act(KEY, Verb.BOTTLE, Options(**options))  # type: ignore[arg-type]


async def test_what_is_new_on_the_base_is_merged_where_git_can_do_that(
    station: OpenStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GH_TOKEN", "ghp_of_the_person")
    stolen = "git push -q origin HEAD:refs/heads/stolen"
    check = HandoverSettings(f'test -e theirs.txt && test -z "$GH_TOKEN" && ! {stolen}')
    async with station(handover=check) as here:
        worktree = await worked(here)
        work, base = git(worktree, "rev-parse", "HEAD"), land(here, "theirs.txt", "theirs\n")
        outcome = await bottle(here)
        assert outcome.ok, outcome
        assert "merged into it" in outcome.message
        assert git(worktree, "rev-parse", "HEAD^1", "HEAD^2").split() == [work, base]
        assert git(worktree, "status", "--porcelain") == ""
        assert git(worktree, "ls-remote", "origin", outcome.branch or "").split()[0] == git(
            worktree, "rev-parse", "HEAD"
        )
        requests = here.demo.world.repository("acme/rocket").pull_requests
        request = requests[max(requests)]
        assert "Write work.txt" in request.body
        assert "theirs.txt" not in request.body


async def test_a_conflict_is_named_and_nothing_is_touched(station: OpenStation) -> None:
    async with station() as here:
        worktree = await worked(here, "both.txt", "ours\n")
        before = git(worktree, "rev-parse", "HEAD")
        base = land(here, "both.txt", "theirs\n")
        refused = await bottle(here)
        assert refused.problem is not None
        assert refused.problem.code is ErrorCode.MERGE_CONFLICT
        assert "both.txt" in refused.problem.message
        assert refused.problem.detail.splitlines() == [f"git merge {base}", "both.txt"]
        assert git(worktree, "rev-parse", "HEAD") == before
        assert git(worktree, "status", "--porcelain") == ""
        assert (await bottle(here, as_is=True)).ok


async def test_a_check_that_fails_keeps_the_work_and_shows_the_end_of_what_it_said(station: OpenStation) -> None:
    said = "printf 'one\\033[31m\\ntoken ghp_%036d\\nlast words\\n' 7; test -e mended.txt"
    async with station(handover=HandoverSettings(f"echo x >> ../ran; {said}")) as here:
        worktree = await worked(here)
        refused = await bottle(here)
        assert refused.problem is not None
        assert refused.problem.code is ErrorCode.CHECK_FAILED
        assert refused.problem.detail == "one\ntoken [secret]\nlast words"
        assert "ended with exit 1): last words. " in refused.problem.message
        log = here.state / "checks" / "github.com%2Facme%2Frocket" / "output.log"
        assert str(log) in refused.problem.message
        assert log.read_text().endswith("last words\n")
        assert (await here.view()).agent.claim is not None
        put(worktree, "mended.txt", "")
        assert (await bottle(here)).ok
        assert (worktree.parent / "ran").read_text() == "x\n" * 2


async def test_a_check_is_run_once_for_a_commit_and_not_where_a_person_says_so(station: OpenStation) -> None:
    async with station(handover=HandoverSettings("echo x >> ../ran")) as here:
        worktree = await worked(here)
        hook = Path(here.opened.resolve(KEY).path, ".git", "hooks", "pre-push")
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
        for _ in range(2):
            assert not (await bottle(here)).ok
        assert (worktree.parent / "ran").read_text() == "x\n"
        put(worktree, "more.txt", "")
        assert not (await bottle(here)).ok
        assert (worktree.parent / "ran").read_text() == "x\n" * 2
        hook.unlink()
        put(worktree, "yet more.txt", "")
        assert (await bottle(here, unchecked=True)).ok
        assert (worktree.parent / "ran").read_text() == "x\n" * 2


async def test_a_check_is_ended_with_all_that_it_started_when_its_time_is_up(station: OpenStation) -> None:
    script = "(setsid sleep 300 & echo $! > ../left; wait) & echo begun; sleep 300"
    async with station(handover=HandoverSettings(script, minutes=0.02)) as here:
        worktree = await worked(here)
        began = time.monotonic()
        refused = await bottle(here)
        assert time.monotonic() - began < 20
        assert refused.problem is not None
        assert "ended after 1 second): begun. " in refused.problem.message
        assert gone(int((worktree.parent / "left").read_text()))


async def test_a_check_that_floods_is_bounded(station: OpenStation) -> None:
    async with station(handover=HandoverSettings("yes 'much too much' | head -c 30000000; exit 1")) as here:
        await worked(here)
        refused = await bottle(here)
        assert refused.problem is not None
        assert len(refused.problem.detail) < 5000
        assert (here.state / "checks" / "github.com%2Facme%2Frocket" / "output.log").stat().st_size < 9 << 20


async def test_what_a_check_leaves_in_the_worktree_is_not_passed_over(station: OpenStation) -> None:
    async with station(handover=HandoverSettings("echo > report.xml")) as here:
        await worked(here)
        refused = await bottle(here)
        assert refused.problem is not None
        assert refused.problem.code is ErrorCode.CHECK_FAILED
        assert refused.problem.detail == "report.xml"


async def test_nothing_runs_on_once_nobody_waits_for_the_check(station: OpenStation) -> None:
    async with station(handover=HandoverSettings("echo $$ > ../left; sleep 300")) as here:
        worktree = await worked(here)
        waiting = asyncio.create_task(bottle(here))
        async with asyncio.timeout(20):
            while not (worktree.parent / "left").exists() or not (worktree.parent / "left").read_text():
                await asyncio.sleep(0.05)
        here.opened.engine.abandon()
        await here.opened.engine.finish()
        await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(20):
            while not gone(int((worktree.parent / "left").read_text())):
                await asyncio.sleep(0.05)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("point", ["files", "index"])
async def test_a_merge_that_was_ended_half_way_is_put_back_and_done_anew(station: OpenStation, point: str) -> None:
    async with station() as here:
        worktree = await worked(here)
        before, base = git(worktree, "rev-parse", "HEAD"), land(here, "theirs.txt", "theirs\n")
        git(worktree, "fetch", "--quiet", "origin")
        tree = git(worktree, "merge-tree", "--write-tree", before, base)
        after = git(worktree, "commit-tree", "-p", before, "-p", base, "-m", "Merge", tree)
        marker = Path(git(worktree, "rev-parse", "--absolute-git-dir"), "soda-tui-checkout")
        marker.write_text("\n".join((git(worktree, "branch", "--show-current"), before, after)))
        if point == "index":
            git(worktree, "read-tree", "-m", "-u", before, after)
        else:
            (worktree / "theirs.txt").write_text("the")
        outcome = await bottle(here, yes=True, commit_all=True)
        assert outcome.ok, outcome
        assert git(worktree, "rev-parse", "HEAD^1", "HEAD^2").split() == [before, base]
        assert git(worktree, "status", "--porcelain") == ""


async def test_files_that_git_ignores_are_not_written_over_by_the_base(station: OpenStation) -> None:
    async with station() as here:
        worktree = await worked(here)
        clone = Path(here.opened.resolve(KEY).path)
        (clone / ".git" / "info").mkdir(exist_ok=True)
        (clone / ".git" / "info" / "exclude").write_text(".env\n")
        (worktree / ".env").write_text("mine\n")
        before = git(worktree, "rev-parse", "HEAD")
        land(here, ".env", "theirs\n")
        refused = await bottle(here)
        assert refused.problem is not None
        assert ".env" in refused.problem.message
        assert (worktree / ".env").read_text() == "mine\n"
        assert git(worktree, "rev-parse", "HEAD") == before
