"""Bundling: which handed-over work goes into one pull request, what that says, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.bundles import open_bundle
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import Issue, PullRequest, RemoteFacts, find_issue
from soda_tui.domain.lack import Lack
from soda_tui.domain.landing import candidates, ready
from soda_tui.domain.ledger import Bundle, LedgerState
from soda_tui.domain.merging import Joined
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.pull_request import BODY_LENGTH, harmless

# GitHub's names of branches and the ledger's stay short enough, and a person can still review it.
MOST = 20
_FILES = 3
# What would keep the whole bundle from being landed, or is for a person to say first. What conflicts, git tells.
_KEEPS_OUT = frozenset(
    {Lack.ENDED, Lack.AT_WORK, Lack.DRAFT, Lack.CHECKS_FAILED, Lack.CHANGES_WANTED, Lack.BLOCKED_BY_LABEL}
)


class Piece(Struct, frozen=True):
    """A pull request that may be part of a bundle, and the issue that it is for."""

    request: PullRequest
    number: int
    issue: Issue | None

    @property
    def title(self) -> str:
        """What the issue is called, else the pull request."""
        return self.issue.title if self.issue is not None else self.request.title


class Chosen(Struct, frozen=True):
    """What is to be bundled, oldest first, and why the others are not, in sentences; the issues of both."""

    pieces: tuple[Piece, ...]
    left: tuple[str, ...]
    issues: frozenset[int]


def choose(
    remote: RemoteFacts, state: LedgerState, enrolment: Enrolment, base: str, issues: Iterable[int] = ()
) -> Chosen:
    """Sort the pull requests that wait for review; of certain `issues` alone where any are named."""
    named = frozenset(issues)
    pieces: list[Piece] = []
    left: list[str] = []
    seen: set[int] = set()
    for request in candidates(remote, None, state):
        number = branch_issue(request.branch)
        if number is None or (named and number not in named):
            continue
        seen.add(number)
        piece = Piece(request, number, find_issue(remote, number))
        why = _why_not(piece, remote, state, enrolment, base)
        if why is None and len(pieces) == MOST:
            why = say.BUNDLE_FULL(most=MOST)
        if why is None:
            pieces.append(piece)
        else:
            left.append(left_out(piece, why))
    return Chosen(tuple(pieces), tuple(left), frozenset(seen))


def pieces_of(bundle: Bundle, remote: RemoteFacts) -> tuple[Piece, ...]:
    """What a bundle has, as far as its own pull requests are known."""
    ours = {branch_issue(one.branch): one for one in remote.pull_requests if one.same_repository}
    return tuple(Piece(ours[issue], issue, find_issue(remote, issue)) for issue in bundle.issues if issue in ours)


def left_out(piece: Piece, why: str) -> str:
    """That a pull request is not in the bundle, and why."""
    return say.NOT_BUNDLED(number=piece.request.number, issue=piece.number, why=why)


def not_joined(piece: Piece, joined: Joined, base: str) -> str | None:
    """Why git left a branch out of the bundle; None where it is in."""
    branch = piece.request.branch
    if branch in joined.conflicts:
        return say.BUNDLE_CONFLICT(base=base, branch=branch, files=_named(joined.conflicts[branch]))
    if branch in joined.old:
        return say.BUNDLE_HAS_NOTHING(base=base)
    return None if branch in joined.heads else say.BUNDLE_GONE(branch=branch)


def _why_not(piece: Piece, remote: RemoteFacts, state: LedgerState, enrolment: Enrolment, base: str) -> str | None:
    request = piece.request
    missing = ready(request, remote, enrolment.land, state, None)
    found = next((one for one in missing if one.lack in _KEEPS_OUT), None)
    if found is not None:
        return found.message
    if not any(done.issue == piece.number for done in state.handed_over):
        return say.BUNDLE_NOT_BOTTLED()
    if request.base != base:
        return say.BUNDLE_OTHER_BASE(base=request.base, own=base)
    within = open_bundle(remote, state, piece.number)
    return say.BUNDLE_HAS_IT(bundle=within.number) if within is not None else None


def bundle_text(
    pieces: Iterable[Piece], left: Iterable[Piece] = (), conflicts: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[str, str]:
    """Title and body of a bundle's pull request; the body ends with `Fixes #N` for each issue, and mentions nobody."""
    pieces = tuple(pieces)
    parts = [say.BUNDLE_BODY_HEAD(count=len(pieces)), ""]
    parts += [say.BUNDLE_BODY_ONE(number=one.request.number, title=harmless(one.title)) for one in pieces]
    out = [
        say.BUNDLE_BODY_CONFLICT(number=one.request.number, files=harmless(_named(conflicts[one.request.branch])))
        for one in left
        if conflicts and one.request.branch in conflicts
    ]
    if out:
        parts += ["", say.BUNDLE_BODY_LEFT(), "", *out]
    body = "\n".join(parts)[:BODY_LENGTH]
    fixes = "\n".join(f"Fixes #{one.number}" for one in pieces)
    return say.BUNDLE_TITLE(issues=numbers(one.number for one in pieces)), f"{body}\n\n{fixes}\n"


def numbers(found: Iterable[int]) -> str:
    """Numbers as people list them."""
    return ", ".join(map(str, found))


def _named(files: tuple[str, ...]) -> str:
    more = len(files) - _FILES
    return ", ".join(files[:_FILES]) + (f" and {more} more" if more > 0 else "")
