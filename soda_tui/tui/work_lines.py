"""The work on a claim as lines: commits, files with what was added and removed, the coloured difference."""

from __future__ import annotations

from collections.abc import Iterator

from soda_tui.domain import sentences as say
from soda_tui.domain.work import Commit, FileChange, Work
from soda_tui.tui.folding import TextLine
from soda_tui.tui.text import Span, literal, plain, plain_log_line
from soda_tui.tui.tones import Tone

_OID = 8
_BAR = 12


def work_lines(work: Work) -> list[TextLine]:
    """Everything in the order in which one reads it; foreign text is literal."""
    lines = [_line(Span(plain(work.branch), Tone.FOCUS)), _line(Span(plain(work.worktree), Tone.FAINT)), _line()]
    if work.remark is not None:
        lines += [_words(work.remark, Tone.NEEDS), _line()]
    if not work.commits and not work.difference.files:
        return [*lines, _words(say.NO_WORK(branch=work.branch), Tone.QUIET)]
    lines += _commits(work.commits)
    lines += _files(work.difference.files)
    lines += _patch(work.difference.lines)
    if work.difference.cut:
        lines += [_line(), _words(say.DIFF_CUT(worktree=work.worktree), Tone.NEEDS)]
    return lines


def _line(*spans: Span, hang: int = 0) -> TextLine:
    return TextLine(spans, hang)


def _words(text: str, tone: Tone) -> TextLine:
    return TextLine((Span(plain(text), tone),), 0, True)


def _commits(commits: tuple[Commit, ...]) -> Iterator[TextLine]:
    yield _line(Span("Commits ", Tone.STRONG), Span(str(len(commits)), Tone.QUIET))
    for commit in commits:
        yield _line(Span(f"{commit.oid[:_OID]} ", Tone.KEY), Span(plain(commit.subject)), hang=_OID + 1)
        for text in commit.body.strip().splitlines():
            yield TextLine((Span(" " * (_OID + 1)), Span(literal(text).rstrip(), Tone.QUIET)), _OID + 1, True)
    yield _line()


def _files(files: tuple[FileChange, ...]) -> Iterator[TextLine]:
    added, removed = (sum(getattr(found, name) or 0 for found in files) for name in ("added", "removed"))
    counts = Span(f"+{added} ", Tone.WORKING), Span(f"-{removed}", Tone.FAILED)
    yield _line(Span("Files ", Tone.STRONG), Span(f"{len(files)}  ", Tone.QUIET), *counts)
    most = max((found.added or 0) + (found.removed or 0) for found in files) if files else 0
    for found in files:
        path = plain(found.path)
        if found.untracked:
            yield _line(Span("      new  ", Tone.NEEDS), Span(path), Span("  in no commit yet", Tone.FAINT), hang=11)
        elif found.added is None or found.removed is None:
            yield _line(Span("   binary  ", Tone.QUIET), Span(path), hang=11)
        else:
            spans = Span(f"{f'+{found.added}':>5}", Tone.WORKING), Span(f"{f'-{found.removed}':>5} ", Tone.FAILED)
            yield _line(*spans, Span(path), *_bar(found.added, found.removed, most), hang=11)
    yield _line()


def _bar(added: int, removed: int, most: int) -> Iterator[Span]:
    """How much of each, beside the largest change."""
    share = _BAR / max(most, _BAR)
    yield Span("  ")
    yield Span("+" * -int(-added * share // 1), Tone.WORKING)
    yield Span("-" * -int(-removed * share // 1), Tone.FAILED)


def _patch(lines: tuple[str, ...]) -> Iterator[TextLine]:
    header = True
    for text in lines:
        shown = plain_log_line(text)
        # A removed line that begins with two hyphens looks like a header, so only the place tells.
        if text.startswith("diff --git "):
            header = True
            yield _line()
            yield _line(Span(shown, Tone.STRONG))
        elif text.startswith("@@ "):
            header = False
            yield _line(Span(shown, Tone.STARTING))
        else:
            yield _line(Span(shown, _tone(text, header=header)), hang=1)


def _tone(text: str, *, header: bool) -> Tone:
    if header:
        return Tone.FAINT
    return {"+": Tone.WORKING, "-": Tone.FAILED, "\\": Tone.FAINT}.get(text[:1], Tone.QUIET)
