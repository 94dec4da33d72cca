"""Names of refs: the cockpit's private namespace, and names from outside that git must not take for something else."""

from __future__ import annotations

import re

from soda_tui.domain.naming import LEDGER_BRANCH

HEADS = "refs/heads/"
TRACKED = "refs/soda/remote/"
# What a fetch has just seen of the ledger; pruned, while what was tracked of it stays.
SEEN = "refs/soda/seen/"
# Commits whose branch was removed here stay under their own id, or below one that does: a remote-tracking ref may move,
# a tag be pruned.
PARKED = "refs/soda/parked/"
# Where a branch stood before a commit that was made on it and not looked through yet.
UNSEEN = "refs/soda/unseen/"
LEDGER = HEADS + LEDGER_BRANCH
LEDGER_TRACKED = TRACKED + LEDGER_BRANCH
LEDGER_SEEN = SEEN + LEDGER_BRANCH
# The mode of another repository's commit in a tree.
SUBMODULE = "160000"

_OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# What git-check-ref-format forbids, and a leading hyphen, which would be read as an option.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|/\.|[/.]$|\.lock(?:/|$)|^@?$")


def branch_ref(name: str) -> str | None:
    """The full ref of a branch; None for a name that git would not accept, and so no branch can have."""
    return None if _FORBIDDEN.search(name) else HEADS + name


def is_oid(text: str) -> bool:
    """Whether the text is a whole object id, of either hash."""
    return _OID.fullmatch(text) is not None


def revision(text: str) -> str:
    """The text as a revision that is an object id, HEAD, a full ref or else a branch: never an option or a range."""
    if is_oid(text) or text == "HEAD":
        return text
    return (text if text.startswith("refs/") and not _FORBIDDEN.search(text) else branch_ref(text)) or HEADS
