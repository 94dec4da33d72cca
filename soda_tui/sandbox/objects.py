"""Commits as git stores them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """Who and when."""

    name: str
    email: str
    date: datetime


@dataclass(frozen=True, slots=True)
class CommitObject:
    """A commit as git stores it."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


def parse_commit(oid: str, raw: bytes) -> CommitObject:
    """A commit as `git cat-file commit` prints it."""
    head, _, message = raw.decode(errors="replace").partition("\n\n")
    fields: dict[str, list[str]] = {}
    for line in head.splitlines():
        name, _, value = line.partition(" ")
        fields.setdefault(name, []).append(value)
    return CommitObject(
        oid=oid,
        tree=fields["tree"][0],
        parents=tuple(fields.get("parent", ())),
        author=_signature(fields["author"][0]),
        committer=_signature(fields["committer"][0]),
        message=message,
    )


def _signature(text: str) -> Signature:
    who, _, when = text.rpartition("> ")
    name, _, email = who.partition(" <")
    return Signature(name, email, datetime.fromtimestamp(int(when.split()[0]), UTC))
