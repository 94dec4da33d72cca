"""What peek shows as lines: the issue and why it stands where it stands, the prompt, the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from soda_tui.domain.codes import Checks, Review, Unseen
from soda_tui.domain.model import PullRequestEntry
from soda_tui.domain.outcome import Outcome, Peek
from soda_tui.tui.folding import TextLine
from soda_tui.tui.looks import CHECKS, PRIORITY, REVIEW
from soda_tui.tui.markdown import render
from soda_tui.tui.text import Span, literal, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.review_list import course


def issue_lines(peek: Peek, requests: Sequence[PullRequestEntry]) -> list[TextLine]:
    """The title, the facts, where it stands and why, the pull requests that close it, and its text."""
    lines = [_words(plain(peek.entry.title), Tone.STRONG), *_facts(peek), _words(plain(peek.standing), Tone.FOCUS)]
    if peek.warning:
        lines.append(_words(plain(peek.warning), Tone.NEEDS))
    lines += [_request(found) for found in requests]
    body = render(peek.body.strip())
    return [*lines, TextLine(()), *(body or [_words("No description.", Tone.QUIET)])]


def prompt_lines(prompt: str) -> list[TextLine]:
    """The prompt as it is, letter by letter."""
    return [TextLine((Span(literal(text).rstrip()),), 0, True) for text in prompt.splitlines()]


def plan_lines(outcome: Outcome) -> list[TextLine]:
    """What pop would say, and its steps in order."""
    lines = [_words(plain(outcome.message), Tone.STRONG if outcome.ok else Tone.NEEDS), TextLine(())]
    for number, step in enumerate(outcome.steps, 1):
        mark = Span(" ✓ done already", Tone.DONE) if step.done else Span("")
        spans = (Span(f"{number:>2}. ", Tone.KEY), Span(plain(step.what)), mark)
        lines.append(TextLine(spans, 4, True))
    if outcome.branch:
        lines += [TextLine(()), _named("branch    ", outcome.branch)]
    if outcome.worktree:
        lines.append(_named("worktree  ", outcome.worktree))
    return lines


def _words(text: str, tone: Tone) -> TextLine:
    return TextLine((Span(text, tone),), 0, True)


def _named(name: str, value: str) -> TextLine:
    return TextLine((Span(name, Tone.FAINT), Span(plain(value), Tone.QUIET)), len(name))


def _facts(peek: Peek) -> Iterator[TextLine]:
    entry = peek.entry
    look = PRIORITY[entry.priority_name]
    priority = f"{look.glyph.strip()} {look.word} priority" if look.word else "no priority"
    spans = [Span(priority, look.tone if look.word else Tone.QUIET)]
    if entry.author:
        spans.append(Span(f" · by {plain(entry.author)}", Tone.QUIET))
    assigned = ", ".join(map(plain, entry.assignees))
    spans.append(Span(f" · assigned to {assigned}" if assigned else " · nobody assigned", Tone.QUIET))
    if entry.sub_issues:
        spans.append(Span(f" · {entry.sub_issues.completed} of {entry.sub_issues.total} sub-issues done", Tone.QUIET))
    if Unseen.BLOCKERS in entry.hidden:
        spans.append(Span(" · whether it waits for others is hidden from your token", Tone.NEEDS))
    yield TextLine(tuple(spans), 0, True)
    if entry.labels:
        yield _words("  ".join(f"[{plain(label)}]" for label in entry.labels), Tone.QUIET)
    yield TextLine((Span(plain(entry.url), Tone.FAINT),))


def _request(request: PullRequestEntry) -> TextLine:
    spans = [Span(f"PR {request.number} ", Tone.KEY), Span(plain(request.title))]
    spans.append(Span(f"  {plain(request.branch)}", Tone.FAINT))
    spans += [Span(f"  {word}", Tone.QUIET) for word in (*(["draft"] if request.draft else []), *course(request))]
    for look in (
        CHECKS[request.checks] if request.checks is not Checks.NONE else None,
        REVIEW[request.review] if request.review is not Review.NONE else None,
    ):
        if look is not None:
            spans.append(Span(f"  {look.glyph} {look.word}", look.tone))
    return TextLine(tuple(spans), 3, True)
