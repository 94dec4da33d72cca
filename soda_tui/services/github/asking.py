"""Single questions and changes, each one request."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from soda_tui.cockpit.ports.github import Closely
from soda_tui.domain.changes import Change, Changed, OpenPullRequest
from soda_tui.domain.facts import IssueDetail, PullRequest
from soda_tui.domain.failure import Failure
from soda_tui.domain.label_plan import Label
from soda_tui.domain.merging import Landing
from soda_tui.domain.naming import RepositoryName
from soda_tui.services.github import decode, errors, wire
from soda_tui.services.github.connection import Connection, Reply
from soda_tui.services.github.hiding import with_hidden
from soda_tui.services.github.queries import Document

_MAX_CHANGES = 5
_MAX_PAGES = 10


async def detail(connection: Connection, name: RepositoryName, number: int) -> IssueDetail:
    """One issue with its body; raises a Failure where it is not there."""
    document = Document()
    alias = document.detail(name, number)
    answer = _whole(await _ask(connection, document, name), alias, wire.DetailOf, name, f"{name.full} issue {number}")
    if answer.issue is None:
        raise Failure(errors.not_found(name.host, f"{name.full} issue {number}"))
    found = decode.issue_detail(answer.issue, answer.url)
    return structs.replace(found, issue=with_hidden(found.issue, None, connection.hidden.of(name.key)))


async def _ask(connection: Connection, document: Document, name: RepositoryName) -> Reply:
    """The answer, asked for again without what it says that the token may not see of the repository."""
    while True:
        reply = await connection.read(document, hidden=connection.hidden.of(name.key).keys())
        # Each is noted once.
        if not [row for row in reply.rows if connection.hidden.note(name.key, row)]:
            return reply


async def labels(
    connection: Connection, name: RepositoryName, known: str | None = None
) -> tuple[str, tuple[Label, ...]]:
    """The repository's node id and its labels, at most a thousand; raises a Failure where it is not there.

    Another one than that with the `known` id is none of ours, whatever its name.
    """
    found: list[wire.LabelRow] = []
    after: str | None = None
    for _ in range(_MAX_PAGES):
        document = Document()
        alias = document.labels(name, after)
        answer = _whole(await connection.read(document), alias, wire.LabelsOf, name, name.full)
        if known not in {None, answer.id}:
            raise Failure(errors.name_taken(name.host, name.full))
        found += decode.present(answer.labels.nodes if answer.labels else ())
        info = answer.labels.page_info if answer.labels else None
        if info is None or not info.has_next_page or not info.end_cursor:
            break
        after = info.end_cursor
    return answer.id, tuple(decode.label(row) for row in found)


async def pull_requests(
    connection: Connection, name: RepositoryName, branches: Sequence[str]
) -> tuple[PullRequest, ...]:
    """The newest ten pull requests of each head branch, whatever their state; one request."""
    document = Document()
    aliases = [document.work(name, branch) for branch in branches]
    reply = await _ask(connection, document, name)
    answers = [_whole(reply, alias, wire.WorkOf, name, name.full) for alias in aliases]
    return tuple(
        decode.pull_request(row, decode.pull_more(row, row.updated_at, reply.at), answer.url)
        for answer in answers
        for row in decode.present(answer.pull_requests.nodes)
    )


async def comments(
    connection: Connection, name: RepositoryName, pull_requests: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    """The bodies of the newest fifty comments of each pull request, none of one that is gone; one request."""
    document = Document()
    alias = document.comments(pull_requests)
    reply = await connection.read(document)
    nodes = wire.read(reply.data.get(alias), list[wire.CommentsOf | None])
    if nodes is None:
        raise Failure(errors.bad_answer(name.host, f"a part of {name.full}"))
    return tuple(
        tuple(one.body for one in decode.present(node.comments.nodes)) if node is not None else () for node in nodes
    )


async def closely(
    connection: Connection, name: RepositoryName, repository: str, pull_requests: Sequence[str], issues: Sequence[str]
) -> Closely:
    """Pull requests and their issues as landing must know them; one request."""
    document = Document()
    terms, looks = document.terms(repository), document.looks(pull_requests)
    asked = document.whole_issues(issues) if issues else None
    reply = await _ask(connection, document, name)
    how = _whole(reply, terms, wire.TermsOf, name, name.full)
    found = _present(reply, looks, wire.PullLook, name)
    told = _present(reply, asked, wire.IssueWhole, name) if asked is not None else []
    return Closely(
        Landing(decode.terms(how), {row.number: decode.look(row) for row in found}),
        tuple(
            decode.pull_request(
                row, decode.pull_more(row, row.updated_at, reply.at), how.url, decode.conflicting(row.mergeable)
            )
            for row in found
        ),
        tuple(decode.issue(row, decode.issue_more(row, row.updated_at, reply.at), how.url) for row in told),
    )


def _present(reply: Reply, alias: str, kind: type[wire.T], name: RepositoryName) -> list[wire.T]:
    """The nodes that are there; raises a Failure where there is no answer, or one that is refused."""
    refused = [row for row in reply.rows_of(alias) if row.type != "NOT_FOUND"]
    if row := errors.first(refused):
        raise Failure(errors.problem(row, name.host, name.full, reply.sso))
    nodes = wire.read(reply.data.get(alias), list[kind | None])  # type: ignore[valid-type]  # made at run time
    if nodes is None:
        raise Failure(errors.bad_answer(name.host, f"a part of {name.full}"))
    return decode.present(nodes)


async def change(connection: Connection, name: RepositoryName, changes: Sequence[Change]) -> tuple[Changed, ...]:
    """Make the changes in order; a refused one carries its problem and does not keep the later ones.

    Raises a Failure where the whole request came to nothing, or where its outcome is unknown, and ValueError for more
    than five changes, or a pull request that does not come alone.
    """
    if len(changes) > _MAX_CHANGES or (len(changes) > 1 and any(isinstance(c, OpenPullRequest) for c in changes)):
        raise ValueError("at most five changes in one request, and a pull request alone in its own")
    if not changes:
        return ()
    document = Document(mutation=True)
    aliases = [document.change(each) for each in changes]
    reply = await connection.change(document)
    return tuple(_changed(reply, alias, name) for alias in aliases)


def _changed(reply: Reply, alias: str, name: RepositoryName) -> Changed:
    if row := errors.first(reply.rows_of(alias)):
        return Changed(problem=errors.problem(row, name.host, name.full, reply.sso, change=True))
    payload = wire.read(reply.data.get(alias), wire.Payload)
    if payload is None:
        return Changed(problem=errors.bad_answer(name.host, "it does not say what became of a change"))
    return decode.changed(payload)


def _whole(reply: Reply, alias: str, kind: type[wire.T], name: RepositoryName, subject: str) -> wire.T:
    """The answer to a single question; raises a Failure where any part of it is missing."""
    if row := errors.first(reply.rows_of(alias)):
        raise Failure(errors.problem(row, name.host, subject, reply.sso))
    answer = wire.read(reply.data.get(alias), kind)
    if answer is None:
        missing = not reply.holds(alias)
        raise Failure(
            errors.not_found(name.host, subject) if missing else errors.bad_answer(name.host, f"a part of {subject}")
        )
    return answer
