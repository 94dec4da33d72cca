"""What comes along with a reading for nothing: the rest of what changed last, and who has a former name by now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from soda_tui.domain.failure import ErrorCode
from soda_tui.services.github import decode, errors, wire
from soda_tui.services.github.asks import Ask
from soda_tui.services.github.connection import Reply
from soda_tui.services.github.progress import Progress
from soda_tui.services.github.queries import Document

# With more repositories it would cost another point, as much as asking for the rest where something has changed.
_FEW = 4


def alongside(batch: Sequence[Progress], asked: set[str], *, lean: bool) -> Iterator[Ask]:
    """What to ask for besides, and little of a host that struggles; the issues that came are noted in `asked`."""
    ids = [each.known.id for each in batch if each.known is not None]
    if not lean and 0 < len(ids) == len(batch) <= _FEW:
        yield Ask(partial(Document.newest, ids=ids), partial(_take_newest, batch, asked), ())
    for each in batch:
        if each.known is not None and each.known.renamed:
            yield _occupant(each)


def occupants(batch: Iterable[Progress]) -> Iterator[Ask]:
    """Who has the names of those that are gone from there since; whoever it is, it was never enrolled."""
    for each in batch:
        lost = each.problem is not None and each.problem.code is ErrorCode.NOT_FOUND
        if each.known is not None and (lost or (each.renamed() and not each.known.renamed)):
            yield _occupant(each)


def _occupant(each: Progress) -> Ask:
    return Ask(partial(Document.occupant, name=each.target.name), partial(_take_occupant, each), ())


def _take_newest(batch: Sequence[Progress], asked: set[str], reply: Reply, alias: str) -> None:
    nodes = wire.read(reply.data.get(alias), list[wire.NewestOf | None]) or []
    for place, (each, node) in enumerate(zip(batch, nodes, strict=False)):
        # Without labels an issue would look open to all: it is asked for by itself.
        if reply.rows_of(alias, place):
            continue
        rows = each.issues()
        for issue in decode.present(node.page.nodes if node is not None and node.page is not None else ()):
            if issue.id in rows:
                asked.add(issue.id)
                each.keep(issue.id, decode.issue_more(issue, rows[issue.id].updated_at, reply.at))


def _take_occupant(each: Progress, reply: Reply, alias: str) -> None:
    found = wire.read(reply.data.get(alias), wire.Identified)
    each.occupied = found is not None and each.known is not None and found.id != each.known.id
    if each.occupied and each.problem is not None and each.problem.code is ErrorCode.NOT_FOUND:
        each.problem = errors.name_taken(each.host, each.target.name.full)
