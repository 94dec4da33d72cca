"""Selection: which enrolled repository a command means."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence

from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.naming import DEFAULT_HOST, parse_name
from soda_tui.domain.nearness import nearest
from soda_tui.domain.sentences import (
    AMBIGUOUS_NAME,
    NO_REPOSITORY_HERE,
    NONE_ENROLLED,
    NOT_ENROLLED,
    NOT_MEANT,
)

_MOST_CHOICES = 12

Folders = Callable[[Enrolment], Sequence[str]]
Real = Callable[[str], str]
Exists = Callable[[str], bool]
Owned = Callable[[str, Enrolment], bool]


def resolve(
    text: str | None,
    enrolments: Sequence[Enrolment],
    cwd: str,
    folders: Folders,
    real: Real,
    exists: Exists,
    owned: Owned,
) -> Enrolment:
    """The repository meant by OWNER/NAME, HOST/OWNER/NAME, a unique NAME or a path; without a text, the one here.

    `folders` gives a repository's clone and worktrees, `real` a path with its links resolved, `exists` whether there is
    such a path: a word that names nothing must never mean the clone that one happens to be in. `owned` tells whether a
    path is in a worktree of a repository's clone, wherever that is. Raises a Failure that lists the choices where none
    or several are meant.
    """

    def around(path: str) -> Enrolment | None:
        return next((each for each in enrolments if owned(path, each)), None) or _around(
            path, enrolments, folders, real
        )

    if not enrolments:
        raise Failure(Problem(ErrorCode.USAGE, NONE_ENROLLED()))
    if text is None:
        found = around(cwd)
        if found is None and len(enrolments) > 1:
            raise Failure(Problem(ErrorCode.USAGE, NO_REPOSITORY_HERE(choices=_choices(enrolments))))
        return found or enrolments[0]
    named = _named(text, enrolments)
    if len(named) > 1:
        raise Failure(Problem(ErrorCode.USAGE, AMBIGUOUS_NAME(text=text, choices=_choices(named))))
    path = posixpath.join(cwd, text)
    found = named[0] if named else around(path) if exists(path) else None
    if found is None:
        raise Failure(Problem(ErrorCode.USAGE, not_enrolled(text, enrolments)))
    return found


def not_enrolled(text: str, enrolments: Sequence[Enrolment]) -> str:
    """That a word names no repository, with the one that may have been meant, or all."""
    # An owner that is the same says nothing of the name, as a section says nothing of its keys.
    names = {_name(each) if "/" in text else each.name.name: _name(each) for each in enrolments}
    divided = {each.replace("/", "__"): name for each, name in names.items()}
    near = nearest(text.replace("/", "__"), divided)
    return NOT_MEANT(text=text, name=divided[near]) if near else NOT_ENROLLED(text=text, choices=_choices(enrolments))


def _named(text: str, enrolments: Sequence[Enrolment]) -> list[Enrolment]:
    name = parse_name(text)
    if name is not None:
        exactly = [each for each in enrolments if each.key == name.key]
        # OWNER/NAME without a host means github.com first, and any other host where it is enrolled.
        return exactly or [each for each in enrolments if each.name.full.lower() == text.lower()]
    return [each for each in enrolments if each.name.name.lower() == text.lower()]


def _around(path: str, enrolments: Sequence[Enrolment], folders: Folders, real: Real) -> Enrolment | None:
    """The repository with the innermost folder around a path: one clone may lie within another."""
    place = real(path)
    around = {
        len(folder): each
        for each in enrolments
        for folder in map(real, folders(each))
        if posixpath.commonpath((folder, place)) == folder
    }
    return around[max(around)] if around else None


def _choices(enrolments: Sequence[Enrolment]) -> str:
    names = [_name(each) for each in enrolments]
    more = len(names) - _MOST_CHOICES
    return ", ".join(names[:_MOST_CHOICES]) + (f" and {more} more" if more > 0 else "")


def _name(enrolment: Enrolment) -> str:
    name = enrolment.name
    return name.full if name.host == DEFAULT_HOST else f"{name.host}/{name.full}"
