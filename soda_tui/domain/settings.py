"""Settings: what the configuration says, resolved for each repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from soda_tui.domain.labels import LabelNames
from soda_tui.domain.naming import RepositoryName


class Workspace(StrEnum):
    """Where an agent works: a worktree that is used again, a fresh one for each claim, or the user's own checkout."""

    WORKTREE = "worktree"
    FRESH = "fresh"
    CHECKOUT = "checkout"


# What package managers write; where one of these changes, what is installed is out of date.
LOCK_FILES = (
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "requirements.txt",
    "poetry.lock",
    "uv.lock",
    "Pipfile.lock",
    "Gemfile.lock",
    "composer.lock",
    "Cargo.lock",
    "go.sum",
    "mix.lock",
)


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """What a worktree needs before an agent can work there; all paths are relative, `minutes` bound the command.

    `command` is run by a shell, once in a worktree and again when one of the files in `when` has changed. `copy` and
    `link` are files of the user's clone that git ignores.
    """

    command: str = ""
    when: tuple[str, ...] = LOCK_FILES
    minutes: float = 15.0
    copy: tuple[str, ...] = ()
    link: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """How an agent is started; `{prompt}` in the command is replaced, without it the prompt comes on standard input."""

    command: tuple[str, ...] = ()
    prompt_file: str | None = None


@dataclass(frozen=True, slots=True)
class PullRequestSettings:
    """How bottle opens pull requests; `template` puts the repository's own template below the summary."""

    draft: bool = False
    reviewers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    template: bool = True


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """From when on a difference counts: commits that a branch may lack of its base, hours without a commit."""

    behind: int = 10
    idle_hours: float = 24.0


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """Bounds of a run: minutes until it is ended, minutes of silence that are told, mebibytes that its log may have."""

    run_minutes: float = 90.0
    silent_minutes: float = 10.0
    log_megabytes: int = 256


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long `cleanup` keeps the cockpit's own files: days, and mebibytes that a repository's runs may have."""

    run_days: int = 30
    run_megabytes: int = 2048
    parked_days: int = 30
    damaged_days: int = 90


@dataclass(frozen=True, slots=True)
class HostSettings:
    """A GitHub host: where its API is, and a command that prints a token for it."""

    api_url: str | None = None
    token_command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One enrolled repository with its settings, defaults filled in; `base` is None for the default branch."""

    name: RepositoryName
    path: str
    agent_id: str = "agent001"
    base: str | None = None
    workspace: Workspace = Workspace.WORKTREE
    read_only: bool = False
    group: str | None = None
    mine: bool = False
    include_labels: tuple[str, ...] = ()
    exclude_labels: tuple[str, ...] = ()
    labels: LabelNames = field(default_factory=LabelNames)
    agent: AgentSettings = AgentSettings()
    pull_request: PullRequestSettings = PullRequestSettings()
    drift: DriftSettings = DriftSettings()
    limits: LimitSettings = LimitSettings()
    setup: WorkspaceSettings = WorkspaceSettings()
    retention: RetentionSettings = RetentionSettings()

    @property
    def key(self) -> str:
        """HOST/OWNER/NAME in lower case."""
        return self.name.key


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration; `interval` is the seconds between polls, `cockpit_name` what others see of this one.

    `keys` are those of rebound actions by name, `ascii` says that the screen draws with ASCII alone.
    """

    repositories: tuple[Enrolment, ...] = ()
    hosts: Mapping[str, HostSettings] = field(default_factory=dict)
    interval: float = 30.0
    log_level: str = "warning"
    cockpit_name: str | None = None
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ascii: bool = False
    warnings: tuple[str, ...] = ()
