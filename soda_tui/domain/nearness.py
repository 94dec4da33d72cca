"""Names that somebody may have meant by one that is none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

_SECTION = re.compile(r"\.|__")
_ALIKE = 0.65


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that differs by little more than a slip of the finger; None where there is none.

    In `SECTION.KEY` and `SECTION__KEY` a section that both share says nothing about the key.
    """
    section, own = _parts(name)
    beside = {key: each for each in known for kind, key in [_parts(each)] if kind == section}
    found = get_close_matches(own, beside, n=1, cutoff=_ALIKE)
    if found:
        return beside[found[0]]
    # Another section of the same key, or a slip in both.
    elsewhere = [each for each in known if each not in beside.values() and _alike(_parts(each)[1], own)]
    return next(iter(get_close_matches(name, elsewhere, n=1, cutoff=_ALIKE)), None)


def _alike(one: str, other: str) -> bool:
    return bool(get_close_matches(one, [other], cutoff=_ALIKE))


def _parts(name: str) -> tuple[str, str]:
    """The name before and after its last divider."""
    dividers = list(_SECTION.finditer(name))
    return (name[: dividers[-1].start()], name[dividers[-1].end() :]) if dividers else ("", name)
