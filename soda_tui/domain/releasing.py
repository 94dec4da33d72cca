"""Releasing: what may be landed unattended, and what GitHub is to merge by itself no longer."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.bundles import bundle_of
from soda_tui.domain.codes import Unseen
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.configuration.unattended import AutoLand, LandSettings
from soda_tui.domain.facts import PullRequest, RemoteFacts, find_issue
from soda_tui.domain.labels import has_any, spellings
from soda_tui.domain.lack import Lack
from soda_tui.domain.landing import FORBIDDING, Missing, at_work, candidates, issues_of, missing, ready
from soda_tui.domain.ledger import LedgerState
from soda_tui.domain.naming import branch_issue


def released(remote: RemoteFacts, enrolment: Enrolment, state: LedgerState) -> tuple[int, ...]:
    """The pull requests that may be landed unattended, as far as the poll shows; oldest first.

    What is in a bundle that may be waits for that, and GitHub is not told twice to merge something.
    """
    free = [one for one in candidates(remote, None, state) if unreleased(one, remote, enrolment, state) is None]
    within = {number for one in free if bundle_of(one, state) for number in issues_of(one, state)}
    return tuple(
        one.number
        for one in free
        if not (one.merges_itself or branch_issue(one.branch) in within)
        and not ready(one, remote, enrolment.land, state, None)
    )


def unreleased(request: PullRequest, remote: RemoteFacts, enrolment: Enrolment, state: LedgerState) -> Missing | None:
    """That a pull request is left to people, and why; None where it may be landed unattended once it is ready.

    Only what was handed over may be, and bundles of it, into the branch where work returns. A bundle may be where it is
    marked itself, or each of its issues.
    """
    wanted, base, mark = enrolment.auto.land, enrolment.base or remote.default_branch, enrolment.labels.ready_to_merge
    issues = [find_issue(remote, number) for number in issues_of(request, state)]
    each = bool(issues) and all(one is not None and has_any(one.labels, spellings(mark)) for one in issues)
    if wanted is AutoLand.NEVER:
        why = say.UNRELEASED_NEVER()
    elif not _is_handed_over(request, state):
        why = say.UNRELEASED_NOT_OURS()
    elif request.base != base:
        why = say.UNRELEASED_BASE(base=request.base, own=base)
    elif wanted is AutoLand.LABELLED and not (each or has_any(request.labels, spellings(mark))):
        why = say.UNRELEASED_MARK(mark=mark)
    else:
        return None
    return missing(Lack.NOT_RELEASED, say.LACK_NOT_RELEASED, request, why=why)


def unwanted(
    remote: RemoteFacts, rules: LandSettings, state: LedgerState
) -> tuple[tuple[PullRequest, tuple[Missing, ...]], ...]:
    """The pull requests that GitHub is to merge by itself no longer, as far as the poll shows, and why.

    They are those that are worked on again, and of those that GitHub was told to merge from here the ones that have
    other commits now, or something that forbids it.
    """
    waiting = (one for one in candidates(remote, None, state) if one.merges_itself or _may_merge_itself(one, state))
    found = ((one, _against(one, remote, rules, state)) for one in waiting)
    return tuple((one, why) for one, why in found if why)


def _against(request: PullRequest, remote: RemoteFacts, rules: LandSettings, state: LedgerState) -> tuple[Missing, ...]:
    told, works = state.merging.get(request.number), at_work(request, issues_of(request, state), state.holder)
    if works or told is None:
        return tuple(works)
    if told != request.head_oid:
        return (missing(Lack.NEW_COMMITS, say.LACK_NEW_COMMITS, request),)
    return tuple(one for one in ready(request, remote, rules, state, None) if one.lack in FORBIDDING)


def _may_merge_itself(request: PullRequest, state: LedgerState) -> bool:
    """Whether GitHub was told to merge it from here, and the token may not see whether that still stands."""
    return Unseen.AUTO_MERGE in request.hidden and request.number in state.merging


def _is_handed_over(request: PullRequest, state: LedgerState) -> bool:
    """Whether the ledger speaks of it: as a bundle, or as work that was handed over."""
    handed = (done for done in state.handed_over if done.branch == request.branch)
    return bundle_of(request, state) is not None or any(one.pull_request in {None, request.number} for one in handed)
