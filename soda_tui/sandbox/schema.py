"""GitHub's schema, pruned, as it ships in the package."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from graphql import GraphQLSchema, build_schema

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def schema_text() -> str:
    """The pruned schema in GraphQL's own language."""
    return files("soda_tui.sandbox").joinpath("schema.graphql").read_text("utf-8")


@cache
def schema() -> GraphQLSchema:
    """The schema, built once in each process."""
    return build_schema(schema_text(), assume_valid=True, assume_valid_sdl=True)


@cache
def snake(name: str) -> str:
    """`camelCase` as `snake_case`."""
    return _CAPITAL.sub("_", name).lower()
