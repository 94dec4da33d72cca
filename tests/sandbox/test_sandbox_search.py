"""What `gh` asks for besides: search, labels and refs over REST, and fields of two types in one answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sandbox.asker import ROCKET, TOKEN, Asker

from soda_tui.sandbox.api import answer
from soda_tui.sandbox.people import People
from soda_tui.sandbox.rules import Rule
from soda_tui.sandbox.web import Request
from soda_tui.sandbox.world import World

SEARCH = "query($q:String!){search(type:ISSUE,query:$q,first:10){issueCount nodes{... on Issue{number}}}}"


def rest(world: World, method: str, path: str, body: object = None, token: str = TOKEN) -> tuple[int, Any]:
    headers = {"authorization": f"token {token}"}
    reply = answer(world, Request(method, f"/repos/{path}", headers, json.dumps(body).encode()))
    return reply.status, json.loads(reply.body or b"null")


@pytest.mark.parametrize(
    "query,numbers",
    [
        ("", [3, 2, 1]),
        ("is:issue state:closed", [2]),
        ("-is:closed", [3, 1]),
        ("DIVIDES crash", [1]),
        ('"divides by zero"', [1]),
        ('"zero by divides"', []),
        (f"repo:{ROCKET} label:agent001,route:ready", [3, 1]),
        ("label:agent001 label:route:ready", []),
        ("assignee:@me", [3]),
        ("mentions:grace author:ada", [2]),
        ("is:pr", []),
        ("repo:acme/other", []),
    ],
)
def test_a_search_finds_what_fits_all_of_it(people: People, ask: Asker, query: str, numbers: list[int]) -> None:
    people.open_issue(ROCKET, "Odd noise", "Ask @grace.")
    people.close_issue(ROCKET, 2)
    people.open_issue(ROCKET, "Paint it", labels=["agent001"], assignees=["you"])
    people.world.create_repository("acme/hidden", permissions={"ada": "WRITE"})
    people.open_issue("acme/hidden", "Crash, too")
    told = ask.data(SEARCH, q=query)["search"]
    assert ([node["number"] for node in told["nodes"]], told["issueCount"]) == (numbers, len(numbers))


def test_a_search_that_is_not_known_is_refused(ask: Asker) -> None:
    assert ask.error(SEARCH, q="involves:you")["message"] == "The sandbox does not search by involves:you."


def test_labels_over_rest(world: World) -> None:
    made = {"name": "heat shield", "color": "FF0000", "description": "Hot"}
    assert rest(world, "POST", f"{ROCKET}/labels", made)[1]["color"] == "ff0000"
    status, said = rest(world, "POST", f"{ROCKET}/labels", {"name": "HEAT SHIELD"})
    assert (status, said["errors"][0]["code"]) == (422, "already_exists")
    assert rest(world, "PATCH", f"{ROCKET}/labels/heat%20shield", {"new_name": "cold"})[1]["description"] == "Hot"
    assert rest(world, "DELETE", f"{ROCKET}/labels/cold") == (204, None)
    assert rest(world, "DELETE", f"{ROCKET}/labels/cold")[0] == 404
    assert rest(world, "POST", f"{ROCKET}/labels", {})[0] == 422
    assert rest(world, "POST", f"{ROCKET}/labels", "name")[0] == 400


def test_rest_keeps_to_what_the_token_may(world: World) -> None:
    world.add_token("gho_theirs", "eve")
    assert rest(world, "POST", f"{ROCKET}/labels", {"name": "x"}, "gho_theirs")[0] == 404
    world.repository(ROCKET).private = False
    assert rest(world, "POST", f"{ROCKET}/labels", {"name": "x"}, "gho_theirs")[0] == 403
    assert rest(world, "DELETE", f"{ROCKET}/git/refs/heads/main", token="gho_nobody")[0] == 401
    assert rest(world, "GET", ROCKET)[0] == 404


def test_a_branch_is_deleted_over_rest_unless_a_rule_forbids_it(world: World, people: People) -> None:
    people.push(ROCKET, "feature/x", {"x": "x"})
    people.push(ROCKET, "kept", {"x": "x"})
    people.set_rules(ROCKET, Rule("refs/heads/kept", deletion=True))
    assert rest(world, "DELETE", f"{ROCKET}/git/refs/heads/feature/x") == (204, None)
    assert rest(world, "DELETE", f"{ROCKET}/git/refs/heads/feature/x")[0] == 422
    assert rest(world, "DELETE", f"{ROCKET}/git/refs/heads/kept")[0] == 422
    assert set(world.repository(ROCKET).remote.refs()) == {"refs/heads/main", "refs/heads/kept"}


def test_fields_of_two_types_may_differ_in_type_but_not_in_arguments(ask: Asker) -> None:
    both = '{repository(owner:"acme",name:"rocket"){issueOrPullRequest(number:1){... on Issue{state} %s}}}'
    asked = both % "... on PullRequest{state}"
    assert ask.data(asked)["repository"]["issueOrPullRequest"] == {"state": "OPEN"}
    refused = ask.error(both % "... on Issue{labels(first:1){totalCount} labels(first:2){totalCount}}")
    assert "differing arguments" in refused["message"]
