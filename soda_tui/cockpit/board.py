"""The board: what is known of each enrolled repository, and the snapshot that it all makes.

`gathering.py` puts facts here, `acts.py` what acts made of them; views are made anew whenever facts change. What was
asked for earlier never replaces what was asked for later, whichever answer comes last.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import Enum
from time import monotonic, time_ns

from msgspec import structs

from soda_tui.cockpit.details import log_file
from soda_tui.cockpit.latest import Latest
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, Status
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RemoteFacts, RepositoryFacts
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.loop.showing import with_loop
from soda_tui.domain.model import Account, Error, Loop, Repository, Snapshot
from soda_tui.domain.pacing.budget import carried, exhausted
from soda_tui.domain.queue import Queue
from soda_tui.domain.recalling import excerpt
from soda_tui.domain.sharing import MICROSECONDS
from soda_tui.domain.status import running_status
from soda_tui.domain.view import queue_of, recalled_view, repository_view, snapshot_of

log = logging.getLogger(__name__)

# A clock that goes back by less comes to the same time again soon.
_SET_BACK = 5 * MICROSECONDS


class Part(Enum):
    """What of a repository's facts is learnt together."""

    REMOTE = ("remote", "fetched_at", "problem", "seen_ledger")
    LOCAL = ("local",)
    RUN = ("run", "runs_problem", "sums", "forbidden")
    LAST = ("last",)


class Board:
    """Begins with what the last snapshot on disk shows, marked as stale; `acting` names the acts under way here.

    `forbidden` is the file that forbids every run on this machine, while it is there.
    """

    def __init__(
        self,
        enrolments: Iterable[Enrolment],
        cockpit: str,
        clock: Callable[[], datetime],
        kept: Snapshot | None,
        moments: Callable[[], int] = lambda: time_ns() // 1000,
        elapsed: Callable[[], float] = monotonic,
    ) -> None:
        self.enrolments: Mapping[str, Enrolment] = {enrolment.key: enrolment for enrolment in enrolments}
        self.acting: dict[str, Verb] = {}
        self.forbidden: str | None = None
        self.cockpit = cockpit
        self._clock = clock
        kept = excerpt(kept, self.enrolments) if kept else None
        recalled = kept.repositories if kept else ()
        self._recalled = {part.key: structs.replace(part, stale=True, late=None, loop=None) for part in recalled}
        readers = {one.reader for one in self.enrolments.values()}
        self._accounts = {one.key: one for one in kept.accounts if one.key in readers} if kept else {}
        self._facts: dict[str, RepositoryFacts] = {}
        self._moments = moments
        self._elapsed = elapsed
        self._ticket = 0
        self._taken = elapsed()
        self._newest: dict[tuple[str, Part], int] = {}
        self._queues: dict[str, tuple[RemoteFacts, Queue]] = {}
        self._loops: dict[str, Loop] = {}
        self._late: Mapping[str, str] = {}
        self._views = {key: self._recalled.get(key) or self._unread(key) for key in self.enrolments}
        self._latest = Latest(self._take())

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot that was published."""
        return self._latest.value

    async def changed(self, after: Snapshot) -> Snapshot:
        """Wait for a snapshot newer than this one."""
        return await self._latest.after(after)

    def view(self, key: str) -> Repository:
        """The repository as it is shown."""
        return self._views[key]

    def known(self, key: str) -> RepositoryFacts:
        """All that is known of the repository."""
        return self._facts.get(key) or RepositoryFacts(seen_ledger=self._had_ledger(key))

    def has(self, key: str, part: Part) -> bool:
        """Whether that part was ever learnt."""
        return (key, part) in self._newest

    def identity(self, key: str) -> str | None:
        """What stands for the repository whatever it is called, where GitHub has ever told it."""
        remote, kept = self.known(key).remote, self._recalled.get(key)
        found = remote.id if remote else kept.id if kept else None
        return self.enrolments[key].name.identity(found) if found else None

    def ticket(self) -> int:
        """What to take before asking the world: by it `put` knows how new the answer is.

        It is the moment in microseconds of the time of day, so that what another front of this machine asked for is
        told from what was asked for here. Where the clock is set back it goes on, as fast as time does: by it ages are
        told as well.
        """
        moment, elapsed = self._moments(), self._elapsed()
        if moment < self._ticket - _SET_BACK:
            moment = self._ticket + int((elapsed - self._taken) * MICROSECONDS)
        self._ticket, self._taken = max(self._ticket + 1, moment), elapsed
        return self._ticket

    def moment(self, key: str) -> int:
        """When GitHub was asked for what is known of a repository; 0 where it never was."""
        return self._newest.get((key, Part.REMOTE), 0)

    def put(self, key: str, ticket: int, facts: RepositoryFacts, parts: Collection[Part]) -> None:
        """Learn these parts of the facts, but for those that are known from a later ticket."""
        newer = [part for part in parts if self._newest.get((key, part), -1) < ticket]
        self._newest.update(((key, part), ticket) for part in newer)
        before = self.known(key)
        after = structs.replace(before, **{name: getattr(facts, name) for part in newer for name in part.value})
        if after != before or key not in self._facts:
            self._facts[key] = after
            if after.remote is not None:
                self._recalled.pop(key, None)
            self.renew(key)

    def pay(self, accounts: Iterable[Account]) -> None:
        """Note what is left of the accounts; what became of their points is told only by who polls."""
        for account in accounts:
            self._accounts[account.key] = carried(self._accounts.get(account.key), account)

    def renew(self, key: str) -> None:
        """Make the view anew; one that cannot be made stays as it was and says so."""
        if key not in self._facts:
            return
        try:
            self._views[key] = self._seen(key)
        except Exception as error:
            log.exception("the view of %s", key)
            name = self.enrolments[key].name.full
            problem = Error(ErrorCode.UNEXPECTED, say.UNEXPECTED(repository=name, error=error, log=log_file()), None)
            self._views[key] = structs.replace(self._views[key], stale=True, error=problem)

    def loop(self, key: str, loop: Loop | None) -> None:
        """Learn how a repository's loop stands; None where there is nothing to say of it."""
        if self._loops.get(key) != loop:
            if loop is None:
                del self._loops[key]
            else:
                self._loops[key] = loop

    def loop_of(self, key: str) -> Loop | None:
        """How a repository's loop stands, as far as it was learnt."""
        return self._loops.get(key)

    def late(self, words: Mapping[str, str]) -> None:
        """Learn of whom nothing was heard for longer than should be, and what is to be said of that."""
        self._late = words

    def heed_silence(self, key: str) -> None:
        """Make the view anew where an agent's silence has become long enough to tell something."""
        run, shown = self.known(key).run, self._views[key].agent.status
        if run is None or not run.alive or not (shown.at_work or shown is Status.LIMIT):
            return
        silence = timedelta(minutes=self.enrolments[key].limits.silent_minutes)
        if running_status(run, self._clock(), silence) is not shown:
            self.renew(key)

    def publish(self) -> None:
        """Publish what is known, unless that is what was published last."""
        taken = self._take()
        if structs.replace(taken, taken_at=self.snapshot.taken_at) != self.snapshot:
            self._latest.replace(taken)

    def _seen(self, key: str) -> Repository:
        facts, enrolment = self.known(key), self.enrolments[key]
        queue = self._queue(key, facts.remote) if facts.remote else None
        acting = self.acting.get(key) not in {None, Verb.STOP}
        view = repository_view(enrolment, facts, self.cockpit, self._clock(), queue=queue, acting=acting)
        kept = self._recalled.get(key)
        return recalled_view(kept, view) if kept and facts.remote is None else view

    def _queue(self, key: str, remote: RemoteFacts) -> Queue:
        """The queue, which depends on nothing but what GitHub shows: with many issues it costs most of a view."""
        known = self._queues.get(key)
        if known is None or known[0] is not remote:
            known = self._queues[key] = remote, queue_of(self.enrolments[key], remote)
        return known[1]

    def _unread(self, key: str) -> Repository:
        empty = repository_view(self.enrolments[key], RepositoryFacts(), self.cockpit, self._clock())
        return structs.replace(empty, stale=True)

    def _had_ledger(self, key: str) -> bool:
        kept = self._recalled.get(key)
        return kept is not None and (
            kept.ledger is not None or any(one.kind is DriftKind.LEDGER_GONE for one in kept.drift)
        )

    def _aged(self, key: str) -> Repository:
        view, words = self._views[key], self._late.get(key)
        return view if words is None or view.stale else structs.replace(view, stale=True, late=words)

    def _take(self) -> Snapshot:
        shown = {key: self._aged(key) for key in self.enrolments}
        views = (with_loop(shown[key], self._loops.get(key), one.auto) for key, one in self.enrolments.items())
        now = self._clock()
        ends = dict(self._limits(now))
        accounts = [exhausted(one, ends[key]) if key in ends else one for key, one in self._accounts.items()]
        return snapshot_of(views, accounts, now, self.forbidden)

    def _limits(self, now: datetime) -> Iterator[tuple[str, datetime]]:
        """The accounts whose points are used up, and until when."""
        for key, facts in self._facts.items():
            problem = facts.problem
            if problem is not None and problem.code is ErrorCode.RATE_LIMIT and (end := problem.retry_at) and end > now:
                yield self.enrolments[key].reader, end


def learnt(before: RepositoryFacts, after: RepositoryFacts) -> frozenset[Part]:
    """The parts that an act has changed."""
    return frozenset(
        part for part in Part if any(getattr(before, name) is not getattr(after, name) for name in part.value)
    )
