"""What was looked at for the checks: facts of this machine, of each host, and of each repository.

A part that could not be looked at is None; why is among the examination's `unmade`.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from soda_tui.domain.configuration.accounts import account_key
from soda_tui.domain.configuration.profiles import Candidate
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import CloneFacts, RemoteFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.label_plan import Label


class ConfigurationFacts(Struct, frozen=True):
    """The configuration: its file, why it cannot be used, what is odd about it, and who else may change it."""

    file: str
    problem: Problem | None = None
    remarks: tuple[str, ...] = ()
    exposed: bool = False


class GitFacts(Struct, frozen=True):
    """The git program: its version, None where there is none that answers."""

    version: tuple[int, ...] | None


class Room(Struct, frozen=True):
    """The room on the disk of a folder: bytes, and files that can still be made (None where that has no bound)."""

    folder: str
    free: int
    files: int | None = None


class Lock(Struct, frozen=True):
    """A lock of the cockpit's own that a process holds: since how many seconds, and what it said it does."""

    path: str
    pid: str
    what: str
    seconds: float


class StateFacts(Struct, frozen=True):
    """The cockpit's own files: `damaged` are those that cannot be understood, `aside` those put aside for that.

    `unusable` is the folder that cannot be written, with the system's reason; `identity` and `journal` are why these
    cannot be used; `used` is the size of all in bytes.
    """

    folder: str
    unusable: tuple[str, str] | None = None
    exposed: bool = False
    identity: str | None = None
    journal: str | None = None
    damaged: tuple[str, ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()
    aside: tuple[str, ...] = ()
    used: int = 0
    locks: tuple[Lock, ...] = ()
    stop: str | None = None


class TerminalFacts(Struct, frozen=True):
    """The terminal: its kind by TERM, the encoding of its letters, its size; `ascii` says that ASCII is configured."""

    kind: str
    encoding: str
    columns: int
    lines: int
    ascii: bool


class HostFacts(Struct, frozen=True):
    """A GitHub host as its answer to one question tells; `problem` is why there is none that can be used.

    `account` is the name of who asked, empty for the host's own; `lacks` are the fields that its schema does not know
    yet. `token` says that there is one. `scopes` are those of a classic token, None for a token of another kind; `skew`
    is by how many seconds the clock here is ahead of the host's. `source` is where a token that failed came from.
    """

    host: str
    problem: Problem | None = None
    token: bool = True
    login: str | None = None
    scopes: frozenset[str] | None = None
    expires: datetime | None = None
    skew: float = 0.0
    limit: int | None = None
    remaining: int | None = None
    resets: datetime | None = None
    account: str = ""
    lacks: tuple[str, ...] = ()
    source: str | None = None

    @property
    def key(self) -> str:
        """What stands for host and account."""
        return account_key(self.host, self.account)


class Ruleset(Struct, frozen=True):
    """An active set of rules on branches: the patterns that it is for, those that it leaves out, and its rules.

    `changed_at` is when it was changed last.
    """

    name: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    rules: frozenset[str]
    changed_at: datetime | None = None


class Protection(Struct, frozen=True):
    """What a branch protection of the old kind says of a branch that is there."""

    branch: str
    pattern: str
    can_push: bool
    signatures: bool


class StandingFacts(Struct, frozen=True):
    """A repository as GitHub has it, beyond what a poll reads.

    `base` says whether the configured base is there. `ledger_built` says that something reports checks on the ledger's
    newest commit. `hidden` are the fields that the token may not see.
    """

    issues: bool
    base: bool
    ledger_built: bool
    rulesets: tuple[Ruleset, ...] = ()
    protections: tuple[Protection, ...] = ()
    hidden: tuple[str, ...] = ()


class CloneLook(Struct, frozen=True):
    """A clone as git tells of it, read without taking a lock.

    `url` is where `origin` leads, without a login, and `secret` says that one with a password stood in it; `elsewhere`
    is a sentence where pushes go to another repository, `unpushing` the command against that. `refilling` is what git
    is told to bring back files or index, where all are gone. `name` and `email` are those that commits get. `lock` is
    the file that keeps git from its index, and for how many seconds it has been there; `missing` are the files that the
    configuration wants copied or linked and that are not there. `rescues` are branches with rescued work that nobody
    took up, `gone` worktrees whose folders are no longer there. `builder` is the file of an app that builds every
    branch, unless it is told otherwise there, which it is not. `same_as` is another enrolled repository's name whose
    clone this is. `occupied` is the agent's place, where something is in it that is no worktree.
    """

    path: str
    facts: CloneFacts
    url: str = ""
    secret: bool = False
    elsewhere: str | None = None
    unpushing: str = ""
    refilling: str = ""
    name: str = ""
    email: str = ""
    lock: tuple[str, float] | None = None
    missing: tuple[str, ...] = ()
    rescues: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    workflows: bool = False
    builder: str | None = None
    same_as: str | None = None
    occupied: str | None = None


class LoopFacts(Struct, frozen=True):
    """What is wished of a repository's loop, and whether a process owns it; `run` is why its newest run is in doubt.

    `unreadable` is why nobody can know what is wished of it, or what it has done.
    """

    on: bool = False
    owned: bool = False
    run: str | None = None
    stop: str | None = None
    unreadable: str | None = None


class RepositoryHealth(Struct, frozen=True):
    """All that was looked at of one repository.

    `agents` are the profiles that it is worked on with, in their order, `silent` those whose program does not say its
    version; `prompt` is why the template of its prompt cannot be used. `pushes` is why git may not push, None where it
    may or was not asked; `account` is whom ssh pushes as.
    """

    enrolment: Enrolment
    clone: CloneLook | None = None
    agents: tuple[Candidate, ...] = ()
    silent: tuple[str, ...] = ()
    prompt: str | None = None
    remote: RemoteFacts | Problem | None = None
    standing: StandingFacts | None = None
    labels: tuple[Label, ...] | None = None
    pushes: Problem | None = None
    account: str | None = None
    loop: LoopFacts | None = None


class Health(Struct, frozen=True):
    """All that was looked at."""

    now: datetime
    configuration: ConfigurationFacts
    git: GitFacts | None = None
    state: StateFacts | None = None
    rooms: tuple[Room, ...] = ()
    terminal: TerminalFacts | None = None
    hosts: tuple[HostFacts, ...] = ()
    repositories: tuple[RepositoryHealth, ...] = ()
