"""The port of repositories' checks: the command that work must pass before it is handed over."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from soda_tui.domain.configuration.profiles import Profile


class Check(Struct, frozen=True):
    """A check to be run in a worktree that stands on the commit `head`.

    `command` is for the shell, `seconds` bound it. It gets what an agent of the `profile` gets of the environment, but
    no token, and `environment` besides.
    """

    key: str
    directory: str
    head: str
    command: str
    seconds: float
    profile: Profile
    environment: dict[str, str]


class Checked(Struct, frozen=True):
    """How a check ended: `exit` is None where its time was up; `tail` is the end of what is in the file `log`."""

    exit: int | None
    log: str
    tail: str = ""


class Checks(Protocol):
    """Runs checks, and remembers what has passed."""

    async def has_passed(self, check: Check) -> bool:
        """Whether this command has passed on this commit in this worktree."""

    async def run(self, check: Check) -> Checked:
        """Run it with nobody to ask, and end everything that it started.

        Raises a Failure where it cannot be started. Cancelled, it leaves nothing running.
        """

    async def note(self, check: Check) -> None:
        """Remember that it has passed."""
