"""Secrets taken out of text before anybody sees or keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HIDDEN = "[secret]"
# GitHub's token prefixes, authorization headers, and passwords in URLs.
_SHAPES = re.compile(
    r"gh[pousr]_\w+|github_pat_\w+"
    r"|(?<=authorization: )\w+ [\w.~+/=-]+"
    r"|(?<=://)[^\s/@:]*:[^\s/@]+(?=@)",
    re.IGNORECASE,
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets, and without what looks like one."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return _SHAPES.sub(_HIDDEN, text)
