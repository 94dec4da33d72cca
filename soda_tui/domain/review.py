"""What agents leave to people: pull requests, each with what keeps it from being landed, and issues given up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import ExcludedCode, NeedCode
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.landing import ready
from soda_tui.domain.ledger import LedgerState, decode
from soda_tui.domain.model import ExcludedEntry, Need, PullRequestEntry
from soda_tui.domain.queue import closed_issues
from soda_tui.domain.settings import Enrolment


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
        )
        for found in sorted(remote.pull_requests, key=lambda found: found.number)
        if found.open
    )


def given_up(excluded: Iterable[ExcludedEntry], state: LedgerState) -> Iterator[Need]:
    """The issues that the ledger says were given to a person, while they still are."""
    for entry in excluded:
        tried = state.attempts.get(entry.number)
        if entry.code is ExcludedCode.HUMAN_ONLY and tried and state.forgiven.get(entry.number) == tried:
            words = say.NEED_GIVEN_UP(issue=entry.number, title=entry.title)
            yield Need(NeedCode.GIVEN_UP, words, issue=entry.number)
