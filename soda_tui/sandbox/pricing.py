"""What a document costs: points and nodes by GitHub's published formula, and the page limits that it must keep.

Requests are summed over all connections, each counted once for every node of the pages around it; a point is a hundred
requests, rounded to the nearest whole, at least one. Nodes are the same sum with each connection's own page size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    get_named_type,
    is_composite_type,
    is_interface_type,
    is_object_type,
    value_from_ast_untyped,
)

NODE_LIMIT = 500_000
PAGE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Violation:
    """A page limit that a document breaks: GitHub's error type, its words, and the path of response keys."""

    kind: str
    message: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """Points, and nodes at most; `requests` is the sum behind the points."""

    points: int
    nodes: int
    requests: int
    violations: tuple[Violation, ...] = ()


@dataclass(slots=True)
class _Bill:
    requests: int = 0
    nodes: int = 0
    violations: list[Violation] = field(default_factory=list)


def price(
    document: DocumentNode,
    variables: Mapping[str, Any],
    schema: GraphQLSchema,
    operation_name: str | None = None,
) -> Price:
    """The price of one operation of a valid document; raises ValueError where there is no such operation."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    named = [o for o in operations if operation_name in {None, o.name.value if o.name else None}]
    if len(named) != 1:
        raise ValueError("the document has no single operation of that name")
    operation = named[0]
    defaults = {
        d.variable.name.value: value_from_ast_untyped(d.default_value)
        for d in operation.variable_definitions or ()
        if d.default_value is not None
    }
    root = schema.get_root_type(operation.operation)
    bill = _Bill()
    if root is not None:
        walk = _Walk(schema, fragments, {**defaults, **variables}, bill)
        walk.visit(root, [operation], 1, ())
    if bill.nodes > NODE_LIMIT:
        words = (
            f"This query requests up to {bill.nodes:,} possible nodes which exceeds the maximum limit of "
            f"{NODE_LIMIT:,}."
        )
        bill.violations.append(Violation("MAX_NODE_LIMIT_EXCEEDED", words, ()))
    points = max(1, (bill.requests + 50) // 100)
    return Price(points, bill.nodes, bill.requests, tuple(bill.violations))


@dataclass(frozen=True, slots=True)
class _Walk:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: dict[str, Any]
    bill: _Bill

    def visit(self, parent: GraphQLNamedType, holders: Iterable[Any], times: int, path: tuple[str, ...]) -> None:
        """Count what is selected in the holders of selection sets, `times` being the nodes around it."""
        groups: dict[tuple[str, str], tuple[GraphQLNamedType, list[FieldNode]]] = {}
        for holder in holders:
            for kind, node in self._fields(parent, holder.selection_set.selections):
                key = (kind.name, node.alias.value if node.alias else node.name.value)
                groups.setdefault(key, (kind, []))[1].append(node)
        for (_, alias), (kind, nodes) in groups.items():
            self._field(kind, nodes, times, (*path, alias))

    def _fields(
        self, parent: GraphQLNamedType, selections: Iterable[SelectionNode]
    ) -> Iterator[tuple[GraphQLNamedType, FieldNode]]:
        for node in selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield parent, node
            elif isinstance(node, InlineFragmentNode):
                kind = self.schema.get_type(node.type_condition.name.value) if node.type_condition else parent
                yield from self._fields(kind or parent, node.selection_set.selections)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                kind = self.schema.get_type(fragment.type_condition.name.value)
                yield from self._fields(kind or parent, fragment.selection_set.selections)

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            condition = next((value_from_ast_untyped(a.value, self.variables) for a in directive.arguments or ()), None)
            if (directive.name.value == "skip" and condition) or (directive.name.value == "include" and not condition):
                return False
        return True

    def _field(self, parent: GraphQLNamedType, nodes: list[FieldNode], times: int, path: tuple[str, ...]) -> None:
        node = nodes[0]
        if not (is_object_type(parent) or is_interface_type(parent)) or node.name.value not in parent.fields:
            return
        kind = get_named_type(parent.fields[node.name.value].type)
        if not is_composite_type(kind):
            return
        arguments = {a.name.value: value_from_ast_untyped(a.value, self.variables) for a in node.arguments or ()}
        if kind.name.endswith("Connection"):
            self.bill.requests += times
            page = self._page(node, nodes, arguments, path)
            self.bill.nodes += times * page
            times *= max(page, 1)
        elif parent.name == "Query" and node.name.value == "nodes":
            count = len(arguments.get("ids") or ())
            self.bill.nodes += times * count
            times *= max(count, 1)
        self.visit(kind, [n for n in nodes if n.selection_set], times, path)

    def _page(
        self, node: FieldNode, nodes: list[FieldNode], arguments: Mapping[str, Any], path: tuple[str, ...]
    ) -> int:
        name = node.name.value
        given = {key: arguments[key] for key in ("first", "last") if arguments.get(key) is not None}
        if not given:
            if any(selected not in {"totalCount", "__typename"} for selected in self._selected(nodes)):
                words = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
                self.bill.violations.append(Violation("MISSING_PAGINATION_BOUNDARIES", words, path))
            return 0
        if len(given) == 2:
            words = f"Passing both `first` and `last` to paginate the `{name}` connection is not supported."
            self.bill.violations.append(Violation("EXCESSIVE_PAGINATION", words, path))
        bound, size = next(iter(given.items()))
        if not isinstance(size, int):
            return 0
        if size > PAGE_LIMIT:
            words = (
                f"Requesting the {size} records on the `{name}` connection exceeds the `{bound}` limit of "
                f"{PAGE_LIMIT} records."
            )
            self.bill.violations.append(Violation("EXCESSIVE_PAGINATION", words, path))
        if size < 1:
            words = f"`{bound}` on the `{name}` connection cannot be less than one."
            self.bill.violations.append(Violation("INVALID_PAGINATION", words, path))
        return max(size, 0)

    def _selected(self, nodes: list[FieldNode]) -> Iterator[str]:
        for node in nodes:
            if node.selection_set is not None:
                yield from self._names(node.selection_set.selections)

    def _names(self, selections: Iterable[SelectionNode]) -> Iterator[str]:
        for node in selections:
            if isinstance(node, FieldNode):
                yield node.name.value
            elif isinstance(node, InlineFragmentNode):
                yield from self._names(node.selection_set.selections)
            elif isinstance(node, FragmentSpreadNode):
                yield from self._names(self.fragments[node.name.value].selection_set.selections)
