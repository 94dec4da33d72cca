"""The report: the only module that prints. Standard output is for answers, standard error for everything else."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from soda_tui.domain import sentences
from soda_tui.domain.model import Repository, Snapshot, Status
from soda_tui.domain.outcome import Outcome, Peek
from soda_tui.domain.text import clean
from soda_tui.domain.work import Work

_GLYPHS = {
    Status.IDLE: "○",
    Status.CLAIMED: "◇",
    Status.STARTING: "⟳",
    Status.WORKING: "●",
    Status.NEEDS_INPUT: "◐",
    Status.LIMIT: "◔",
    Status.STALLED: "◌",
    Status.FAILED: "✕",
    Status.DONE: "✓",
    Status.HANDING_OVER: "⇥",
    Status.ELSEWHERE: "◈",
    Status.UNKNOWN: "?",
}
_SHOWN = 5
_DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}
_HEADINGS = ("REPOSITORY", "AGENT", "ISSUE", "BRANCH", "QUEUE", "NEXT", "REVIEW")
_TITLES = (2, 5)
_NAMES = (0, 3)
_GAP = 2


class OutputFailed(Exception):
    """Standard output takes nothing more: its reader has gone, or its disk is full."""


@contextmanager
def _output() -> Iterator[None]:
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        raise OutputFailed(error.strerror or "it is closed") from error


def say(text: str) -> None:
    """One answer on standard output; raises OutputFailed, as all that write there do."""
    with _output():
        print(clean(text))


def warn(text: str) -> None:
    """A remark or an error on standard error."""
    print(clean(text), file=sys.stderr, flush=True)


def document(content: bytes) -> None:
    """A JSON document and a line feed, and nothing else, on standard output."""
    raw(content + b"\n")


def raw(content: bytes) -> None:
    """Bytes as they are on standard output."""
    with _output():
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def confirm(question: str) -> bool:
    """Ask a yes-or-no question on the terminal; no is the default, and the answer where nothing can be read."""
    print(f"{clean(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    try:
        return input().strip().lower() in {"y", "yes"}
    except (EOFError, KeyboardInterrupt):
        return False


def outcome(result: Outcome) -> None:
    """What an action did: its steps where it did not end well or was a dry run, and its sentence."""
    tell = say if result.ok else warn
    if result.dry_run or not result.ok:
        for step in result.steps:
            tell(f"  {'✓' if step.done else '·'} {step.what}")
    tell(result.message)


def peek(found: Peek) -> None:
    """An issue as plain text."""
    entry = found.entry
    say(f"{found.repository} {entry.number}: {entry.title}")
    say(f"Priority: {entry.priority_name} ({entry.priority})   Labels: {', '.join(entry.labels) or 'none'}")
    say(f"Author: {entry.author or 'unknown'}   Assignees: {', '.join(entry.assignees) or 'nobody'}")
    say(entry.url)
    say(found.standing)
    if found.body.strip():
        say(f"\n{found.body.strip()}")


def difference(work: Work) -> None:
    """The work so far: files with their counts, then the patch, in colour on a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    found = work.difference
    if not found.files:
        say(sentences.NO_WORK(branch=work.branch))
    for file in found.files:
        counts = (
            "untracked" if file.untracked else f"+{file.added} -{file.removed}" if file.added is not None else "binary"
        )
        console.print(Text(f"{file.path}  {counts}", style="bold"))
    for line in found.lines:
        console.print(Text(line, style=_DIFF_STYLES.get(line[:1], "")))
    if found.cut:
        warn(sentences.DIFF_CUT(worktree=work.worktree))


def table(snapshot: Snapshot) -> None:
    """The snapshot as a table with one row for each repository, and below it what needs a person."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    rows = [_row(repository) for repository in snapshot.repositories]
    columns = list(zip(_HEADINGS, *rows, strict=True))
    widths = _fit([max(map(cell_len, column)) for column in columns], console.width)
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _GAP, 0, 0))
    for heading, width in zip(_HEADINGS, widths, strict=True):
        grid.add_column(heading, overflow="ellipsis", no_wrap=True, width=width)
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    console.print(grid)
    for line in _remarks(snapshot.repositories):
        console.print(Text(line), soft_wrap=True)
    for account in snapshot.accounts:
        if account.rate_limit and account.rate_limit.remaining is not None:
            limit = account.rate_limit
            console.print(Text(f"{account.host}: {limit.remaining} of {limit.limit} API points left"), style="dim")


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


def _row(repository: Repository) -> tuple[str, ...]:
    agent = repository.agent
    issue = f"{agent.issue} {agent.title or ''}".strip() if agent.issue is not None else ""
    following = f"{repository.queue[0].number} {repository.queue[0].title}" if repository.queue else ""
    return (
        repository.name,
        f"{_GLYPHS[agent.status]} {agent.status.replace('_', ' ')}",
        issue,
        agent.branch or repository.clone.branch or ("detached" if repository.clone.dirty is not None else ""),
        str(len(repository.queue)) if repository.fetched_at else "?",
        following,
        str(len(repository.pull_requests)) if repository.fetched_at else "?",
    )


def _remarks(repositories: Iterable[Repository]) -> Iterable[str]:
    for repository in repositories:
        if repository.error:
            seen = repository.fetched_at
            age = f" (shown as of {seen:%Y-%m-%d %H:%M} UTC)" if seen else ""
            yield f"✕ {repository.name}: {repository.error.message}{age}"
        for need in repository.needs[:_SHOWN]:
            yield f"! {repository.name}: {need.message}"
        said = {need.message for need in repository.needs}
        for drift in repository.drift[:_SHOWN]:
            if drift.message not in said:
                yield f"~ {repository.name}: {drift.message}"
