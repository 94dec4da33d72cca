"""Acts that come upon uncommitted work: it is named, kept where it is found again, and taken in only when wished."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from stations import KEY, OpenStation, Station, git, worktree_of

import soda_tui
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, Status
from soda_tui.domain.configuration.settings import Workspace
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.outcome import Options, Outcome

pytestmark = pytest.mark.anyio

YES = Options(yes=True)


async def act(station: Station, verb: Verb, options: Options = YES) -> Outcome:
    return await station.opened.engine.act(KEY, verb, options)


async def popped(station: Station) -> Path:
    done = await act(station, Verb.POP)
    assert done.ok, done
    return worktree_of(done)


def dirty(worktree: Path) -> None:
    (worktree / "new folder").mkdir()
    (worktree / "new folder" / "untracked.txt").write_text("untracked\n")
    tracked = git(worktree, "ls-files").splitlines()[0]
    (worktree / tracked).write_text("changed\n")


def undo_line(outcome: Outcome) -> str:
    found = re.search(r"beside the clone: (git .*)$", outcome.message)
    assert found, outcome.message
    return found[1]


def rescues(worktree: Path) -> list[str]:
    return git(worktree, "branch", "--list", "soda-rescue/*", "--format=%(refname:short)").splitlines()


async def test_reset_keeps_uncommitted_work_and_prints_what_brings_it_back(station: OpenStation) -> None:
    async with station() as here:
        worktree = await popped(here)
        dirty(worktree)
        before = git(worktree, "status", "--porcelain", "--untracked-files=all")
        asked = await act(here, Verb.RESET, Options())
        assert asked.asks is not None and "2 files" in asked.asks and "new folder/untracked.txt" in asked.asks
        planned = await act(here, Verb.RESET, Options(dry_run=True))
        assert [step.name for step in planned.steps] == ["RescueWork", "UnmarkIssue", "ReleaseClaim"]
        assert rescues(worktree) == [] and git(worktree, "status", "--porcelain", "--untracked-files=all") == before
        done = await act(here, Verb.RESET, Options(yes=True, seen=asked.seen))
        assert done.ok, done
        (branch,) = rescues(worktree)
        assert branch in done.message and branch.startswith(f"soda-rescue/{done.issue}-")
        assert git(worktree, "status", "--porcelain") == ""
        assert (await here.view()).agent.status is Status.IDLE
        line = undo_line(done)
        subprocess.run(line, shell=True, check=True, capture_output=True)
        again = Path(shlex.split(line)[7])
        git(again, "restore", "--staged", ".")
        assert git(again, "status", "--porcelain", "--untracked-files=all") == before
        asked = await act(here, Verb.UNDO, Options())
        assert asked.asks is not None and branch in asked.asks and "2 files" in asked.asks
        undone = await act(here, Verb.UNDO, Options(yes=True, seen=asked.seen))
        assert undone.ok, undone
        back = undone.message.partition("this puts it back: ")[2]
        subprocess.run(shlex.split(back), check=True, capture_output=True)
        git(worktree, "restore", "--staged", ".")
        assert git(worktree, "status", "--porcelain", "--untracked-files=all") == before
        assert branch not in git(worktree, "ls-remote", "origin")


async def test_a_yes_to_some_files_is_no_yes_to_others(station: OpenStation) -> None:
    async with station() as here:
        worktree = await popped(here)
        dirty(worktree)
        asked = await act(here, Verb.RESET, Options())
        git(worktree, "switch", "--quiet", "--detach")
        git(worktree, "commit", "--quiet", "--allow-empty", "--message", "On no branch")
        again = await act(here, Verb.RESET, Options(yes=True, seen=asked.seen))
        assert again.asks is not None and "1 commit" in again.asks, "nor to commits"
        (worktree / "later.txt").write_text("later\n")
        again = await act(here, Verb.RESET, Options(yes=True, seen=asked.seen))
        assert again.asks is not None and "later.txt" in again.asks
        assert rescues(worktree) == [] and (worktree / "later.txt").exists()


async def test_reset_refuses_what_it_cannot_keep(station: OpenStation) -> None:
    async with station() as here:
        worktree = await popped(here)
        dirty(worktree)
        git(worktree, "init", "--quiet", "nested")
        (worktree / "nested" / "file").write_text("work\n")
        git(worktree / "nested", "add", ".")
        git(worktree / "nested", "commit", "--quiet", "--message", "Nested")
        refused = await act(here, Verb.RESET)
        assert refused.problem is not None and refused.problem.code is ErrorCode.REFUSED
        assert "nested" in refused.message
        lock = Path(git(worktree, "rev-parse", "--absolute-git-dir"), "index.lock")
        (worktree / "nested").rename(worktree.parent / "elsewhere")
        lock.touch()
        assert "index.lock" in (await act(here, Verb.RESET)).message
        assert rescues(worktree) == [] and (await here.view()).agent.status is Status.CLAIMED
        lock.unlink()
        assert (await act(here, Verb.RESET)).ok


async def test_pop_offers_to_keep_what_a_crash_left(station: OpenStation) -> None:
    async with station() as here:
        worktree = await popped(here)
        assert (await act(here, Verb.RESET)).ok
        dirty(worktree)
        asked = await act(here, Verb.POP, Options(fresh=True))
        assert asked.asks is not None and "new folder/untracked.txt" in asked.asks and rescues(worktree) == []
        done = await act(here, Verb.POP, Options(fresh=True, yes=True, seen=asked.seen))
        assert done.ok, done
        (branch,) = rescues(worktree)
        assert git(worktree, "show", f"{branch}:new folder/untracked.txt") == "untracked"
        assert undo_line(done) and git(worktree, "branch", "--show-current") == done.branch


async def test_pop_on_the_same_branch_goes_on_with_what_is_there(station: OpenStation) -> None:
    async with station() as here:
        worktree = await popped(here)
        assert (await act(here, Verb.RESET)).ok
        dirty(worktree)
        assert (await act(here, Verb.POP, Options())).ok
        assert (worktree / "new folder" / "untracked.txt").exists() and rescues(worktree) == []


async def test_the_users_own_checkout_is_left_as_it_is(station: OpenStation) -> None:
    async with station(workspace=Workspace.CHECKOUT) as here:
        worktree = await popped(here)
        dirty(worktree)
        await act(here, Verb.RESET)
        assert (worktree / "new folder" / "untracked.txt").exists() and rescues(worktree) == []


async def test_bottle_commits_all_only_when_that_is_said(station: OpenStation, empty_home: Path) -> None:
    async with station() as here:
        worktree = await popped(here)
        dirty(worktree)
        refused = await act(here, Verb.BOTTLE)
        assert refused.problem is not None and "--commit-all" in refused.message
        assert not (await act(here, Verb.BOTTLE, Options(dry_run=True))).ok
        asked = await act(here, Verb.BOTTLE, Options())
        assert asked.asks is not None and "2 files" in asked.asks and "new folder/untracked.txt" in asked.asks
        planned = await act(here, Verb.BOTTLE, Options(dry_run=True, commit_all=True))
        assert "new folder/untracked.txt" in planned.steps[0].what
        hooks = Path(git(worktree, "rev-parse", "--git-path", "hooks"))
        hooks = hooks if hooks.is_absolute() else worktree / hooks
        hooks.mkdir(exist_ok=True)
        (hooks / "pre-commit").write_text("#!/bin/sh\necho not like this >&2\nexit 1\n")
        (hooks / "pre-commit").chmod(0o755)
        stopped = await act(here, Verb.BOTTLE, Options(yes=True, commit_all=True))
        assert "not like this" in stopped.message and not stopped.ok
        (hooks / "pre-commit").unlink()
        (worktree / "staged.txt").write_text("staged\n")
        git(worktree, "add", "staged.txt")
        (worktree / "staged.txt").write_text("on disk\n")
        done = await act(here, Verb.BOTTLE, Options(yes=True, commit_all=True))
        assert done.ok, done
        (kept,) = rescues(worktree)
        assert f"{kept}^2" in done.message and git(worktree, "show", f"{kept}^2:staged.txt") == "staged"
        assert git(worktree, "log", "-1", "--format=%an", done.branch or "") == "Test"
        assert "#" not in git(worktree, "log", "-1", "--format=%s", done.branch or "")
        assert git(worktree, "rev-parse", done.branch or "") in git(worktree, "ls-remote", "origin", done.branch or "")


async def test_what_a_hook_put_in_is_pushed_by_no_second_try(station: OpenStation, empty_home: Path) -> None:
    async with station() as here:
        worktree = await popped(here)
        hook = Path(git(worktree, "rev-parse", "--path-format=absolute", "--git-path", "hooks"), "pre-commit")
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\necho A=1 > .env; git add -f .env\n")
        hook.chmod(0o755)
        (worktree / "work.txt").write_text("work\n")
        said = await act(here, Verb.BOTTLE, Options(yes=True, commit_all=True))
        assert not said.ok and "It was not pushed" in said.message
        for verb in (Verb.CONTINUE, Verb.BOTTLE):
            again = await act(here, verb, Options(yes=verb is Verb.BOTTLE))
            assert not again.ok and ".env (named like credentials)" in again.message, again
        branch = git(worktree, "branch", "--show-current")
        git(worktree, "push", "--quiet", "--no-verify", "origin", f":{branch}")
        repair = Options(yes=True, repair=DriftKind.BRANCH_GONE)
        assert [one.kind for one in (await here.view()).drift] == [DriftKind.BRANCH_GONE]
        refused = await act(here, Verb.REPAIR, repair)
        assert not refused.ok and ".env (named" in refused.message and "drift --repair" in refused.message
        assert (await act(here, Verb.REPAIR, Options(yes=True, repair=repair.repair, include=(".env",)))).ok
        done = await act(here, Verb.BOTTLE, Options(yes=True))
        assert done.ok, done


async def test_bottle_takes_in_nothing_large_or_secret_unseen(station: OpenStation) -> None:
    async with station() as here:
        worktree = await popped(here)
        secrets = {
            ".env": "A=1\n",
            "deploy/id_rsa": "x\n",
            "server.pem": "x\n",
            "notes.txt": f"token ghp_{'a' * 36}\n",
            ".npmrc": "//registry.example/:_authToken=abc\n",
            "key": "-----BEGIN OPENSSH PRIVATE KEY-----\n",
        }
        for name, content in secrets.items():
            (worktree / name).parent.mkdir(exist_ok=True)
            (worktree / name).write_text(content)
        (worktree / "large.bin").write_bytes(bytes(5_000_001))
        for name in (".env.example", "fine.pub", "fits.bin"):
            (worktree / name).write_text("x\n")
        options = Options(yes=True, commit_all=True)
        refused = await act(here, Verb.BOTTLE, options)
        told = [*secrets, "large.bin"]
        assert refused.problem is not None and all(name in refused.message for name in told)
        assert not any(name in refused.message for name in (".env.example", "fine.pub", "fits.bin"))
        named = Options(yes=True, commit_all=True, include=(*told, "no-such"))
        assert "no-such" in (await act(here, Verb.BOTTLE, named)).message
        assert git(worktree, "diff", "--cached", "--name-only") == ""
        assert (await act(here, Verb.BOTTLE, Options(yes=True, commit_all=True, include=tuple(told)))).ok


# What could take something away from somebody, and the only files that may do it, with the reason.
_DESTROYS = re.compile(
    r"reset.{1,4}--hard|[\"' ]clean[\"', ]+-|branch[\"', ]+(-D|--delete|-d)\b"
    r"|(checkout|switch)[\"', ]+(-f|--force|--discard)"
    r"|worktree[\"', ]+(remove|prune)[\"', ]|rmtree|\.unlink\(|\bos\.(remove|unlink|rmdir)\(|\.rmdir\("
    r"|update-ref.*\"-d\""
    r"|stash[\"', ]+(drop|clear)|reflog[\"', ]+(expire|delete)|[\"']gc[\"']"
)
_ALLOWED = {
    "services/git/clearing.py": "files that a rescue holds byte for byte",
    "services/git/safety.py": "a branch whose commits something else holds",
    "services/git/indexlock.py": "its own lock",
    "services/git/scratch.py": "its own folders, which nobody has locked for an hour",
    "services/git/unseen.py": "its own mark",
    "services/git/removal.py": "a worktree in which nothing is at stake, its ignored files named, and never by force",
    "services/retention.py": "the cockpit's own files, which a person agreed to",
    "services/git/checkout.py": "its own marker, and files that a broken-off filling has just made of commits",
}
_OWN_FILES = (
    "sandbox/",
    "services/agents/",
    "services/files.py",
    "services/store.py",
    "services/journal",
    "services/locks.py",
    "services/readings.py",
    "services/config/draft.py",
    "services/service.py",
)


def destroying() -> Iterator[tuple[str, str]]:
    root = Path(soda_tui.__file__).parent
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        for line in path.read_text().splitlines():
            if _DESTROYS.search(line):
                yield name, line.strip()


def test_only_the_modules_of_safety_can_lose_anything() -> None:
    found = list(destroying())
    strange = [each for each in found if each[0] not in _ALLOWED and not each[0].startswith(_OWN_FILES)]
    assert strange == []
    assert {name for name, _ in found} >= set(_ALLOWED)
