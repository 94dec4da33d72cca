"""The report: the only module that prints. Standard output is for answers, standard error for everything else."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from soda_tui.domain import sentences
from soda_tui.domain.codes import Severity, Unseen
from soda_tui.domain.model import Snapshot
from soda_tui.domain.text import clean, counted, one_line

if TYPE_CHECKING:
    from rich.console import Console

    from soda_tui.domain.choosing import Installed
    from soda_tui.domain.health.finding import Examination, Finding
    from soda_tui.domain.leftover import Found
    from soda_tui.domain.outcome import Outcome, Peek
    from soda_tui.domain.work import Work

_CLOSED = "it is closed"
_SEVERITIES = {Severity.CRITICAL: "✕", Severity.MODERATE: "!", Severity.MINOR: "·"}
_DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}
_TITLES = (2, 5)
_NAMES = (0, 3)
_GAP = 2
# Longer lines of running text are hard to read.
_WIDEST = 100


class OutputFailed(Exception):
    """Standard output takes nothing more: its reader has gone, or its disk is full."""


@contextmanager
def _output() -> Iterator[TextIO]:
    stream: TextIO | None = sys.stdout  # Python leaves None where the descriptor was closed before it began
    if stream is None:
        raise OutputFailed(_CLOSED)
    try:
        yield stream
        stream.flush()
    except OSError as error:
        raise OutputFailed(error.strerror or _CLOSED) from error


def say(text: str) -> None:
    """One answer on standard output; raises OutputFailed, as all that write there do."""
    with _output() as stream:
        print(clean(text), file=stream)


def warn(text: str) -> None:
    """A remark or an error on standard error; where that cannot be written, nobody is left to be told."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"{clean(text)}\n")
        sys.stderr.flush()


def is_read() -> bool:
    """Whether a person reads standard error as it comes."""
    try:
        return sys.stderr is not None and sys.stderr.isatty()
    except ValueError:
        return False


def document(content: bytes) -> None:
    """A JSON document and a line feed, and nothing else, on standard output."""
    raw(content + b"\n")


def raw(content: bytes) -> None:
    """Bytes as they are on standard output."""
    with _output() as stream:
        stream.buffer.write(content)
        stream.buffer.flush()


def confirm(question: str) -> bool:
    """Ask a yes-or-no question on the terminal; no is the default, and the answer where nothing can be read."""
    try:
        print(f"{clean(question)} [y/N] ", end="", file=sys.stderr, flush=True)
        return input().strip().lower() in {"y", "yes"}
    except (EOFError, KeyboardInterrupt, OSError):
        return False


def ask(question: str) -> str | None:
    """Ask for a line on the terminal; None where it is broken off, or nothing can be read."""
    try:
        print(f"{clean(question)} ", end="", file=sys.stderr, flush=True)
        return input().strip()
    except (EOFError, KeyboardInterrupt, OSError):
        return None


def outcome(result: Outcome) -> None:
    """What an action did: its steps where it did not end well or was a dry run, and its sentence."""
    tell = say if result.ok else warn
    if result.dry_run or not result.ok:
        for step in result.steps:
            undone = "" if step.done or result.dry_run else sentences.STEP_UNDONE()
            tell(f"  {'✓' if step.done else '·'} {undone}{step.what}")
    for line in result.problem.detail.splitlines() if result.problem else ():
        warn(f"  | {line}")
    tell(result.message)


def planned(result: Outcome) -> None:
    """What an action would do, before its question."""
    for step in result.steps:
        warn(f"  · {step.what}")


def leftovers(found: Found) -> None:
    """What was left over, a line for each, and below it what can be done and what brings it back."""
    if found.problem is not None:
        warn(sentences.LEFTOVERS_LOCAL(problem=found.problem))
    if not found.leftovers and not found.kept:
        say(sentences.NOTHING_LEFT_OVER(repository=found.repository))
    for one in found.leftovers:
        facts = [
            f"issue {one.issue}" if one.issue is not None else "",
            counted(one.commits, "commit") if one.commits else "",
            f"{counted(one.files, 'file')} +{one.added} -{one.removed}" if one.added is not None else "",
            f"from {one.at:%Y-%m-%d %H:%M} UTC" if one.at else "",
        ]
        say(f"{one_line(one.name)} ({one.kind})  {', '.join(filter(None, facts))}".rstrip())
        say(f"  {one_line(one.what)}")
        if one.choices:
            say(f"  {'  '.join('--' + choice.replace('_', '-') for choice in one.choices)}")
        if one.undo:
            say(f"  {one.undo}")
        if one.kept:
            say(f"  {sentences.LEFTOVER_KEPT()}")
    if found.kept:
        say(sentences.LEFTOVERS_KEPT(repository=found.repository, count=found.kept))
    if found.cut:
        warn(sentences.LEFTOVERS_CUT())


def profiles(found: Sequence[Installed]) -> None:
    """Profiles, a line for each, and below it who uses it and why."""
    for one in found:
        here = one.fault or f"{one.version or sentences.VERSION_UNTOLD()}  {one.path}"
        say(f"{one_line(one.name or '[agent]'):14} {one_line(here)}")
        for use in one.used:
            why = sentences.PROFILE_TAKEN(why=use.why) if use.taken else use.why
            say(f"  {sentences.PROFILE_USED(repository=use.repository, why=why)}")


def examination(found: Examination) -> None:
    """What was found, each with its remedy, then what was not looked at; one line where all is well."""
    for answer in found.answers:
        say(sentences.ANSWERED(subject=answer.subject, question=answer.question, answer=answer.answer))
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for one in found.findings:
        said = one.message.replace(one.subject, "") if one.subject else one.message
        alike.setdefault((one.check, one.severity, said, one.remedy), []).append(one)
    for one, *more in alike.values():
        subject = f"{one_line(one.subject)}: " if one.subject and one.subject not in one.message else ""
        say(f"{_SEVERITIES[one.severity]} {subject}{one.message}\n    {one.remedy}")
        if more:
            say(f"    {sentences.FOUND_ALSO(subjects=', '.join(each.subject or '' for each in more))}")
    for unmade in found.unmade:
        what = f"{unmade.what} of {unmade.subject}" if unmade.subject else unmade.what
        warn(sentences.NOT_EXAMINED(what=what, reason=unmade.reason))
    if not found.findings:
        say(sentences.HEALTHY(checks=found.checks, repositories=counted(found.repositories, "repository")))
        return
    count = sum(one.severity is Severity.CRITICAL for one in found.findings)
    stopping = sentences.STOPS_WORK(count=count) if count else sentences.STOPS_NOTHING()
    say(sentences.EXAMINED(found=counted(len(found.findings), "finding"), checks=found.checks, stopping=stopping))


def peek(found: Peek) -> None:
    """An issue as plain text."""
    entry = found.entry
    say(f"{found.repository} {entry.number}: {entry.title}")
    say(f"Priority: {entry.priority_name} ({entry.priority})   Labels: {', '.join(entry.labels) or 'none'}")
    say(f"Author: {entry.author or 'unknown'}   Assignees: {', '.join(entry.assignees) or 'nobody'}")
    if entry.sub_issues:
        say(f"Sub-issues: {entry.sub_issues.completed} of {entry.sub_issues.total} done")
    if Unseen.BLOCKERS in entry.hidden:
        say(sentences.BLOCKERS_HIDDEN(issue=entry.number))
    say(entry.url)
    say(found.standing)
    if found.warning:
        warn(found.warning)
    if found.body.strip():
        say(f"\n{found.body.strip()}")


def difference(work: Work) -> None:
    """The work so far: files with their counts, then the patch, in colour on a terminal."""
    from rich.text import Text

    found = work.difference
    if work.remark is not None:
        warn(work.remark)
    if not found.files:
        say(sentences.NO_WORK(branch=work.branch))
    with _console(soft_wrap=True) as console:
        for file in found.files:
            counts = "binary" if file.added is None else f"+{file.added} -{file.removed}"
            words = f"{one_line(file.path)}  {'untracked' if file.untracked else counts}"
            console.print(Text(words, style="bold"))
        for line in found.lines:
            console.print(Text(clean(line), style=_DIFF_STYLES.get(line[:1], "")))
    if found.cut:
        warn(sentences.DIFF_CUT(worktree=work.worktree))


def markdown(text: str) -> None:
    """Our own Markdown: laid out on a terminal, as it was written elsewhere."""
    with _output() as stream:
        if not stream.isatty():
            stream.write(text)
            return
    from rich.markdown import Markdown

    with _console(soft_wrap=False) as console:
        console.print(Markdown(text, hyperlinks=False), width=min(console.width, _WIDEST))


def table(snapshot: Snapshot, today: str) -> None:
    """The snapshot as a table with one row for each repository, and below it what needs a person and what is done.

    `today` is the local day (ISO 8601) of which is said what was used.
    """
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    from soda_tui.domain.overview import HEADINGS, names, remarks, row
    from soda_tui.domain.pacing.words import points_words
    from soda_tui.domain.runs.spending import words_of_day
    from soda_tui.domain.token_expiry import expiring, expiry_words

    called = names(snapshot.repositories)
    rows = [tuple(map(one_line, row(one, called[one.key]))) for one in snapshot.repositories]
    columns = list(zip(HEADINGS, *rows, strict=True))
    with _console(soft_wrap=False) as console:
        widths = _fit([max(map(cell_len, column)) for column in columns], console.width)
        grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _GAP, 0, 0))
        for heading, width in zip(HEADINGS, widths, strict=True):
            grid.add_column(heading, overflow="ellipsis", no_wrap=True, width=width)
        for cells in rows:
            grid.add_row(*map(Text, cells))
        console.print(grid)
        if snapshot.forbidden is not None:
            console.print(Text(f"! {sentences.NO_RUNS_ALLOWED(path=snapshot.forbidden)}"), soft_wrap=True)
        for line in remarks(snapshot.repositories):
            console.print(Text(one_line(line)), soft_wrap=True)
        if used := words_of_day(snapshot, today):
            console.print(Text(sentences.USED_TODAY(words=used)), style="dim", soft_wrap=True)
        for account in expiring(snapshot.accounts, snapshot.taken_at):
            console.print(Text(f"! {expiry_words(account, snapshot.taken_at)}"), soft_wrap=True)
        for words in map(points_words, snapshot.accounts):
            if words:
                console.print(Text(words), style="dim", soft_wrap=True)


@contextmanager
def _console(*, soft_wrap: bool) -> Iterator[Console]:
    """What lays out for standard output, whose capabilities it asks for; what was laid out is written at the end."""
    from rich.console import Console

    with _output() as stream:
        console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=soft_wrap)
        # Written by Rich itself, a reader that has gone would end the program with Rich's own exit code.
        with console.capture() as laid_out:
            yield console
        stream.write(laid_out.get())


def _fit(widths: list[int], total: int) -> list[int]:
    """The columns' widths within a line; titles give way first, for a name cut to three letters helps nobody."""
    fitted = list(widths)
    for giving, least in ((_TITLES, 8), (_NAMES, 6)):
        while sum(fitted) + _GAP * (len(fitted) - 1) > total:
            widest = max(giving, key=lambda column: fitted[column])
            if fitted[widest] <= least:
                break
            fitted[widest] -= 1
    return fitted
