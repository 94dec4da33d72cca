"""Setting up for the screen: each step opens what its command would, with the configuration as it is then."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from soda_tui.domain.actions import Verb
from soda_tui.domain.changes import CreateLabel, UpdateLabel
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.failure import Failure
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.setting_up import First, Lacking, Place, SignIn
from soda_tui.domain.verdict import reason
from soda_tui.wiring import configuring, enrolling
from soda_tui.wiring.calling import Invocation, here
from soda_tui.wiring.opening import cockpit
from soda_tui.wiring.profiling import installed

if TYPE_CHECKING:
    from soda_tui.cockpit.enrolling import Enrolled, Look
    from soda_tui.domain.choosing import Installed
    from soda_tui.domain.configuration.configured import Configured, Written
    from soda_tui.domain.enrolling import Offer

_AT_ONCE = 4


class LocalSetUp:
    """Implements `cockpit.setting_up.SetUp` for a call."""

    def __init__(self, call: Invocation) -> None:
        self._call = call

    @property
    def file(self) -> str:
        """The configuration."""
        return str(self._call.paths.config_file)

    @property
    def folder(self) -> str:
        """Where clones are looked for at first: here, or around the clone that this is in, unless that is a home."""
        from soda_tui.services.git.gitdir import checkout_around

        top = checkout_around(here())
        home = os.path.realpath(self._call.environ.get("HOME", ""))
        return here() if top in {None, home} else str(Path(str(top)).parent)

    async def sign_in(self) -> SignIn:
        """Whose token there is for the usual host, asked anew."""
        host = enrolling.usual_host(self._call)
        async with enrolling.services(self._call) as (tokens, github, _):
            reached = await github.reach(host)
            problem = reached.problem.message if reached.problem else None
            return SignIn(host, reached.login, tokens.source(host), problem)

    async def look(self, folder: str, owner: str | None, names: Sequence[str] = ()) -> Look:
        """What can be enrolled of a folder, or of an owner on GitHub, these names looked up in a long list."""
        return await enrolling.look(self._call, folder, owner, names)

    async def carry_out(self, chosen: Sequence[Offer], tell: Callable[[Enrolled], None]) -> tuple[Enrolled, ...]:
        """Clone what is missing of these, and enrol all of them."""
        return await enrolling.carry_out(self._call, chosen, tell)

    async def labels(self) -> tuple[Lacking, ...]:
        """What the enrolled repositories lack of labels, a few of them asked at once."""
        from soda_tui.cockpit.labelling import label_changes

        at_once = asyncio.Semaphore(_AT_ONCE)
        async with enrolling.services(self._call) as (_, github, _git):

            async def one(enrolment: Enrolment) -> Lacking:
                try:
                    async with at_once:
                        changes = await label_changes(github, enrolment)
                except Failure as failure:
                    return Lacking(enrolment.key, enrolment.name.full, problem=failure.problem.message)
                created = tuple(one.change.name for one in changes if isinstance(one.change, CreateLabel))
                corrected = tuple(one.change.name for one in changes if isinstance(one.change, UpdateLabel))
                return Lacking(enrolment.key, enrolment.name.full, created, corrected)

            return tuple(await asyncio.gather(*map(one, self._enrolments())))

    async def make_labels(self, key: str) -> str:
        """Create and correct the labels of a repository, and say so."""
        from soda_tui.cockpit.labelling import label_changes, make_labels

        enrolment = enrolling.resolve(self._call, key)
        async with enrolling.services(self._call) as (_, github, _git):
            return await make_labels(github, enrolment, await label_changes(github, enrolment))

    async def agents(self) -> tuple[Installed, ...]:
        """The profiles of agents."""
        found, _ = await installed(self._call)
        return found

    async def places(self) -> tuple[Place, ...]:
        """The enrolled repositories."""
        return tuple(Place(one.key, one.name.full, one.group or "") for one in self._enrolments())

    async def configured(self, repository: str | None = None) -> Configured:
        """Every setting that holds."""
        return await asyncio.to_thread(configuring.configured, self._call, None, repository)

    async def assign(self, name: str, line: str, repositories: Sequence[str] = ()) -> Written:
        """Set a key to what was typed."""
        return await asyncio.to_thread(configuring.assign, self._call, name, line, repositories)

    async def remove(self, name: str, repositories: Sequence[str] = ()) -> Written:
        """Take a key out of the file."""
        return await asyncio.to_thread(configuring.remove, self._call, name, repositories)

    async def first(self) -> tuple[First, ...]:
        """What pop would take in each repository, as all are now."""
        async with cockpit(self._call) as opened:
            snapshot = await opened.engine.refresh()
            return tuple(map(_first, snapshot.repositories))

    async def pop(self, key: str, number: int) -> Outcome:
        """Pop this issue."""
        async with cockpit(self._call) as opened:
            return await opened.engine.act(key, Verb.POP, Options(issue=number))

    def _enrolments(self) -> tuple[Enrolment, ...]:
        return enrolling.enrolled_settings(self._call).repositories


def _first(repository: Repository) -> First:
    why = repository.error.message if repository.error else reason(repository, Verb.POP)
    if why is not None or not repository.queue:
        return First(repository.key, repository.name, None, why or "")
    entry = repository.queue[0]
    return First(repository.key, repository.name, entry.number, entry.title)
