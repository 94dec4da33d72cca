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

# What is hardly ever anything else than a secret, at the length that real ones have.
_SECRETS = re.compile(
    r"\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{50}|\bglpat-[\w-]{20}|\bxox[abposr]-[\w-]{10}|\bsk-[\w-]{32}"
    r"|\bnpm_[A-Za-z0-9]{36}|\bpypi-[\w-]{50}|\bAIza[\w-]{35}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|_authToken\s*=\s*[^\s$]"
    r"|/:_(?:auth|password)\s*=\s*[^\s$]|\baws_secret_access_key\s*=\s*[^\s$]|\bclient-key-data:\s*[\w+/]{40}"
    r"|-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"
)


def holds_secret(text: str) -> bool:
    """Whether something in a text looks like a token or a private key."""
    return _SECRETS.search(text) is not None


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets, and without what looks like one."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return _SHAPES.sub(_HIDDEN, text)
