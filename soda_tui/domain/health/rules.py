"""Rules on branches: which of GitHub's rules would forbid what the cockpit does with a branch.

Names of rules: GraphQL's RepositoryRuleType. Patterns: those of Ruby's `File.fnmatch` with FNM_PATHNAME, as GitHub's
documentation of rulesets says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from soda_tui.domain.health.facts import Ruleset

FORBIDS: Mapping[str, str] = {
    "CREATION": "it restricts who may create them",
    "UPDATE": "it restricts who may push to them",
    "LOCK_BRANCH": "it locks them",
    "PULL_REQUEST": "it wants a pull request for each push",
    "REQUIRED_STATUS_CHECKS": "it wants checks to pass before each push",
    "REQUIRED_DEPLOYMENTS": "it wants a deployment before each push",
    "MERGE_QUEUE": "it wants a merge queue for each push",
    "WORKFLOWS": "it wants workflows to pass before each push",
}
# Of the cockpit's own commits on the ledger, which nobody signs.
FORBIDS_LEDGER: Mapping[str, str] = {**FORBIDS, "REQUIRED_SIGNATURES": "it wants signed commits"}
HINDERS: Mapping[str, str] = {
    "DELETION": "branches that are through cannot be removed",
    "REQUIRED_LINEAR_HISTORY": "what is new on the base cannot be merged in",
    "REQUIRED_SIGNATURES": "agents must sign their commits",
    "BRANCH_NAME_PATTERN": "names of branches must follow a pattern",
    "COMMIT_MESSAGE_PATTERN": "commit messages must follow a pattern",
    "COMMITTER_EMAIL_PATTERN": "committers must follow a pattern",
    "COMMIT_AUTHOR_EMAIL_PATTERN": "authors must follow a pattern",
}
HINDERS_LEDGER = {name: why for name, why in HINDERS.items() if name.endswith("PATTERN")}


def covers(ruleset: Ruleset, ref: str, default: str) -> bool:
    """Whether a set of rules is for a branch by its full name, `default` being that of the default branch."""
    return _any(ruleset.include, ref, default) and not _any(ruleset.exclude, ref, default)


def reasons(rules: Iterable[str], told: Mapping[str, str]) -> str:
    """Why these rules matter, in words; empty where none of them does."""
    present = set(rules)
    return ", ".join(why for name, why in told.items() if name in present)


def _any(patterns: Iterable[str], ref: str, default: str) -> bool:
    return any(
        pattern == "~ALL" or (pattern == "~DEFAULT_BRANCH" and ref == default) or _pattern(pattern).fullmatch(ref)
        for pattern in patterns
    )


def _pattern(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*+|\?|\[[^\]/]+\])", pattern)
    return re.compile("".join(_part(part, place % 2 == 1) for place, part in enumerate(parts)))


def _part(part: str, special: bool) -> str:
    if not special:
        return re.escape(part)
    if part == "**/":
        return "(?:[^/]+/)*"
    if part == "?":
        return "[^/]"
    if part.startswith("["):
        inner = part[1:-1].replace("\\", r"\\").replace("[", r"\[")
        return f"[{'^' + inner[1:] if inner[0] in '!^' else inner}]"
    return "[^/]*"
