"""What waits for review: issues that are ready to land, then the other open pull requests."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import var

from soda_tui.domain.codes import Checks, ExcludedCode, Review, Unseen
from soda_tui.domain.lack import WORDS, Lack
from soda_tui.domain.model import ExcludedEntry, PullRequestEntry, Repository
from soda_tui.tui.looks import CHECKS, LAND, REVIEW, Look
from soda_tui.tui.text import Line, Span, make_line, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.heading import heading
from soda_tui.tui.widgets.lines import Lines

_WIDE = 76

# What the states of checks and reviews say themselves.
_SHOWN = frozenset(
    {Lack.CHECKS_FAILED, Lack.CHECKS_PENDING, Lack.CHECKS_HIDDEN, Lack.CHANGES_WANTED, Lack.REVIEW_WANTED}
)


class ReviewList(Lines):
    """One row for each; as many as fit, the heading counts them all."""

    repository: var[Repository | None] = var(None)

    @property
    def count(self) -> int:
        """How many wait."""
        return len(_entries(self.repository)) if self.repository else 0

    @property
    def wanted(self) -> int:
        """How many lines it would like: none where nothing waits."""
        return self.count + 1 if self.count else 0

    watch_repository = Lines.renew

    def make(self) -> Sequence[Line]:
        if self.repository is None or not self.size:
            return ()
        entries, width = _entries(self.repository), self.size.width
        shown = entries[: max(self.size.height - 1, 0)]
        hidden = len(entries) - len(shown)
        notes = [Span(f" {hidden} more", Tone.FAINT)] if hidden else []
        return [heading("Review", str(len(entries)), notes, width), *(row(*entry, width) for entry in shown)]


Entry = tuple[ExcludedEntry | None, PullRequestEntry | None]


def _entries(repository: Repository) -> list[Entry]:
    closing = {found.issue: found for found in repository.pull_requests if found.issue is not None}
    landing = [found for found in repository.excluded if found.code is ExcludedCode.READY_TO_MERGE]
    numbers = {found.number for found in landing}
    return [
        *((found, closing.get(found.number)) for found in landing),
        *((None, found) for found in repository.pull_requests if found.issue not in numbers),
    ]


def row(issue: ExcludedEntry | None, request: PullRequestEntry | None, width: int) -> Line:
    """An issue to land with the pull request that closes it, or a pull request that waits."""
    left, right = [], []
    if issue is not None:
        known = request is None or request.checks is not Checks.HIDDEN
        mark = Span(f" {LAND.glyph} ", LAND.tone) if known else Span(" · ", Tone.FAINT)
        left += [mark, Span(f"#{issue.number} ", Tone.QUIET), Span(plain(issue.title), Tone.TEXT, shrink=True)]
        right += [Span(f"  {LAND.word}", LAND.tone)] if known else []
    if request is not None:
        if issue is None:
            left += [Span(f" PR {request.number} ", Tone.QUIET), Span(plain(request.title), Tone.TEXT, shrink=True)]
        right += states(request, wide=width >= _WIDE, lands=issue is not None)
    return make_line(width, left, right)


def states(request: PullRequestEntry, *, wide: bool = True, lands: bool = False) -> list[Span]:
    """What keeps a pull request from being landed; whether it is a draft, checks, review.

    What GitHub does with it by itself stands before that where it is `wide` enough. `lands` is one whose row says that
    it may be landed.
    """
    words = course(request)
    spans = [Span(f"  {word}", Tone.QUIET, rank=3) for word in words] if wide else []
    if request.lack not in _SHOWN and not (request.lack is None and (lands or words)):
        spans += [Span(f"  {WORDS[request.lack]}", Tone.QUIET)] if request.lack in WORDS else []
    spans += [Span("  draft", Tone.QUIET)] if request.draft else []
    if request.checks is not Checks.NONE:
        spans += _state(CHECKS[request.checks], 2)
    if request.review is not Review.NONE:
        spans += _state(REVIEW[request.review], 1)
    return spans


def course(request: PullRequestEntry) -> list[str]:
    """What GitHub does with a pull request by itself, in a word or two."""
    if request.merge_queue is not None:
        return [f"merge queue {request.merge_queue}"]
    if Unseen.AUTO_MERGE in request.hidden:
        return ["auto-merge unseen"]
    return ["auto-merge"] if request.auto_merge else []


def _state(look: Look, rank: int) -> list[Span]:
    """A glyph, which stays, and its word, which makes room."""
    return [Span(f"  {look.glyph}", look.tone), Span(f" {look.word}", look.tone, rank=rank)]
