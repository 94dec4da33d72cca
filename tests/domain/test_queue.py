"""The queue: order, and a reason for everything left out."""

from __future__ import annotations

import pytest
from given import ENROLMENT, HOLDER, issue, pull_request
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from soda_tui.domain.codes import ExcludedCode
from soda_tui.domain.facts import Issue, PullRequest
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.queue import Queue, build_queue, closed_issues


def queue(*issues: Issue, pulls: tuple[PullRequest, ...] = (), **settings: object) -> Queue:
    enrolment = structs.replace(ENROLMENT, **settings)
    return build_queue(issues, pulls, enrolment, HOLDER, "you")


def test_priority_orders_and_ties_go_to_the_lowest_number() -> None:
    found = queue(
        issue(9, "route:ready"),
        issue(8, "route:ready", "route:priority-low"),
        issue(7, "route:ready", "Route:Priority-HIGH"),
        issue(5, "route:ready", "route:priority-high", "route:priority-low"),
        issue(6, "route:unblocker"),
        issue(4, "route:ready", "route:priority-very-high"),
        issue(3, "route:ready", "route:priority-medium"),
    )
    assert [entry.number for entry in found.entries] == [6, 4, 5, 7, 3, 8, 9]
    assert [entry.priority for entry in found.entries] == [200, 4, 3, 3, 2, 1, 0]
    assert [entry.priority_name for entry in found.entries][-1] == "none"


@pytest.mark.parametrize(
    "labels,code",
    [
        (("route:ready", "route:human-only"), ExcludedCode.HUMAN_ONLY),
        (("route:ready", "route:human_only"), ExcludedCode.HUMAN_ONLY),
        (("route:ready", "ROUTE:BLOCKED"), ExcludedCode.BLOCKED),
        (("route:review",), ExcludedCode.REVIEW),
        (("route:ready_to_merge",), ExcludedCode.READY_TO_MERGE),
        (("route:ready-to-merge",), ExcludedCode.READY_TO_MERGE),
        (("route:ready", "agent001"), ExcludedCode.AGENT_LABEL),
        (("route:ready", "Agent042"), ExcludedCode.AGENT_LABEL),
    ],
)
def test_labels_leave_an_issue_out(labels: tuple[str, ...], code: ExcludedCode) -> None:
    found = queue(issue(1, *labels))
    assert not found.entries
    assert found.excluded[0].code is code
    assert found.excluded[0].reason.endswith(".")


@pytest.mark.parametrize(
    "count,blockers,words",
    [
        (1, ("#7",), "waits for #7;"),
        (2, ("octo/other#3", "#7"), "waits for octo/other#3, #7;"),
        (6, ("#1", "#2", "#3", "#4", "#5"), "waits for #1, #2, #3, 3 more;"),
        (2, (), "waits for 2 open issues"),
    ],
)
def test_an_issue_that_waits_for_others_is_left_out_and_names_them(
    count: int, blockers: tuple[str, ...], words: str
) -> None:
    waits = structs.replace(issue(1, "route:ready"), blocked_by=count, blockers=blockers)
    found = queue(waits, issue(2, "route:ready"))
    assert [entry.number for entry in found.entries] == [2]
    assert found.excluded[0].code is ExcludedCode.BLOCKED
    assert words in found.excluded[0].reason


@pytest.mark.parametrize("label", ["agent", "agents-ui", "agent01", "agent0001", "agent001x"])
def test_only_agent_and_three_digits_is_an_agent_label(label: str) -> None:
    assert queue(issue(1, "route:ready", label)).entries


def test_the_held_issue_is_held_whatever_else_it_carries() -> None:
    assert queue(issue(12, "route:ready", "agent001", "route:blocked")).excluded[0].code is ExcludedCode.HELD


def test_assignees() -> None:
    found = queue(issue(1, "route:ready", assignees=("bob",)), issue(2, "route:ready", assignees=("YOU", "bob")))
    assert [entry.number for entry in found.entries] == [2]
    assert found.excluded[0].code is ExcludedCode.ASSIGNED
    assert "bob" in found.excluded[0].reason


def test_only_my_own() -> None:
    found = queue(issue(1, "route:ready"), issue(2, "route:ready", assignees=("you",)), mine=True)
    assert [entry.number for entry in found.entries] == [2]
    assert found.excluded[0].code is ExcludedCode.FILTERED


def test_label_filters() -> None:
    three = (issue(1, "route:ready", "Area:UI"), issue(2, "route:ready"), issue(3, "route:ready", "area:ui", "wip"))
    found = queue(*three, include_labels=("area:ui",), exclude_labels=("WIP",))
    assert [entry.number for entry in found.entries] == [1]
    assert {entry.number: entry.code for entry in found.excluded} == {2: "filtered", 3: "filtered"}


@pytest.mark.parametrize(
    "body,branch,closes",
    [
        ("Fixes #7", "topic", (7,)),
        ("closes: #7 and resolved #8", "topic", (7, 8)),
        ("see #7, prefixes #8, fixes acme/other#9", "topic", ()),
        ("", "agent001/7-fix", (7,)),
        ("Fixes #8", "agent002/7", (7, 8)),
        ("", "work-7", (7,)),
    ],
)
def test_what_a_pull_request_closes(body: str, branch: str, closes: tuple[int, ...]) -> None:
    assert closed_issues(pull_request(30, branch, body)) == closes


def test_a_fork_closes_by_its_words_not_by_its_branch() -> None:
    assert closed_issues(pull_request(30, "agent001/7-fix", same_repository=False)) == ()


def test_an_open_pull_request_takes_its_issue_out_of_the_queue() -> None:
    found = queue(issue(7, "route:ready"), pulls=(pull_request(30, body="fixes #7"),))
    assert found.excluded[0].code is ExcludedCode.OPEN_PULL_REQUEST
    assert "30" in found.excluded[0].reason
    assert queue(issue(7, "route:ready"), pulls=(pull_request(30, body="fixes #7", open=False),)).entries


def test_configured_names_replace_the_usual_ones() -> None:
    names = LabelNames(ready="todo", priority_high="urgent")
    found = queue(issue(1, "todo"), issue(2, "todo", "Urgent"), labels=names)
    assert [entry.number for entry in found.entries] == [2, 1]


LABELS = st.sampled_from([*LabelNames().routing, "agent001", "agentic", "bug", "route:priority-high"])


@given(st.lists(st.tuples(st.integers(1, 40), st.frozensets(LABELS)), unique_by=lambda pair: pair[0]))
def test_every_issue_is_in_just_one_place(drawn: list[tuple[int, frozenset[str]]]) -> None:
    names = {*LabelNames().routing, "agent001"}
    routed = [issue(number, *labels) for number, labels in drawn if labels & names]
    found = queue(*routed)
    offered = [entry.number for entry in found.entries]
    left_out = [entry.number for entry in found.excluded]
    assert sorted(offered + left_out) == sorted(one.number for one in routed)
    assert 12 not in offered
