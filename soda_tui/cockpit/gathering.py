"""Gathering: facts from GitHub, git, the processes and the journal, put on the board as they come.

Nothing here raises for what the world does: what could not be read stands on the board as a problem.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from msgspec import structs

from soda_tui.cockpit.board import Board, Part
from soda_tui.cockpit.details import log_file
from soda_tui.cockpit.ports.place import Place
from soda_tui.cockpit.ports.world import World
from soda_tui.cockpit.purses import Purses
from soda_tui.cockpit.recording import last_acts
from soda_tui.cockpit.targets import by_account, target_of, targets_of
from soda_tui.domain import ledger
from soda_tui.domain import sentences as say
from soda_tui.domain.batching import MOST_REPOSITORIES
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import CloneFacts, LocalFacts, RemoteFacts, RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.ledger import Holder
from soda_tui.domain.model import Account
from soda_tui.domain.pacing.turns import again as again_in
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.domain.runs.usage import Sums
from soda_tui.domain.sharing import Shared, Trust, time_of

log = logging.getLogger(__name__)

# How often a clone is looked at anew because its claim changed while it was looked at.
_LOOKS = 3
# So many are read before they are shown: as many as GitHub answers in two requests at once.
_AT_ONCE = 2 * MOST_REPOSITORIES


class Gatherer:
    """Reads the world onto a board."""

    def __init__(self, world: World, board: Board, clock: Callable[[], datetime]) -> None:
        self._world = world
        self._board = board
        self._clock = clock
        self.purses = Purses(clock)

    async def gather(
        self,
        enrolments: Collection[Enrolment],
        again: float | None = None,
        trust: Trust | None = None,
        remote: Collection[str] | None = None,
    ) -> None:
        """Read everything about the repositories; what this machine shows, and each account, is published by itself.

        `again` is the number of seconds until they are read the next time, where that is known; `trust` says of what
        another front has read how old it may be to be taken instead; GitHub is asked for those named in `remote` only.
        """
        here = self._here(enrolments, thoroughly=again is None)
        wanted = [enrolment for enrolment in enrolments if remote is None or enrolment.key in remote]
        asked = (self._ask(reader, each, again, trust) for reader, each in by_account(wanted).items())
        await asyncio.gather(here, *asked)
        await self._doubt(enrolments)

    async def left(self, reader: str, enrolments: Collection[Enrolment], trust: Trust) -> frozenset[str]:
        """Those of which nobody has read anything that may be taken instead of one's own reading."""
        known, now = await self._overhear(reader, enrolments), self._board.ticket()
        keys = frozenset(enrolment.key for enrolment in enrolments)
        return keys - {key for key, shared in known.items() if trust.suffices(shared, now)}

    async def overhear(self, enrolments: Collection[Enrolment]) -> None:
        """Take in what other fronts have read since."""
        for reader, each in by_account(enrolments).items():
            if self._world.readings.changed(reader):
                await self._overhear(reader, each)
                self._board.publish()

    async def runs(self, keys: Collection[str], *, thoroughly: bool = False) -> None:
        """What became of the agents, and what they have said since; all of it where they are listened to thoroughly."""
        ticket = self._board.ticket()
        self._board.forbidden, forbidden = await self._world.stops.standing({key: self.folders(key) for key in keys})
        found = await _current_runs(self._world, list(keys))
        heard = {} if isinstance(found, Problem) else await self._listen(found, thoroughly=thoroughly)
        for key in keys:
            facts = structs.replace(_with_run(self._board.known(key), key, found, heard), forbidden=forbidden.get(key))
            self._board.put(key, ticket, facts, {Part.RUN})
            await asyncio.sleep(0)

    def folders(self, key: str) -> tuple[str, ...]:
        """A clone, and its claim's worktree as far as it was seen."""
        local, path = self._board.known(key).local, self._board.enrolments[key].path
        return (path, local.worktree.path) if local is not None and local.worktree is not None else (path,)

    async def listened(self, key: str, facts: RepositoryFacts) -> RepositoryFacts:
        """The facts with what their run has said."""
        heard = await self._listen({key: facts.run}, thoroughly=True) if facts.run else {}
        return _with_words(facts, heard.get(key))

    async def _listen(self, runs: Mapping[str, RunFacts], *, thoroughly: bool) -> Mapping[str, tuple[RunFacts, Sums]]:
        try:
            return await self._world.runs.listen(runs, thoroughly=thoroughly)
        except Exception:
            log.exception("listening to the agents")
            return {}

    async def look(self, enrolments: Iterable[Enrolment]) -> frozenset[str]:
        """What git shows of each clone and of its claim's worktree; the keys whose worktree changed its branch."""
        wanted = tuple(enrolments)
        turned = await asyncio.gather(*(self._look(enrolment) for enrolment in wanted))
        return frozenset(enrolment.key for enrolment, found in zip(wanted, turned, strict=True) if found)

    async def local(self, enrolment: Enrolment, facts: RepositoryFacts) -> LocalFacts:
        """What git shows of the clone and of the worktree of the claim in these facts."""
        holder, pushed = claim_of(facts)
        worktree = self._world.store.worktree_path(enrolment, holder.issue if holder else None)
        place = Place(enrolment.name, enrolment.path, worktree)
        branch, base = (holder.branch, holder.base) if holder else (None, None)
        try:
            return await self._world.git.inspect(place, branch, base, pushed)
        except Exception as error:
            problem = _unexpected(enrolment, error)
            return LocalFacts(CloneFacts(None, None, None, None, None, problem), None)

    async def _here(self, enrolments: Collection[Enrolment], *, thoroughly: bool) -> None:
        keys = [enrolment.key for enrolment in enrolments]
        await asyncio.gather(self.runs(keys, thoroughly=thoroughly), self.look(enrolments), self._acts(enrolments))
        self._board.publish()

    async def _acts(self, enrolments: Collection[Enrolment]) -> None:
        ticket = self._board.ticket()
        last = await last_acts(self._world, enrolments)
        for enrolment in enrolments:
            key = enrolment.key
            self._board.put(key, ticket, structs.replace(self._board.known(key), last=last.get(key)), {Part.LAST})

    async def _doubt(self, enrolments: Collection[Enrolment]) -> None:
        """Have the claims of agents looked at that work without one, as far as GitHub shows."""
        for key in (enrolment.key for enrolment in enrolments):
            run = self._board.known(key).run
            if run is not None and any(one.kind is DriftKind.RUN_WITHOUT_CLAIM for one in self._board.view(key).drift):
                await self._world.runs.doubt(run)

    async def _ask(
        self, reader: str, enrolments: Collection[Enrolment], again: float | None, trust: Trust | None
    ) -> None:
        """Ask as one account; what is not answered keeps what was known, with the problem."""
        if trust is not None:
            left = await self.left(reader, enrolments, trust)
            enrolments = [enrolment for enrolment in enrolments if enrolment.key in left]
            self._board.publish()
        # What is shown first need not wait for the rest of hundreds.
        wanted = list(enrolments)
        for start in range(0, len(wanted), _AT_ONCE):
            await self._read(reader, wanted[start : start + _AT_ONCE], again)

    async def _read(self, reader: str, enrolments: Collection[Enrolment], again: float | None) -> None:
        ticket, now = self._board.ticket(), self._clock()
        account = None
        targets = [target_of(enrolment, holder_of(self._board.known(enrolment.key))) for enrolment in enrolments]
        try:
            reading = await self._world.github.read(targets)
            answers = {enrolment.key: reading.repositories[enrolment.key] for enrolment in enrolments}
            account = self.pay(reading.accounts, reading.points)
        except Exception as error:
            answers = {enrolment.key: _unexpected(enrolment, error) for enrolment in enrolments}
        answers = {key: tried_again(found, self._clock(), again) for key, found in answers.items()}
        found = {key: with_answer(self._board.known(key), answer, now) for key, answer in answers.items()}
        await self.take_in(enrolments, {key: (ticket, facts) for key, facts in found.items()})
        self._board.publish()
        spent = self.purses.tell(reader) if account is not None else 0
        await self._world.readings.tell(reader, targets_of(enrolments), ticket, answers, account, spent)

    def pay(self, accounts: Iterable[Account], points: Mapping[str, int]) -> Account | None:
        """Note what is left of the accounts; the one of them, where only one was used."""
        noted = self.purses.noted(accounts, points)
        self._board.pay(noted)
        return next(iter(noted), None)

    def foretell(self, reader: str) -> None:
        """Tell what the newest plan makes of the account's points."""
        self._board.pay(self.purses.told(one) for one in self._board.snapshot.accounts if one.key == reader)
        self._board.publish()

    async def _overhear(self, reader: str, enrolments: Collection[Enrolment]) -> Mapping[str, Shared]:
        """Take in what is newer than what is known here; all that there is."""
        told = await self._world.readings.told(reader, targets_of(enrolments))
        newer = {key: one for key, one in told.repositories.items() if one.moment > self._board.moment(key)}
        if told.account is not None:
            self.purses.recall(told.account, told.own)
        if newer:
            self._board.pay((told.account,) if told.account else ())
            found = {key: (one.moment, self._with_shared(key, one)) for key, one in newer.items()}
            await self.take_in([one for one in enrolments if one.key in newer], found)
        return told.repositories

    def _with_shared(self, key: str, shared: Shared) -> RepositoryFacts:
        facts = self._board.known(key)
        if shared.facts is not None and shared.at > self._board.moment(key):
            facts = with_answer(facts, shared.facts, time_of(shared.at))
        return with_answer(facts, shared.problem, time_of(shared.tried)) if shared.problem is not None else facts

    async def take_in(
        self, enrolments: Collection[Enrolment], found: Mapping[str, tuple[int, RepositoryFacts]]
    ) -> None:
        """Put on the board what GitHub showed, each by its ticket."""
        elsewhere = await self._learn({key: facts for key, (_, facts) in found.items() if facts.problem is None})
        moved: list[tuple[Enrolment, int, RepositoryFacts]] = []
        for enrolment in enrolments:
            ticket, facts = found[enrolment.key]
            if claim_of(facts) != claim_of(self._board.known(enrolment.key)):
                moved.append((enrolment, ticket, facts))
            else:
                self._board.put(enrolment.key, ticket, facts, {Part.REMOTE})
            # A thousand issues take milliseconds: what a person types comes in between.
            await asyncio.sleep(0)
        await asyncio.gather(*(self._move(ticket, enrolment, facts) for enrolment, ticket, facts in moved))
        if elsewhere:
            renamed = [enrolment for enrolment in enrolments if enrolment.key in elsewhere]
            await asyncio.gather(self.runs(elsewhere), self.look(renamed), self._acts(renamed))

    async def _learn(self, found: Mapping[str, RepositoryFacts]) -> frozenset[str]:
        """Tell the store who the repositories are; those whose run, worktree and acts are elsewhere from now on."""
        names = {key: one.name for key, one in self._board.enrolments.items()}
        ids = {key: names[key].identity(each.remote.id) for key, each in found.items() if each.remote is not None}
        return await asyncio.to_thread(self._world.store.learn, ids)

    async def _move(self, ticket: int, enrolment: Enrolment, facts: RepositoryFacts) -> None:
        """Take in another claim together with its worktree, so that neither is shown without the other."""
        later = self._board.ticket()
        local = await self.local(enrolment, facts)
        self._board.put(enrolment.key, ticket, facts, {Part.REMOTE})
        if claim_of(self._board.known(enrolment.key)) == claim_of(facts):
            self._board.put(enrolment.key, later, structs.replace(facts, local=local), {Part.LOCAL})

    async def _look(self, enrolment: Enrolment) -> bool:
        """Look at a clone; whether its worktree stands on another branch than before."""
        key = enrolment.key
        for _ in range(_LOOKS):
            ticket, facts = self._board.ticket(), self._board.known(key)
            local = await self.local(enrolment, facts)
            if claim_of(self._board.known(key)) == claim_of(facts):
                break
        before = self._board.known(key).local
        self._board.put(key, ticket, structs.replace(facts, local=local), {Part.LOCAL})
        return before is not None and _branch_of(before) != _branch_of(local)


def holder_of(facts: RepositoryFacts) -> Holder | None:
    """The claim as GitHub last showed it."""
    return ledger.decode(facts.remote.ledger).state.holder if facts.remote else None


def claim_of(facts: RepositoryFacts) -> tuple[Holder | None, str | None]:
    """The claim, and the head of its branch on GitHub."""
    holder = holder_of(facts)
    branches = facts.remote.branches if facts.remote and holder else ()
    return holder, next((each.oid for each in branches if holder and each.name == holder.branch), None)


def tried_again(found: RemoteFacts | Problem, now: datetime, seconds: float | None) -> RemoteFacts | Problem:
    """An answer; a problem says when it is tried again, unless it does already."""
    if not isinstance(found, Problem) or found.retry_at is not None or seconds is None:
        return found
    return replace(found, retry_at=(now + timedelta(seconds=again_in(found.code, seconds))).replace(microsecond=0))


def with_answer(before: RepositoryFacts, found: RemoteFacts | Problem, now: datetime) -> RepositoryFacts:
    if isinstance(found, Problem):
        return structs.replace(before, problem=found)
    seen = before.seen_ledger or found.ledger is not None
    return structs.replace(before, remote=found, fetched_at=now, problem=None, seen_ledger=seen)


def _with_run(
    facts: RepositoryFacts,
    key: str,
    runs: Mapping[str, RunFacts] | Problem,
    heard: Mapping[str, tuple[RunFacts, Sums]],
) -> RepositoryFacts:
    """The facts with the newest run, or with the reason why that is not known; then the last one known stays."""
    if isinstance(runs, Problem):
        return structs.replace(facts, runs_problem=runs)
    run, unknown = runs.get(key), None
    if run is not None and run.state is RunState.UNKNOWN:
        unknown = Problem(ErrorCode.AGENT, run.problem or say.RUNS_UNREADABLE(reason=run.id))
    if run is not None and facts.run is not None and run.id == facts.run.id:
        run = structs.replace(run, progress=facts.run.progress)
    return _with_words(structs.replace(facts, run=run, runs_problem=unknown), heard.get(key))


def _with_words(facts: RepositoryFacts, heard: tuple[RunFacts, Sums] | None) -> RepositoryFacts:
    return facts if heard is None else structs.replace(facts, run=heard[0], sums=heard[1])


async def _current_runs(world: World, keys: list[str]) -> Mapping[str, RunFacts] | Problem:
    """The newest runs; a problem where their records cannot be read, which is not the same as no run."""
    try:
        return await world.runs.current(keys)
    except Failure as failure:
        return failure.problem
    except Exception as error:
        log.exception("reading the runs")
        reason = error.strerror if isinstance(error, OSError) else None
        return Problem(ErrorCode.AGENT, say.RUNS_UNREADABLE(reason=reason or error))


def _unexpected(enrolment: Enrolment, error: Exception) -> Problem:
    log.error("reading %s", enrolment.key, exc_info=error)
    return Problem(ErrorCode.UNEXPECTED, say.UNEXPECTED(repository=enrolment.name.full, error=error, log=log_file()))


def _branch_of(local: LocalFacts) -> str | None:
    return local.worktree.branch if local.worktree else None
