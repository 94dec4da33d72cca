"""Outcomes: what an action did, step by step, and how it ended."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.domain.actions import Verb
from soda_tui.domain.choices import Choice
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.failure import Problem
from soda_tui.domain.model import QueueEntry
from soda_tui.domain.runs.endings import How
from soda_tui.domain.strategy import Strategy


class StepResult(Struct, frozen=True):
    """One step of a plan in words, and whether it was verified to be done; False for one not reached or failed."""

    name: str
    what: str
    done: bool


class Outcome(Struct, frozen=True):
    """How an action ended: `message` is one sentence, `problem` is set when it did not do all that it should.

    `goes_on` is the command that does what is left after a step that failed. `asks` is the question that must be
    answered with yes before it does anything; `seen` goes back with the answer.
    """

    verb: Verb
    repository: str
    message: str
    steps: tuple[StepResult, ...] = ()
    problem: Problem | None = None
    issue: int | None = None
    branch: str | None = None
    worktree: str | None = None
    pull_request: str | None = None
    dry_run: bool = False
    asks: str | None = None
    seen: str | None = None
    goes_on: str | None = None

    @property
    def ok(self) -> bool:
        """Whether everything was done."""
        return self.problem is None


class Options(Struct, frozen=True):
    """What a person may say along with an action; `yes` answers the question that it asks about what was `seen`.

    `repair` is the kind of drift to repair. `commit_all` lets bottle take in what is uncommitted, files that should not
    be taken in unseen only where `include` names them. `choice` is what to do about the leftovers that `wanted` names,
    itself a name or a pattern; `push` is the rescue branch to push. `profile` is the one to launch with, `extra` what
    the agent is told besides, `going_on` that it goes on with its last conversation. `launching` says that a pop is for
    that, so that what is in its way is said before. `pull_request` is the one to land, `strategy` how.
    `unattended` says that a loop acts, and no person. `unchecked` lets bottle leave out the repository's check, `as_is`
    hand over a branch that is not up to date with its base. `issues` are those whose work is to be bundled.
    `ended_for` is what a run that is stopped counts as having ended with, where no person stops it.
    """

    issue: int | None = None
    fresh: bool = False
    yes: bool = False
    dry_run: bool = False
    seen: str | None = None
    repair: DriftKind | None = None
    commit_all: bool = False
    include: tuple[str, ...] = ()
    choice: Choice | None = None
    wanted: str | None = None
    push: str | None = None
    profile: str | None = None
    extra: str = ""
    launching: bool = False
    going_on: bool = False
    pull_request: int | None = None
    strategy: Strategy | None = None
    unattended: bool = False
    unchecked: bool = False
    as_is: bool = False
    issues: tuple[int, ...] = ()
    ended_for: How | None = None


class Peek(Struct, frozen=True):
    """An issue as peek shows it: its queue entry's facts, the body, and why it stands where it stands.

    `warning` says that nobody vouches for its text.
    """

    repository: str
    entry: QueueEntry
    body: str
    standing: str
    position: int | None
    warning: str | None = None
