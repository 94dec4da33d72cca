"""Where agents work: a worktree furnished and set up, a fresh one for each claim, and the user's own checkout."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, Status
from soda_tui.domain.configuration.settings import Workspace, WorkspaceSettings
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.sandbox.demo import Demo
from soda_tui.services.git.service import GitService

pytestmark = pytest.mark.anyio

YES = Options(yes=True)


async def act(station: Station, verb: Verb, options: Options = YES) -> Outcome:
    return await station.opened.engine.act(KEY, verb, options)


async def done(station: Station, verb: Verb, options: Options = YES) -> Outcome:
    outcome = await act(station, verb, options)
    assert outcome.ok, outcome
    return outcome


async def refused(station: Station, verb: Verb) -> str:
    outcome = await act(station, verb)
    assert outcome.problem is not None and not outcome.steps, outcome
    return outcome.message


async def run_agent(station: Station) -> str:
    """Launch, and wait for the end of the agent; its log."""
    await done(station, Verb.LAUNCH)
    return await log_of(station)


async def log_of(station: Station) -> str:
    """The log of the newest run, once it has ended."""
    runs = station.opened.world.runs
    run = (await runs.current((KEY,)))[KEY]
    return b"".join([chunk async for chunk in runs.follow(run)]).decode()


def clone_of(demo: Demo) -> Path:
    """The user's clone, which ignores what is to be brought from it."""
    clone = next(path for name, path in demo.places if name.key == KEY)
    (clone / ".git" / "info").mkdir(exist_ok=True)
    (clone / ".git" / "info" / "exclude").write_text(".env\n/deps\n")
    return clone


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but git's own."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


FURNISHED = WorkspaceSettings("cat .env deps/one; test ! -e broken", copy=(".env",), link=("deps",))


async def test_a_worktree_is_furnished_and_set_up_before_the_agent_starts(station: OpenStation, demo: Demo) -> None:
    clone = clone_of(demo)
    (clone / ".env").write_text("SECRET=1\n")
    (clone / "deps").mkdir()
    (clone / "deps" / "one").write_text("dependency one\n")
    async with station(setup=FURNISHED) as here:
        planned = await done(here, Verb.POP, Options(dry_run=True))
        assert any(".env, deps" in step.what for step in planned.steps)
        worktree = worktree_of(await done(here, Verb.POP))
        assert (worktree / ".env").read_text() == "SECRET=1\n" and (worktree / "deps").is_symlink()
        (worktree / ".env").unlink()
        log = (await run_agent(here)).splitlines()
        assert log[1:3] == ["SECRET=1", "dependency one"] and len(log) > 4
        assert (await here.view()).agent.status is Status.DONE
        (clone / "deps" / "broken").touch()
        await done(here, Verb.BOTTLE)
        await done(here, Verb.POP)
        assert "SECRET" not in await run_agent(here)


async def test_where_the_set_up_fails_no_agent_runs_and_launching_again_repeats_it(
    station: OpenStation, demo: Demo
) -> None:
    clone_of(demo)
    setup = WorkspaceSettings("echo no compiler; test -e ../mended")
    async with station(setup=setup) as here:
        worktree = worktree_of(await done(here, Verb.POP))
        failed = await act(here, Verb.LAUNCH)
        assert failed.problem is not None and "ended with exit 1" in failed.message
        assert "no compiler" in await log_of(here)
        view = await here.view()
        assert view.agent.status is Status.FAILED and any("ended with exit 1" in need.message for need in view.needs)
        (worktree.parent / "mended").touch()
        assert "no compiler" in await run_agent(here)
        assert (await here.view()).agent.status is Status.DONE


async def test_what_an_agent_could_commit_is_said_at_pop_and_refused_at_launch(
    station: OpenStation, demo: Demo
) -> None:
    clone = clone_of(demo)
    (clone / "notes.txt").write_text("mine\n")
    async with station(setup=WorkspaceSettings(copy=("notes.txt",))) as here:
        popped = await done(here, Verb.POP)
        assert "notes.txt" in popped.message and "Launch insists" in popped.message
        launched = await act(here, Verb.LAUNCH)
        assert launched.problem is not None and "info/exclude" in launched.message
        assert not (worktree_of(popped) / "notes.txt").exists()
        assert await here.opened.world.runs.current((KEY,)) == {}


async def test_each_claim_has_a_fresh_folder_that_is_kept(station: OpenStation, demo: Demo) -> None:
    clone = clone_of(demo)
    async with station(workspace=Workspace.FRESH) as here:
        first = worktree_of(await done(here, Verb.POP))
        await run_agent(here)
        (first / ".env").write_text("kept\n")
        assert await here.opened.worktree(KEY) == str(first)
        assert (await here.opened.engine.work(KEY)).worktree == str(first)
        await done(here, Verb.BOTTLE)
        before = files_of(first)
        popped = await done(here, Verb.POP)
        second = worktree_of(popped)
        assert second != first and second.name == str(popped.issue) and second.parent == first.parent
        view = await here.view()
        assert view.agent.worktree is not None and view.agent.worktree.path == str(second) and view.drift == ()
        await run_agent(here)
        assert (await here.view()).agent.status is Status.DONE
        await done(here, Verb.BOTTLE)
        assert files_of(first) == before
        listed = git(clone, "worktree", "list", "--porcelain")
        assert f"worktree {first}\n" in listed and f"worktree {second}\n" in listed


async def test_a_fresh_folder_is_gone_on_with_when_its_issue_is_popped_again(station: OpenStation, demo: Demo) -> None:
    clone_of(demo)
    async with station(workspace=Workspace.FRESH) as here:
        popped = await done(here, Verb.POP)
        worktree = worktree_of(popped)
        git(worktree, "commit", "--quiet", "--allow-empty", "--message", "Begun")
        (worktree / "untracked.txt").write_text("kept\n")
        assert "soda-rescue/" in (await done(here, Verb.RESET)).message
        again = await done(here, Verb.POP, Options(yes=True, issue=popped.issue))
        assert worktree_of(again) == worktree and git(worktree, "log", "-1", "--format=%s") == "Begun"
        shutil.rmtree(worktree)
        assert (await here.view()).agent.worktree is None
        assert worktree_of(await done(here, Verb.POP)) == worktree
        assert git(worktree, "log", "-1", "--format=%s") == "Begun"


async def test_the_own_checkout_is_switched_and_put_back(station: OpenStation, demo: Demo) -> None:
    clone = clone_of(demo)
    async with station(workspace=Workspace.CHECKOUT) as here:
        planned = await done(here, Verb.POP, Options(dry_run=True))
        assert any("own checkout" in step.what for step in planned.steps)
        for _ in range(2):
            popped = await done(here, Verb.POP)
            assert worktree_of(popped) == clone and git(clone, "branch", "--show-current") == popped.branch
            view = await here.view()
            assert view.clone.branch == popped.branch and view.drift == ()
            await run_agent(here)
            bottled = await done(here, Verb.BOTTLE)
            assert git(clone, "branch", "--show-current") == "main" and "stands on main again" in bottled.message
            assert git(clone, "status", "--short") == ""
        view = await here.view()
        assert view.clone.branch == "main" and view.agent.status is Status.IDLE and len(view.pull_requests) >= 2
        git(clone, "switch", "--quiet", "--create", "topic")
        await done(here, Verb.POP)
        assert "stands on topic again" in (await done(here, Verb.RESET)).message
        assert git(clone, "branch", "--show-current") == "topic"


async def test_no_work_begins_in_an_own_checkout_that_somebody_works_in(station: OpenStation, demo: Demo) -> None:
    clone = clone_of(demo)
    async with station(workspace=Workspace.CHECKOUT) as here:
        (clone / "mine.txt").write_text("mine\n")
        before = await here.view()
        assert "mine.txt" in await refused(here, Verb.POP)
        (clone / "mine.txt").unlink()
        git(clone, "switch", "--quiet", "--detach")
        assert "stands on no branch" in await refused(here, Verb.POP)
        git(clone, "switch", "--quiet", "main")
        (clone / ".git" / "MERGE_HEAD").write_text(git(clone, "rev-parse", "HEAD"))
        assert "a merge" in await refused(here, Verb.POP)
        (clone / ".git" / "MERGE_HEAD").unlink()
        assert (await here.view()).ledger == before.ledger
        popped = await done(here, Verb.POP)
        (clone / "mine.txt").write_text("mine\n")
        assert "mine.txt" in await refused(here, Verb.LAUNCH)
        git(clone, "stash", "push", "--quiet", "--include-untracked")
        git(clone, "switch", "--quiet", "main")
        for verb in (Verb.LAUNCH, Verb.BOTTLE):
            message = await refused(here, verb)
            assert "stands on main" in message and (popped.branch or "?") in message
        let_go = await done(here, Verb.RESET)
        assert "checkout" not in let_go.message and git(clone, "branch", "--show-current") == "main"
        assert "mine.txt" in git(clone, "stash", "show", "--include-untracked", "--name-only")


async def test_an_own_checkout_with_uncommitted_files_stays_on_its_branch(station: OpenStation, demo: Demo) -> None:
    clone = clone_of(demo)
    async with station(workspace=Workspace.CHECKOUT) as here:
        popped = await done(here, Verb.POP)
        (clone / "mine.txt").write_text("mine\n")
        let_go = await done(here, Verb.RESET)
        assert f"stays on {popped.branch}" in let_go.message and "mine.txt" in let_go.message
        assert "try again" not in let_go.message and f"git -C {clone} switch main" in let_go.message
        assert git(clone, "branch", "--show-current") == popped.branch and (clone / "mine.txt").exists()
        git(clone, "stash", "push", "--quiet", "--include-untracked")
        assert (await here.view()).agent.status is Status.IDLE
        again = await done(here, Verb.POP)
        assert again.branch == popped.branch
        assert "stands on main again" in (await done(here, Verb.RESET)).message
        await done(here, Verb.POP)
        git(clone, "branch", "--quiet", "--delete", "--force", "main")
        assert "main, where it stood before, is gone" in (await done(here, Verb.RESET)).message


BREAKS = [(Verb.POP, "prepare"), (Verb.BOTTLE, "append"), (Verb.RESET, "append")]
PUT_BACK = [(verb, "put_back", Workspace.CHECKOUT) for verb in (Verb.BOTTLE, Verb.RESET)]


@pytest.mark.parametrize(
    ("verb", "method", "workspace"), [*((*each, workspace) for each in BREAKS for workspace in Workspace), *PUT_BACK]
)
async def test_what_breaks_off_anywhere_is_gone_on_with(
    station: OpenStation,
    demo: Demo,
    monkeypatch: pytest.MonkeyPatch,
    verb: Verb,
    method: str,
    workspace: Workspace,
) -> None:
    clone = clone_of(demo)
    (clone / ".env").write_text("SECRET=1\n")
    real = getattr(GitService, method)
    async with station(workspace=workspace, setup=WorkspaceSettings(copy=(".env",))) as here:
        if verb is not Verb.POP:
            worktree = worktree_of(await done(here, Verb.POP))
            git(worktree, "commit", "--quiet", "--allow-empty", "--message", "Work")

        async def dies(self: GitService, *arguments: object, **named: object) -> object:
            if method == "append" and "bottling" in str(arguments):
                return await real(self, *arguments, **named)
            raise RuntimeError("the power went")

        monkeypatch.setattr(GitService, method, dies)
        assert not (await act(here, verb)).ok
        monkeypatch.setattr(GitService, method, real)
    async with station(workspace=workspace, setup=WorkspaceSettings(copy=(".env",))) as again:
        view = await again.view()
        assert view.unfinished is not None, view
        await done(again, Verb.CONTINUE)
        await settled(again, clone, workspace, verb)


async def settled(station: Station, clone: Path, workspace: Workspace, verb: Verb) -> None:
    """What must be true in the end, whatever broke off."""
    view = await station.view()
    held = verb is Verb.POP
    assert view.agent.status is (Status.CLAIMED if held else Status.IDLE)
    assert view.unfinished is None and not _of_worktrees(view)
    wanted = view.agent.branch if held and workspace is Workspace.CHECKOUT else "main"
    assert git(clone, "branch", "--show-current") == wanted
    if held:
        assert view.agent.worktree is not None and view.agent.worktree.branch == view.agent.branch
        assert (Path(view.agent.worktree.path) / ".env").exists()


def _of_worktrees(view: Repository) -> list[DriftKind]:
    kinds = {DriftKind.UNEXPECTED_BRANCH, DriftKind.WORKTREE_GONE, DriftKind.DIRTY_WORKTREE}
    return [part.kind for part in view.drift if part.kind in kinds]
