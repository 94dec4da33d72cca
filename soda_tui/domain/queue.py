"""The queue: open issues that an agent may take, in priority order; every routed issue left out has a reason.

One function serves peek, pop, the screen and JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import ExcludedCode, PriorityName
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import Issue, PullRequest
from soda_tui.domain.labels import LabelNames, has, has_any, is_agent_label, spellings
from soda_tui.domain.ledger import Holder
from soda_tui.domain.model import ExcludedEntry, QueueEntry
from soda_tui.domain.naming import branch_issue

# GitHub's closing keywords (docs, "Linking a pull request to an issue"), for an issue of the same repository.
_CLOSES = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s+#(\d{1,9})\b", re.IGNORECASE)

_NAMED = 3

Exclusion = tuple[ExcludedCode, str]


class Queue(Struct, frozen=True):
    """What pop may take, first one first, and what it leaves alone."""

    entries: tuple[QueueEntry, ...]
    excluded: tuple[ExcludedEntry, ...]


class _Meaning(Struct, frozen=True):
    """What an issue's labels come to, whatever issue it is: `stop` leaves it out at once, `filtered` after all else."""

    ready: bool
    weight: int
    priority: PriorityName
    stop: Exclusion | None
    filtered: Exclusion | None


def build_queue(
    issues: Iterable[Issue],
    pull_requests: Iterable[PullRequest],
    enrolment: Enrolment,
    holder: Holder | None,
    login: str,
) -> Queue:
    """Sort the open routed issues into queue and left out; `login` is the token's user."""
    closing = closing_pull_requests(pull_requests)

    @cache
    def meaning(labels: tuple[str, ...]) -> _Meaning:
        return _meaning(labels, enrolment)

    entries: list[QueueEntry] = []
    excluded: list[ExcludedEntry] = []
    for issue in issues:
        if not issue.open:
            continue
        means = meaning(issue.labels)
        found = _exclusion(issue, means, enrolment, holder, login, closing)
        if found is not None:
            excluded.append(ExcludedEntry(issue.number, issue.title, *found))
        elif means.ready:
            entries.append(queue_entry(issue, means.weight, means.priority))
    entries.sort(key=lambda entry: (-entry.priority, entry.number))
    excluded.sort(key=lambda entry: entry.number)
    return Queue(tuple(entries), tuple(excluded))


def priority(labels: Iterable[str], names: LabelNames) -> tuple[int, PriorityName]:
    """The weight and the name of the heaviest priority label; 0 and `none` without one."""
    present = tuple(labels)
    for label, name, weight in names.priorities:
        if has(present, label):
            return weight, name
    return 0, PriorityName.NONE


def named_issues(pull_request: PullRequest) -> tuple[int, ...]:
    """The issues that a pull request closes by closing words in its body, as GitHub reads them."""
    return tuple(int(number) for number in _CLOSES.findall(pull_request.body))


def closed_issues(pull_request: PullRequest) -> tuple[int, ...]:
    """The issues that a pull request closes, by closing words in its body and by the name of its own head branch."""
    numbers = [*named_issues(pull_request)]
    from_branch = branch_issue(pull_request.branch) if pull_request.same_repository else None
    if from_branch is not None:
        numbers.insert(0, from_branch)
    return tuple(dict.fromkeys(numbers))


def closing_pull_requests(pull_requests: Iterable[PullRequest]) -> dict[int, int]:
    """For each issue, the first open pull request that closes it."""
    closing: dict[int, int] = {}
    for pull_request in pull_requests:
        if pull_request.open:
            for issue in closed_issues(pull_request):
                closing.setdefault(issue, pull_request.number)
    return closing


def queue_entry(issue: Issue, weight: int, name: PriorityName) -> QueueEntry:
    """An issue as the queue shows it."""
    return QueueEntry(
        issue.number,
        issue.id,
        issue.title,
        issue.author,
        weight,
        name,
        issue.labels,
        issue.assignees,
        issue.url,
        issue.sub_issues,
        issue.hidden,
    )


def _exclusion(
    issue: Issue, means: _Meaning, enrolment: Enrolment, holder: Holder | None, login: str, closing: Mapping[int, int]
) -> Exclusion | None:
    if holder is not None and holder.issue == issue.number:
        return ExcludedCode.HELD, say.LEFT_OUT_HELD(agent=holder.agent)
    if means.stop is not None:
        return means.stop
    if issue.blocked_by:
        return ExcludedCode.BLOCKED, _waits(issue)
    if issue.number in closing:
        return ExcludedCode.OPEN_PULL_REQUEST, say.LEFT_OUT_PULL_REQUEST(number=closing[issue.number])
    return _assignment(issue, enrolment, login) or means.filtered


def _waits(issue: Issue) -> str:
    if not issue.blockers:
        return say.LEFT_OUT_WAITS(count=issue.blocked_by)
    shown, more = issue.blockers[:_NAMED], issue.blocked_by - len(issue.blockers[:_NAMED])
    rest = (f"{more} more",) if more > 0 else ()
    return say.LEFT_OUT_WAITS_FOR(blockers=", ".join((*shown, *rest)))


def _meaning(labels: tuple[str, ...], enrolment: Enrolment) -> _Meaning:
    names = enrolment.labels
    ready = has_any(labels, (names.ready, names.unblocker))
    return _Meaning(ready, *priority(labels, names), _stop(labels, names), _filter(labels, enrolment))


def _stop(labels: tuple[str, ...], names: LabelNames) -> Exclusion | None:
    if has_any(labels, spellings(names.human_only)):
        return ExcludedCode.HUMAN_ONLY, say.LEFT_OUT_HUMAN_ONLY(label=names.human_only)
    if has(labels, names.review):
        return ExcludedCode.REVIEW, say.LEFT_OUT_REVIEW(label=names.review)
    if has_any(labels, spellings(names.ready_to_merge)):
        return ExcludedCode.READY_TO_MERGE, say.LEFT_OUT_READY_TO_MERGE(label=names.ready_to_merge)
    if has(labels, names.blocked):
        return ExcludedCode.BLOCKED, say.LEFT_OUT_BLOCKED(label=names.blocked)
    agent = next((label for label in labels if is_agent_label(label)), None)
    return (ExcludedCode.AGENT_LABEL, say.LEFT_OUT_AGENT_LABEL(label=agent)) if agent is not None else None


def _assignment(issue: Issue, enrolment: Enrolment, login: str) -> Exclusion | None:
    mine = login.casefold() in {assignee.casefold() for assignee in issue.assignees}
    if issue.assignees and not mine:
        return ExcludedCode.ASSIGNED, say.LEFT_OUT_ASSIGNED(login=", ".join(issue.assignees))
    if enrolment.mine and not mine:
        return ExcludedCode.FILTERED, say.LEFT_OUT_NOT_MINE(login=login)
    return None


def _filter(labels: tuple[str, ...], enrolment: Enrolment) -> Exclusion | None:
    unwanted = next((label for label in enrolment.exclude_labels if has(labels, label)), None)
    if unwanted is not None:
        return ExcludedCode.FILTERED, say.LEFT_OUT_EXCLUDED_LABEL(label=unwanted)
    if enrolment.include_labels and not has_any(labels, enrolment.include_labels):
        return ExcludedCode.FILTERED, say.LEFT_OUT_NO_INCLUDED_LABEL(labels=", ".join(enrolment.include_labels))
    return None
