"""Landing: whether a pull request is ready to be merged, and what is missing, in the order in which it can be mended.

What keeps it for good comes first; then what changes its commits, after which checks and reviews begin anew; then the
checks, the reviews, and what only a person lifts.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.bundles import bundle_of, open_bundle, outdated
from soda_tui.domain.facts import Issue, PullRequest, RemoteFacts, find_issue
from soda_tui.domain.labels import has, has_any, spellings
from soda_tui.domain.ledger import Holder, LedgerState
from soda_tui.domain.merging import Landing, Look, Terms
from soda_tui.domain.model import Checks, Review
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.sentences import Sentence
from soda_tui.domain.settings import AutoLand, Enrolment, LandSettings
from soda_tui.domain.strategy import Strategy, Way


class Lack(StrEnum):
    """Why a pull request is not ready."""

    ENDED = "ended"
    FOREIGN = "foreign"
    NOT_OURS = "not_ours"
    AT_WORK = "at_work"
    UNDER_WAY = "under_way"
    DRAFT = "draft"
    CONFLICT = "conflict"
    UNCERTAIN = "uncertain"
    BEHIND = "behind"
    CHECKS_FAILED = "checks_failed"
    CHECKS_PENDING = "checks_pending"
    NO_CHECKS = "no_checks"
    CHANGES_WANTED = "changes_wanted"
    REVIEW_WANTED = "review_wanted"
    TOO_FEW_REVIEWS = "too_few_reviews"
    BLOCKED_BY_LABEL = "blocked_by_label"
    RULES = "rules"
    OUTDATED = "outdated"
    BUNDLED = "bundled"


class Missing(Struct, frozen=True):
    """One thing that keeps a pull request from being landed, in a sentence."""

    lack: Lack
    message: str


def candidates(remote: RemoteFacts, wanted: int | None, state: LedgerState) -> tuple[PullRequest, ...]:
    """What may be landed, oldest first: the one that is wanted, else all open ones of work branches and bundles."""
    found = sorted(remote.pull_requests, key=lambda one: one.number)
    if wanted is not None:
        return tuple(one for one in found if one.number == wanted)
    return tuple(one for one in found if one.open and one.same_repository and issues_of(one, state))


def issues_of(request: PullRequest, state: LedgerState) -> tuple[int, ...]:
    """The issues whose work a pull request is: that of its branch, or those of a bundle; none of others'."""
    bundle = bundle_of(request, state)
    if bundle is not None:
        return bundle.issues
    number = branch_issue(request.branch)
    return () if number is None else (number,)


def released(remote: RemoteFacts, enrolment: Enrolment, state: LedgerState) -> tuple[int, ...]:
    """The pull requests that may be landed unattended, as far as the poll shows; oldest first.

    What is in a bundle that may be waits for that. A bundle may be where it is marked itself, or each of its issues.
    """
    wanted = enrolment.auto.land
    marked: list[PullRequest] = []
    for request in () if wanted is AutoLand.NEVER else candidates(remote, None, state):
        issues = [find_issue(remote, number) for number in issues_of(request, state)]
        labels = spellings(enrolment.labels.ready_to_merge)
        each = all(one is not None and has_any(one.labels, labels) for one in issues)
        if wanted is AutoLand.READY or each or has_any(request.labels, labels):
            marked.append(request)
    within = {number for one in marked if bundle_of(one, state) for number in issues_of(one, state)}
    return tuple(
        one.number
        for one in marked
        if branch_issue(one.branch) not in within and not ready(one, remote, enrolment.land, state, None)
    )


def ready(
    request: PullRequest, remote: RemoteFacts, rules: LandSettings, state: LedgerState, landing: Landing | None
) -> tuple[Missing, ...]:
    """What is missing; nothing where it can be landed.

    Without a close look (`landing`), what only that shows is not missed: what the poll shows may be enough to say no.
    """
    look = landing.looks.get(request.number) if landing is not None else None
    unseen = landing is not None and look is None
    issues = issues_of(request, state)
    found = _for_good(request, issues, state.holder) or [
        *_of_a_bundle(request, remote, state),
        *_under_way(request, look),
        *_of_the_commits(request, look, unseen=unseen),
        *_of_checks(request, rules),
        *_of_reviews(request, rules, look),
        *_of_labels(request, [find_issue(remote, number) for number in issues], rules),
    ]
    if not found and landing is not None and look is not None and _ruled_out(look, landing.terms):
        found.append(_missing(Lack.RULES, say.LACK_RULES, request, base=request.base))
    return tuple(found)


def way(look: Look) -> Way:
    """How a pull request that is ready gets into its base."""
    if look.has_queue:
        return Way.QUEUE
    return Way.AUTO if look.blocked else Way.NOW


def strategy_of(wanted: Strategy | None, rules: LandSettings, terms: Terms) -> Strategy | None:
    """The strategy that is wanted, else the configured one, else the repository's own; None where it is not allowed."""
    configured = Strategy(rules.strategy) if rules.strategy else None
    chosen = wanted or configured or terms.preferred
    return chosen if chosen in terms.strategies else None


def _ruled_out(look: Look, terms: Terms) -> bool:
    """Whether GitHub would refuse: an administrator's merge would get past the rules, which is not for us to do."""
    return look.blocked and not look.has_queue and not terms.auto_merge


def within_bundle(request: PullRequest, remote: RemoteFacts, state: LedgerState) -> Missing | None:
    """That a pull request is in an open bundle, which is to be landed in its place; None where it is in none."""
    number = branch_issue(request.branch)
    bundle = open_bundle(remote, state, number) if number is not None and request.open else None
    return None if bundle is None else _missing(Lack.BUNDLED, say.LACK_BUNDLED, request, bundle=bundle.number)


def _of_a_bundle(request: PullRequest, remote: RemoteFacts, state: LedgerState) -> list[Missing]:
    bundle = bundle_of(request, state)
    if bundle is None:
        return []
    if bundle.pull_request is None:
        return [_missing(Lack.OUTDATED, say.LACK_UNOPENED, request)]
    old = outdated(bundle, remote, state)
    if not old:
        return []
    return [_missing(Lack.OUTDATED, say.LACK_OUTDATED, request, issues=", ".join(map(str, old)))]


def _for_good(request: PullRequest, issues: tuple[int, ...], holder: Holder | None) -> list[Missing]:
    if not request.open:
        return [_missing(Lack.ENDED, say.LACK_MERGED if request.merged else say.LACK_CLOSED, request)]
    if not request.same_repository:
        return [_missing(Lack.FOREIGN, say.LACK_FOREIGN, request)]
    if not issues:
        return [_missing(Lack.NOT_OURS, say.LACK_NOT_OURS, request, branch=request.branch)]
    if holder is not None and (holder.branch == request.branch or holder.issue in issues):
        return [_missing(Lack.AT_WORK, say.LACK_AT_WORK, request, issue=holder.issue, cockpit=holder.shown)]
    return []


def _under_way(request: PullRequest, look: Look | None) -> list[Missing]:
    if look is not None and look.queued is not None:
        return [_missing(Lack.UNDER_WAY, say.LACK_QUEUED, request, place=look.queued)]
    return [_missing(Lack.UNDER_WAY, say.LACK_WAITS, request)] if look is not None and look.waits else []


def _of_the_commits(request: PullRequest, look: Look | None, *, unseen: bool) -> list[Missing]:
    found = [_missing(Lack.DRAFT, say.LACK_DRAFT, request)] if request.draft else []
    if request.conflicting:
        found.append(_missing(Lack.CONFLICT, say.LACK_CONFLICT, request, base=request.base, branch=request.branch))
    elif unseen or (request.conflicting is None and look is not None):
        found.append(_missing(Lack.UNCERTAIN, say.LACK_UNCERTAIN, request, base=request.base))
    elif look is not None and look.behind:
        found.append(_missing(Lack.BEHIND, say.LACK_BEHIND, request, base=request.base, branch=request.branch))
    return found


def _of_checks(request: PullRequest, rules: LandSettings) -> list[Missing]:
    match request.checks:
        case Checks.SUCCESS:
            return []
        case Checks.FAILURE:
            return [_missing(Lack.CHECKS_FAILED, say.LACK_CHECKS_FAILED, request)]
        case Checks.PENDING:
            return [_missing(Lack.CHECKS_PENDING, say.LACK_CHECKS_PENDING, request)]
        case Checks.NONE:
            return [] if rules.without_checks else [_missing(Lack.NO_CHECKS, say.LACK_NO_CHECKS, request)]


def _of_reviews(request: PullRequest, rules: LandSettings, look: Look | None) -> list[Missing]:
    if request.review is Review.CHANGES_REQUESTED:
        return [_missing(Lack.CHANGES_WANTED, say.LACK_CHANGES_WANTED, request)]
    if request.review is Review.REQUIRED:
        return [_missing(Lack.REVIEW_WANTED, say.LACK_REVIEW_WANTED, request)]
    if look is not None and look.approvals < rules.require_reviews:
        counts = {"count": look.approvals, "wanted": rules.require_reviews}
        return [_missing(Lack.TOO_FEW_REVIEWS, say.LACK_TOO_FEW_REVIEWS, request, **counts)]
    return []


def _of_labels(request: PullRequest, issues: Iterable[Issue | None], rules: LandSettings) -> list[Missing]:
    worn = (*request.labels, *(label for issue in issues if issue is not None for label in issue.labels))
    blocking = [label for label in rules.block_labels if has(worn, label)]
    if not blocking:
        return []
    return [_missing(Lack.BLOCKED_BY_LABEL, say.LACK_LABEL, request, labels=", ".join(blocking))]


def _missing(lack: Lack, sentence: Sentence, request: PullRequest, **values: object) -> Missing:
    return Missing(lack, sentence(number=request.number, **values))
