"""The engine: it keeps the facts of all enrolled repositories, publishes snapshots of them, and runs actions."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from soda_tui.cockpit import acting
from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.gathering import current_runs, gather, look_locally, with_run
from soda_tui.cockpit.latest import Latest
from soda_tui.cockpit.lookout import Lookout
from soda_tui.cockpit.ports import World
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import LocalFacts, RemoteFacts, RepositoryFacts, RunFacts
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import Account, DriftKind, ErrorCode, Repository, Snapshot
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.settings import Enrolment
from soda_tui.domain.view import recalled_view, repository_view, snapshot_of

log = logging.getLogger(__name__)

_DEFAULT = Options()
_RUN_TICK = 1.0
# After a loop broke: as rare as a poll, so that a fault that stays costs no more than polling does.
_REST = 30.0


class Engine(Lookout):
    """Implements `front.Cockpit` on the services of a World."""

    def __init__(
        self,
        enrolments: Iterable[Enrolment],
        world: World,
        cockpit: str,
        clock: Callable[[], datetime],
        interval: float = 30.0,
        name: str | None = None,
        nonce: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._enrolments = {enrolment.key: enrolment for enrolment in enrolments}
        super().__init__(world)
        self._cockpit = cockpit
        self._name = name
        self._clock = clock
        self._interval = interval
        self._nonce = nonce
        self._facts: dict[str, RepositoryFacts] = {}
        self._views: dict[str, Repository] = {}
        self._accounts: tuple[Account, ...] = ()
        self._acting: dict[str, Verb] = {}
        self._acted: dict[str, int] = {}
        self._due: set[str] = set()
        self._tasks: set[asyncio.Task[Outcome]] = set()
        self._woken = asyncio.Event()
        self._recall()
        self._latest = Latest(self._take())

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot."""
        return self._latest.value

    @property
    def busy(self) -> bool:
        """Whether an action is under way."""
        return bool(self._acting)

    async def changed(self, after: Snapshot) -> Snapshot:
        """Wait for a snapshot newer than this one."""
        return await self._latest.after(after)

    async def run(self) -> None:
        """Poll, and follow runs and clones, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for loop in (self._poll, self._follow_runs, self._follow_clones):
                tasks.create_task(_again_and_again(loop))

    async def refresh(self, keys: Collection[str] | None = None) -> Snapshot:
        """Fetch the repositories now and publish what is known then."""
        wanted = [part for key, part in self._enrolments.items() if keys is None or key in keys]
        if wanted:
            await self._gather(wanted)
            self._publish()
            await self._keep()
        return self.snapshot

    async def _keep(self) -> None:
        """Put the snapshot on disk; that it cannot be kept must not keep anybody from seeing it."""
        try:
            await asyncio.to_thread(self._world.store.save, self.snapshot)
        except Failure as failure:
            log.warning("%s", failure)

    async def act(self, key: str, verb: Verb, options: Options = _DEFAULT) -> Outcome:
        """Plan and run an action under the repository's lock; one at a time for each repository.

        What has begun goes on to its end although the caller is cancelled; `finish` waits for that.
        """
        task = asyncio.create_task(self._act_alone(key, verb, options))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def finish(self, seconds: float = 30.0) -> None:
        """Wait for the actions that are under way, so long at most."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _act_alone(self, key: str, verb: Verb, options: Options) -> Outcome:
        enrolment = self._enrolments.get(key)
        if enrolment is None:
            return _refused(verb, key, Problem(ErrorCode.USAGE, say.NOT_WATCHED(repository=key)))
        name = enrolment.name.full
        if key in self._acting and verb is not Verb.STOP:
            busy = Problem(ErrorCode.REFUSED, say.BUSY_HERE(repository=name, verb=self._acting[key]))
            return _refused(verb, name, busy)
        self._acting.setdefault(key, verb)
        try:
            return await self._act(enrolment, verb, options)
        except Failure as failure:
            return _refused(verb, name, failure.problem)
        except Exception as error:
            log.exception("%s in %s", verb, name)
            return _refused(verb, name, Problem(ErrorCode.UNEXPECTED, say.UNEXPECTED(repository=name, error=error)))
        finally:
            if self._acting.get(key) is verb:
                del self._acting[key]
            self._publish()
            await self._keep()
            self._due.add(key)
            self._woken.set()

    def _facts_of(self, key: str) -> RepositoryFacts | None:
        return self._facts.get(key)

    async def _remote(self, key: str) -> tuple[Enrolment, Repository, RemoteFacts]:
        """A repository as GitHub shows it, read now where that has not been done yet; raises Failure without answer."""
        if key not in self._facts or self._facts[key].remote is None:
            await self.refresh([key])
        view, facts = self._views[key], self._facts[key]
        if facts.remote is None:
            raise Failure(facts.problem or Problem(ErrorCode.UNEXPECTED, say.STATUS_UNKNOWN(repository=view.name)))
        return self._enrolments[key], view, facts.remote

    async def _act(self, enrolment: Enrolment, verb: Verb, options: Options) -> Outcome:
        if verb is Verb.STOP:
            # Stopping needs neither GitHub nor the lock: whatever else is under way, it must be possible at once.
            await self._gather_runs([enrolment.key])
            return await self._plan_once(enrolment, verb, options) or self._moved(enrolment, verb)
        identity, gathered = await self._identify(enrolment)
        async with self._world.locks.plan(identity) as waited:
            for _ in range(acting.PLANNINGS):
                if waited or not gathered:
                    await self._gather([enrolment])
                # Agents come and go without GitHub: what is known of them must not be older than the lock.
                await self._gather_runs([enrolment.key])
                waited = gathered = False
                outcome = await self._plan_once(enrolment, verb, options)
                if outcome is not None:
                    return outcome
        return self._moved(enrolment, verb)

    async def _identify(self, enrolment: Enrolment) -> tuple[str, bool]:
        """The repository's node id, by which it is locked, and whether it had to be read just now to know it."""
        kept = self._recalled.get(enrolment.key)
        remote = self._known(enrolment).remote
        known = remote.id if remote else kept.id if kept else None
        if known is not None:
            return known, False
        await self._gather([enrolment])
        remote = self._known(enrolment).remote
        return (remote.id if remote else enrolment.key), True

    def _moved(self, enrolment: Enrolment, verb: Verb) -> Outcome:
        name = enrolment.name.full
        return _refused(verb, name, Problem(ErrorCode.REFUSED, say.LEDGER_MOVED(repository=name)))

    async def _plan_once(self, enrolment: Enrolment, verb: Verb, options: Options) -> Outcome | None:
        """One planning and its execution; None when the facts moved meanwhile."""
        key = enrolment.key
        execution = Execution(
            self._world, enrolment, self._known(enrolment), self._cockpit, self._name, self._nonce, []
        )
        try:
            return await acting.act(execution, verb, options, self._clock())
        finally:
            self._acted[key] = self._acted.get(key, 0) + 1
            self._facts[key] = execution.facts
            local = await look_locally(self._world, [enrolment], self._facts)
            self._facts[key] = replace(execution.facts, local=local[key])
            self._refresh_view(key)

    def _known(self, enrolment: Enrolment) -> RepositoryFacts:
        return self._facts.get(enrolment.key, RepositoryFacts(seen_ledger=self._seen_ledger(enrolment.key)))

    async def _gather(self, enrolments: list[Enrolment]) -> None:
        known = {enrolment.key: self._known(enrolment) for enrolment in enrolments}
        acted = {key: self._acted.get(key, 0) for key in known}
        gathered = await gather(self._world, enrolments, known, self._clock())
        # What was read before an action ended is older than what the action knows.
        current = {key: part for key, part in gathered.facts.items() if self._acted.get(key, 0) == acted[key]}
        self._facts.update(current)
        others = tuple(one for one in self._accounts if one.host not in {new.host for new in gathered.accounts})
        self._accounts = (*others, *gathered.accounts)
        for key in current:
            self._refresh_view(key)

    async def _gather_runs(self, keys: list[str]) -> None:
        runs = await current_runs(self._world, keys)
        for key in keys:
            before = self._known(self._enrolments[key])
            after = with_run(before, key, runs)
            if after != before:
                self._facts[key] = after
                self._refresh_view(key)

    def _refresh_view(self, key: str) -> None:
        view = repository_view(self._enrolments[key], self._facts[key], self._cockpit, self._clock())
        kept = self._recalled.get(key) if self._facts[key].remote is None else None
        self._views[key] = recalled_view(kept, view) if kept else view

    def _recall(self) -> None:
        """Begin with what the last snapshot on disk shows, marked as stale; unknown repositories begin empty."""
        kept = self._world.store.snapshot()
        self._recalled = {part.key: replace(part, stale=True) for part in kept.repositories} if kept else {}
        self._accounts = kept.accounts if kept else ()
        for key, enrolment in self._enrolments.items():
            empty = repository_view(enrolment, RepositoryFacts(), self._cockpit, self._clock())
            self._views[key] = self._recalled.get(key, replace(empty, stale=True))

    def _seen_ledger(self, key: str) -> bool:
        kept = self._recalled.get(key)
        return kept is not None and (
            kept.agent.claim is not None or any(one.kind is DriftKind.LEDGER_GONE for one in kept.drift)
        )

    def _take(self) -> Snapshot:
        return snapshot_of((self._views[key] for key in self._enrolments), self._accounts, self._clock())

    def _publish(self) -> None:
        """Publish what is known, unless that is what was published last."""
        taken = self._take()
        if replace(taken, taken_at=self.snapshot.taken_at) != self.snapshot:
            self._latest.replace(taken)

    async def _poll(self) -> None:
        """Read all repositories each interval, and one that was acted on at once."""
        loop = asyncio.get_running_loop()
        following = loop.time()
        while True:
            if loop.time() >= following:
                await self.refresh()
                following = loop.time() + self._interval
            with suppress(TimeoutError):
                async with asyncio.timeout_at(following):
                    await self._woken.wait()
            self._woken.clear()
            due, self._due = self._due, set()
            if due:
                await self.refresh(due)

    async def _follow_runs(self) -> None:
        """Notice each second what became of the runs; one that ended has its worktree looked at."""
        while True:
            await asyncio.sleep(_RUN_TICK)
            before = {key: facts.run for key, facts in self._facts.items()}
            await self._gather_runs(list(self._facts))
            ended = [
                self._enrolments[key]
                for key, run in before.items()
                if run is not None and run.alive and not ((now := self._facts[key].run) and now.alive)
            ]
            await self._look_again(ended)
            begun = {key for key, run in before.items() if _run_id(self._facts[key].run) != _run_id(run)}
            if begun - self._acting.keys():
                # Another front acts: what it claimed or let go of is only to be seen on GitHub.
                self._due |= begun
                self._woken.set()
            self._publish()

    async def _follow_clones(self) -> None:
        folders = {key: self._world.store.folders(enrolment) for key, enrolment in self._enrolments.items()}
        async for keys in self._world.watch.changes(folders):
            await self._look_again([self._enrolments[key] for key in keys if key in self._facts])
            self._publish()

    async def _look_again(self, enrolments: list[Enrolment]) -> None:
        for key, local in (await look_locally(self._world, enrolments, self._facts)).items():
            if _branch_of(local) != _branch_of(self._facts[key].local) and key not in self._acting:
                self._due.add(key)
                self._woken.set()
            self._facts[key] = replace(self._facts[key], local=local)
            self._refresh_view(key)


def _run_id(run: RunFacts | None) -> str | None:
    return run.id if run else None


def _branch_of(local: LocalFacts | None) -> str | None:
    return local.worktree.branch if local and local.worktree else None


async def _again_and_again(loop: Callable[[], Awaitable[None]]) -> None:
    """Run a loop that never ends, and begin it again when it breaks: one odd file must not stop the cockpit."""
    while True:
        try:
            await loop()
        except Exception:
            log.exception("%s broke", loop)
        await asyncio.sleep(_REST)


def _refused(verb: Verb, repository: str, problem: Problem) -> Outcome:
    return Outcome(verb, repository, problem.message, problem=problem)
