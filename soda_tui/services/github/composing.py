"""Documents composed field by field, each with its variables, and with the fragments that it needs once."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from soda_tui.services.github.fragments import FRAGMENTS, LabelSet, polled, without

_SPREAD = re.compile(r"\.\.\.(\w+)")


@dataclass(slots=True)
class Composition:
    """A document in the making: each method adds one field and returns the alias under which its answer comes."""

    mutation: bool = False
    _fields: list[str] = field(default_factory=list)
    _types: dict[str, str] = field(default_factory=dict)
    _fragments: dict[str, str] = field(default_factory=dict)
    _sets: dict[LabelSet, str] = field(default_factory=dict)
    variables: dict[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole document; equal compositions have equal texts."""
        return self.written(())

    def written(self, lacks: Collection[str]) -> str:
        """The whole document without the fields of these names."""
        types = ",".join(f"${name}:{kind}" for name, kind in self._types.items())
        meta = "" if self.mutation else " viewer{id login} rateLimit{cost limit remaining resetAt}"
        operation = f"{'mutation' if self.mutation else 'query'}{f'({types})' if types else ''}"
        fields = without(" ".join(self._fields), lacks)
        fragments = (without(text, lacks) for text in self._fragments.values())
        return f"{operation}{{{fields}{meta}}}\n" + "\n".join(fragments)

    def _add(self, template: str, /, **variables: tuple[str, object]) -> str:
        alias = f"f{len(self._fields)}"
        self._fields.append(f"{alias}:{template.replace('@', alias)}")
        for name, (kind, value) in variables.items():
            self._types[f"{alias}{name}"] = kind
            self.variables[f"{alias}{name}"] = value
        self._use(template)
        return alias

    def _in_repository(self, selection: str, repository: str, /, **variables: tuple[str, object]) -> str:
        return self._add(f"node(id:$@id){{... on Repository{{{selection}}}}}", id=("ID!", repository), **variables)

    def _use(self, text: str) -> None:
        for name in _SPREAD.findall(text):
            if name in FRAGMENTS and name not in self._fragments:
                self._keep(name, FRAGMENTS[name])

    def _label_set(self, labels: LabelSet) -> str:
        if labels in self._sets:
            return self._sets[labels]
        name = self._sets[labels] = f"R{len(self._sets)}"
        text, values = polled(name, labels)
        self.variables.update(values)
        self._types.update(dict.fromkeys(values, "String!"))
        self._keep(name, text)
        return name

    def _keep(self, name: str, text: str) -> None:
        self._fragments[name] = text
        self._use(text)
