"""Examining: all looks at once, each for a bounded time, and the checks on what they saw."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import structs

from soda_tui.cockpit.ports.health import Looks
from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.health.checks import findings, made
from soda_tui.domain.health.facts import ConfigurationFacts, Health, HostFacts, RepositoryHealth
from soda_tui.domain.health.finding import Answer, Examination, Unmade

_LOCAL = 15.0
_NETWORK = 30.0
# Looks wait for one another in queues of their own; so few repositories at once that none waits there for long.
_AT_ONCE = 4

T = TypeVar("T")
log = logging.getLogger(__name__)


async def examine(
    looks: Looks,
    wanted: Sequence[Enrolment],
    enrolled: Sequence[Enrolment],
    now: datetime,
    *,
    host: str,
    quick: bool = False,
    probe: bool = False,
) -> Examination:
    """What is wrong with these of the enrolled repositories, with their hosts, and with this machine.

    `host` is the one that is meant where none is named. `quick` asks nobody over the network, `probe` tells what GitHub
    answers to open questions. What cannot be looked at is no finding: it is told as such.
    """
    return await _Examining(looks, wanted, enrolled, now, host, quick, probe).run()


class _Examining:
    def __init__(
        self,
        looks: Looks,
        wanted: Sequence[Enrolment],
        enrolled: Sequence[Enrolment],
        now: datetime,
        host: str,
        quick: bool,
        probe: bool,
    ) -> None:
        self._looks = looks
        self._wanted = wanted
        self._enrolled = enrolled
        self._now = now
        self._usual = host
        self._quick = quick
        self._probe = probe
        self._unmade: list[Unmade] = []
        self._answers: list[Answer] = []
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def run(self) -> Examination:
        looks = self._looks
        configuration, git, state, rooms, terminal, (hosts, parts) = await asyncio.gather(
            self._look(looks.configuration(), "the configuration"),
            self._look(looks.git(), "git"),
            self._look(looks.state(), "the cockpit's own files"),
            self._look(looks.rooms(self._wanted), "the disks"),
            self._look(looks.terminal(), "the terminal"),
            self._repositories(),
        )
        health = Health(
            self._now,
            configuration or ConfigurationFacts(""),
            git,
            state,
            rooms or (),
            terminal,
            hosts,
            parts,
        )
        return Examination(findings(health), tuple(self._unmade), made(health), len(self._wanted), tuple(self._answers))

    async def _look(
        self, looking: Awaitable[T], what: str, subject: str | None = None, *, network: bool = False
    ) -> T | None:
        """What a look saw; None where it came to nothing, which is then noted."""
        seconds = _NETWORK if network else _LOCAL
        try:
            async with asyncio.timeout(seconds):
                return await looking
        except TimeoutError:
            reason = say.TOO_SLOW(seconds=f"{seconds:g}")
        except Failure as failure:
            reason = failure.problem.message
        except OSError as error:
            reason = error.strerror or str(error)
        except Exception as error:
            log.exception("%s could not be looked at", what)
            reason = f"{type(error).__name__}: {error}"
        self._unmade.append(Unmade(what, subject, reason))
        return None

    async def _repositories(self) -> tuple[tuple[HostFacts, ...], tuple[RepositoryHealth, ...]]:
        names = list(dict.fromkeys(key for one in self._wanted for key in (one.reader, one.actor)))
        if not names:
            # For no repository nobody is asked anything; that the first one will lack a token is seen here.
            token = await self._look(self._looks.token(self._usual), "the token", self._usual)
            return (token,) if token is not None else (), ()
        found, here = await asyncio.gather(
            asyncio.gather(*map(self._host, names)), asyncio.gather(*map(self._here, self._wanted))
        )
        hosts = tuple(host for host in found if host is not None)
        answering = {host.key for host in hosts if host.problem is None and not self._quick}
        problems = {host.key: host.problem for host in hosts if host.problem is not None and not host.token}
        without = {key for key, problem in problems.items() if problem.code is ErrorCode.AUTHENTICATION}
        for host in () if self._quick else dict.fromkeys(one.reader for one in self._wanted):
            if host not in answering:
                reason = say.HOST_NO_TOKEN if host in without else say.HOST_SILENT
                self._unmade.append(Unmade(say.ALL_OF_A_HOST(), host, reason(host=host)))
        there = [part for part in here if part.enrolment.reader in answering]
        remotes = await self._look(
            self._looks.remotes([part.enrolment for part in there]), "the repositories", network=True
        )
        beyond = await asyncio.gather(
            *(
                self._there(structs.replace(part, remote=(remotes or {}).get(part.enrolment.key)))
                if part in there
                else _as_it_is(part)
                for part in here
            )
        )
        return hosts, tuple(beyond)

    async def _host(self, host: str) -> HostFacts | None:
        if self._quick:
            return await self._look(self._looks.token(host), "the token", host)
        return await self._look(self._looks.reach(host), "the host", host, network=True)

    async def _here(self, enrolment: Enrolment) -> RepositoryHealth:
        """What this machine alone can tell of a repository."""
        looks, name = self._looks, enrolment.name.full
        others = [one for one in self._enrolled if one.key != enrolment.key]
        async with self._gate:
            clone, agents, prompt, loop = await asyncio.gather(
                self._look(looks.clone(enrolment, others), "the clone", name),
                self._look(looks.agents(enrolment), "the agents", name),
                self._look(looks.prompt(enrolment), "the prompt", name),
                self._look(looks.loop(enrolment), "the loop and runs", name),
            )
            silent = await self._look(looks.silent(agents or ()), "the agents' versions", name)
        return RepositoryHealth(enrolment, clone, agents or (), silent or (), prompt, loop=loop)

    async def _there(self, part: RepositoryHealth) -> RepositoryHealth:
        """What GitHub and the remote tell of it besides."""
        looks, enrolment, name = self._looks, part.enrolment, part.enrolment.name.full
        if not isinstance(part.remote, RemoteFacts) or part.remote.occupied:
            # What is asked by name would be of another repository.
            return part
        usable = part.clone is not None and (part.clone.facts.problem is None or part.clone.facts.busy)
        tries = usable and not enrolment.read_only and part.clone is not None and part.clone.elsewhere is None
        url = part.clone.url if part.clone is not None else ""
        async with self._gate:
            standing, labels, pushes, account, answers = await asyncio.gather(
                self._look(looks.standing(enrolment), "its rules", name, network=True),
                self._look(looks.labels(enrolment), "its labels", name, network=True),
                self._look(looks.pushes(enrolment) if tries else _nothing(), "pushing", name, network=True),
                self._look(looks.account(enrolment, url) if tries else _nothing(), "ssh's account", name, network=True),
                self._look(
                    looks.answers(enrolment) if self._probe else _nothing(), "the questions", name, network=True
                ),
            )
        self._answers += answers or ()
        return structs.replace(part, standing=standing, labels=labels, pushes=pushes, account=account)


async def _as_it_is(part: RepositoryHealth) -> RepositoryHealth:
    return part


async def _nothing() -> None:
    return None
