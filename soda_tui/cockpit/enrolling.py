"""Enrolling several repositories: looking at what there is, then cloning and enrolling what was chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from soda_tui.cockpit.ports.enrolling import Book, Clones, Owners
from soda_tui.domain import sentences as say
from soda_tui.domain.enrolling import Offer, Scan, Standing, offers, unlisted
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.shellwords import shell_word


class Look(Struct, frozen=True):
    """What can be enrolled, and sentences about what may be missing of it."""

    offers: tuple[Offer, ...]
    remarks: tuple[str, ...]


class Enrolled(Struct, frozen=True):
    """What became of one that was chosen; `problem` is None where it is enrolled."""

    offer: Offer
    message: str
    problem: Problem | None = None


class Enrolling:
    """The one mechanism behind `enroll --scan`, `enroll --org` and the guide."""

    def __init__(self, clones: Clones, owners: Owners, book: Book) -> None:
        self._clones = clones
        self._owners = owners
        self._book = book

    async def look(self, folder: str, host: str, login: str | None, words: Sequence[str] = ()) -> Look:
        """The clones below a folder, or with a login all that it has on GitHub; raises a Failure.

        What is not cloned yet would be cloned into the folder. Of an owner with too many to list, those that the words
        name are looked up.
        """
        enrolled = await asyncio.to_thread(self._book.enrolled)
        if login is None:
            scan = await self._clones.scan(folder)
            found = offers(scan, None, enrolled, ())
            nothing = () if found else (say.SCAN_NOTHING(path=scan.folder),)
            return Look(found, tuple(filter(None, (*nothing, scan.cut))))
        scan, owner, names = await asyncio.gather(
            self._scan(folder), self._owners.owner(host, login), self._clones.names(folder)
        )
        if named := unlisted(words, owner):
            more = await self._owners.owned(host, owner.login, named)
            owner = replace(owner, repositories=(*owner.repositories, *more))
        found = offers(scan, owner, enrolled, names)
        if not found:
            return Look((), (say.OWNER_NOTHING(login=login),))
        values = {"login": owner.login, "total": owner.total, "count": len(found)}
        cut = say.OWNER_CUT(word=shell_word(login), **values) if owner.cut else ""
        return Look(found, tuple(filter(None, (scan.cut, cut))))

    async def carry_out(self, chosen: Iterable[Offer], tell: Callable[[Enrolled], None]) -> tuple[Enrolled, ...]:
        """Clone what is missing and enrol everything, one after the other; a failure keeps none of the others."""
        done = []
        for offer in chosen:
            done.append(await self._one(offer))
            tell(done[-1])
        return tuple(done)

    async def _scan(self, folder: str) -> Scan:
        try:
            return await self._clones.scan(folder)
        except Failure:
            return Scan(folder, ())  # it is made when something is cloned into it

    async def _one(self, offer: Offer) -> Enrolled:
        name = offer.name
        assert name is not None and offer.able
        said = []
        if offer.standing is Standing.MISSING:
            try:
                unfilled = await self._clones.clone(name, offer.path)
            except Failure as failure:
                words = say.CLONE_FAILED(repository=name.full, problem=failure.problem.message)
                return Enrolled(offer, words, failure.problem)
            values = {"repository": name.full, "path": offer.path}
            said.append(say.CLONE_UNFILLED(words=unfilled, **values) if unfilled else say.CLONED(**values))
        try:
            said.append(await asyncio.to_thread(self._book.enroll, name, offer.path))
        except Failure as failure:
            said.append(say.ENROL_FAILED(repository=name.full, problem=failure.problem.message))
            return Enrolled(offer, " ".join(said), failure.problem)
        return Enrolled(offer, " ".join(said))
