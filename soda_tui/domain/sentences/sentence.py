"""A sentence with named gaps."""

from __future__ import annotations

from dataclasses import dataclass

from soda_tui.domain.text import one_line


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with named gaps."""

    template: str

    def __call__(self, **values: object) -> str:
        """The sentence with its gaps filled; raises KeyError when a value is missing."""
        return self.template.format(**{name: one_line(str(value)) for name, value in values.items()})
