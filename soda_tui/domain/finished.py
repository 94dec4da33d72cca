"""Work that has found its end in the browser: handed over, and merged or closed by a person since."""

from __future__ import annotations

from soda_tui.domain.bundles import merged_within
from soda_tui.domain.facts import PullRequest, RemoteFacts
from soda_tui.domain.ledger import HandedOver, LedgerState


def finished_work(remote: RemoteFacts, state: LedgerState) -> tuple[tuple[HandedOver, PullRequest], ...]:
    """What was handed over and is no longer open, with the pull request that says so: its own, or a merged bundle."""
    found = ((done, ended_by(remote, state, done)) for done in state.handed_over)
    return tuple((done, request) for done, request in found if request is not None)


def ended_by(remote: RemoteFacts, state: LedgerState, done: HandedOver) -> PullRequest | None:
    """The pull request with which handed-over work ended; None while it waits."""
    own = pull_request_of(remote, done)
    if own is not None and own.merged:
        return own
    return merged_within(remote, state, done, own) or (own if own is not None and not own.open else None)


def pull_request_of(remote: RemoteFacts, done: HandedOver) -> PullRequest | None:
    """The pull request of handed-over work; by its branch, the open or else the newest one, where none was noted."""
    if done.pull_request is not None:
        return next((found for found in remote.pull_requests if found.number == done.pull_request), None)
    ours = [found for found in remote.pull_requests if found.branch == done.branch and found.same_repository]
    return max(ours, key=lambda found: (found.open, found.number), default=None)
