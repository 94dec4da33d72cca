"""Landing: whether a pull request is ready to be merged, and what is missing, in the order in which it can be mended.

What keeps it for good comes first; then what changes its commits, after which checks and reviews begin anew; then the
checks, the reviews, and what only a person lifts.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.bundles import bundle_of, open_bundle, originals, outdated
from soda_tui.domain.codes import Checks, Review
from soda_tui.domain.configuration.unattended import LandSettings
from soda_tui.domain.facts import Issue, PullRequest, RemoteFacts, find_issue
from soda_tui.domain.labels import has
from soda_tui.domain.lack import Lack
from soda_tui.domain.ledger import Holder, LedgerState
from soda_tui.domain.merging import Landing, Look, Terms
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.sentences import Sentence
from soda_tui.domain.strategy import Strategy, Way

# What is no matter of time: somebody has said that it is not to be landed as it is.
FORBIDDING = frozenset({Lack.DRAFT, Lack.CHANGES_WANTED, Lack.BLOCKED_BY_LABEL, Lack.OUTDATED})


class Missing(Struct, frozen=True):
    """One thing that keeps a pull request from being landed, in a sentence."""

    lack: Lack
    message: str


def missing(lack: Lack, sentence: Sentence, request: PullRequest, **values: object) -> Missing:
    """One thing that is missing of a pull request, in that sentence."""
    return Missing(lack, sentence(number=request.number, **values))


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
        *_of_a_bundle(request, remote, rules, state),
        *_under_way(request, look),
        *_of_the_commits(request, look, unseen=unseen),
        *_of_checks(request, rules),
        *_of_reviews(request, rules, look),
        *_of_labels(request, [find_issue(remote, number) for number in issues], rules),
    ]
    if not found and landing is not None and look is not None and _ruled_out(look, landing.terms):
        found.append(missing(Lack.RULES, say.LACK_RULES, request, base=request.base))
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


def at_work(request: PullRequest, issues: tuple[int, ...], holder: Holder | None) -> list[Missing]:
    """That somebody works on what a pull request is of."""
    if holder is not None and (holder.branch == request.branch or holder.issue in issues):
        return [missing(Lack.AT_WORK, say.LACK_AT_WORK, request, issue=holder.issue, cockpit=holder.shown)]
    return []


def within_bundle(request: PullRequest, remote: RemoteFacts, state: LedgerState) -> Missing | None:
    """That a pull request is in an open bundle, which is to be landed in its place; None where it is in none."""
    number = branch_issue(request.branch)
    bundle = open_bundle(remote, state, number) if number is not None and request.open else None
    return None if bundle is None else missing(Lack.BUNDLED, say.LACK_BUNDLED, request, bundle=bundle.number)


def _of_a_bundle(request: PullRequest, remote: RemoteFacts, rules: LandSettings, state: LedgerState) -> list[Missing]:
    bundle = bundle_of(request, state)
    if bundle is None:
        return []
    if bundle.pull_request is None:
        return [missing(Lack.OUTDATED, say.LACK_UNOPENED, request)]
    old = outdated(bundle, remote, state)
    if old:
        return [missing(Lack.OUTDATED, say.LACK_OUTDATED, request, issues=", ".join(map(str, old)))]
    return [
        Missing(one.lack, say.LACK_WITHIN(number=request.number, why=one.message))
        for own in originals(bundle, remote)
        for one in (
            *_of_the_commits(own, None, unseen=False),
            *_of_reviews(own, rules, None),
            *_of_labels(own, (), rules),
        )
        if one.lack in FORBIDDING
    ]


def _for_good(request: PullRequest, issues: tuple[int, ...], holder: Holder | None) -> list[Missing]:
    if not request.open:
        return [missing(Lack.ENDED, say.LACK_MERGED if request.merged else say.LACK_CLOSED, request)]
    if not request.same_repository:
        return [missing(Lack.FOREIGN, say.LACK_FOREIGN, request)]
    if not issues:
        return [missing(Lack.NOT_OURS, say.LACK_NOT_OURS, request, branch=request.branch)]
    return at_work(request, issues, holder)


def _under_way(request: PullRequest, look: Look | None) -> list[Missing]:
    if look is not None and look.queued is not None:
        return [missing(Lack.UNDER_WAY, say.LACK_QUEUED, request, place=look.queued)]
    return [missing(Lack.UNDER_WAY, say.LACK_WAITS, request)] if look is not None and look.waits else []


def _of_the_commits(request: PullRequest, look: Look | None, *, unseen: bool) -> list[Missing]:
    found = [missing(Lack.DRAFT, say.LACK_DRAFT, request)] if request.draft else []
    if request.conflicting:
        found.append(missing(Lack.CONFLICT, say.LACK_CONFLICT, request, base=request.base, branch=request.branch))
    elif unseen or (request.conflicting is None and look is not None):
        found.append(missing(Lack.UNCERTAIN, say.LACK_UNCERTAIN, request, base=request.base))
    elif look is not None and look.behind:
        found.append(missing(Lack.BEHIND, say.LACK_BEHIND, request, base=request.base, branch=request.branch))
    return found


def _of_checks(request: PullRequest, rules: LandSettings) -> list[Missing]:
    match request.checks:
        case Checks.SUCCESS:
            return []
        case Checks.FAILURE:
            return [missing(Lack.CHECKS_FAILED, say.LACK_CHECKS_FAILED, request)]
        case Checks.PENDING:
            return [missing(Lack.CHECKS_PENDING, say.LACK_CHECKS_PENDING, request)]
        case Checks.HIDDEN:
            return [missing(Lack.CHECKS_HIDDEN, say.LACK_CHECKS_HIDDEN, request)]
        case Checks.NONE:
            return [] if rules.without_checks else [missing(Lack.NO_CHECKS, say.LACK_NO_CHECKS, request)]


def _of_reviews(request: PullRequest, rules: LandSettings, look: Look | None) -> list[Missing]:
    if request.review is Review.CHANGES_REQUESTED:
        return [missing(Lack.CHANGES_WANTED, say.LACK_CHANGES_WANTED, request)]
    if request.review is Review.REQUIRED:
        return [missing(Lack.REVIEW_WANTED, say.LACK_REVIEW_WANTED, request)]
    if look is not None and look.approvals < rules.require_reviews:
        counts = {"count": look.approvals, "wanted": rules.require_reviews}
        return [missing(Lack.TOO_FEW_REVIEWS, say.LACK_TOO_FEW_REVIEWS, request, **counts)]
    return []


def _of_labels(request: PullRequest, issues: Iterable[Issue | None], rules: LandSettings) -> list[Missing]:
    worn = (*request.labels, *(label for issue in issues if issue is not None for label in issue.labels))
    blocking = [label for label in rules.block_labels if has(worn, label)]
    if not blocking:
        return []
    return [missing(Lack.BLOCKED_BY_LABEL, say.LACK_LABEL, request, labels=", ".join(blocking))]
