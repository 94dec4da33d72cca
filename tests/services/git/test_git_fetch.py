"""Fetching the ledger and named branches into a namespace of our own, from every kind of clone."""

from __future__ import annotations

import asyncio
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from services.git.yard import WORK, Yard, commit, entry, executable, git, service

from soda_tui.cockpit.ports.git import RefUpdate
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.ledger import encode
from soda_tui.services.git.process import Deadlines
from soda_tui.services.git.refs import LEDGER, branch_ref, revision

pytestmark = pytest.mark.anyio

KINDS = {
    "full": (),
    "shallow": ("--depth=1",),
    "partial": ("--filter=blob:none",),
    "treeless": ("--filter=tree:0", "--no-checkout"),
    "single": ("--single-branch", "--branch=main"),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_the_whole_way_in_every_kind_of_clone(yard: Yard, kind: str) -> None:
    place = yard.clone(kind, *KINDS[kind])
    base = yard.grow()
    git(yard.remote, "branch", "side", yard.first)
    shallow = git(place.path, "rev-parse", "--is-shallow-repository")
    refs = git(place.path, "for-each-ref", "refs/remotes", "refs/heads", "refs/tags")
    config = Path(place.path, ".git", "config").read_bytes()

    fetched = await service().fetch(place, ["main", "side"])
    assert fetched.ledger is None
    assert fetched.branches == {"main": base, "side": yard.first}
    popped = await service().append(place, entry("1"), None, RefUpdate(WORK, base, None), hooks=False)
    assert popped.mine
    assert git(place.path, "for-each-ref", "refs/remotes", "refs/heads", "refs/tags") == refs
    await service().prepare(place, WORK, base)
    work = commit(place.worktree, "fix.py")
    assert popped.head
    update = RefUpdate(WORK, work, base)
    bottling = await service().append(place, entry("2", "bottling"), popped.head.oid, update, hooks=True)
    assert bottling.mine
    assert yard.heads()[WORK] == work

    assert git(place.path, "rev-parse", "--is-shallow-repository") == shallow
    assert git(place.path, "for-each-ref", "refs/remotes") == "\n".join(
        r for r in refs.splitlines() if "/remotes/" in r
    )
    assert Path(place.path, ".git", "config").read_bytes() == config
    assert not Path(place.path, ".git", "FETCH_HEAD").exists()


async def test_the_ledgers_head_is_read(yard: Yard) -> None:
    mine, theirs = yard.clone("mine"), yard.clone("theirs")
    pushed = await service().append(theirs, entry("1"), None, None, hooks=False)
    head = (await service().fetch(mine, [])).ledger
    assert head == pushed.head
    assert head is not None
    assert head.message == encode(entry("1"))
    assert head.committed_at is not None
    assert abs((datetime.now(UTC) - head.committed_at).total_seconds()) < 600


async def test_a_ledger_that_went_away_is_absent(yard: Yard) -> None:
    place = yard.clone()
    await service().append(place, entry("1"), None, None, hooks=False)
    git(yard.remote, "update-ref", "-d", "refs/heads/soda/ledger")
    assert (await service().fetch(place, [])).ledger is None
    (kept,) = await service().ledger_log(place, 5)
    assert kept.message == encode(entry("1"))
    assert (await service().inspect(place, None, None)).seen_ledger
    again = await service().append(place, entry("2"), None, None, hooks=False)
    assert again.mine and (await service().fetch(place, [])).ledger == again.head


async def test_branches_that_are_gone_are_left_out(yard: Yard) -> None:
    place = yard.clone()
    await service().fetch(place, ["main"])
    wanted = ["gone", "main", "main", "never/was", "--upload-pack=touch x", "a:b", "*", ""]
    assert (await service().fetch(place, wanted)).branches == {"main": yard.first}


async def test_the_ordinary_fetch_is_one_process_on_the_network(
    yard: Yard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    executable(tmp_path / "bin" / "ssh", f'for last; do :; done; echo "$@" >>{log}; eval "$last"')
    monkeypatch.setenv("GIT_SSH_COMMAND", str(tmp_path / "bin" / "ssh"))
    place = yard.clone()
    git(place.path, "remote", "set-url", "origin", f"ssh://git@example.org{yard.remote}")
    assert (await service().fetch(place, ["main"])).branches == {"main": yard.first}
    assert (await service().append(place, entry("1"), None, None, hooks=False)).mine
    calls = log.read_text().splitlines()
    assert [call.count("BatchMode=yes") for call in calls] == [1, 1]
    assert "git-upload-pack" in calls[0]
    assert "git-receive-pack" in calls[1]


async def test_users_settings_do_not_widen_a_fetch(yard: Yard) -> None:
    place = yard.clone()
    git(place.path, "tag", "mine")
    git(yard.remote, "tag", "theirs", yard.first)
    yard.grow()
    for name in ("fetch.prune", "fetch.pruneTags", "remote.origin.prune", "fetch.writeCommitGraph"):
        git(place.path, "config", name, "true")
    git(place.path, "config", "remote.origin.tagOpt", "--tags")
    await service().fetch(place, ["main"])
    assert git(place.path, "tag") == "mine"
    assert git(place.path, "rev-parse", "origin/main") == yard.first


@pytest.mark.parametrize("rewrite", ["insteadOf", "pushInsteadOf"])
async def test_a_push_url_of_its_own_is_used(yard: Yard, rewrite: str) -> None:
    place = yard.clone()
    if rewrite == "insteadOf":
        git(place.path, "remote", "set-url", "--push", "origin", "alias:rocket.git")
    written = "alias:" if rewrite == "insteadOf" else f"file://{yard.root}/"
    git(place.path, "config", f"url.{yard.root}/.{rewrite}", written)
    assert git(place.path, "remote", "get-url", "--push", "origin") == str(yard.remote)
    assert (await service().append(place, entry("1"), None, None, hooks=False)).mine
    assert "soda/ledger" in yard.heads()


@pytest.mark.parametrize("key", ["remote.origin.pushurl", "url.{other}.pushInsteadOf", "remote.origin.url"])
async def test_a_push_to_another_repository_is_refused(yard: Yard, key: str) -> None:
    """What is read back from one repository tells nothing of what went to another."""
    place, other = yard.clone(), yard.root / "mirror.git"
    git(yard.root, "clone", "-q", "--mirror", str(yard.remote), str(other))
    git(place.path, "config", "--add", key.format(other=other), yard.remote.as_uri() if "{" in key else str(other))
    with pytest.raises(Failure) as caught:
        await service().append(place, entry("1"), None, RefUpdate(WORK, yard.first, None), hooks=False)
    assert caught.value.problem.code is ErrorCode.CLONE
    assert str(other) in caught.value.problem.message
    assert yard.heads() == {"main": yard.first} and git(other, "branch", "--list", "soda/*", WORK) == ""


async def test_remotes_that_do_not_answer(yard: Yard) -> None:
    place = yard.clone()
    for url, code in (
        (f"file://{yard.root}/gone.git", ErrorCode.NOT_FOUND),
        ("http://127.0.0.1:1/acme/rocket.git", ErrorCode.NETWORK),
    ):
        git(place.path, "remote", "set-url", "origin", url)
        with pytest.raises(Failure) as caught:
            await service().fetch(place, ["main"])
        assert caught.value.problem.code is code
    git(place.path, "config", "protocol.ext.allow", "always")
    git(place.path, "remote", "set-url", "origin", f"ext::touch {yard.root}/ran")
    with pytest.raises(Failure):
        await service().fetch(place, ["main"])
    assert not (yard.root / "ran").exists()
    git(place.path, "remote", "remove", "origin")
    with pytest.raises(Failure) as caught:
        await service().fetch(place, ["main"])
    assert caught.value.problem.code is ErrorCode.CLONE


async def test_a_remote_that_hangs_is_a_sentence(yard: Yard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "bin" / "ssh", "sleep 60")
    monkeypatch.setenv("GIT_SSH_COMMAND", str(tmp_path / "bin" / "ssh"))
    place = yard.clone()
    git(place.path, "remote", "set-url", "origin", f"ssh://git@example.org{yard.remote}")
    with pytest.raises(Failure) as caught:
        await service(Deadlines(network=0.3)).fetch(place, [])
    assert caught.value.problem.code is ErrorCode.GIT_TIMEOUT


@pytest.mark.parametrize(
    "name",
    [
        *("-x", "a..b", "a b", "a~1", "a^", "a:b", "a*", "a[", "a?", "a\\", "a\nb", "a\x7fb", "", "a@{1}"),
        *("/a", "a/", "a//b", ".a", "a/.b", "a.", "a.lock", "a.lock/b"),
    ],
)
def test_names_that_no_branch_can_have(tmp_path: Path, name: str) -> None:
    assert branch_ref(name) is None
    assert revision(name) == "refs/heads/"
    assert git(tmp_path, "check-ref-format", "--branch", name, check=False) == ""


@pytest.mark.parametrize("name", ["main", WORK, "fix/ünïcode", "a-b_c.d", "HEAD-x", "a@b", "soda/ledger"])
def test_names_that_a_branch_can_have(tmp_path: Path, name: str) -> None:
    assert branch_ref(name) == f"refs/heads/{name}"
    assert git(tmp_path, "check-ref-format", f"refs/heads/{name}") == ""


@pytest.mark.parametrize("seconds", ["3093527980800", "99999999999999", "-62167219201", str(10**30)])
async def test_a_ledger_commit_may_bear_a_time_that_no_calendar_has(yard: Yard, seconds: str) -> None:
    place = yard.clone()
    tree = git(yard.remote, "rev-parse", "main^{tree}")
    who = f"Someone <someone@example.com> {seconds} +0000"
    made = subprocess.run(
        ["git", "-C", str(yard.remote), "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        input=f"tree {tree}\nauthor {who}\ncommitter {who}\n\npopped 12\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    git(yard.remote, "update-ref", LEDGER, made)
    fetched = (await service().fetch(place, ())).ledger
    (logged,) = await service().ledger_log(place, 5)
    assert fetched is not None and (fetched.oid, logged.oid) == (made, made)


async def test_fetches_at_the_same_moment_all_succeed(yard: Yard) -> None:
    """As a cockpit, a service and a supervisor's look do in one clone; each sees the new head."""
    place, services = yard.clone(), [service() for _ in range(5)]
    head = (await service().append(place, entry("1"), None, None, hooks=False)).head or pytest.fail()
    for _ in range(4):
        tree = git(yard.remote, "rev-parse", f"{head.oid}^{{tree}}")
        moved = git(yard.remote, "commit-tree", "-p", head.oid, "-m", head.message, tree)
        git(yard.remote, "update-ref", "refs/heads/soda/ledger", moved, head.oid)
        found = await asyncio.gather(*(each.ledger_now(place) for each in services))
        assert [one and one.oid for one in found] == [moved] * 5
        head = found[0] or pytest.fail()


@pytest.mark.parametrize("stale", ["agent001", f"{WORK}/more"])
async def test_a_stale_name_makes_way_and_its_commit_stays(yard: Yard, stale: str) -> None:
    """Once a branch of the remote's, and now a folder of names there, or the other way round."""
    place = yard.clone()
    lone = git(place.path, "commit-tree", "-m", "Lone", "HEAD^{tree}")
    git(place.path, "update-ref", f"refs/soda/remote/{stale}", lone)
    git(yard.remote, "branch", WORK, yard.first)
    assert (await service().fetch(place, [WORK])).branches == {WORK: yard.first}
    assert git(place.path, "for-each-ref", "--format=%(refname)", "refs/soda").splitlines() == [
        f"refs/soda/parked/{lone}",
        f"refs/soda/remote/{WORK}",
    ]
    git(place.path, "update-ref", "-d", f"refs/soda/remote/{WORK}")
    git(place.path, "update-ref", f"refs/soda/remote/{stale}", lone)
    listed = await service().leftovers(place, "main", ())
    assert (listed.problem, [branch.name for branch in listed.branches]) == (None, [WORK])
