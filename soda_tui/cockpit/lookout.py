"""The lookout: everything that can be looked at without changing anything, read when it is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from datetime import datetime

from soda_tui.cockpit.board import Board
from soda_tui.cockpit.gathering import holder_of
from soda_tui.cockpit.issues import IssueDesk, LabelBook
from soda_tui.cockpit.ports import Place, World
from soda_tui.cockpit.prompting import Claimed, brief
from soda_tui.cockpit.recovering import find
from soda_tui.domain import sentences as say
from soda_tui.domain.facts import RemoteFacts, RunFacts, find_issue
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.logtext import tail_lines
from soda_tui.domain.model import ErrorCode, Repository, Snapshot
from soda_tui.domain.naming import work_branch
from soda_tui.domain.outcome import Peek
from soda_tui.domain.peek import peek_of
from soda_tui.domain.preferences import Preferences
from soda_tui.domain.recovery import Found
from soda_tui.domain.settings import Enrolment
from soda_tui.domain.verdict import fill
from soda_tui.domain.work import Work

_TAIL_LINES = 200


class Lookout(ABC):
    """The part of the engine that only looks, at the board and at the world."""

    def __init__(self, world: World, board: Board, clock: Callable[[], datetime]) -> None:
        self._world = world
        self._board = board
        self._label_books: dict[str, LabelBook] = {}
        self._clock = clock

    @abstractmethod
    async def refresh(self, keys: Collection[str] | None = None) -> Snapshot:
        """Read the repositories now."""

    async def peek(self, key: str, number: int | None = None) -> Peek:
        """The issue that pop would take, or the one named, with its body."""
        enrolment, view, remote = await self._remote(key)
        if number is None and not view.queue:
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.QUEUE_EMPTY(repository=view.name)))
        wanted = number if number is not None else view.queue[0].number
        detail = await self._world.github.detail(remote.name, wanted)
        return peek_of(view, enrolment, detail)

    async def prompt(self, key: str, number: int | None = None) -> str:
        """What an agent would be told of an issue; without a number of the claimed one, else of the queue's first."""
        enrolment, view, remote = await self._remote(key)
        number = number or view.agent.issue or next((one.number for one in view.queue), None)
        if number is None:
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.QUEUE_EMPTY(repository=view.name)))
        issue = find_issue(remote, number)
        held = view.agent.branch if number == view.agent.issue else None
        branch = held or work_branch(enrolment.agent_id, number, issue.title if issue else "")
        claim = Claimed(number, view.agent.attempt or 1, branch, view.base or "")
        return (await brief(self._world, enrolment, remote.name, claim)).prompt

    async def history(self, key: str) -> tuple[RunFacts, ...]:
        """The runs on this machine, newest first."""
        return await self._world.runs.runs(key)

    async def log(self, run: RunFacts, offset: int, size: int) -> bytes:
        """A piece of a run's log as it was written."""
        return await self._world.runs.read(run, offset, size)

    @property
    def preferences(self) -> Preferences:
        """How the screen was left the last time."""
        return self._world.store.preferences()

    def remember(self, preferences: Preferences) -> None:
        """Remember how the screen is left."""
        self._world.store.keep_preferences(preferences)

    async def work(self, key: str) -> Work:
        """The work on the claim so far; raises Failure where there is no claim, or no worktree of it here."""
        enrolment, view, _ = await self._remote(key)
        facts = self._board.known(key)
        holder, local = holder_of(facts), facts.local
        if holder is None or local is None or local.worktree is None:
            missing = say.NO_CLAIM if holder is None else say.NO_WORKTREE
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, fill(missing, view)))
        place = Place(enrolment.name, enrolment.path, local.worktree.path)
        commits = await self._world.git.commits(place, holder.base, local.worktree.oid or holder.base)
        difference = await self._world.git.difference(place, holder.base)
        return Work(holder.issue, holder.branch, place.worktree, commits, difference)

    async def leftovers(self, key: str) -> Found:
        """What was left over; without an answer from GitHub what is known here. Raises Failure where git cannot say."""
        if self._board.known(key).remote is None:
            await self.refresh([key])
        return await find(self._world, self._board.enrolments[key], self._board.known(key), self._board.view(key))

    async def desk(self, key: str) -> IssueDesk:
        """Where the repository's issues are edited."""
        enrolment, _, remote = await self._remote(key)
        book = self._label_books.setdefault(key, LabelBook(self._world, self._clock))
        return IssueDesk(self._world, remote, enrolment.labels, book)

    async def tail(self, key: str) -> tuple[str, ...]:
        """The last lines of the newest log."""
        run = self._board.known(key).run
        if run is None:
            return ()
        return tail_lines(await self._world.runs.tail(run))[-_TAIL_LINES:]

    async def _remote(self, key: str) -> tuple[Enrolment, Repository, RemoteFacts]:
        """A repository as GitHub shows it, read now where that has not been done yet; raises Failure without answer."""
        if self._board.known(key).remote is None:
            await self.refresh([key])
        view, facts = self._board.view(key), self._board.known(key)
        if facts.remote is None:
            raise Failure(facts.problem or Problem(ErrorCode.UNEXPECTED, say.STATUS_UNKNOWN(repository=view.name)))
        return self._board.enrolments[key], view, facts.remote
