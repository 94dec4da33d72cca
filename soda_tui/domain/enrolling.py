"""Choosing what to enrol: clones that were found, repositories of an owner, and what can be done about each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.naming import RepositoryName

_MOST_NAMED = 12
_RANGE = re.compile(r"([1-9]\d{0,5})(?:-([1-9]\d{0,5}))?")


class Clone(Struct, frozen=True):
    """A clone on this machine: `name` is the repository of its `origin`; without one, `problem` says why."""

    path: str
    name: RepositoryName | None
    problem: str = ""


class Scan(Struct, frozen=True):
    """The clones below a folder; `cut` says why these may not be all, empty where they are."""

    folder: str
    clones: tuple[Clone, ...]
    cut: str = ""


class Owned(Struct, frozen=True):
    """A repository of an owner on GitHub, as far as enrolling it depends on that."""

    name: RepositoryName
    pushed: datetime | None
    archived: bool
    writable: bool
    fork: bool = False


class Owner(Struct, frozen=True):
    """An account with its repositories that the token can see, the newest pushed first; `total` counts all."""

    login: str
    repositories: tuple[Owned, ...]
    total: int

    @property
    def cut(self) -> bool:
        """Whether it has more than these."""
        return self.total > len(self.repositories)


class Standing(StrEnum):
    """What can be done about a repository: `TWICE` is another clone of one that is offered already."""

    CLONED = "cloned"
    TWICE = "twice"
    MISSING = "missing"
    ENROLLED = "enrolled"
    BARRED = "barred"


class Offer(Struct, frozen=True):
    """One row to choose: a repository, its clone or where that would be made, and why it is as it is.

    A fork is chosen where it is named or ticked, never with all others.
    """

    title: str
    name: RepositoryName | None
    path: str
    standing: Standing
    why: str = ""
    fork: bool = False

    @property
    def able(self) -> bool:
        """Whether it can be chosen."""
        return self.standing in {Standing.CLONED, Standing.TWICE, Standing.MISSING}


def offers(
    scan: Scan, owner: Owner | None, enrolled: Mapping[str, str | None], occupied: Collection[str]
) -> tuple[Offer, ...]:
    """What can be enrolled: the clones that were found, or with an owner all that it has.

    `enrolled` has the clone of each enrolled repository by its key, None where that is gone; `occupied` are the names
    that the folder of the scan holds already.
    """
    if owner is None:
        return tuple(_of_clones(scan, enrolled))
    at = {clone.name.key: clone.path for clone in reversed(scan.clones) if clone.name is not None}
    return tuple(_of_owned(one, at.get(one.name.key), scan.folder, enrolled, occupied) for one in owner.repositories)


def suggested(offered: Sequence[Offer]) -> tuple[int, ...]:
    """What is ticked before a person has said anything: clones that are there; nothing is cloned unasked."""
    return tuple(at for at, offer in enumerate(offered) if offer.standing is Standing.CLONED and not offer.fork)


def ticked(offered: Sequence[Offer], chosen: Collection[int], at: int) -> frozenset[int]:
    """The choice with one row ticked, or no longer; of several clones of one repository the last one counts."""
    if at in chosen:
        return frozenset(chosen) - {at}
    if not offered[at].able:
        return frozenset(chosen)
    name = offered[at].name
    return frozenset(one for one in chosen if offered[one].name != name) | {at}


def picked(words: Iterable[str], offered: Sequence[Offer]) -> tuple[int, ...]:
    """The rows that a person names: `all`, numbers as they are listed (`1 3-5`), `NAME` or `OWNER/NAME`.

    Raises a Failure for a word that names none, a row that cannot be chosen, and a repository that is chosen twice.
    """
    found: dict[int, None] = {}
    for word in words:
        found |= dict.fromkeys(_picked(word, offered))
    named = [offered[at].name for at in found]
    for at in found:
        if named.count(offered[at].name) > 1:
            raise _unusable(say.PICKED_TWICE(repository=offered[at].title))
    return tuple(sorted(found))


def named(names: Iterable[str], offered: Sequence[Offer]) -> tuple[int, ...]:
    """The rows with these names that can be chosen, for a list in which they are ticked and seen."""
    wanted = {name.lower() for name in names}
    able = ((at, offer.name) for at, offer in enumerate(offered) if offer.able and offer.name is not None)
    return tuple(at for at, name in able if not wanted.isdisjoint({name.name.lower(), name.full.lower()}))


def unlisted(words: Iterable[str], owner: Owner) -> tuple[str, ...]:
    """The names among a person's words that an owner's list lacks, as far as that is not whole."""
    listed = {one.name.name.lower() for one in owner.repositories}
    names = []
    for word in words if owner.cut else ():
        holder, _, name = word.lower().rpartition("/")
        of_owner = holder.rpartition("/")[2] in {"", owner.login.lower()}
        if of_owner and name not in {"", "all", *listed} and not _RANGE.fullmatch(word):
            names.append(name)
    return tuple(dict.fromkeys(names))


def enrol_question(chosen: Sequence[Offer], file: str) -> str:
    """What is asked before anything is cloned or written; `file` is the configuration."""
    names = ", ".join(offer.title for offer in chosen[:_MOST_NAMED])
    if len(chosen) > _MOST_NAMED:
        names = say.AND_MORE(files=names, more=len(chosen) - _MOST_NAMED)
    missing = [offer for offer in chosen if offer.standing is Standing.MISSING]
    if not missing:
        return say.ENROL_ASK(names=names, file=file)
    folder = PurePath(missing[0].path).parent
    return say.ENROL_ASK_CLONING(names=names, missing=len(missing), folder=folder, file=file)


def _picked(word: str, offered: Sequence[Offer]) -> Iterator[int]:
    if word.lower() == "all":
        each = ((at, offer) for at, offer in enumerate(offered) if not offer.fork)
        yield from (at for at, offer in each if offer.standing in {Standing.CLONED, Standing.MISSING})
        return
    if numbers := _RANGE.fullmatch(word):
        first, last = int(numbers[1]), int(numbers[2] or numbers[1])
        rows = list(range(first - 1, last))
        if not rows or last > len(offered):
            raise _unusable(say.PICKED_NONE(word=word, count=len(offered)))
    else:
        rows = [
            at
            for at, offer in enumerate(offered)
            if offer.name is not None
            and offer.standing is not Standing.TWICE
            and word.lower() in {offer.name.name.lower(), offer.name.full.lower(), offer.name.key}
        ][:1]
        if not rows:
            raise _unusable(say.PICKED_NONE(word=word, count=len(offered)))
    for at in rows:
        if offered[at].name is None:
            raise _unusable(offered[at].why)
        if not offered[at].able:
            raise _unusable(say.PICKED_BARRED(repository=offered[at].title, why=offered[at].why))
        yield at


def _of_clones(scan: Scan, enrolled: Mapping[str, str | None]) -> Iterator[Offer]:
    before: dict[str, str] = {}
    for clone in scan.clones:
        name = clone.name
        if name is None:
            title = clone.path.removeprefix(f"{scan.folder}/")
            yield Offer(title, None, clone.path, Standing.BARRED, clone.problem)
            continue
        standing, why = Standing.CLONED, ""
        if enrolled.get(name.key) is not None:
            here = enrolled[name.key] == clone.path
            standing, why = Standing.ENROLLED, _enrolled(here, enrolled[name.key])
        elif name.key in before:
            standing, why = Standing.TWICE, say.OFFER_TWICE(path=before[name.key])
        elif name.key in enrolled:
            why = say.OFFER_GONE()
        before.setdefault(name.key, clone.path)
        yield Offer(name.full, name, clone.path, standing, why)


def _of_owned(
    one: Owned, path: str | None, folder: str, enrolled: Mapping[str, str | None], occupied: Collection[str]
) -> Offer:
    name, known = one.name, enrolled.get(one.name.key)
    place = path or str(PurePath(folder, name.name))
    standing, why = (Standing.CLONED, "") if path else (Standing.MISSING, say.OFFER_MISSING())
    if known is not None:
        place, standing, why = known, Standing.ENROLLED, _enrolled(True, known)
    elif one.archived:
        standing, why = Standing.BARRED, say.OFFER_ARCHIVED()
    elif not one.writable:
        standing, why = Standing.BARRED, say.OFFER_READ_ONLY()
    elif path is None and name.name in occupied:
        standing, why = Standing.BARRED, say.OFFER_OCCUPIED(path=place)
    if one.fork:
        why = ", ".join(filter(None, (say.OFFER_FORK(), why)))
    return Offer(name.full, name, place, standing, why, one.fork)


def _enrolled(here: bool, path: str | None) -> str:
    return say.OFFER_ENROLLED() if here else say.OFFER_ENROLLED_ELSEWHERE(path=path)


def _unusable(sentence: str) -> Failure:
    return Failure(Problem(ErrorCode.USAGE, sentence))
