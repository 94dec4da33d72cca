"""GitHub's schema, pruned, as it ships in the package."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache
from importlib.resources import files

from graphql import GraphQLSchema, build_schema

ENTERPRISE = frozenset(
    {
        *("issueDependenciesSummary", "blockedBy", "subIssuesSummary", "mergeQueueEntry", "isMergeQueueEnabled"),
        *("rulesets", "PullRequest.statusCheckRollup"),
    }
)
"""What an Enterprise Server of some years ago does not have of what the schema has."""

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def schema_text() -> str:
    """The pruned schema in GraphQL's own language."""
    return files("soda_tui.sandbox").joinpath("schema.graphql").read_text("utf-8")


@cache
def schema(lacks: Set[str] = frozenset()) -> GraphQLSchema:
    """The schema, built once in each process; an older server's `lacks` these fields, `Type.field` or of all types."""
    text = schema_text()
    for lacking in lacks:
        type, _, field = lacking.rpartition(".")
        within = rf"(^type {type} (?:.+\n)+?)" if type else "()"
        text = re.sub(rf"{within}^  {field}\b.*\n", r"\1", text, flags=re.MULTILINE)
    return build_schema(text, assume_valid=True, assume_valid_sdl=True)


@cache
def snake(name: str) -> str:
    """`camelCase` as `snake_case`."""
    return _CAPITAL.sub("_", name).lower()
