"""Words for a shell, in sentences that tell a person what to type."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.text import one_line


def shell_word(text: str) -> str:
    """The text as one word that still means the same after it was cleaned and put on one line, as sentences are."""
    return shlex.quote(text) if one_line(text) == text else f"$'{''.join(map(_escaped, text))}'"


def editor(environ: Mapping[str, str]) -> list[str]:
    """The person's own editor; raises a Failure where what names it is no command."""
    named = environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    try:
        words = shlex.split(named)
    except ValueError:
        words = []
    if not words:
        raise Failure(Problem(ErrorCode.USAGE, say.EDITOR_UNUSABLE(editor=named)))
    return words


def _escaped(one: str) -> str:
    plain = one.isprintable() and one not in " '\\" and one_line(one) == one
    return one if plain else "".join(f"\\x{byte:02x}" for byte in one.encode("utf-8", "surrogateescape"))
