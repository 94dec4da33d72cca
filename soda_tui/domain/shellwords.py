"""Words for a shell, in sentences that tell a person what to type."""

from __future__ import annotations

import shlex

from soda_tui.domain.text import one_line


def shell_word(text: str) -> str:
    """The text as one word that still means the same after it was cleaned and put on one line, as sentences are."""
    return shlex.quote(text) if one_line(text) == text else f"$'{''.join(map(_escaped, text))}'"


def _escaped(one: str) -> str:
    plain = one.isprintable() and one not in " '\\" and one_line(one) == one
    return one if plain else "".join(f"\\x{byte:02x}" for byte in one.encode("utf-8", "surrogateescape"))
