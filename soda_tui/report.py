"""The report: the only module that prints. Standard output is for answers, standard error for everything else."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from soda_tui.domain.model import Repository, Snapshot, Status
from soda_tui.domain.outcome import Outcome, Peek
from soda_tui.domain.text import clean

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


def say(text: str) -> None:
    """One answer on standard output."""
    print(clean(text), flush=True)


def warn(text: str) -> None:
    """A remark or an error on standard error."""
    print(clean(text), file=sys.stderr, flush=True)


def document(content: bytes) -> None:
    """A JSON document and a line feed, and nothing else, on standard output."""
    sys.stdout.buffer.write(content + b"\n")
    sys.stdout.buffer.flush()


def raw(content: bytes) -> None:
    """Bytes as they are on standard output."""
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
    if result.dry_run or not result.ok:
        for step in result.steps:
            warn(f"  {'✓' if step.done else '·'} {step.what}")
    (say if result.ok else warn)(result.message)


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


def table(snapshot: Snapshot) -> None:
    """The snapshot as a table with one row for each repository, and below it what needs a person."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    grid = Table(box=None, pad_edge=False, header_style="bold", expand=False)
    for heading in ("REPOSITORY", "AGENT", "ISSUE", "BRANCH", "QUEUE", "NEXT", "REVIEW"):
        grid.add_column(heading, overflow="ellipsis", no_wrap=True)
    for repository in snapshot.repositories:
        grid.add_row(*(Text(cell) for cell in _row(repository)))
    console.print(grid)
    for line in _remarks(snapshot.repositories):
        console.print(Text(line), soft_wrap=True)
    for account in snapshot.accounts:
        if account.rate_limit and account.rate_limit.remaining is not None:
            limit = account.rate_limit
            console.print(Text(f"{account.host}: {limit.remaining} of {limit.limit} API points left"), style="dim")


def _row(repository: Repository) -> tuple[str, ...]:
    agent = repository.agent
    issue = f"{agent.issue} {agent.title or ''}".strip() if agent.issue is not None else ""
    following = f"{repository.queue[0].number} {repository.queue[0].title}" if repository.queue else ""
    return (
        repository.name,
        f"{_GLYPHS[agent.status]} {agent.status.replace('_', ' ')}",
        issue,
        repository.clone.branch or "",
        str(len(repository.queue)),
        following,
        str(len(repository.pull_requests)),
    )


def _remarks(repositories: Iterable[Repository]) -> Iterable[str]:
    for repository in repositories:
        if repository.error:
            yield f"✕ {repository.name}: {repository.error.message}"
        for need in repository.needs[:_SHOWN]:
            yield f"! {repository.name}: {need.message}"
        said = {need.message for need in repository.needs}
        for drift in repository.drift[:_SHOWN]:
            if drift.message not in said:
                yield f"~ {repository.name}: {drift.message}"
