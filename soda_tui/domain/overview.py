"""The overview: repositories in rows and remarks, for where there is no screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from soda_tui.domain import sentences
from soda_tui.domain.glyphs import STATUS_SIGNS
from soda_tui.domain.host_trouble import host_troubles
from soda_tui.domain.model import Repository, Run
from soda_tui.domain.runs.spending import words
from soda_tui.domain.stopfile import is_own, waiting
from soda_tui.domain.text import counted

HEADINGS = ("REPOSITORY", "AGENT", "ISSUE", "BRANCH", "QUEUE", "NEXT", "REVIEW")
_SHOWN = 5


def names(repositories: Iterable[Repository]) -> dict[str, str]:
    """What each is called, by key: with its host, where they are of several."""
    found = tuple(repositories)
    several = len({one.host for one in found}) > 1
    return {one.key: f"{one.host}/{one.name}" if several else one.name for one in found}


def row(repository: Repository, name: str) -> tuple[str, ...]:
    """A repository's cells, in the order of HEADINGS."""
    agent = repository.agent
    issue = f"{agent.issue} {agent.title or ''}".strip() if agent.issue is not None else ""
    following = f"{repository.queue[0].number} {repository.queue[0].title}" if repository.queue else ""
    return (
        name,
        " ".join(STATUS_SIGNS[agent.status]),
        issue,
        agent.branch or repository.clone.branch or ("detached" if repository.clone.dirty is not None else ""),
        str(len(repository.queue)) if repository.fetched_at else "?",
        following,
        str(len(repository.pull_requests)) if repository.fetched_at else "?",
    )


def remarks(repositories: Iterable[Repository]) -> Iterable[str]:
    """What needs a person and what is done, a line for each; of a whole host's trouble there is but one."""
    found = tuple(repositories)
    called, troubles = names(found), [one for one in host_troubles(found) if len(one.repositories) > 1]
    for trouble in troubles:
        read = [one.fetched_at for one in trouble.repositories if one.fetched_at]
        concerns = f"{len(trouble.repositories)} of {counted(trouble.all, 'repository')}"
        yield f"✕ {trouble.host}, {concerns}: {trouble.error.message}{_as_of(min(read, default=None))}"
    told_of = {one.key for trouble in troubles for one in trouble.repositories}
    for repository in found:
        name = called[repository.key]
        if repository.error and repository.key not in told_of:
            yield f"✕ {name}: {repository.error.message}{_as_of(repository.fetched_at)}"
        if repository.late and repository.fetched_at:
            yield f"◷ {name}: {repository.late} (Read at {repository.fetched_at:%Y-%m-%d %H:%M} UTC)"
        if repository.forbidden is not None and is_own(repository.forbidden):
            yield f"! {name}: {waiting(repository.forbidden)}"
        told = repository.error.message if repository.error else None
        for need in [need for need in repository.needs if need.message != told][:_SHOWN]:
            yield f"! {name}: {need.message}"
        if doing := _doing(repository.agent.run):
            yield f"▸ {name}: {doing}"
        said = [need.message for need in repository.needs]
        for drift in repository.drift[:_SHOWN]:
            if not any(drift.message in message for message in said):
                yield f"~ {name}: {drift.message}"
        if repository.excluded:
            yield f"· {name}: {_left_out(repository)}"


def _as_of(seen: datetime | None) -> str:
    return f" (shown as of {seen:%Y-%m-%d %H:%M} UTC)" if seen else ""


def _doing(run: Run | None) -> str:
    """What an agent does and has used, by its own words; nothing of one that has ended."""
    if run is None or run.doing is None:
        return ""
    used = words(run.usage) if run.usage else ""
    return f"{run.doing} · {sentences.ITS_OWN_CLAIM(words=used)}" if used else run.doing


def _left_out(repository: Repository) -> str:
    found = repository.excluded
    named = [f"{entry.number} ({entry.code.replace('_', ' ')})" for entry in found[:_SHOWN]]
    more = [f"{len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return sentences.LEFT_OUT_LIST(count=len(found), issues=", ".join([*named, *more]))
