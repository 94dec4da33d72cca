"""What we send: valid by GitHub's schema, and as cheap as promised."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

import soda_tui.sandbox
from soda_tui.domain.changes import AddLabels, OpenPullRequest
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.naming import RepositoryName
from soda_tui.sandbox.documents import documents
from soda_tui.sandbox.pricing import price
from soda_tui.services.github.fragments import LabelSet
from soda_tui.services.github.queries import Document

LABELS = LabelSet.of(LabelNames(), "agent001", ("ai",))


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """GitHub's schema, pruned, as it is in the package."""
    file = Path(soda_tui.sandbox.__file__).with_name("schema.graphql")
    return build_schema(file.read_text(), assume_valid=True, assume_valid_sdl=True)


@pytest.mark.parametrize("text", documents(), ids=lambda text: text[:40])
def test_every_operation_is_valid_by_githubs_schema(text: str, schema: GraphQLSchema) -> None:
    assert validate(schema, parse(text)) == []


def test_polling_costs_one_point_for_three_repositories_and_three_for_a_whole_document(schema: GraphQLSchema) -> None:
    assert poll_points(3, schema) == 1
    assert poll_points(8, schema) == 1
    assert poll_points(24, schema) == 3


def test_labels_and_assignees_of_a_hundred_issues_cost_two_points(schema: GraphQLSchema) -> None:
    document = Document()
    document.issues([f"I_{n}" for n in range(100)])
    bill = price(parse(document.text), document.variables, schema)
    assert (bill.points, bill.violations) == (2, ())


def test_equal_compositions_have_equal_texts_so_that_parsing_is_shared() -> None:
    texts = []
    for ids in (["R_1"], ["R_2", "R_3"]):
        document = Document()
        document.repositories(ids, LABELS)
        texts.append(document.text)
    assert texts[0] == texts[1]


def test_a_label_is_listed_once_whatever_its_case_and_spelling() -> None:
    labels = LabelSet.of(LabelNames(ready="Go", unblocker="go"), "agent001", ("GO", "AGENT001"))
    assert labels.buckets.count("Go") == 1
    assert "go" not in labels.buckets
    assert labels.wanted == ("agent001", "Go", "route:review")
    assert {"route:ready_to_merge", "route:ready-to-merge", "route:human-only", "route:human_only"} < set(
        labels.buckets
    )


def test_foreign_words_travel_in_variables_only() -> None:
    document = Document()
    document.repository(RepositoryName("github.com", 'oc"to', "}{"), LABELS)
    change = Document(mutation=True)
    change.change(AddLabels('I"', ('"}',)))
    opening = Document(mutation=True)
    opening.change(OpenPullRequest("R", "main", "x", 'T"', "B\n}", True))
    assert not any('"}' in each.text or 'T"' in each.text or 'oc"' in each.text for each in (document, change, opening))


def poll_points(count: int, schema: GraphQLSchema) -> int:
    """What it costs to poll that many repositories, each with a claim that has no pull request yet."""
    document = Document()
    document.repositories([f"R_{n}" for n in range(count)], LABELS)
    for n in range(count):
        document.pull_requests_of(f"R_{n}", f"agent001/{n + 1}-x", more=False)
    return price(parse(document.text), document.variables, schema).points
