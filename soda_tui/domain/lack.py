"""Lacks: what can keep a pull request from being landed, and which of it waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Lack(StrEnum):
    """Why a pull request is not ready."""

    ENDED = "ended"
    FOREIGN = "foreign"
    NOT_OURS = "not_ours"
    AT_WORK = "at_work"
    UNDER_WAY = "under_way"
    DRAFT = "draft"
    CONFLICT = "conflict"
    UNCERTAIN = "uncertain"
    BEHIND = "behind"
    CHECKS_FAILED = "checks_failed"
    CHECKS_PENDING = "checks_pending"
    NO_CHECKS = "no_checks"
    CHECKS_HIDDEN = "checks_hidden"
    CHANGES_WANTED = "changes_wanted"
    REVIEW_WANTED = "review_wanted"
    TOO_FEW_REVIEWS = "too_few_reviews"
    BLOCKED_BY_LABEL = "blocked_by_label"
    RULES = "rules"
    OUTDATED = "outdated"
    BUNDLED = "bundled"
    NOT_RELEASED = "not_released"
    NEW_COMMITS = "new_commits"


# What each is in a row, in a few words; what a row shows anyhow, or what is no agent's, has none.
WORDS: Mapping[Lack | None, str] = {
    None: "to be landed",
    Lack.AT_WORK: "is worked on",
    Lack.UNDER_WAY: "GitHub merges it",
    Lack.CONFLICT: "conflicts",
    Lack.BEHIND: "behind",
    Lack.CHECKS_FAILED: "does not pass",
    Lack.CHECKS_PENDING: "waits for checks",
    Lack.NO_CHECKS: "no checks",
    Lack.CHECKS_HIDDEN: "checks not visible",
    Lack.CHANGES_WANTED: "to be changed",
    Lack.REVIEW_WANTED: "waits for review",
    Lack.TOO_FEW_REVIEWS: "waits for review",
    Lack.BLOCKED_BY_LABEL: "kept by a label",
    Lack.RULES: "kept by rules",
    Lack.OUTDATED: "bundle is outdated",
    Lack.BUNDLED: "in a bundle",
}

# What goes by without a person, or is none of a cockpit's.
PASSING = frozenset(
    {
        Lack.ENDED,
        Lack.FOREIGN,
        Lack.NOT_OURS,
        Lack.AT_WORK,
        Lack.UNDER_WAY,
        Lack.DRAFT,
        Lack.UNCERTAIN,
        Lack.CHECKS_PENDING,
        Lack.BUNDLED,
    }
)
