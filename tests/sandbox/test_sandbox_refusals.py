"""What GitHub refuses is refused, in its shapes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sandbox.asker import ROCKET, Asker, Clock

from soda_tui.sandbox.people import People
from soda_tui.sandbox.remote import ZERO
from soda_tui.sandbox.rules import Rule
from soda_tui.sandbox.world import World

REPO = "query($o:String!,$n:String!,$f:Boolean=true){repository(owner:$o,name:$n,followRenames:$f){id nameWithOwner}}"
CREATE_REF = """mutation($r:ID!,$n:String!,$o:GitObjectID!){
  createRef(input:{repositoryId:$r,name:$n,oid:$o}){ref{name target{oid}}}}"""
OPEN = (
    "mutation($r:ID!,$h:String!,$b:String!){createPullRequest(input:"
    '{repositoryId:$r,baseRefName:$b,headRefName:$h,title:"T",body:"Fixes #1"}){pullRequest{id number}}}'
)
LABEL = "mutation($r:ID!,$n:String!,$c:String!){createLabel(input:{repositoryId:$r,name:$n,color:$c}){label{id}}}"
ADD = """mutation($s:ID!,$l:[ID!]!){
  addLabelsToLabelable(input:{labelableId:$s,labelIds:$l}){labelable{... on Issue{number}}}}"""
ISSUES = 'query($l:[String!]){repository(owner:"acme",name:"rocket"){issues(first:10,labels:$l){totalCount}}}'


def ids(world: World) -> dict[str, str]:
    repository = world.repository(ROCKET)
    head = repository.remote.ref("refs/heads/main")
    assert head is not None
    return {"repository": repository.id, "issue": repository.issues[1].id, "head": head}


def test_a_missing_repository_leaves_the_others_whole(ask: Asker) -> None:
    told = ask('{a:repository(owner:"acme",name:"rocket"){name} b:repository(owner:"acme",name:"gone"){name}}')
    assert told["data"] == {"a": {"name": "rocket"}, "b": None}
    assert [(e["type"], e["path"], e["message"]) for e in told["errors"]] == [
        ("NOT_FOUND", ["b"], "Could not resolve to a Repository with the name 'acme/gone'.")
    ]


def test_a_private_repository_is_not_found_by_strangers_and_a_public_one_can_be_read(world: World, ask: Asker) -> None:
    world.create_repository("acme/secret")
    world.create_repository("acme/open", private=False)
    assert ask.error(REPO, o="acme", n="secret")["type"] == "NOT_FOUND"
    assert ask.data('{repository(owner:"acme",name:"open"){viewerPermission}}')["repository"] == {
        "viewerPermission": "READ"
    }
    refused = ask.error(ADD.replace("labelIds:$l", "labelIds:$l"), s=world.repository("acme/secret").id, l=[])
    assert refused["type"] == "NOT_FOUND"


def test_single_sign_on_and_forbidden_fields(world: World, ask: Asker, people: People) -> None:
    people.require_sso(ROCKET, "you")
    refused = ask.error(REPO, o="acme", n="rocket")
    assert (refused["type"], refused["extensions"]) == ("FORBIDDEN", {"saml_failure": True})
    people.require_sso(ROCKET, "you", False)
    world.add_token("github_pat_fine", "you", ["Repository.issues"])
    told = Asker(world, "github_pat_fine")(
        '{a:repository(owner:"acme",name:"rocket"){name label(name:"agent001"){name} issues(first:1){totalCount}}}'
    )
    assert told["errors"][0]["type"] == "FORBIDDEN"
    assert told["errors"][0]["extensions"] == {"saml_failure": False}
    assert told["errors"][0]["path"] == ["a", "issues"]


def test_nodes_that_are_gone_are_null_at_their_place(world: World, ask: Asker) -> None:
    told = ask("query($ids:[ID!]!){nodes(ids:$ids){id}}", ids=["I_no", ids(world)["repository"]])
    assert told["data"]["nodes"] == [None, {"id": ids(world)["repository"]}]
    assert told["errors"][0]["path"] == ["nodes", 0]
    assert ask.error("query($ids:[ID!]!){nodes(ids:$ids){id}}", ids=["x"] * 101)["type"] == "ARGUMENT_LIMIT"


def test_renames_are_followed_until_somebody_takes_the_old_name(world: World, ask: Asker, people: People) -> None:
    identity = ids(world)["repository"]
    people.rename(ROCKET, "acme/rakete")
    assert ask.data(REPO, o="ACME", n="Rocket")["repository"] == {"id": identity, "nameWithOwner": "acme/rakete"}
    assert ask.error(REPO, o="acme", n="rocket", f=False)["type"] == "NOT_FOUND"
    world.create_repository("acme/rocket2", permissions={"you": "READ"})
    people.rename("acme/rocket2", ROCKET)
    assert ask.data(REPO, o="acme", n="rocket")["repository"]["id"] != identity
    people.delete_repository("acme/rakete")
    assert ask.error("query($i:ID!){node(id:$i){id}}", i=identity)["type"] == "NOT_FOUND"


def test_an_empty_repository_has_no_default_branch(world: World, ask: Asker) -> None:
    world.create_repository("acme/empty", permissions={"you": "WRITE"}, history=())
    query = """{repository(owner:"acme",name:"empty"){
      isEmpty defaultBranchRef{name} refs(refPrefix:"refs/heads/",first:1){totalCount}}}"""
    found = ask.data(query)
    assert found["repository"] == {"isEmpty": True, "defaultBranchRef": None, "refs": {"totalCount": 0}}


def test_create_ref_is_create_only(world: World, ask: Asker) -> None:
    has = ids(world)
    made = ask.data(CREATE_REF, r=has["repository"], n="refs/heads/x/y", o=has["head"])
    assert made["createRef"]["ref"] == {"name": "x/y", "target": {"oid": has["head"]}}
    again = ask(CREATE_REF, r=has["repository"], n="refs/heads/x/y", o=has["head"])
    assert again["data"] == {"createRef": None}
    assert (again["errors"][0]["type"], again["errors"][0]["path"]) == ("UNPROCESSABLE", ["createRef"])
    assert again["errors"][0]["message"] == 'A ref named "refs/heads/x/y" already exists in the repository.'
    assert (
        ask.error(CREATE_REF, r=has["repository"], n="refs/heads/x", o=has["head"])["message"]
        == "Ref cannot be created."
    )
    assert (
        ask.error(CREATE_REF, r=has["repository"], n="refs/heads/z", o="a" * 40)["message"] == "Object does not exist"
    )


def test_update_refs_is_a_compare_and_swap_over_all_of_them(world: World, ask: Asker, people: People) -> None:
    has = ids(world)
    next_head = people.push(ROCKET, "next", {"a.txt": "a\n"})
    move = "mutation($r:ID!,$u:[RefUpdate!]!){updateRefs(input:{repositoryId:$r,refUpdates:$u}){clientMutationId}}"
    main = {"name": "refs/heads/main", "beforeOid": has["head"], "afterOid": next_head}
    taken = {"name": "refs/heads/next", "beforeOid": ZERO, "afterOid": next_head}
    assert ask.error(move, r=has["repository"], u=[main, taken])["type"] == "UNPROCESSABLE"
    assert ids(world)["head"] == has["head"]
    ask.data(move, r=has["repository"], u=[main, {"name": "refs/claims/1", "beforeOid": ZERO, "afterOid": next_head}])
    assert ids(world)["head"] == next_head
    hidden = ask.data('{repository(owner:"acme",name:"rocket"){ref(qualifiedName:"refs/claims/1"){name}}}')
    assert hidden["repository"]["ref"] is None
    assert world.repository(ROCKET).remote.ref("refs/claims/1") == next_head


def test_rules_hold_the_api(world: World, ask: Asker, people: People) -> None:
    people.set_rules(ROCKET, Rule("refs/heads/agent*", creation=True))
    refused = ask.error(CREATE_REF, r=ids(world)["repository"], n="refs/heads/agent001/1-x", o=ids(world)["head"])
    assert refused["type"] == "UNPROCESSABLE" and "creations being restricted" in refused["message"]
    ask.data(CREATE_REF, r=ids(world)["repository"], n="refs/heads/other", o=ids(world)["head"])


@pytest.mark.parametrize(
    "head,base,words",
    [
        ("gone", "main", "Head sha can't be blank, No commits between main and gone, Head ref must be a branch"),
        ("work", "gone", "Base sha can't be blank, No commits between gone and work, Base ref must be a branch"),
        ("main", "main", "No commits between main and main"),
        ("work", "main", "A pull request already exists for acme:work."),
    ],
)
def test_pull_requests_that_cannot_be_opened(
    world: World, ask: Asker, people: People, head: str, base: str, words: str
) -> None:
    people.push(ROCKET, "work", {"a.txt": "a\n"})
    people.open_pull_request(ROCKET, "work", "Work")
    told = ask(OPEN, r=ids(world)["repository"], h=head, b=base)
    assert told["data"] == {"createPullRequest": None}
    assert (told["errors"][0]["type"], told["errors"][0]["message"]) == ("UNPROCESSABLE", words)


def test_labels(world: World, ask: Asker) -> None:
    repository = ids(world)["repository"]
    assert ask.error(LABEL, r=repository, n="ROUTE:ready", c="0052cc")["message"] == "Name has already been taken"
    assert ask.error(LABEL, r=repository, n="x", c="blue")["type"] == "UNPROCESSABLE"
    assert ask.data(ISSUES, l=["Route:READY"])["repository"]["issues"]["totalCount"] == 1
    assert ask.data(ISSUES, l=["no such label"])["repository"]["issues"]["totalCount"] == 0
    assert ask.data(ISSUES, l=["nope", "route:ready"])["repository"]["issues"]["totalCount"] == 1
    world.open_questions.labels_need_all = True
    assert ask.data(ISSUES, l=["nope", "route:ready"])["repository"]["issues"]["totalCount"] == 0


def test_adding_a_label_twice_changes_nothing_the_second_time(world: World, ask: Asker, clock: Clock) -> None:
    issue = world.repository(ROCKET).issues[1]
    label = world.label(issue.repository, "agent001").id
    clock.advance(minutes=1)
    ask.data(ADD, s=issue.id, l=[label])
    moved = issue.updated_at
    assert moved == clock.now
    clock.advance(minutes=1)
    ask.data(ADD, s=issue.id, l=[label])
    assert issue.updated_at == moved


def test_permissions_and_archived_repositories(world: World, ask: Asker, people: People) -> None:
    label = world.label(world.repository(ROCKET), "agent001").id
    people.permit(ROCKET, "you", "READ")
    refused = ask.error(ADD, s=ids(world)["issue"], l=[label])
    assert refused["type"] == "FORBIDDEN"
    assert refused["message"] == "you does not have the correct permissions to execute `AddLabelsToLabelable`"
    people.permit(ROCKET, "you", "TRIAGE")
    ask.data(ADD, s=ids(world)["issue"], l=[label])
    assert (
        ask.error(CREATE_REF, r=ids(world)["repository"], n="refs/heads/z", o=ids(world)["head"])["type"] == "FORBIDDEN"
    )
    people.permit(ROCKET, "you", "ADMIN")
    people.archive(ROCKET)
    assert ask.error(ADD, s=ids(world)["issue"], l=[label])["message"] == "Repository was archived so is read-only."


def test_assigning_leaves_out_strangers_and_refuses_apps(world: World, ask: Asker) -> None:
    assign = """mutation($s:ID!,$u:[ID!]!){addAssigneesToAssignable(input:{assignableId:$s,assigneeIds:$u}){
      assignable{assignees(first:9){nodes{login}}}}}"""
    stranger, app, ada = (world.user(login).id for login in ("stranger", "robot[bot]", "ada"))
    told = ask.data(assign, s=ids(world)["issue"], u=[stranger, ada])
    assert told["addAssigneesToAssignable"]["assignable"]["assignees"]["nodes"] == [{"login": "ada"}]
    assert ask.error(assign, s=ids(world)["issue"], u=[app])["type"] == "NOT_FOUND"


def test_a_later_mutation_runs_though_an_earlier_one_failed(world: World, ask: Asker) -> None:
    text = (
        'mutation($r:ID!){a:createLabel(input:{repositoryId:$r,name:"agent001",color:"ffffff"}){label{name}} '
        'b:createLabel(input:{repositoryId:$r,name:"agent002",color:"ffffff"}){label{name}}}'
    )
    told = ask(text, r=ids(world)["repository"])
    assert told["data"] == {"a": None, "b": {"label": {"name": "agent002"}}}
    assert [e["path"] for e in told["errors"]] == [["a"]]


def test_pages_go_on_where_they_ended_and_an_empty_cursor_begins_again(
    world: World, ask: Asker, people: People
) -> None:
    for number in range(4):
        people.open_issue(ROCKET, f"Issue {number}")
    page = """query($a:String){repository(owner:"acme",name:"rocket"){
      issues(first:2,after:$a){pageInfo{hasNextPage endCursor} nodes{number}}}}"""

    def numbers(after: str | None) -> tuple[list[int], Any]:
        found = ask.data(page, a=after)["repository"]["issues"]
        return [each["number"] for each in found["nodes"]], found["pageInfo"]

    first, info = numbers(None)
    assert (first, info["hasNextPage"]) == ([1, 2], True)
    assert numbers("")[0] == [1, 2]
    middle, info = numbers(info["endCursor"])
    assert middle == [3, 4]
    last, info = numbers(info["endCursor"])
    assert (last, info["hasNextPage"]) == ([5], False)
    assert ask.error(page, a="no cursor")["type"] == "INVALID_CURSOR_ARGUMENTS"


def test_a_cursor_outlives_the_item_that_it_names(ask: Asker, people: People) -> None:
    for number in range(3):
        people.open_issue(ROCKET, f"Issue {number}", labels=["agent001"])
    page = """query($a:String){repository(owner:"acme",name:"rocket"){
      issues(first:1,after:$a,labels:["agent001"]){pageInfo{endCursor} nodes{number}}}}"""
    cursor = ask.data(page)["repository"]["issues"]["pageInfo"]["endCursor"]
    people.unlabel(ROCKET, 2, "agent001")
    assert ask.data(page, a=cursor)["repository"]["issues"]["nodes"] == [{"number": 3}]


def test_documents_that_github_would_not_run(ask: Asker) -> None:
    assert "data" not in ask('{repository(owner:"acme",name:"rocket"){mergeQueues}}')
    assert "data" not in ask("{viewer{login}")
    assert ask.error("query($x:String!){user(login:$x){id}}")["message"].startswith("Variable")
    over = ask('{repository(owner:"acme",name:"rocket"){issues(first:101){nodes{id}}}}')
    assert over["data"] is None and over["errors"][0]["type"] == "EXCESSIVE_PAGINATION"


def test_wrong_tokens_and_paths(world: World, ask: Asker) -> None:
    for token, words in (("wrong", "Bad credentials"), ("", "This endpoint requires you to be authenticated.")):
        reply = Asker(world, token).send("{viewer{login}}")
        assert (reply.status, json.loads(reply.body)["message"]) == (401, words)
    assert ask.data("{viewer{login}}") == {"viewer": {"login": "you"}}


def test_what_the_world_cannot_do_yet_says_so(world: World, ask: Asker) -> None:
    refused = ask.error('mutation{updatePullRequestBranch(input:{pullRequestId:"x"}){clientMutationId}}')
    assert refused["message"] == "The sandbox has no answer for Mutation.updatePullRequestBranch."
