"""Refs are the remote's real refs, and merging is real."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from sandbox.asker import ROCKET, Asker, Clock

from soda_tui.sandbox.errors import Refused
from soda_tui.sandbox.people import People
from soda_tui.sandbox.world import World

PULL = """query($n:Int!){repository(owner:"acme",name:"rocket"){pullRequest(number:$n){
  state merged headRefOid baseRefOid mergeable mergeStateStatus reviewDecision updatedAt statusCheckRollup{state}
  headRef{name} mergeCommit{oid message parents(first:5){totalCount}} closingIssuesReferences(first:5){nodes{number}}
  commits(first:5){totalCount} files(first:5){nodes{path additions}}}}}"""
MERGE = """mutation($p:ID!,$m:PullRequestMergeMethod,$h:GitObjectID){
  mergePullRequest(input:{pullRequestId:$p,mergeMethod:$m,expectedHeadOid:$h}){pullRequest{state}}}"""


def pull(ask: Asker, number: int) -> dict[str, Any]:
    found: dict[str, Any] = ask.data(PULL, n=number)["repository"]["pullRequest"]
    return found


@pytest.fixture
def work(people: People) -> tuple[int, str]:
    """An open pull request with one commit, and its head."""
    head = people.push(ROCKET, "agent001/1-fix", {"tank.txt": "not empty\n"}, "Fix it")
    return people.open_pull_request(ROCKET, "agent001/1-fix", "Fix", "Fixes #1", by="you"), head


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_refs_are_what_git_has_packed_or_loose(tmp_path: Path, world: World, ask: Asker) -> None:
    remote = world.repository(ROCKET).remote
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(remote.path), str(clone)], check=True)
    for name in ("agent001/2-b", "agent001/1-a"):
        git(clone, "commit", "-q", "--allow-empty", "-m", f"work on {name}")
        git(clone, "push", "-q", "origin", f"HEAD:refs/heads/{name}")
    query = """{repository(owner:"acme",name:"rocket"){defaultBranchRef{name target{oid}}
      refs(refPrefix:"refs/heads/agent001/",first:9){nodes{prefix name target{... on Commit{message}}}}
      ref(qualifiedName:"refs/heads/agent001/1-a"){target{oid ... on Commit{message committedDate}}}}}"""
    expected = [
        ("refs/heads/agent001/1-a", "work on agent001/1-a"),
        ("refs/heads/agent001/2-b", "work on agent001/2-b"),
    ]
    for pack in (False, True):
        if pack:
            remote.git("pack-refs", "--all")
            remote.git("repack", "-adq")
        found = ask.data(query)["repository"]
        assert [(r["prefix"] + r["name"], r["target"]["message"]) for r in found["refs"]["nodes"]] == expected
        assert found["ref"]["target"]["oid"] == git(clone, "rev-parse", "HEAD")
        assert found["defaultBranchRef"]["target"]["oid"] == git(clone, "rev-parse", "origin/main")
    world.open_questions.relative_ref_names = True
    names = [(r["prefix"], r["name"]) for r in ask.data(query)["repository"]["refs"]["nodes"]]
    assert names == [("refs/heads/agent001/", "1-a"), ("refs/heads/agent001/", "2-b")]


def test_an_open_pull_request_follows_its_branch(
    ask: Asker, people: People, clock: Clock, work: tuple[int, str]
) -> None:
    number, head = work
    assert pull(ask, number)["headRefOid"] == head
    clock.advance(hours=1)
    second = people.push(ROCKET, "agent001/1-fix", {"more.txt": "more\n"}, "More")
    found = pull(ask, number)
    assert (found["headRefOid"], found["updatedAt"]) == (second, "2026-03-01T13:00:00Z")
    assert found["commits"]["totalCount"] == 2
    assert [each["path"] for each in found["files"]["nodes"]] == ["more.txt", "tank.txt"]
    people.delete_branch(ROCKET, "agent001/1-fix")
    found = pull(ask, number)
    assert (found["state"], found["headRef"], found["headRefOid"], found["mergeable"]) == (
        "CLOSED",
        None,
        second,
        "UNKNOWN",
    )


@pytest.mark.parametrize(
    "method,parents,headline",
    [
        ("MERGE", 2, "Merge pull request #2 from acme/agent001/1-fix"),
        ("SQUASH", 1, "Fix (#2)"),
        ("REBASE", 1, "Fix it"),
    ],
)
def test_merging_is_real_and_closes_what_it_fixes(
    world: World, ask: Asker, people: People, work: tuple[int, str], method: str, parents: int, headline: str
) -> None:
    number, head = work
    people.push(ROCKET, "main", {"other.txt": "meanwhile\n"}, "Meanwhile")
    identity = world.repository(ROCKET).pull_requests[number].id
    assert ask.data(MERGE, p=identity, m=method, h=head)["mergePullRequest"]["pullRequest"] == {"state": "MERGED"}
    found = pull(ask, number)
    assert found["mergeCommit"]["parents"]["totalCount"] == parents
    assert found["mergeCommit"]["message"].splitlines()[0] == headline
    remote = world.repository(ROCKET).remote
    assert remote.ref("refs/heads/main") == found["mergeCommit"]["oid"]
    assert remote.git("ls-tree", "-r", "--name-only", "main").split() == ["README.md", "other.txt", "tank.txt"]
    assert world.repository(ROCKET).issues[1].state == "CLOSED"
    again = ask.error(MERGE, p=identity, m=method)
    assert (again["type"], again["message"]) == ("UNPROCESSABLE", "Pull Request already merged")


def test_a_merge_needs_the_head_that_was_seen(world: World, ask: Asker, people: People, work: tuple[int, str]) -> None:
    number, head = work
    people.push(ROCKET, "agent001/1-fix", {"more.txt": "more\n"})
    refused = ask.error(MERGE, p=world.repository(ROCKET).pull_requests[number].id, h=head)
    assert refused["message"] == "Head branch was modified. Review and try the merge again."
    assert pull(ask, number)["state"] == "OPEN"


@pytest.mark.parametrize("method", ["MERGE", "SQUASH", "REBASE"])
def test_conflicts_are_found_and_refused(
    world: World, ask: Asker, people: People, work: tuple[int, str], method: str
) -> None:
    before = people.push(ROCKET, "main", {"tank.txt": "something else\n"})
    found = pull(ask, work[0])
    assert (found["mergeable"], found["mergeStateStatus"]) == ("CONFLICTING", "DIRTY")
    assert ask.error(MERGE, p=world.repository(ROCKET).pull_requests[2].id, m=method)["type"] == "UNPROCESSABLE"
    assert world.repository(ROCKET).remote.ref("refs/heads/main") == before


def test_checks_reviews_and_what_a_merge_needs(ask: Asker, people: People, work: tuple[int, str]) -> None:
    number, _ = work
    found = pull(ask, number)
    assert (found["statusCheckRollup"], found["reviewDecision"], found["mergeStateStatus"]) == (None, None, "CLEAN")
    people.require(ROCKET, approvals=1, checks=["test"])
    assert pull(ask, number)["mergeStateStatus"] == "BLOCKED"
    people.set_checks(ROCKET, number, build="SUCCESS", test="PENDING")
    people.review(ROCKET, number, "CHANGES_REQUESTED")
    found = pull(ask, number)
    assert (found["statusCheckRollup"]["state"], found["reviewDecision"]) == ("PENDING", "CHANGES_REQUESTED")
    people.review(ROCKET, number, "APPROVED")
    with pytest.raises(Refused, match='"test" is in progress'):
        people.merge(ROCKET, number)
    people.set_checks(ROCKET, number, build="SUCCESS", test="SUCCESS")
    assert pull(ask, number)["reviewDecision"] == "APPROVED"
    people.push(ROCKET, "agent001/1-fix", {"more.txt": "more\n"})
    assert pull(ask, number)["statusCheckRollup"] is None
    people.set_checks(ROCKET, number, test="SUCCESS")
    people.merge(ROCKET, number, "SQUASH")


def test_a_draft_cannot_be_merged_and_nobody_approves_their_own(people: People, work: tuple[int, str]) -> None:
    people.set_draft(ROCKET, work[0], True)
    with pytest.raises(Refused, match="still a draft"):
        people.merge(ROCKET, work[0])
    with pytest.raises(Refused, match="own pull request"):
        people.review(ROCKET, work[0], by="you")


def test_work_that_is_pushed_to_the_base_by_hand_counts_as_merged(
    world: World, ask: Asker, work: tuple[int, str]
) -> None:
    remote = world.repository(ROCKET).remote
    remote.git("update-ref", "refs/heads/main", work[1])
    found = pull(ask, work[0])
    assert (found["state"], found["mergeCommit"]["oid"]) == ("MERGED", work[1])


def test_another_base_than_the_default_branch_closes_nothing(world: World, people: People) -> None:
    people.push(ROCKET, "release", {"r.txt": "r\n"})
    people.push(ROCKET, "fix", {"f.txt": "f\n"}, "Fixes #1", start="release")
    people.merge(ROCKET, people.open_pull_request(ROCKET, "fix", "Fix", "Fixes #1", base="release"))
    assert world.repository(ROCKET).issues[1].state == "OPEN"


def test_the_branch_goes_where_the_repository_says_so(world: World, people: People, work: tuple[int, str]) -> None:
    world.repository(ROCKET).delete_branch_on_merge = True
    people.merge(ROCKET, work[0])
    assert world.repository(ROCKET).remote.ref("refs/heads/agent001/1-fix") is None
    assert world.repository(ROCKET).pull_requests[work[0]].state == "MERGED"
