"""A cockpit that dies: it does one action in a process of its own and kills itself at a named point of a named step.

`python crasher.py JSON`, with `folder`, `url`, `token`, `enrolment`, `verb`, `options`, `late` (the seconds that its
clock is ahead), `step` and `point`:
`before` and `after` the step; `started` when its first change has been sent off (a git command runs on without us);
`answered` when that change is made and nothing is noted yet; `ready` prints a line before the step and waits for one,
so that the caller can order a fault.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import git
import httpx
import msgspec

from soda_tui import wiring
from soda_tui.cockpit import acting, steps
from soda_tui.cockpit.engine import Engine
from soda_tui.cockpit.execution import Execution
from soda_tui.domain.actions import Verb
from soda_tui.domain.configuration.settings import Enrolment, Settings
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import Step
from soda_tui.services import files
from soda_tui.services.agents import launching
from soda_tui.services.git.process import Runner
from soda_tui.services.paths import Paths

# The git commands that change something which outlives the process.
CHANGES = frozenset(
    {"push", "worktree", "switch", "update-ref", "merge", "commit-tree", "commit", "checkout", "restore"}
)
# The steps that change files by themselves.
IN_FILES = frozenset({"FurnishWorktree", "KeepLeftover", "RemoveRemains"})


def changes(command: Iterable[str], step: str) -> bool:
    """Whether a git command changes something; what is fetched is nothing but for the step of that name."""
    words = set(command)
    return bool((CHANGES | ({"fetch"} if step == "FetchWork" else set())) & words) and "list" not in words


def die() -> None:
    """End as a machine without power does."""
    os.kill(os.getpid(), signal.SIGKILL)


class Points:
    """Where to die: armed while the chosen step runs, from the nth time on."""

    def __init__(self, step: str, point: str, nth: int = 1) -> None:
        self._step, self._point, self._armed, self._nth = step, point, False, nth

    def reach(self, point: str) -> None:
        """A point of the running step is reached."""
        if self._armed and point == self._point:
            die()

    def install(self) -> None:
        """Wrap what does steps, runs git, talks to GitHub and starts agents."""
        perform = steps.perform

        async def performing(step: Step, execution: Execution) -> None:
            self._nth -= type(step).__name__ == self._step
            self._armed = self._nth <= 0 and type(step).__name__ == self._step
            if not self._armed:
                await perform(step, execution)
                return
            if self._point == "ready":
                sys.stdout.write("ready\n")
                sys.stdout.flush()
                sys.stdin.readline()
            self.reach("before")
            await perform(step, execution)
            self.reach("after")
            self._armed = False

        acting.__dict__["perform"] = performing
        self._wrap_git()
        self._wrap_http()
        launching.__dict__["spawn"] = self._around(launching.spawn)
        if self._step in IN_FILES:
            files.__dict__["replace"] = self._around(files.replace)
            shutil.__dict__["rmtree"] = self._around(shutil.rmtree)

    def _wrap_git(self) -> None:
        execute, run = git.Git.execute, Runner.run

        def executing(this: git.Git, command: Any, *arguments: Any, **named: Any) -> Any:
            started = execute(this, command, *arguments, **named)
            if changes(command, self._step):
                self.reach("started")
            return started

        async def running(this: Runner, directory: str, *arguments: str, **named: Any) -> Any:
            finished = await run(this, directory, *arguments, **named)
            if changes(arguments, self._step):
                self.reach("answered")
            return finished

        git.Git.execute = executing  # type: ignore[method-assign, assignment]  # the point of it
        Runner.run = running  # type: ignore[method-assign, assignment]  # the point of it

    def _wrap_http(self) -> None:
        handle = httpx.AsyncHTTPTransport.handle_async_request

        async def handling(this: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
            response = await handle(this, request)
            if b"mutation" in request.content:
                self.reach("answered")
            return response

        httpx.AsyncHTTPTransport.handle_async_request = handling  # type: ignore[method-assign, assignment]  # the point of it

    def _around(self, change: Callable[..., None]) -> Callable[..., None]:
        def changing(*arguments: Any, **named: Any) -> None:
            self.reach("started")
            change(*arguments, **named)
            self.reach("answered")

        return changing


async def crash(given: dict[str, Any]) -> None:
    """Do the action, if nothing ends it."""
    Points(given["step"], given["point"]).install()
    enrolment = msgspec.convert(given["enrolment"], Enrolment)
    options = msgspec.convert(given["options"], Options)
    call = wiring.Invocation({"GH_TOKEN": given["token"], "GITHUB_API_URL": given["url"]})
    async with wiring.opened(Paths.below(Path(given["folder"])), Settings((enrolment,)), call) as opened:
        late = timedelta(seconds=given["late"])
        engine = Engine([enrolment], opened.world, opened.store.cockpit_id(), lambda: datetime.now(UTC) + late)
        outcome = await engine.act(enrolment.key, Verb(given["verb"]), options)
    sys.stdout.write(f"{outcome.message}\n")


if __name__ == "__main__":
    asyncio.run(crash(json.loads(sys.argv[1])))
