"""What checks and reviews say of a pull request: one request, and one more for each log of GitHub Actions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct, structs

from soda_tui.domain.failure import Failure
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.remarks import FailedCheck, Remark, Remarks
from soda_tui.domain.text import clean, one_line
from soda_tui.services.github import decode, errors, wire
from soda_tui.services.github.connection import Connection
from soda_tui.services.github.queries import Document
from soda_tui.services.github.wire import Login, Nodes

_FAILED = frozenset({"FAILURE", "TIMED_OUT", "STARTUP_FAILURE", "ACTION_REQUIRED", "CANCELLED", "ERROR"})
_MOST_LOGS = 4
_STAMP = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+Z ", re.MULTILINE)
_ERROR = "##[error]"


class Wired(Struct, frozen=True, gc=False, rename="camel"):
    """What all shapes have in common."""


class Start(Wired, frozen=True):
    """Where an annotation begins."""

    line: int


class Location(Wired, frozen=True):
    """The lines of an annotation."""

    start: Start


class Annotation(Wired, frozen=True):
    """What a check says of a line."""

    path: str
    message: str
    location: Location | None = None
    title: str | None = None
    raw_details: str | None = None


class CheckRow(Wired, frozen=True):
    """A check run, or a status on the commit: which of the two has told what is not null."""

    name: str | None = None
    conclusion: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    details_url: str | None = None
    database_id: int | None = None
    annotations: Nodes[Annotation] | None = None
    context: str | None = None
    state: str | None = None
    description: str | None = None
    target_url: str | None = None


class Rollup(Wired, frozen=True):
    """The checks of a commit."""

    contexts: Nodes[CheckRow] | None = None


class HeadCommit(Wired, frozen=True):
    """The newest commit of a branch."""

    status_check_rollup: Rollup | None = None


class Head(Wired, frozen=True):
    """A pull request's branch, where an older server has its checks."""

    target: HeadCommit | None = None


class CommentRow(Wired, frozen=True):
    """A comment in a thread."""

    created_at: datetime
    author: Login | None = None
    author_association: str = "NONE"
    is_minimized: bool = False
    body: str = ""


class Thread(Wired, frozen=True):
    """A thread on a line."""

    id: str
    is_resolved: bool
    path: str = ""
    line: int | None = None
    comments: Nodes[CommentRow] | None = None


class ReviewRow(Wired, frozen=True):
    """What somebody thinks of it by now."""

    id: str
    state: str
    body: str = ""
    submitted_at: datetime | None = None
    author: Login | None = None
    author_association: str = "NONE"


class PullRemarks(Wired, frozen=True):
    """A pull request with all of that."""

    head_ref_oid: str
    mergeable: str = "UNKNOWN"
    status_check_rollup: Rollup | None = None
    review_threads: Nodes[Thread] | None = None
    latest_opinionated_reviews: Nodes[ReviewRow] | None = None
    head_ref: Head | None = None

    def __post_init__(self) -> None:
        wire.with_checks(self)


class RemarksOf(Wired, frozen=True):
    """The repository that it is in."""

    pull_request: PullRemarks | None = None


async def read(connection: Connection, name: RepositoryName, number: int) -> Remarks:
    """All that is said; where the token may not see the checks, that is told. Raises a Failure without an answer."""
    document = Document()
    alias = document.remarks(name, number)
    reply = await connection.read(document)
    answer = wire.read(reply.data.get(alias), RemarksOf)
    found, rows = answer.pull_request if answer is not None else None, reply.rows_of(alias)
    if found is None:
        row, subject = errors.first(rows), f"{name.full} pull request {number}"
        raise Failure(
            errors.problem(row, name.host, subject, reply.sso) if row else errors.not_found(name.host, subject)
        )
    failed = [one for one in map(_check, _nodes(_contexts(found))) if one is not None]
    logs = await asyncio.gather(*(_log(connection, name, one) for one in failed[:_MOST_LOGS]))
    checks = (*map(_with_log, failed, logs), *failed[_MOST_LOGS:])
    unreadable = any(row.type == "FORBIDDEN" for row in rows)
    remarks = (*_reviews(_nodes(found.latest_opinionated_reviews)), *_threads(_nodes(found.review_threads)))
    return Remarks(found.head_ref_oid, checks, remarks, found.mergeable == "CONFLICTING", unreadable)


def _nodes(listed: Nodes[wire.T] | None) -> list[wire.T]:
    return decode.present(listed.nodes if listed is not None else None)


def _contexts(found: PullRemarks) -> Nodes[CheckRow] | None:
    return found.status_check_rollup.contexts if found.status_check_rollup is not None else None


def _check(row: CheckRow) -> FailedCheck | None:
    conclusion, name = row.conclusion or row.state or "", row.name or row.context or "check"
    if conclusion not in _FAILED:
        return None
    said = "\n\n".join(filter(None, (row.title, row.description, row.summary, row.text)))
    log = "\n".join(_annotations(row))
    url = one_line(row.details_url or row.target_url or "")
    return FailedCheck(one_line(name), conclusion.lower(), clean(log), url, row.database_id, clean(said))


def _annotations(row: CheckRow) -> Iterator[str]:
    for one in _nodes(row.annotations):
        line = f":{one.location.start.line}" if one.location is not None else ""
        words = "\n".join(filter(None, (one.title, one.message, one.raw_details)))
        yield f"{one.path}{line}: {words}"


async def _log(connection: Connection, name: RepositoryName, check: FailedCheck) -> str:
    """The end of a job's log, up to what made it fail: what cleans up after it says nothing of that."""
    if check.job is None:
        return ""
    text = await connection.end_of(f"repos/{name.owner}/{name.name}/actions/jobs/{check.job}/logs")
    lines = _STAMP.sub("", clean(text or "")).splitlines()
    last = max((at for at, line in enumerate(lines) if line.startswith(_ERROR)), default=len(lines))
    return "\n".join(lines[: last + 1])


def _with_log(check: FailedCheck, log: str) -> FailedCheck:
    return structs.replace(check, log="\n".join(filter(None, (check.log, log))))


def _reviews(rows: Iterable[ReviewRow]) -> Iterator[Remark]:
    for row in rows:
        if row.state == "CHANGES_REQUESTED" and row.body.strip() and row.submitted_at is not None:
            yield Remark(row.id, _who(row.author), row.author_association, clean(row.body), row.submitted_at)


def _threads(rows: Iterable[Thread]) -> Iterator[Remark]:
    for thread in rows:
        for row in () if thread.is_resolved else _nodes(thread.comments):
            if not row.is_minimized:
                who, path = _who(row.author), one_line(thread.path)
                yield Remark(thread.id, who, row.author_association, clean(row.body), row.created_at, path, thread.line)


def _who(login: Login | None) -> str:
    return one_line(login.login) if login is not None else "ghost"
