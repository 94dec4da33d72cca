"""What the cockpit counts on, held by the sandbox and by GitHub alike."""

from __future__ import annotations

from contextlib import suppress
from uuid import uuid4

import pytest
from contract.places import Place, target
from msgspec import structs

from soda_tui.domain.changes import AddLabels, Assign, CreateLabel, OpenPullRequest, RemoveLabels, Unassign
from soda_tui.domain.facts import Issue, RemoteFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.labels import LabelNames, definitions
from soda_tui.domain.ledger import Entry, LedgerCondition, LedgerState, decode, encode
from soda_tui.domain.naming import RepositoryName

pytestmark = pytest.mark.anyio

_CREATE_ISSUE = "mutation($i:CreateIssueInput!){createIssue(input:$i){issue{id number}}}"
_CLOSE_ISSUE = "mutation($i:CloseIssueInput!){closeIssue(input:$i){issue{state}}}"
_CLOSE_PULL = "mutation($i:ClosePullRequestInput!){closePullRequest(input:$i){pullRequest{state}}}"
_REF = "query($id:ID!,$r:String!){node(id:$id){... on Repository{ref(qualifiedName:$r){id}}}}"
_DELETE_REF = "mutation($i:DeleteRefInput!){deleteRef(input:$i){clientMutationId}}"


async def test_labels_are_made_once_and_an_issue_moves_between_them(place: Place) -> None:
    ids = await with_labels(place)
    id, number = await new_issue(place)
    try:
        ready, agent = ids["route:ready"], ids["agent001"]
        [added] = await place.service.change(place.name, [AddLabels(id, (ready,))])
        assert added.labels == ("route:ready",)
        facts = await read(place)
        assert number in {issue.number for issue in facts.issues}
        assert facts.label_ids["route:ready"] == ready
        twice = await place.service.change(place.name, [AddLabels(id, (agent,)), AddLabels(id, (agent,))])
        assert [set(each.labels or ()) for each in twice] == [{"route:ready", "agent001"}] * 2
        [removed] = await place.service.change(place.name, [RemoveLabels(id, (ready,))])
        assert removed.labels == ("agent001",)
        assert (await issue_of(place, number)).labels == ("agent001",)
    finally:
        await place.ask(_CLOSE_ISSUE, {"i": {"issueId": id}})
    assert number not in {issue.number for issue in (await read(place)).issues}
    assert not (await place.service.detail(place.name, number)).issue.open


async def test_the_tokens_user_is_assigned_and_unassigned(place: Place) -> None:
    viewer = (await read(place)).viewer
    if viewer.id is None:
        pytest.skip("an app's token cannot be assigned")
    id, _ = await new_issue(place)
    try:
        assigned, unassigned = await place.service.change(place.name, [Assign(id, viewer.id), Unassign(id, viewer.id)])
        assert (assigned.assignees, unassigned.assignees) == ((viewer.login,), ())
    finally:
        await place.ask(_CLOSE_ISSUE, {"i": {"issueId": id}})


async def test_a_pull_request_is_opened_once_for_a_branch(place: Place) -> None:
    facts = await read(place)
    branch = f"agent001/1-{uuid4().hex[:8]}"
    await place.commit(branch, "Work")
    try:
        assert branch in {each.name for each in (await read(place)).branches}
        opening = OpenPullRequest(facts.id, facts.default_branch or "main", branch, "Try", "Tried", True)
        [opened] = await place.service.change(place.name, [opening])
        assert opened.problem is None
        [again] = await place.service.change(place.name, [opening])
        assert again.problem is not None
        assert again.problem.code is ErrorCode.REFUSED
        assert opened.number in {pull.number for pull in (await read(place)).pull_requests}
        await place.ask(_CLOSE_PULL, {"i": {"pullRequestId": opened.id}})
        [closed] = await place.service.pull_requests(place.name, (branch,))
        assert (closed.number, closed.open, closed.merged, closed.draft) == (opened.number, False, False, True)
    finally:
        await delete_branch(place, branch)


async def test_a_commit_on_the_ledger_branch_is_read_whole(place: Place) -> None:
    await delete_branch(place, "soda/ledger")
    await place.commit("soda/ledger", encode(Entry("released", 1, "contract", uuid4().hex, LedgerState())))
    try:
        head = (await read(place)).ledger
        assert head is not None
        assert (decode(head).condition, head.committed_at is not None) == (LedgerCondition.READABLE, True)
    finally:
        await delete_branch(place, "soda/ledger")
    assert (await read(place)).ledger is None


async def test_a_missing_repository_and_issue_are_problems(place: Place) -> None:
    missing = RepositoryName(place.name.host, place.name.owner, f"missing-{uuid4().hex}")
    reading = await place.service.read([target(place), structs.replace(target(place), name=missing)])
    there, gone = reading.repositories.values()
    assert isinstance(there, RemoteFacts)
    assert isinstance(gone, Problem)
    assert gone.code is ErrorCode.NOT_FOUND
    with pytest.raises(Failure) as failure:
        await place.service.detail(place.name, 2_000_000_000)
    assert failure.value.problem.code is ErrorCode.NOT_FOUND


async def test_reading_again_costs_one_point(place: Place) -> None:
    await read(place)
    before = place.service.points
    reading = await place.service.read([target(place)])
    assert place.service.points - before <= 2
    [account] = reading.accounts
    assert account.login
    assert account.rate_limit is not None
    assert account.rate_limit.remaining is not None


async def read(place: Place) -> RemoteFacts:
    """The repository's facts."""
    result = (await place.service.read([target(place)])).repositories[place.name.key]
    assert isinstance(result, RemoteFacts), result
    return result


async def issue_of(place: Place, number: int) -> Issue:
    """One of the issues read."""
    return next(issue for issue in (await read(place)).issues if issue.number == number)


async def with_labels(place: Place) -> dict[str, str]:
    """All labels that we need, made where they are missing, by name."""
    repository, there = await place.service.labels(place.name)
    found = {label.name: label.id for label in there}
    missing = [label for label in definitions(LabelNames(), "agent001") if label.name not in found]
    for start in range(0, len(missing), 5):
        few = missing[start : start + 5]
        made = await place.service.change(
            place.name, [CreateLabel(repository, label.name, label.color, label.description) for label in few]
        )
        found |= {label.name: each.id or "" for label, each in zip(few, made, strict=True)}
    return found


async def new_issue(place: Place) -> tuple[str, int]:
    """A new issue's node id and number."""
    repository, _ = await place.service.labels(place.name)
    made = await place.ask(_CREATE_ISSUE, {"i": {"repositoryId": repository, "title": "Try", "body": "Tried"}})
    issue = made["data"]["createIssue"]["issue"]
    return issue["id"], issue["number"]


async def delete_branch(place: Place, branch: str) -> None:
    """Remove a branch, where it is there."""
    repository, _ = await place.service.labels(place.name)
    with suppress(TypeError):
        found = await place.ask(_REF, {"id": repository, "r": f"refs/heads/{branch}"})
        await place.ask(_DELETE_REF, {"i": {"refId": found["data"]["node"]["ref"]["id"]}})
