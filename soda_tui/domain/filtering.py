"""The filter: which repositories, and which rows of their queues, have all the words that a person typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from soda_tui.domain.glyphs import CHECKS_SIGNS, REVIEW_SIGNS
from soda_tui.domain.model import Repository

Words = tuple[str, ...]


class Texts(Struct, frozen=True):
    """A repository as the filter reads it, in one case: itself, the rows of its queue, and what else is in it.

    `whole` is all rows at once, so that a word that is in none of them is found missing by one look.
    """

    own: str
    rows: tuple[tuple[int, str], ...]
    others: tuple[str, ...]
    whole: str


def words_of(text: str) -> Words:
    """What a person typed, as words in one case."""
    return tuple(text.casefold().split())


def texts_of(repository: Repository) -> Texts:
    """Name, group and states; issues of the queue by number, title, label, priority and author; what else is shown."""
    agent = repository.agent
    own = [repository.host, repository.name, repository.group or "", agent.status.replace("_", " ")]
    own += [word for word, true in _flags(repository) if true]
    rows = tuple(
        (entry.number, f"#{entry.number} {entry.title} {' '.join(entry.labels)} {entry.author or ''}".casefold())
        for entry in repository.queue
    )
    others = [f"#{agent.issue} {agent.title} {agent.branch}"] if agent.issue is not None else []
    others += [f"#{left.number} {left.title} {left.code.replace('_', ' ')}" for left in repository.excluded]
    others += [
        f"PR #{request.number} {request.title} {request.branch}"
        f" {CHECKS_SIGNS[request.checks].word} {REVIEW_SIGNS[request.review].word} {'draft' if request.draft else ''}"
        for request in repository.pull_requests
    ]
    return Texts(
        " ".join(own).casefold(),
        rows,
        tuple(text.casefold() for text in others),
        "\n".join(text for _, text in rows),
    )


def matching_rows(texts: Texts, words: Sequence[str]) -> frozenset[int] | None:
    """The issues of the queue to show: all where the words speak of the repository; None where nothing has them."""
    rest = [word for word in words if word not in texts.own]
    rows = list(texts.rows) if all(word in texts.whole for word in rest) else []
    for word in rest:
        rows = [row for row in rows if word in row[1]]
    numbers = frozenset(number for number, _ in rows)
    if numbers or not rest or any(all(word in text for word in rest) for text in texts.others):
        return numbers
    return None


def _flags(repository: Repository) -> Iterable[tuple[str, bool]]:
    return (
        ("needs you", bool(repository.needs)),
        ("drift", bool(repository.drift)),
        ("stale", repository.stale),
        ("read-only", repository.read_only),
        ("archived", bool(repository.archived)),
    )
