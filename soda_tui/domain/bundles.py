"""Bundles: what the ledger says of several works as one pull request, and what GitHub shows of it."""

from __future__ import annotations

from soda_tui.domain.facts import PullRequest, RemoteFacts
from soda_tui.domain.ledger import Bundle, HandedOver, LedgerState
from soda_tui.domain.naming import branch_issue


def bundle_of(request: PullRequest, state: LedgerState) -> Bundle | None:
    """The bundle that a pull request is, as the ledger says; a fork may call its branch the same."""
    if not request.same_repository:
        return None
    return next((one for one in state.bundles if one.branch == request.branch), None)


def request_of(remote: RemoteFacts, bundle: Bundle) -> PullRequest | None:
    """A bundle's pull request: the open or else the newest one of its branch."""
    ours = (one for one in remote.pull_requests if one.same_repository and one.branch == bundle.branch)
    return max(ours, key=lambda one: (one.open, one.number), default=None)


def open_bundle(remote: RemoteFacts, state: LedgerState, issue: int) -> PullRequest | None:
    """The open pull request of the bundle that an issue's work is in."""
    found = (request_of(remote, bundle) for bundle in state.bundles if issue in bundle.issues)
    return next((one for one in found if one is not None and one.open), None)


def begun(remote: RemoteFacts, state: LedgerState) -> Bundle | None:
    """The bundle that was pushed, and whose pull request is not there yet or not told of."""
    for bundle in state.bundles:
        request = request_of(remote, bundle)
        if bundle.pull_request is None and (request is None or request.open):
            return bundle
    return None


def originals(bundle: Bundle, remote: RemoteFacts) -> tuple[PullRequest, ...]:
    """The open pull requests of the works in a bundle."""
    ours = (one for one in remote.pull_requests if one.open and one.same_repository)
    return tuple(one for one in ours if branch_issue(one.branch) in bundle.issues)


def outdated(bundle: Bundle, remote: RemoteFacts, state: LedgerState) -> tuple[int, ...]:
    """The issues whose own pull request has other commits than the bundle, or has ended."""
    waiting = {done.issue for done in state.handed_over}
    heads = {branch_issue(one.branch): one.head_oid for one in originals(bundle, remote)}
    return tuple(issue for issue, head in bundle.works if issue not in waiting or heads.get(issue, head) != head)


def merged_within(
    remote: RemoteFacts, state: LedgerState, done: HandedOver, own: PullRequest | None
) -> PullRequest | None:
    """The merged bundle that has all of a work, as its `own` pull request shows it."""
    for bundle in state.bundles:
        head = dict(bundle.works).get(done.issue)
        request = request_of(remote, bundle) if head is not None else None
        if request is not None and request.merged and (own is None or not own.open or own.head_oid == head):
            return request
    return None
