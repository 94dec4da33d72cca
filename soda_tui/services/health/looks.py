"""The port `Looks` on this machine, its clones and GitHub."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from soda_tui.cockpit.ports.github import Target
from soda_tui.domain.choosing import prompt_file
from soda_tui.domain.configuration.profiles import Candidate
from soda_tui.domain.configuration.settings import Enrolment, Settings, Workspace
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.health.facts import (
    CloneLook,
    ConfigurationFacts,
    GitFacts,
    HostFacts,
    LoopFacts,
    Room,
    StandingFacts,
    StateFacts,
    TerminalFacts,
)
from soda_tui.domain.health.finding import Answer
from soda_tui.domain.label_plan import Label
from soda_tui.domain.sentences import GITHUB_NO_TOKEN
from soda_tui.domain.stopfile import own_stops
from soda_tui.services.git.access import Access
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.client import connect
from soda_tui.services.github.endpoints import endpoint
from soda_tui.services.health import machine, own
from soda_tui.services.health.aside import aside
from soda_tui.services.health.clones import Clones
from soda_tui.services.limits import FileLimits
from soda_tui.services.paths import Paths
from soda_tui.services.profiles import LocalProfiles
from soda_tui.services.store import FileStore

if TYPE_CHECKING:
    import httpx

_DEADLINE = 10.0


class LocalLooks:
    """Looks with these settings on these paths; `problem` is why the configuration could not be read."""

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        environ: Mapping[str, str],
        problem: Problem | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._paths = paths
        self._settings = settings
        self._environ = environ
        self._programs = {**os.environ, **environ}
        self._problem = problem
        self._store = FileStore(paths)
        self._tokens = Tokens(environ, settings.hosts)
        self._profiles = LocalProfiles(settings.profiles, self._programs)
        self._accounts = settings.accounts
        self._github = connect(
            settings.hosts,
            self._tokens,
            paths.cache,
            transport,
            environment=environ,
            deadline=_DEADLINE,
            limits=FileLimits.below(paths),
            # Which repositories are meant is known by it; nothing is kept of what is read.
            keep=False,
        )
        access = Access(
            self._tokens.token, lambda host: endpoint(host, settings.hosts.get(host), environ), self._accounts
        )
        self._clones = Clones(access)

    async def close(self) -> None:
        """Close the connections, and end the processes that still run."""
        await self._github.close()
        await self._clones.close()

    async def configuration(self) -> ConfigurationFacts:
        """The configuration's file."""
        file = self._paths.config_file
        exposed = await aside(lambda: file.exists() and own.is_exposed(file))
        return ConfigurationFacts(str(file), self._problem, self._settings.warnings, exposed)

    async def git(self) -> GitFacts:
        """The git program."""
        return await aside(lambda: machine.git_program(self._programs))

    async def rooms(self, enrolments: Sequence[Enrolment]) -> tuple[Room, ...]:
        """The room on the disks of the cockpit's own folders and of these clones."""
        clones = (Path(one.path) for one in enrolments)
        return await aside(lambda: machine.rooms((self._paths.state, self._paths.data, *clones)))

    async def state(self) -> StateFacts:
        """The cockpit's own files."""
        return await aside(lambda: own.state(self._paths))

    async def terminal(self) -> TerminalFacts | None:
        """The terminal; None where standard output is none."""
        return machine.terminal(self._programs, ascii=self._settings.ascii)

    async def token(self, account: str) -> HostFacts | None:
        """Whether an account has a token; None where a command of the person's own says so: it may ask others."""
        if self._accounts.settings(account).token_command:
            return None
        # A named account has a command.
        host = account
        try:
            token = await aside(lambda: self._tokens.token(host))
        except Failure as failure:
            return HostFacts(host, failure.problem, token=False)
        if token is None:
            return HostFacts(host, Problem(ErrorCode.AUTHENTICATION, GITHUB_NO_TOKEN(host=host)), token=False)
        return HostFacts(host)

    async def reach(self, account: str) -> HostFacts:
        """A host, asked one question as an account."""
        return await self._github.reach(account)

    async def remotes(self, enrolments: Sequence[Enrolment]) -> Mapping[str, RemoteFacts | Problem]:
        """The repositories as a poll reads them."""
        if not enrolments:
            return {}
        targets = [Target(one.name, one.labels, one.agent_id, base=one.base) for one in enrolments]
        return (await self._github.read(targets)).repositories

    async def standing(self, enrolment: Enrolment) -> StandingFacts:
        """A repository beyond that."""
        return await self._github.standing(enrolment.name, enrolment.agent_id, enrolment.base)

    async def labels(self, enrolment: Enrolment) -> tuple[Label, ...]:
        """Its labels."""
        return (await self._github.labels(enrolment.name))[1]

    async def clone(self, enrolment: Enrolment, others: Sequence[Enrolment]) -> CloneLook:
        """Its clone; `others` are enrolled as well."""
        kept = await aside(lambda: tuple(self._store.kept(enrolment.key)))
        own = self._store.worktree_path(enrolment, None) if enrolment.workspace is Workspace.WORKTREE else None
        return await self._clones.look(enrolment, kept, others, own)

    async def pushes(self, enrolment: Enrolment) -> Problem | None:
        """Why git may not push, None where it may; nothing is sent."""
        return await self._clones.pushes(enrolment)

    async def account(self, enrolment: Enrolment, url: str) -> str | None:
        """Whom ssh pushes as; None where it is not ssh, or nobody says so."""
        return await self._clones.account(url, enrolment.path)

    async def agents(self, enrolment: Enrolment) -> tuple[Candidate, ...]:
        """The profiles that it is worked on with, in their order."""
        labelled = (profile for _, profiles in enrolment.by_label for profile in profiles)
        wanted = dict.fromkeys((*(enrolment.profiles or (enrolment.agent,)), *labelled))
        return await aside(lambda: self._profiles.find(tuple(wanted), enrolment.path))

    async def silent(self, candidates: Sequence[Candidate]) -> tuple[str, ...]:
        """Those of them whose programs do not say their version when asked."""
        asked = [one.profile for one in candidates if one.fault is None and one.profile.version]
        said = await asyncio.gather(*map(self._profiles.version, asked))
        return tuple(profile.shown for profile, version in zip(asked, said, strict=True) if version is None)

    async def prompt(self, enrolment: Enrolment) -> str | None:
        """Why its prompt's template cannot be used; None where it can."""
        profiles = enrolment.profiles or (enrolment.agent,)
        for file in dict.fromkeys(prompt_file(enrolment, (), profile) for profile in profiles):
            try:
                await aside(lambda file=file: self._store.prompt(file))  # type: ignore[misc]  # bound as it is now
            except Failure as failure:
                return failure.problem.message
        return None

    async def loop(self, enrolment: Enrolment) -> LoopFacts:
        """Its loop, its newest run, and its own STOP file."""

        def look() -> LoopFacts:
            stops = own_stops(enrolment.path, self._store.worktree_path(enrolment, None))
            return own.loop(self._paths, enrolment.key, self._store.home(enrolment.key), stops, datetime.now(UTC))

        return await aside(look)

    async def answers(self, enrolment: Enrolment) -> tuple[Answer, ...]:
        """What reading it can tell of questions that GitHub's documents leave open."""
        return await self._github.answers(enrolment.name, (enrolment.labels.ready, enrolment.labels.review))
