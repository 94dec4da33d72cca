"""Issues as a person edits them from the cockpit: opened, labelled, commented on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from msgspec import Struct

from soda_tui.cockpit.ports.world import World
from soda_tui.domain import sentences as say
from soda_tui.domain.changes import AddComment, AddLabels, Change, Changed, CreateIssue, RemoveLabels
from soda_tui.domain.facts import Issue, RemoteFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.feedback import rounds_over
from soda_tui.domain.label_plan import Label
from soda_tui.domain.labels import LabelNames, has, spellings
from soda_tui.domain.ledger import decode
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.relabelling import Relabelling, step_priority


class Edited(Struct, frozen=True):
    """What an edit did, in one sentence, and where it is to be seen; a number is there once there is an issue."""

    message: str
    number: int | None
    url: str | None = None


class LabelBook:
    """All labels of one repository, kept for some minutes: they change seldom, and each reading costs a request."""

    KEPT = timedelta(minutes=5)

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        self._world = world
        self._clock = clock
        self._labels: tuple[Label, ...] = ()
        self._read_at: datetime | None = None

    async def labels(self, name: RepositoryName) -> tuple[Label, ...]:
        """The labels, read where what is kept is old."""
        now = self._clock()
        if self._read_at is None or not timedelta() <= now - self._read_at < self.KEPT:
            self._labels = (await self._world.github.labels(name))[1]
            self._read_at = now
        return self._labels

    def forget(self) -> None:
        """Read the labels anew the next time."""
        self._read_at = None


class IssueDesk:
    """Edits issues of one repository, or with `dry` only looks whether that could be done and says what it would be.

    Every method raises Failure where GitHub refuses.
    """

    def __init__(
        self, world: World, remote: RemoteFacts, names: LabelNames, book: LabelBook, *, dry: bool = False
    ) -> None:
        self._world = world
        self._remote = remote
        self._names = names
        self._book = book
        self._dry = dry

    def rehearsing(self) -> IssueDesk:
        """The same desk, at which nothing is changed."""
        return IssueDesk(self._world, self._remote, self._names, self._book, dry=True)

    async def labels(self) -> tuple[Label, ...]:
        """All labels that the repository has, as they were some minutes ago at most."""
        return await self._book.labels(self._remote.name)

    async def open(self, title: str, body: str, labels: Collection[str]) -> Edited:
        """Open an issue with labels that the repository has."""
        ids = await self._ids(labels) if labels else {}
        if self._dry:
            words = ", ".join(labels) or "none"
            return Edited(say.WOULD_OPEN(title=title, repository=self._remote.name.full, labels=words), None)
        change = CreateIssue(self._remote.id, title, body, tuple(ids.values()))
        opened = await self._change(change)
        if opened.number is None:
            raise Failure(Problem(ErrorCode.BAD_ANSWER, say.ISSUE_NOT_CONFIRMED(repository=self._remote.name.full)))
        message = say.ISSUE_OPENED(number=opened.number, repository=self._remote.name.full)
        return Edited(message, opened.number, opened.url)

    async def relabel(self, number: int, change: Relabelling) -> Edited:
        """Add and take off labels; what is so already is left alone."""
        return await self._relabel((await self._world.github.detail(self._remote.name, number)).issue, change)

    async def prioritise(self, number: int, step: int) -> Edited:
        """Move an issue one priority up (1) or down (-1)."""
        subject = (await self._world.github.detail(self._remote.name, number)).issue
        return await self._relabel(subject, step_priority(subject.labels, self._names, step))

    async def retry(self, number: int) -> Edited:
        """Take off what keeps agents from an issue that they had given up: it is in the queue again, tried anew."""
        subject = (await self._world.github.detail(self._remote.name, number)).issue
        off = [label for label in subject.labels if has(spellings(self._names.human_only), label)]
        if not off:
            name = self._remote.name.full
            message = say.NOT_GIVEN_UP(number=number, repository=name, label=self._names.human_only)
            over = rounds_over(self._remote, decode(self._remote.ledger).state, number)
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, over or message))
        return await self._relabel(subject, Relabelling((), tuple(off)))

    async def _relabel(self, subject: Issue, change: Relabelling) -> Edited:
        number = subject.number
        add = [name for name in change.add if not has(subject.labels, name)]
        remove = [name for name in change.remove if has(subject.labels, name)]
        name = self._remote.name.full
        if not add and not remove:
            return Edited(say.LABELS_ALREADY(number=number, repository=name), number, subject.url)
        ids = await self._ids([*add, *remove])
        words = ", ".join([*(f"+{one}" for one in add), *(f"-{one}" for one in remove)])
        if self._dry:
            return Edited(say.WOULD_LABEL(number=number, repository=name, words=words), number, subject.url)
        changes: list[Change] = []
        if add:
            changes.append(AddLabels(subject.id, tuple(ids[name] for name in add)))
        if remove:
            changes.append(RemoveLabels(subject.id, tuple(ids[name] for name in remove)))
        await self._change(*changes)
        return Edited(say.ISSUE_LABELLED(number=number, repository=name, words=words), number, subject.url)

    async def comment(self, number: int, body: str) -> Edited:
        """Say something below an issue."""
        subject = (await self._world.github.detail(self._remote.name, number)).issue
        if self._dry:
            return Edited(say.WOULD_COMMENT(number=number, repository=self._remote.name.full), number, subject.url)
        commented = await self._change(AddComment(subject.id, body))
        return Edited(say.ISSUE_COMMENTED(number=number, repository=self._remote.name.full), number, commented.url)

    async def _ids(self, names: Collection[str]) -> dict[str, str]:
        known = {label.name.casefold(): label.id for label in await self.labels()}
        if any(name.casefold() not in known for name in names):
            # It may have been made on GitHub since the labels were read.
            self._book.forget()
            known = {label.name.casefold(): label.id for label in await self.labels()}
        missing = [name for name in names if name.casefold() not in known]
        if missing:
            message = say.NO_SUCH_LABEL(labels=", ".join(missing), repository=self._remote.name.full)
            raise Failure(Problem(ErrorCode.USAGE, message))
        return {name: known[name.casefold()] for name in names}

    async def _change(self, *changes: Change) -> Changed:
        """Make the changes in one request; what GitHub answered to the last."""
        changed = await self._world.github.change(self._remote.name, changes)
        refused = next((one.problem for one in changed if one.problem is not None), None)
        if refused is not None:
            # A label that was deleted meanwhile is one reason.
            self._book.forget()
            raise Failure(refused)
        return changed[-1]
