"""Appending to the ledger: one winner, no branch for the others, and the truth after every doubt."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from services.git.yard import NAME, TOKEN, WORK, Yard, commit, entry, executable, git, service

from soda_tui.cockpit.ports.git import Pushed, RefUpdate
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.ledger import encode
from soda_tui.services.git.process import Deadlines

pytestmark = pytest.mark.anyio


def head(yard: Yard) -> str | None:
    """The ledger's head on the remote."""
    return yard.heads().get("soda/ledger")


def hook(yard: Yard, name: str, script: str) -> None:
    """A hook of the remote."""
    executable(yard.remote / "hooks" / name, script)


async def won(place: Place, nonce: str, expected: str | None = None) -> str:
    """An append that must succeed; its commit."""
    pushed = await service().append(place, entry(nonce), expected, None, hooks=False)
    assert pushed.mine
    assert pushed.head
    return pushed.head.oid


async def test_an_entry_is_a_commit_with_an_empty_tree_on_top_of_the_last(yard: Yard) -> None:
    place = yard.clone()
    first = await won(place, "1")
    second = await won(place, "2", first)
    assert head(yard) == second
    assert git(yard.remote, "log", "--format=%H %P|%an <%ae>|%cn", "soda/ledger").splitlines() == [
        f"{second} {first}|soda-tui <soda-tui@users.noreply.github.com>|soda-tui",
        f"{first} |soda-tui <soda-tui@users.noreply.github.com>|soda-tui",
    ]
    assert git(yard.remote, "ls-tree", "soda/ledger") == ""
    assert git(yard.remote, "show", "-s", "--format=%B", second) == encode(entry("2")).strip()
    assert git(place.path, "rev-parse", "refs/soda/remote/soda/ledger") == second
    assert git(yard.remote, "fsck", "--strict") == ""


async def test_entry_and_new_branch_go_together(yard: Yard) -> None:
    place = yard.clone()
    pushed = await service().append(place, entry("1"), None, RefUpdate(WORK, yard.first, None), hooks=False)
    assert pushed.mine
    assert yard.heads() == {"main": yard.first, WORK: yard.first, "soda/ledger": pushed.head and pushed.head.oid}


async def test_of_six_at_once_one_wins_and_the_others_know_who(yard: Yard) -> None:
    places = [yard.clone(f"clone{number}") for number in range(6)]
    expected: str | None = None
    for turn in range(3):
        results = await asyncio.gather(
            *(
                service().append(
                    place,
                    entry(f"{turn}-{number}", cockpit=f"cockpit{number}"),
                    expected,
                    RefUpdate(f"agent001/{turn}-by-{number}", yard.first, None),
                    hooks=False,
                )
                for number, place in enumerate(places)
            )
        )
        winners = [number for number, pushed in enumerate(results) if pushed.mine]
        assert len(winners) == 1
        expected = head(yard)
        for pushed in results:
            assert pushed.head is not None
            assert pushed.head.oid == expected
            assert f"Soda-Cockpit: cockpit{winners[0]}" in pushed.head.message
            assert pushed.refusal is None
        assert [name for name in yard.heads() if name.startswith(f"agent001/{turn}")] == [
            f"agent001/{turn}-by-{winners[0]}"
        ]


async def test_two_equal_claims_differ_by_their_nonce(yard: Yard) -> None:
    one, two = yard.clone("one"), yard.clone("two")
    results = [
        await service().append(place, entry(nonce), None, RefUpdate(WORK, yard.first, None), hooks=False)
        for place, nonce in ((one, "a"), (two, "b"))
    ]
    assert [pushed.mine for pushed in results] == [True, False]
    assert results[0].head == results[1].head


async def test_a_head_that_is_not_here_yet_is_fetched(yard: Yard) -> None:
    one, two = yard.clone("one"), yard.clone("two")
    first = await won(one, "1")
    second = await won(two, "2", first)
    assert git(yard.remote, "rev-parse", "soda/ledger^") == first
    seen = await won(two, "3", second)
    late = await service().append(one, entry("4"), first, None, hooks=False)
    assert (late.mine, late.head and late.head.oid) == (False, seen)


async def test_an_absent_ledger_loses_nothing_to_a_stale_memory(yard: Yard) -> None:
    place = yard.clone()
    first = await won(place, "1")
    git(yard.remote, "update-ref", "-d", "refs/heads/soda/ledger")
    pushed = await service().append(place, entry("2"), first, None, hooks=False)
    assert pushed == Pushed(False, None)
    assert head(yard) is None


async def test_a_branch_goes_forward_only(yard: Yard) -> None:
    place = yard.clone()
    theirs = yard.grow(WORK)
    mine = commit(place.path, "mine")
    with pytest.raises(Failure) as caught:
        await service().append(place, entry("1"), None, RefUpdate(WORK, mine, theirs), hooks=False)
    assert caught.value.problem.code is ErrorCode.REFUSED
    git(place.path, "merge", "-q", "refs/soda/remote/" + WORK)
    merged = git(place.path, "rev-parse", "HEAD")
    assert (await service().append(place, entry("1"), None, RefUpdate(WORK, merged, theirs), hooks=False)).mine
    assert yard.heads()[WORK] == merged


async def test_a_branch_that_moved_keeps_the_ledger_where_it_is(yard: Yard) -> None:
    place = yard.clone()
    first = await won(place, "1")
    theirs = yard.grow(WORK)
    await service().fetch(place, [WORK])
    for expected in (None, yard.first):
        mine = commit(place.path, f"mine{expected}")
        pushed = await service().append(place, entry("2"), first, RefUpdate(WORK, mine, expected), hooks=False)
        assert (pushed.mine, pushed.head and pushed.head.oid) == (False, first)
        assert pushed.refusal is not None
        assert WORK in pushed.refusal
    assert yard.heads()[WORK] == theirs
    assert head(yard) == first


async def test_entry_and_the_end_of_a_branch_go_together(yard: Yard) -> None:
    place = yard.clone()
    pushed = await service().append(place, entry("1"), None, RefUpdate(WORK, yard.first, None), hooks=False)
    head = pushed.head.oid if pushed.head else ""
    built = yard.grow(WORK)
    stale = await service().append(place, entry("2"), head, RefUpdate(WORK, None, yard.first), hooks=False)
    assert not stale.mine and "was changed on the remote" in (stale.refusal or "")
    assert stale.code is ErrorCode.REFUSED
    assert yard.heads() == {"main": yard.first, WORK: built, "soda/ledger": head}
    git(place.path, "fetch", "--quiet", "origin")
    gone = await service().append(place, entry("3"), head, RefUpdate(WORK, None, built), hooks=False)
    assert gone.mine and yard.heads() == {"main": yard.first, "soda/ledger": gone.head and gone.head.oid}


async def test_names_from_outside_are_no_options(yard: Yard) -> None:
    place = yard.clone()
    for name in ("--receive-pack=touch x", "a:refs/heads/main", "a..b"):
        with pytest.raises(Failure) as caught:
            await service().append(place, entry("1"), None, RefUpdate(name, yard.first, None), hooks=False)
        assert caught.value.problem.code is ErrorCode.REFUSED
    assert yard.heads() == {"main": yard.first}


async def test_an_answer_that_comes_too_late_is_found_out(yard: Yard) -> None:
    place = yard.clone()
    hook(yard, "post-receive", "sleep 60")
    update = RefUpdate(WORK, yard.first, None)
    pushed = await service(Deadlines(hooks=3)).append(place, entry("1"), None, update, hooks=True)
    assert pushed.mine
    assert not pushed.superseded
    assert pushed.head is not None
    assert pushed.head.oid == head(yard)
    assert yard.heads()[WORK] == yard.first


async def test_a_push_that_never_arrives_is_a_time_out(yard: Yard) -> None:
    hook(yard, "pre-receive", "sleep 60")
    with pytest.raises(Failure) as caught:
        await service(Deadlines(hooks=1)).append(yard.clone(), entry("1"), None, None, hooks=True)
    assert caught.value.problem.code is ErrorCode.GIT_TIMEOUT
    assert "has not moved" in caught.value.problem.message
    assert head(yard) is None


async def test_a_connection_that_drops_after_the_change(yard: Yard) -> None:
    hook(yard, "post-receive", "kill -9 $PPID")
    pushed = await service().append(yard.clone(), entry("1"), None, None, hooks=False)
    assert pushed.mine
    assert pushed.head is not None
    assert pushed.head.oid == head(yard)


async def test_a_connection_that_drops_before_the_change(yard: Yard) -> None:
    hook(yard, "pre-receive", "kill -9 $PPID")
    with pytest.raises(Failure) as caught:
        await service().append(yard.clone(), entry("1"), None, None, hooks=False)
    assert caught.value.problem.code is ErrorCode.NETWORK
    assert head(yard) is None


async def test_an_entry_that_went_in_and_was_built_upon(yard: Yard) -> None:
    hook(
        yard,
        "post-receive",
        "next=$(git commit-tree soda/ledger^{tree} -p soda/ledger -m theirs)\n"
        "git update-ref refs/heads/soda/ledger $next; kill -9 $PPID",
    )
    pushed = await service().append(yard.clone(), entry("1"), None, None, hooks=False)
    assert (pushed.mine, pushed.superseded) == (True, True)
    assert pushed.head is not None
    assert pushed.head.message == "theirs\n"


async def test_when_the_remote_cannot_be_asked_the_outcome_is_unknown(yard: Yard) -> None:
    hook(yard, "post-receive", 'mv "$PWD" "$PWD.gone"; kill -9 $PPID')
    with pytest.raises(Failure) as caught:
        await service().append(yard.clone(), entry("1"), None, None, hooks=False)
    assert caught.value.problem.code is ErrorCode.NETWORK
    assert "outcome is not known" in caught.value.problem.message
    assert Path(f"{yard.remote}.gone").exists()


async def test_a_remote_that_refuses_is_quoted(yard: Yard) -> None:
    place = yard.clone()
    hook(
        yard,
        "pre-receive",
        f"echo 'error: GH013: Repository rule violations found for refs/heads/{WORK}.' >&2\n"
        f"printf '\\033[31m- Cannot create ref\\033[0m https://me:{TOKEN}@github.com/\\n' >&2; exit 1",
    )
    pushed = await service().append(place, entry("1"), None, RefUpdate(WORK, yard.first, None), hooks=False)
    assert (pushed.mine, pushed.head) == (False, None)
    assert pushed.refusal is not None
    assert pushed.refusal.startswith(f"GH013: Repository rule violations found for refs/heads/{WORK}. - Cannot create")
    assert pushed.refusal.endswith("pre-receive hook declined.")
    assert TOKEN not in pushed.refusal
    assert pushed.code is ErrorCode.PUSH_REJECTED
    assert yard.heads() == {"main": yard.first}


async def test_a_refusal_of_the_branch_alone_stops_the_entry_too(yard: Yard) -> None:
    place = yard.clone()
    said = "refusing to allow an OAuth App to create or update workflow .github/workflows/ci.yml without workflow scope"
    hook(yard, "update", f'test "$1" = refs/heads/{WORK} && echo "{said}" && exit 1; exit 0')
    pushed = await service().append(place, entry("1"), None, RefUpdate(WORK, yard.first, None), hooks=False)
    assert not pushed.mine
    assert pushed.refusal is not None
    assert said in pushed.refusal
    assert pushed.code is ErrorCode.WORKFLOW_SCOPE
    assert yard.heads() == {"main": yard.first}


async def test_the_remote_is_gone(yard: Yard) -> None:
    place = yard.clone()
    shutil.rmtree(yard.remote)
    with pytest.raises(Failure) as caught:
        await service().append(place, entry("1"), None, None, hooks=False)
    assert caught.value.problem.code is ErrorCode.NOT_FOUND


async def test_signing_and_tags_and_pushing_habits_stay_out_of_it(yard: Yard) -> None:
    place = yard.clone()
    git(place.path, "tag", "-a", "-m", "mine", "v1", yard.first)
    for name, value in {
        "commit.gpgSign": "true",
        "push.gpgSign": "true",
        "gpg.program": "false",
        "push.followTags": "true",
        "push.default": "matching",
        "remote.pushDefault": "nowhere",
        "push.recurseSubmodules": "only",
    }.items():
        git(place.path, "config", name, value)
    commit_of = await service().append(place, entry("1"), None, RefUpdate(WORK, yard.first, None), hooks=True)
    assert commit_of.mine
    assert git(yard.remote, "tag") == ""


async def test_a_repository_with_the_other_hash(tmp_path: Path) -> None:
    remote, path = tmp_path / "r.git", tmp_path / "c"
    git(tmp_path, "init", "-q", "--bare", "--object-format=sha256", str(remote))
    git(tmp_path, "init", "-q", "--object-format=sha256", str(path))
    git(path, "remote", "add", "origin", str(remote))
    base = commit(path, "README")
    assert len(base) == 64
    place = Place(NAME, str(path), str(tmp_path / "worktree"))
    first = await won(place, "1")
    pushed = await service().append(place, entry("2"), first, RefUpdate(WORK, base, None), hooks=False)
    assert pushed.mine
    await service().prepare(place, WORK, base)
    assert git(place.worktree, "rev-parse", "HEAD") == base
