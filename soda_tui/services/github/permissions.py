"""Permissions: what a field that a token may not see holds, in people's words, and what lets it see that."""

from __future__ import annotations

import re

_CONTENTS = "read and write access to contents"
_ISSUES, _PULLS = "read access to issues", "read access to pull requests"
ALL = "read and write access to contents, issues and pull requests"
_KNOWN = {
    r"statusCheckRollup": ("the checks", "read access to checks and commit statuses"),
    r"reviewDecision": ("the reviews", _PULLS),
    r"autoMergeRequest|mergeQueueEntry": ("auto-merge and the merge queue", _PULLS),
    r"pullRequests?": ("the pull requests", _PULLS),
    r"issueDependenciesSummary|blockedBy": ("what issues wait for", _ISSUES),
    r"subIssuesSummary": ("the sub-issues", _ISSUES),
    r"b\d+|open|issues?|labels|assignees": ("the issues", _ISSUES),
    r"ledger|refs?": ("the branches", _CONTENTS),
}


def of_field(name: str) -> tuple[str, str]:
    """What a field of our documents holds, and the permission for it."""
    known = (words for pattern, words in _KNOWN.items() if re.fullmatch(pattern, name))
    return next(known, (name, ALL))
