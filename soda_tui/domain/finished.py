"""Work that has found its end in the browser: handed over, and merged or closed by a person since."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from soda_tui.domain.bundles import merged_within
from soda_tui.domain.facts import PullRequest, RemoteFacts, find_issue
from soda_tui.domain.journal import Finished
from soda_tui.domain.ledger import HandedOver, LedgerState
from soda_tui.domain.naming import branch_issue, bundle_issues
from soda_tui.domain.plan import ForgetFinished, ReleaseClaim, Step


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


def closed_since(remote: RemoteFacts, state: LedgerState) -> tuple[int, ...]:
    """The issues that were tried and let go of, and that somebody has closed since."""
    spoken = {done.issue for done in state.handed_over} | ({state.holder.issue} if state.holder else set())
    let_go = (find_issue(remote, number) for number in sorted(state.attempts.keys() - spoken))
    return tuple(issue.number for issue in let_go if issue is not None and not issue.open)


def pull_request_of(remote: RemoteFacts, done: HandedOver) -> PullRequest | None:
    """The pull request of handed-over work; by its branch, the open or else the newest one, where none was noted."""
    if done.pull_request is not None:
        return next((found for found in remote.pull_requests if found.number == done.pull_request), None)
    ours = [found for found in remote.pull_requests if found.branch == done.branch and found.same_repository]
    return max(ours, key=lambda found: (found.open, found.number), default=None)


def ended_with(done: Iterable[Step], remote: RemoteFacts, closed: Collection[int] = ()) -> tuple[Finished, ...]:
    """The work that the ledger speaks of no more after these steps, by the pull requests that say why.

    Where an issue was let go of that is closed, or gone, that has ended its work; so has its closing later on, of which
    the ledger heard with them (`closed`).
    """
    done = tuple(done)
    forgotten = {issue for step in done if isinstance(step, ForgetFinished) for issue in step.issues}
    released = {step.issue for step in done if isinstance(step, ReleaseClaim)}
    ended = ends(remote.pull_requests) if forgotten else {}
    found = ((issue, ended[issue]) for issue in sorted(forgotten) if issue in ended)
    left = released | (forgotten - ended.keys())
    let_go = {number for number in left if (issue := find_issue(remote, number)) is None or not issue.open}
    return (
        *(Finished(issue, one.number, one.merged, one.closed_at) for issue, one in found),
        *(Finished(issue, None, merged=False, at=None) for issue in sorted(let_go | (set(closed) - forgotten))),
    )


def ends(requests: Iterable[PullRequest]) -> dict[int, PullRequest]:
    """The pull request with which the work on an issue ended: a merged one, of its own or a bundle, before all else."""
    found: dict[int, PullRequest] = {}
    for one in sorted(requests, key=lambda one: (one.merged, one.number)):
        own = branch_issue(one.branch)
        within = bundle_issues(one.branch) if one.merged and one.same_repository else ()
        found.update(dict.fromkeys(within if own is None else (own,), one) if not one.open else {})
    return found
