"""Auto-merge and the merge queue, as GitHub has them."""

from __future__ import annotations

import pytest
from sandbox.asker import ROCKET, Asker

from soda_tui.sandbox.people import People
from soda_tui.sandbox.world import World

PULL = """query($n:Int!){repository(owner:"acme",name:"rocket"){viewerDefaultMergeMethod autoMergeAllowed
  mergeQueue{entries(first:5){nodes{position pullRequest{number}}}}
  pullRequest(number:$n){id state headRefOid mergeStateStatus isMergeQueueEnabled isInMergeQueue
    mergeQueueEntry{position state} autoMergeRequest{enabledAt mergeMethod enabledBy{login}}}}}"""
MERGE = """mutation($p:ID!,$h:GitObjectID){mergePullRequest(input:{pullRequestId:$p,expectedHeadOid:$h}){
  pullRequest{state}}}"""
AUTO = """mutation($p:ID!,$h:GitObjectID){enablePullRequestAutoMerge(input:{pullRequestId:$p,expectedHeadOid:$h,
  mergeMethod:SQUASH}){pullRequest{state}}}"""
DEQUEUE = "mutation($p:ID!){dequeuePullRequest(input:{id:$p}){mergeQueueEntry{position}}}"
OFF = "mutation($p:ID!){disablePullRequestAutoMerge(input:{pullRequestId:$p}){pullRequest{state}}}"
ENQUEUE = """mutation($p:ID!,$h:GitObjectID){enqueuePullRequest(input:{pullRequestId:$p,expectedHeadOid:$h}){
  mergeQueueEntry{position}}}"""
STALE = "0" * 40


def opened(people: People, name: str, files: dict[str, str | None]) -> int:
    people.push(ROCKET, f"agent001/{name}", files, "Fix it")
    return people.open_pull_request(ROCKET, f"agent001/{name}", "Fix", "Fixes #1", by="you")


@pytest.fixture
def work(people: People) -> int:
    """An open pull request with one commit."""
    return opened(people, "1-fix", {"tank.txt": "not empty\n"})


def test_it_is_merged_by_itself_once_the_rules_are_met(world: World, ask: Asker, people: People, work: int) -> None:
    identity = world.repository(ROCKET).pull_requests[work].id
    assert "not allowed" in ask.error(AUTO, p=identity)["message"]
    people.allow_merges(ROCKET, default="SQUASH", auto=True)
    assert "clean status" in ask.error(AUTO, p=identity)["message"]
    people.require(ROCKET, checks=("build",))
    assert "Head branch was modified" in ask.error(AUTO, p=identity, h=STALE)["message"]
    ask.data(AUTO, p=identity)
    seen = ask.data(PULL, n=work)["repository"]
    assert (seen["viewerDefaultMergeMethod"], seen["autoMergeAllowed"]) == ("SQUASH", True)
    waiting = seen["pullRequest"]["autoMergeRequest"]
    assert (waiting["mergeMethod"], waiting["enabledBy"]) == ("SQUASH", {"login": "you"})
    assert (seen["pullRequest"]["state"], seen["pullRequest"]["mergeStateStatus"]) == ("OPEN", "BLOCKED")
    ask.data(OFF, p=identity)
    people.set_checks(ROCKET, work, build="SUCCESS")
    assert ask.data(PULL, n=work)["repository"]["pullRequest"]["state"] == "OPEN"
    people.set_checks(ROCKET, work, build="PENDING")
    ask.data(AUTO, p=identity)
    people.set_checks(ROCKET, work, build="SUCCESS")
    assert ask.data(PULL, n=work)["repository"]["pullRequest"]["state"] == "MERGED"
    assert world.repository(ROCKET).issues[1].closed


def test_the_queue_is_the_only_way_and_drops_what_conflicts(
    world: World, ask: Asker, people: People, work: int
) -> None:
    other = opened(people, "1-other", {"tank.txt": "another way\n"})
    people.allow_merges(ROCKET, queue=True, queue_held=True)
    first, second = (world.repository(ROCKET).pull_requests[number].id for number in (work, other))
    assert "through the merge queue" in ask.error(MERGE, p=first)["message"]
    assert "Head branch was modified" in ask.error(ENQUEUE, p=first, h=STALE)["message"]
    for place, identity in enumerate((first, second), 1):
        assert ask.data(ENQUEUE, p=identity)["enqueuePullRequest"] == {"mergeQueueEntry": {"position": place}}
    assert "already in the queue" in ask.error(ENQUEUE, p=first)["message"]
    seen = ask.data(PULL, n=other)["repository"]
    assert [entry["pullRequest"]["number"] for entry in seen["mergeQueue"]["entries"]["nodes"]] == [work, other]
    assert seen["pullRequest"]["isMergeQueueEnabled"] and seen["pullRequest"]["isInMergeQueue"]
    assert seen["pullRequest"]["mergeQueueEntry"] == {"position": 2, "state": "QUEUED"}
    assert ask.data(DEQUEUE, p=second)["dequeuePullRequest"] == {"mergeQueueEntry": {"position": 2}}
    assert "not in the queue" in ask.error(DEQUEUE, p=second)["message"]
    ask.data(ENQUEUE, p=second)
    people.allow_merges(ROCKET, queue=True)
    assert ask.data(PULL, n=work)["repository"]["pullRequest"]["state"] == "MERGED"
    dropped = ask.data(PULL, n=other)["repository"]["pullRequest"]
    assert (dropped["state"], dropped["isInMergeQueue"], dropped["mergeStateStatus"]) == ("OPEN", False, "DIRTY")
