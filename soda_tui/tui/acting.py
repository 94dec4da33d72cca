"""What a person's wish to act comes to: a question where one is due, the action, and what is said of how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb, action_of
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.configuration.profiles import Chosen
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.host_trouble import host_troubles
from soda_tui.domain.model import Repository, Snapshot
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.pacing.words import points_words, slow
from soda_tui.domain.text import counted
from soda_tui.domain.verdict import pops_first, question, reason, subject
from soda_tui.tui.actions import holds_up
from soda_tui.tui.looks import DOING
from soda_tui.tui.text import listed

if TYPE_CHECKING:
    from soda_tui.cockpit.front import Cockpit

Severity = Literal["information", "warning", "error"]

_USUAL = Chosen()
_REFUSALS = frozenset(
    {ErrorCode.REFUSED, ErrorCode.PUSH_REJECTED, ErrorCode.TAKEN, ErrorCode.UNVOUCHED, ErrorCode.NOTHING_TO_DO}
)
_CHAINS = {Verb.FEEDBACK: (Verb.FEEDBACK, Verb.LAUNCH)}
_ASKING = frozenset({Verb.STOP, Verb.RESET})
_AT_ONCE = 4
_MOST_NAMED = 12
_MOST_UNDERWAY = 3


class Person(Protocol):
    """Who wishes, is asked, and is told."""

    async def ask(self, title: str, question: str) -> bool:
        """Ask a question; True for yes."""

    def say(
        self,
        message: str,
        severity: Severity = "information",
        *,
        quiet: bool = False,
        unread: frozenset[str] = frozenset(),
    ) -> None:
        """Tell something, quietly in the log of messages alone, until all are read that it says are `unread`."""

    def key(self, action: str) -> str:
        """The key that an action has, as people write it."""

    def show_busy(self, key: str) -> None:
        """Show that an action on a repository is under way, or has ended."""

    def show_reading(self, reading: bool) -> None:
        """Show that repositories are being read on request, or no more."""


class Acting:
    """Acts for a person; one action at a time for each repository."""

    def __init__(self, cockpit: Cockpit, person: Person) -> None:
        self._cockpit = cockpit
        self._person = person
        self._busy: dict[str, list[Verb]] = {}
        self._reading: set[tuple[str, ...] | None] = set()
        self._doing: list[str] = []
        self._done = asyncio.Event()

    def busy(self, key: str) -> Verb | None:
        """The action that is under way on a repository, the newest of several."""
        return next(reversed(self._busy.get(key, [])), None)

    @property
    def underway(self) -> str:
        """What is being done and would be broken off by leaving now, in words; empty where nothing is."""
        return listed(self._doing, _MOST_UNDERWAY)

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        while self._doing:
            self._done.clear()
            await self._done.wait()

    @contextmanager
    def doing(self, *what: str) -> Iterator[None]:
        """Have these things under way meanwhile."""
        self._doing += what
        try:
            yield
        finally:
            for each in what:
                self._doing.remove(each)
            self._done.set()

    async def refresh(self, repositories: Sequence[Repository]) -> None:
        """Fetch these repositories, or all; what is being fetched already is not fetched twice."""
        keys = tuple(found.key for found in repositories) or None
        if keys in self._reading:
            return
        self._reading.add(keys)
        before = self._cockpit.snapshot
        self._person.show_reading(True)
        try:
            snapshot = await self._cockpit.refresh(keys)
        finally:
            self._reading.discard(keys)
            self._person.show_reading(bool(self._reading))
        failed = [found for found in snapshot.repositories if found.error and (keys is None or found.key in keys)]
        if not failed and (kept := _kept(snapshot, before, keys)):
            self._person.say(say.REFRESH_KEPT(points=kept), "warning")
        elif failed:
            self._person.say(_failed(failed, snapshot, keys), "warning", unread=frozenset(one.key for one in failed))
        elif keys is None:
            self._person.say(say.REFRESHED_ALL())
        else:
            self._person.say(say.REFRESHED(repository=", ".join(found.name for found in repositories)))

    async def act(
        self,
        repository: Repository,
        verb: Verb,
        issue: int | None = None,
        repair: DriftKind | None = None,
        chosen: Chosen = _USUAL,
        pull_request: int | None = None,
    ) -> bool:
        """Do one action, after the question that it needs; `issue` is the one to pop, `repair` the drift to mend.

        `chosen` is what an agent is launched with, `pull_request` the one to land. Whether it was done.
        """
        popping = verb is Verb.POP or (verb is Verb.LAUNCH and pops_first(repository))
        issue = issue if popping else None
        if verb is Verb.LAUNCH and popping and issue is None:
            issue = repository.queue[0].number
        asked = _question(repository, verb, issue)
        if asked and not await self._person.ask(f"{verb} · {repository.name}", asked):
            return False
        options = Options(
            issue=issue,
            yes=asked is not None,
            seen=subject(repository, verb),
            repair=repair,
            profile=chosen.profile,
            extra=chosen.extra,
            pull_request=pull_request,
        )
        with self.doing(_act_words(repository, verb)):
            outcomes = await self._chain(repository, verb, options)
        popped = False
        while (question := outcomes[-1].asks) is not None:
            # Only the plan, made from facts of now, knew what to ask; what was asked about may have moved on since.
            if len(outcomes) > 1:
                self._say_all(outcomes[:-1])
                options, popped = structs.replace(options, issue=None), True
            if not await self._person.ask(f"{verb} · {repository.name}", question):
                return False
            options = structs.replace(options, yes=True, seen=outcomes[-1].seen)
            with self.doing(_act_words(repository, verb)):
                outcomes = await self._chain(repository, verb, options, pops=not popped)
        self._say_all(outcomes)
        return outcomes[-1].ok

    def _say_all(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            self._person.say(outcome.message, severity(outcome))

    async def act_on_all(self, repositories: Sequence[Repository], verb: Verb) -> bool:
        """Do one action to several repositories, after one question that names them; whether it was done at all."""
        refused = {found.key: why for found in repositories if (why := _refusal(found, verb)) is not None}
        able = [found for found in repositories if found.key not in refused]
        if not able:
            why = next(iter(refused.values()), "")
            self._person.say(say.NONE_OF_THE_MARKED(verb=action_of(verb).title, reason=why), "warning")
            return False
        left = [found for found in repositories if found.key in refused]
        what = action_of(verb).title.capitalize()
        title = f"{action_of(verb).title} · {counted(len(able), 'repository')}"
        if not await self._person.ask(title, _question_of_all(what, able, left, verb)):
            return False
        at_once = asyncio.Semaphore(_AT_ONCE)

        async def one(repository: Repository) -> bool:
            async with at_once:
                outcomes = await self._chain(repository, verb, Options(yes=True, seen=subject(repository, verb)))
            for outcome in outcomes:
                self._person.say(outcome.message, severity(outcome), quiet=True)
            return all(outcome.ok for outcome in outcomes)

        with self.doing(*(_act_words(repository, verb) for repository in able)):
            done = await asyncio.gather(*(one(repository) for repository in able))
        failed = [repository for repository, well in zip(able, done, strict=True) if not well]
        if failed:
            counts = {"done": len(able) - len(failed), "count": len(able)}
            key = self._person.key("view.messages")
            self._person.say(say.MANY_PARTLY(what=what, names=_names(failed), key=key, **counts), "warning")
        else:
            self._person.say(say.MANY_DONE(what=what, count=len(able)))
        return True

    async def _chain(self, repository: Repository, verb: Verb, options: Options, *, pops: bool = True) -> list[Outcome]:
        """Launching pops first where the agent is idle; what follows a failure is left out."""
        outcomes: list[Outcome] = []
        first = pops and verb is Verb.LAUNCH and pops_first(repository)
        chain = (Verb.POP, verb) if first else _CHAINS.get(verb, (verb,))[0 if pops else -1 :]
        for step in chain:
            launching = step is not chain[-1]
            outcomes.append(await self._act_once(repository, step, structs.replace(options, launching=launching)))
            options = Options(yes=options.yes, seen=options.seen, profile=options.profile, extra=options.extra)
            if not outcomes[-1].ok:
                break
        return outcomes

    async def _act_once(self, repository: Repository, verb: Verb, options: Options) -> Outcome:
        key = repository.key
        under_way = self._busy.setdefault(key, [])
        if holds_up(self.busy(key), verb):
            busy = say.BUSY_HERE(repository=repository.name, verb=DOING[under_way[-1]])
            return Outcome(verb, key, busy, problem=Problem(ErrorCode.REFUSED, busy))
        under_way.append(verb)
        self._person.show_busy(key)
        try:
            return await self._cockpit.act(key, verb, options)
        finally:
            under_way.remove(verb)
            self._person.show_busy(key)


def severity(outcome: Outcome) -> Severity:
    """How loudly an outcome is told."""
    return "information" if outcome.problem is None else loudness(outcome.problem)


def loudness(problem: Problem) -> Severity:
    """How loudly a problem is told: what is refused has not failed."""
    return "warning" if problem.code in _REFUSALS else "error"


def _act_words(repository: Repository, verb: Verb) -> str:
    return f"{verb} in {repository.name}"


def _question(repository: Repository, verb: Verb, issue: int | None) -> str | None:
    first = repository.queue[0] if repository.queue else None
    chosen = next((entry for entry in repository.queue if entry.number == issue), first)
    if verb is Verb.LAUNCH and pops_first(repository) and chosen is not None:
        return say.ASK_POP_AND_LAUNCH(repository=repository.name, issue=chosen.number, title=chosen.title)
    if verb is Verb.POP and first is not None and issue is not None and issue != first.number:
        return say.ASK_POP_AHEAD(issue=issue, repository=repository.name, first=first.number)
    worktree = repository.agent.worktree
    if verb is Verb.RESET and worktree is not None and (worktree.dirty or worktree.branch is None):
        return None  # what is at stake there only the plan can name, in a question that says all
    return question(repository, verb)


def _question_of_all(what: str, able: Sequence[Repository], left: Sequence[Repository], verb: Verb) -> str:
    parts = [say.ASK_MANY(what=what, count=len(able), names=_names(able))]
    if verb in _ASKING:
        parts.append(say.ASK_MANY_KEPT())
    if left:
        parts.append(say.MANY_LEFT_OUT(names=_names(left)))
    return "\n\n".join(parts)


def _names(repositories: Sequence[Repository]) -> str:
    """Names with the issues that they hold, so that nobody lets go of one that was not meant."""
    named = [
        f"{found.name} ({found.agent.issue})" if found.agent.issue is not None else found.name for found in repositories
    ]
    return listed(named, _MOST_NAMED)


def _refusal(repository: Repository, verb: Verb) -> str | None:
    return None if verb is Verb.LAUNCH and pops_first(repository) else reason(repository, verb)


def _failed(failed: Sequence[Repository], now: Snapshot, keys: Collection[str] | None) -> str:
    """Why repositories could not be read, where that is said of their whole hosts, or else how many."""
    unread = {one.key for one in failed}
    troubles = [each for each in host_troubles(now.repositories) if unread & {one.key for one in each.repositories}]
    if unread <= {one.key for each in troubles for one in each.repositories}:
        return " ".join(each.error.message for each in troubles)
    return say.REFRESH_FAILED(count=len(failed), all=len(now.repositories if keys is None else keys))


def _kept(now: Snapshot, before: Snapshot, keys: Collection[str] | None) -> str:
    """What is told of scarce points where nothing was read for their sake, though somebody asked for it."""
    read = {one.key: one.fetched_at for one in before.repositories}
    same = all(one.fetched_at == read.get(one.key) for one in now.repositories if keys is None or one.key in keys)
    return " ".join(points_words(one) for one in now.accounts if slow(one)) if same else ""
