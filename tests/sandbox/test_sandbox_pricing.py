"""The price of documents, against GitHub's documentation and the table of the facts."""

from __future__ import annotations

import pytest
from graphql import parse

from soda_tui.sandbox.pricing import Price, price
from soda_tui.sandbox.schema import schema

FLAT = """
  ready: issues(first:25,labels:["a"]){nodes{id}} review: issues(first:25,labels:["b"]){nodes{id}}
  human: issues(first:25,labels:["c"]){nodes{id}} held: issues(first:25,labels:["d"]){nodes{id}}
  pullRequests(first:30,states:OPEN){nodes{id statusCheckRollup{state}}}
  refs(refPrefix:"refs/heads/",first:50){nodes{name}}
"""
BY_ID = "query($ids:[ID!]!){nodes(ids:$ids){... on Repository{...R}}} fragment R on Repository{%s}"


def cost(text: str, **variables: object) -> Price:
    return price(parse(text), variables, schema())


@pytest.mark.parametrize(
    "fragment,count,points,nodes",
    [
        ("issues(first:100){nodes{id title}}", 25, 1, 2_500),
        ("issues(first:30){nodes{labels(first:10){nodes{name}}}}", 25, 8, 8_250),
        ("issues(first:100){nodes{labels(first:10){nodes{name}}}}", 25, 25, 27_500),
        ("pullRequests(first:30){nodes{statusCheckRollup{state}}}", 25, 1, 750),
        ("pullRequests(first:30){nodes{commits(last:1){nodes{commit{statusCheckRollup{state}}}}}}", 25, 8, 1_500),
        ("pullRequests(first:30){nodes{statusCheckRollup{contexts(first:50){nodes{__typename}}}}}", 25, 8, 38_250),
        (FLAT, 24, 1, 24 * 180),
        (FLAT, 25, 2, 4_500),
        (FLAT, 50, 3, 9_000),
    ],
)
def test_the_table_of_worked_costs(fragment: str, count: int, points: int, nodes: int) -> None:
    aliases = " ".join(f'r{n}:repository(owner:"a",name:"b"){{...R}}' for n in range(count))
    found = cost(f"query{{{aliases}}} fragment R on Repository{{{fragment}}}")
    assert (found.points, found.nodes, found.violations) == (points, nodes, ())


def test_a_flat_poll_of_24_repositories_by_id_is_one_point_and_4344_nodes() -> None:
    found = cost(BY_ID % FLAT, ids=[f"R_{n}" for n in range(24)])
    assert (found.points, found.nodes, found.requests) == (1, 4_344, 144)


def test_the_examples_of_githubs_documentation() -> None:
    """5,101 requests are 51 points, and a document of 22,060 nodes; connections of the pruned schema stand in."""
    pull = "pullRequests(first:100){nodes{comments(first:50){nodes{id author{login}}}}}"
    found = cost(f'{{repository(owner:"a",name:"b"){{{pull}}}}}')
    assert (found.requests, found.points) == (101, 1)
    nested = "issues(first:100){nodes{closedByPullRequestsReferences(first:50){nodes{labels(first:60){nodes{id}}}}}}"
    found = cost(f'{{repository(owner:"a",name:"b"){{{nested}}}}}')
    assert (found.requests, found.points, found.nodes) == (5_101, 51, 100 + 5_000 + 300_000)
    inner = "labels(first:50){nodes{id}}"
    each = f"pullRequests(first:20){{nodes{{comments(first:10){{nodes{{id}}}}}}}} {inner}"
    assert cost(f'{{repository(owner:"a",name:"b"){{{each}}}}}').nodes == 20 + 200 + 50


def test_half_a_point_is_rounded_up_and_nothing_is_free() -> None:
    assert cost("{viewer{login}}").points == 1
    assert (
        cost(
            'query($n:Int!){repository(owner:"a",name:"b"){issues(first:$n){nodes{labels(first:1){nodes{id}}}}}}', n=100
        ).requests
        == 101
    )
    ids = [str(n) for n in range(75)]
    assert cost(BY_ID % "labels(first:1){nodes{id}} issues(first:1){nodes{id}}", ids=ids).points == 2


def test_a_field_that_two_fragments_select_is_paid_once_and_skipped_ones_are_not_paid() -> None:
    text = """query($no:Boolean!){repository(owner:"a",name:"b"){...A ...B issues(first:9) @include(if:$no){nodes{id}}}}
      fragment A on Repository{labels(first:100){nodes{id}}} fragment B on Repository{labels(first:100){nodes{name}}}"""
    assert cost(text, no=False) == Price(1, 100, 1)
    assert cost(text, no=True).requests == 2


def test_defaults_of_variables_count() -> None:
    assert cost('query($n:Int=40){repository(owner:"a",name:"b"){issues(first:$n){nodes{id}}}}').nodes == 40


@pytest.mark.parametrize(
    "arguments,selected,kind,words",
    [
        (
            "first:101",
            "nodes{id}",
            "EXCESSIVE_PAGINATION",
            "Requesting the 101 records on the `issues` connection exceeds the `first` limit of 100 records.",
        ),
        (
            "states:OPEN",
            "nodes{id}",
            "MISSING_PAGINATION_BOUNDARIES",
            "You must provide a `first` or `last` value to properly paginate the `issues` connection.",
        ),
        ("first:0", "nodes{id}", "INVALID_PAGINATION", None),
        ("first:1,last:1", "nodes{id}", "EXCESSIVE_PAGINATION", None),
        ("states:OPEN", "totalCount", None, None),
    ],
)
def test_page_limits(arguments: str, selected: str, kind: str | None, words: str | None) -> None:
    found = cost(f'{{r:repository(owner:"a",name:"b"){{issues({arguments}){{{selected}}}}}}}').violations
    assert [violation.kind for violation in found] == ([kind] if kind else [])
    if words:
        assert (found[0].message, found[0].path) == (words, ("r", "issues"))


def test_more_than_500_000_nodes_are_too_many() -> None:
    full = (
        "issues(first:100){nodes{labels(first:20){nodes{id}} assignees(first:5){nodes{id}}}} "
        "pullRequests(first:50){nodes{labels(first:10){nodes{id}}}}"
    )
    found = cost(BY_ID % full, ids=[str(n) for n in range(100)])
    assert found.nodes == 100 * (1 + 100 + 2000 + 500 + 50 + 500) < 500_000 and not found.violations
    deep = "issues(first:100){nodes{comments(first:100){nodes{id}}}}"
    over = cost(BY_ID % deep, ids=[str(n) for n in range(50)])
    assert [v.kind for v in over.violations] == ["MAX_NODE_LIMIT_EXCEEDED"]
    assert over.violations[0].message == (
        "This query requests up to 505,050 possible nodes which exceeds the maximum limit of 500,000."
    )
