"""Which profiles there are on this machine, and which repository uses which; nothing else is opened for that."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from soda_tui.wiring.calling import Invocation, settings_of

if TYPE_CHECKING:
    from soda_tui.domain.choosing import Installed
    from soda_tui.domain.configuration.profiles import Candidate


async def installed(call: Invocation) -> tuple[tuple[Installed, ...], tuple[str, ...]]:
    """The profiles with their programs, and what is odd about the configuration; raises Failure where it is broken."""
    from soda_tui.domain.choosing import installed_of
    from soda_tui.services.profiles import LocalProfiles

    settings = settings_of(call, call.paths)
    known = LocalProfiles(settings.profiles, call.environ)
    unnamed = dict.fromkeys(one.agent for one in settings.repositories if one.agent.command)
    clones = (one.path for one in settings.repositories)
    candidates = known.find((*unnamed, *map(known.named, known.names())), *clones)

    async def with_version(one: Candidate) -> Installed:
        version = await known.version(one.profile) if one.fault is None else None
        return installed_of(one, version, settings.repositories, candidates)

    return tuple(await asyncio.gather(*map(with_version, candidates))), settings.warnings
