"""The demo: the cockpit on an embedded GitHub, in a folder that is taken away afterwards."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from msgspec import structs

from soda_tui.domain.configuration.settings import Settings
from soda_tui.sandbox.demo import Demo, build_demo
from soda_tui.sandbox.folder import demo_folder
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.services.config.document import Document
from soda_tui.services.config.reading import settings
from soda_tui.services.paths import Paths
from soda_tui.wiring.calling import Invocation, clock
from soda_tui.wiring.opening import Opened, opened

# The embedded GitHub costs nothing, so the demo looks at it often.
_INTERVAL = 5.0


@asynccontextmanager
async def demo(call: Invocation) -> AsyncIterator[Opened]:
    """The cockpit on an embedded GitHub; on leaving its agents are stopped and its folder is removed."""
    with demo_world(call) as (paths, settings, environment, transport):
        call = structs.replace(call, environ=environment)
        try:
            async with opened(paths, settings, call, transport) as ready:
                try:
                    yield ready
                finally:
                    # An action that is under way may start an agent yet, whose folder is about to go.
                    await ready.engine.finish()
                    for key in ready.keys:
                        await ready.world.runs.stop(key)
        finally:
            # What a thread still writes would bring the folder back.
            await asyncio.get_running_loop().shutdown_default_executor()


@contextmanager
def demo_world(call: Invocation) -> Iterator[tuple[Paths, Settings, dict[str, str], SandboxTransport]]:
    """Where the demo is, what is configured for it, the environment with its token, and the way to its GitHub."""
    with _world() as (root, world):
        paths = Paths.below(root)
        document = Document(paths.config_file, "", _configuration(world))
        # What the environment says of agents is meant for a person's own repositories.
        look = settings(document, call.environ, call.options or {})
        own = structs.replace(
            settings(document, {}, call.options), keys=look.keys, ascii=look.ascii, notify=look.notify
        )
        yield paths, own, {"GH_TOKEN": world.token}, SandboxTransport(world.world)


@contextmanager
def _world() -> Iterator[tuple[Path, Demo]]:
    places = Paths.below(Path())
    with demo_folder(str(places.state / "STOP"), str(places.state / "locks")) as root:
        yield root, build_demo(root, clock)


def _configuration(world: Demo) -> dict[str, Any]:
    """The demo's settings: an agent that costs nothing, and a GitHub without checks for what that makes."""
    return {
        "cockpit": {"interval": _INTERVAL, "api_share": 100},
        "agent": {"command": [sys.executable, "-m", "soda_tui.sandbox.scripted_agent"]},
        "land": {"without_checks": True},
        "repository": [{"name": f"{name.host}/{name.full}", "path": str(path)} for name, path in world.places],
    }
