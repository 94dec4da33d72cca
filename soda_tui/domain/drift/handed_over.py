"""Drift of work that was handed over: its pull request, until a person has merged or closed it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import Checks, DriftKind
from soda_tui.domain.drift.look import Look, Seen
from soda_tui.domain.facts import PullRequest
from soda_tui.domain.finished import ended_by, pull_request_of
from soda_tui.domain.ledger import HandedOver

# An open cockpit tidies up after its next poll; what is left so long afterwards could not be tidied up.
UNTIDY = timedelta(minutes=5)


def handed_over_drift(look: Look) -> Iterator[Seen]:
    """Each pull request that the ledger speaks of."""
    for done in look.ledger.state.handed_over:
        ended = ended_by(look.remote, look.ledger.state, done)
        request = ended or pull_request_of(look.remote, done)
        if request is None:
            continue
        yield from _waiting(look, done, request) if ended is None else _ended(look, done, request)


def _ended(look: Look, done: HandedOver, request: PullRequest) -> Iterator[Seen]:
    since = request.closed_at or request.updated_at
    if look.now - since > UNTIDY:
        kind = DriftKind.PULL_REQUEST_MERGED if request.merged else DriftKind.PULL_REQUEST_CLOSED
        sentence = say.DRIFT_MERGED_UNTIDY if request.merged else say.DRIFT_CLOSED_UNTIDY
        yield look.drift(kind, sentence(number=request.number, issue=done.issue), since)


def _waiting(look: Look, done: HandedOver, request: PullRequest) -> Iterator[Seen]:
    values = {"number": request.number, "issue": done.issue}
    if done.head is not None and request.head_oid != done.head:
        message, settles = say.DRIFT_PULL_REQUEST_CHANGED(**values), look.settles(request.updated_at)
        yield look.drift(DriftKind.PULL_REQUEST_CHANGED, message, request.updated_at, settles=settles)
    if request.conflicting:
        yield look.drift(DriftKind.PULL_REQUEST_CONFLICTING, say.DRIFT_PULL_REQUEST_CONFLICTING(**values))
    if request.checks is Checks.FAILURE:
        yield look.drift(DriftKind.CHECKS_FAILING, say.DRIFT_CHECKS_FAILING(**values))
