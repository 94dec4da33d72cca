"""Recover and cleanup: what was left over is told, gone on with, handed over, archived, kept, or removed when held."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.choices import Choice
from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.settings import RetentionSettings, Workspace
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.journal import JournalOutcome
from soda_tui.domain.leftover import Leftover, LeftoverKind
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.strategy import Strategy
from soda_tui.sandbox import acts
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.faults import Fault

pytestmark = pytest.mark.anyio

LONG_AGO = datetime.now(UTC) - timedelta(days=400)


async def act(station: Station, verb: Verb, options: Options = Options(yes=True)) -> Outcome:
    return await station.opened.engine.act(KEY, verb, options)


async def choose(station: Station, choice: Choice, wanted: str, *, yes: bool = True, dry_run: bool = False) -> Outcome:
    return await act(station, Verb.RECOVER, Options(yes=yes, dry_run=dry_run, choice=choice, wanted=wanted))


async def found(station: Station) -> dict[str, Leftover]:
    looked = await station.opened.engine.leftovers(KEY)
    return {one.name: one for one in looked.without_kept().leftovers}


def clone_of(station: Station) -> Path:
    return next(path for name, path in station.demo.places if name.key == KEY)


def work(clone: Path, branch: str, *, push: bool = False) -> str:
    """A branch with one commit, as somebody left it."""
    tree = git(clone, "rev-parse", "origin/main^{tree}")
    blob = subprocess.run(
        ["git", "-C", str(clone), "hash-object", "-w", "--stdin"],
        input="work\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    index = {**os.environ, "GIT_INDEX_FILE": str(clone / ".git" / "test-index")}
    for command in (("read-tree", tree), ("update-index", "--add", "--cacheinfo", f"100644,{blob},left.txt")):
        subprocess.run(["git", "-C", str(clone), *command], env=index, check=True)
    done = subprocess.run(
        ["git", "-C", str(clone), "write-tree"], env=index, check=True, capture_output=True, text=True
    )
    oid = git(clone, "commit-tree", "-p", "origin/main", "-m", f"Left on {branch}", done.stdout.strip())
    git(clone, "branch", branch, oid)
    if push:
        git(clone, "push", "--quiet", "origin", branch)
    return oid


async def test_work_is_adopted_and_handed_over(station: OpenStation) -> None:
    async with station() as here:
        clone = clone_of(here)
        oid = work(clone, "agent001/4-left-behind")
        listed = (await found(here))["agent001/4-left-behind"]
        assert (listed.kind, listed.issue, listed.commits, listed.files) == (LeftoverKind.WORK, 4, 1, 1)
        assert listed.choices == (Choice.ADOPT, Choice.PULL_REQUEST, Choice.ARCHIVE, Choice.KEEP)
        planned = await choose(here, Choice.ADOPT, "agent001/4-left-behind", dry_run=True)
        assert [step.name for step in planned.steps] == ["ClaimIssue", "MarkIssue", "PrepareWorktree"]
        done = await choose(here, Choice.ADOPT, "agent001/4-left-behind")
        assert done.ok and done.issue == 4, done
        view = await here.view()
        assert view.agent.status in {Status.CLAIMED, Status.DONE} and view.agent.branch == "agent001/4-left-behind"
        assert view.agent.worktree is not None
        worktree = Path(view.agent.worktree.path)
        assert git(worktree, "rev-parse", "HEAD") == oid and (worktree / "left.txt").exists()
        assert "agent001/4-left-behind" not in await found(here)
        other = work(clone, "agent001/9-other")
        refused = await choose(here, Choice.ADOPT, "agent001/9-other")
        assert refused.problem is not None and refused.problem.code is ErrorCode.REFUSED
        assert git(clone, "rev-parse", "agent001/9-other") == other
        assert (await act(here, Verb.BOTTLE)).ok
        (entry, *_) = await here.opened.world.journal.entries(KEY)
        assert entry.outcome is JournalOutcome.DONE


@pytest.mark.parametrize("push", [False, True])
async def test_work_is_handed_over_without_a_worktree(station: OpenStation, demo: Demo, push: bool) -> None:
    async with station() as here:
        clone = clone_of(here)
        oid = work(clone, "agent001/4-left-behind", push=push)
        asked = await choose(here, Choice.PULL_REQUEST, "agent001/4-left-behind", yes=False)
        assert asked.asks is not None and asked.steps[0].name == "ClaimIssue"
        done = await choose(here, Choice.PULL_REQUEST, "agent001/4-left-behind")
        assert done.ok and done.pull_request and done.pull_request in done.message, done
        view = await here.view()
        assert view.agent.status is Status.IDLE
        assert oid in git(clone, "ls-remote", "origin", "refs/heads/agent001/4-left-behind")
        assert any(request.branch == "agent001/4-left-behind" for request in view.pull_requests)
        labels = {label.name for label in demo.world.repository("acme/rocket").issues[4].labels}
        assert "route:review" in labels and not labels & {"route:ready", "agent001"}
        assert "agent001/4-left-behind" not in await found(here)


@pytest.mark.parametrize("matching", ["addLabelsToLabelable", "createPullRequest"])
async def test_a_hand_over_that_stopped_is_gone_on_with(station: OpenStation, demo: Demo, matching: str) -> None:
    async with station() as here:
        work(clone_of(here), "agent001/4-left-behind")
        demo.world.faults.order(Fault.VALIDATION_TIMEOUT, matching=matching)
        stopped = await choose(here, Choice.PULL_REQUEST, "agent001/4-left-behind")
        demo.world.faults.clear()
        assert not stopped.ok and stopped.goes_on is not None
    async with station() as again:
        gone_on = await act(again, Verb.CONTINUE)
        assert gone_on.ok, gone_on
        assert (await again.view()).agent.status is Status.IDLE


@pytest.mark.parametrize("branch", ["work-4", "agent007/4-other"])
@pytest.mark.parametrize("choice", [Choice.ADOPT, Choice.PULL_REQUEST])
async def test_the_work_of_others_goes_on_under_a_name_of_our_own(
    station: OpenStation, branch: str, choice: Choice
) -> None:
    async with station() as here:
        clone = clone_of(here)
        oid = work(clone, branch, push=branch == "work-4")
        done = await choose(here, choice, branch)
        assert done.ok and done.branch is not None and done.branch.startswith("agent001/4-"), done
        assert git(clone, "rev-parse", done.branch) == oid == git(clone, "rev-parse", branch)
        assert branch not in await found(here)
        assert (await act(here, Verb.BOTTLE)).ok is (choice is Choice.ADOPT)


async def test_what_is_adopted_gets_no_name_that_a_pull_request_had(station: OpenStation, demo: Demo) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        worktree = worktree_of(await act(one, Verb.POP, Options(issue=4)))
        git(worktree, "commit", "--quiet", "--allow-empty", "--message", "Work")
        first = await act(one, Verb.BOTTLE)
        assert first.ok and first.branch
        repository = demo.world.repository("acme/rocket")
        acts.close(demo.world, repository.pull_requests[max(repository.pull_requests)])
        await act(one, Verb.TIDY)
        git(worktree, "push", "--quiet", "origin", f":refs/heads/{first.branch}")
        clone = Path(two.opened.resolve(KEY).path)
        work(clone, "work-4")
        adopted = await choose(two, Choice.ADOPT, "work-4", dry_run=True)
        assert adopted.branch == f"{first.branch}-2", adopted


async def test_a_closed_issue_and_a_merged_branch_are_not_gone_on_with(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        work(clone_of(here), "agent001/4-left-behind")
        work(clone_of(here), "agent001/9999-no-issue")
        demo.people.close_issue("acme/rocket", 4)
        for name in ("agent001/4-left-behind", "agent001/9999-no-issue"):
            refused = await choose(here, Choice.ADOPT, name)
            assert refused.problem is not None and refused.problem.code is ErrorCode.REFUSED, refused
        assert (await here.view()).agent.status is Status.IDLE


async def test_archive_keeps_a_tag_and_says_what_brings_it_back(station: OpenStation) -> None:
    async with station() as here:
        clone = clone_of(here)
        oids = {name: work(clone, name) for name in ("agent001/4-one", "agent001/9-two")}
        asked = await choose(here, Choice.ARCHIVE, "agent001/*", yes=False)
        assert asked.asks is not None and all(name in asked.asks for name in oids) and len(asked.steps) == 2
        work(clone, "agent001/9-three")
        again = await act(
            here, Verb.RECOVER, Options(choice=Choice.ARCHIVE, wanted="agent001/*", yes=True, seen=asked.seen)
        )
        assert again.asks is not None, "a yes to some branches is no yes to others"
        done = await choose(here, Choice.ARCHIVE, "agent001/*")
        assert done.ok, done
        assert not git(clone, "branch", "--list", "agent001/*")
        for name, oid in oids.items():
            assert git(clone, "rev-parse", f"refs/tags/soda-archive/{name}^{{commit}}") == oid
        assert not await found(here)
        line = done.message.partition("This brings it back: ")[2].split(" agent001/")[0]
        assert shlex.split(line)[:3] == ["git", "-C", str(clone)]


async def test_what_is_kept_is_not_told_again_until_it_changes(station: OpenStation) -> None:
    async with station() as here:
        clone = clone_of(here)
        work(clone, "agent001/4-left-behind")
        assert (await choose(here, Choice.KEEP, "agent001/4-left-behind")).ok
        assert "agent001/4-left-behind" not in await found(here)
        again = await choose(here, Choice.UNKEEP, "agent001/*")
        assert again.ok and "no longer" not in again.message and "list it again" in again.message, again
        assert "agent001/4-left-behind" in await found(here)
        assert (await choose(here, Choice.KEEP, "agent001/4-left-behind")).ok
        git(clone, "branch", "--force", "agent001/4-left-behind", "origin/main")
        assert "agent001/4-left-behind" in await found(here)


async def test_a_branch_is_cleaned_up_only_where_all_of_it_is_held(station: OpenStation) -> None:
    async with station() as here:
        clone = clone_of(here)
        work(clone, "agent001/4-here")
        work(clone, "agent001/9-there", push=True)
        refused = await choose(here, Choice.CLEAN_UP, "agent001/4-here")
        assert refused.problem is not None and refused.problem.code is ErrorCode.REFUSED
        assert "--archive" in refused.message
        done = await choose(here, Choice.CLEAN_UP, "agent001/*")
        assert done.ok
        assert git(clone, "branch", "--list", "--format=%(refname:short)", "agent001/*") == "agent001/4-here"
        subprocess.run(shlex.split(done.message.partition("brings it back: ")[2]), check=True, capture_output=True)
        assert git(clone, "rev-parse", "agent001/9-there") == git(clone, "rev-parse", "origin/agent001/9-there")


async def test_the_losers_commits_are_told_while_the_winner_is_under_review(station: OpenStation) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        popped = await act(one, Verb.POP, Options(issue=4))
        worktree = worktree_of(popped)
        git(worktree, "commit", "--quiet", "--allow-empty", "--message", "The loser's")
        lost = git(worktree, "rev-parse", "HEAD")
        taken = await act(two, Verb.TAKEOVER)
        assert taken.ok and taken.branch == popped.branch, taken
        await one.view()
        assert popped.branch in await found(one), "what was not pushed is not the new holder's"
        git(worktree_of(taken), "commit", "--quiet", "--allow-empty", "--message", "The winner's")
        assert (await act(two, Verb.BOTTLE)).ok
        assert popped.branch not in await found(two)
        await one.view()
        told = (await found(one))[popped.branch or ""]
        assert told.oid == lost and Choice.ARCHIVE not in told.choices and "stands on it" in told.what
        git(worktree, "switch", "--quiet", "--detach")
        assert (await choose(one, Choice.ARCHIVE, told.name)).ok
        assert git(worktree, "rev-parse", f"soda-archive/{told.name}") == lost


async def test_without_github_what_is_here_can_be_taken_care_of(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        clone = clone_of(here)
        work(clone, "agent001/4-left-behind")
        await here.view()
        demo.world.repository("acme/rocket").remote.path.rename(demo.root / "away")
        demo.world.faults.order(Fault.BAD_GATEWAY, times=100)
        looked = await here.opened.engine.leftovers(KEY)
        assert looked.problem is not None and [one.name for one in looked.leftovers] == ["agent001/4-left-behind"]
        refused = await choose(here, Choice.ADOPT, "agent001/4-left-behind")
        assert refused.problem is not None
        assert (await choose(here, Choice.ARCHIVE, "agent001/4-left-behind")).ok


async def test_a_rescue_is_told_with_its_undo_line_and_pushed_when_named(station: OpenStation) -> None:
    async with station() as here:
        worktree = worktree_of(await act(here, Verb.POP))
        (worktree / "notes.txt").write_text("notes\n")
        (worktree / ".env").write_text("KEY=1\n")
        assert (await act(here, Verb.RESET)).ok
        (rescue,) = (one for one in (await found(here)).values() if one.kind is LeftoverKind.RESCUE)
        assert rescue.issue == 4 and rescue.files == 2 and rescue.choices == (Choice.ARCHIVE, Choice.KEEP)
        # The line holds although the worktree stands on other work by then.
        assert (await act(here, Verb.POP, Options(issue=9))).ok
        subprocess.run(rescue.undo or "", shell=True, check=True, capture_output=True)
        (again,) = clone_of(here).parent.glob("*-soda-rescue-4-*")
        assert (again / "notes.txt").read_text() == "notes\n" and not (worktree / "notes.txt").exists()
        wrong = await choose(here, Choice.ADOPT, rescue.name)
        assert wrong.problem is not None and "--archive" in wrong.message
        refused = await act(here, Verb.RECOVER, Options(push=rescue.name, yes=True))
        assert refused.problem is not None and ".env" in refused.message and "--include" in refused.message
        named = Options(push=rescue.name, include=(".env",))
        asked = await act(here, Verb.RECOVER, named)
        assert asked.asks is not None and "notes.txt" in asked.asks
        assert not git(clone_of(here), "ls-remote", "origin", f"refs/heads/{rescue.name}")
        options = Options(push=rescue.name, include=(".env",), yes=True, seen=asked.seen)
        assert (await act(here, Verb.RECOVER, options)).ok
        assert git(clone_of(here), "ls-remote", "origin", f"refs/heads/{rescue.name}")
        assert (await choose(here, Choice.CLEAN_UP, rescue.name)).ok
        assert rescue.name not in await found(here)


async def test_a_parked_worktree_is_cleaned_up_with_what_it_holds_kept(station: OpenStation) -> None:
    async with station(workspace=Workspace.FRESH) as here:
        worktree = worktree_of(await act(here, Verb.POP))
        held = await found(here)
        assert str(worktree) not in held
        assert (await act(here, Verb.RESET)).ok
        (worktree / "late.txt").write_text("late\n")
        exclude = clone_of(here) / ".git" / "info" / "exclude"
        exclude.write_text("*.o\n")
        (worktree / "built.o").write_text("x")
        assert (await act(here, Verb.CLEANUP)).problem is not None, "it was used just now"
        asked = await choose(here, Choice.CLEAN_UP, str(worktree), yes=False)
        assert asked.asks is not None and "built.o" in asked.asks
        assert [step.name for step in asked.steps] == ["RescueWork", "RemoveWorktree"]
        unseen = await choose(here, Choice.CLEAN_UP, str(worktree))
        assert unseen.asks is not None and f"--seen {unseen.seen}" in unseen.message and worktree.exists()
        yes = Options(yes=True, choice=Choice.CLEAN_UP, wanted=str(worktree), seen=asked.seen)
        (worktree / "built.o").write_text("other")
        assert (await act(here, Verb.RECOVER, yes)).asks is not None, "a yes to some files is no yes to others"
        done = await act(here, Verb.RECOVER, structs.replace(yes, seen=(await act(here, Verb.RECOVER, yes)).seen))
        assert done.ok and "soda-rescue/4-" in done.message, done
        assert not worktree.exists()
        (rescue,) = (one for one in (await found(here)).values() if one.kind is LeftoverKind.RESCUE)
        undo = done.message.partition("beside the clone: ")[2]
        assert undo == rescue.undo
        subprocess.run(undo, shell=True, check=True, capture_output=True)
        (again,) = clone_of(here).parent.glob("*-soda-rescue-4-*")
        assert (again / "late.txt").read_text() == "late\n"


async def test_cleanup_removes_what_is_old_and_nothing_that_is_alive(station: OpenStation, tmp_path: Path) -> None:
    retention = RetentionSettings(run_days=1, parked_days=1)
    async with station(workspace=Workspace.FRESH, retention=retention) as here:
        nothing = await act(here, Verb.CLEANUP)
        assert nothing.problem is not None and nothing.problem.code is ErrorCode.NOTHING_TO_DO
        worktree = worktree_of(await act(here, Verb.POP))
        for _ in range(2):
            assert (await act(here, Verb.LAUNCH)).ok
            await ended(here)
        assert (await act(here, Verb.BOTTLE, Options(yes=True, commit_all=True))).ok
        (older, newest) = sorted(Path(one.log).parent for one in await here.opened.engine.history(KEY))
        git_folder = Path(git(worktree, "rev-parse", "--absolute-git-dir"))
        for path in (older, newest, worktree, git_folder):
            age(path)
        damaged = tmp_path / "one" / "state" / "snapshot.damaged.json"
        damaged.write_text("{")
        age(damaged)
        planned = await act(here, Verb.CLEANUP, Options(dry_run=True))
        assert [step.name for step in planned.steps] == ["RemoveRemains", "RemoveRemains", "RemoveWorktree"]
        assert older.exists() and worktree.exists()
        done = await act(here, Verb.CLEANUP)
        assert done.ok, done
        assert newest.exists() and not (older.exists() or worktree.exists() or damaged.exists())
        assert (await act(here, Verb.CLEANUP)).problem is not None


async def ended(station: Station) -> None:
    deadline = time.monotonic() + 20
    run = (await station.opened.engine.history(KEY))[0]
    while run.alive and time.monotonic() < deadline:
        async for _ in station.opened.world.runs.follow(run):
            pass
        run = (await station.opened.engine.history(KEY))[0]
    await station.view()


def age(path: Path) -> None:
    for each in (path, *(path.rglob("*") if path.is_dir() else ())):
        os.utime(each, (LONG_AGO.timestamp(), LONG_AGO.timestamp()), follow_symlinks=False)


async def test_a_repository_inside_what_is_ignored_keeps_its_worktree(station: OpenStation) -> None:
    async with station(workspace=Workspace.FRESH) as here:
        worktree = worktree_of(await act(here, Verb.POP))
        assert (await act(here, Verb.RESET)).ok
        (clone_of(here) / ".git" / "info" / "exclude").write_text("build/\n")
        inner = worktree / "build" / "dependency"
        inner.mkdir(parents=True)
        git(inner, "init", "--quiet")
        refused = await choose(here, Choice.CLEAN_UP, str(worktree))
        assert not refused.ok and "build/dependency" in refused.message, refused
        assert (inner / ".git").exists()


async def test_nothing_is_handed_over_under_an_agent_at_work(station: OpenStation) -> None:
    async with station(agent=("--hang",)) as here:
        popped = await act(here, Verb.POP)
        git(worktree_of(popped), "commit", "--quiet", "--allow-empty", "--message", "Half of it")
        assert (await act(here, Verb.LAUNCH)).ok
        for choice in (Choice.PULL_REQUEST, Choice.ADOPT):
            refused = await choose(here, choice, popped.branch or "")
            assert refused.problem is not None and "stop it first" in refused.message, refused
        assert (await here.view()).agent.status is Status.WORKING
        assert (await act(here, Verb.STOP)).ok


@pytest.mark.wide
async def test_cleanup_offers_the_refs_that_squash_merges_left(
    station: OpenStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GitHub keeps the commits with the pull request; those of yesterday, and of work without one, stay."""
    async with station(retention=RetentionSettings(parked_days=1)) as here:
        here.demo.people.allow_merges("acme/rocket", delete_branch=True)
        clone = clone_of(here)
        worktree = worktree_of(await act(here, Verb.POP))
        (worktree / "work.txt").write_text("work\n")
        git(worktree, "add", "work.txt")
        with monkeypatch.context() as then:
            then.setenv("GIT_COMMITTER_DATE", LONG_AGO.isoformat())
            git(worktree, "commit", "--quiet", "--message", "Work")
        oid = git(worktree, "rev-parse", "HEAD")
        bottled = await act(here, Verb.BOTTLE)
        number = int((bottled.pull_request or "").rpartition("/")[2])
        here.demo.people.set_checks("acme/rocket", number, build="SUCCESS")
        assert (await act(here, Verb.POP)).ok
        assert (await act(here, Verb.CLEANUP)).problem is not None, "it waits for review"
        options = Options(yes=True, pull_request=number, strategy=Strategy.SQUASH)
        assert (await act(here, Verb.LAND, options)).ok
        own = f"refs/soda/parked/{oid}", f"refs/soda/remote/{bottled.branch}"
        refs = git(clone, "for-each-ref", "--format=%(refname)", "refs/soda").splitlines()
        assert set(own) <= set(refs) and not git(clone, "branch", "--list", bottled.branch or "")
        asked = await act(here, Verb.CLEANUP, Options())
        assert asked.asks is not None and "2 refs of its own on commits that GitHub keeps" in asked.asks, asked
        done = await act(here, Verb.CLEANUP)
        assert done.ok and "take away 2 refs" in done.message, done
        left = git(clone, "for-each-ref", "--format=%(refname)", "refs/soda").splitlines()
        assert set(refs) - set(left) == set(own)
        assert (await act(here, Verb.CLEANUP)).problem is not None
