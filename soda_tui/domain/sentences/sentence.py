"""A sentence with named gaps."""

from __future__ import annotations

from dataclasses import dataclass

from soda_tui.domain.text import counted, one_line


class _Value(str):
    """What stands in a gap, where a noun that is counted follows: `{count:commit}` is `1 commit` or `2 commits`."""

    __slots__ = ()

    def __format__(self, noun: str) -> str:
        return counted(self, noun) if noun else str(self)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with named gaps, those of numbers with the noun that they count."""

    template: str

    def __call__(self, **values: object) -> str:
        """The sentence with its gaps filled; raises KeyError when a value is missing."""
        return self.template.format(**{name: _Value(one_line(str(value))) for name, value in values.items()})
