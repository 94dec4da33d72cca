"""The lookout: everything that can be looked at without changing anything, read when it is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from datetime import datetime

from soda_tui.cockpit.board import Board
from soda_tui.cockpit.conversing import reachable
from soda_tui.cockpit.gathering import holder_of
from soda_tui.cockpit.issues import IssueDesk, LabelBook
from soda_tui.cockpit.ports import Place, World
from soda_tui.cockpit.prompting import Claimed, brief
from soda_tui.cockpit.recovering import find
from soda_tui.cockpit.tail import Tail
from soda_tui.domain import sentences as say
from soda_tui.domain.choosing import wanted
from soda_tui.domain.facts import RemoteFacts, RunFacts, find_issue
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.ledger import decode
from soda_tui.domain.leftover import Found
from soda_tui.domain.model import Repository, Snapshot
from soda_tui.domain.naming import work_branch
from soda_tui.domain.outcome import Peek
from soda_tui.domain.peek import peek_of
from soda_tui.domain.preferences import Preferences
from soda_tui.domain.profiles import Candidate
from soda_tui.domain.readable import Line
from soda_tui.domain.settings import Enrolment
from soda_tui.domain.verdict import fill
from soda_tui.domain.work import Work


class Lookout(ABC):
    """The part of the engine that only looks, at the board and at the world."""

    def __init__(self, world: World, board: Board, clock: Callable[[], datetime]) -> None:
        self._world = world
        self._board = board
        self._label_books: dict[str, LabelBook] = {}
        self._tails: dict[str, Tail] = {}
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

    async def prompt(self, key: str, number: int | None = None, profile: str | None = None, extra: str = "") -> str:
        """What an agent would be told of an issue; without a number of the claimed one, else of the queue's first."""
        enrolment, view, remote = await self._remote(key)
        number = number or view.agent.issue or next((one.number for one in view.queue), None)
        if number is None:
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.QUEUE_EMPTY(repository=view.name)))
        issue = find_issue(remote, number)
        held = view.agent.branch if number == view.agent.issue else None
        branch = held or work_branch(enrolment.agent_id, number, issue.title if issue else "")
        attempt = view.agent.attempt if number == view.agent.issue else None
        attempt = attempt or decode(remote.ledger).state.attempts.get(number, 0) + 1
        claim = Claimed(number, attempt, branch, view.base or "")
        usual = wanted(enrolment, issue.labels if issue else ()).profiles[0]
        chosen = self._world.profiles.named(profile) if profile else usual
        return (await brief(self._world, enrolment, remote.name, claim, chosen, extra)).prompt

    async def profiles(self, key: str, number: int | None = None) -> tuple[Candidate, ...]:
        """The profiles that an agent can be launched with, those that it would be first, and where their programs are.

        Without a number, for the claimed issue, else the queue's first.
        """
        enrolment, view, remote = await self._remote(key)
        number = number or view.agent.issue or next((one.number for one in view.queue), None)
        issue = find_issue(remote, number) if number is not None else None
        known = self._world.profiles
        first = wanted(enrolment, issue.labels if issue else ()).profiles
        return known.find(tuple(dict.fromkeys((*first, *map(known.named, known.names())))))

    async def history(self, key: str) -> tuple[RunFacts, ...]:
        """The runs on this machine, newest first."""
        return await self._world.runs.runs(key)

    async def attaching(self, key: str) -> tuple[str, ...]:
        """The command that gives a person's terminal to the running agent's; raises Failure where it has none."""
        run = await reachable(self._world, key, self._board.view(key).name, "sit down with")
        return self._world.runs.attaching(run)

    async def message(self, key: str, text: str) -> str:
        """Tell the running agent something; what is said of that. Raises Failure with the reason where it cannot be."""
        name = self._board.view(key).name
        await self._world.runs.message(await reachable(self._world, key, name, "tell anything"), text)
        return say.MESSAGE_SENT(repository=name)

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

    async def tail(self, key: str) -> tuple[Line, ...]:
        """The last lines of the newest log."""
        run, known = self._board.known(key).run, self._tails.get(key)
        if run is None:
            return ()
        if known is None or known.run.id != run.id:
            known = self._tails[key] = Tail(self._world.runs, run)
        return await known.look()

    async def _remote(self, key: str) -> tuple[Enrolment, Repository, RemoteFacts]:
        """A repository as GitHub shows it, read now where that has not been done yet; raises Failure without answer."""
        if self._board.known(key).remote is None:
            await self.refresh([key])
        view, facts = self._board.view(key), self._board.known(key)
        if facts.remote is None:
            raise Failure(facts.problem or Problem(ErrorCode.UNEXPECTED, say.STATUS_UNKNOWN(repository=view.name)))
        return self._board.enrolments[key], view, facts.remote
