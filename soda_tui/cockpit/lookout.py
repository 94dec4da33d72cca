"""The lookout: everything that can be looked at without changing anything, read when it is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from soda_tui.cockpit.board import Board
from soda_tui.cockpit.gathering import holder_of
from soda_tui.cockpit.issues import IssueDesk, LabelBook
from soda_tui.cockpit.ports.place import Place
from soda_tui.cockpit.ports.world import World
from soda_tui.cockpit.prompting import Claimed, brief
from soda_tui.cockpit.recovering import find
from soda_tui.cockpit.tail import Tail
from soda_tui.domain import sentences as say
from soda_tui.domain.choosing import wanted
from soda_tui.domain.configuration.preferences import Preferences
from soda_tui.domain.configuration.profiles import Candidate
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RemoteFacts, find_issue
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.ledger import decode
from soda_tui.domain.leftover import Found
from soda_tui.domain.model import Repository, Snapshot
from soda_tui.domain.naming import work_branch
from soda_tui.domain.outcome import Peek
from soda_tui.domain.peek import peek_of
from soda_tui.domain.runs.attachment import unheard
from soda_tui.domain.runs.endings import exit_words
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.runs.readable import Line
from soda_tui.domain.verdict import no_worktree, nobody_runs
from soda_tui.domain.work import Work

if TYPE_CHECKING:
    from soda_tui.domain.chronicle.past import Chronicle

_PAST = 10_000


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
        return peek_of(view, enrolment, detail, remote.viewer.login)

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
        return (await brief(self._world, enrolment, remote, claim, chosen, extra)).prompt

    async def profiles(self, key: str, number: int | None = None) -> tuple[Candidate, ...]:
        """The profiles that an agent can be launched with, those that it would be first, and where their programs are.

        Without a number, for the claimed issue, else the queue's first.
        """
        enrolment, view, remote = await self._remote(key)
        number = number or view.agent.issue or next((one.number for one in view.queue), None)
        issue = find_issue(remote, number) if number is not None else None
        known = self._world.profiles
        first = wanted(enrolment, issue.labels if issue else ()).profiles
        return known.find(tuple(dict.fromkeys((*first, *map(known.named, known.names())))), enrolment.path)

    async def history(self, key: str) -> tuple[RunFacts, ...]:
        """The runs on this machine, newest first."""
        return await self._world.runs.runs(key)

    async def chronicle(self, key: str) -> Chronicle:
        """What became of the repository's issues here, what went wrong, and what loops decided; nothing is fetched."""
        from soda_tui.domain.chronicle.courses import chronicle
        from soda_tui.domain.chronicle.past import Past

        journal, view = self._world.journal, self._board.view(key)
        acts, decisions = await journal.entries(key, _PAST), await journal.decisions(key, _PAST)
        runs = await self._world.runs.runs(key)
        mine = view.agent.claim is not None and view.agent.claim.mine
        held = None if view.fetched_at is None else (view.agent.issue or 0) * mine
        return chronicle(Past(key, view.name, acts, decisions, runs, view.spending, held))

    async def attaching(self, key: str) -> tuple[str, ...]:
        """The command that gives a person's terminal to the running agent's; raises Failure where it has none."""
        return self._world.runs.attaching(await self._reached(key, "sit down with"))

    async def hearing(self, key: str) -> RunFacts:
        """The run of the agent that works now and can be told something; raises Failure with the reason where not."""
        run = await self._reached(key, "tell anything")
        if not run.hears:
            raise Failure(Problem(ErrorCode.REFUSED, unheard(attachable=run.attachable)))
        return run

    async def message(self, key: str, text: str) -> str:
        """Tell the running agent something; what is said of that. Raises Failure with the reason where it cannot be."""
        await self._world.runs.message(await self.hearing(key), text)
        return say.MESSAGE_SENT(repository=self._board.view(key).name)

    async def nothing_here(self, key: str) -> str:
        """That there is no worktree to go to, and what brings one, as GitHub shows things where it answers."""
        return no_worktree(await self._newest(key))

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
        elsewhere = view.agent.claim is not None and not view.agent.claim.mine
        if (
            holder is None
            or local is None
            or local.worktree is None
            or (elsewhere and local.worktree.branch != holder.branch)
        ):
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, no_worktree(view)))
        place = Place(enrolment.name, enrolment.path, local.worktree.path)
        commits = await self._world.git.commits(place, holder.base, local.worktree.oid or holder.base)
        difference = await self._world.git.difference(place, holder.base)
        shown = holder.shown if elsewhere else None
        return Work(holder.issue, holder.branch, place.worktree, commits, difference, shown)

    async def leftovers(self, key: str) -> Found:
        """What was left over; without an answer from GitHub what is known here. Raises Failure where git cannot say."""
        if self._board.known(key).remote is None:
            await self.refresh([key])
        board = self._board
        return await find(self._world, board.enrolments[key], board.known(key), board.view(key), board.cockpit)

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
        known.run = run
        return await known.look()

    async def _reached(self, key: str, what: str) -> RunFacts:
        """The run of the agent that works now; raises Failure where none does, so that it cannot be done."""
        run, name = (await self._world.runs.current((key,))).get(key), self._board.view(key).name
        if run is not None and run.alive and run.started_at is None:
            raise Failure(Problem(ErrorCode.REFUSED, say.AGENT_NOT_UP_YET(repository=name)))
        if run is not None and run.alive:
            return run
        if run is not None and run.by_hand:
            over = say.CONVERSATION_OVER(repository=name, outcome=exit_words(run.exit), issue=run.issue)
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, over))
        raise Failure(Problem(ErrorCode.NOTHING_TO_DO, nobody_runs(await self._newest(key), what)))

    async def _newest(self, key: str) -> Repository:
        """The repository as it is known, read now where that has not been done yet."""
        if self._board.known(key).remote is None:
            await self.refresh([key])
        return self._board.view(key)

    async def _remote(self, key: str) -> tuple[Enrolment, Repository, RemoteFacts]:
        """A repository as GitHub shows it, read now where that has not been done yet; raises Failure without answer."""
        view, facts = await self._newest(key), self._board.known(key)
        if facts.remote is None:
            raise Failure(facts.problem or Problem(ErrorCode.UNEXPECTED, say.STATUS_UNKNOWN(repository=view.name)))
        return self._board.enrolments[key], view, facts.remote
