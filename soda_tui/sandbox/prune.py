"""Prunes GitHub's full schema to what the cockpit's documents and `keep.graphql` use.

`python -m soda_tui.sandbox.prune FULL.graphql` writes `schema.graphql` next to this file. The full schema is published
in octokit/graphql-schema (MIT).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    InlineFragmentNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    UnionTypeDefinitionNode,
    Visitor,
    build_schema,
    get_named_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    parse,
    print_ast,
    validate,
    visit,
)

from soda_tui.sandbox.documents import documents

HEADER = (
    "# GitHub's public GraphQL schema (octokit/graphql-schema, MIT), pruned by `python -m soda_tui.sandbox.prune`.\n"
    "# Made, not written: change keep.graphql or the cockpit's documents and prune it anew.\n\n"
)
FOLDER = Path(__file__).parent


@dataclass(slots=True)
class Used:
    """The fields used of each object and interface type, and every type that is needed."""

    fields: dict[str, set[str]] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)


class _Collector(Visitor):
    def __init__(self, schema: GraphQLSchema, info: TypeInfo, used: Used) -> None:
        super().__init__()
        self.schema, self.info, self.used = schema, info, used

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self.info.get_parent_type()
        definition = self.info.get_field_def()
        if parent is None or definition is None or node.name.value.startswith("__"):
            return
        self.used.fields.setdefault(parent.name, set()).add(node.name.value)
        self._need(get_named_type(definition.type))
        for argument in definition.args.values():
            self._need(get_named_type(argument.type))

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> None:
        if node.type_condition is not None:
            self.used.types.add(node.type_condition.name.value)

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> None:
        self.used.types.add(node.type_condition.name.value)

    def _need(self, kind: Any) -> None:
        if kind.name in self.used.types and not is_interface_type(kind):
            return
        self.used.types.add(kind.name)
        if is_input_object_type(kind):
            for value in kind.fields.values():
                self._need(get_named_type(value.type))


def collect(schema: GraphQLSchema, documents: Iterable[DocumentNode]) -> Used:
    """What the documents use; raises ValueError where one is not valid for the schema."""
    used = Used({name: set() for name in ("Query", "Mutation")}, {"Query", "Mutation"})
    for document in documents:
        if errors := validate(schema, document):
            raise ValueError("; ".join(error.message for error in errors))
        info = TypeInfo(schema)
        visit(document, TypeInfoVisitor(info, _Collector(schema, info, used)))
    _fill_interfaces(schema, used)
    return used


def _fill_interfaces(schema: GraphQLSchema, used: Used) -> None:
    """Let every kept type have the kept fields of its kept interfaces, whose own types then are needed too."""
    for name in tuple(used.types):
        kind = schema.type_map[name]
        if not is_object_type(kind) and not is_interface_type(kind):
            continue
        for interface in kind.interfaces:
            if interface.name in used.types:
                wanted = used.fields.get(interface.name, set())
                used.fields.setdefault(name, set()).update(wanted)
                used.types.update(get_named_type(kind.fields[each].type).name for each in wanted)


def prune(full: str, documents: Sequence[str]) -> str:
    """The full schema's text, cut to what the documents use."""
    schema = build_schema(full, assume_valid=True, assume_valid_sdl=True)
    used = collect(schema, [parse(document) for document in documents])
    kept = []
    for definition in parse(full, no_location=True).definitions:
        name = getattr(getattr(definition, "name", None), "value", None)
        if name not in used.types:
            continue
        if isinstance(definition, UnionTypeDefinitionNode):
            definition = replace(
                definition, types=tuple(t for t in definition.types or () if t.name.value in used.types)
            )
        elif isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            fields = tuple(f for f in definition.fields or () if f.name.value in used.fields.get(name, set()))
            above = tuple(i for i in definition.interfaces or () if i.name.value in used.types)
            definition = replace(definition, fields=fields, interfaces=above)
        kept.append(print_ast(definition))
    return HEADER + "\n\n".join(kept) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Prune the schema in the named file; 0, or 2 when none is named."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m soda_tui.sandbox.prune FULL.graphql\n")
        return 2
    keep = (FOLDER / "keep.graphql").read_text("utf-8")
    text = prune(Path(arguments[0]).read_text("utf-8"), [keep, *documents()])
    (FOLDER / "schema.graphql").write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
