"""Values as TOML writes them, for people who read or type one."""

from __future__ import annotations

import json


def toml(value: object) -> str:
    """A text, a number, yes or no, or a list of them, in one line of TOML."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
