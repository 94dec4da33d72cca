"""Hiding: the fields that a token may not see of a repository, left out for an hour; what was seen of them stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from msgspec import structs

from soda_tui.domain.codes import Checks, Unseen
from soda_tui.domain.facts import Issue, PullRequest, RemoteFacts
from soda_tui.services.github import errors, wire
from soda_tui.services.github.fragments import OPTIONAL

_AGE = timedelta(hours=1)
_OPTIONAL = frozenset[str]().union(*OPTIONAL.values())
_CHECKS = "statusCheckRollup"
_NAMES = {
    "issueDependenciesSummary": Unseen.BLOCKERS,
    "subIssuesSummary": Unseen.SUB_ISSUES,
    "autoMergeRequest": Unseen.AUTO_MERGE,
    "mergeQueueEntry": Unseen.MERGE_QUEUE,
}


class Hidden:
    """What one account may not see of each repository, by its key; a permission may be given at any time."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._rows: defaultdict[str, dict[str, tuple[datetime, wire.ErrorRow]]] = defaultdict(dict)

    def of(self, key: str) -> Mapping[str, wire.ErrorRow]:
        """The rows that said so, by the names of the fields."""
        now, found = self._clock(), self._rows.get(key, {})
        return {name: row for name, (at, row) in found.items() if timedelta(0) <= now - at < _AGE}

    def note(self, key: str, row: wire.ErrorRow) -> bool:
        """Leave out from now on what this row says; whether that is anything new."""
        name = str(row.path[-1]) if row.path and errors.is_forbidden(row) else ""
        if name not in _OPTIONAL or name in self.of(key):
            return False
        self._rows[key][name] = self._clock(), row
        return True

    def clear(self) -> None:
        """Ask for all again."""
        self._rows.clear()


def carried(facts: RemoteFacts, before: RemoteFacts | None, hidden: Collection[str]) -> RemoteFacts:
    """The facts with what was seen before of fields that are hidden by now; what never was is marked as hidden.

    Not to be seen is not a no.
    """
    if not _among(hidden, _NAMES.values()) and _CHECKS not in hidden:
        return facts
    issues = {one.id: one for one in before.issues} if before is not None else {}
    pulls = {one.id: one for one in before.pull_requests} if before is not None else {}
    return structs.replace(
        facts,
        issues=tuple(with_hidden(one, issues.get(one.id), hidden) for one in facts.issues),
        pull_requests=tuple(_pull_request(one, pulls.get(one.id), hidden) for one in facts.pull_requests),
    )


def with_hidden(now: Issue, before: Issue | None, hidden: Collection[str]) -> Issue:
    """An issue as `carried` has it."""
    unknown = _among(hidden, (Unseen.BLOCKERS, Unseen.SUB_ISSUES))
    if before is not None and Unseen.SUB_ISSUES in unknown and Unseen.SUB_ISSUES not in before.hidden:
        unknown, now = unknown - {Unseen.SUB_ISSUES}, structs.replace(now, sub_issues=before.sub_issues)
    if now.blocked_by:
        # What it waited for it waits for still; what did not wait for anything may by now.
        unknown -= {Unseen.BLOCKERS}
    return structs.replace(now, hidden=tuple(sorted(unknown)))


def _pull_request(now: PullRequest, before: PullRequest | None, hidden: Collection[str]) -> PullRequest:
    unknown = _among(hidden, (Unseen.AUTO_MERGE, Unseen.MERGE_QUEUE))
    if before is not None:
        auto_merge = before.auto_merge if Unseen.AUTO_MERGE in unknown else now.auto_merge
        queued = before.queued if Unseen.MERGE_QUEUE in unknown else now.queued
        unknown, now = unknown.intersection(before.hidden), structs.replace(now, auto_merge=auto_merge, queued=queued)
    # Those of before say nothing of what was run since.
    checks = Checks.HIDDEN if _CHECKS in hidden and now.checks is Checks.NONE else now.checks
    return structs.replace(now, checks=checks, hidden=tuple(sorted(unknown)))


def _among(hidden: Collection[str], what: Collection[Unseen]) -> frozenset[Unseen]:
    return frozenset(_NAMES[name] for name in hidden if name in _NAMES).intersection(what)
