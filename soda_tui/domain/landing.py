"""Landing: whether a pull request is ready to be merged, and what is missing, in the order in which it can be mended.

What keeps it for good comes first; then what changes its commits, after which checks and reviews begin anew; then the
checks, the reviews, and what only a person lifts.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.facts import Issue, PullRequest, RemoteFacts, find_issue
from soda_tui.domain.labels import has, has_any, spellings
from soda_tui.domain.ledger import Holder
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


class Missing(Struct, frozen=True):
    """One thing that keeps a pull request from being landed, in a sentence."""

    lack: Lack
    message: str


def candidates(remote: RemoteFacts, wanted: int | None) -> tuple[PullRequest, ...]:
    """What may be landed, oldest first: the one that is wanted, else all open ones of work branches."""
    found = sorted(remote.pull_requests, key=lambda one: one.number)
    if wanted is not None:
        return tuple(one for one in found if one.number == wanted)
    return tuple(one for one in found if one.open and one.same_repository and branch_issue(one.branch) is not None)


def released(remote: RemoteFacts, enrolment: Enrolment, holder: Holder | None) -> tuple[int, ...]:
    """The pull requests that may be landed unattended, as far as the poll shows; oldest first."""
    wanted = enrolment.auto.land
    found = []
    for request in () if wanted is AutoLand.NEVER else candidates(remote, None):
        issue = find_issue(remote, branch_issue(request.branch) or 0)
        worn = (*request.labels, *(issue.labels if issue is not None else ()))
        marked = wanted is AutoLand.READY or has_any(worn, spellings(enrolment.labels.ready_to_merge))
        if marked and not ready(request, issue, enrolment.land, holder, None):
            found.append(request.number)
    return tuple(found)


def ready(
    request: PullRequest, issue: Issue | None, rules: LandSettings, holder: Holder | None, landing: Landing | None
) -> tuple[Missing, ...]:
    """What is missing; nothing where it can be landed. `issue` is the one that its branch is for, `holder` the claim.

    Without a close look (`landing`), what only that shows is not missed: what the poll shows may be enough to say no.
    """
    look = landing.looks.get(request.number) if landing is not None else None
    unseen = landing is not None and look is None
    found = _for_good(request, holder) or [
        *_under_way(request, look),
        *_of_the_commits(request, look, unseen=unseen),
        *_of_checks(request, rules),
        *_of_reviews(request, rules, look),
        *_of_labels(request, issue, rules),
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


def _for_good(request: PullRequest, holder: Holder | None) -> list[Missing]:
    if not request.open:
        return [_missing(Lack.ENDED, say.LACK_MERGED if request.merged else say.LACK_CLOSED, request)]
    if not request.same_repository:
        return [_missing(Lack.FOREIGN, say.LACK_FOREIGN, request)]
    if branch_issue(request.branch) is None:
        return [_missing(Lack.NOT_OURS, say.LACK_NOT_OURS, request, branch=request.branch)]
    if holder is not None and (holder.branch == request.branch or holder.issue == branch_issue(request.branch)):
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


def _of_labels(request: PullRequest, issue: Issue | None, rules: LandSettings) -> list[Missing]:
    worn = (*request.labels, *(issue.labels if issue is not None else ()))
    blocking = [label for label in rules.block_labels if has(worn, label)]
    if not blocking:
        return []
    return [_missing(Lack.BLOCKED_BY_LABEL, say.LACK_LABEL, request, labels=", ".join(blocking))]


def _missing(lack: Lack, sentence: Sentence, request: PullRequest, **values: object) -> Missing:
    return Missing(lack, sentence(number=request.number, **values))
