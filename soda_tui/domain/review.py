"""What agents leave to people: pull requests, each with what keeps it from being landed, and issues given up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import ExcludedCode, NeedCode
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.configuration.unattended import AutoLand
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.labels import has_any, spellings
from soda_tui.domain.lack import Lack
from soda_tui.domain.landing import issues_of, ready
from soda_tui.domain.ledger import LedgerState, decode
from soda_tui.domain.model import ExcludedEntry, Need, PullRequestEntry
from soda_tui.domain.queue import closed_issues
from soda_tui.domain.releasing import unreleased

_OF_PEOPLE = frozenset({Lack.FOREIGN, Lack.NOT_OURS, Lack.CHECKS_HIDDEN})


def pull_requests(remote: RemoteFacts, enrolment: Enrolment) -> tuple[PullRequestEntry, ...]:
    """The open ones as they are shown, each with the first thing that keeps it from being landed."""
    state = decode(remote.ledger).state
    return tuple(
        PullRequestEntry(
            found.number,
            found.title,
            found.branch,
            next(iter(closed_issues(found)), None),
            found.checks,
            found.review,
            found.draft,
            found.url,
            found.auto_merge,
            found.queued,
            next((missing.lack for missing in ready(found, remote, enrolment.land, state, None)), None),
            found.updated_at,
            found.hidden,
        )
        for found in sorted(remote.pull_requests, key=lambda found: found.number)
        if found.open
    )


def kept_back(remote: RemoteFacts, enrolment: Enrolment) -> Iterator[Need]:
    """The pull requests that a person has marked to be landed and that nothing but a person lands, each with why."""
    state, marks = decode(remote.ledger).state, spellings(enrolment.labels.ready_to_merge)
    marked = {issue.number for issue in remote.issues if has_any(issue.labels, marks)}
    for found in remote.pull_requests:
        issues = issues_of(found, state) or closed_issues(found)
        if not found.open or not (has_any(found.labels, marks) or (issues and marked.issuperset(issues))):
            continue
        first = next(iter(ready(found, remote, enrolment.land, state, None)), None)
        why = first if first is not None and first.lack in _OF_PEOPLE else None
        if why is None and enrolment.auto.land is not AutoLand.NEVER:
            why = unreleased(found, remote, enrolment, state)
        if why is not None:
            yield Need(NeedCode.NOT_RELEASED, why.message, issue=next(iter(issues), None))


def given_up(excluded: Iterable[ExcludedEntry], state: LedgerState) -> Iterator[Need]:
    """The issues that the ledger says were given to a person, while they still are."""
    waiting = {done.issue: done.pull_request for done in state.handed_over}
    for entry in excluded:
        tried = state.attempts.get(entry.number)
        if entry.code is ExcludedCode.HUMAN_ONLY and tried and state.forgiven.get(entry.number) == tried:
            came_back = waiting.get(entry.number)
            sentence = say.NEED_GIVEN_UP if came_back is None else say.NEED_REVIEW_GIVEN_UP
            words = sentence(issue=entry.number, number=came_back, title=entry.title)
            yield Need(NeedCode.GIVEN_UP, words, issue=entry.number)
