"""What nobody could tell without asking GitHub; each answer is shown and recorded.

Run with SODA_LIVE_REPO=OWNER/NAME and a token that may write there: `pytest -m live -rA tests/contract`.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from contract.places import LIVE_REPOSITORY, Place, base64_of, head_of
from contract.test_github_contract import delete_branch, new_issue, read, with_labels

from soda_tui.domain.changes import AddLabels

pytestmark = pytest.mark.anyio
Answer = Callable[[object], None]
live_only = pytest.mark.skipif(not LIVE_REPOSITORY, reason="the sandbox has no answer to this")

_MOVED = "query($id:ID!){node(id:$id){... on Repository{updatedAt}... on Issue{updatedAt}}}"
_BOTH = "query($id:ID!,$l:[String!]){node(id:$id){... on Repository{issues(first:100,labels:$l){nodes{number}}}}}"
_REFS = "query($id:ID!,$p:String!){node(id:$id){... on Repository{refs(first:5,refPrefix:$p){nodes{name prefix}}}}}"
_UPDATE_REFS = "mutation($i:UpdateRefsInput!){updateRefs(input:$i){clientMutationId}}"
_COMMIT = "mutation($i:CreateCommitOnBranchInput!){createCommitOnBranch(input:$i){commit{oid}}}"
_ROLLUP = (
    "query($id:ID!){node(id:$id){... on Repository{defaultBranchRef{target{... on Commit{statusCheckRollup{state}}}}}}}"
)
_RULESET = "mutation($i:CreateRepositoryRulesetInput!){createRepositoryRuleset(input:$i){ruleset{id}}}"
_NO_RULESET = "mutation($i:DeleteRepositoryRulesetInput!){deleteRepositoryRuleset(input:$i){clientMutationId}}"
_UPDATE_LABEL = "mutation($i:UpdateLabelInput!){updateLabel(input:$i){label{name}}}"
_CLOSE_ISSUE = "mutation($i:CloseIssueInput!){closeIssue(input:$i){issue{state}}}"
_NEVER = "1" * 40


async def test_does_a_repositorys_updated_at_move_with_its_issues(place: Place, answer: Answer) -> None:
    repository = (await read(place)).id
    before = await place.ask(_MOVED, {"id": repository})
    id, _ = await new_issue(place)
    after = await place.ask(_MOVED, {"id": repository})
    await place.ask(_CLOSE_ISSUE, {"i": {"issueId": id}})
    answer(before["data"] != after["data"])


async def test_what_update_refs_says_to_a_stale_expectation(place: Place, answer: Answer) -> None:
    repository = (await read(place)).id
    branch = f"scratch/{uuid4().hex[:8]}"
    head = await head_of(place, branch)
    update = {"name": f"refs/heads/{branch}", "beforeOid": _NEVER, "afterOid": head}
    said = await place.ask(_UPDATE_REFS, {"i": {"repositoryId": repository, "refUpdates": [update]}})
    await delete_branch(place, branch)
    answer(said["errors"])
    assert said["errors"]


@live_only
@pytest.mark.live
async def test_what_create_commit_says_to_a_stale_expectation(place: Place, answer: Answer) -> None:
    branch = f"scratch/{uuid4().hex[:8]}"
    await head_of(place, branch)
    where = {"repositoryNameWithOwner": place.name.full, "branchName": branch}
    files = {"additions": [{"path": "x", "contents": base64_of("x")}]}
    given = {"branch": where, "expectedHeadOid": _NEVER, "message": {"headline": "x"}, "fileChanges": files}
    said = await place.ask(_COMMIT, {"i": given})
    await delete_branch(place, branch)
    answer(said.get("errors"))


async def test_does_a_list_of_labels_mean_any_or_all(place: Place, answer: Answer) -> None:
    ids = await with_labels(place)
    repository = (await read(place)).id
    id, number = await new_issue(place)
    await place.service.change(place.name, [AddLabels(id, (ids["route:ready"],))])
    found = await place.ask(_BOTH, {"id": repository, "l": ["route:ready", "code-quality"]})
    await place.ask(_CLOSE_ISSUE, {"i": {"issueId": id}})
    numbers = {node["number"] for node in found["data"]["node"]["issues"]["nodes"]}
    answer("any" if number in numbers else "all")


async def test_are_the_names_of_refs_relative_to_the_prefix(place: Place, answer: Answer) -> None:
    repository = (await read(place)).id
    branch = f"agent001/9-{uuid4().hex[:8]}"
    await head_of(place, branch)
    found = await place.ask(_REFS, {"id": repository, "p": "refs/heads/agent001/"})
    known = {each.name for each in (await read(place)).branches}
    await delete_branch(place, branch)
    answer(found["data"]["node"]["refs"]["nodes"])
    assert branch in known


async def test_may_this_token_read_the_combined_state_of_checks(place: Place, answer: Answer) -> None:
    answer(await place.ask(_ROLLUP, {"id": (await read(place)).id}))


async def test_does_renaming_a_label_move_its_issues(place: Place, answer: Answer) -> None:
    ids = await with_labels(place)
    id, _ = await new_issue(place)
    await place.service.change(place.name, [AddLabels(id, (ids["code-quality"],))])
    before = await place.ask(_MOVED, {"id": id})
    for name in ("code-quality-2", "code-quality"):
        await place.ask(_UPDATE_LABEL, {"i": {"id": ids["code-quality"], "name": name}})
    after = await place.ask(_MOVED, {"id": id})
    await place.ask(_CLOSE_ISSUE, {"i": {"issueId": id}})
    answer(before["data"] != after["data"])


@live_only
@pytest.mark.live
async def test_do_branch_rulesets_match_refs_outside_of_heads(place: Place, answer: Answer) -> None:
    repository = (await read(place)).id
    branch = f"scratch/{uuid4().hex[:8]}"
    head = await head_of(place, branch)
    ruleset = {
        "sourceId": repository,
        "name": f"scratch {uuid4().hex[:8]}",
        "target": "BRANCH",
        "enforcement": "ACTIVE",
        "conditions": {"refName": {"include": ["~ALL"], "exclude": []}},
        "rules": [{"type": "CREATION"}],
    }
    made = await place.ask(_RULESET, {"i": ruleset})
    ref = f"refs/claims/{uuid4().hex[:8]}"
    creating = {"name": ref, "beforeOid": "0" * 40, "afterOid": head}
    said = await place.ask(_UPDATE_REFS, {"i": {"repositoryId": repository, "refUpdates": [creating]}})
    removing = {"name": ref, "beforeOid": head, "afterOid": "0" * 40, "force": True}
    await place.ask(_UPDATE_REFS, {"i": {"repositoryId": repository, "refUpdates": [removing]}})
    if made.get("data") and made["data"]["createRepositoryRuleset"]:
        id = made["data"]["createRepositoryRuleset"]["ruleset"]["id"]
        await place.ask(_NO_RULESET, {"i": {"repositoryRulesetId": id}})
    await delete_branch(place, branch)
    answer({"ruleset": made, "creating": said.get("errors")})
