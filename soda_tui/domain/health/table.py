"""The table of all checks, by which findings are made."""

from __future__ import annotations

from collections.abc import Mapping

from soda_tui.domain.health.finding import Check, Finding
from soda_tui.domain.health.machine_table import OF_MACHINE
from soda_tui.domain.health.repository_table import OF_REPOSITORY

# What is not there for us where an older server's schema lacks a field.
FEATURES: Mapping[str, str] = {
    "autoMergeRequest": "whether auto-merge is on",
    "isMergeQueueEnabled": "whether there is a merge queue",
    "issueDependenciesSummary": "which issues wait for others",
    "mergeQueueEntry": "whether there is a merge queue",
    "mergeStateStatus": "whether the rules let a pull request land",
    "rulesets": "which rules hold for branches",
    "subIssuesSummary": "how far sub-issues are",
}

CHECKS: Mapping[str, Check] = {**OF_MACHINE, **OF_REPOSITORY}


def found(check: str, subject: str | None, **gaps: object) -> Finding:
    """What a check found; raises KeyError where there is no such check, or a value is missing."""
    row = CHECKS[check]
    return Finding(check, row.severity, subject, row.says(**gaps), row.remedy(**gaps))
