"""The user's pre-push hook: asked about the work, where the work is, with nothing that only the cockpit knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from services.git.yard import TOKEN, WORK, Yard, commit, entry, executable, git, service

from soda_tui.cockpit.ports.git import Pushed, RefUpdate
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.services.git.environment import HANDED
from soda_tui.services.git.process import Deadlines

pytestmark = pytest.mark.anyio
TOLD = 'pwd; echo "$@"; cat; git rev-parse --show-toplevel --abbrev-ref HEAD; env'


async def worked(yard: Yard) -> tuple[Place, str, str]:
    """A clone with a commit in its worktree, that commit, and the ledger's head."""
    place = yard.clone()
    claimed = await service().append(place, entry("1"), None, RefUpdate(WORK, yard.first, None), hooks=False)
    await service().prepare(place, WORK, yard.first)
    assert claimed.head is not None
    return place, commit(place.worktree, "fix.py"), claimed.head.oid


async def bottled(yard: Yard, place: Place, work: str, head: str, deadlines: Deadlines | None = None) -> Pushed:
    """The push of the work."""
    update = RefUpdate(WORK, work, yard.first)
    return await service(deadlines).append(place, entry("2", "bottling"), head, update, hooks=True)


def hook(place: Place, script: str) -> Path:
    """A pre-push hook of the clone."""
    file = Path(place.path, ".git", "hooks", "pre-push")
    executable(file, script)
    return file


async def test_it_judges_the_work_and_not_what_the_clone_stands_on(yard: Yard, tmp_path: Path) -> None:
    place, work, head = await worked(yard)
    seen = tmp_path / "seen"
    hook(place, f"{{ {TOLD}; }} >{seen}")
    assert (await bottled(yard, place, work, head)).mine
    assert yard.heads()[WORK] == work
    url = git(place.path, "remote", "get-url", "origin")
    ref = f"refs/heads/{WORK}"
    assert seen.read_text().splitlines()[:5] == [
        place.worktree,
        f"origin {url}",
        f"{ref} {work} {ref} {yard.first}",
        place.worktree,
        WORK,
    ]


async def test_it_is_told_of_no_credential(yard: Yard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, work, head = await worked(yard)
    seen = tmp_path / "seen"
    hook(place, f"env >{seen}; cat /proc/$PPID/environ >>{seen} 2>/dev/null; exit 0")
    for name in ("GH_TOKEN", "GITHUB_TOKEN", "MY_LITTLE_SODA_GITHUB_TOKEN"):
        monkeypatch.setenv(name, TOKEN)
    monkeypatch.setenv("KEPT", "kept")
    assert (await bottled(yard, place, work, head)).mine
    own = seen.read_bytes().partition(b"\0")[0].decode().splitlines()
    assert "KEPT=kept" in own
    assert TOKEN.encode() not in seen.read_bytes() and HANDED.encode() not in seen.read_bytes()


@pytest.mark.parametrize("locale", ["C.UTF-8", None])
async def test_it_has_the_users_locale(yard: Yard, monkeypatch: pytest.MonkeyPatch, locale: str | None) -> None:
    place, work, head = await worked(yard)
    monkeypatch.setenv("LC_ALL", locale) if locale else monkeypatch.delenv("LC_ALL", raising=False)
    hook(place, f'test "$LC_ALL" = "{locale or ""}"')
    assert (await bottled(yard, place, work, head)).mine


async def test_what_it_says_is_what_a_person_reads(yard: Yard) -> None:
    place, work, head = await worked(yard)
    hook(place, "echo 'tests failed: 3'; echo 'see the log' >&2; exit 1")
    pushed = await bottled(yard, place, work, head)
    assert (pushed.mine, pushed.head and pushed.head.oid) == (False, head)
    assert pushed.refusal == "the pre-push hook of the clone stopped it (tests failed: 3 see the log)."
    assert (pushed.code, pushed.detail) == (ErrorCode.HOOK_REFUSED, "tests failed: 3\nsee the log")
    assert yard.heads() == {"main": yard.first, WORK: yard.first, "soda/ledger": head}


async def test_claims_do_not_ask_it(yard: Yard, tmp_path: Path) -> None:
    place = yard.clone()
    mark = tmp_path / "ran"
    hook(place, f"touch {mark}; exit 1")
    claimed = await service().append(place, entry("1"), None, RefUpdate(WORK, yard.first, None), hooks=False)
    assert claimed.mine and not mark.exists()


async def test_the_users_own_place_for_hooks(yard: Yard) -> None:
    """A relative one counts from the top of the worktree, as git has it; a file that cannot be run is none."""
    place, _, head = await worked(yard)
    git(place.path, "config", "core.hooksPath", ".hooks")
    commit(place.worktree, ".hooks/pre-push", "echo of the work >&2\nexit 1\n")
    work = git(place.worktree, "rev-parse", "HEAD")
    file = Path(place.worktree, ".hooks", "pre-push")
    file.chmod(0o755)
    refused = await bottled(yard, place, work, head)
    assert "stopped it (of the work)" in (refused.refusal or "")
    file.chmod(0o644)
    assert (await bottled(yard, place, work, head)).mine


async def test_one_that_does_not_end_pushes_nothing(yard: Yard) -> None:
    place, work, head = await worked(yard)
    hook(place, "sleep 60")
    with pytest.raises(Failure) as caught:
        await bottled(yard, place, work, head, Deadlines(hooks=1))
    assert caught.value.problem.code is ErrorCode.HOOK_REFUSED
    assert "nothing was pushed" in caught.value.problem.message
    assert yard.heads() == {"main": yard.first, WORK: yard.first, "soda/ledger": head}


async def test_stashes_stay_as_they_are(yard: Yard) -> None:
    place, work, head = await worked(yard)
    Path(place.path, "README").write_text("put away")
    git(place.path, "stash")
    stashes = git(place.path, "stash", "list", "--format=%H %gs")
    hook(place, "cat >/dev/null")
    assert (await bottled(yard, place, work, head)).mine
    assert git(place.path, "stash", "list", "--format=%H %gs") == stashes != ""
