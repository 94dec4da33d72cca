"""A cockpit that dies: it does one action in a process of its own and kills itself at a named point of a named step.

`python crasher.py JSON`, with `folder`, `url`, `token`, `places`, `agent`, `verb`, `step` and `point`:
`before` and `after` the step; `started` when its first change has been sent off (a git command runs on without us);
`answered` when that change is made and nothing is noted yet; `ready` prints a line before the step and waits for one,
so that the caller can order a fault.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import git
import httpx

from soda_tui import wiring
from soda_tui.cockpit import acting, steps
from soda_tui.cockpit.execution import Execution
from soda_tui.domain.actions import Verb
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import Step
from soda_tui.domain.settings import AgentSettings, Enrolment, Settings
from soda_tui.services.agents import launching
from soda_tui.services.git.process import Runner
from soda_tui.services.paths import Paths

# The git commands that change something which outlives the process.
CHANGES = frozenset(
    {"push", "worktree", "switch", "update-ref", "merge", "commit-tree", "commit", "checkout", "restore"}
)


def die() -> None:
    """End as a machine without power does."""
    os.kill(os.getpid(), signal.SIGKILL)


class Points:
    """Where to die: armed while the chosen step runs."""

    def __init__(self, step: str, point: str) -> None:
        self._step, self._point, self._armed = step, point, False

    def reach(self, point: str) -> None:
        """A point of the running step is reached."""
        if self._armed and point == self._point:
            die()

    def install(self) -> None:
        """Wrap what does steps, runs git, talks to GitHub and starts agents."""
        perform = steps.perform

        async def performing(step: Step, execution: Execution) -> None:
            self._armed = type(step).__name__ == self._step
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
        self._wrap_spawn(launching.spawn)

    def _wrap_git(self) -> None:
        execute, run = git.Git.execute, Runner.run

        def executing(this: git.Git, command: Any, *arguments: Any, **named: Any) -> Any:
            started = execute(this, command, *arguments, **named)
            if CHANGES & set(command):
                self.reach("started")
            return started

        async def running(this: Runner, directory: str, *arguments: str, **named: Any) -> Any:
            finished = await run(this, directory, *arguments, **named)
            if CHANGES & set(arguments):
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

    def _wrap_spawn(self, spawn: Callable[..., None]) -> None:
        def spawning(*arguments: Any, **named: Any) -> None:
            self.reach("started")
            spawn(*arguments, **named)
            self.reach("answered")

        launching.spawn = spawning


async def crash(given: dict[str, Any]) -> None:
    """Do the action, if nothing ends it."""
    Points(given["step"], given["point"]).install()
    agent = AgentSettings(tuple(given["agent"]))
    enrolments = tuple(
        Enrolment(RepositoryName(host, owner, name), path, agent=agent) for host, owner, name, path in given["places"]
    )
    call = wiring.Invocation({"GH_TOKEN": given["token"], "GITHUB_API_URL": given["url"]})
    async with wiring.opened(Paths.below(Path(given["folder"])), Settings(enrolments), call) as opened:
        outcome = await opened.engine.act(enrolments[0].key, Verb(given["verb"]), Options(yes=True))
    sys.stdout.write(f"{outcome.message}\n")


if __name__ == "__main__":
    asyncio.run(crash(json.loads(sys.argv[1])))
